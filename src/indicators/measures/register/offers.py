"""Indicators 14 and 15: job offers and introductions, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.measures.register import arrays
from indicators.measures.register.accounts.events import account_offers
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    Keys,
    Mask,
    any_within,
    day_key,
    distinct_keys,
    person_of,
    sorted_keys,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, event_status, percent_figures
from indicators.tallies import tallies
from indicators.tallies.axes import SMALL_CELLS, Codes, add_up_cells
from indicators.tallies.tallies import Tallies

_FILLED = ("01", "52")
_NOT_COUNTED = ("03", "07", "13", "51")
_WORK = ("00", "01", "09")
_PERIODS = {"employed_30_days": "employed_short_days", "employed_90_days": "employed_long_days"}
_SHORT = 8


@dataclass(frozen=True, slots=True)
class _Offers:
    """Offers of the months computed.

    Attributes:
        key: Person and day, on the line of days.
        month: Place of the month.
        code: Cell code on the day.
        day: The day.
        rows: The rows of the table.
    """

    key: Keys
    month: NDArray[np.int64]
    code: Codes
    day: NDArray[np.int64]
    rows: pa.Table


def _count(indicator: str, table: str, chunk: Chunk) -> Tallies:
    """Offers or introductions of the months computed, and what came of them."""
    offers = _read_offers(chunk, table)
    counted = _count_offers(chunk, offers, indicator)
    return Tallies(
        {f"{indicator}.{name}": tally for name, tally in counted.items()},
        {f"{indicator}.vacancies": _vacancies(chunk, offers)},
    )


def _read_offers(chunk: Chunk, table: str) -> _Offers:
    rows, person = chunk.tables[table], chunk.person(table)
    day = arrays.day_numbers(rows["date"])
    month = chunk.clock.month_of(day)
    in_months = np.flatnonzero(month >= 0)
    key = day_key(person, day)[in_months]
    return _Offers(
        key, month[in_months], chunk.profile.at(key), day[in_months], rows.take(pa.array(in_months))
    )


def _count_offers(chunk: Chunk, offers: _Offers, indicator: str) -> dict[str, tallies.Counts]:
    def events(which: Mask) -> tallies.Counts:
        return tallies.count_events(chunk.axes, offers.month[which], offers.code[which])

    result = arrays.code_positions(
        offers.rows["result"], dict.fromkeys(_FILLED, 1) | dict.fromkeys(_NOT_COUNTED, -1), 0
    )
    person = person_of(offers.key)
    alone, several = tallies.count_distinct(chunk.axes, person, offers.month, offers.code)
    counted = {
        "offers": events(result > -2),
        "persons.alone": alone,
        "persons.several": several,
        "decided": events(result >= 0),
        "filled": events(result == 1),
    }
    work = _work_starts(chunk)
    for statistic, period in _PERIODS.items():
        length = chunk.job.choice(indicator, period)
        observed = offers.day + length <= chunk.clock.extract
        employed = any_within(work, offers.key + 1, offers.key + length + 1)
        counted[f"{statistic}.observed"] = events(observed)
        counted[statistic] = events(observed & employed)
    return counted


def _work_starts(chunk: Chunk) -> Keys:
    """Days on which codes of work start."""

    def make() -> Keys:
        code = arrays.code_positions(
            chunk.tables["employment_code"]["code"], dict.fromkeys(_WORK, 1), 0
        )
        return sorted_keys(chunk.spells("employment_code").start[code == 1])

    return chunk.cached("work starts", make)


def _vacancies(chunk: Chunk, offers: _Offers) -> tuple[NDArray[np.generic], ...]:
    """Which vacancies were met in which month and cell, each once."""
    encoded = arrays.as_dictionary(offers.rows["vacancy_id"])
    named = encoded.is_valid().to_numpy(zero_copy_only=False)
    number = arrays.combined_codes(offers.rows["vacancy_id"])[named] - 1
    cells = len(chunk.axes.municipalities) * SMALL_CELLS + SMALL_CELLS
    of_month = (number * chunk.axes.months + offers.month[named]) * cells
    occurrences, code = np.divmod(distinct_keys(of_month + offers.code[named]), cells)
    number, month = np.divmod(occurrences, chunk.axes.months)
    names = encoded.dictionary.cast(pa.binary()).to_numpy(zero_copy_only=False)
    return names.astype("S")[number], month.astype(np.int16), code.astype(np.int32)


def _number_names(names: NDArray[np.generic]) -> NDArray[np.int64]:
    """A number for each different name."""
    if names.dtype.itemsize <= _SHORT:
        # Short names are whole numbers to the machine, and sorted as such.
        names = names.astype(f"S{_SHORT}").view(np.uint64)
    numbers: NDArray[np.int32] = pa.array(names).dictionary_encode().indices.to_numpy()
    return numbers.astype(np.int64)


def _add_rows(indicator: str, totals: Totals, rows: Rows) -> None:
    """Volumes, the share filled, and the shares followed by work."""

    def events(name: str) -> tallies.Counts:
        return totals.events(f"offers.{indicator}.{name}")

    status, offers = event_status(totals.clock), events("offers")
    persons = totals.distinct(f"offers.{indicator}.persons")
    names, month, code = totals.tallies.lists[f"offers.{indicator}.vacancies"]
    axes = totals.job.axes
    alone, several = tallies.count_distinct(
        axes, _number_names(names), month.astype(np.int64), code.astype(np.int32)
    )
    vacancies = add_up_cells(alone, axes) + several
    figures = {
        "offers": count_figures(offers, status),
        "persons": count_figures(persons, status),
        "vacancies": count_figures(vacancies, status, offers > 0),
        "filled_share": percent_figures(events("filled"), events("decided"), status),
    }
    for statistic, period in _PERIODS.items():
        later = event_status(totals.clock, later=totals.job.choice(indicator, period))
        observed = events(f"{statistic}.observed")
        figures[statistic] = percent_figures(events(statistic), observed, later)
    for statistic, of_statistic in figures.items():
        rows.add(statistic, of_statistic)


def _measure(indicator: str, table: str) -> Measure:
    return Measure(
        indicator,
        tables=dict.fromkeys(("offers", "persons", "vacancies", "filled_share"), (table,))
        | dict.fromkeys(_PERIODS, (table, "employment_code")),
        count=partial(_count, indicator, table),
        rows=partial(_add_rows, indicator),
        account=partial(account_offers, table=table),
    )


MEASURES = (_measure("job_offers", "job_offer"), _measure("introductions", "introduction"))
