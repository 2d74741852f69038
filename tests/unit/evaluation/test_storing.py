"""Results on disk: what is read back is what was written, and freshness is never assumed."""

import json

import pandas as pd
import pytest

from indicators.errors import DataError
from indicators.evaluation.study import places, storing
from indicators.evaluation.study.plan import StudyPlan
from indicators.provenance import FileRecord, current_environment

FRAMES = {
    "few": pd.DataFrame({"a": [0.1, None], "b": ["x", "y"]}),
    "many": pd.DataFrame({"a": range(500)}),
}


@pytest.fixture
def facts(tmp_path):
    sources = [FileRecord("data/raw/x.csv", "0" * 64, 12)]
    return storing.manifest_facts(
        "2023-12-05", sources, StudyPlan("LAHTI5").as_manifest(), current_environment(tmp_path)
    )


@pytest.fixture
def folder(tmp_path, facts):
    place = tmp_path / places.RESULTS_FOLDER / "2023-12-05"
    storing.write_results(FRAMES, place, facts)
    return place


def test_frames_come_back_as_they_were(folder):
    stored = storing.read_results(folder)
    assert stored.vintage == "2023-12-05"
    for name, frame in FRAMES.items():
        pd.testing.assert_frame_equal(stored.frames[name], frame)
        assert (folder / f"{name}.csv").is_file()


def test_small_frames_stand_in_json_too(folder):
    small = json.loads((folder / storing.RESULTS).read_text())
    assert small == {"few": [{"a": 0.1, "b": "x"}, {"a": None, "b": "y"}]}


def test_the_same_results_give_the_same_bytes(folder, tmp_path, facts):
    storing.write_results(FRAMES, tmp_path / "again", facts)
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_the_manifest_names_rules_variants_and_sources(folder):
    manifest = storing.read_results(folder).manifest
    assert manifest["plan"]["rules"]["covid"] == ["2020-03", "2021-02"]
    assert manifest["plan"]["variants"]["hidden_low"] == {"hidden": "low"}
    assert manifest["plan"]["matching"]["draws"] == 1000
    assert manifest["sources"][0]["sha256"] == "0" * 64
    assert {frame["name"]: frame["rows"] for frame in manifest["frames"]} == {"few": 2, "many": 500}


def test_fresh_only_with_the_same_sources_plan_and_code(folder, facts):
    assert storing.results_are_fresh(folder, facts)
    code = facts["maker"]["code"]
    moved = {**facts["maker"], "code": {**code, "commit": "another"}}
    assert storing.results_are_fresh(folder, {**facts, "maker": moved})
    changed = {**facts["maker"], "code": {**code, "sha256": "1" * 64}}
    assert not storing.results_are_fresh(folder, {**facts, "maker": changed})
    assert not storing.results_are_fresh(folder, {**facts, "sources": []})
    assert not storing.results_are_fresh(folder, {**facts, "plan": {}})
    assert not storing.results_are_fresh(folder / "nowhere", facts)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_frame_that_is_not_the_manifests_is_refused(folder, facts, harm):
    path = folder / "few.parquet"
    if harm == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.unlink()
    with pytest.raises(DataError, match=r"few\.parquet"):
        storing.read_results(folder)
    assert not storing.results_are_fresh(folder, facts)


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_no_manifest_is_told(folder, text):
    (folder / storing.MANIFEST).write_text(text)
    with pytest.raises(DataError, match="run `indicators evaluation`"):
        storing.read_results(folder)


def test_the_newest_vintage_is_found(folder, tmp_path, facts):
    storing.write_results(FRAMES, folder.parent / "2022-10-31", facts)
    assert storing.newest_results(tmp_path) == folder
    with pytest.raises(DataError, match="no results"):
        storing.newest_results(tmp_path / "empty")
