"""An area among its peers in a month: limits, ranks and the similar areas, as a tidy table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas.mergers import codes_in_month
from indicators.benchmarking import funnel as limits
from indicators.benchmarking.funnel import Estimator, Funnel, Overdispersion
from indicators.benchmarking.shares import (
    COVARIATES,
    HIDDEN,
    MEASURES,
    MIDDLE_HIDDEN,
    Measure,
    Rows,
    covariate_values,
    rows_of_month,
    shares,
)
from indicators.benchmarking.similar import distances, nearest
from indicators.calendar import parse_month, shift_month
from indicators.errors import UsageError
from indicators.table import COLUMNS

if TYPE_CHECKING:
    from indicators.areas.areas import Areas

#: Kinds of areas that have peers, each of its own kind.
KINDS = ("municipality", "trial_area", "employment_area", "subregion", "region", "ely", "evk")
ALL, SIMILAR, COUNTRY = "all", "similar", "country"
FURTHER_COLUMNS = (
    *("measure", "comparison", "distance", "centre", "z"),
    *("low_95", "high_95", "low_998", "high_998"),
    *("rank_low", "rank_high", "ranked", "position"),
)
_SUMMED = ("group", "trial_area", "employment_area", "evk")
# Limits of the similar areas are those of a t distribution with two areas less.
_LEAST_SIMILAR = 4


@dataclass(frozen=True, slots=True)
class PeerParameters:
    """Choices of the comparison; all are this package's own.

    Attributes:
        similar: How many areas are called similar.
        months_before: Covariates of similar areas are of this many months before at least.
        overdispersion: How differences between areas beyond chance enter the limits.
        estimator: How these are estimated (:func:`indicators.benchmarking.funnel.fit_funnel`).
        winsorised: Part of each end that does not widen the limits.
        least_expected: An area is too small for a finding if a typical area of its size had fewer
            persons than this in the share, or outside of it.
        least_areas: Of fewer areas no limits are estimated.
        draws: Simulated rankings.
    """

    similar: int = 8
    months_before: int = 12
    overdispersion: Overdispersion = "additive"
    estimator: Estimator = "moments"
    winsorised: float = 0.1
    least_expected: float = 10.0
    least_areas: int = 8
    draws: int = 1000


@dataclass(frozen=True)
class Comparison:
    """An area and its peers.

    Attributes:
        area: The area reported.
        month: ``YYYY-MM``.
        kind: What sort of areas are compared; empty if the area has no peers.
        table: A row an area, measure and comparison: see :func:`peers`.
        funnels: Limits by measure, where there are any.
        similar: Codes of the similar areas, nearest first.
        covariates: Month of each covariate that they were chosen by.
    """

    area: str
    month: str
    kind: str
    table: pd.DataFrame
    funnels: Mapping[str, Funnel] = field(default_factory=dict)
    similar: tuple[str, ...] = ()
    covariates: Mapping[str, str] = field(default_factory=dict)


def peers(
    table: pd.DataFrame,
    area: str,
    month: str,
    *,
    context: pd.DataFrame | None = None,
    areas: Areas | None = None,
    parameters: PeerParameters | None = None,
) -> pd.DataFrame:
    """An area among all areas of its kind and among similar ones, by StatFin's figures.

    The definition is this package's own and not official: what is compared and what makes areas
    similar is listed in :mod:`indicators.benchmarking.shares`, how limits come about in
    :mod:`indicators.benchmarking.funnel`.

    Examples:
        >>> table = compute("2021-06..2022-02", statfin="data/raw/statfin")  # doctest: +SKIP
        >>> found = peers(table, "KU398", "2022-02")  # doctest: +SKIP
        >>> found.query("area == 'KU398' and comparison == 'all'")  # doctest: +SKIP

    Args:
        table: A long table with StatFin's rows of the month, of all areas of the kind; for similar
            areas also of a month that lies ``months_before`` before it.
        area: Its code. A group of the settings is compared if it is a trial area.
        month: ``YYYY-MM``.
        context: Long table of the series beside the indicators (open vacancies), for similar areas.
        areas: Keys of areas; by default those of the project.
        parameters: Choices of the comparison.

    Returns:
        A row a measure, comparison and area: the columns of the long table (``value``, ``low``
        and ``high`` in percent, ``low`` and ``high`` where hidden cells leave a range) and

        - ``measure``: what is compared;
        - ``comparison``: ``all`` (areas of the kind), ``similar`` (the area and those nearest to
          it) or ``country`` (the whole country's share, with which nobody is ranked);
        - ``distance``: how unlike the area it is, in standard deviations of the covariates;
        - ``centre``: share of a typical area, percent; ``low_95``, ``high_95``, ``low_998``,
          ``high_998``: limits of what chance and ordinary differences give an area of its size,
          percent (of ``similar`` for the area alone);
        - ``z``: standard deviations from the centre, at the middle of the bounds;
        - ``rank_low``, ``rank_high``: the ranks it may have by chance and bounds (95 %), of
          ``ranked`` areas; 1 is the lowest share;
        - ``position``: ``within`` the limits of 95 %; ``edge_low`` or ``edge_high`` between those
          of 95 and 99.8 %; ``beyond_low`` or ``beyond_high`` outside both; ``undetermined`` where
          a hidden cell leaves it open; ``too_small`` for a finding; ``no_limits`` where there are
          none; ``hidden``; ``not_available``.

        No rows if the area has no peers.

    Raises:
        UsageError: The month is malformed, or the table has no row of the area in the month.
    """
    return compare(table, area, month, context=context, areas=areas, parameters=parameters).table


def compare(
    table: pd.DataFrame,
    area: str,
    month: str,
    *,
    context: pd.DataFrame | None = None,
    areas: Areas | None = None,
    parameters: PeerParameters | None = None,
    country: str = "SSS",
) -> Comparison:
    """As :func:`peers`, with how it came about.

    Raises:
        UsageError: As there.
    """
    parse_month(month)
    keys, chosen = areas or _project_areas(), parameters or PeerParameters()
    tables = [table] if context is None else [table, context]
    rows = rows_of_month([table], month)
    known = list(dict.fromkeys(str(code) for own in rows.values() for code in own.index))
    if area not in known:
        raise UsageError(f"area {area!r}: the table has no row of it in {month} from StatFin")
    kind, codes = peer_codes(keys, area, known, month)
    if not kind:
        return Comparison(area, month, "", _empty())
    covariates, matrix = _covariates(tables, codes, month, chosen)
    place = codes.index(area)
    weights = [item.weight for item in COVARIATES if item.id in covariates]
    distance = np.full(len(codes), np.nan)
    if covariates:
        distance = distances(matrix, place, weights=weights)
    similar = tuple(codes[row] for row in nearest(distance, place, chosen.similar))
    compared = _Compared(area, tuple(codes), distance, similar, chosen)
    funnels: dict[str, Funnel] = {}
    frames = []
    for measure in _measures(rows, keys, codes, country, month):
        found, of_country = measure.frame.loc[codes], measure.frame.loc[[country]]
        everywhere, fitted = _among_all(found, compared)
        if fitted is not None:
            funnels[measure.measure.id] = fitted
        parts = [(ALL, everywhere), (SIMILAR, _among_similar(everywhere, compared))]
        parts.append((COUNTRY, of_country.reset_index(names="area")))
        frames += [
            part.assign(measure=measure.measure.id, comparison=name)
            for name, part in parts
            if len(part)
        ]
    found = _tidy(frames)
    return Comparison(area, month, kind, found, funnels, similar, covariates)


def _project_areas() -> Areas:
    from indicators.areas.areas import load_areas
    from indicators.settings.loading import load_settings

    return load_areas(load_settings())


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=[*COLUMNS, *FURTHER_COLUMNS])


# Who is compared.


def kind_of(areas: Areas, code: str) -> str:
    """Kind of an area; empty for a code that is no place, such as the unknown municipality's."""
    try:
        return areas.kind(code)
    except UsageError:
        return ""


def members_of(areas: Areas, code: str, month: str) -> tuple[str, ...]:
    """Municipalities of an area that is a sum of them; none where the keys know of none."""
    try:
        return codes_in_month(areas.members(code), month)
    except UsageError:
        return ()


def peer_codes(areas: Areas, area: str, known: Sequence[str], month: str) -> tuple[str, list[str]]:
    """The kind that an area is compared in, and the areas of it, the area among them.

    A group is a trial area if its municipalities are those of one, in whose place it stands then.

    Args:
        areas: Keys of areas.
        area: Its code.
        known: Codes of all areas that there are figures of.
        month: ``YYYY-MM``.

    Returns:
        An empty kind if the area has no peers.
    """
    kind = kind_of(areas, area)
    twins: tuple[str, ...] = ()
    if kind == "group":
        own = set(members_of(areas, area, month))
        trials = [code for code in known if kind_of(areas, code) == "trial_area"]
        twins = tuple(code for code in trials if set(members_of(areas, code, month)) == own)
        kind = "trial_area" if twins else ""
    if kind not in KINDS:
        return "", []
    codes = [code for code in known if kind_of(areas, code) == kind and code not in twins]
    codes = codes if area in codes else [area, *codes]
    return (kind, codes) if len(codes) > 1 else ("", [])


# Figures and covariates.


@dataclass(frozen=True, slots=True)
class _MeasureFrame:
    measure: Measure
    frame: pd.DataFrame


def _measures(
    rows: Rows, areas: Areas, codes: Sequence[str], country: str, month: str
) -> list[_MeasureFrame]:
    """What the month has, of the peers and the country."""
    every = [*codes, country]
    hidden = _hidden_members(rows, areas, codes, month)
    found: dict[str, _MeasureFrame] = {}
    for measure in MEASURES:
        if measure.instead_of in found:
            continue
        frame = shares(rows, measure, hidden.get(measure.indicator, {}), every)
        if frame is not None:
            found[measure.id] = _MeasureFrame(measure, frame)
    return list(found.values())


def _hidden_members(
    rows: Rows, areas: Areas, codes: Sequence[str], month: str
) -> dict[str, dict[str, int]]:
    """Hidden cells in the sums of areas, by indicator: rows without a rate do not tell them."""
    members = {
        code: members_of(areas, code, month) for code in codes if kind_of(areas, code) in _SUMMED
    }
    if not members:
        return {}
    hidden = {
        indicator: set(own.index[own["status"] == HIDDEN]) for (indicator, _), own in rows.items()
    }
    return {
        indicator: Counter({code: len(secret & set(own)) for code, own in members.items()})
        for indicator, secret in hidden.items()
    }


def _covariates(
    tables: Sequence[pd.DataFrame], codes: Sequence[str], month: str, chosen: PeerParameters
) -> tuple[dict[str, str], NDArray[np.float64]]:
    """Covariates of the newest month, far enough before, of which most areas have each."""
    latest = shift_month(month, -chosen.months_before)
    read: dict[str, Rows] = {}
    months: dict[str, str] = {}
    columns = []
    for covariate in COVARIATES:
        for before in reversed(_months_with(tables, covariate.indicator, latest)):
            if before not in read:
                read[before] = rows_of_month(tables, before)
            values = covariate_values(read[before], covariate, codes)
            if 2 * values.notna().sum() > len(codes):
                months[covariate.id] = before
                columns.append(values.to_numpy(float))
                break
    return months, np.column_stack(columns) if columns else np.empty((len(codes), 0))


def _months_with(tables: Sequence[pd.DataFrame], indicator: str, latest: str) -> list[str]:
    """Months up to one in which anything is known of an indicator, in order."""
    found: set[str] = set()
    for table in tables:
        own = (table["indicator"] == indicator) & table["numerator"].notna()
        found |= set(map(str, table.loc[own, "month"].unique()))
    return sorted(month for month in found if month <= latest)


# Limits and ranks.


@dataclass(frozen=True)
class _Compared:
    area: str
    codes: tuple[str, ...]
    distance: NDArray[np.float64]
    similar: tuple[str, ...]
    chosen: PeerParameters


def _among_all(found: pd.DataFrame, compared: _Compared) -> tuple[pd.DataFrame, Funnel | None]:
    """Limits, z, ranks and position of every area among all."""
    frame = found.assign(distance=compared.distance).reset_index(names="area")
    chosen = compared.chosen
    middle = _middle(frame)
    usable = _usable(frame, middle, chosen.least_expected)
    frame["position"] = _unusable_positions(frame, usable)
    if usable.sum() < chosen.least_areas:
        return frame, None
    sizes = frame["denominator"].to_numpy(float)[usable]
    fitted = limits.fit_funnel(
        middle[usable],
        sizes,
        overdispersion=chosen.overdispersion,
        estimator=chosen.estimator,
        part=chosen.winsorised,
    )
    frame.loc[usable, "z"] = fitted.z(middle[usable], sizes)
    frame.loc[usable, "centre"] = 100 * fitted.centre
    for level, name in zip(limits.LEVELS, ("95", "998"), strict=True):
        low, high = fitted.limits(sizes, level)
        frame.loc[usable, [f"low_{name}", f"high_{name}"]] = 100 * np.column_stack([low, high])
    frame.loc[usable, "position"] = _positions(frame[usable])
    _rank(frame, usable, chosen.draws)
    return frame, fitted


def _among_similar(everywhere: pd.DataFrame, compared: _Compared) -> pd.DataFrame:
    """The area and the similar ones: ranks of all, limits of the area."""
    kept = everywhere["area"].isin([compared.area, *compared.similar])
    names = ["centre", "z", "low_95", "high_95", "low_998", "high_998", "rank_low", "rank_high"]
    frame = everywhere[kept].drop(columns=[*names, "ranked"], errors="ignore")
    frame = frame.reset_index(drop=True)
    if not compared.similar:
        return frame.iloc[:0]
    middle = _middle(frame)
    usable = _usable(frame, middle, compared.chosen.least_expected)
    frame["position"] = _unusable_positions(frame, usable)
    own = (frame["area"] == compared.area).to_numpy()
    others = usable & ~own
    sizes = frame["denominator"].to_numpy(float)
    if usable[own].all() and others.sum() >= _LEAST_SIMILAR:
        size = float(sizes[own][0])
        for level, name in zip(limits.LEVELS, ("95", "998"), strict=True):
            ends = limits.prediction_limits(middle[others], sizes[others], size, level)
            frame.loc[own, [f"low_{name}", f"high_{name}"]] = [100 * end for end in ends]
        typical = limits.fit_funnel(middle[others], sizes[others], part=0.0).centre
        frame.loc[own, "centre"] = 100 * typical
        frame.loc[own, "position"] = _positions(frame[own])
        _rank(frame, usable, compared.chosen.draws)
    return frame


def _middle(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Each share as estimates take it, 0–1; a hidden count as the middle of those it may be."""
    hidden = 100 * MIDDLE_HIDDEN / frame["denominator"].where(frame["denominator"] > 0)
    share = frame["value"].where(frame["value"].notna(), hidden.where(frame["low"].notna()))
    middle: NDArray[np.float64] = share.clip(0, 100).to_numpy(float) / 100
    return middle


def _usable(frame: pd.DataFrame, middle: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    """Areas large enough for a finding, of those of which share and denominator are known."""
    sizes = frame["denominator"].to_numpy(float)
    known: NDArray[np.bool_] = ~np.isnan(middle) & (np.nan_to_num(sizes) > 0)
    if not known.any():
        return known
    pooled = float(np.average(middle[known], weights=sizes[known]))
    expected = np.nan_to_num(sizes) * min(pooled, 1 - pooled)
    usable: NDArray[np.bool_] = np.logical_and(known, expected >= least)
    return usable


def _unusable_positions(frame: pd.DataFrame, usable: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Why an area has no position; ``no_limits`` until there are some."""
    unknown = frame["low"].isna()
    reasons = [
        (unknown & (frame["status"] == HIDDEN)).to_numpy(),
        unknown.to_numpy(),
        frame["denominator"].isna().to_numpy() | usable,
    ]
    names = ["hidden", "not_available", "no_limits"]
    return np.select(reasons, names, default="too_small").astype(object)


def _positions(frame: pd.DataFrame) -> NDArray[np.object_]:
    """Where areas lie; open where the two ends of a range lie on different sides of a limit."""

    def side(values: pd.Series) -> NDArray[np.object_]:
        conditions = [
            values < frame["low_998"],
            values > frame["high_998"],
            values < frame["low_95"],
            values > frame["high_95"],
        ]
        names = ["beyond_low", "beyond_high", "edge_low", "edge_high"]
        return np.select(conditions, names, default="within").astype(object)

    least, most = side(frame["low"]), side(frame["high"])
    return np.where(least == most, least, "undetermined").astype(object)


def _rank(frame: pd.DataFrame, usable: NDArray[np.bool_], draws: int) -> None:
    kept = frame[usable]
    first, last = limits.rank_intervals(
        kept["low"] / 100, kept["high"] / 100, kept["denominator"], draws=draws
    )
    frame.loc[usable, "rank_low"] = first
    frame.loc[usable, "rank_high"] = last
    frame.loc[usable, "ranked"] = float(usable.sum())


def _tidy(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return _empty()
    order = [*COLUMNS, *FURTHER_COLUMNS]
    table = pd.concat([frame.reindex(columns=order) for frame in frames], ignore_index=True)
    # As everywhere: bounds are those of hidden cells.
    exact = ~table["status"].isin(["bounded", HIDDEN])
    table.loc[exact, ["low", "high"]] = np.nan
    return table
