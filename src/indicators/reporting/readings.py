"""What a report reads out of a month's protected tables: named quantities of areas and months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan

import pandas as pd

from indicators.calendar import shift_month
from indicators.processed import Processed

MOST_HIDDEN, LEAST_HIDDEN, MIDDLE_HIDDEN = 4, 1, 2.5


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
    """A quantity the report tells.

    Attributes:
        id: Its name in the wording (``quantities.toml``).
        indicator: The row of the long table it is read from.
        statistic: Likewise.
        field: ``value`` or ``numerator``.
        decimals: As it is told.
        unit: ``persons``, ``percent`` or ``vacancies``.
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
    )
}


@dataclass(frozen=True)
class Readings:
    """Looks quantities up in a month's protected tables.

    Attributes:
        processed: The tables.
        groups: Member areas of each configured group, whose hidden members make a sum uncertain.
    """

    processed: Processed
    groups: Mapping[str, Sequence[str]]

    def of(self, quantity: str, area: str, month: str | None = None) -> Reading:
        """Read a quantity of an area; of the reported month if none is given."""
        series = self._rows.get((quantity, area), {})
        return series.get(month or self.processed.month, NOT_AVAILABLE)

    def series(self, quantity: str, area: str) -> pd.Series:
        """The values of all months up to the reported one, NaN where not known.

        Returns:
            Floats indexed by the first day of each month, without gaps in the months.
        """
        rows = self._rows.get((quantity, area), {})
        index = pd.date_range(min(rows), max(rows), freq="MS")
        values = [rows.get(f"{day:%Y-%m}", NOT_AVAILABLE).value for day in index]
        return pd.Series(values, index=index, dtype=float)

    def change(self, quantity: str, area: str, months: int) -> Reading:
        """Change of a quantity from so many months before the reported one."""
        before = shift_month(self.processed.month, -months)
        return self.change_between(quantity, area, before, self.processed.month)

    def change_between(self, quantity: str, area: str, before: str, after: str) -> Reading:
        """Change between two months; its status is that of the less sure of the two."""
        was, now = self.of(quantity, area, before), self.of(quantity, area, after)
        if not (was.known and now.known):
            return replace(NOT_AVAILABLE, status=was.status if now.known else now.status)
        status = "bounded" if "bounded" in (was.status, now.status) else now.status
        return Reading(now.value - was.value, status=status)

    def last_known(self, quantity: str, area: str) -> str | None:
        """The newest month a quantity is known for, or None."""
        rows = self._rows.get((quantity, area), {})
        return max((month for month, reading in rows.items() if reading.known), default=None)

    @cached_property
    def _rows(self) -> dict[tuple[str, str], dict[str, Reading]]:
        frame = pd.concat([self.processed.indicators, self.processed.context], ignore_index=True)
        frame = frame[frame["dimension"] == "total"]
        found: dict[tuple[str, str], dict[str, Reading]] = {}
        for quantity in QUANTITIES.values():
            mine = frame[
                (frame["indicator"] == quantity.indicator)
                & (frame["statistic"] == quantity.statistic)
            ]
            # A row at a time, and thousands of them: plain lists are the fastest to go through.
            names = ("area", "month", quantity.field, "low", "high", "status")
            columns = (mine[name].to_numpy(object) for name in names)
            for area, month, value, low, high, status in zip(*columns, strict=True):
                reading = Reading(value, low, high, status)
                found.setdefault((quantity.id, area), {})[month] = reading
        self._mend_numerators(found)
        return found

    def _mend_numerators(self, found: dict[tuple[str, str], dict[str, Reading]]) -> None:
        """Give numerators bounds and a status of their own: the row's are those of its value."""
        for (quantity, area), rows in found.items():
            if QUANTITIES[quantity].field == "value":
                continue
            for month, reading in rows.items():
                rows[month] = self._numerator(found, quantity, area, month, reading)

    def _numerator(
        self,
        found: Mapping[tuple[str, str], Mapping[str, Reading]],
        quantity: str,
        area: str,
        month: str,
        reading: Reading,
    ) -> Reading:
        if not reading.known:
            return replace(reading, low=nan, high=nan)
        if quantity == "in_services":
            return _services(reading, found, area, month)
        members = self.groups.get(area, ())
        hidden = sum(
            found[quantity, member][month].status == "suppressed"
            for member in members
            if month in found.get((quantity, member), {})
        )
        if not hidden:
            return Reading(reading.value)
        shown = reading.value - MIDDLE_HIDDEN * hidden
        low, high = shown + LEAST_HIDDEN * hidden, shown + MOST_HIDDEN * hidden
        return Reading(reading.value, low, high, "bounded")


def _services(
    reading: Reading,
    found: Mapping[tuple[str, str], Mapping[str, Reading]],
    area: str,
    month: str,
) -> Reading:
    """People in services: extended unemployment less the unemployed, bounds likewise."""
    extended = found["extended_unemployment", area][month]
    if extended.status != "bounded":
        return Reading(reading.value)
    unemployed = extended.value - reading.value
    return Reading(reading.value, extended.low - unemployed, extended.high - unemployed, "bounded")
