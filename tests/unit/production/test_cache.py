"""The cache: a step runs again only if something it was made from has changed, and says what."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from indicators import provenance
from indicators.errors import DataError
from indicators.production import cache as records
from indicators.production.cache import StepCache
from indicators.production.steps import Kind, Step
from indicators.provenance import BuildEnvironment

MONTH = "2022-02"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with inputs and what its steps have made."""
    files = {
        "requirements.lock": "lock",
        "in/one.csv": "1",
        "in/two.csv": "2",
        f"reports/{MONTH}/fi/x.ipynb": "book",
        f"reports/{MONTH}/fi/figures/share.svg": "figure",
        f"_site/reports/{MONTH}/fi/x.html": "page",
        f"_site/reports/{MONTH}/fi/x.pdf": "paper",
        f"_site/reports/{MONTH}/fi/indicators-{MONTH}.csv": "figures",
        f"_site/reports/{MONTH}/register.zip": "packed",
        "_site/explorer/index.html": "explorer",
        "_site/data/index.json": "data",
        f"data/processed/{MONTH}/2022-05-01/indicators.csv": "older",
        f"data/processed/{MONTH}/2022-10-31/indicators.csv": "newer",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "data" / "processed" / MONTH / "latest").symlink_to("2022-10-31")
    return tmp_path


def step(root: Path, kind: Kind) -> Step:
    targets = {
        Kind.TABLES: f"data/processed/{MONTH}",
        Kind.NOTEBOOK: f"reports/{MONTH}/fi/x.ipynb",
        Kind.PAGE: f"_site/reports/{MONTH}/fi/x.html",
        Kind.DOWNLOAD: f"_site/reports/{MONTH}/register.zip",
        Kind.EXPLORER: "_site/explorer/index.html",
        Kind.DATA: "_site/data/index.json",
    }
    language = "fi" if kind in (Kind.NOTEBOOK, Kind.PAGE) else ""
    parameters: dict[str, Any] = {"vintage": "latest", "number": 1, "share": 0.5, "yes": True}
    return Step(kind, MONTH, root / targets[kind], language, (root / "in",), parameters)


def done(root: Path, kind: Kind = Kind.NOTEBOOK) -> Step:
    """A step that was asked for and done."""
    result = step(root, kind)
    cache = StepCache(root)
    assert cache.reason_to_run(result) == "no record of it"
    cache.record(result)
    return result


@pytest.mark.parametrize("kind", Kind)
def test_nothing_changed_is_fresh_and_stays_so(root: Path, kind: Kind) -> None:
    result = done(root, kind)
    assert StepCache(root).reason_to_run(result) is None
    assert StepCache(root).reason_to_run(result) is None


@pytest.mark.parametrize("kind", Kind)
def test_a_record_is_as_its_schema_says_and_comes_back_as_it_went(root: Path, kind: Kind) -> None:
    path = records.record_path(root, done(root, kind))
    schema = resources.files("indicators.production").joinpath("step.schema.json").read_text()
    validator = jsonschema.Draft202012Validator(json.loads(schema))
    content = json.loads(path.read_text())
    validator.validate(content)
    assert not validator.is_valid({**content, "outputs": []})
    again = path.with_name("again.json")
    records.write_record(records.read_record(path), again)
    assert again.read_bytes() == path.read_bytes()


def change(path: str, content: str = "x") -> Callable[[Path], None]:
    def harm(root: Path) -> None:
        (root / path).write_text(content)

    return harm


def remove(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (change("in/one.csv", "3"), "input in/one.csv changed"),
        (change("in/three.csv"), "input in/three.csv is new"),
        (remove("in/one.csv"), "input in/one.csv is gone"),
        (lambda root: shutil.rmtree(root / "in"), "input in/one.csv is gone"),
        (change("requirements.lock"), "the lock changed"),
        (remove("requirements.lock"), "the lock changed"),
        (change(f"reports/{MONTH}/fi/x.ipynb"), f"output reports/{MONTH}/fi/x.ipynb changed"),
        (
            remove(f"reports/{MONTH}/fi/figures/share.svg"),
            f"output reports/{MONTH}/fi/figures/share.svg is not there",
        ),
        (lambda root: shutil.rmtree(root / "reports"), "no record of it"),
        (change(f"reports/{MONTH}/fi/manifest.json", "{"), "no record of it"),
    ],
)
def test_what_changed_is_named(root: Path, harm: Callable[[Path], None], reason: str) -> None:
    result = done(root)
    harm(root)
    assert StepCache(root).reason_to_run(result) == reason


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"vintage": "2022-05-01", "number": 1, "share": 0.5, "yes": True}, "vintage"),
        ({"vintage": "latest", "number": 1, "share": 0.5, "yes": False}, "yes"),
        ({"vintage": "latest", "number": 1, "share": 0.5}, "yes"),
        ({"a": "", "vintage": "latest", "number": 1, "share": 0.5, "yes": True}, "a"),
    ],
)
def test_another_parameter_is_named(root: Path, parameters: dict[str, Any], reason: str) -> None:
    result = done(root)
    assert StepCache(root).reason_to_run(replace(result, parameters=parameters)) == (
        f"parameter {reason} changed"
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (
            lambda item: replace(item, code=replace(item.code, sha256="0")),
            "the code of the package",
        ),
        (
            lambda item: replace(item, code=replace(item.code, version="9")),
            "the code of the package",
        ),
        (lambda item: replace(item, catalogue="0"), "the catalogue changed"),
        (
            lambda item: replace(item, tools={**item.tools, "pandas": "0"}),
            "another version of pandas",
        ),
        (lambda item: replace(item, tools={**item.tools, "new": "1"}), "another version of new"),
    ],
)
def test_other_code_and_tools_are_named(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    other: Callable[[BuildEnvironment], BuildEnvironment],
    reason: str,
) -> None:
    outcome = done(root)
    now = provenance.current_environment(root)
    monkeypatch.setattr("indicators.production.cache.current_environment", lambda _: other(now))
    result = StepCache(root).reason_to_run(outcome)
    assert result is not None
    assert result.startswith(reason)


def test_another_commit_of_the_same_code_changes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = done(root)
    now = provenance.current_environment(root)
    other = replace(now, code=replace(now.code, commit="0" * 40, clean=True))
    monkeypatch.setattr("indicators.production.cache.current_environment", lambda _: other)
    assert StepCache(root).reason_to_run(result) is None


def test_latest_that_names_another_vintage_makes_tables_run(root: Path) -> None:
    result = done(root, Kind.TABLES)
    pointer = root / "data" / "processed" / MONTH / "latest"
    pointer.unlink()
    pointer.symlink_to("2022-05-01")
    assert StepCache(root).reason_to_run(result) == (
        f"output data/processed/{MONTH}/2022-10-31/indicators.csv is not there"
    )
    pointer.unlink()
    assert StepCache(root).reason_to_run(result) == "what it makes is not there"


def test_a_page_without_a_pdf_is_another_one(root: Path) -> None:
    outcome = done(root, Kind.PAGE)
    outcome.target.with_suffix(".pdf").unlink()
    result = StepCache(root).reason_to_run(outcome)
    assert result == f"output _site/reports/{MONTH}/fi/x.pdf is not there"


def test_force_makes_everything_run(root: Path) -> None:
    result = done(root)
    assert StepCache(root, force=True).reason_to_run(result) == "asked for by --force"


def test_an_input_that_changes_during_the_step_is_seen_by_the_next_run(root: Path) -> None:
    result = step(root, Kind.NOTEBOOK)
    cache = StepCache(root)
    cache.reason_to_run(result)
    (root / "in" / "one.csv").write_text("3")
    cache.record(result)
    assert StepCache(root).reason_to_run(result) == "input in/one.csv changed"


def test_what_was_decided_can_be_told(root: Path) -> None:
    result = done(root)
    cache = StepCache(root)
    cache.reason_to_run(result)
    (root / "in" / "one.csv").write_text("3")
    cache.reason_to_run(result)
    assert [str(verdict) for verdict in cache.verdicts] == [
        f"notebook {MONTH} fi: unchanged",
        f"notebook {MONTH} fi: input in/one.csv changed",
    ]


def test_an_input_that_cannot_be_read_is_bad_data(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(root / "in" / "one.csv"))

    monkeypatch.setattr("indicators.production.cache.record_files", refuse)
    with pytest.raises(DataError, match=r"one\.csv: cannot be read \(Permission denied\)"):
        StepCache(root).reason_to_run(step(root, Kind.NOTEBOOK))


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema_version": 9}'])
def test_a_record_that_is_none_is_bad_data(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError, match="run again"):
        records.read_record(path)


def test_hashes_are_kept_for_the_next_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.provenance.AT_REST_NANOSECONDS", -1)
    cache = StepCache(root)
    cache.reason_to_run(step(root, Kind.NOTEBOOK))
    cache.keep()
    content = json.loads((root / ".indicators" / "hashes.json").read_text())
    assert {Path(item).name for item in content} == {"one.csv", "two.csv"}
