"""The revision triangle of the committed vintages, and how much newest months change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.snapshots import write_cells
from indicators.revisions.triangle import triangle, usual_change
from indicators.sources.statfin.snapshots import Snapshots, read_snapshots

ROOT = Path(__file__).resolve().parents[3]
JANUARY, FEBRUARY, MARCH = "2022-01", "2022-02", "2022-03"


@pytest.fixture(scope="module")
def real() -> Snapshots:
    return read_snapshots(ROOT / "data" / "raw" / "statfin")


def test_the_labour_force_of_lahti_was_re_based_for_two_months(real: Snapshots) -> None:
    result = triangle(real, "TYOVOIMATK", ["KU398"])
    assert list(result.columns) == ["2022-05-01", "2022-10-31", "2023-12-05", "2026-07-21"]
    changed = result[result["2022-05-01"].notna() & (result["2022-05-01"] != result["2022-10-31"])]
    assert list(changed.index) == [JANUARY, FEBRUARY]
    assert changed.iloc[:, :3].to_numpy().tolist() == [[55_592, 55_809, 55_809]] * 2
    assert np.isnan(result.loc["2022-03", "2022-05-01"])


def test_published_counts_of_unemployed_were_never_changed(real: Snapshots) -> None:
    municipalities = [area for area in real.areas if area.startswith("KU")]
    usual = usual_change(real, "TYOTTOMATLOPUSSA", municipalities)
    assert list(usual.index) == [0, 1, 2, 3, 4, 5]
    assert (usual["revised"] == 0).all()
    assert (usual["figures"] > 500).all()


def snapshots(folder: Path, *vintages: tuple[str, dict[tuple[str, str], int | None]]) -> Snapshots:
    for day, counts in vintages:
        cells = {
            key: {"TYOTTOMATLOPUSSA": count, "TYOVOIMATK": 9, "AVPAIKATLOPUSSA": 1}
            for key, count in counts.items()
        }
        write_cells(folder, cells, vintage=day, scope="core")
    return read_snapshots(folder)


def test_a_change_is_told_by_the_age_of_the_month(tmp_path: Path) -> None:
    result = snapshots(
        tmp_path,
        ("2022-03-22", {("KU398", JANUARY): 100, ("KU398", FEBRUARY): 200}),
        (
            "2022-04-22",
            {("KU398", JANUARY): 100, ("KU398", FEBRUARY): 190, ("KU398", MARCH): 50},
        ),
    )
    usual = usual_change(result, "TYOTTOMATLOPUSSA", ["KU398"])
    assert usual.loc[0].tolist() == [1, 1, 5.0, 5.0]
    assert usual.loc[1].tolist() == [1, 0, 0.0, 0.0]
    assert len(usual_change(result, "TYOTTOMATLOPUSSA", ["KU398"], newest=1)) == 1


def test_hidden_cells_and_unknown_areas_are_left_out(tmp_path: Path) -> None:
    result = snapshots(
        tmp_path,
        ("2022-03-22", {("KU398", JANUARY): None, ("KU398", FEBRUARY): 200}),
        ("2022-04-22", {("KU398", JANUARY): 3, ("KU398", FEBRUARY): None}),
    )
    assert usual_change(result, "TYOTTOMATLOPUSSA", ["KU398", "KU999"]).empty
    assert triangle(result, "TYOTTOMATLOPUSSA", ["KU398", "KU999"]).isna().all(axis=None)


def test_one_vintage_alone_says_nothing_of_changes(tmp_path: Path) -> None:
    result = snapshots(tmp_path, ("2022-03-22", {("KU398", JANUARY): 100}))
    assert usual_change(result, "TYOTTOMATLOPUSSA", ["KU398"]).empty
