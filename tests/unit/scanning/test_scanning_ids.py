"""Ids of persons: under a name that says id, and elsewhere when chance does not explain them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import planting
import pyarrow as pa
import pytest
from pyarrow import parquet

from indicators.errors import DataError, UsageError
from indicators.register.store import write_meta
from indicators.scanning.findings import ID_COLUMN, PERSON_ID
from indicators.scanning.patterns import ID_NAMES, ids_named_in_text, is_id_name, printed_id_columns
from indicators.scanning.person_ids import PersonIds, read_ids
from indicators.scanning.scanner import scan_paths
from indicators.sources.register.layout import PERSON_COLUMNS

LONG = [8_101_234_567_890_123_456, 4_000_000_000_000_000_123, 7_777_777_777_777_777_771]
SPARSE = PersonIds(np.array(sorted(LONG), np.int64))
DENSE = PersonIds(np.arange(1, 60_001))


def kinds(path: Path, ids: object = None) -> list[tuple[str, int]]:
    return [(finding.kind, finding.count) for finding in scan_paths([path], ids).findings]


def test_the_registers_own_names_are_known() -> None:
    assert set(PERSON_COLUMNS) <= ID_NAMES


@pytest.mark.parametrize("name", ["person_id", "HID_E", '"hetu"', "Henkilö ID", "person-id "])
def test_names_that_say_id(name: str) -> None:
    assert is_id_name(name)


@pytest.mark.parametrize("name", ["id", "value", "hidden", "indicator", "vacancy_id", "", "1"])
def test_names_that_do_not(name: str) -> None:
    assert not is_id_name(name)


def csv(path: Path, text: str, name: str = "a.csv") -> Path:
    (path / name).write_text(text, encoding="utf-8")
    return path


TABLES = {
    "comma": lambda p: csv(p, "person_id,a\n1,x\n2,y\n,z\n"),
    "semicolon": lambda p: csv(p, "a;HID_E\nx;1\ny;2\n"),
    "latin": lambda p: (p / "a.csv").write_bytes("ä;henkilötunnus\nå;1\n;2\n".encode("latin-1")),
    "utf16": lambda p: (p / "a.csv").write_text("a;hetu\nå;1\n;2\n", encoding="utf-16"),
    "parquet": lambda p: parquet.write_table(pa.table({"hid": [1, 2, None]}), p / "a.parquet"),
    "nested": lambda p: parquet.write_table(
        pa.table({"x": [{"person_id": 1}, {"person_id": 2}]}), p / "a.parquet"
    ),
    "json": lambda p: csv(p, json.dumps([{"person_id": 1}, {"person_id": 2}]), "a.json"),
    "lines": lambda p: csv(p, '{"person_id": 1}\n{"person_id": 2}\n', "a.jsonl"),
    "page": lambda p: csv(
        p,
        "<html><table><tr><th>a<th>person_id</tr><tr><td>x</td><td>1</td></tr>"
        "<tr><td>y<td>2</tr><tr><td>z</tr></table>",
        "a.html",
    ),
    "notebook": lambda p: planting.notebook(
        p,
        [
            {
                "output_type": "stream",
                "name": "o",
                "text": "   person_id  a\n0  1  x\n1  2  y\n\nz\n",
            }
        ],
    ),
}


@pytest.mark.parametrize("how", TABLES)
def test_a_column_named_like_an_id_with_data_is_found(tmp_path: Path, how: str) -> None:
    TABLES[how](tmp_path)
    assert kinds(tmp_path) == [(ID_COLUMN, 2)]


EMPTY = {
    "csv": lambda p: csv(p, "person_id,a\n,x\n"),
    "header alone": lambda p: csv(p, "person_id,a\n"),
    "types": lambda p: csv(p, "person_id,a\nint64,string\n"),
    "schema": lambda p: csv(p, json.dumps({"person_id": {"type": "integer"}}), "a.json"),
    "parquet": lambda p: parquet.write_table(
        pa.table({"hid": pa.array([None], pa.int64())}), p / "a.parquet"
    ),
    "code": lambda p: csv(p, "person_id = 5\nperson_id: int64\n", "a.py"),
    "page": lambda p: csv(p, "<html><table><tr><th>person_id</tr></table>", "a.html"),
    "twice": lambda p: csv(p, "a,a\n1,2\n"),
    "nothing": lambda p: csv(p, ""),
}


@pytest.mark.parametrize("how", EMPTY)
def test_a_name_without_data_is_none(tmp_path: Path, how: str) -> None:
    EMPTY[how](tmp_path)
    assert kinds(tmp_path) == []


def put(path: Path, what: int) -> dict[str, Path]:
    """An id as a text, as a number in a column, and packed."""
    parquet.write_table(pa.table({"n": [5, what]}), path / "whole.parquet")
    (path / "a.csv").write_text(f"n,m\n{what},1\n")
    (path / "a.txt").write_text(f"case {what}.")
    (path / "a.html").write_text(f"<html><td>{what}</td></html>")
    (path / "a.json").write_text(json.dumps({"n": what}))
    (path / f"of_{what}.bin").write_bytes(b"")
    (path / f"of {what}.log").write_text("nothing")
    return {item.name: item for item in path.iterdir()}


@pytest.mark.parametrize("what", LONG)
def test_a_sparse_id_is_found_anywhere(tmp_path: Path, what: int) -> None:
    files = put(tmp_path, what)
    found = scan_paths([tmp_path], SPARSE)
    assert {finding.kind for finding in found.findings} == {PERSON_ID}
    names = {Path(finding.file).name for finding in found.findings}
    # A part of a longer word is none, for an underscore joins.
    assert names == set(files) - {f"of_{what}.bin", f"of {what}.log"} | {"of [id].log"}
    assert str(what) not in found.text()
    assert {finding.count for finding in found.findings} == {1}


@pytest.mark.parametrize("what", [17, 59_999])
def test_a_short_id_of_a_dense_register_is_found_only_where_it_is_called_one(
    tmp_path: Path, what: int
) -> None:
    put(tmp_path, what)
    assert kinds(tmp_path, DENSE) == []
    (tmp_path / "b.txt").write_text(f"failed for person_id={what}, hid: {what}")
    assert kinds(tmp_path, DENSE) == [(PERSON_ID, 2)]


@pytest.mark.slow
def test_figures_that_are_ids_by_chance_are_none_and_a_column_of_ids_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    ids = np.unique(rng.integers(10**7, 10**8, 60_000))
    figures = rng.integers(10**7, 10**8, 20_000)
    assert np.isin(figures, ids).sum() > 5
    parquet.write_table(pa.table({"euros": figures}), tmp_path / "a.parquet")
    (tmp_path / "a.txt").write_text(" ".join(map(str, figures.tolist())))
    (tmp_path / "b.csv").write_text("euros\n" + "\n".join(map(str, figures.tolist())))
    assert kinds(tmp_path, PersonIds(ids)) == []
    parquet.write_table(pa.table({"n": ids[:200].astype(float)}), tmp_path / "b.parquet")
    assert kinds(tmp_path, PersonIds(ids)) == [(PERSON_ID, 200)]


@pytest.mark.parametrize("text", ["x{}", "0.{}", "{}.5", "#{}", "{}abc", "1{}", "{}0", "_{}"])
def test_parts_of_other_numbers_and_codes_are_no_ids(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text.format(123_456))
    assert kinds(tmp_path, PersonIds(np.array([123_456]))) == []


@pytest.mark.parametrize("text", ["{}", "a,{},b", "{}.0", "id-{}", "'{}'", "{}."])
def test_whole_numbers_are(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text.format(1_234_567_890))
    assert kinds(tmp_path, PersonIds(np.array([1_234_567_890]))) == [(PERSON_ID, 1)]


def test_ids_with_letters_are_words(tmp_path: Path) -> None:
    ids = PersonIds(np.empty(0, np.int64), frozenset({"S-398-001", "abcdef12"}))
    (tmp_path / "a.txt").write_text("S-398-001 xabcdef12 abcdef12, S-398-0012")
    (tmp_path / "b.csv").write_text("a\nabcdef12\n")
    (tmp_path / "abcdef12").write_text("")
    found = scan_paths([tmp_path], ids)
    assert [(finding.kind, finding.count) for finding in found.findings] == [
        (PERSON_ID, 2), (PERSON_ID, 1), (PERSON_ID, 1),
    ]  # fmt: skip
    assert "abcdef12" not in found.text()


def test_ids_of_a_register(tmp_path: Path) -> None:
    register = tmp_path / "register"
    register.mkdir()
    write_meta(register, date(2023, 6, 30), "made up", "canonical")
    rows = {"person_id": LONG, "start": [date(2020, 1, 1)] * 3, "end": [None] * 3}
    spells = pa.table({**rows, "code": ["02"] * 3, "end_reason": pa.array([None] * 3, pa.string())})
    parquet.write_table(spells, register / "employment_code.parquet")
    assert read_ids(register).numbers.tolist() == sorted(LONG)
    assert kinds(csv(tmp_path, f"a\n{LONG[0]}\n") / "a.csv", register) == [(PERSON_ID, 1)]


def test_ids_of_files(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": ["x"], "hid_e": ["123456"]}), tmp_path / "named.parquet")
    parquet.write_table(pa.table({"a": [5, None, 7]}), tmp_path / "first.parquet")
    csv(tmp_path, "person_id\n'12'\n\nabcdefg\nabc\n99999999999999999999\n", "ids.txt")
    assert read_ids(tmp_path / "named.parquet").numbers.tolist() == [123456]
    assert read_ids(tmp_path / "first.parquet").numbers.tolist() == [5, 7]
    ids = read_ids(tmp_path / "ids.txt")
    assert ids.numbers.tolist() == [12]
    assert ids.words == {"abcdefg", "99999999999999999999"}


def test_ids_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_ids(tmp_path / "none")
    (tmp_path / "bad.parquet").write_bytes(b"no")
    (tmp_path / "empty.txt").write_text("\nab\n")
    for name in ("bad.parquet", "empty.txt", ""):
        with pytest.raises(DataError):
            read_ids(tmp_path / name)


def test_numbers_that_a_text_calls_ids() -> None:
    text = 'person_id=12 "hid": "13", henkilötunnus: 14; xperson_id=1 person_id 2 hidden: 3'
    assert ids_named_in_text(text) == [12, 13, 14]


def test_printed_tables_are_read_by_their_headers() -> None:
    frame = pd.DataFrame({"person_id": [11, 12], "a": ["x", "y"], "hid": [1, 2]})
    assert dict(printed_id_columns(frame.to_string())) == {"person_id": 2, "hid": 2}
    assert dict(printed_id_columns(frame.to_string(index=False))) == {"person_id": 2, "hid": 2}
    assert dict(printed_id_columns("the person_id of\nwhat it is\nnothing")) == {}
