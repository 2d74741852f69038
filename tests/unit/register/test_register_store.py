"""A canonical folder: written, opened, read by persons."""

import itertools
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from indicators.errors import DataError, UsageError
from indicators.register.schema import TABLES, arrow_schema
from indicators.register.store import open_register, write_meta, write_table

DAY = date(2022, 5, 2)


def codes(persons, start=DAY):
    columns = {
        "person_id": persons,
        "code": ["02"] * len(persons),
        "start": [start] * len(persons),
        "end": [None] * len(persons),
        "end_reason": [None] * len(persons),
    }
    return pa.table(columns, schema=arrow_schema("employment_code"))


@pytest.fixture
def folder(tmp_path):
    write_meta(tmp_path, date(2023, 6, 30), "a test", "canonical")
    return tmp_path


def test_every_table_of_the_contract_is_known():
    assert list(TABLES) == [
        *("persons", "residence", "office", "service_line", "job_search", "employment_code"),
        *("service", "plan", "job_offer", "introduction", "statement"),
        *("caseload", "labour_force", "kela", "survey", "survey_round", "service_price"),
    ]
    assert TABLES["service"].is_spells
    assert not TABLES["plan"].is_spells
    assert TABLES["persons"].column("sex").codes == {"1", "2"}


def test_what_is_written_is_read_sorted_by_person(folder):
    write_table(folder, "employment_code", codes([3, 1, 2]))
    register = open_register(folder)
    assert register.extract_date == date(2023, 6, 30)
    assert (register.source, register.layout) == ("a test", "canonical")
    assert register.has("employment_code")
    assert register.read("employment_code")["person_id"].to_pylist() == [1, 2, 3]
    assert register.read("employment_code").schema.equals(arrow_schema("employment_code"))


def test_a_table_that_is_not_there_has_no_rows(folder):
    register = open_register(folder)
    assert not register.has("kela")
    assert register.read("kela").num_rows == 0
    assert register.read("kela", ["benefit"], encoded=True).schema.types == [
        pa.dictionary(pa.int32(), pa.string())
    ]
    assert register.person_ranges(10) == [(-(2**63), 2**63 - 1)]


def test_columns_and_persons_are_chosen(folder):
    write_table(folder, "employment_code", codes([1, 2, 2, 5]))
    some = open_register(folder).read("employment_code", ["code", "person_id"], (2, 4))
    assert some.column_names == ["code", "person_id"]
    assert some["person_id"].to_pylist() == [2, 2]


def test_codes_come_as_dictionaries_if_asked(folder):
    write_table(folder, "employment_code", codes([1, 2]))
    rows = open_register(folder).read("employment_code", encoded=True)
    assert rows["code"].type == pa.dictionary(pa.int32(), pa.string())
    assert rows["code"].to_pylist() == ["02", "02"]


@pytest.mark.parametrize("rows_each", [1, 2, 3, 100])
def test_ranges_part_persons_and_hold_all(folder, rows_each):
    persons = [7, 7, 1, 2, 2, 2, 9, 4]
    write_table(folder, "employment_code", codes(persons))
    register = open_register(folder)
    ranges = register.person_ranges(rows_each)
    assert ranges[0][0] == -(2**63)
    assert ranges[-1][1] == 2**63 - 1
    assert all(last + 1 == first for (_, last), (first, _) in itertools.pairwise(ranges))
    parts = [register.read("employment_code", ["person_id"], each).num_rows for each in ranges]
    assert sum(parts) == len(persons)
    assert 0 not in parts


def test_a_folder_that_others_have_written_is_read_all_the_same(folder):
    frame = pd.DataFrame(
        {
            "code": pd.Categorical(["03", "02"]),
            "person_id": pd.array([2, 1], "Int32"),
            "start": pd.to_datetime(["2022-01-01", "2022-01-02"]),
            "end": pd.to_datetime([None, "2022-02-02"]),
            "unknown": [1, 2],
        }
    )
    frame.to_parquet(folder / "employment_code.parquet")
    register = open_register(folder)
    assert register.read("employment_code").to_pylist() == [
        {"person_id": 2, "code": "03", "start": date(2022, 1, 1), "end": None, "end_reason": None},
        {
            "person_id": 1,
            "code": "02",
            "start": date(2022, 1, 2),
            "end": date(2022, 2, 2),
            "end_reason": None,
        },
    ]
    assert register.read("employment_code", ["code"], encoded=True)["code"].to_pylist() == [
        "03",
        "02",
    ]
    assert len(register.person_ranges(1)) == 2


def test_a_needed_column_that_is_missing_is_named(folder):
    parquet.write_table(pa.table({"person_id": [1]}), folder / "employment_code.parquet")
    with pytest.raises(DataError, match="column code, start: is missing"):
        open_register(folder).read("employment_code", ["code", "start", "end"])


def test_a_column_of_another_type_is_named(folder):
    columns = {"person_id": [1], "code": ["02"], "start": ["soon"], "end": [None]}
    parquet.write_table(pa.table(columns), folder / "employment_code.parquet")
    with pytest.raises(DataError, match="column start: is not of type date32") as caught:
        open_register(folder).read("employment_code")
    assert "soon" not in str(caught.value)


def test_a_file_that_is_not_parquet_is_named(folder):
    (folder / "persons.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match=r"persons\.parquet: cannot be read as Parquet"):
        open_register(folder).read("persons")


def test_a_file_that_is_damaged_further_on_is_named(folder):
    write_table(folder, "employment_code", codes(list(range(5000))))
    path = folder / "employment_code.parquet"
    raw = bytearray(path.read_bytes())
    raw[10:300] = bytes(290)
    path.write_bytes(bytes(raw))
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        open_register(folder).read("employment_code")


def test_writing_refuses_what_the_schema_does_not_have(folder):
    with pytest.raises(DataError, match="column code, start, end, end_reason: is missing"):
        write_table(folder, "employment_code", pa.table({"person_id": [1]}))
    empty = codes([1]).set_column(1, "code", pa.array([None], pa.string()))
    with pytest.raises(DataError, match="column code: is empty in some rows"):
        write_table(folder, "employment_code", empty)
    assert not (folder / "employment_code.parquet").exists()


def test_a_folder_without_meta_json_is_no_register(tmp_path):
    with pytest.raises(UsageError, match="no folder of a register"):
        open_register(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"meta\.json: is missing"):
        open_register(tmp_path)
    (tmp_path / "meta.json").write_text('{"schema_version": 1}')
    with pytest.raises(DataError, match="it needs schema_version, extract_date"):
        open_register(tmp_path)
    write_meta(tmp_path, DAY, "x", "canonical")
    text = (
        (tmp_path / "meta.json").read_text().replace('"schema_version": 1', '"schema_version": 2')
    )
    (tmp_path / "meta.json").write_text(text)
    with pytest.raises(DataError, match="another schema_version"):
        open_register(tmp_path)
