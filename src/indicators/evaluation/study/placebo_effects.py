"""Difference-in-differences of many regions at once, each added up to one unit.

The estimate is that of :func:`indicators.evaluation.difference_in_differences` with the region as
its only treated unit: its change less the mean change of the other control municipalities. With
a balanced panel this is a difference of means, so a thousand regions cost what one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.evaluation.panel import OUTCOMES, Panel
from indicators.evaluation.panel.counts import COUNTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cube:
    """Counts and outcomes of the controls over the months of a window.

    Attributes:
        units: Control municipalities.
        counts: By name, shape (units, months).
        outcome: Shape (units, months).
        outcome_id: Which outcome.
        trial_year: Of each month.
    """

    units: tuple[str, ...]
    counts: dict[str, Floats]
    outcome: Floats
    outcome_id: str
    trial_year: Ints


def cube(panel: Panel, outcome: str, last_month: str) -> Cube:
    """The controls' figures up to a month.

    Raises:
        DataError: An outcome is missing: means over other months would be compared unnoticed.
    """
    frame = panel.outcomes()
    controls = panel.of_role("control")
    chosen = frame[(frame["month"] <= last_month) & frame["unit"].isin(controls)]
    wide = chosen.pivot(index="unit", columns="month", values=[*COUNTS, outcome])
    years = chosen.drop_duplicates("month").set_index("month")["trial_year"].sort_index()
    counts = {name: wide[name].to_numpy(float) for name in COUNTS}
    outcomes = wide[outcome].to_numpy(float)
    if np.isnan(outcomes).any():
        raise DataError(f"{outcome} is not known for every control up to {last_month}; end earlier")
    return Cube(tuple(wide.index), counts, outcomes, outcome, years.to_numpy(np.int64))


def gaps(data: Cube, members: NDArray[np.str_]) -> Floats:
    """Outcome of sets of controls less the mean of the controls outside each.

    Args:
        data: The controls' figures.
        members: Codes of the members of each set, shape (sets, members).

    Returns:
        Shape (sets, months).
    """
    row = positions(data.units, members)
    total, inside = data.outcome.sum(axis=0), data.outcome[row].sum(axis=1)
    rest = (total - inside) / (len(data.units) - members.shape[1])
    return np.asarray(_outcome(data, row) - rest)


def positions(units: Sequence[str], members: NDArray[np.str_]) -> NDArray[np.intp]:
    """Where the members of sets stand among the units, in the sets' shape."""
    row = pd.Index(units).get_indexer(pd.Index(members.ravel()))
    return np.asarray(row.reshape(members.shape))


def gap_of(region: Floats, data: Cube) -> Floats:
    """The same for a region outside the controls, its outcomes of shape (months,): (1, months)."""
    return np.asarray((region - data.outcome.mean(axis=0))[None, :])


def estimate(gap: Floats, trial_year: Ints) -> Floats:
    """Difference-in-differences of each gap: its mean from the start on less that before."""
    before = trial_year < 0
    return np.asarray(gap[:, ~before].mean(axis=1) - gap[:, before].mean(axis=1))


def yearly(gap: Floats, trial_year: Ints) -> tuple[Ints, Floats]:
    """Trial-years, and the mean gap of each less that of the last year before the start."""
    years = np.unique(trial_year)
    means = np.stack([gap[:, trial_year == year].mean(axis=1) for year in years], axis=1)
    return years, means - means[:, years == -1]


def _outcome(data: Cube, row: NDArray[np.intp]) -> Floats:
    """Outcomes of sets, from the sums of their members' counts: shape (sets, months)."""
    sums = {name: values[row].sum(axis=1) for name, values in data.counts.items()}
    flat = pd.DataFrame({name: values.ravel() for name, values in sums.items()})
    made = OUTCOMES[data.outcome_id].of(flat).to_numpy()
    return np.asarray(made.reshape(len(row), -1))
