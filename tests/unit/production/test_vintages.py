"""Vintages: whole or not at all, never changed, one of them the latest, each with its manifest."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import plant
import pytest

from fixtures.released import from_register
from indicators import table
from indicators.computing import Computed
from indicators.errors import DataError, UsageError
from indicators.processed import manifest, publishing, vintages
from indicators.processed import vintages as placing
from indicators.processed.manifest import Cause, VintageDifference
from indicators.processed.reading import RegisterTables, read_month
from indicators.processed.vintages import vintage_folder
from indicators.settings.model import Settings

MONTH, DAY = "2022-02", "2023-12-05"


@pytest.fixture
def settings(project: Callable[[Sequence[str]], Settings]) -> Settings:
    return project([])


def revised(computed: Computed, add: float = 1.0) -> Computed:
    """The same sources, other figures: as if the code had changed."""
    values = computed.context["value"] + add
    return replace(computed, context=computed.context.assign(value=values))


def month_of(settings: Settings) -> Path:
    return vintages.month_folder(settings.root, MONTH)


def times(settings: Settings) -> dict[Path, int]:
    """When each file of each vintage was last changed, renamed or given another mode."""
    folder = month_of(settings)
    paths = [path for name in vintages.list_vintages(folder) for path in (folder / name).iterdir()]
    return {path: path.stat().st_ctime_ns for path in paths}


def test_other_bytes_of_the_same_day_make_a_further_vintage(
    settings: Settings, computed: Computed
) -> None:
    first = publishing.publish(settings, MONTH, computed)
    before = plant.contents(first)
    second = publishing.publish_vintage(settings, MONTH, revised(computed))
    third = publishing.publish_vintage(settings, MONTH, revised(computed, 2.0))
    assert [first.name, second.folder.name, third.folder.name] == [DAY, f"{DAY}.2", f"{DAY}.3"]
    assert plant.contents(first) == before
    assert second.new
    assert second.reason.startswith(f"context.csv, context.parquet differ from {DAY}: ")
    assert vintages.list_vintages(month_of(settings)) == [DAY, f"{DAY}.2", f"{DAY}.3"]


def test_the_same_bytes_change_nothing_but_what_latest_names(
    settings: Settings, computed: Computed
) -> None:
    first = publishing.publish(settings, MONTH, computed)
    publishing.publish(settings, MONTH, revised(computed))
    before = times(settings)
    again = publishing.publish_vintage(settings, MONTH, computed)
    assert (again.folder, again.new, again.reason) == (first, False, "")
    assert times(settings) == before
    assert vintage_folder(settings.root, MONTH) == first


def test_what_is_published_is_read_only(settings: Settings, computed: Computed) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes.pop(folder.name) == 0o555
    assert set(modes.values()) == {0o444}


def test_latest_is_a_link_where_there_are_links(settings: Settings, computed: Computed) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    pointer = month_of(settings) / "latest"
    assert pointer.is_symlink()
    assert pointer.resolve() == folder.resolve()
    assert str(pointer.readlink()) == DAY


def test_latest_is_a_small_file_where_there_are_none(
    settings: Settings, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    publishing.publish(settings, MONTH, computed)
    further = publishing.publish(settings, MONTH, revised(computed))
    assert (month_of(settings) / "latest").read_text() == f"{DAY}.2\n"
    assert vintage_folder(settings.root, MONTH) == further


def test_a_project_without_a_pointer_reads_its_newest(
    settings: Settings, computed: Computed
) -> None:
    for figures in (computed, revised(computed)):
        publishing.publish(settings, MONTH, figures)
    (month_of(settings) / "latest").unlink()
    assert vintage_folder(settings.root, MONTH).name == f"{DAY}.2"


def test_the_tenth_vintage_of_a_day_is_newer_than_the_second(tmp_path: Path) -> None:
    for name in ("2023-12-05.10", "2023-12-05.2", "2023-12-05", "2022-01-01.1", "2023-12-05.0"):
        (tmp_path / name).mkdir()
    assert vintages.list_vintages(tmp_path) == ["2022-01-01.1", DAY, f"{DAY}.2", f"{DAY}.10"]


@pytest.mark.parametrize("named", ["", "1999-01-01", "../../elsewhere", "README.md"])
def test_a_pointer_to_nothing_is_bad_data(
    settings: Settings, computed: Computed, named: str
) -> None:
    publishing.publish(settings, MONTH, computed)
    pointer = month_of(settings) / "latest"
    pointer.unlink()
    pointer.write_text(named)
    with pytest.raises(DataError, match="names no vintage that is there; run `indicators run"):
        vintage_folder(settings.root, MONTH)


def test_a_folder_called_latest_comes_from_a_copy(settings: Settings, computed: Computed) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    pointer = month_of(settings) / "latest"
    pointer.unlink()
    pointer.mkdir()
    assert vintage_folder(settings.root, MONTH) == folder
    with pytest.raises(UsageError, match="perhaps from a copy; remove it"):
        publishing.publish(settings, MONTH, computed)


def test_the_manifest_is_as_its_schema_says(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    schema = json.loads(
        resources.files("indicators.processed").joinpath("manifest.schema.json").read_text()
    )
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    read_back = manifest.read(publishing.publish(settings, MONTH, computed, counted))
    validator.validate(read_back)
    for harm in ({"inputs": []}, {"vintage": "today"}, {"more": 1}, {"schema_version": 2}):
        assert not validator.is_valid({**read_back, **harm})
    assert read_back["made_up"] is True
    absolute = {**read_back["inputs"][0], "path": "/somewhere/x"}
    assert not validator.is_valid({**read_back, "inputs": [absolute]})


def test_the_manifest_tells_inputs_outputs_checks_and_what_is_hidden(
    settings: Settings, computed: Computed
) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    read_back = manifest.read(folder)
    by_name = {Path(item["path"]).name: item for item in read_back["inputs"]}
    assert by_name["12r5_full_vintage_2022-05-01.csv.gz"]["day"] == "2022-05-01"
    keys = {name for name, item in by_name.items() if item["path"].startswith("data/raw/areas/")}
    assert "municipality_keys_2024_2026.csv" in keys
    by_name = {name: item for name, item in by_name.items() if name not in keys}
    assert len(by_name) == 5
    snapshots = plant.ROOT / "data" / "raw" / "statfin"
    assert all(item["bytes"] == (snapshots / name).stat().st_size for name, item in by_name.items())
    assert {item["path"] for item in read_back["outputs"]} == {
        path.name for path in folder.iterdir() if path.name != "manifest.json"
    }
    hidden = table.read(folder / "indicators.parquet")["status"].astype(str) == "suppressed"
    assert read_back["statuses"]["indicators"]["suppressed"] == hidden.sum() > 0
    assert set(read_back["checks"]) == {*publishing.EARLIER_CHECKS, *publishing.CHECKS}
    assert read_back["made_up"] is False


def register_folder(tmp_path: Path, report: Any) -> Path:
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "meta.json").write_text("{}")
    if report is not None:
        (folder / "import_report.json").write_text(report)
    return folder


def test_mends_are_counted_by_table_and_rule(
    settings: Settings, computed: Computed, counted: RegisterTables, tmp_path: Path
) -> None:
    mends = [
        {"table": "plan", "rule": rule, "effect": "dropped", "records": records, "persons": 5}
        for rule, records in (("twice", 7), ("reversed", 4), ("late", 1), ("unread", 5))
    ]
    folder = register_folder(tmp_path, json.dumps({"mends": mends}))
    published = publishing.publish(settings, MONTH, computed, replace(counted, folder=folder))
    read_back = manifest.read(published)
    assert read_back["mends"] == {
        "plan: twice": 7,
        "plan: reversed": "1–4",
        "plan: late": "1–4",
        "plan: unread": 5,
    }
    assert read_back["parameters"]["register"] == "../register"
    assert {item["path"] for item in read_back["inputs"]} >= {"../register/meta.json"}


def test_an_import_report_that_cannot_be_read_is_bad_data(
    settings: Settings, computed: Computed, counted: RegisterTables, tmp_path: Path
) -> None:
    folder = register_folder(tmp_path, "{")
    with pytest.raises(DataError, match="import the register again"):
        publishing.publish(settings, MONTH, computed, replace(counted, folder=folder))
    assert vintages.list_vintages(month_of(settings)) == []


def test_the_newest_day_may_be_the_registers(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    later = from_register(counted.table.assign(vintage="2024-01-31"), settings.root)
    assert publishing.publish(settings, MONTH, computed, later).name == "2024-01-31"
    assert read_month(settings.root, MONTH).vintage == "2024-01-31"


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a published manifest, as an older program might have written it."""
    read_back = manifest.read(folder)
    change(read_back)
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text(json.dumps(read_back))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda reported: reported["made_with"]["code"].update(sha256="0" * 64), "code changed"),
        (lambda reported: reported["made_with"].update(catalogue="0" * 64), "definitions changed"),
        (lambda reported: reported["made_with"].update(lock="0" * 64), "lock changed"),
        (
            lambda reported: reported["made_with"]["tools"].update(pandas="1.0"),
            "pandas 1.0 became ",
        ),
        (lambda reported: reported["parameters"].update(policy="other"), "parameters changed"),
        (
            lambda reported: reported["inputs"][0].update(sha256="0" * 64),
            "inputs changed: ",
        ),
        (lambda reported: reported["inputs"].pop(0), "inputs new: "),
        (lambda reported: reported["inputs"].clear(), "inputs new: 5 files of "),
        (lambda reported: reported["inputs"].append({"path": "x", "sha256": ""}), "inputs gone: x"),
        (
            lambda reported: reported["outputs"][0].update(sha256="0" * 64),
            "not as it was published",
        ),
        (lambda reported: reported.pop("outputs"), "it has no manifest"),
        (dict, "no cause known"),
    ],
)
def test_the_reason_of_a_further_vintage_names_what_changed(
    settings: Settings, computed: Computed, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    edit(publishing.publish(settings, MONTH, computed), change)
    placed = publishing.publish_vintage(settings, MONTH, revised(computed))
    assert reason in placed.reason
    assert manifest.read(placed.folder)["reason"] == placed.reason


def test_a_difference_is_summarised_by_kind_of_cause() -> None:
    causes = (
        Cause("inputs new: a/x, a/y", "inputs new", 2),
        Cause("inputs new: 20 files of b", "inputs new", 20),
        Cause("code changed", "code changed"),
        Cause("numpy 1 became 2", "other versions of tools"),
        Cause("pandas 1 became 2", "other versions of tools"),
    )
    difference = VintageDifference("2023-12-05", ("a.csv", "b.csv", "c.csv", "d.csv"), causes)
    assert difference.summary() == (
        "differs from 2023-12-05 in 4 files: inputs new (22), code changed, "
        "other versions of tools (2)"
    )
    unexplained = VintageDifference("2023-12-05", ("a.csv",), ())
    assert unexplained.summary() == "differs from 2023-12-05 in a.csv: no cause known"


def test_a_reason_stays_short_however_much_changed(settings: Settings, computed: Computed) -> None:
    def other(reported: dict[str, Any]) -> None:
        tools = reported["made_with"]["tools"]
        tools.update(
            dict.fromkeys(tools, "0") | {f"package-{number}": "1" for number in range(200)}
        )
        reported["inputs"] += [{"path": f"data/{number}/x", "sha256": ""} for number in range(200)]

    edit(publishing.publish(settings, MONTH, computed), other)
    reason = publishing.publish_vintage(settings, MONTH, revised(computed)).reason
    assert " more packages became others" in reason
    assert "more inputs in 19" in reason
    assert len(reason) < 500


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema_version": 0}'])
def test_a_manifest_that_is_none_is_bad_data(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DataError, match=r"manifest\.json"):
        manifest.read(tmp_path)


HARM: dict[str, Callable[[Path], None]] = {
    "same_in_csv_and_parquet": lambda folder: harm(folder, ".csv", value=1.0),
    "every_figure_once": lambda folder: harm(folder, ".csv", ".parquet", month="2022-01"),
    "every_status_known": lambda folder: harm(folder, ".csv", ".parquet", status="perhaps"),
    "hidden_values_empty": lambda folder: harm(
        folder, ".csv", ".parquet", status="suppressed", value=3.0
    ),
    "month_and_areas_as_asked": lambda folder: harm(
        folder,
        ".csv",
        ".parquet",
        area=lambda made: made["area"].astype(object).replace("SSS", "KU999"),
    ),
}


def harm(folder: Path, *suffixes: str, **values: Any) -> None:
    """Write a table with a column of one value, in the forms named."""
    for suffix in suffixes:
        path = (folder / "indicators").with_suffix(suffix)
        table.write(table.read(path).assign(**values), path)


@pytest.mark.parametrize("check", publishing.CHECKS)
def test_a_table_that_fails_a_check_is_not_published(
    settings: Settings, computed: Computed, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = publishing.check_vintage

    def check_harmed(folder: Path, *more: Any) -> tuple[str, ...]:
        HARM[check](folder)
        return passed(folder, *more)

    monkeypatch.setattr(publishing, "check_vintage", check_harmed)
    with pytest.raises(DataError, match=rf"indicators\.parquet: the check '{check}' failed"):
        publishing.publish(settings, MONTH, computed)
    assert plant.contents(month_of(settings)) == {}


@pytest.mark.parametrize("broken", ["chmod", "rename"])
def test_a_disk_that_fails_touches_nothing_published(
    settings: Settings, computed: Computed, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    publishing.publish(settings, MONTH, computed)
    before = plant.contents(month_of(settings))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, broken, full)
        with pytest.raises(UsageError, match="No space left on device"):
            publishing.publish(settings, MONTH, revised(computed))
    assert plant.contents(month_of(settings)) == before
    assert publishing.publish(settings, MONTH, revised(computed)).name == f"{DAY}.2"


def test_a_copy_may_be_renamed_with_its_pointer(settings: Settings, computed: Computed) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    assert placing.rename_vintage(folder, DAY) == folder
    renamed = placing.rename_vintage(folder, f"{DAY}.2")
    assert vintage_folder(settings.root, MONTH) == renamed
