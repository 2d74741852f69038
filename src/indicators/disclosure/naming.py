"""What the numerator and the denominator of a figure count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from indicators import catalogue
from indicators.catalogue import CountRelations, StatisticCounts
from indicators.disclosure.units import COUNTS, MEANS, MONEY, SHARES
from indicators.errors import DataError

Side = Literal["numerator", "denominator"]
Category = tuple[str, str]

SIDES: tuple[Side, Side] = ("numerator", "denominator")

_COUNTED_BY_UNIT: Mapping[Side, frozenset[str]] = {
    "numerator": COUNTS | SHARES,
    "denominator": COUNTS | MONEY | frozenset({"percent", *MEANS}),
}
"""Units whose numerator or denominator is a count: the others are sums, days or euros."""


@dataclass(frozen=True, slots=True)
class Named:
    """The count that stands in one column of a figure.

    Attributes:
        count: Its name.
        category: The only category it is of; None where it is of the figure's own.
        months_before: So many months before the figure's it is of.
    """

    count: str
    category: Category | None = None
    months_before: int = 0


@cache
def _relations() -> CountRelations:
    """What all definitions say of how counts hang together.

    Raises:
        DataError: A definition names a count that no figure shows: what it says of it would
            protect nothing.
    """
    each = [one.count_relations for one in catalogue.load().indicators]
    within: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one in each:
        for whole, lists in one.within.items():
            within[whole] = (*within.get(whole, ()), *lists)
    made = CountRelations(
        distinct=tuple(count for one in each for count in one.distinct),
        distinct_by_item=tuple(count for one in each for count in one.distinct_by_item),
        # Which of two equal choices is hidden depends on the order: sums of few come first.
        sums=dict(sorted((of for one in each for of in one.sums.items()), key=_parts)),
        within=within,
        cohorts=tuple(cohort for one in each for cohort in one.cohorts),
    )
    if unknown := sorted(_names_in(made) - _shown()):
        raise DataError(
            f"count_relations of the catalogue: no figure shows {', '.join(unknown)}; write a name "
            "of [counts], or indicator.statistic (and .denominator) for a count of its own"
        )
    return made


def _parts(sum_: tuple[str, tuple[str, ...]]) -> int:
    return len(sum_[1])


def _names_in(relations: CountRelations) -> set[str]:
    """All counts that relations name."""
    named = {*relations.distinct, *relations.distinct_by_item, *relations.sums, *relations.within}
    named.update(*relations.sums.values(), *relations.cohorts)
    return named.union(*(parts for lists in relations.within.values() for parts in lists))


def _shown() -> set[str]:
    """All counts that some figure of the catalogue shows."""
    found = (
        named(one.id, statistic.id, statistic.unit, side)
        for one in catalogue.load().indicators
        for statistic in one.statistics
        for side in SIDES
    )
    return {one.count for one in found if one is not None}


def sums() -> Mapping[str, tuple[str, ...]]:
    """Counts that are the sum of others in every cell, with what they are the sum of."""
    return _relations().sums


def within() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Counts with lists of their parts: those of a list together are at most the count."""
    return _relations().within


def cohorts() -> tuple[tuple[str, ...], ...]:
    """Counts of one cohort, each part of the one before."""
    return _relations().cohorts


def other_part(part: str, whole: str) -> str | None:
    """The count that with a part makes its whole, if two make it."""
    parts = sums().get(whole, ())
    others = [name for name in parts if name != part]
    return others[0] if len(parts) == len(others) + 1 == 2 else None


def distinct() -> frozenset[str]:
    """Counts of distinct persons or vacancies, whose parts may add up to more than the total."""
    return frozenset(_relations().distinct)


def distinct_by_item() -> frozenset[str]:
    """Counts of which that is so of the items of a survey alone."""
    return frozenset(_relations().distinct_by_item)


@cache
def lags() -> frozenset[int]:
    """How many months before its figure's a count may be of."""
    counts = (
        of
        for by_statistic in _shared().values()
        for of in (by_statistic.numerator, by_statistic.denominator)
    )
    return frozenset(
        {0, *(by_statistic.months_before for by_statistic in counts if by_statistic is not None)}
    )


@cache
def _shared() -> Mapping[tuple[str, str], StatisticCounts]:
    """Figures that count what others count too, by indicator and statistic."""
    return {
        (one.id, statistic): of
        for one in catalogue.load().indicators
        for statistic, of in one.counts.items()
    }


def named(indicator: str, statistic: str, unit: str, side: Side) -> Named | None:
    """What a column of a figure counts.

    Args:
        indicator: Its id.
        statistic: Its id.
        unit: The figure's unit.
        side: ``numerator`` or ``denominator``.

    Returns:
        The count, or None where the column is no count of persons, spells or offers.
    """
    if unit not in _COUNTED_BY_UNIT[side]:
        return None
    shared = _shared().get((indicator, statistic), StatisticCounts())
    definition = shared.numerator if side == "numerator" else shared.denominator
    if definition is None:
        own = f"{indicator}.{statistic}"
        return Named(own if side == "numerator" else f"{own}.denominator")
    dimension, category = definition.category or ("", "")
    return Named(
        definition.count, (dimension, category) if dimension else None, definition.months_before
    )
