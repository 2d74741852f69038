"""Vintages of a published source held against each other, and kept beside a month's tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fixtures.snapshots import write_cells
from indicators.errors import DataError
from indicators.processed import reading
from indicators.processed.reading import Revisions, VintageValue
from indicators.revisions.triangle import compare_vintages
from indicators.sources.statfin.snapshots import read_snapshots

GROUPS = {"OWN": ("KU098", "KU398")}
AREAS = ("OWN", "KU398")
JANUARY, FEBRUARY, MARCH = "2022-01", "2022-02", "2022-03"
Counts = dict[tuple[str, str], tuple[int | None, int]]


def between(folder: Path, *vintages: tuple[str, Counts]) -> Revisions:
    for day, counts in vintages:
        cells = {
            key: {"TYOTTOMATLOPUSSA": count, "TYOVOIMATK": force, "AVPAIKATLOPUSSA": 5}
            for key, (count, force) in counts.items()
        }
        write_cells(folder, cells, vintage=day, scope="core")
    return compare_vintages(read_snapshots(folder), AREAS, GROUPS, "OWN")


FIRST: Counts = {
    ("KU098", JANUARY): (10, 100),
    ("KU098", FEBRUARY): (20, 100),
    ("KU398", JANUARY): (30, 300),
    ("KU398", FEBRUARY): (40, 300),
}


def later(**changes: tuple[int | None, int]) -> Counts:
    """The same with a further month and some cells of February changed."""
    further = {("KU098", MARCH): (10, 100), ("KU398", MARCH): (30, 300)}
    return FIRST | further | {(area, FEBRUARY): cell for area, cell in changes.items()}


def test_a_changed_cell_is_told_of_its_area_and_its_group(tmp_path: Path) -> None:
    found = between(tmp_path, ("2022-03-22", FIRST), ("2022-04-22", later(KU398=(60, 300))))
    assert found.vintages == ("2022-03-22", "2022-04-22")
    result = found.revised
    assert set(result["why"]) == {"data"}
    assert set(result["month"]) == {FEBRUARY}
    assert dict(zip(result["area"], result["change"].round(6), strict=True)) == {
        "KU398": pytest.approx(100 * 20 / 300, abs=1e-6),
        "OWN": 5.0,
    }


def test_a_new_labour_force_is_told_as_such(tmp_path: Path) -> None:
    found = between(tmp_path, ("2022-03-22", FIRST), ("2022-04-22", later(KU398=(40, 400))))
    assert set(found.revised["why"]) == {"labour_force"}
    [newest] = [item for item in found.usual if (item.quantity, item.age) == ("labour_force", 0)]
    assert (newest.figures, newest.revised) == (2, 1)
    assert newest.most_percent == pytest.approx(100 / 3)


def test_months_that_only_one_vintage_has_are_no_revision(tmp_path: Path) -> None:
    found = between(tmp_path, ("2022-03-22", FIRST), ("2022-04-22", later()))
    assert found.revised.empty
    assert VintageValue(MARCH, "2022-04-22", 10.0, "normal") in found.triangle
    assert {item.vintage for item in found.triangle if item.month == MARCH} == {"2022-04-22"}


def test_a_month_is_held_against_the_newest_vintage_that_tells_of_it(tmp_path: Path) -> None:
    """A download of a month and an area between two whole tables hides no revision."""
    alone: Counts = {("KU398", MARCH): (30, 300)}
    found = between(
        tmp_path,
        ("2022-03-22", FIRST),
        ("2022-04-22", alone),
        ("2022-05-22", later(KU398=(60, 300))),
    )
    result = found.revised
    assert set(result["month"]) == {FEBRUARY}
    assert set(result["old_vintage"]) == {"2022-03-22"}
    assert set(result["new_vintage"]) == {"2022-05-22"}
    # The single area took nothing away from the others.
    assert set(result["why"]) == {"data"}
    assert found.until(FEBRUARY).vintages == ("2022-03-22", "2022-05-22")
    ages = {item.age: item.figures for item in found.usual if item.quantity == "unemployed"}
    assert ages == {0: 3, 1: 2}


def test_two_files_of_one_day_are_one_vintage(tmp_path: Path) -> None:
    for scope, month in (("one", JANUARY), ("two", FEBRUARY)):
        cells = {
            (area, month): {"TYOTTOMATLOPUSSA": 10, "TYOVOIMATK": 100, "AVPAIKATLOPUSSA": 5}
            for area in ("KU098", "KU398")
        }
        write_cells(tmp_path, cells, vintage="2022-03-22", scope=scope)
    found = compare_vintages(read_snapshots(tmp_path), AREAS, GROUPS, "OWN")
    assert found.vintages == ("2022-03-22",)
    assert {item.month for item in found.triangle} == {JANUARY, FEBRUARY}


def test_the_triangle_does_not_repeat_what_is_hidden_now(tmp_path: Path) -> None:
    for day, counts in (("2022-03-22", FIRST), ("2022-04-22", later(KU398=(None, 300)))):
        cells = {
            key: {"TYOTTOMATLOPUSSA": count, "TYOVOIMATK": force, "AVPAIKATLOPUSSA": 5}
            for key, (count, force) in counts.items()
        }
        write_cells(tmp_path, cells, vintage=day, scope="core")
    found = compare_vintages(read_snapshots(tmp_path), ("KU398",), {}, "KU398")
    hidden = [item for item in found.triangle if item.month == FEBRUARY]
    assert [(item.value, item.status) for item in hidden] == [(None, "suppressed")] * 2
    result = found.revised[found.revised["indicator"] == "unemployment_share"]
    assert result["why"].tolist() == ["newly_hidden"]
    assert result[["old", "new", "change"]].isna().all(axis=None)


def test_one_vintage_has_no_revisions(tmp_path: Path) -> None:
    found = between(tmp_path, ("2022-03-22", FIRST))
    assert found.revised.empty
    assert found.usual == ()
    assert len(found.vintages) == 1


def test_what_is_written_is_read_and_months_after_the_report_are_left_out(tmp_path: Path) -> None:
    raw, result = tmp_path / "raw", tmp_path / "made"
    raw.mkdir()
    result.mkdir()
    found = between(raw, ("2022-03-22", FIRST), ("2022-04-22", later(KU398=(60, 300))))
    reading.write_revisions(found.until(FEBRUARY), result)
    read = reading.read_revisions(result)
    assert read is not None
    assert (read.vintages, read.usual) == (found.vintages, found.usual)
    assert {item.month for item in read.triangle} == {JANUARY, FEBRUARY}
    assert read.revised.to_dict("records") == found.revised.to_dict("records")
    reading.write_revisions(found.until(JANUARY), result)
    assert reading.read_revisions(result).revised.empty  # type: ignore[union-attr]


def test_the_triangle_has_the_twelve_months_up_to_the_report() -> None:
    months = [*(f"2021-{month:02}" for month in range(1, 13)), JANUARY, FEBRUARY]
    text = tuple(VintageValue(month, "2022-03-22", 1.0, "normal") for month in months)
    nothing = pd.DataFrame({"month": pd.Series([], dtype=str)})
    whole = Revisions(("2022-03-22",), nothing, text, ())
    assert [item.month for item in whole.until(JANUARY).triangle] == months[1:-1]


def test_a_folder_made_before_has_none_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert reading.read_revisions(tmp_path) is None
    (tmp_path / reading.REVISIONS_FILE).write_text("{}")
    with pytest.raises(DataError, match="make the month's tables again"):
        reading.read_revisions(tmp_path)
