"""What the columns of figures count, and how counts hang together, as the definitions say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import CountRelations, StatisticCounts
from indicators.errors import DataError

# What a figure's unit says of its columns: a count, a share, a mean, or money.


COUNT_UNITS = frozenset({"persons", "spells", "offers", "vacancies"})
"""Numerators that count somebody. Vacancies are no persons, but an offer of each stands behind."""

SHARE_UNITS = frozenset({"percent", "per_fte"})
"""A count over a count, or over full-time equivalents."""

MEAN_UNITS: Mapping[str, float | None] = {
    "weeks": 13.0,
    "days": 91.0,
    "services": 2.0,
    "score": None,
}
"""Means and medians, and how wide the range of one person's value must stay, at the least.

Of scores that depends on the scale (contract, section 6); of services it is our own choice.
"""

MONEY_UNITS = frozenset({"euros", "euros_per_person", "euros_per_month", "euros_per_day"})

KNOWN_UNITS = COUNT_UNITS | SHARE_UNITS | frozenset(MEAN_UNITS) | MONEY_UNITS
"""The units that disclosure control knows how to protect."""


# What the numerator and the denominator of a figure count.


Side = Literal["numerator", "denominator"]
Category = tuple[str, str]

SIDES: tuple[Side, Side] = ("numerator", "denominator")

_COUNTED_BY_UNIT: Mapping[Side, frozenset[str]] = {
    "numerator": COUNT_UNITS | SHARE_UNITS,
    "denominator": COUNT_UNITS | MONEY_UNITS | frozenset({"percent", *MEAN_UNITS}),
}
"""Units whose numerator or denominator is a count: the others are sums, days or euros."""


@dataclass(frozen=True, slots=True)
class CountName:
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
    each = [one.count_relations for one in load_catalogue().indicators]
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
        tells_of={figure: counts for one in each for figure, counts in one.tells_of.items()},
    )
    if strange := sorted(set(made.tells_of) - set(_figures())):
        raise DataError(
            f"count_relations.tells_of of the catalogue: no figure is called {', '.join(strange)}; "
            "write indicator.statistic"
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
    named.update(*relations.sums.values(), *relations.cohorts, *relations.tells_of.values())
    return named.union(*(parts for lists in relations.within.values() for parts in lists))


def _shown() -> set[str]:
    """All counts that some figure of the catalogue shows."""
    found = (
        count_name(one.id, statistic.id, statistic.unit, side, followed=followed)
        for one in load_catalogue().indicators
        for statistic in one.statistics
        for side in SIDES
        for followed in (False, True)
    )
    return {one.count for one in found if one is not None}


def _figures() -> list[str]:
    """All figures of the catalogue, ``indicator.statistic``."""
    return [f"{one.id}.{of.id}" for one in load_catalogue().indicators for of in one.statistics]


def counts_told_of() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Counts that a figure tells something of without being one, by indicator and statistic."""
    by_figure = _relations().tells_of
    return {
        (indicator, statistic): counts
        for (indicator, _, statistic), counts in (
            (figure.partition("."), counts) for figure, counts in by_figure.items()
        )
    }


def count_sums() -> Mapping[str, tuple[str, ...]]:
    """Counts that are the sum of others in every cell, with what they are the sum of."""
    return _relations().sums


def count_parts() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Counts with lists of their parts: those of a list together are at most the count."""
    return _relations().within


def cohort_chains() -> tuple[tuple[str, ...], ...]:
    """Counts of one cohort, each part of the one before."""
    return _relations().cohorts


def complement_count(part: str, whole: str) -> str | None:
    """The count that with a part makes its whole, if two make it."""
    parts = count_sums().get(whole, ())
    others = [name for name in parts if name != part]
    return others[0] if len(parts) == len(others) + 1 == 2 else None


def distinct_counts() -> frozenset[str]:
    """Counts of distinct persons or vacancies, whose parts may add up to more than the total."""
    return frozenset(_relations().distinct)


def distinct_item_counts() -> frozenset[str]:
    """Counts of which that is so of the items of a survey alone."""
    return frozenset(_relations().distinct_by_item)


@cache
def month_lags() -> frozenset[int]:
    """How many months before its figure's a count may be of."""
    counts = (
        of
        for by_statistic in shared_counts().values()
        for of in (by_statistic.numerator, by_statistic.denominator)
    )
    return frozenset(
        {0, *(by_statistic.months_before for by_statistic in counts if by_statistic is not None)}
    )


@cache
def shared_counts() -> Mapping[tuple[str, str], StatisticCounts]:
    """Figures that count what others count too, by indicator and statistic."""
    return {
        (one.id, statistic): of
        for one in load_catalogue().indicators
        for statistic, of in one.counts.items()
    }


def count_name(
    indicator: str, statistic: str, unit: str, side: Side, *, followed: bool = False
) -> CountName | None:
    """What a column of a figure counts.

    Args:
        indicator: Its id.
        statistic: Its id.
        unit: The figure's unit.
        side: ``numerator`` or ``denominator``.
        followed: Whether only some of the month's events are followed for as long as the figure
            says. Those are a part of all, and counts of the figure's own.

    Returns:
        The count, or None where the column is no count of persons, spells or offers.
    """
    if unit not in _COUNTED_BY_UNIT[side]:
        return None
    shared = shared_counts().get((indicator, statistic), StatisticCounts())
    definition = shared.numerator if side == "numerator" else shared.denominator
    partly = followed and shared.followed_for
    if definition is None or partly:
        own = f"{indicator}.{statistic}{'.followed' if partly else ''}"
        return CountName(own if side == "numerator" else f"{own}.denominator")
    dimension, category = definition.category or ("", "")
    return CountName(
        definition.count, (dimension, category) if dimension else None, definition.months_before
    )
