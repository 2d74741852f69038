"""Named quantities of areas and months, read from a month's protected tables, and their format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.calendar import shift_month
from indicators.catalogue.catalogue import Catalogue
from indicators.processed.reading import Processed
from indicators.reporting.tables import Cell
from indicators.reporting.wording import NO_BREAK, Translator

FIELDS = ("value", "numerator", "denominator")
# A count that StatFin hides is 1–4; its sums take the middle.
MOST_HIDDEN, LEAST_HIDDEN, MIDDLE_HIDDEN = 4, 1, 2.5
WORD_JOINER = "\N{WORD JOINER}"


#: Columns that a series of the long table is known by: its key without the month.
SERIES_COLUMNS = ("indicator", "statistic", "population", "dimension", "category", "area")


class SeriesKey(NamedTuple):
    """A series of a month's protected tables.

    Attributes:
        values: Of :data:`SERIES_COLUMNS`.
        of_register: Whether it stands in the register's table.
    """

    values: tuple[str, ...]
    of_register: bool = False

    @property
    def indicator(self) -> str:
        """Id of its indicator."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as a reader may see it.

    Attributes:
        value: NaN where it is not known.
        low: Lower bound where ``status`` is ``bounded``, else NaN.
        high: Upper bound likewise.
        status: Of the contract, section 3.
    """

    value: float
    low: float = nan
    high: float = nan
    status: str = "normal"

    @property
    def known(self) -> bool:
        """Whether there is a value, exact or bounded."""
        return not isnan(self.value)


NOT_AVAILABLE = Reading(nan, status="not_available")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that the report shows.

    Attributes:
        id: Its name in the wording (``quantities.toml``).
        indicator: The row of the long table it is read from.
        field: ``value``, ``numerator`` or ``denominator``.
        statistic: As ``indicator``.
        decimals: Digits after the decimal mark.
        unit: ``persons``, ``percent``, ``vacancies``, ``weeks`` or ``spells``.
    """

    id: str
    indicator: str
    field: str = "value"
    statistic: str = "value"
    decimals: int = 0
    unit: str = "persons"


QUANTITIES = {
    quantity.id: quantity
    for quantity in (
        Quantity("unemployed", "unemployment_share", "numerator"),
        Quantity("labour_force", "unemployment_share", "denominator"),
        Quantity("unemployment_share", "unemployment_share", decimals=1, unit="percent"),
        Quantity("in_services", "activation_rate", "numerator"),
        Quantity("extended_unemployment", "extended_unemployment"),
        Quantity("activation_rate", "activation_rate", decimals=1, unit="percent"),
        Quantity("long_term", "structural_unemployment", statistic="long_term"),
        Quantity("youth", "youth_unemployment_share", "numerator"),
        Quantity("foreign", "foreign_unemployment_share", "numerator"),
        Quantity("open_vacancies", "open_vacancies", unit="vacancies"),
        Quantity("flow_over_3_months", "flow_over_3_months", decimals=1, unit="percent"),
        Quantity("flow_over_6_months", "flow_over_6_months", decimals=1, unit="percent"),
        Quantity("flow_over_12_months", "flow_over_12_months", decimals=1, unit="percent"),
        Quantity(
            "duration_median",
            "unemployment_duration",
            statistic="median_weeks",
            decimals=1,
            unit="weeks",
        ),
        Quantity("ended_searches", "job_search_exits", statistic="total", unit="spells"),
        Quantity("ended_unemployment", "ended_unemployment", statistic="spells", unit="spells"),
    )
}


@dataclass(frozen=True)
class Readings:
    """The quantities of a month's protected tables.

    Attributes:
        processed: The tables.
        groups: Member areas of each configured group, whose hidden members make a sum uncertain.
        read: Gathers every series that is read.
    """

    processed: Processed
    groups: Mapping[str, Sequence[str]]
    read: set[SeriesKey] = field(default_factory=set, compare=False, repr=False)

    def reading(self, quantity: str, area: str, month: str | None = None) -> Reading:
        """Read a quantity of an area; of the reported month if none is given."""
        month = month or self.processed.month
        reading = self._row(quantity, area, month)
        if reading is None:
            return NOT_AVAILABLE
        if QUANTITIES[quantity].field == "value":
            return reading
        return self._numerator(quantity, area, month, reading)

    def series(self, quantity: str, area: str) -> pd.Series:
        """The values of all months up to the month reported, NaN where not known.

        An area of which the sources know nothing has as many months as the tables.

        Returns:
            Floats indexed by the first day of each month, without gaps in the months.
        """
        rows = self._series(quantity, area)
        known_months = self.processed.indicators["month"].unique() if rows is None else rows.places
        months = np.array(list(known_months), dtype="datetime64[M]")
        index = np.arange(months.min(), months.max() + 1)
        values = np.full(len(index), nan)
        if rows is not None:
            values[(months - index[0]).astype(int)] = rows.value
        return pd.Series(values, index=pd.DatetimeIndex(index.astype("datetime64[s]")))

    def change(self, quantity: str, area: str, months: int) -> Reading:
        """Change of a quantity from so many months before the month reported."""
        before = shift_month(self.processed.month, -months)
        return self.change_between(quantity, area, before, self.processed.month)

    def change_between(self, quantity: str, area: str, before: str, after: str) -> Reading:
        """Change between two months; its status is that of the less sure of the two."""
        was, now = self.reading(quantity, area, before), self.reading(quantity, area, after)
        if not (was.known and now.known):
            return replace(NOT_AVAILABLE, status=was.status if now.known else now.status)
        status = "bounded" if "bounded" in (was.status, now.status) else now.status
        return Reading(now.value - was.value, status=status)

    def last_known(self, quantity: str, area: str) -> str | None:
        """The newest month a quantity is known for, or None."""
        rows = self._series(quantity, area)
        if rows is None:
            return None
        known = zip(rows.places, np.isnan(rows.value).tolist(), strict=True)
        return max((month for month, unknown in known if not unknown), default=None)

    def newest_vintage(self, indicators: Sequence[str]) -> str:
        """The newest vintage that served any of some indicators, ``YYYY-MM-DD``; or nothing."""
        return max((self._vintages.get(indicator, "") for indicator in indicators), default="")

    @cached_property
    def _vintages(self) -> dict[str, str]:
        """The newest vintage of each indicator."""
        newest: dict[str, str] = {}
        for frame in (self.processed.indicators, self.processed.context):
            both = texts_of_categories(frame["indicator"]), texts_of_categories(frame["vintage"])
            for indicator, vintage in set(zip(*both, strict=True)):
                newest[indicator] = max(newest.get(indicator, ""), vintage or "")
        return newest

    def _row(self, quantity: str, area: str, month: str) -> Reading | None:
        """A row as the table has it: its bounds and status are those of its value."""
        rows = self._series(quantity, area)
        return rows.reading(month) if rows else None

    def _series(self, quantity: str, area: str) -> _QuantityRows | None:
        chosen = QUANTITIES[quantity]
        key = (chosen.indicator, chosen.statistic, "residents", "total", "total", area)
        self.read.add(SeriesKey(key))
        if area not in self._rows:
            # The tables hold every area: only those that are read are put in order.
            self._rows[area] = {}
            for frame in (self.processed.indicators, self.processed.context):
                found = _rows_by_quantity(frame[(frame["area"] == area).to_numpy()])
                self._rows[area] |= {id_: rows for (id_, _), rows in found.items()}
        return self._rows[area].get(quantity)

    @cached_property
    def _rows(self) -> dict[str, dict[str, _QuantityRows]]:
        return {}

    def _numerator(self, quantity: str, area: str, month: str, reading: Reading) -> Reading:
        """A numerator with bounds and a status of its own."""
        if not reading.known:
            return replace(reading, low=nan, high=nan)
        if quantity == "in_services":
            return self._services(area, month, reading)
        members = (self._row(quantity, member, month) for member in self.groups.get(area, ()))
        hidden = sum(member is not None and member.status == "suppressed" for member in members)
        if not hidden:
            return Reading(reading.value)
        shown = reading.value - MIDDLE_HIDDEN * hidden
        low, high = shown + LEAST_HIDDEN * hidden, shown + MOST_HIDDEN * hidden
        return Reading(reading.value, low, high, "bounded")

    def _services(self, area: str, month: str, reading: Reading) -> Reading:
        """People in services: extended unemployment less the unemployed, bounds likewise."""
        extended = self._row("extended_unemployment", area, month)
        if extended is None or extended.status != "bounded":
            return Reading(reading.value)
        unemployed = extended.value - reading.value
        return Reading(
            reading.value, extended.low - unemployed, extended.high - unemployed, "bounded"
        )


@dataclass(frozen=True, slots=True)
class _QuantityRows:
    """The rows of a quantity and an area.

    Attributes:
        places: Where each month is.
        value: Of each row; NaN where it is missing.
        low: Lower bound of each row, or NaN.
        high: Upper bound of each row, or NaN.
        status: Of each row.
    """

    places: Mapping[str, int]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    status: NDArray[np.object_]

    def reading(self, month: str) -> Reading | None:
        place = self.places.get(month)
        if place is None:
            return None
        value, low, high = (float(column[place]) for column in (self.value, self.low, self.high))
        return Reading(value, low, high, self.status[place])


def texts_of_categories(column: pd.Series) -> NDArray[np.object_]:
    """A column of categories as plain texts, None where missing; pandas' own way is slow."""
    named = np.array([*column.cat.categories, None], dtype=object)
    return named[column.cat.codes.to_numpy()]


def _rows_by_quantity(frame: pd.DataFrame) -> dict[tuple[str, str], _QuantityRows]:
    """The rows of each quantity and area that a table has."""
    total = frame["dimension"] == "total"
    areas, months, status = (
        texts_of_categories(frame[name]) for name in ("area", "month", "status")
    )
    area_codes = frame["area"].cat.codes.to_numpy()
    numbers = {name: frame[name].to_numpy(float) for name in (*FIELDS, "low", "high")}
    found = {}
    for quantity in QUANTITIES.values():
        selected = (frame["indicator"] == quantity.indicator) & (
            frame["statistic"] == quantity.statistic
        )
        positions = np.flatnonzero((selected & total).to_numpy())
        for area in np.unique(area_codes[positions]):
            rows = positions[area_codes[positions] == area]
            found[quantity.id, areas[rows[0]]] = _QuantityRows(
                {month: place for place, month in enumerate(months[rows])},
                numbers[quantity.field][rows],
                numbers["low"][rows],
                numbers["high"][rows],
                status[rows],
            )
    return found


@dataclass(frozen=True, slots=True)
class ReadingFormatter:
    """Readings as text in a language: the number, its range, or why there is none.

    Attributes:
        translator: The language.
        catalogue: Has the labels of statuses.
    """

    translator: Translator
    catalogue: Catalogue

    def cell(self, reading: Reading, quantity: str) -> Cell:
        """A reading as a table has it; a bounded one with its range below."""
        if not reading.known:
            return Cell(self.status(reading.status))
        text = self.number(reading.value, quantity)
        if not self.uncertain(reading, quantity):
            return Cell(text)
        return Cell(f"≈{NO_BREAK}{text}", f"({self.range(reading, quantity)})")

    def change_cell(self, change: Reading, quantity: str) -> Cell:
        """A change as a table has it, with its sign."""
        if not change.known:
            return Cell(self.status(change.status))
        decimals = QUANTITIES[quantity].decimals
        text = self.translator.number(change.value, decimals, signed=True)
        return Cell(f"≈{NO_BREAK}{text}" if change.status == "bounded" else text)

    def inline(self, reading: Reading, quantity: str) -> str:
        """A reading as a sentence has it."""
        if not reading.known:
            return self.status(reading.status)
        percent = QUANTITIES[quantity].unit == "percent"
        format_value = self.translator.percent if percent else self.translator.number
        if not self.uncertain(reading, quantity):
            return format_value(reading.value)
        return self.translator(
            "common.about", value=format_value(reading.value), range=self.range(reading, quantity)
        )

    def number(self, value: float, quantity: str) -> str:
        """A value with the quantity's decimals."""
        return self.translator.number(value, QUANTITIES[quantity].decimals)

    def range(self, reading: Reading, quantity: str) -> str:
        """The least and the greatest value a bounded reading may have; never broken over lines."""
        low, high = (self.number(bound, quantity) for bound in (reading.low, reading.high))
        return f"{low}{WORD_JOINER}–{WORD_JOINER}{high}"

    def uncertain(self, reading: Reading, quantity: str) -> bool:
        """Whether the bounds differ in the decimals that are shown."""
        if reading.status != "bounded":
            return False
        return self.number(reading.low, quantity) != self.number(reading.high, quantity)

    def status(self, status: str) -> str:
        """The catalogue's label of a status: why there is no value."""
        return self.catalogue.label("status", status, self.translator.language)
