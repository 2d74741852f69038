"""Joint tests that all effects before the start are zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from indicators.errors import DataError
from indicators.evaluation.difference import BASE
from indicators.evaluation.inference.randomisation import RandomisationTest
from indicators.evaluation.result import Estimates


@dataclass(frozen=True, slots=True)
class JointTest:
    """A joint test.

    Attributes:
        statistic: F statistic; or the largest effect before the start, each in standard
            deviations of its placebo draws.
        tested: How many effects are tested.
        p_value: Of all being zero. A large one does not show that they are: see ``sensitivity``.
    """

    statistic: float
    tested: int
    p_value: float


def pretrend_test(found: Estimates, first: int | None = None) -> JointTest:
    """Wald test on an event study's effects before the base.

    Args:
        found: What :func:`indicators.evaluation.event_study` returned, the window wide enough.
        first: First event time tested; all before the base without it.

    Raises:
        DataError: There is no such effect, or there are as many as clusters.
    """
    events = _before(found.covariance.index, first)
    if not 0 < len(events) < found.clusters:
        raise DataError(
            f"event study: {len(events)} effects before the base cannot be tested with "
            f"{found.clusters} clusters"
        )
    estimates = found.table.set_index("event_time").loc[events, "estimate"].to_numpy(dtype=float)
    covariance = found.covariance.loc[events, events].to_numpy(dtype=float)
    statistic = float(estimates @ np.linalg.solve(covariance, estimates)) / len(events)
    p_value = float(stats.f.sf(statistic, len(events), found.degrees))
    return JointTest(statistic, len(events), p_value)


def pretrend_test_by_placebos(found: RandomisationTest, first: int | None = None) -> JointTest:
    """The largest effect before the base against the largest of each placebo region.

    Args:
        found: What :func:`randomisation_test` returned.
        first: First event time tested; all before the base without it.

    Raises:
        DataError: There is no such effect.
    """
    events = _before(found.path_draws.columns, first)
    if not events:
        raise DataError("event study: there is no effect before the base to test")
    draws = found.path_draws[events].to_numpy(dtype=float)
    spread = np.sqrt((draws**2).mean(axis=0))
    estimates = found.path.set_index("event_time").loc[events, "estimate"]
    statistic = float((np.abs(estimates.to_numpy(dtype=float)) / spread).max())
    chance = (np.abs(draws) / spread).max(axis=1)
    p_value = float((1 + (chance >= statistic * (1 - 1e-12)).sum()) / (1 + len(chance)))
    return JointTest(statistic, len(events), p_value)


def _before(events: pd.Index, first: int | None) -> list[int]:
    numbers = [int(event) for event in events]
    return [event for event in numbers if event < BASE and (first is None or event >= first)]
