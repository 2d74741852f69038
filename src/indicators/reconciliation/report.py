"""What a reconciliation found: a frame, a CSV file, words, and whether a run may go on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import files
from indicators.errors import DataError
from indicators.spreadsheets import defuse_frame

COLUMNS = (
    "indicator",
    "statistic",
    "month",
    "area",
    "compared",
    "register",
    "statfin",
    "low",
    "high",
    "gap",
    "share",
    "within",
)
"""``compared`` says of which column the figures are: ``value``, or ``numerator`` where one of the
two has no value; ``low`` and ``high`` are the bounds of a figure that StatFin bounds; ``gap`` is
register less StatFin, and ``share`` the gap as a share of StatFin's figure, empty where that is
0."""

_MADE_UP = "made up"
_NAMED = 20


def is_made_up(source: str) -> bool:
    """Whether a register's source (``Register.source``) says that it is made up."""
    return _MADE_UP in source.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Reconciliation:
    """The gap table and the tolerance it was made with.

    Attributes:
        table: One row a figure that both give, with :data:`COLUMNS`.
        tolerance: Largest gap accepted, as a share of the published figure.
        tolerance_persons: Largest gap accepted in persons.
        made_up: Whether the register is made up.
    """

    table: pd.DataFrame
    tolerance: float
    tolerance_persons: float
    made_up: bool

    @property
    def outside(self) -> pd.DataFrame:
        """Figures whose gap is beyond the tolerance, the largest share first."""
        wrong = self.table[~self.table["within"]]
        # Where StatFin has nobody, no share tells how large the gap is: it comes first.
        size = wrong["share"].abs().fillna(float("inf"))
        return wrong.loc[size.sort_values(ascending=False, kind="stable").index]

    def check(self) -> None:
        """Let a run go on, unless a real extract lies too far from what is published.

        Raises:
            DataError: A gap of an extract that is not made up is beyond the tolerance.
        """
        if self.made_up or self.table["within"].all():
            return
        wrong = self.outside
        lines = [_line(row) for row in wrong.head(_NAMED).to_dict("records")]
        more = len(wrong) - len(lines)
        raise DataError(
            f"{len(wrong)} of {len(self.table)} figures from the register lie too far from "
            "StatFin's: see whether the extract is whole and of the right areas, or change "
            "the tolerance under [reconciliation] in the settings",
            [*lines, *([f"and {more} more: see the gap table"] if more else [])],
        )

    def text(self, language: str = "en", *, by_area: bool = True) -> str:
        """In words, for a terminal.

        Args:
            language: ``fi``, ``sv`` or ``en``.
            by_area: Whether the largest gaps are told with their figures: small counts are shown.
        """
        from indicators.reconciliation.telling import tell

        return tell(self, language, by_area=by_area)

    def write_csv(self, path: Path) -> None:
        """Write the gap table: comma, UTF-8, decimal point, empty for missing.

        It holds counts of persons as they are, so that nobody else may read it.

        Raises:
            UsageError: It cannot be written.
        """
        within = self.table["within"].map({True: "true", False: "false"})
        with files.replacing(path, private=True) as aside:
            rows = defuse_frame(self.table.assign(within=within))
            rows.to_csv(aside, index=False, lineterminator="\n")


def _line(row: Mapping[Hashable, Any]) -> str:
    """Names the figure and on which side it lies.

    By how much would tell what the register counts, which may be a figure that is to be hidden.
    """
    names = ", ".join(str(row[name]) for name in ("indicator", "statistic", "month", "area"))
    if pd.isna(row["share"]):
        return f"{names}: StatFin has nobody"
    return f"{names}: too far {'above' if row['share'] > 0 else 'below'} StatFin's"
