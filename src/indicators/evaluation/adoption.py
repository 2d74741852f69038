"""Who is treated from when, and which rows may serve a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.clock import missing
from indicators.evaluation.longdata import LongData, kind_hint
from indicators.evaluation.result import Bools, Floats, Ints

NEVER = np.iinfo(np.int64).max
FEWEST_CLUSTERS = 5
"""With fewer treated clusters their errors are far too small (Conley and Taber 2011)."""


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """The rows of a comparison.

    Attributes:
        outcome: By row, never missing.
        unit: Unit of each row, whole numbers from 0.
        time: Time of each row, whole numbers from 0.
        start: Tick of the first treated time of the row's unit, ``NEVER`` for controls.
        event: Ticks since then; 0 for controls.
        notes: What was left out and why.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    start: Ints
    event: Ints
    notes: tuple[str, ...]

    @property
    def treated(self) -> Bools:
        """Rows of units that are treated at some time of the sample."""
        return np.asarray(self.start != NEVER)

    @property
    def starts(self) -> Ints:
        """The distinct first treated times."""
        return np.unique(self.start[self.treated])


def read_starts(treated_from: Mapping[Any, Any] | pd.Series, data: LongData) -> Ints:
    """First treated tick by unit, ``NEVER`` for the others and for those later than the panel.

    A missing time and 0 (unless the panel has a time 0) mean that a unit is never treated.

    Raises:
        UsageError: A unit is not in the panel, or a time not of the column's kind.
    """
    if not isinstance(treated_from, Mapping | pd.Series):
        raise UsageError("treated_from: write a mapping from unit to its first treated time")
    entries = dict(treated_from.items())
    unknown = [unit for unit in entries if unit not in data.units]
    if unknown:
        raise UsageError(
            f"treated_from: {len(unknown)} of {len(entries)} units are not in the panel"
            f"{kind_hint(data.units, unknown)}"
        )
    starts = np.full(len(data.units), NEVER, dtype=np.int64)
    for unit, first in entries.items():
        if not missing(first) and not (_is_zero(first) and 0 not in data.time_axis.times):
            starts[data.units.get_loc(unit)] = data.time_axis.tick(first, "treated_from")
    starts[starts > data.time_axis.ticks[-1]] = NEVER
    return starts


def _is_zero(first: Any) -> bool:
    """Whether a first treated time is the 0 by which some write that there is none."""
    return isinstance(first, int | float | np.number) and first == 0


def comparable(data: LongData, starts: Ints) -> Sample:
    """The rows in which treated units can be held against not yet treated ones.

    Rows without an outcome are left out, and units treated from the panel's first time on, which
    have nothing before. If every unit is treated some day, the times from which all are treated
    are left out too: the last to adopt are the controls until then.

    Raises:
        DataError: No unit is treated within the panel, or none is untreated.
    """
    notes: list[str] = []
    always = starts <= data.time_axis.ticks[0]
    if always.any():
        notes.append(f"{int(always.sum())} units treated from the first time on are left out")
    unknown = np.isnan(data.outcome)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} rows without an outcome are left out")
    if gaps := data.time_axis.gaps:
        steps = "1 step" if gaps == 1 else f"{gaps} steps"
        notes.append(f"the times have a gap of {steps}, which event times count")
    starts, last = _last_as_controls(starts, always)
    if last != NEVER:
        notes.append("no unit is never treated: times from which all are treated are left out")
    ticks = data.time_axis.ticks[data.time]
    clusters = int(np.count_nonzero(starts[~always] != NEVER))
    if clusters < FEWEST_CLUSTERS:
        treated = "1 treated unit" if clusters == 1 else f"{clusters} treated units"
        notes.append(
            f"errors are clustered by unit and there is only {treated}: the standard error, the "
            "interval and the p-value are not to be trusted"
        )
    return _sample(data, starts, ~unknown & ~always[data.unit] & (ticks < last), tuple(notes))


def _last_as_controls(starts: Ints, always: Bools) -> tuple[Ints, int]:
    """Starts in which somebody is untreated to the end, and the tick at which the sample ends."""
    able = starts[~always]
    if not (able != NEVER).any():
        raise DataError(
            "treated_from: no unit becomes treated within the panel after its first time"
        )
    if (able == NEVER).any():
        return starts, NEVER
    last = int(able.max())
    if (able == last).all():
        raise DataError(
            "treated_from: every unit is treated from the same time on; there is no control"
        )
    return np.where(starts == last, NEVER, starts), last


def _sample(data: LongData, starts: Ints, kept: Bools, notes: tuple[str, ...]) -> Sample:
    unit, time = data.unit[kept], data.time[kept]
    start = starts[unit]
    ticks = data.time_axis.ticks[time]
    event = np.where(start == NEVER, 0, ticks - np.where(start == NEVER, 0, start))
    return Sample(
        data.outcome[kept],
        np.asarray(np.unique(unit, return_inverse=True)[1], dtype=np.int64),
        np.asarray(np.unique(time, return_inverse=True)[1], dtype=np.int64),
        start,
        np.asarray(event, dtype=np.int64),
        notes,
    )
