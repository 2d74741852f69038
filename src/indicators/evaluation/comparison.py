"""Who is treated from when, and which rows of a panel may serve a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.long_panel import (
    LongData,
    is_missing,
    kind_hint,
    named_list,
    raise_usage_faults,
)
from indicators.evaluation.regression import without_singletons
from indicators.evaluation.result import Bools, Floats, Ints

NEVER_TREATED = np.iinfo(np.int64).max
MIN_CLUSTERS = 5
"""With fewer treated clusters their errors are far too small (Conley and Taber 2011)."""


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonSample:
    """The rows of a comparison.

    Attributes:
        outcome: By row, never missing.
        unit: Unit of each row, whole numbers from 0.
        time: Time of each row, whole numbers from 0.
        start: Tick of the first treated time of the row's unit, :data:`NEVER_TREATED` for controls.
        event: Ticks since then; 0 for controls.
        weights: Of each row, above 0.
        cluster: Cluster of each row, whole numbers.
        covariates: Rows by covariates, never missing.
        notes: What was left out and why, and what to beware of.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    start: Ints
    event: Ints
    weights: Floats
    cluster: Ints
    covariates: Floats
    notes: tuple[str, ...]

    @property
    def treated(self) -> Bools:
        """Rows of units that are treated at some time of the sample."""
        return np.asarray(self.start != NEVER_TREATED)

    @property
    def after(self) -> Bools:
        """Treated rows: of treated units, from their start on."""
        return np.asarray(self.treated & (self.event >= 0))

    @property
    def starts(self) -> Ints:
        """The distinct first treated times."""
        return np.unique(self.start[self.treated])

    def count(self, rows: Bools, codes: Ints) -> int:
        """How many different codes (units, clusters) some rows have."""
        return len(np.unique(codes[rows]))


def read_starts(treated_from: Mapping[Any, Any] | pd.Series, data: LongData) -> Ints:
    """First treated tick by unit, ``NEVER_TREATED`` for the others and those later than the panel.

    A missing time and 0 (unless the panel has a time 0) mean that a unit is never treated.

    Raises:
        UsageError: A unit is not in the panel or comes twice, or a time is not of the column's
            kind; all that is wrong at once.
    """
    if not isinstance(treated_from, Mapping | pd.Series):
        raise UsageError("treated_from: write a mapping from unit to its first treated time")
    entries = list(treated_from.items())
    faults = []
    unknown = [unit for unit, _ in entries if unit not in data.units]
    if unknown:
        faults.append(
            f"treated_from: {len(unknown)} of {len(entries)} units are not in the panel"
            f"{kind_hint(data.units, unknown)}: {named_list(unknown, 5)}"
        )
    named = pd.Index([unit for unit, _ in entries])
    if named.has_duplicates:
        twice = named[named.duplicated()].unique()
        faults.append(
            f"treated_from: {len(twice)} units come twice ({named_list(twice, 5)}); a unit has one "
            "first treated time"
        )
    starts = np.full(len(data.units), NEVER_TREATED, dtype=np.int64)
    for unit, first in entries:
        if unit in unknown or is_missing(first):
            continue
        if _is_zero(first) and 0 not in data.time_axis.times:
            continue
        try:
            starts[data.units.get_loc(unit)] = data.time_axis.tick(first, "treated_from")
        except UsageError as error:
            if error.message not in faults:
                faults.append(error.message)
    raise_usage_faults(faults)
    starts[starts > data.time_axis.ticks[-1]] = NEVER_TREATED
    return starts


def _is_zero(first: Any) -> bool:
    """Whether a first treated time is the 0 by which some write that there is none."""
    return isinstance(first, int | float | np.number) and first == 0


def comparable_rows(
    data: LongData, starts: Ints, base: Any = None, *, cluster: str | None = None
) -> ComparisonSample:
    """The rows in which treated units can be held against not yet treated ones.

    Rows without an outcome or a covariate are left out, and units treated from the panel's first
    time on, which have nothing before. If every unit is treated some day, the times from which all
    are treated are left out too: the last to adopt are the controls until then.

    Args:
        data: The panel.
        starts: Of :func:`read_starts`.
        base: Range of times that is compared with, ``first..last`` or a pair; all times before
            without it.
        cluster: Name of the column of clusters, for the notes.

    Raises:
        UsageError: The base is no range, or not before the first start.
        DataError: No unit is treated within the panel, none is untreated, or the base is not in
            the panel.
    """
    notes: list[str] = []
    always = starts <= data.time_axis.ticks[0]
    if always.any():
        notes.append(
            f"{int(always.sum())} units treated from the first time on are left out: "
            f"{data.names(always)}"
        )
    known, said = _known_rows(data)
    notes += said
    if gaps := data.time_axis.gaps:
        steps = "1 step" if gaps == 1 else f"{gaps} steps"
        notes.append(f"the times have a gap of {steps}, which event times count")
    starts, last = _last_as_controls(starts, always)
    if last != NEVER_TREATED:
        notes.append("no unit is never treated: times from which all are treated are left out")
    ticks = data.time_axis.ticks[data.time]
    kept = known & ~always[data.unit] & (ticks < last)
    if base is not None:
        first = int(starts[~always].min())
        inside, said = _base_times(base, data, first)
        notes += said
        kept &= inside[data.time] | (ticks >= first)
    if not kept.any():
        raise DataError("panel: no row is left to compare")
    lone = ~without_singletons(data.unit[kept], data.time[kept])
    gone = np.isin(np.arange(len(data.units)), data.unit[kept])
    gone &= ~np.isin(np.arange(len(data.units)), data.unit[kept][~lone])
    if gone.any():
        notes.append(f"units with a single row say nothing and are left out: {data.names(gone)}")
    kept[np.flatnonzero(kept)[lone]] = False
    sample = _build_sample(data, starts, kept)
    return _with_notes(sample, [*notes, *_unbalanced(data, starts, kept), *_few(sample, cluster)])


def _known_rows(data: LongData) -> tuple[Bools, list[str]]:
    """Rows that have all numbers, and what is said of the others."""
    known, notes = ~np.isnan(data.outcome), []
    if lacking := int((~known).sum()):
        notes.append(f"{lacking} rows without an outcome are left out")
    whole = known & ~np.isnan(data.covariates).any(axis=1)
    if lacking := int((known & ~whole).sum()):
        notes.append(f"{lacking} rows without a covariate are left out")
    empty = ~np.isin(np.arange(len(data.units)), data.unit[whole])
    if empty.any():
        notes.append(f"units of which no row is left: {data.names(empty)}")
    return whole, notes


def _last_as_controls(starts: Ints, always: Bools) -> tuple[Ints, int]:
    """Starts in which somebody is untreated to the end, and the tick at which the sample ends."""
    able = starts[~always]
    if not (able != NEVER_TREATED).any():
        raise DataError(
            "treated_from: no unit becomes treated within the panel after its first time"
        )
    if (able == NEVER_TREATED).any():
        return starts, NEVER_TREATED
    last = int(able.max())
    if (able == last).all():
        raise DataError(
            "treated_from: every unit is treated from the same time on; there is no control"
        )
    return np.where(starts == last, NEVER_TREATED, starts), last


def _base_times(base: Any, data: LongData, start: int) -> tuple[Bools, list[str]]:
    """Which times a base holds, and a note if some of its own are not in the panel."""
    first, last = _base_ends(base, data)
    axis = data.time_axis
    inside = axis.between(first, last, "base")
    name = f"{first}..{last}"
    if not inside.any():
        whole = f"{axis.times[0]}..{axis.times[-1]}"
        raise DataError(f"base: the panel has no time in {name}; its times are {whole}")
    if axis.ticks[inside].max() >= start:
        treated = axis.times[axis.ticks >= start][0]
        raise UsageError(f"base: {name} is not before the first treated time, {treated}")
    held, length = int(inside.sum()), axis.tick(last, "base") - axis.tick(first, "base") + 1
    if axis.are_months and held < length:
        return inside, [f"of the {length} times of the base {name} the panel has {held}"]
    return inside, []


def _base_ends(base: Any, data: LongData) -> tuple[Any, Any]:
    ends = base.split("..") if isinstance(base, str) else base
    if not isinstance(ends, list | tuple):
        ends = [base]
    if not 1 <= len(ends) <= 2:
        raise UsageError("base: write the first and the last time, such as 2020-09..2021-02")
    numeric = pd.api.types.is_numeric_dtype(data.time_axis.times.dtype)
    first, last = (_as_number(end) if numeric else end for end in (ends[0], ends[-1]))
    if data.time_axis.after(first, last, "base"):
        raise UsageError(f"base: {first} is later than {last}; write the earlier time first")
    return first, last


def _as_number(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return int(text)
    except ValueError:
        return text


def _unbalanced(data: LongData, starts: Ints, kept: Bools) -> list[str]:
    """Treated units that lack rows before or after their start."""
    ticks = data.time_axis.ticks[data.time]
    treated = np.unique(data.unit[kept & (starts[data.unit] != NEVER_TREATED)])
    is_treated = np.isin(np.arange(len(data.units)), treated)
    notes = []
    for place, rows in (
        ("before", kept & (ticks < starts[data.unit])),
        ("after", kept & (ticks >= starts[data.unit])),
    ):
        lacking = is_treated & ~np.isin(np.arange(len(data.units)), data.unit[rows])
        if lacking.any():
            notes.append(f"treated units without a row {place} their start: {data.names(lacking)}")
    return notes


def _few(sample: ComparisonSample, cluster: str | None) -> list[str]:
    """What to beware of: several starts, and few clusters on either side."""
    notes = []
    if len(sample.starts) > 1:
        notes.append(
            f"treatment starts at {len(sample.starts)} times: the effect of each start is "
            "estimated apart, against units not yet treated, and averaged over treated rows"
        )
    kind = "unit" if cluster is None else "cluster"
    named = "unit" if cluster is None else cluster
    for side, rows in (("treated", sample.treated), ("control", ~sample.treated)):
        number = sample.count(rows, sample.cluster)
        if number < MIN_CLUSTERS:
            some = f"1 {side} {kind}" if number == 1 else f"{number} {side} {kind}s"
            are = "is" if number == 1 else "are"
            notes.append(
                f"errors are clustered by {named} and there {are} only {some}: the standard "
                "error, the interval and the p-value are not to be trusted"
            )
    return notes


def _build_sample(data: LongData, starts: Ints, kept: Bools) -> ComparisonSample:
    unit, time = data.unit[kept], data.time[kept]
    start = starts[unit]
    ticks = data.time_axis.ticks[time]
    event = np.where(start == NEVER_TREATED, 0, ticks - np.where(start == NEVER_TREATED, 0, start))
    return ComparisonSample(
        data.outcome[kept],
        np.asarray(np.unique(unit, return_inverse=True)[1], dtype=np.int64),
        np.asarray(np.unique(time, return_inverse=True)[1], dtype=np.int64),
        start,
        np.asarray(event, dtype=np.int64),
        data.weights[kept],
        data.cluster[kept],
        data.covariates[kept],
        (),
    )


def _with_notes(sample: ComparisonSample, notes: Sequence[str]) -> ComparisonSample:
    return replace(sample, notes=tuple(notes))
