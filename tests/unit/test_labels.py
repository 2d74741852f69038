"""Names, days and ordered months beside the codes of a long table."""

import doctest

import numpy as np
import pandas as pd
import pytest

from indicators import labels, table
from indicators.errors import DataError, UsageError
from indicators.labels import label

ROWS = [
    # indicator, statistic, month, area, population, dimension, category
    ("plan_coverage", "debt", "2022-03", "KU398", "residents", "sex", "women"),
    ("plan_coverage", "debt", "2021-12", "LAHTI5", "residents", "sex*age_group", "women*50-"),
    ("plan_coverage", "debt", "2022-03", "KU999", "nobody", "total", "total"),
    ("satisfaction", "mean", "2022-03", "SSS", "target_group", "item", "a*b"),
]


NAMES = ["area_name", "category_name", "indicator_name", "population_name", "statistic_name"]


def long_table():
    codes = dict(zip(table.KEY, np.array(ROWS, object).T, strict=True))
    texts = {name: pd.Categorical(column) for name, column in codes.items()}
    rest = dict.fromkeys(["unit", "status", "series_break", "source", "vintage"], "x")
    numbers = dict.fromkeys(table.NUMBERS, np.arange(4.0))
    return table.build_table(**texts, **rest, **numbers)


@pytest.mark.parametrize(
    ("language", "women", "both", "area"),
    [
        ("fi", "Naiset", "Naiset, 50 vuotta täyttäneet", "Lahti"),
        ("sv", "Kvinnor", "Kvinnor, 50 år eller äldre", "Lahtis"),
        ("en", "Women", "Women, Aged 50 or over", "Lahti"),
    ],
)
def test_codes_are_named_in_each_language_and_unknown_ones_stay(language, women, both, area):
    named = label(long_table(), language)
    assert list(named["category_name"][[0, 1, 3]]) == [women, both, "a*b"]
    assert list(named["area_name"][[0, 2]]) == [area, "KU999"]
    assert named["population_name"][2] == "nobody"
    assert named["dimension_name"][1].count(" × ") == 1
    names = ["indicator_name", "statistic_name", "status_name", "unit_name"]
    assert named[names].notna().all(axis=None)
    assert named["statistic_name"][0] != "debt"


def test_months_are_in_order_with_those_between_and_a_day_each():
    named = label(long_table())
    assert list(named["month"].cat.categories) == ["2021-12", "2022-01", "2022-02", "2022-03"]
    assert named["month"].cat.ordered
    assert named["month"].max() == "2022-03"
    assert list(named["date"][:2]) == [pd.Timestamp("2022-03-01"), pd.Timestamp("2021-12-01")]
    counted = named.groupby("month", observed=False)["value"].size()
    assert list(counted) == [1, 0, 0, 3]


def test_names_are_texts_so_that_charts_show_those_alone_that_are_left():
    named = label(long_table(), "en")
    left = named.query("population == 'residents'")
    assert not any(isinstance(left[name].dtype, pd.CategoricalDtype) for name in NAMES)
    assert sorted(left["category_name"]) == ["Women", "Women, Aged 50 or over"]


def test_files_have_months_as_before(tmp_path):
    named = label(long_table(), "en")
    named.to_excel(tmp_path / "x.xlsx", index=False)
    named.to_parquet(tmp_path / "x.parquet")
    back = pd.read_excel(tmp_path / "x.xlsx", engine="calamine")
    assert list(back["month"]) == [row[2] for row in ROWS]
    assert back["date"][0] == pd.Timestamp("2022-03-01")
    assert list(pd.read_parquet(tmp_path / "x.parquet")["month"].astype(str)) == [
        row[2] for row in ROWS
    ]


def test_nothing_else_changes_not_even_what_was_given():
    given = long_table().set_index(pd.Index([7, 3, 3, 1]))
    before = given.copy(deep=True)
    named = label(given, "sv")
    pd.testing.assert_frame_equal(given, before)
    rest = [name for name in given.columns if name != "month"]
    pd.testing.assert_frame_equal(named[rest], before[rest])
    again = label(named, "sv")
    pd.testing.assert_frame_equal(again, named)


def test_some_columns_are_named_alone():
    given = long_table()
    assert list(label(given[["area", "value"]]).columns) == ["area", "value", "area_name"]
    # Nobody can say of which dimension a category is.
    assert "category_name" not in label(given[["area", "category"]])
    empty = label(given.iloc[:0], "en")
    assert len(empty) == 0
    assert {"date", "category_name"} <= set(empty.columns)


def test_what_is_missing_stays_missing():
    given = long_table()
    given.loc[0, ["month", "area", "category"]] = None
    named = label(given)
    assert named.loc[0, ["month", "date", "area_name", "category_name"]].isna().all()
    assert named.loc[1:, ["month", "date", "area_name"]].notna().all(axis=None)


@pytest.mark.parametrize("language", ["de", "", None, "FI"])
def test_another_language_is_refused(language):
    with pytest.raises(UsageError, match=r"no language .*; known are fi, sv, en"):
        label(long_table(), language)


def test_what_is_no_long_table_is_refused():
    with pytest.raises(UsageError, match="none of the columns month, indicator"):
        label(pd.DataFrame({"x": [1]}))
    with pytest.raises(DataError, match=r"column month: '2022-13', 'May': is no month"):
        label(pd.DataFrame({"month": ["2022-13", "2022-01", "May"]}))


def test_the_examples_run():
    assert doctest.testmod(labels, raise_on_error=True).attempted
