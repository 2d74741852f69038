"""Shares of areas from rows of the long table: what is compared, and with what bounds.

Official figures are rates or counts. A count is compared as a share of what the same table has of
the same people: extended unemployment of the labour force, long-term, young and foreign
unemployed of all unemployed. Such shares are this package's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.table import NUMBERS

# StatFin hides counts of 1–4: a hidden one may be any of these, and enters estimates as the middle.
LEAST_HIDDEN, MIDDLE_HIDDEN, MOST_HIDDEN = 1.0, 2.5, 4.0
HIDDEN = "suppressed"
_LABOUR_FORCE, _UNEMPLOYED = "denominator", "numerator"
_BASE_ROW = ("unemployment_share", "value")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers and statuses of some areas, an array each; NaN and an empty status for no row."""

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    status: NDArray[np.object_]

    @property
    def is_hidden(self) -> NDArray[np.bool_]:
        """Which are hidden by the source."""
        return np.asarray(self.status == HIDDEN, bool)

    @property
    def is_bounded(self) -> NDArray[np.bool_]:
        """Which are sums of hidden cells."""
        return np.asarray(self.status == "bounded", bool)


@dataclass(frozen=True, slots=True)
class OfficialRows:
    """The rows of an indicator's statistic in a month, indexed by area."""

    frame: pd.DataFrame

    def figures(self, codes: Sequence[str]) -> Figures:
        """Those of some areas, in their order."""
        places = self.frame.index.get_indexer(pd.Index(codes))
        numbers = {
            name: np.where(places >= 0, self.frame[name].to_numpy(float)[places], np.nan)
            for name in NUMBERS
        }
        status = np.where(places >= 0, self.frame["status"].to_numpy(object)[places], "")
        return Figures(**numbers, status=status)

    def texts(self, codes: Sequence[str]) -> pd.DataFrame:
        """All columns of some areas, in their order."""
        return self.frame.reindex(list(codes))


Rows = Mapping[tuple[str, str], OfficialRows]
"""The rows of a month by indicator and statistic."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A share that areas are compared by.

    Attributes:
        id: Its name; that of the indicator for an official rate.
        indicator: The row of the long table it is read from.
        statistic: Likewise.
        base: What a count is a share of: ``denominator`` (labour force) or ``numerator``
            (unemployed) of the unemployment share's row; empty for a rate as it stands.
        instead_of: The official rate in whose place it stands while nobody publishes that.
    """

    id: str
    indicator: str
    statistic: str = "value"
    base: str = ""
    instead_of: str = ""


#: What is compared, in the order of a page; what a month does not have is left out.
MEASURES = (
    Measure("unemployment_share", "unemployment_share"),
    Measure("extended_of_labour_force", "extended_unemployment", base=_LABOUR_FORCE),
    Measure("activation_rate", "activation_rate"),
    Measure("long_term_of_unemployed", "structural_unemployment", "long_term", _UNEMPLOYED),
    Measure("youth_unemployment_share", "youth_unemployment_share"),
    Measure(
        "youth_of_unemployed",
        "youth_unemployment_share",
        base=_UNEMPLOYED,
        instead_of="youth_unemployment_share",
    ),
    Measure("foreign_unemployment_share", "foreign_unemployment_share"),
    Measure(
        "foreign_of_unemployed",
        "foreign_unemployment_share",
        base=_UNEMPLOYED,
        instead_of="foreign_unemployment_share",
    ),
    Measure("flow_over_3_months", "flow_over_3_months"),
    Measure("flow_over_6_months", "flow_over_6_months"),
    Measure("flow_over_12_months", "flow_over_12_months"),
)


@dataclass(frozen=True, slots=True)
class Covariate:
    """What makes areas similar.

    Attributes:
        id: Its name.
        indicator: The row it is read from.
        statistic: Likewise.
        field: ``numerator`` or ``denominator`` of the row.
        of_unemployed: Whether it is taken per unemployed person.
        logarithm: Whether its logarithm is compared: twice as large is as far as half as large.
        weight: How much it counts beside the others.
    """

    id: str
    indicator: str
    statistic: str = "value"
    field: str = "numerator"
    of_unemployed: bool = True
    logarithm: bool = False
    weight: float = 1.0


# As many as half of the others together: what a town can do depends on its size first.
SIZE_WEIGHT = 3.0
#: Of a month before the one compared; those that the tables do not have are left out.
COVARIATES = (
    Covariate(
        "labour_force",
        "unemployment_share",
        field="denominator",
        of_unemployed=False,
        logarithm=True,
        weight=SIZE_WEIGHT,
    ),
    Covariate("long_term", "structural_unemployment", "long_term"),
    Covariate("youth", "youth_unemployment_share"),
    Covariate("foreign", "foreign_unemployment_share"),
    Covariate("over_50", "unemployed_over_50"),
    Covariate("laid_off", "laid_off"),
    Covariate("vacancies", "open_vacancies", logarithm=True),
)


def rows_of_month(tables: Sequence[pd.DataFrame], month: str) -> Rows:
    """StatFin's rows of all residents in a month, by indicator and statistic."""
    found: dict[tuple[str, str], OfficialRows] = {}
    for table in tables:
        rows = table[_is_official(table) & (table["month"] == month)]
        texts = rows.select_dtypes("category").columns
        rows = rows.astype(dict.fromkeys(texts, object))
        for key, own in rows.groupby(["indicator", "statistic"], sort=False):
            found[str(key[0]), str(key[1])] = OfficialRows(own.set_index("area"))
    return found


def _is_official(table: pd.DataFrame) -> pd.Series:
    return (
        (table["source"] == "statfin")
        & (table["population"] == "residents")
        & (table["dimension"] == "total")
    )


def shares(
    rows: Rows, measure: Measure, hidden_members: Mapping[str, int], codes: Sequence[str]
) -> Figures | None:
    """A measure of some areas, with the bounds that hidden cells leave.

    Args:
        rows: Of the month.
        measure: What is read.
        hidden_members: How many hidden cells the sum of an area has, where its row does not say.
        codes: The areas.

    Returns:
        ``numerator`` and ``denominator`` of the share, and ``value``, ``low`` and ``high`` in
        percent. A hidden count has no value, but the bounds that it leaves; bounds of what is
        known exactly are its value. None if no area has a value or bounds.
    """
    own = rows.get((measure.indicator, measure.statistic))
    if own is None:
        return None
    figures = own.figures(codes)
    if measure.base:
        members = np.array([hidden_members.get(code, 0) for code in codes], float)
        found = _divide(figures, members, *_base_bounds(rows, measure.base, codes))
    else:
        found = _bound_rate(figures)
    return found if not np.isnan(found.low).all() else None


def _bound_rate(own: Figures) -> Figures:
    """A rate as it stands; one of a hidden count with the bounds that its denominator gives."""
    base = np.where(own.denominator > 0, own.denominator, np.nan)
    ends = [
        np.select([own.is_bounded, own.is_hidden], [bound, 100 * count / base], own.value)
        for bound, count in ((own.low, LEAST_HIDDEN), (own.high, MOST_HIDDEN))
    ]
    low, high = (np.clip(end, 0, 100) for end in ends)
    status = np.where(own.status == "", "not_available", own.status)
    return Figures(own.numerator, own.denominator, own.value, low, high, status)


def _divide(
    own: Figures, members: Floats, least_base: Floats, base: Floats, most_base: Floats
) -> Figures:
    """A count as a share of a base; both may be bounded by hidden cells."""
    hidden = own.is_hidden
    shown = own.numerator - MIDDLE_HIDDEN * members
    least, most = (
        np.select([hidden, own.is_bounded], [count, bound], shown + count * members)
        for bound, count in ((own.low, LEAST_HIDDEN), (own.high, MOST_HIDDEN))
    )
    low, high = np.clip(100 * least / most_base, 0, 100), np.clip(100 * most / least_base, 0, 100)
    known = ~np.isnan(low) & ~np.isnan(high)
    exact = np.where(known & ~hidden, own.numerator, np.nan)
    status = np.select(
        [hidden, known & (low < high), known],
        [HIDDEN, "bounded", "normal"],
        default="not_available",
    )
    return Figures(
        numerator=np.where(hidden, np.nan, own.numerator),
        denominator=base,
        value=100 * exact / base,
        low=np.where(known, low, np.nan),
        high=np.where(known, high, np.nan),
        status=status.astype(object),
    )


def _base_bounds(rows: Rows, field: str, codes: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """Least, middle and greatest of what counts are a share of."""
    row = rows.get(_BASE_ROW)
    if row is None:
        nothing = np.full(len(codes), np.nan)
        return nothing, nothing, nothing
    base = row.figures(codes)
    count = base.denominator if field == _LABOUR_FORCE else base.numerator
    count = np.where(count > 0, count, np.nan)
    if field == _LABOUR_FORCE:
        return count, count, count
    least, most = (
        np.where(base.is_bounded, end * base.denominator / 100, count)
        for end in (base.low, base.high)
    )
    return least, count, most


def covariate_values(rows: Rows, covariate: Covariate, codes: Sequence[str]) -> Floats:
    """A covariate of some areas in a month, NaN where not known; hidden counts are the middle."""
    row = rows.get((covariate.indicator, covariate.statistic))
    if row is None:
        return np.full(len(codes), np.nan)
    own = row.figures(codes)
    count = own.denominator
    if covariate.field == "numerator":
        count = np.where(own.is_hidden, MIDDLE_HIDDEN, own.numerator)
    if covariate.of_unemployed:
        unemployed = _base_bounds(rows, _UNEMPLOYED, codes)[1]
        # A vacancy more of each: none at all has a logarithm too.
        count = (count + 1) / (unemployed + 1) if covariate.logarithm else count / unemployed
    return np.log(np.where(count > 0, count, np.nan)) if covariate.logarithm else count
