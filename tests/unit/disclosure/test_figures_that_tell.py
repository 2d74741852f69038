"""Sums and means that would tell something of a hidden count are hidden with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators import protect, table

# Every table is protected and attacked.
pytestmark = pytest.mark.slow


def row(indicator: str, statistic: str, unit: str, *numbers: float, area: str) -> dict[str, Any]:
    key = (indicator, statistic, "2022-02", area, "residents", "total", "total")
    rest = (*numbers, np.nan, np.nan, unit, "normal", None, "register", "2023-06-30")
    return dict(zip(table.COLUMNS, (*key, *rest), strict=True))


def as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(table.COLUMNS))


def paths(area: str, none: int, one: int, several: int, services: int) -> list[dict[str, Any]]:
    persons = none + one + several
    numbers = {"none": none, "one": one, "several": several}
    counts = [
        row("service_paths", name, "persons", number, np.nan, number, area=area)
        for name, number in numbers.items()
    ]
    mean = row(
        "service_paths",
        "mean_services",
        "services",
        services,
        persons,
        services / persons,
        area=area,
    )
    return [*counts, mean]


def costs(area: str, persons: int, euros: float) -> list[dict[str, Any]]:
    each = euros / persons
    return [
        row("service_costs", "euros", "euros", euros, np.nan, euros, area=area),
        row(
            "service_costs", "euros_per_person", "euros_per_person", euros, persons, each, area=area
        ),
    ]


def shown(rows: list[dict[str, Any]], statistic: str, groups: Any = None) -> dict[str, bool]:
    result = protect(as_table(rows), groups=groups or {})
    chosen = result[result["statistic"] == statistic]
    return dict(zip(chosen["area"].astype(str), chosen["status"] != "suppressed", strict=True))


def test_the_mean_of_services_goes_with_the_persons_that_it_would_tell() -> None:
    rows = [*paths("KU398", 40, 2, 8, 20), *paths("KU091", 40, 20, 8, 40)]
    assert shown(rows, "mean_services") == {"KU398": False, "KU091": True}
    assert shown(rows, "one") == {"KU398": False, "KU091": True}


def test_nobody_with_a_service_is_no_secret() -> None:
    assert shown(paths("KU398", 40, 0, 0, 0), "mean_services") == {"KU398": True}


def test_euros_go_with_the_persons_behind_them() -> None:
    members = {"PAIR": ("KU398", "KU098")}
    rows = [*costs("KU398", 12, 6138.0), *costs("KU098", 3, 1534.5), *costs("PAIR", 15, 7672.5)]
    each, euros = (shown(rows, name, members) for name in ("euros_per_person", "euros"))
    assert not each["KU098"]
    assert euros == each
    assert sum(each.values()) < len(each)


def test_a_figure_whose_counts_are_not_in_the_table_stays() -> None:
    alone = [one for one in paths("KU398", 40, 2, 8, 20) if one["statistic"] == "mean_services"]
    assert shown(alone, "mean_services") == {"KU398": True}


def test_a_count_that_an_earlier_table_hides_is_still_a_secret() -> None:
    rows = paths("KU398", 40, 2, 8, 20)
    counts, mean = as_table(rows[:3]), as_table(rows[3:])
    earlier = protect(counts, groups={})
    later = protect(mean, groups={}, published=[earlier])
    assert pd.isna(later["value"].iloc[0])
