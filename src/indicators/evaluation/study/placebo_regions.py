"""Regions that could have been the treated one: sets of control municipalities of one region.

One region was treated. How large an effect chance alone would show is read off regions that were
not: as many control municipalities, within one region (maakunta), of a like size and level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.evaluation.study.placebo_effects import positions
from indicators.evaluation.study.plan import Matching


@dataclass(frozen=True)
class PlaceboRegions:
    """The sets drawn.

    Attributes:
        members: Codes of the members of each set, shape (draws, members); every region (maakunta)
            has as many draws, so that sets of one with few sets are there over and over.
        table: One row a set: ``draw``, ``region``, ``labour_force`` and ``level`` (mean
            unemployment share before, percent).
        eligible: Number of sets that resemble the treated region, by region.
        possible: Number of all sets, by region.
    """

    members: NDArray[np.str_]
    table: pd.DataFrame
    eligible: Mapping[str, int]
    possible: Mapping[str, int]


def draw(
    before: pd.DataFrame, regions: pd.Series, treated: Sequence[str], matching: Matching
) -> PlaceboRegions:
    """Draw placebo regions.

    Args:
        before: Means before the trial by unit: ``unemployed`` and ``labour_force``, persons.
        regions: Region of each control municipality, by unit.
        treated: Members of the treated region.
        matching: How alike they must be, and how many are drawn.

    Raises:
        DataError: No set is alike enough.
    """
    sets = _all_sets(regions, matching.members)
    measured = _measure(before, sets)
    target = _measure(before, pd.DataFrame([list(treated)]).assign(region=""))
    size = np.abs(np.log(measured["labour_force"] / float(target["labour_force"].iloc[0])))
    level = (measured["level"] - float(target["level"].iloc[0])).abs()
    alike = (size <= np.log(matching.size_factor)) & (level <= matching.level_points)
    if not alike.any():
        raise DataError("no set of controls resembles the treated region; widen the matching")
    chosen = _evenly(measured.loc[alike, "region"], matching)
    table = measured.loc[chosen].reset_index(drop=True).rename_axis("draw").reset_index()
    return PlaceboRegions(
        sets.loc[chosen, list(range(matching.members))].to_numpy(str),
        table,
        _numbers(measured.loc[alike, "region"]),
        _numbers(measured["region"]),
    )


def _numbers(regions: pd.Series) -> dict[str, int]:
    return {str(region): int(count) for region, count in regions.value_counts().items()}


def _all_sets(regions: pd.Series, members: int) -> pd.DataFrame:
    """Every set of so many municipalities of one region, in a fixed order."""
    rows = [
        (*chosen, region)
        for region, units in regions.groupby(regions).groups.items()
        for chosen in combinations(sorted(units), members)
    ]
    return pd.DataFrame(rows, columns=[*range(members), "region"])


def _measure(before: pd.DataFrame, sets: pd.DataFrame) -> pd.DataFrame:
    row = positions(list(before.index), sets.drop(columns="region").to_numpy(str))
    unemployed, labour_force = (
        before[name].to_numpy()[row].sum(axis=1) for name in ("unemployed", "labour_force")
    )
    return pd.DataFrame(
        {
            "region": sets["region"],
            "labour_force": labour_force,
            "level": 100 * unemployed / labour_force,
        }
    )


def _evenly(regions: pd.Series, matching: Matching) -> list[int]:
    """Draw as many rows of each region, over and over where it has fewer.

    Sets of one region share members and economy: a region with many sets is no better evidence
    of chance than one with few.
    """
    random = np.random.default_rng(matching.seed)
    groups = [rows.index.to_numpy() for _, rows in regions.groupby(regions)]
    share, rest = divmod(matching.draws, len(groups))
    chosen = [
        np.resize(random.permutation(rows), share + (number < rest))
        for number, rows in enumerate(groups)
    ]
    return sorted(int(row) for row in np.concatenate(chosen))
