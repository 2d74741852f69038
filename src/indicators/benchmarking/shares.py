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

# StatFin hides counts of 1–4: a hidden one may be any of these, and enters estimates as the middle.
LEAST_HIDDEN, MIDDLE_HIDDEN, MOST_HIDDEN = 1.0, 2.5, 4.0
HIDDEN = "suppressed"
_LABOUR_FORCE, _UNEMPLOYED = "denominator", "numerator"
_BASE_ROW = ("unemployment_share", "value")

Rows = Mapping[tuple[str, str], pd.DataFrame]
"""The rows of a month by indicator and statistic, each indexed by area."""


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
    found: dict[tuple[str, str], pd.DataFrame] = {}
    for table in tables:
        rows = table[_is_official(table) & (table["month"] == month)]
        texts = rows.select_dtypes("category").columns
        rows = rows.astype(dict.fromkeys(texts, object))
        for key, own in rows.groupby(["indicator", "statistic"], sort=False):
            found[str(key[0]), str(key[1])] = own.set_index("area")
    return found


def _is_official(table: pd.DataFrame) -> pd.Series:
    return (
        (table["source"] == "statfin")
        & (table["population"] == "residents")
        & (table["dimension"] == "total")
    )


def shares(
    rows: Rows, measure: Measure, hidden_members: Mapping[str, int], codes: Sequence[str]
) -> pd.DataFrame | None:
    """A measure of some areas, with the bounds that hidden cells leave.

    Args:
        rows: Of the month.
        measure: What is read.
        hidden_members: How many hidden cells the sum of an area has, where its row does not say.
        codes: The areas.

    Returns:
        The rows of the long table that it is read from, indexed by area in the order of
        ``codes``, with ``numerator`` and ``denominator`` of the share, ``value``, ``low`` and
        ``high`` in percent, and a ``status`` of the share. A hidden count has no value, but the
        bounds that it leaves; bounds of what is known exactly are its value. None if no area has
        a value or bounds.
    """
    own = rows.get((measure.indicator, measure.statistic))
    if own is None:
        return None
    own = own.reindex(list(codes))
    found = own.copy()
    if measure.base:
        _divide(found, own, rows, measure.base, hidden_members)
    else:
        _bound_rate(found, own)
    found["unit"] = "percent"
    known = found["low"].notna()
    found.loc[found["status"].isna(), "status"] = "not_available"
    return found if known.any() else None


def _bound_rate(found: pd.DataFrame, own: pd.DataFrame) -> None:
    hidden = own["status"] == HIDDEN
    bounded = own["status"] == "bounded"
    for name, count in (("low", LEAST_HIDDEN), ("high", MOST_HIDDEN)):
        of_hidden = (100 * count / own["denominator"].where(own["denominator"] > 0)).where(hidden)
        found[name] = own[name].where(bounded, own["value"].where(~hidden, of_hidden)).clip(0, 100)


def _divide(
    found: pd.DataFrame, own: pd.DataFrame, rows: Rows, base: str, hidden_members: Mapping[str, int]
) -> None:
    """A count as a share of a base; both may be bounded by hidden cells."""
    least, middle, most = _count_bounds(own, hidden_members)
    least_base, base_count, most_base = _base_bounds(rows, base, own.index)
    hidden = (own["status"] == HIDDEN) & least.notna()
    found["numerator"], found["denominator"] = middle.where(~hidden), base_count
    found["value"] = (100 * middle / base_count).where(~hidden)
    found["low"] = (100 * least / most_base).clip(0, 100)
    found["high"] = (100 * most / least_base).clip(0, 100)
    known = found["low"].notna() & found["high"].notna()
    found.loc[~known, ["value", "low", "high"]] = np.nan
    found["status"] = np.select(
        [hidden & known, known & (found["low"] < found["high"]), known],
        [HIDDEN, "bounded", "normal"],
        default=np.where(own["status"] == HIDDEN, HIDDEN, "not_available"),
    )


def _count_bounds(
    own: pd.DataFrame, hidden_members: Mapping[str, int]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Least, middle and greatest of the counts of some rows."""
    hidden, bounded = own["status"] == HIDDEN, own["status"] == "bounded"
    cells = pd.Series([hidden_members.get(str(code), 0) for code in own.index], own.index, float)
    count = own["numerator"]
    shown = count - MIDDLE_HIDDEN * cells
    least = own["low"].where(bounded, shown + LEAST_HIDDEN * cells).mask(hidden, LEAST_HIDDEN)
    most = own["high"].where(bounded, shown + MOST_HIDDEN * cells).mask(hidden, MOST_HIDDEN)
    return least, count.mask(hidden, MIDDLE_HIDDEN), most


def _base_bounds(rows: Rows, field: str, index: pd.Index) -> tuple[pd.Series, pd.Series, pd.Series]:
    base = rows.get(_BASE_ROW)
    if base is None:
        nothing = pd.Series(np.nan, index, float)
        return nothing, nothing, nothing
    base = base.reindex(index)
    count = base[field].where(base[field] > 0)
    if field == _LABOUR_FORCE:
        return count, count, count
    bounded = base["status"] == "bounded"
    persons = base["denominator"] / 100
    least = (base["low"] * persons).where(bounded, count)
    return least, count, (base["high"] * persons).where(bounded, count)


def covariate_values(rows: Rows, covariate: Covariate, codes: Sequence[str]) -> pd.Series:
    """A covariate of some areas in a month, NaN where not known; hidden counts are the middle."""
    own = rows.get((covariate.indicator, covariate.statistic))
    if own is None:
        return pd.Series(np.nan, pd.Index(codes), float)
    own = own.reindex(list(codes))
    count = own[covariate.field].mask(own["status"] == HIDDEN, MIDDLE_HIDDEN)
    if covariate.field == "denominator":
        count = own["denominator"]
    if covariate.of_unemployed:
        unemployed = _base_bounds(rows, _UNEMPLOYED, own.index)[1]
        # A vacancy more of each: none at all has a logarithm too.
        count = (count + 1) / (unemployed + 1) if covariate.logarithm else count / unemployed
    return np.log(count.where(count > 0)) if covariate.logarithm else count
