"""Releases put together as tables that came out one after the other; what StatFin has told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fixtures.released import store_releases_as_they_are
from fixtures.small_tables import random_table
from indicators.disclosure.rounding import round_means
from indicators.releases.releasing import officially_published_rows, release_layers, release_matches


def of(*months: str) -> pd.DataFrame:
    return pd.concat([random_table(1, month) for month in months], ignore_index=True)


def test_releases_of_one_extract_are_one_table_until_a_month_comes_twice(tmp_path: Path) -> None:
    calls = (
        (of("2022-01", "2022-02"), "2022-03-31"),
        (of("2022-03"), "2022-03-31"),
        (of("2022-02"), "2022-03-31"),
        (of("2022-02", "2022-03"), "2022-04-30"),
    )
    releases = [
        item
        for rows, extract in calls
        for item in store_releases_as_they_are(rows, tmp_path, extract)
    ]
    months = [list(dict.fromkeys(item["month"].astype(str))) for item in release_layers(releases)]
    assert months == [["2022-01", "2022-02", "2022-03"], ["2022-02"], ["2022-02", "2022-03"]]


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", 1e6), ("status", "provisional"), ("vintage", "2023-02-01"), ("area", "KU001")],
)
def test_a_release_that_says_something_else_is_told_apart(column: str, value: object) -> None:
    table = random_table(1)
    assert release_matches(round_means(table), table)
    changed = table.copy()
    changed.loc[3, column] = value
    released = round_means(table)
    assert not release_matches(released, changed)
    assert not release_matches(released, table.iloc[1:])
    hidden = released.assign(status=table["status"].where(table.index != 3, "suppressed"))
    same = column in ("value", "status")
    assert release_matches(hidden, changed) is same


def test_official_figures_count_where_they_say_what_the_register_counts() -> None:
    internal = random_table(3)
    public = internal[internal["statistic"] == "long_term"].assign(source="statfin")
    public = public.reset_index(drop=True)
    assert len(officially_published_rows(public, internal)) == len(public)
    other = public.copy()
    other.loc[other["area"] == "KU316", ["numerator", "value"]] += 1
    remaining = officially_published_rows(other, internal)
    assert set(remaining["area"]) == set(public["area"]) - {"KU316"}
    hidden = public.assign(status="suppressed", numerator=float("nan"), value=float("nan"))
    assert officially_published_rows(hidden, internal).empty
    assert officially_published_rows(public.assign(area="KU001"), internal).empty
    assert officially_published_rows(public.assign(month="2022-04"), internal).empty
