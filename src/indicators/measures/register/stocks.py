"""Indicators 1–3: the unemployed as a share of the labour force (contract, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.measures.register import arrays, people
from indicators.measures.register.accounts.stocks import account_shares
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import Intervals, day_key, person_of
from indicators.measures.register.measure import Counts, Measure, Rows, Totals
from indicators.measures.register.rows import (
    INCOMPLETE,
    NOT_AVAILABLE,
    Block,
    Figures,
    percent_figures,
    stock_status,
)
from indicators.tallies import tallies
from indicators.tallies.axes import CATEGORIES, COUNTRY
from indicators.tallies.tallies import Tallies

YOUTH = "youth_unemployment_share"
_TOTAL = CATEGORIES.index(("total", "total"))
_FOREIGN = CATEGORIES.index(("origin", "foreign"))


def unemployed_stays(chunk: Chunk) -> Intervals:
    """Who is unemployed on which count days, on the line of count days."""
    return chunk.cached("unemployed", lambda: chunk.stays(chunk.unemployed)[0])


def count(chunk: Chunk) -> Tallies:
    """The unemployed, and the young among them."""
    return Tallies(
        {
            "unemployed": stock_of(chunk, unemployed_stays(chunk)),
            "young": stock_of(chunk, _youth_spells(chunk)),
        }
    )


def stock_of(chunk: Chunk, stays: Intervals) -> NDArray[np.int64]:
    """Tally of stays on the line of count days."""
    stock = chunk.stock(stays)
    return tallies.count_stock(chunk.axes, stock.entry, stock.leave, stock.code)


def _youth_spells(chunk: Chunk) -> Intervals:
    """Unemployment spells up to the day before the age at which one is young no more."""
    spells = chunk.unemployed
    persons = people.read_people(chunk.tables["persons"], chunk.ids)
    age = chunk.job.choice(YOUTH, "youth_age")
    birthday = np.clip(arrays.birthday(persons.birth, age), arrays.EARLIEST, arrays.OPEN)
    # Who has no row in `persons` is of no known age.
    until = np.where(persons.known, birthday, arrays.EARLIEST)
    person = person_of(spells.start)
    stop = np.minimum(spells.stop, day_key(person, until[person]))
    young = spells.start < stop
    return chunk.stays(Intervals(spells.start[young], stop[young]))[0]


def _add_rows(group: str, counted: Callable[[Totals], Counts], totals: Totals, rows: Rows) -> None:
    """Rows for residents in total, each with the labour force of its calendar year.

    Args:
        group: Of the labour force.
        counted: The unemployed of the group, by month and area.
        totals: What was counted.
        rows: Takes the rows.
    """
    held = totals.job.register.read("labour_force")
    lacking = totals.lacks(["labour_force"])
    country = lacking or COUNTRY in set(held["municipality"].to_pylist())
    kept = slice(None) if country else slice(-1)
    block = Block(
        totals.clock.months,
        totals.job.axes.areas[kept],
        totals.job.register.extract_date.isoformat(),
        populations=("residents",),
        categories=(("total", "total"),),
    )
    base = _labour_force_by_area(totals, latest_labour_force(held, group))[:, :, None, None]
    figures = _share(counted(totals)[:, :, None, None], base, stock_status(totals.clock))
    rows.add("value", _area_part(figures, kept), block=block)


def _unemployed_of(category: int, totals: Totals) -> Counts:
    return totals.stock("stocks.unemployed")[:, :, 0, category]


def _young_of(totals: Totals) -> Counts:
    return totals.stock("stocks.young")[:, :, 0, _TOTAL]


def _share(part: NDArray[np.int64], base: NDArray[np.float64], status: NDArray[np.int8]) -> Figures:
    """A share; where its denominator is not known, its numerator is not reported either."""
    figures = percent_figures(part, np.nan_to_num(base), status)
    lacking = np.isnan(base) & (figures.status != INCOMPLETE)
    return replace(
        figures,
        numerator=np.where(lacking, np.nan, figures.numerator),
        denominator=np.where(lacking, np.nan, figures.denominator),
        status=np.where(lacking, np.int8(NOT_AVAILABLE), figures.status),
    )


def _area_part(figures: Figures, areas: slice) -> Figures:
    names = ("numerator", "denominator", "value", "status", "shown")
    return Figures(**{name: getattr(figures, name)[:, areas] for name in names})


def latest_labour_force(rows: pa.Table, group: str) -> Mapping[tuple[str, int], float]:
    """The labour force of each municipality and calendar year, of the latest vintage.

    A municipality that had merged by January of the year counts as what it had become: what one
    vintage has of municipalities that had merged by then is added up.

    Args:
        rows: The table ``labour_force``.
        group: ``total``, ``foreign`` or ``under25``.
    """
    known = mergers.load_mergers()
    columns_ = [rows[name].to_pylist() for name in ("municipality", "year", "value", "group")]
    vintages = arrays.day_numbers(rows["vintage"]).tolist()
    found = sorted(
        (vintage, value, municipality, year)
        for vintage, municipality, year, value, row_group in zip(vintages, *columns_, strict=True)
        if row_group == group
    )
    each = {(vintage, code, year): value for vintage, value, code, year in found}
    sums: dict[tuple[int, str, int], float] = {}
    for (vintage, code, year), value in each.items():
        key = (vintage, known.current(code, f"{year}-01"), year)
        sums[key] = sums.get(key, 0.0) + value
    return {(code, year): value for (_, code, year), value in sorted(sums.items())}


def _labour_force_by_area(
    totals: Totals, held: Mapping[tuple[str, int], float]
) -> NDArray[np.float64]:
    """Labour force by month and area, NaN where it or that of a group's member is not known."""
    years = [int(month[:4]) for month in totals.clock.months]
    axes = totals.job.axes

    def of(code: str) -> NDArray[np.float64]:
        return np.array([held.get((code, year), np.nan) for year in years])

    own = [of(code) for code in axes.municipalities]
    groups = [_labour_force_of_group(totals, group, held) for group, _ in axes.groups]
    return np.stack([*own, *groups, of(COUNTRY)], axis=1)


def _labour_force_of_group(
    totals: Totals, group: str, held: Mapping[tuple[str, int], float]
) -> NDArray[np.float64]:
    """Labour force of a group by month: that of who its members are in the January of the year."""
    sums = {
        year: float(
            np.sum(
                [
                    held.get((code, int(year)), np.nan)
                    for code in totals.job.members(group, f"{year}-01")
                ]
            )
        )
        for year in {month[:4] for month in totals.clock.months}
    }
    return np.array([sums[month[:4]] for month in totals.clock.months])


def _measure(
    indicator: str, group: str, counted: Callable[[Totals], Counts], *tables: str
) -> Measure:
    return Measure(
        indicator,
        tables={"value": ("employment_code", "labour_force", *tables)},
        count=count,
        rows=partial(_add_rows, group, counted),
        account=partial(account_shares, group=group),
    )


MEASURES = (
    _measure("unemployment_share", "total", partial(_unemployed_of, _TOTAL)),
    _measure("foreign_unemployment_share", "foreign", partial(_unemployed_of, _FOREIGN), "persons"),
    _measure(YOUTH, "under25", _young_of, "persons"),
)
