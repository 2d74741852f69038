"""Flows past 3, 6 and 12 months of the same spells: fewer and fewer pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.calendar import shift_month
from indicators.reconciliation.cubes import Cubes
from indicators.reconciliation.outcomes import Outcome, Relation, compare

_FLOWS = {3: "flow_over_3_months", 6: "flow_over_6_months", 12: "flow_over_12_months"}
_RELATIONS: dict[str, Relation] = {"denominator": "equal", "numerator": "at_most"}


def cohorts(
    cubes: Cubes,
    choices: Mapping[str, Mapping[str, object]],
    groups: Mapping[str, Sequence[str]],
) -> Iterator[Outcome]:
    """Of spells that began in one month, as many are followed, and no more pass a later limit.

    Args:
        cubes: The long table.
        choices: Parameters of each indicator, all of them. Two flows with different ones have
            different cohorts, and are not compared.
        groups: Member areas by group code.
    """
    for early, late in pairwise(_FLOWS):
        figures = [(_FLOWS[months], "value") for months in (late, early)]
        sooner, later = _months_of_one_cohort(cubes.months, late - early)
        known = all(cubes.has(figure, "denominator") for figure in figures)
        if not (known and sooner) or choices[_FLOWS[early]] != choices[_FLOWS[late]]:
            continue
        places = ([cubes.months[position] for position in later], cubes.areas)
        grown = _grown(cubes, groups, sooner, later)
        categories = list(
            dict.fromkeys(category for figure in figures for category in cubes.figures[figure])
        )
        for column, relation in _RELATIONS.items():
            left, right = (cubes.values(figure, column, categories) for figure in figures)
            figure_name = f"{' '.join(figures[0])} ({column})"
            later_values = np.where(grown[:, :, None, None], np.nan, left[later])
            yield compare(
                "cohorts", figure_name, places, later_values, right[sooner], relation=relation
            )


def _grown(
    cubes: Cubes, groups: Mapping[str, Sequence[str]], sooner: list[int], later: list[int]
) -> NDArray[np.bool_]:
    """Which areas another municipality became part of between two months; (pairs, areas).

    Each month's figure is of what the area is by then, so that the two are of other people.
    """
    known, grown = mergers.load(), np.zeros((len(later), len(cubes.areas)), bool)
    for pair, months in enumerate(
        (cubes.months[a], cubes.months[b]) for a, b in zip(sooner, later, strict=True)
    ):
        if known.between(*months):
            for position, area in enumerate(cubes.areas):
                was, now = (
                    known.constituents(groups.get(area, (area,)), month) for month in months
                )
                grown[pair, position] = was != now
    return grown


def _months_of_one_cohort(months: Sequence[str], apart: int) -> tuple[list[int], list[int]]:
    """Places of the months in which two flows tell of the same cohort."""
    place = {month: position for position, month in enumerate(months)}
    pairs = [(place.get(shift_month(month, -apart)), position) for month, position in place.items()]
    known = [(sooner, later) for sooner, later in pairs if sooner is not None]
    return [sooner for sooner, _ in known], [later for _, later in known]
