"""Releases put together as tables that came out one after the other; what StatFin has told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fixtures.released import lay_out
from fixtures.small_tables import random_table
from indicators.disclosure.rounding import rounded
from indicators.releases.comparing import layers, says
from indicators.releases.official import told_officially


def of(*months: str) -> pd.DataFrame:
    return pd.concat([random_table(1, month) for month in months], ignore_index=True)


def test_releases_of_one_extract_are_one_table_until_a_month_comes_twice(tmp_path: Path) -> None:
    calls = (
        (of("2022-01", "2022-02"), "2022-03-31"),
        (of("2022-03"), "2022-03-31"),
        (of("2022-02"), "2022-03-31"),
        (of("2022-02", "2022-03"), "2022-04-30"),
    )
    releases = [item for rows, extract in calls for item in lay_out(rows, tmp_path, extract)]
    months = [list(dict.fromkeys(item["month"].astype(str))) for item in layers(releases)]
    assert months == [["2022-01", "2022-02", "2022-03"], ["2022-02"], ["2022-02", "2022-03"]]


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", 1e6), ("status", "provisional"), ("vintage", "2023-02-01"), ("area", "KU001")],
)
def test_a_release_that_says_something_else_is_told_apart(column: str, value: object) -> None:
    table = random_table(1)
    assert says(rounded(table), table)
    changed = table.copy()
    changed.loc[3, column] = value
    released = rounded(table)
    assert not says(released, changed)
    assert not says(released, table.iloc[1:])
    hidden = released.assign(status=table["status"].where(table.index != 3, "suppressed"))
    same = column in ("value", "status")
    assert says(hidden, changed) is same


def test_official_figures_count_where_they_say_what_the_register_counts() -> None:
    internal = random_table(3)
    public = internal[internal["statistic"] == "long_term"].assign(source="statfin")
    public = public.reset_index(drop=True)
    assert len(told_officially(public, internal)) == len(public)
    other = public.copy()
    other.loc[other["area"] == "KU316", ["numerator", "value"]] += 1
    remaining = told_officially(other, internal)
    assert set(remaining["area"]) == set(public["area"]) - {"KU316"}
    hidden = public.assign(status="suppressed", numerator=float("nan"), value=float("nan"))
    assert told_officially(hidden, internal).empty
    assert told_officially(public.assign(area="KU001"), internal).empty
    assert told_officially(public.assign(month="2022-04"), internal).empty
