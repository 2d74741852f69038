"""`indicators doctor` and `indicators catalogue`."""

from __future__ import annotations

import csv
import io
import json
from importlib import metadata
from pathlib import Path

import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.cli.main import main

ROOT = Path(__file__).resolve().parents[3]


def test_a_sound_project_has_a_line_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--project", str(ROOT)]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    names = [line.split()[1] for line in lines]
    assert {"indicators", "python", "pandas", "renderer", "settings", "statfin"} <= set(names)
    assert len({line.index(line.split(maxsplit=2)[2]) for line in lines}) == 1
    assert shown.err == ""


def test_what_is_lacking_is_marked_and_is_wrong_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distribution = metadata.distribution

    def without_pyarrow(name: str) -> metadata.Distribution:
        if name == "pyarrow":
            raise metadata.PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr(metadata, "distribution", without_pyarrow)
    assert main(["doctor", "--project", str(ROOT)]) == 2
    shown = capsys.readouterr()
    [lacking] = [line for line in shown.out.splitlines() if line.startswith("lack")]
    assert lacking.split()[1] == "pyarrow"
    assert "pyarrow" in shown.err
    assert shown.err.count("\n") == 1


def test_without_settings_all_else_is_told_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--project", str(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert "ok   renderer" in shown.out
    assert "lack settings" in shown.out
    assert shown.err.startswith("indicators: settings")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_catalogue_in_every_form(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    values = {}
    for form in ("table", "json", "csv"):
        assert main(["catalogue", "--lang", language, "--format", form]) == 0
        values[form] = capsys.readouterr().out
    assert len(json.loads(values["json"])) >= 1
    rows = list(csv.DictReader(io.StringIO(values["csv"])))
    assert {*range(1, 21)} <= {int(row["number"]) for row in rows}
    assert "unemployment_share" in values["table"]
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in values.values())


def test_the_json_list_has_what_the_contract_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "--lang", "en", "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert isinstance(records, list)
    for record in records:
        assert {"id", "number", "definition", "statistics", "parameters"} <= set(record)
        for parameter in record["parameters"]:
            assert {"id", "default", "description"} <= set(parameter)


def test_the_catalogue_is_a_short_table_in_a_cell() -> None:
    catalogue = load_catalogue()
    html, markdown = catalogue._repr_html_(), catalogue._repr_markdown_()
    for indicator in catalogue.indicators:
        assert f"<td>{indicator.id}</td>" in html
        assert indicator.short["fi"].replace("|", "") in markdown
    assert html.count("<tr>") == markdown.count("\n") - 1 == len(catalogue.indicators) + 1
    assert "oma määritelmä" in html
    assert "A: virallinen" in html


def test_an_unknown_form_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "--format", "xml"]) == 2
    assert "xml" in capsys.readouterr().err
