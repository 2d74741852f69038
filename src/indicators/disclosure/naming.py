"""What the numerator and the denominator of a figure count."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from indicators.disclosure.units import COUNTS, MEANS, MONEY, SHARES

Side = Literal["numerator", "denominator"]
Category = tuple[str, str]

SIDES: tuple[Side, Side] = ("numerator", "denominator")

_COUNTED_BY_UNIT: Mapping[Side, frozenset[str]] = {
    "numerator": COUNTS | SHARES,
    "denominator": COUNTS | MONEY | frozenset({"percent", *MEANS}),
}
"""Units whose numerator or denominator is a count: the others are sums, days or euros."""


_OF_COUNTS = ("sums", "distinct", "within", "cohorts")
"""Tables of ``counts.toml`` that are of counts and not of figures."""


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
def _written() -> dict[str, Any]:
    text = files("indicators.disclosure").joinpath("counts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sums() -> Mapping[str, tuple[str, ...]]:
    """Counts that are the sum of others in every cell, with what they are the sum of."""
    return {total: tuple(parts) for total, parts in _written()["sums"].items()}


def within() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Counts with lists of their parts: those of a list together are at most the count."""
    return {
        whole: tuple(tuple(parts) for parts in lists)
        for whole, lists in _written()["within"].items()
    }


def cohorts() -> tuple[tuple[str, ...], ...]:
    """Counts of one cohort, each part of the one before."""
    return tuple(tuple(one) for one in _written()["cohorts"].values())


def other_part(part: str, whole: str) -> str | None:
    """The count that with a part makes its whole, if two make it."""
    parts = sums().get(whole, ())
    others = [one for one in parts if one != part]
    return others[0] if len(parts) == len(others) + 1 == 2 else None


def distinct() -> frozenset[str]:
    """Counts of distinct persons or vacancies, whose parts may add up to more than the total."""
    return frozenset(_written()["distinct"]["counts"])


def distinct_by_item() -> frozenset[str]:
    """Counts of which that is so of the items of a survey alone."""
    return frozenset(_written()["distinct"]["by_item"])


@cache
def lags() -> frozenset[int]:
    """How many months before its figure's a count may be of."""
    figures = [one for name, one in _written().items() if name not in _OF_COUNTS]
    sides = [side for figure in figures for told in figure.values() for side in told.values()]
    return frozenset({0, *(side.get("months_before", 0) for side in sides)})


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
    told = _written().get(indicator, {}).get(statistic, {}).get(side)
    if told is None:
        own = f"{indicator}.{statistic}"
        return Named(own if side == "numerator" else f"{own}.denominator")
    category = told.get("category")
    return Named(
        told["count"],
        (category[0], category[1]) if category else None,
        told.get("months_before", 0),
    )
