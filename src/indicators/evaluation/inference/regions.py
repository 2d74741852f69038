"""Placebo regions: sets of control units that could have been the treated ones."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import Floats

Region = frozenset[Hashable]
# A draw that is already there or cannot grow is drawn again, so many times for each one wanted.
_TRIES = 50


def any_regions(units: Collection[Any], size: int, draws: int, seed: int) -> list[Region]:
    """Different sets of units, all of them equally likely.

    Args:
        units: The control units.
        size: Units in a set.
        draws: How many sets; fewer are returned if there are no more.
        seed: Of the draw: the same seed gives the same sets.

    Raises:
        UsageError: A set would hold no unit, or more than there are.
    """
    ordered = _ordered(units)
    _require_size(size, len(ordered))

    def draw_one(random: np.random.Generator) -> Region:
        return frozenset(ordered[place] for place in random.permutation(len(ordered))[:size])

    return _different(draw_one, draws, seed)


def contiguous_regions(
    neighbours: Mapping[Any, Iterable[Any]], size: int, draws: int, seed: int
) -> list[Region]:
    """Different connected sets of units: grown from a random unit by random neighbours.

    Compact sets are more likely than long ones, as among real regions.

    Args:
        neighbours: Of each control unit; units that are no key (the treated, say) are passed by.
        size: Units in a set.
        draws: How many sets; fewer are returned if no more are found.
        seed: Of the draw.

    Raises:
        UsageError: A set would hold no unit, or more than there are.
        DataError: No connected set is so large.
    """
    ordered = _ordered(neighbours)
    _require_size(size, len(ordered))
    near = {unit: sorted(set(neighbours[unit]) & set(ordered), key=str) for unit in ordered}

    def draw_one(random: np.random.Generator) -> Region | None:
        inside = {ordered[random.integers(len(ordered))]}
        while len(inside) < size:
            edge = _ordered({unit for member in inside for unit in near[member]} - inside)
            if not edge:
                return None
            inside.add(edge[random.integers(len(edge))])
        return frozenset(inside)

    return _different(draw_one, draws, seed)


def matched_regions(
    traits: pd.DataFrame, treated: Sequence[Any], draws: int, seed: int, nearest: int = 20
) -> list[Region]:
    """Different sets that resemble the treated one, unit by unit.

    Args:
        traits: Numbers known before the start, one row a unit (the index), treated ones too.
        treated: The treated units; each is stood for by one of the controls nearest to it, the
            traits counted in standard deviations.
        draws: How many sets; fewer are returned if no more are found.
        seed: Of the draw.
        nearest: How many nearest controls each is drawn from.

    Raises:
        UsageError: A treated unit has no row.
        DataError: A trait is missing, or there are fewer controls than treated units.
    """
    if lacking := [unit for unit in treated if unit not in traits.index]:
        raise UsageError(f"traits: {len(lacking)} treated units have no row")
    if traits.isna().any(axis=None):
        raise DataError("traits: a number is missing; fill it or drop the unit or trait")
    controls = traits.index.difference(pd.Index(treated))
    if len(controls) < len(treated):
        raise DataError("traits: there are fewer controls than treated units")
    closest = _closest(traits, controls, treated, nearest)

    def draw_one(random: np.random.Generator) -> Region | None:
        chosen = [random.choice(row) for row in closest]
        return frozenset(controls[chosen]) if len(set(chosen)) == len(chosen) else None

    return _different(draw_one, draws, seed)


def _closest(
    traits: pd.DataFrame, controls: pd.Index, treated: Sequence[Any], nearest: int
) -> list[Floats]:
    spread = traits.std().replace(0, 1)
    treated_traits = (traits.loc[list(treated)] / spread).to_numpy(dtype=float)
    control_traits = (traits.loc[controls] / spread).to_numpy(dtype=float)
    distances = ((treated_traits[:, None, :] - control_traits[None, :, :]) ** 2).sum(axis=2)
    return list(np.argsort(distances, axis=1, kind="stable")[:, :nearest])


def _different(draw_one: Any, draws: int, seed: int) -> list[Region]:
    random = np.random.default_rng(seed)
    found: dict[Region, None] = {}
    for _ in range(_TRIES * draws):
        if len(found) == draws:
            break
        if (region := draw_one(random)) is not None:
            found[region] = None
    if not found:
        raise DataError("placebo regions: there is no set of this size; choose a smaller one")
    return list(found)


def _ordered(units: Iterable[Any]) -> list[Any]:
    return sorted(set(units), key=str)


def _require_size(size: int, count: int) -> None:
    if not 0 < size <= count:
        raise UsageError(f"placebo regions: a set of {size} of {count} units cannot be drawn")
