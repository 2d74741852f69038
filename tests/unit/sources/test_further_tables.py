"""Files of the further tables that are not what they should be, and what is said of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.further_tables import values_of, write_folder
from indicators.errors import DataError
from indicators.sources.statfin.further_forms import class_of_text, partition, resolve_classes
from indicators.sources.statfin.further_tables import read_further_tables
from indicators.sources.statfin.provenance import table_files


def refused(place: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_further_tables(place)
    return "\n".join([caught.value.message, *caught.value.details])


def test_what_the_fetch_keeps_is_read_whole(tmp_path: Path) -> None:
    tables = read_further_tables(write_folder(tmp_path))
    assert sorted(tables.tables) == ["115b", "12ta", "12tn", "12tr", "12ts", "12u4"]
    assert tables.notes == ()
    [flows] = tables.of("12ts")
    values, held = flows.cells("3KKOSUUS")  # type: ignore[misc]
    assert held.all()
    # Hidden is missing, not 0.
    assert flows.frame().query("area == 'KU316'")["hidden"].all()
    assert values[flows.areas.index("KU398"), flows.periods.index("2026-06")] == 42.6
    assert {path.parent.parent.name for path in table_files(tmp_path)} >= {"12ts", "115b"}


def test_a_folder_without_them_has_none(tmp_path: Path) -> None:
    (tmp_path / "12r5_notes.txt").write_text("työttömät")
    assert read_further_tables(tmp_path).tables == {}


@pytest.mark.parametrize(
    ("table", "variable", "named"),
    [("12ta", "kesto_1", "Työllisyyskoodin kesto"), ("12tr", "paattymissyy_1", "Päättymissyy")],
)
def test_a_class_that_nobody_knows_refuses_the_file(
    table: str, variable: str, named: str, tmp_path: Path
) -> None:
    def change(answer: dict[str, Any]) -> None:
        code = list(values_of(answer, variable))[2]
        values_of(answer, variable)[code] = "Jotakin aivan uutta"

    text = refused(write_folder(tmp_path, table, change={table: change}))
    assert "all_1.json" in text
    assert f"column {named}" in text
    assert "Jotakin aivan uutta" in text
    assert "take the file out of the folder" in text


def test_classes_that_leave_a_gap_are_refused(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        values_of(answer, "kesto_1")["03"] = "4 - 5 kk"

    assert "leave a gap" in refused(write_folder(tmp_path, "12ta", change={"12ta": change}))


def test_classes_without_a_unit_are_left_out_and_named(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        labels = values_of(answer, "kesto_1")
        labels |= {"01": "-1", "02": "2-5", "03": "6-11", "04": "12-20", "05": "21-30", "06": "31-"}

    tables = read_further_tables(write_folder(tmp_path, "12ta", change={"12ta": change}))
    assert tables.of("12ta")[0].by == {"duration": ("total",)}
    assert "name no unit of time" in tables.notes[0]


def test_without_a_total_nothing_is_a_figure_of_all(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        category = answer["dimension"]["sukupuoli_9_20180101"]["category"]
        category |= {"index": {"2": 0}, "label": {"2": "Naiset"}}

    text = refused(write_folder(tmp_path, "12ts", change={"12ts": change}))
    assert "column Sukupuoli" in text
    assert "has no total" in text


def test_what_is_no_count_is_refused(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        answer["value"][0], answer["value"][1] = -3, 2.5

    text = refused(write_folder(tmp_path, "12ta", change={"12ta": change}))
    assert "2 cells are neither a whole number of 0 or more nor hidden" in text


def test_an_answer_that_is_not_the_one_fetched_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, "12ts")
    file = "answers/12ts/2026-07-21/all_1.json"
    entry = {"file": file, "set": "12ts", "sha256": "0" * 64}
    gone = {**entry, "file": file.replace("all_1", "all_2")}
    content = {"files": [], "answers": [entry, gone]}
    (tmp_path / "provenance.json").write_text(json.dumps(content))
    text = refused(tmp_path)
    assert "is not the answer that provenance.json lists" in text
    assert "all_2.json: is listed in provenance.json but not there" in text


def test_files_of_one_day_must_not_contradict(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "12ts") / "answers/12ts/2026-07-21"
    answer = json.loads((folder / "all_1.json").read_text())
    answer["value"][0] += 1
    (folder / "all_2.json").write_text(json.dumps(answer))
    assert "contradicts another file of table 12ts" in refused(tmp_path)


@pytest.mark.parametrize(
    ("texts", "classes"),
    [
        (("alle 3 kk", "3-6 kk", "6-12 kk", "yli 12 kk"), "0-2 3-5 6-11 12-"),
        (("0-3 kk", "4-6 kk", "7-12 kk", "yli 12 kk"), "0-3 4-6 7-12 13-"),
        (("-2 kk", "3-5 kk", "6- kk"), "0-2 3-5 6-"),
        (("enintään 2 viikkoa", "3-4 viikkoa", "yli 4 viikkoa"), "0-2 3-4 5-"),
        (("under 1 år", "1 år", "2 år eller längre"), "0-0 1-1 2-"),
        (("less than 2 weeks", "2 weeks or more", "2-3 weeks", "over 3 weeks"), "0-1 2-3 4-"),
    ],
)
def test_classes_follow_each_other(texts: tuple[str, ...], classes: str) -> None:
    read = [class_of_text(text) for text in texts]
    parts = partition(resolve_classes([each for each in read if each is not None]))
    assert parts is not None
    assert " ".join(each.category.split()[1] for each in parts[0]) == classes


@pytest.mark.parametrize("text", ["", "kesto", "3-2-1 kk", "6-3 kk", "noin 3 kk työssä"])
def test_what_is_no_class(text: str) -> None:
    assert class_of_text(text) is None
