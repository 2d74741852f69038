"""An area among its peers in a month: limits, ranks and the similar areas, as a tidy table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

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
    Figures,
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
_ALL_COLUMNS, _FOUND = [*COLUMNS, *FURTHER_COLUMNS], FURTHER_COLUMNS[2:]
_LEVEL_NAMES = tuple(zip(limits.LEVELS, ("95", "998"), strict=True))
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
        missing: Measures of which the month has rows, but no figure of any area.
    """

    area: str
    month: str
    kind: str
    table: pd.DataFrame
    funnels: Mapping[str, Funnel] = field(default_factory=dict)
    similar: tuple[str, ...] = ()
    covariates: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def row(self, measure: str, comparison: str = ALL, area: str = "") -> Mapping[str, Any]:
        """A row by its columns; of the area reported if none is named."""
        return self._rows[measure, comparison, area or self.area]

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], Mapping[str, Any]]:
        records = self.table.to_dict("records")
        rows = ({str(name): value for name, value in row.items()} for row in records)
        return {(row["measure"], row["comparison"], row["area"]): row for row in rows}


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
    similar is listed in ``benchmarking.shares``, how limits come about in
    ``benchmarking.funnel``.

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
    known = list(dict.fromkeys(str(code) for own in rows.values() for code in own.frame.index))
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
    compared_measures = _measures(rows, keys, codes, country, month)
    for measure, figures in compared_measures:
        texts = rows[measure.indicator, measure.statistic].texts([*codes, country])
        everywhere, fitted = _among_all(figures, compared)
        if fitted is not None:
            funnels[measure.id] = fitted
        parts = [(ALL, np.arange(len(codes)), everywhere)]
        if similar:
            among, placed = _among_similar(figures, compared)
            parts.append((SIMILAR, among, placed))
        parts.append((COUNTRY, np.array([len(codes)]), {}))
        for name, places, columns in parts:
            tidy = _tidy(texts, figures, places, columns)
            frames.append(tidy.assign(measure=measure.id, comparison=name))
    table = pd.concat(frames, ignore_index=True)[_ALL_COLUMNS] if frames else _empty()
    missing = _missing(rows, {measure.id for measure, _ in compared_measures})
    return Comparison(area, month, kind, table, funnels, similar, covariates, missing)


def _project_areas() -> Areas:
    from indicators.areas.areas import load_areas
    from indicators.settings.loading import load_settings

    return load_areas(load_settings())


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=_ALL_COLUMNS)


# Who is compared.


def kind_of(areas: Areas, code: str) -> str:
    """Kind of an area; empty for a code that is no place, such as the unknown municipality's."""
    # An area that no key knows is called by its code.
    return areas.kind(code) if areas.name(code, "fi") != code else ""


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


def _measures(
    rows: Rows, areas: Areas, codes: Sequence[str], country: str, month: str
) -> list[tuple[Measure, Figures]]:
    """What the month has, of the peers and the country."""
    every = [*codes, country]
    hidden = _hidden_members(rows, areas, codes, month)
    found: dict[str, tuple[Measure, Figures]] = {}
    for measure in MEASURES:
        if measure.instead_of in found:
            continue
        figures = shares(rows, measure, hidden.get(measure.indicator, {}), every)
        if figures is not None:
            found[measure.id] = measure, figures
    return list(found.values())


def _missing(rows: Rows, found: Collection[str]) -> tuple[str, ...]:
    """Measures that rows are there of, but no figures; a rate in the form it is compared in."""
    replaced = {measure.instead_of for measure in MEASURES}
    return tuple(
        measure.id
        for measure in MEASURES
        if (measure.indicator, measure.statistic) in rows
        and measure.id not in found
        and measure.instead_of not in found
        and measure.id not in replaced
    )


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
        indicator: set(own.frame.index[own.frame["status"] == HIDDEN])
        for (indicator, _), own in rows.items()
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
            if 2 * (~np.isnan(values)).sum() > len(codes):
                months[covariate.id] = before
                columns.append(values)
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


Columns = dict[str, NDArray[Any]]


def _among_all(figures: Figures, compared: _Compared) -> tuple[Columns, Funnel | None]:
    """Limits, z, ranks and position of every area among all."""
    chosen, count = compared.chosen, len(compared.codes)
    own = _Part(figures, np.arange(count), chosen.least_expected)
    columns: Columns = {"distance": compared.distance, "position": own.unusable_positions()}
    if own.usable.sum() < chosen.least_areas:
        return columns, None
    middle, sizes = own.middle[own.usable], own.sizes[own.usable]
    fitted = limits.fit_funnel(
        middle,
        sizes,
        overdispersion=chosen.overdispersion,
        estimator=chosen.estimator,
        part=chosen.winsorised,
    )
    columns["z"] = own.spread(fitted.z(middle, sizes))
    columns["centre"] = own.spread(np.full(len(sizes), 100 * fitted.centre))
    for level, name in _LEVEL_NAMES:
        low, high = fitted.limits(sizes, level)
        columns[f"low_{name}"], columns[f"high_{name}"] = (
            own.spread(100 * low),
            own.spread(100 * high),
        )
    columns["position"] = np.where(own.usable, own.positions(columns), columns["position"])
    return {**columns, **own.ranks(chosen.draws)}, fitted


def _among_similar(figures: Figures, compared: _Compared) -> tuple[NDArray[np.intp], Columns]:
    """Places of the area and the similar ones; ranks of all of them, limits of the area."""
    chosen, codes = compared.chosen, compared.codes
    kept = {compared.area, *compared.similar}
    places = np.array([place for place, code in enumerate(codes) if code in kept])
    own = _Part(figures, places, chosen.least_expected)
    columns: Columns = {
        "distance": compared.distance[places],
        "position": own.unusable_positions(),
    }
    at = places.tolist().index(codes.index(compared.area))
    others = own.usable & (np.arange(len(places)) != at)
    if not own.usable[at] or others.sum() < _LEAST_SIMILAR:
        return places, columns
    middle, sizes = own.middle[others], own.sizes[others]
    for level, name in _LEVEL_NAMES:
        ends = limits.prediction_limits(middle, sizes, float(own.sizes[at]), level)
        for end, side in zip(ends, ("low", "high"), strict=True):
            columns[f"{side}_{name}"] = np.full(len(places), np.nan)
            columns[f"{side}_{name}"][at] = 100 * end
    columns["centre"] = np.full(len(places), np.nan)
    columns["centre"][at] = 100 * limits.fit_funnel(middle, sizes, part=0.0).centre
    columns["position"][at] = own.positions(columns)[at]
    return places, {**columns, **own.ranks(chosen.draws)}


class _Part:
    """Some areas that are compared with each other.

    Attributes:
        sizes: Denominators.
        middle: Each share as estimates take it, 0–1; a hidden count as the middle of 1–4.
        usable: Areas large enough for a finding, of those of which all is known.
    """

    def __init__(self, figures: Figures, places: NDArray[np.intp], least_expected: float) -> None:
        self.low, self.high = figures.low[places], figures.high[places]
        self.sizes, self._hidden = figures.denominator[places], figures.is_hidden[places]
        base = np.where(self.sizes > 0, self.sizes, np.nan)
        value = figures.value[places]
        of_hidden = np.where(np.isnan(self.low), np.nan, 100 * MIDDLE_HIDDEN / base)
        self.middle = np.clip(np.where(np.isnan(value), of_hidden, value), 0, 100) / 100
        known = ~np.isnan(self.middle) & ~np.isnan(base)
        self.usable = known
        if known.any():
            pooled = float(np.average(self.middle[known], weights=base[known]))
            expected = np.nan_to_num(base) * min(pooled, 1 - pooled)
            self.usable = known & (expected >= least_expected)

    def spread(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Values of the usable areas at their places, NaN at others."""
        spread = np.full(len(self.usable), np.nan)
        spread[self.usable] = values
        return spread

    def unusable_positions(self) -> NDArray[np.object_]:
        """Why an area has no position; ``no_limits`` until there are some."""
        unknown = np.isnan(self.low)
        reasons = [unknown & self._hidden, unknown, np.isnan(self.sizes) | self.usable]
        names = ["hidden", "not_available", "no_limits"]
        return np.select(reasons, names, default="too_small").astype(object)

    def positions(self, columns: Columns) -> NDArray[np.object_]:
        """Where areas lie; open where the ends of a range lie on different sides of a limit."""

        def side(values: NDArray[np.float64]) -> NDArray[np.str_]:
            conditions = [
                values < columns["low_998"],
                values > columns["high_998"],
                values < columns["low_95"],
                values > columns["high_95"],
            ]
            names = ["beyond_low", "beyond_high", "edge_low", "edge_high"]
            return np.select(conditions, names, default="within")

        least, most = side(self.low), side(self.high)
        return np.where(least == most, least, "undetermined").astype(object)

    def ranks(self, draws: int) -> Columns:
        """First and last rank of the usable areas, and how many these are."""
        first, last = limits.rank_intervals(
            self.low[self.usable] / 100,
            self.high[self.usable] / 100,
            self.sizes[self.usable],
            draws=draws,
        )
        ranked = np.full(len(first), float(len(first)))
        return {
            "rank_low": self.spread(first),
            "rank_high": self.spread(last),
            "ranked": self.spread(ranked),
        }


def _tidy(
    texts: pd.DataFrame,
    figures: Figures,
    places: NDArray[np.intp],
    columns: Columns,
) -> pd.DataFrame:
    """Rows of the long table with what was found of them."""
    status = figures.status[places]
    # As everywhere: bounds are those of hidden cells.
    ranged = np.isin(status.astype(str), ["bounded", HIDDEN])
    nothing = np.full(len(places), np.nan)
    rows = texts.iloc[places].reset_index(names="area")
    return rows.assign(
        numerator=figures.numerator[places],
        denominator=figures.denominator[places],
        value=figures.value[places],
        low=np.where(ranged, figures.low[places], np.nan),
        high=np.where(ranged, figures.high[places], np.nan),
        unit="percent",
        status=status,
        **{name: columns.get(name, nothing) for name in _FOUND},
    )
