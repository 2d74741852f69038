"""Effects by month and by base: the path with COVID shown, and three bases side by side.

Which base is compared with decides what is called an effect: the Lahti region already stood 0.9
points higher in the year of COVID than before it. So every base stands beside the others, with
every trial-year, and the path month by month leaves no month out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from indicators.evaluation.inference import critical_value, placebo_p_values
from indicators.evaluation.result import Floats
from indicators.evaluation.study.changes import (
    TRIAL_AREA,
    WEIGHTS,
    OutcomeCube,
    span_name,
    with_intervals,
)
from indicators.evaluation.study.plan import (
    ALL_TRIALS,
    AT_THE_START,
    BASES,
    REGION_SAMPLE,
    SPECIFIED_OUTCOMES,
    TREATED_SPANS,
    Span,
)
from indicators.evaluation.study.region_gaps import RegionGaps, simultaneous_band
from indicators.evaluation.study.specifications import PLACEBO, RegionSample

#: The last month before the start alone, and the half-year: one month is noise and season.
MONTHLY_BASES: tuple[Span, ...] = (("2021-02", "2021-02"), AT_THE_START)
MONTHLY_COLUMNS = (
    "design", "outcome", "weights", "cluster", "base", "event_time", "month", "estimate",
    "std_error", "ci_low", "ci_high", "p_value", "band_low", "band_high",
)  # fmt: skip
BASE_COLUMNS = (
    "design", "outcome", "weights", "cluster", "base", "after", "span", "estimate", "std_error",
    "ci_low", "ci_high", "p_value",
)  # fmt: skip
#: Trial-years from March to February, and what is left of the agreement after the last.
YEARS: tuple[tuple[str, Span], ...] = (
    *((f"{year}-{year - 1999:02}", (f"{year}-03", f"{year + 1}-02")) for year in range(2016, 2023)),
    ("2023-03..2023-06", ("2023-03", "2023-06")),
)


def monthly_event_studies(cube: OutcomeCube, region: RegionSample, start: str) -> pd.DataFrame:
    """Effects by month of all outcomes, both designs, COVID among the months.

    Args:
        cube: The main sample, all months.
        region: The region and its placebo regions.
        start: First treated month, ``YYYY-MM``: event time 0.

    Returns:
        :data:`MONTHLY_COLUMNS`. ``base`` is a span: effects are against its mean. Intervals hold
        a month's effect in 95 %, bands the whole path. All trials: errors by trial area, t
        distribution. Region: from its placebo regions, ``std_error`` their root mean square.
        Months in which an outcome is not published have no row.
    """
    rows = [*_trial_paths(cube), *_region_paths(region)]
    frame = pd.concat(rows, ignore_index=True)
    first = pd.Period(start, "M").ordinal
    months = pd.PeriodIndex(frame["month"], freq="M").astype("int64")
    return frame.assign(event_time=months - first)[list(MONTHLY_COLUMNS)]


def _trial_paths(cube: OutcomeCube) -> Iterator[pd.DataFrame]:
    groups = cube.groups()
    for outcome in SPECIFIED_OUTCOMES:
        known = ~np.isnan(cube.values[outcome]).any(axis=0)
        months, values = cube.months[known], cube.values[outcome][:, known]
        for base in MONTHLY_BASES:
            early = cube.mean(outcome, base)
            if early is None:
                continue
            for weights in WEIGHTS:
                found = groups.effect(
                    values - early[:, None],
                    weights,
                    TRIAL_AREA,
                    times=len(months),
                    regressors=len(months) - 1,
                )
                errors = np.where(found.errors > 0, found.errors, np.nan)
                reach = found.simultaneous_reach() * errors
                frame = pd.DataFrame(
                    {
                        "month": months,
                        "estimate": found.estimates,
                        "std_error": errors,
                        "clusters": found.clusters,
                        "band_low": found.estimates - reach,
                        "band_high": found.estimates + reach,
                    }
                )
                yield with_intervals(frame).assign(
                    design=ALL_TRIALS,
                    outcome=outcome,
                    weights=weights,
                    cluster=TRIAL_AREA,
                    base=span_name(base),
                )


def _region_paths(region: RegionSample) -> Iterator[pd.DataFrame]:
    for outcome in SPECIFIED_OUTCOMES:
        for weights in WEIGHTS:
            gaps = region.cube.gaps(outcome, region.placebos, weights)
            for base in MONTHLY_BASES:
                yield _region_path(gaps, base).assign(
                    design=REGION_SAMPLE,
                    outcome=outcome,
                    weights=weights,
                    cluster=PLACEBO,
                    base=span_name(base),
                )


def _region_path(gaps: RegionGaps, base: Span) -> pd.DataFrame:
    inside = (gaps.months >= base[0]) & (gaps.months <= base[1])
    known = ~np.isnan(gaps.own)
    own = (gaps.own - gaps.own[inside].mean())[known]
    draws = (gaps.sets - gaps.sets[:, inside].mean(axis=1, keepdims=True))[:, known]
    varied = np.sqrt((draws**2).mean(axis=0)) > 1e-12
    reach = np.array([critical_value(column) for column in draws.T])
    return pd.DataFrame(
        {
            "month": gaps.months[known],
            "estimate": own,
            "std_error": _where(varied, np.sqrt((draws**2).mean(axis=0))),
            "ci_low": _where(varied, own - reach),
            "ci_high": _where(varied, own + reach),
            "p_value": _where(varied, placebo_p_values(own, draws)),
            "band_low": _where(varied, own - simultaneous_band(draws)),
            "band_high": _where(varied, own + simultaneous_band(draws)),
        }
    )


def _where(known: np.ndarray, values: Floats) -> Floats:
    return np.where(known, values, np.nan)


def effects_by_base(cube: OutcomeCube, region: RegionSample) -> pd.DataFrame:
    """Every trial-year and window against every base.

    Args:
        cube: The main sample, all months.
        region: The region and its placebo regions.

    Returns:
        :data:`BASE_COLUMNS`: ``after`` is a trial-year (``2016-17`` …, that of COVID ``2020-21``)
        or a window of the curve, ``span`` its months. Years before the start are no effects: they
        show what stood there before. Errors as in :func:`monthly_event_studies`.
    """
    spans = [*YEARS, *((window.id, window.span) for window in TREATED_SPANS)]
    wanted = [(base, name, span) for base in BASES for name, span in spans if base != span]
    frame = pd.DataFrame([*_trial_bases(cube, wanted), *_region_bases(region, wanted)])
    trials = frame["design"] == ALL_TRIALS
    columns = ["ci_low", "ci_high", "p_value"]
    frame.loc[trials, columns] = with_intervals(frame[trials])[columns]
    return frame[list(BASE_COLUMNS)]


def _labels(base: Span, name: str, span: Span) -> dict[str, object]:
    return {"base": span_name(base), "after": name, "span": span_name(span)}


def _trial_bases(
    cube: OutcomeCube, wanted: list[tuple[Span, str, Span]]
) -> Iterator[dict[str, object]]:
    groups = cube.groups()
    for outcome in SPECIFIED_OUTCOMES:
        for base, name, span in wanted:
            change = cube.change(outcome, base, span)
            if change is None:
                continue
            times = int((cube.inside(base) | cube.inside(span)).sum())
            for weights in WEIGHTS:
                found = groups.effect(change[:, None], weights, TRIAL_AREA, times=times)
                yield _labels(base, name, span) | {
                    "design": ALL_TRIALS,
                    "outcome": outcome,
                    "weights": weights,
                    "cluster": TRIAL_AREA,
                    "estimate": float(found.estimates[0]),
                    "std_error": float(found.errors[0]),
                    "clusters": found.clusters,
                }


def _region_bases(
    region: RegionSample, wanted: list[tuple[Span, str, Span]]
) -> Iterator[dict[str, object]]:
    for outcome in SPECIFIED_OUTCOMES:
        for weights in WEIGHTS:
            gaps = region.cube.gaps(outcome, region.placebos, weights)
            for base, name, span in wanted:
                change = gaps.change(base, span)
                if change is not None:
                    yield (
                        _labels(base, name, span)
                        | change.summary()
                        | {
                            "design": REGION_SAMPLE,
                            "outcome": outcome,
                            "weights": weights,
                            "cluster": PLACEBO,
                            "clusters": len(region.regions),
                        }
                    )
