"""Randomisation inference: the treated region among placebo regions.

Errors clustered by unit need many treated units; where one region was treated, chance is what the
same comparison finds for regions that were not. See
``docs/decisions/0022-randomisation-inference.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.inference.contrasts import change, effect_of, effects_of, path
from indicators.evaluation.longdata import LongData, kind_hint, read_long
from indicators.evaluation.result import LEVEL, Bools, Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class RandomisationTest:
    """An effect beside those of placebo regions.

    Attributes:
        table: One row, ``term`` = ``effect``; ``std_error`` is the root mean square of the
            placebo effects, interval and p value are from their ranks.
        path: The same by ``event_time``, base −1.
        draws: Effect of each placebo region.
        path_draws: The same by event time, region (rows) by event time (columns).
    """

    table: pd.DataFrame
    path: pd.DataFrame
    draws: Floats
    path_draws: pd.DataFrame

    @property
    def p_value(self) -> float:
        """Two-sided p value of no effect."""
        return float(self.table["p_value"].iloc[0])


def randomisation_test(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Collection[Any],
    start: Any,
    regions: Sequence[Iterable[Any]],
    weights: Mapping[Any, float] | pd.Series | None = None,
) -> RandomisationTest:
    """Hold a region's difference-in-differences against those of placebo regions.

    Args:
        panel: One row a unit and time, complete; units that are neither treated nor controls
            must not be in it.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated units.
        start: Their first treated time.
        regions: Placebo regions: sets of control units.
        weights: Of the units, in the region's mean and the others'; all alike without it.

    Returns:
        The estimate is that of :func:`indicators.evaluation.difference_in_differences`.
        p = (1 + placebo effects at least as large in absolute value) / (1 + placebo regions);
        the interval holds the constant effects that would not be rejected at 5 %.

    Raises:
        UsageError: A column or unit is not there, or a placebo region has a treated unit.
        DataError: An outcome is missing, or nothing lies before or after the start.
    """
    data = read_long(panel, unit, time, outcome)
    outcomes, event = data.wide(), data.time_axis.ticks - data.time_axis.tick(start, "start")
    _require_complete(outcomes, event, outcome)
    treated_position = _members(data, [treated], "treated")[0]
    sets = _members(data, regions, "regions")
    if (sets & treated_position).any():
        raise UsageError("regions: a placebo region holds a treated unit")
    if treated_position.all() or sets[:, ~treated_position].all(axis=1).any():
        raise UsageError("regions: no unit is left to compare with")
    weight = _weights(data, weights)
    numbers = np.vstack([change(outcomes, event), path(outcomes, event)])
    found = effect_of(numbers, treated_position, weight)
    draws = effects_of(
        numbers[:, ~treated_position], sets[:, ~treated_position], weight[~treated_position]
    )
    return RandomisationTest(
        ranked("term", ["effect"], found[:1], draws[:, :1]),
        ranked("event_time", event.tolist(), found[1:], draws[:, 1:]),
        draws[:, 0],
        pd.DataFrame(draws[:, 1:], columns=pd.Index(event, name="event_time")),
    )


def ranked(name: str, labels: list[Any], estimates: Floats, draws: Floats) -> pd.DataFrame:
    """The contract's table from effects and placebo effects.

    Args:
        name: Name of the first column.
        labels: Its k values.
        estimates: The k effects.
        draws: Placebo effects, draws × k. Where all are 0 (the base of an event study) there is
            no error, interval or p value.
    """
    known = (draws != 0).any(axis=0)
    reach = np.array([critical(column) for column in draws.T])
    columns = {
        "std_error": np.sqrt((draws**2).mean(axis=0)),
        "ci_low": estimates - reach,
        "ci_high": estimates + reach,
        "p_value": p_values(estimates, draws),
    }
    blank = {key: np.where(known, values, np.nan) for key, values in columns.items()}
    return pd.DataFrame({name: labels, "estimate": estimates} | blank)


def p_values(estimates: Floats, draws: Floats) -> Floats:
    """(1 + draws at least as large in absolute value) / (1 + draws), for each of k effects."""
    # What only rounding tells apart is equal: the treated region may itself be among the draws.
    size = np.abs(estimates) * (1 - 1e-12)
    return np.asarray((1 + (np.abs(draws) >= size).sum(axis=0)) / (1 + len(draws)))


def critical(draws: Floats, level: float = LEVEL) -> float:
    """The largest absolute effect that chance does not rule out; infinite with too few draws."""
    place = int(np.ceil(level * (len(draws) + 1) - 1e-9))
    return float(np.sort(np.abs(draws))[place - 1]) if place <= len(draws) else np.inf


def _members(data: LongData, regions: Sequence[Iterable[Any]], argument: str) -> Bools:
    sets = [list(region) for region in regions]
    if not sets or not all(sets):
        raise UsageError(f"{argument}: there is no unit")
    found = np.zeros((len(sets), len(data.units)), dtype=bool)
    for row, members in enumerate(sets):
        places = data.units.get_indexer(pd.Index(members))
        if (places < 0).any():
            hint = kind_hint(data.units, members)
            raise UsageError(f"{argument}: {int((places < 0).sum())} units are not there{hint}")
        found[row, places] = True
    return found


def _weights(data: LongData, weights: Mapping[Any, float] | pd.Series | None) -> Floats:
    if weights is None:
        return np.ones(len(data.units))
    found = pd.Series(weights, dtype=float).reindex(data.units).to_numpy(dtype=float)
    if not (found > 0).all():
        raise DataError("weights: every unit of the panel needs one above 0")
    return found


def _require_complete(outcomes: Floats, event: Ints, outcome: str) -> None:
    if lacking := int(np.isnan(outcomes).any(axis=0).sum()):
        raise DataError(
            f"panel, column {outcome}: {lacking} units lack an outcome at some time; drop them"
        )
    if not (event < 0).any() or not (event >= 0).any():
        raise DataError("start: times before the start and from it on are needed")
