"""Months are released once; what comes later is protected together with what is out."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files as files_of
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

from fixtures.small_tables import MEMBERS, random_table
from indicators import files
from indicators.disclosure.audit import audit_tables
from indicators.errors import DataError
from indicators.releases.releasing import (
    RegisterSource,
    ReleasedFigures,
    register_name,
    release,
    reported_rows,
    terms_of,
)
from indicators.settings.loading import load_settings
from indicators.settings.model import Disclosure, Settings

ROOT = Path(__file__).resolve().parents[3]
EXTRACT = "2023-01-01"
MONTHS = ("2022-04", "2022-05")
Give = Callable[..., ReleasedFigures]
# Every release is protected and attacked.
pytestmark = pytest.mark.slow


def internal(*months: str, seed: int = 2) -> pd.DataFrame:
    results = [random_table(seed + number, month) for number, month in enumerate(months)]
    table = pd.concat(results, ignore_index=True)
    return table.astype({"status": "category", "numerator": float, "value": float})


def revised(table: pd.DataFrame) -> pd.DataFrame:
    """The same with five more long-term unemployed in Lahti, in every sum that they are in."""
    table = table.copy()
    more = table["area"].isin(["KU398", "LAHTI5"]) & table["statistic"].isin(["long_term", "total"])
    table.loc[more & (table["category"] != "women"), ["numerator", "value"]] += 5
    return table


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    return replace(load_settings(ROOT), root=tmp_path)


@pytest.fixture
def give(project: Settings) -> Give:
    """Releases some months of a real register."""

    def given(
        table: pd.DataFrame, extract: str = EXTRACT, policy: str = "tyonv5", **official: object
    ) -> ReleasedFigures:
        under = replace(project, disclosure=Disclosure(policy))
        of_day = table.assign(vintage=extract)
        source = RegisterSource(project.root, extract, made_up=False)
        rows = reported_rows(of_day, under)
        return release(rows, source, terms_of(under), project.root, **official)

    return given


def shelf(project: Settings) -> dict[str, bytes]:
    folder = project.root / "data" / "released"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names(released: ReleasedFigures) -> list[str]:
    return [f"{item.month}/{item.folder.name} {item.number}" for item in released.releases]


def test_a_month_is_released_once_and_is_read_only(project: Settings, give: Give) -> None:
    first = give(internal(*MONTHS))
    assert names(first) == [f"{month}/{EXTRACT} 1" for month in MONTHS]
    before = shelf(project)
    assert set(before) == {
        f"register/{month}/{EXTRACT}/{name}"
        for month in MONTHS
        for name in (f"{month}_{EXTRACT}.parquet", "release.json")
    }
    again = give(internal(*MONTHS))
    assert names(again) == names(first)
    assert shelf(project) == before
    pd.testing.assert_frame_equal(again.table, first.table)
    folder = first.releases[0].folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o555
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}


def test_what_is_known_of_a_release_is_as_its_schema_has_it(give: Give) -> None:
    schema = files_of("indicators.releases").joinpath("release.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(schema))
    [item] = give(internal(MONTHS[0])).releases
    content = json.loads((item.folder / "release.json").read_text("utf-8"))
    validator.validate(content)
    assert not validator.is_valid({**content, "number": 0})
    assert sum(content["statuses"].values()) == len(pd.read_parquet(item.file))


def test_what_is_given_is_protected_and_only_what_is_told(give: Give) -> None:
    table = give(internal(*MONTHS)).table
    assert set(table["dimension"]) == {"total"}
    counts = table[["numerator", "denominator"]].to_numpy(float)
    assert not ((counts >= 1) & (counts <= 4))[(table["unit"] != "weeks").to_numpy()].any()
    hidden = table[table["status"] == "suppressed"]
    assert len(hidden) > 3
    assert hidden[["numerator", "denominator", "value"]].isna().all(axis=None)


def test_further_months_are_protected_with_those_that_are_out(
    project: Settings, give: Give
) -> None:
    give(internal(MONTHS[0]))
    before = shelf(project)
    both = give(internal(*MONTHS))
    assert names(both) == [f"2022-04/{EXTRACT} 1", f"2022-05/{EXTRACT} 2"]
    assert {name: shelf(project)[name] for name in before} == before
    record = project.root / "data" / "internal" / "releases" / "register" / "0002" / "records.json"
    [result] = json.loads(record.read_text(encoding="utf-8"))["records"]
    assert result["published"] == [f"2022-04_{EXTRACT}.parquet"]
    assert result["table"] == f"2022-05_{EXTRACT}.parquet"


def test_a_later_extract_another_policy_and_a_new_number_are_further_releases(
    give: Give,
) -> None:
    give(internal(MONTHS[0]))
    later = give(internal(MONTHS[0]), "2023-02-01")
    under = give(internal(MONTHS[0]), policy="svt3")
    changed = give(revised(internal(MONTHS[0])))
    assert names(later) == ["2022-04/2023-02-01 2"]
    assert names(under) == [f"2022-04/{EXTRACT}.2 3"]
    assert names(changed) == [f"2022-04/{EXTRACT}.3 4"]
    assert under.releases[0].terms["policy"] == "svt3"
    # Each that was there still is, and whoever asks for it gets it.
    assert names(give(internal(MONTHS[0]))) == [f"2022-04/{EXTRACT} 1"]


def test_releases_of_several_extracts_withstand_the_attack_together(give: Give) -> None:
    table = internal(*MONTHS)
    days = (EXTRACT, "2023-02-01", "2023-03-01")
    tables = (table, table, revised(table))
    given = [give(item, day) for item, day in zip(tables, days, strict=True)]
    assert [{item.number for item in each.releases} for each in given] == [{1}, {2}, {3}]
    results = [item.table for item in given]
    found = audit_tables(results, hidden_up_to=4, groups={"LAHTI5": MEMBERS})
    assert len(found.cells) > 5
    assert found.recovered == 0


def test_a_hidden_number_that_changed_changes_nothing(project: Settings, give: Give) -> None:
    first = give(internal(MONTHS[0]))
    before = shelf(project)
    table = internal(MONTHS[0])
    hidden = first.table[first.table["status"] == "suppressed"].iloc[0]
    same = np.logical_and.reduce(
        [(table[name] == hidden[name]).to_numpy() for name in ("indicator", "statistic", "area")]
    ) & (table["dimension"] == "total")
    table.loc[same, ["numerator", "value"]] += 1
    assert names(give(table)) == names(first)
    assert shelf(project) == before


def test_a_run_that_is_killed_leaves_whole_months_and_the_next_does_the_rest(
    project: Settings, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = files.publish_read_only

    def killed(path: Path, target: Path) -> None:
        if target.parent.name == MONTHS[1]:
            raise KeyboardInterrupt
        settle(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(files, "publish_read_only", killed)
        with pytest.raises(KeyboardInterrupt):
            give(internal(*MONTHS))
    assert {name.split("/")[1] for name in shelf(project)} == {MONTHS[0]}
    assert names(give(internal(*MONTHS))) == [f"2022-04/{EXTRACT} 1", f"2022-05/{EXTRACT} 2"]


def test_what_cannot_be_protected_is_not_written(project: Settings, give: Give) -> None:
    few = internal(MONTHS[0])
    few["unit"] = few["unit"].where(few["area"] != "KU316", "heads")
    with pytest.raises(DataError, match="unit: is none of"):
        give(few)
    assert shelf(project) == {}
    assert not (project.root / "data" / "internal").exists()


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"schema_version": 2}'])
def test_a_release_that_cannot_be_read_stops_further_ones(give: Give, content: str) -> None:
    [item] = give(internal(MONTHS[0])).releases
    about = item.folder / "release.json"
    about.chmod(0o644)
    about.write_text(content)
    with pytest.raises(DataError, match=r"release\.json: cannot be read as a release"):
        give(internal(*MONTHS))


def test_a_release_of_another_version_is_told(give: Give) -> None:
    [item] = give(internal(MONTHS[0])).releases
    about = item.folder / "release.json"
    about.chmod(0o644)
    about.write_text(about.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(DataError, match="not of version 1"):
        give(internal(*MONTHS))


def test_nothing_told_is_nothing_released(project: Settings, give: Give) -> None:
    table = internal(MONTHS[0])
    given = give(table[table["dimension"] == "sex"])
    assert given.releases == ()
    assert given.table.empty
    assert not (project.root / "data" / "released").exists()


def test_a_real_registers_extracts_are_one_and_made_up_ones_have_each_a_folder(
    project: Settings, tmp_path: Path
) -> None:
    def name(content: str, *, made_up: bool) -> str:
        folder = tmp_path / "register"
        folder.mkdir(exist_ok=True)
        (folder / "meta.json").write_text(content)
        return register_name(RegisterSource(folder, EXTRACT, made_up), project.root)

    assert name("one", made_up=False) == name("another", made_up=False) == "register"
    item = name("one", made_up=True)
    assert item.startswith("made-up-")
    assert name("another one", made_up=True) != item
    assert name("one", made_up=True) == item
