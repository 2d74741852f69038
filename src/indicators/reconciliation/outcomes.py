"""What comparing the two sides of an identity gives, and what is done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.errors import DataError

Numbers = NDArray[np.float64]
Relation = Literal["equal", "at_most"]

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """One identity of one figure, compared in every month and area.

    Attributes:
        identity: Its id, as ``words.toml`` has it.
        figure: Indicator and statistic that it is told of.
        compared: How many pairs of numbers were known on both sides.
        broken: Month and area of each place where it does not hold, each place once.
    """

    identity: str
    figure: str
    compared: int
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Identities:
    """That all identities hold, with how many comparisons were made of each.

    Attributes:
        counts: By id of the identity.
    """

    counts: Mapping[str, int]

    @property
    def compared(self) -> int:
        """Comparisons made in all."""
        return sum(self.counts.values())

    def text(self, language: str = "en") -> str:
        """In words, for a terminal; ``fi``, ``sv`` or ``en``."""
        from indicators.reconciliation.telling import tell_identities

        return tell_identities(self, language)


def compare(
    identity: str,
    figure: str,
    places: tuple[Sequence[str], Sequence[str]],
    left: Numbers,
    right: Numbers,
    *,
    relation: Relation = "equal",
) -> Outcome:
    """Compare the two sides of an identity wherever both are known.

    Args:
        identity: Its id.
        figure: What it is told of.
        places: Months and areas.
        left: Shape (months, areas, …); NaN where not known.
        right: The same.
        relation: What should hold.
    """
    more = left - right
    # Counts are exact; sums of fractions are not, and differ in their last digits.
    slack = 1e-9 * np.abs(right) + 1e-6
    broken = more > slack if relation == "at_most" else np.abs(more) > slack
    months, areas = places
    wrong = broken.reshape(len(months), len(areas), -1).any(axis=2)
    named = tuple((months[month], areas[area]) for month, area in np.argwhere(wrong))
    return Outcome(identity, figure, int((~np.isnan(more)).sum()), named)


def settle(outcomes: Iterable[Outcome]) -> Identities:
    """Count the comparisons, if everything holds.

    Raises:
        DataError: An identity is broken; indicators, months and areas are named.
    """
    counts: Counter[str] = Counter()
    broken: list[Outcome] = []
    for outcome in outcomes:
        counts[outcome.identity] += outcome.compared
        broken += [outcome] if outcome.broken else []
    if broken:
        raise _failure(broken)
    return Identities(dict(counts))


def _failure(outcomes: Sequence[Outcome]) -> DataError:
    lines = [_line(outcome) for outcome in outcomes[:_NAMED]]
    more = len(outcomes) - len(lines)
    return DataError(
        "figures from the register contradict each other, so none is given: run `indicators "
        "check` on the register; if it finds nothing, this is a defect of the package to report",
        [*lines, *([f"and {more} more figures"] if more else [])],
    )


def _line(outcome: Outcome) -> str:
    from indicators.reconciliation.telling import identity

    month, area = outcome.broken[0]
    more = len(outcome.broken) - 1
    places = f"{month}, {area}" + (f" and {more} more places" if more else "")
    return f"{outcome.figure}, {places}: does not hold: {identity(outcome.identity)}"
