"""The long table from snapshots: vintages, groups, statuses, every row its key."""

import pandas as pd
import pytest

from fixtures.snapshots import SERVICES, write_cells
from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError
from indicators.measures.published import context_table, published_table
from indicators.sources.statfin.snapshots import read_snapshots

COLUMNS = (
    "TYOTTOMATLOPUSSA",
    "TYOVOIMATK",
    "TYOTTOMATULK",
    "TYOTTOMAT25",
    "PITKAAIKAISTYOTTOMAT",
    "AVPAIKATLOPUSSA",
    *SERVICES,
)
MONTH = "2022-02"
GROUPS = {"PAIR": ("KU016", "KU316")}


def counts(**changes: int | None) -> dict[str, int | None]:
    """Counts of one area and month: 60 unemployed, 20 in services."""
    plain = dict.fromkeys(COLUMNS, 10) | dict.fromkeys(SERVICES, 0)
    return plain | {"TYOTTOMATLOPUSSA": 60, "TYOVOIMATK": 600, "KOKEILULOP": 20} | changes


def made_from(folder, groups=GROUPS, months=(MONTH,)) -> pd.DataFrame:
    result = published_table(read_snapshots(folder), months, groups, load_catalogue())
    return result.set_index(["indicator", "area", "month"])


def cells(first: dict, second: dict, month: str = MONTH) -> dict:
    return {("KU016", month): first, ("KU316", month): second}


def test_every_area_and_group_has_a_row_of_each_published_indicator(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    result = published_table(read_snapshots(tmp_path), [MONTH], GROUPS, load_catalogue())
    assert tuple(result.columns) == table.COLUMNS
    assert not result.duplicated(list(table.KEY)).any()
    assert list(result["area"].unique()) == ["KU016", "KU316", "PAIR"]
    assert [
        tuple(row) for row in result[["indicator", "statistic", "unit"]].drop_duplicates().values
    ] == [
        ("unemployment_share", "value", "percent"),
        ("foreign_unemployment_share", "value", "percent"),
        ("youth_unemployment_share", "value", "percent"),
        ("extended_unemployment", "value", "persons"),
        ("structural_unemployment", "long_term", "persons"),
        ("activation_rate", "value", "percent"),
    ]
    constant = result[["population", "dimension", "category", "source"]].drop_duplicates()
    assert constant.values.tolist() == [["residents", "total", "total", "statfin"]]


def test_a_group_is_the_sum_of_its_members_and_its_share_no_mean(tmp_path):
    second = counts(TYOTTOMATLOPUSSA=30, TYOVOIMATK=150, MTPPALVELUTLOP=5)
    write_cells(tmp_path, cells(counts(), second), vintage="2022-05-01")
    result = made_from(tmp_path)
    share = result.loc[("unemployment_share", "PAIR", MONTH)]
    assert (share.numerator, share.denominator, share.value) == (90, 750, 12)
    assert result.loc[("extended_unemployment", "PAIR", MONTH)].value == 135
    assert result.loc[("activation_rate", "PAIR", MONTH)].value == 100 * 45 / 135
    assert result.loc[("foreign_unemployment_share", "PAIR", MONTH)].numerator == 20
    assert set(result.status) == {"normal", "not_available"}


def test_a_hidden_member_bounds_the_group(tmp_path):
    hidden = counts(TYOTTOMATLOPUSSA=None)
    write_cells(tmp_path, cells(counts(), hidden), vintage="2022-05-01")
    result = made_from(tmp_path)
    member = result.loc[("unemployment_share", "KU316", MONTH)]
    assert (member.status, member.denominator) == ("suppressed", 600)
    assert pd.isna(member.numerator)
    group = result.loc[("unemployment_share", "PAIR", MONTH)]
    assert (group.status, group.numerator) == ("bounded", 62.5)
    assert [group.low, group.value, group.high] == [
        pytest.approx(100 * unemployed / 1200) for unemployed in (61, 62.5, 64)
    ]


def test_a_group_of_hidden_members_is_bounded_and_a_group_of_one_is_suppressed(tmp_path):
    hidden = counts(PITKAAIKAISTYOTTOMAT=None)
    write_cells(tmp_path, cells(hidden, hidden), vintage="2022-05-01")
    result = made_from(tmp_path, {**GROUPS, "ALONE": ("KU016",)})
    pair = result.loc[("structural_unemployment", "PAIR", MONTH)]
    assert (pair.low, pair.value, pair.high, pair.status) == (2, 5, 8, "bounded")
    alone = result.loc[("structural_unemployment", "ALONE", MONTH)]
    assert (alone.status, pd.isna(alone.value)) == ("suppressed", True)


def test_a_group_with_a_member_that_nobody_publishes_is_not_available(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    result = made_from(tmp_path, {"WIDE": ("KU016", "KU999"), "EMPTY": ()})
    for code in ("WIDE", "EMPTY"):
        rows = result.xs(code, level="area")
        assert set(rows.status) == {"not_available"}
        assert rows[list(table.NUMBERS)].isna().all(axis=None)
        assert rows.vintage.isna().all()


def test_a_member_named_twice_counts_once(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    result = made_from(tmp_path, {"ODD": ("KU016", "KU016", "KU316")})
    assert result.loc[("unemployment_share", "ODD", MONTH)].numerator == 120


def test_a_group_may_not_take_the_code_of_an_area(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    with pytest.raises(UsageError, match=r"^group KU016: StatFin publishes an area of this code"):
        made_from(tmp_path, {"KU016": ("KU316",)})


def test_the_newest_vintage_with_all_columns_serves(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    newer = {"TYOTTOMATLOPUSSA": 61, "TYOVOIMATK": 610}
    write_cells(tmp_path, cells(newer, newer), vintage="2022-10-31")
    newest = {"TYOTTOMATLOPUSSA": 62}
    write_cells(tmp_path, cells(newest, newest), vintage="2023-12-05")
    result = made_from(tmp_path).xs(("KU016", MONTH), level=("area", "month"))
    share, extended = result.loc["unemployment_share"], result.loc["extended_unemployment"]
    assert (share.numerator, share.denominator, share.vintage) == (61, 610, "2022-10-31")
    assert (extended.value, extended.vintage) == (80, "2022-05-01")


def test_a_group_never_mixes_vintages(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    newer = {("KU016", MONTH): counts(TYOTTOMATLOPUSSA=70, TYOVOIMATK=700)}
    write_cells(tmp_path, newer, vintage="2022-10-31")
    result = made_from(tmp_path)
    alone = result.loc[("unemployment_share", "KU016", MONTH)]
    assert (alone.numerator, alone.vintage) == (70, "2022-10-31")
    group = result.loc[("unemployment_share", "PAIR", MONTH)]
    assert (group.numerator, group.denominator) == (120, 1200)
    assert group.vintage == "2022-05-01"


def test_two_files_of_one_day_serve_together(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01", scope="one")
    more = cells(counts(), counts(), "2022-03")
    write_cells(tmp_path, more, vintage="2022-05-01", scope="two")
    result = made_from(tmp_path, months=(MONTH, "2022-03"))
    assert set(result.vintage) == {"2022-05-01"}
    assert (result.xs("unemployment_share").status == "normal").all()


def test_of_two_files_of_one_day_the_first_by_name_serves_what_both_hold(tmp_path):
    other = counts(TYOTTOMATLOPUSSA=61)
    write_cells(tmp_path, cells(other, other), vintage="2022-05-01", scope="two")
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01", scope="one")
    result = made_from(tmp_path)
    assert result.loc[("unemployment_share", "KU016", MONTH)].numerator == 60


def test_a_month_that_nobody_holds_is_not_available(tmp_path):
    write_cells(tmp_path, cells(counts(), counts()), vintage="2022-05-01")
    result = made_from(tmp_path, months=(MONTH, "2030-01")).xs("2030-01", level="month")
    assert len(result) == 6 * 3
    assert set(result.status) == {"not_available"}
    assert result.vintage.isna().all()


def test_a_series_break_stands_in_its_month_only(tmp_path):
    both = cells(counts(), counts(), "2022-04") | cells(counts(), counts(), "2022-05")
    write_cells(tmp_path, both, vintage="2022-06-01")
    result = made_from(tmp_path, months=("2022-04", "2022-05")).xs("unemployment_share")
    expected = load_catalogue().break_in("unemployment_share", "2022-05")
    assert expected is not None
    assert set(result.xs("2022-05", level="month").series_break) == {expected.id}
    assert result.xs("2022-04", level="month").series_break.isna().all()


def test_open_vacancies_stand_beside_the_indicators(tmp_path):
    write_cells(tmp_path, cells(counts(), counts(AVPAIKATLOPUSSA=None)), vintage="2022-05-01")
    result = context_table(read_snapshots(tmp_path), [MONTH], GROUPS, load_catalogue())
    vacancies = result[result["indicator"] == "open_vacancies"]
    rows = vacancies.set_index("area")[["value", "low", "high", "status"]]
    assert rows.loc["PAIR"].tolist() == [12.5, 11, 14, "bounded"]
    assert rows.status["KU316"] == "suppressed"
