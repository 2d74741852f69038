"""An event study laid out for the bounds: effects before, effects after, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.difference import BASE
from indicators.evaluation.result import Estimates, Floats


@dataclass(frozen=True, eq=False, slots=True)
class Study:
    """Effects in the order of time, without the base.

    Attributes:
        estimates: Before, then after.
        covariance: Of these.
        before: How many lie before the base.
        target: Weights of the effects after the start in the parameter asked for.
    """

    estimates: Floats
    covariance: Floats
    before: int
    target: Floats

    @property
    def after(self) -> int:
        """How many effects lie after the base."""
        return len(self.target)

    @property
    def estimate(self) -> float:
        """The parameter asked for, if trends do not differ."""
        return float(self.target @ self.estimates[self.before :])

    @property
    def error(self) -> float:
        """Its standard error."""
        after = self.covariance[self.before :, self.before :]
        return float(np.sqrt(self.target @ after @ self.target))


def read_study(found: Estimates, events: Sequence[int]) -> Study:
    """Lay an event study out.

    Args:
        found: What :func:`indicators.evaluation.event_study` returned, with all event times from
            the first of its window to the last.
        events: Event times after the start whose mean effect is asked for.

    Raises:
        UsageError: An event time asked for is not in the study.
        DataError: An event time is missing between, or none lies before the base.
    """
    known = [int(event) for event in found.covariance.index]
    expected = [e for e in range(known[0], known[-1] + 1) if e != BASE]
    if known != expected or known[0] >= BASE or known[-1] < 0:
        raise DataError("event study: the bounds need every event time from before −1 to after it")
    after = [event for event in known if event > BASE]
    if not events or any(event not in after for event in events):
        raise UsageError(f"events: choose among the event times 0 … {after[-1]}")
    target = np.array([event in set(events) for event in after], dtype=float)
    return Study(
        found.table.set_index("event_time").loc[known, "estimate"].to_numpy(dtype=float),
        found.covariance.to_numpy(dtype=float),
        len(known) - len(after),
        target / target.sum(),
    )


def bounds_table(
    name: str, values: Sequence[float], intervals: Sequence[tuple[float, float]]
) -> pd.DataFrame:
    """One row a bound: the bound, ``ci_low``, ``ci_high``."""
    low, high = zip(*intervals, strict=True)
    return pd.DataFrame({name: list(values), "ci_low": low, "ci_high": high})


def breakdown(table: pd.DataFrame) -> float:
    """The largest bound of a table whose interval, and all before it, leaves zero out.

    Args:
        table: Of :func:`relative_bounds` or :func:`smoothness_bounds`, bounds rising.

    Returns:
        The bound; missing if the first interval already holds zero.
    """
    holds = (table["ci_low"] <= 0) & (table["ci_high"] >= 0)
    passed = table.loc[~holds.cummax()].iloc[:, 0]
    return float(passed.iloc[-1]) if len(passed) else float("nan")
