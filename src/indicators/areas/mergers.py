"""What municipalities that merged had become by a month: one dated key for every source.

The key comes with the package (``municipalities.csv``: last day and successor of each abolished
municipality since 2005, after Statistics Finland's list of abolished municipalities). A code of
three digits that the key does not know as abolished stands for itself: municipalities of today,
and codes that are no municipality (198 Sweden, 199 and 200 abroad).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from indicators.areas.keys import raise_key_problems, read_municipalities

MERGER_KEY = Path(__file__).parent / "municipalities.csv"
MUNICIPALITY_PREFIX = "KU"
BEFORE_ALL_MERGERS = ""
"""A month before all months: who has always been a member."""
AFTER_ALL_MERGERS = "9999-12"
"""A month after all months: what a municipality has become in the end."""


@dataclass(frozen=True)
class Merger:
    """That a municipality is no more.

    Attributes:
        month: The first month without it, ``YYYY-MM``.
        successor: Code of the municipality it became part of; where it was split, the one that
            took the larger part.
    """

    month: str
    successor: str


@dataclass(frozen=True)
class Mergers:
    """The dated key.

    Attributes:
        by_code: The merger of each abolished municipality, by its three-digit code.
    """

    by_code: Mapping[str, Merger]

    def current(self, code: str, month: str) -> str:
        """What a municipality had become by a month.

        Args:
            code: Three digits.
            month: ``YYYY-MM``.

        Returns:
            The code at the end of its chain of mergers up to the month; itself if it is there.
        """
        while (merger := self.by_code.get(code)) is not None and merger.month <= month:
            code = merger.successor
        return code

    def current_area(self, area: str, month: str) -> str:
        """As :meth:`current`, of an area code; one that is no municipality's stays."""
        if not area.startswith(MUNICIPALITY_PREFIX):
            return area
        return MUNICIPALITY_PREFIX + self.current(area.removeprefix(MUNICIPALITY_PREFIX), month)

    def exists(self, code: str, month: str) -> bool:
        """Whether a municipality has not been abolished by a month."""
        merger = self.by_code.get(code)
        return merger is None or month < merger.month

    def between(self, first: str, last: str) -> bool:
        """Whether any merger takes effect after the first of two months, by the last one."""
        return any(first < merger.month <= last for merger in self.by_code.values())

    def constituents(self, areas: Iterable[str], month: str) -> frozenset[str]:
        """Every municipality there ever was that the areas are in a month.

        Args:
            areas: Area codes of municipalities, as a group lists them.
            month: ``YYYY-MM``.

        Returns:
            Three-digit codes; of other areas themselves.
        """
        named = {self.current_area(area, month).removeprefix(MUNICIPALITY_PREFIX) for area in areas}
        return frozenset(
            named | {code for code in self.by_code if self.current(code, month) in named}
        )

    def members(self, codes: Iterable[str]) -> dict[str, str]:
        """Municipalities that make a group at any time, each once.

        Args:
            codes: Three-digit codes as the group lists them, merged ones or their successors.

        Returns:
            Each code and the month from which on it belongs to the group:
            :data:`BEFORE_ALL_MERGERS` if it is listed, else the month in which a listed
            municipality became part of it.
        """
        found = dict.fromkeys(codes, BEFORE_ALL_MERGERS)
        for listed in list(found):
            code = listed
            while (merger := self.by_code.get(code)) is not None:
                code = merger.successor
                found[code] = min(found.get(code, merger.month), merger.month)
        return found


def codes_in_month(areas: Iterable[str], month: str) -> tuple[str, ...]:
    """Area codes of a group's members as they are called in a month, each once."""
    known = load_mergers()
    return tuple(dict.fromkeys(known.current_area(area, month) for area in areas))


def codes_of_all_months(areas: Iterable[str]) -> tuple[str, ...]:
    """Area codes of a group's members, and of what they became part of in any month."""
    codes = load_mergers().members(area.removeprefix(MUNICIPALITY_PREFIX) for area in areas)
    return tuple(f"{MUNICIPALITY_PREFIX}{code}" for code in codes)


@cache
def load_mergers() -> Mergers:
    """The key of all mergers of Finnish municipalities since 2005.

    Raises:
        DataError: The package's own key is damaged.
    """
    problems: list[str] = []
    known = read_municipalities(MERGER_KEY, problems)
    raise_key_problems(problems)
    return Mergers(
        {
            municipality.code: Merger(
                f"{municipality.valid_to + timedelta(days=1):%Y-%m}", municipality.successor
            )
            for municipality in known.values()
            if municipality.valid_to is not None
        }
    )
