"""Indicators 1–3: the unemployed as a share of the labour force (contract, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.measures.register import columns, days, people
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.figures import (
    INCOMPLETE,
    NOT_AVAILABLE,
    Figures,
    percent,
    stock_status,
)
from indicators.measures.register.needs import Needs
from indicators.measures.register.runs import Runs, day_key, person_of
from indicators.measures.register.sheet import Block, Sheet
from indicators.measures.register.totals import Totals
from indicators.tallies import Tallies, counting
from indicators.tallies.axes import CATEGORIES, COUNTRY

_SHARES = (
    ("unemployment_share", "total"),
    ("foreign_unemployment_share", "foreign"),
    ("youth_unemployment_share", "under25"),
)
NEEDS: Needs = {
    "unemployment_share": {"value": ("employment_code", "labour_force")},
    "foreign_unemployment_share": {"value": ("employment_code", "labour_force", "persons")},
    "youth_unemployment_share": {"value": ("employment_code", "labour_force", "persons")},
}
_TOTAL = CATEGORIES.index(("total", "total"))
_FOREIGN = CATEGORIES.index(("origin", "foreign"))


def unemployed_stays(chunk: Chunk) -> Runs:
    """Who is unemployed on which count days, on the line of count days."""
    return chunk.once("unemployed", lambda: chunk.stays(chunk.unemployment(merge_layoff=True))[0])


def count(chunk: Chunk) -> Tallies:
    """The unemployed, and the young among them."""
    return Tallies(
        {
            "unemployed": _counted(chunk, unemployed_stays(chunk)),
            "young": _counted(chunk, _young(chunk)),
        }
    )


def _counted(chunk: Chunk, stays: Runs) -> NDArray[np.int64]:
    stock = chunk.stock(stays)
    return counting.stock(chunk.axes, stock.entry, stock.leave, stock.code)


def _young(chunk: Chunk) -> Runs:
    """Unemployment spells up to the day before the age at which one is young no more."""
    spells = chunk.unemployment(merge_layoff=True)
    who = people.read_people(chunk.tables["persons"], chunk.ids)
    age = chunk.job.choice("youth_unemployment_share", "youth_age")
    birthday = np.clip(days.birthday(who.birth, age), days.EARLIEST, days.OPEN)
    # Who has no row in `persons` is of no known age.
    until = np.where(who.known, birthday, days.EARLIEST)
    person = person_of(spells.start)
    stop = np.minimum(spells.stop, day_key(person, until[person]))
    young = spells.start < stop
    return chunk.stays(Runs(spells.start[young], stop[young]))[0]


def tell(totals: Totals, sheet: Sheet) -> None:
    """Rows for residents in total, each with the labour force of its calendar year."""
    rows = totals.job.register.read("labour_force")
    unemployed = totals.stock("stocks.unemployed")
    counts = {
        "total": unemployed[:, :, :1, _TOTAL],
        "foreign": unemployed[:, :, :1, _FOREIGN],
        "under25": totals.stock("stocks.young")[:, :, :1, _TOTAL],
    }
    status = stock_status(totals.clock)
    lacking = totals.lacks(["labour_force"])
    country = lacking or COUNTRY in set(rows["municipality"].to_pylist())
    kept = slice(None) if country else slice(-1)
    block = Block(
        totals.clock.months,
        totals.job.axes.areas[kept],
        totals.job.register.extract_date.isoformat(),
        populations=("residents",),
        categories=(("total", "total"),),
    )
    for indicator, group in _SHARES:
        base = _labour_force(totals, latest_labour_force(rows, group))[:, :, None, None]
        figures = _share(counts[group][..., None], base, status)
        totals.tell(sheet, indicator, "value", _part(figures, kept), needs=NEEDS, block=block)


def _share(part: NDArray[np.int64], base: NDArray[np.float64], status: NDArray[np.int8]) -> Figures:
    """A share; where its denominator is not known, neither is its numerator told."""
    figures = percent(part, np.nan_to_num(base), status)
    lacking = np.isnan(base) & (figures.status != INCOMPLETE)
    return replace(
        figures,
        numerator=np.where(lacking, np.nan, figures.numerator),
        denominator=np.where(lacking, np.nan, figures.denominator),
        status=np.where(lacking, np.int8(NOT_AVAILABLE), figures.status),
    )


def _part(figures: Figures, areas: slice) -> Figures:
    names = ("numerator", "denominator", "value", "status", "shown")
    return Figures(**{name: getattr(figures, name)[:, areas] for name in names})


def latest_labour_force(rows: pa.Table, group: str) -> Mapping[tuple[str, int], float]:
    """The labour force of each municipality and calendar year, of the latest vintage.

    A municipality that had merged by January of the year counts as what it had become: what one
    vintage tells of municipalities that are one by then is added up.

    Args:
        rows: The table ``labour_force``.
        group: ``total``, ``foreign`` or ``under25``.
    """
    known = mergers.load()
    columns_ = [rows[name].to_pylist() for name in ("municipality", "year", "value", "group")]
    vintages = columns.days(rows["vintage"]).tolist()
    found = sorted(
        (vintage, value, municipality, year)
        for vintage, municipality, year, value, of in zip(vintages, *columns_, strict=True)
        if of == group
    )
    each = {(vintage, code, year): value for vintage, value, code, year in found}
    sums: dict[tuple[int, str, int], float] = {}
    for (vintage, code, year), value in each.items():
        key = (vintage, known.current(code, f"{year}-01"), year)
        sums[key] = sums.get(key, 0.0) + value
    return {(code, year): value for (_, code, year), value in sorted(sums.items())}


def _labour_force(totals: Totals, held: Mapping[tuple[str, int], float]) -> NDArray[np.float64]:
    """Labour force by month and area, NaN where it or that of a group's member is not known."""
    years = [int(month[:4]) for month in totals.clock.months]
    axes = totals.job.axes

    def of(code: str) -> NDArray[np.float64]:
        return np.array([held.get((code, year), np.nan) for year in years])

    own = [of(code) for code in axes.municipalities]
    groups = [_of_members(totals, group, held) for group, _ in axes.groups]
    return np.stack([*own, *groups, of(COUNTRY)], axis=1)


def _of_members(
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
