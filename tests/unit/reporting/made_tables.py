"""Small made protected tables, so that a test can say every figure it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Any

import pandas as pd

from indicators import table
from indicators.calendar import month_range
from indicators.processed.reading import Processed, Source
from indicators.settings.model import Settings

VINTAGE = "2022-05-01"
SOURCE = Source(
    file="made.csv.gz",
    table="12r5",
    source="Made",
    vintage=VINTAGE,
    first_month="2019-01",
    last_month="2022-02",
    licence="CC BY 4.0",
    sha256="0123456789abcdef" * 4,
)


def row(indicator: str, area: str, month: str, **cells: Any) -> dict[str, Any]:
    """One row of the long table; what is not said is as in a plain published figure."""
    plain = {
        "statistic": "value",
        "population": "residents",
        "dimension": "total",
        "category": "total",
        **dict.fromkeys(table.NUMBERS, nan),
        "unit": "persons",
        "status": "normal",
        "series_break": None,
        "source": "statfin",
        "vintage": VINTAGE,
    }
    return {**plain, "indicator": indicator, "area": area, "month": month, **cells}


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A long table with texts as categories, as the package itself makes it."""
    long_table = pd.DataFrame(rows, columns=list(table.COLUMNS))
    texts = [name for name in table.COLUMNS if name not in table.NUMBERS]
    return long_table.astype(
        {**dict.fromkeys(texts, "category"), **dict.fromkeys(table.NUMBERS, float)}
    )


def processed(
    month: str, rows: Sequence[dict[str, Any]], context: Sequence[dict[str, Any]] = ()
) -> Processed:
    """A month's tables of these rows."""
    return Processed(month, VINTAGE, frame(rows), frame(context), (SOURCE,))


@dataclass
class World:
    """Every figure a report tells, for some months: plain numbers unless a test changes them.

    The ``n``-th month of an area's unemployed is ``base + n``; all else follows from it.

    Attributes:
        first: First month there is.
        last: Last month there is, the one reported.
        changed: Cells to change, by (indicator, area, month).
        missing_from: Month from which an indicator is not available, by indicator.
    """

    first: str = "2019-01"
    last: str = "2022-02"
    changed: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    missing_from: dict[str, str] = field(default_factory=dict)

    def processed(self, settings: Settings) -> Processed:
        """The tables of all the report's areas."""
        report = settings.report
        members = settings.groups[report.group].members
        areas = [*members, report.group, *report.comparisons, report.country]
        months = month_range(self.first, self.last)
        rows = [
            cells_of_row
            for area_number, area in enumerate(areas, start=1)
            for number, month in enumerate(months)
            for cells_of_row in self._month(area, month, 1000.0 * area_number + number)
        ]
        context = [
            cells_of_row for cells_of_row in rows if cells_of_row["indicator"] == "open_vacancies"
        ]
        indicator_rows = [
            cells_of_row for cells_of_row in rows if cells_of_row["indicator"] != "open_vacancies"
        ]
        return processed(self.last, indicator_rows, context)

    def _month(self, area: str, month: str, unemployed: float) -> list[dict[str, Any]]:
        services, force = unemployed / 4, unemployed * 10
        figures = {
            "unemployment_share": {
                "numerator": unemployed,
                "denominator": force,
                "value": 100 * unemployed / force,
            },
            "foreign_unemployment_share": {"numerator": unemployed / 10, "status": "not_available"},
            "youth_unemployment_share": {"numerator": unemployed / 5, "status": "not_available"},
            "extended_unemployment": {
                "numerator": unemployed + services,
                "value": unemployed + services,
            },
            "structural_unemployment": {
                "statistic": "long_term",
                "numerator": unemployed / 2,
                "value": unemployed / 2,
            },
            "activation_rate": {
                "numerator": services,
                "denominator": unemployed + services,
                "value": 20.0,
            },
            "open_vacancies": {"numerator": unemployed / 8, "value": unemployed / 8},
        }
        return [
            row(name, area, month, **self._cells(name, area, month, cells))
            for name, cells in figures.items()
        ]

    def _cells(self, name: str, area: str, month: str, cells: dict[str, Any]) -> dict[str, Any]:
        if month >= self.missing_from.get(name, "9999-12"):
            blank = dict.fromkeys(table.NUMBERS, nan)
            return {**cells, **blank, "status": "not_available", "vintage": None}
        return {**cells, **self.changed.get((name, area, month), {})}
