"""Indicator 24: what the month's days in services cost, in all and a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register import arrays
from indicators.measures.register.accounts.paths import account_service_costs
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import day_key, day_of, person_of
from indicators.measures.register.measure import Measure, Rows, Totals, blank_missing
from indicators.measures.register.rows import Figures, count_figures, event_status, mean_figures
from indicators.measures.register.services import GROUP_CATEGORIES
from indicators.register.prices import MICRO, Prices, micro_prices, price_of
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "service_costs"
UNPRICED = -1


@dataclass(frozen=True, slots=True)
class _Runs:
    """Months in which services run, one of each a month and spell.

    Attributes:
        month: Place of the month.
        spell: Position of the spell in the table.
        first: The first day of the month on which it runs.
        days: On how many days of the month it runs.
    """

    month: NDArray[np.int64]
    spell: NDArray[np.intp]
    first: NDArray[np.int64]
    days: NDArray[np.int64]


def count(chunk: Chunk) -> Tallies:
    """Euros in millionths, days without a price, and persons, by dimensions and service group."""
    runs = _runs(chunk)
    person = person_of(chunk.spells("service").start)[runs.spell]
    code = chunk.profile.at(day_key(person, runs.first))
    lanes, register = Lanes.of(chunk), chunk.job.register
    group, lane = lanes.group[runs.spell], lanes.lane[runs.spell]
    years = [int(name[:4]) for name in chunk.clock.months]
    prices = lanes.prices(micro_prices(register.read("service_price")), years)
    price = prices[runs.month, lane]
    cost, is_unpriced = np.maximum(price, 0) * runs.days, np.flatnonzero(price == UNPRICED)

    axes, month = chunk.axes, runs.month
    alone, several = tallies.count_distinct(axes, person, month, code)
    known = group < len(SERVICE_GROUPS)
    own = tallies.OwnDimension(group[known], len(SERVICE_GROUPS))
    lacks = is_unpriced[known[is_unpriced]]
    lacking = tallies.OwnDimension(group[lacks], len(SERVICE_GROUPS))
    return Tallies(
        {
            "euros": tallies.count_events(axes, month, code, cost),
            "unpriced": tallies.count_events(axes, month[is_unpriced], code[is_unpriced]),
            "persons.alone": alone,
            "persons.several": several,
            "euros.by_group": tallies.count_events_by(
                axes, month[known], code[known], own, cost[known]
            ),
            "unpriced.by_group": tallies.count_events_by(axes, month[lacks], code[lacks], lacking),
            "persons.by_group": tallies.count_distinct_by(
                axes, person[known], month[known], code[known], own
            ),
        }
    )


def _runs(chunk: Chunk) -> _Runs:
    """Every month in which a spell, as recorded, runs; nothing after the extract date."""
    clock, spells = chunk.clock, chunk.spells("service")
    start = day_of(spells.start)
    stop = np.minimum(day_of(spells.stop), clock.extract + 1)
    # Months need not follow one another.
    entry = np.searchsorted(clock.lasts, start)
    number = np.maximum(np.searchsorted(clock.firsts, stop) - entry, 0)
    spell = np.repeat(np.arange(len(start)), number)
    month = entry[spell] + (np.arange(len(spell)) - (np.cumsum(number) - number)[spell])
    first = np.maximum(start[spell], clock.firsts[month])
    days = np.minimum(stop[spell], clock.lasts[month] + 1) - first
    return _Runs(month, spell, first, days)


@dataclass(frozen=True, slots=True)
class Lanes:
    """Groups and kinds of the services of a chunk.

    Attributes:
        lane: Of each spell, the place of its group and kind.
        kinds: Group and kind, by place.
    """

    lane: NDArray[np.intp]
    kinds: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, chunk: Chunk) -> Lanes:
        """Those that occur."""
        rows = chunk.tables["service"]
        number = arrays.combined_codes(rows["group"], rows["kind"])
        _, first, lane = np.unique(number, return_index=True, return_inverse=True)
        taken = rows.select(["group", "kind"]).take(first)
        groups, kinds = (taken[name].to_pylist() for name in ("group", "kind"))
        return cls(lane, list(zip(groups, kinds, strict=True)))

    @property
    def group(self) -> NDArray[np.int64]:
        """Of each spell, the place of its group; behind all where it is none of them."""
        places = {group: at for at, group in enumerate(SERVICE_GROUPS)}
        of_kind = [places.get(group, len(places)) for group, _ in self.kinds]
        return np.array(of_kind, np.int64)[self.lane]

    def prices(self, prices: Prices, years: Sequence[int]) -> NDArray[np.int64]:
        """Millionths of a euro a day, −1 where there is none; shape (years, groups and kinds)."""
        table = [
            [price_of(prices, group, kind, year) for group, kind in self.kinds] for year in years
        ]
        known = [[UNPRICED if price is None else price for price in row] for row in table]
        return np.array(known, np.int64).reshape(len(years), len(self.kinds))


def add_rows(totals: Totals, rows: Rows) -> None:
    """Euros, and euros a person; not available where a day of theirs has no price."""
    euros, unpriced, persons = (
        np.concatenate([whole, by_group], axis=-1)
        for whole, by_group in (
            _events(totals, "euros"),
            _events(totals, "unpriced"),
            (
                totals.distinct("service_costs.persons"),
                totals.tallies.sums["service_costs.persons.by_group"],
            ),
        )
    )
    status, categories = event_status(totals.clock), (*totals.categories, *GROUP_CATEGORIES)
    cost = euros / MICRO
    sums = _sums(cost, persons, status)
    each = mean_figures(cost, persons, status)
    for name, figures in (("euros", sums), ("euros_per_person", each)):
        missing = unpriced > 0
        rows.add(name, blank_missing(figures, missing, shown=True), categories=categories)


def _events(totals: Totals, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    name = f"service_costs.{name}"
    return totals.events(name), totals.events_by(f"{name}.by_group")


def _sums(
    cost: NDArray[np.float64], persons: NDArray[np.int64], status: NDArray[np.int8]
) -> Figures:
    """As plain counts, of euros."""
    figures = count_figures(persons, status)
    value = np.where(np.isnan(figures.value), np.nan, cost)
    return replace(figures, numerator=value, value=value)


_STATISTICS = ("euros", "euros_per_person")

MEASURE = Measure(
    ID,
    tables=dict.fromkeys(_STATISTICS, ("service", "service_price")),
    count=count,
    rows=add_rows,
    account=account_service_costs,
)
