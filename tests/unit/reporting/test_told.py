"""The report's second part reads what is released, and all of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from section_names import REGISTER_SECTIONS

from indicators.catalogue.loading import load_catalogue
from indicators.releases.releasing import areas_by_role
from indicators.reporting.context import Context, RegisterFigure, RegisterReadings
from indicators.reporting.monthly import MonthlyReport

Open = Callable[..., Context]
AGREED = 27
# Indicator, statistic, population, dimension, area.
Cell = tuple[str, ...]


@pytest.fixture
def read(open_with_register: Open, monkeypatch: pytest.MonkeyPatch) -> frozenset[Cell]:
    """Every figure that the sections of two months look up."""
    found: set[Cell] = set()
    plain = RegisterReadings.reading

    def listening(self: RegisterReadings, figure: RegisterFigure, area: str, month: str) -> object:
        dimension = figure.dimension
        found.add((figure.indicator, figure.statistic, figure.population, dimension, area))
        return plain(self, figure, area, month)

    monkeypatch.setattr(RegisterReadings, "reading", listening)
    for month in ("2022-02", "2023-06"):
        report = MonthlyReport(open_with_register(month, "fi"))
        assert all(getattr(report, name)().markdown for name in REGISTER_SECTIONS)
    return frozenset(found)


def released(context: Context) -> frozenset[Cell]:
    areas = areas_by_role(context.settings)
    return frozenset(
        cell
        for indicator in load_catalogue().indicators
        if indicator.number <= AGREED  # a project's own may have no section
        for item in indicator.reported
        for cell in product(
            [indicator.id], item.statistics, item.populations, item.dimensions, areas[item.areas]
        )
    )


def test_sections_read_nothing_that_is_not_released_and_all_that_is(
    open_with_register: Open, read: frozenset[Cell]
) -> None:
    result = released(open_with_register("2022-02", "fi"))
    assert len(result) > 100
    assert sorted(read - result) == []
    assert sorted(result - read) == []


def test_no_figure_is_listed_twice() -> None:
    cells = [
        (cell, item.areas)
        for indicator in load_catalogue().indicators
        for item in indicator.reported
        for cell in product([indicator.id], item.statistics, item.populations, item.dimensions)
    ]
    assert len(cells) == len(set(cells))
