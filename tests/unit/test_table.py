import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from indicators import table
from indicators.errors import DataError, UsageError


def a_table() -> pd.DataFrame:
    """Three figures: one normal with a value that needs all its digits, one bounded, one hidden."""
    return table.build_table(
        indicator="activation_rate",
        statistic="value",
        month=table.text_column(np.array([0, 0, 1]), ["2022-02", "2022-03"]),
        area=table.text_column(np.array([0, 1, 0]), ["KU398", "LAHTI5"]),
        population="residents",
        dimension="total",
        category="total",
        numerator=np.array([111429.5, 1e7, np.nan]),
        denominator=np.array([377020.5, 3.0, np.nan]),
        value=np.array([29.555289433863674, 0.1 + 0.2, np.nan]),
        low=np.array([np.nan, 1 / 3, np.nan]),
        high=np.array([np.nan, 2 / 3, np.nan]),
        unit="percent",
        status=table.text_column(np.array([0, 5, 4]), table.STATUSES),
        series_break=table.text_column(np.array([-1, -1, 0]), ["a_break"]),
        source="statfin",
        vintage=table.text_column(np.array([0, 0, -1]), ["2022-05-01"]),
    )


CSV = """\
indicator,statistic,month,area,population,dimension,category,numerator,denominator,value,low,high,\
unit,status,series_break,source,vintage
activation_rate,value,2022-02,KU398,residents,total,total,111429.5,377020.5,29.555289433863674,,,\
percent,normal,,statfin,2022-05-01
activation_rate,value,2022-02,LAHTI5,residents,total,total,10000000,3,0.30000000000000004,\
0.3333333333333333,0.6666666666666666,percent,bounded,,statfin,2022-05-01
activation_rate,value,2022-03,KU398,residents,total,total,,,,,,percent,suppressed,a_break,statfin,
"""


def plain(result: pd.DataFrame) -> pd.DataFrame:
    """The texts as they are, without categories; missing is None."""
    texts = [name for name in table.COLUMNS if name not in table.NUMBERS]
    return result.assign(
        **{name: result[name].astype(object).where(result[name].notna(), None) for name in texts}
    )


def test_csv_is_as_the_contract_says(tmp_path):
    path = tmp_path / "x.csv"
    table.write(a_table(), path)
    assert path.read_bytes().decode() == CSV


@pytest.mark.parametrize("suffix", table.SUFFIXES)
def test_what_is_written_is_read_back_to_the_last_digit(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    table.write(a_table(), path)
    back = table.read(path)
    assert_frame_equal(plain(back), plain(a_table()), check_exact=True)
    assert (back.dtypes[list(table.NUMBERS)] == "float64").all()


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        table.write(a_table(), tmp_path / name)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert b"pandas" not in (tmp_path / "a.parquet").read_bytes()


def test_further_columns_are_left_out_and_the_order_is_fixed(tmp_path):
    mixed = a_table().assign(secret="x")[["secret", *reversed(table.COLUMNS)]]
    table.write(mixed, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == CSV


def test_tables_are_put_below_each_other():
    other = a_table()
    other["area"] = table.text_column(np.array([0, 0, 0]), ["SSS"])
    both = table.concat([a_table(), other])
    assert list(both["area"]) == ["KU398", "LAHTI5", "KU398", "SSS", "SSS", "SSS"]
    assert list(both.index) == list(range(6))
    assert both["value"].iloc[4] == 0.1 + 0.2


@pytest.mark.parametrize("name", ["x.txt", "x", "x.csv.gz", "x.CSV"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"end the name in \.parquet, \.csv or \.xlsx"):
        table.check_path(tmp_path / name)
    with pytest.raises(UsageError, match=r"end the name in"):
        table.write(a_table(), tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", table.SUFFIXES)
@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"PAR1\x00\xff"])
def test_what_is_no_long_table_is_told(tmp_path, suffix, content):
    path = tmp_path / f"x{suffix}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        table.read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "make" in str(caught.value)


def test_letters_in_a_number_of_a_table_are_told(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(CSV.replace("377020.5", "37702o.5"))
    with pytest.raises(DataError, match="cannot be read as a long table"):
        table.read(path)


def test_a_missing_column_of_a_table_is_told(tmp_path):
    path = tmp_path / "x.parquet"
    a_table().drop(columns=["vintage", "low"]).to_parquet(path)
    with pytest.raises(DataError) as caught:
        table.read(path)
    assert str(caught.value) == f"{path}: column low, vintage is missing; make the table again"


ODD = ('a, "b"; c', "two\nlines", "two\r\nlines", "lone\rreturn", '"', ";", "NA", " space ")


@pytest.mark.parametrize("suffix", table.SUFFIXES)
def test_names_that_others_gave_are_written_as_they_are(tmp_path, suffix):
    """Items of a survey: the other rows are as they would be without them."""
    plain = pd.concat([a_table()] * 3, ignore_index=True)
    odd = plain.assign(category=pd.Categorical([*ODD, "total"]), dimension="item")
    path = tmp_path / f"table{suffix}"
    table.write(odd, path)
    found = table.read(path)
    assert found["category"].astype(object).tolist() == [*ODD, "total"]
    for name in table.NUMBERS:
        np.testing.assert_array_equal(found[name], plain[name])
    if suffix == ".csv":
        table.write(plain, tmp_path / "plain.csv")
        last = (tmp_path / "plain.csv").read_text().split("\n")[-2]
        assert path.read_text().split("\n")[-2] == last.replace(",total,total,", ",item,total,")
