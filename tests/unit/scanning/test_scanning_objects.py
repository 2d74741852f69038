"""JSON and notebooks that are not as they should be hide nothing all the same."""

from __future__ import annotations

import json
from pathlib import Path

import planting
import pytest
from planting import code

from indicators.scanning.reading import texts
from indicators.scanning.scanner import scan_paths


def places(path: Path) -> list[str]:
    found = scan_paths([path])
    assert not found.unreadable
    return [finding.place for finding in found.findings]


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_json_that_is_none_is_read_as_text(tmp_path: Path) -> None:
    assert places(write(tmp_path / "a.json", f"{{'a': {code()}}}\n")) == ["line 1"]
    assert places(write(tmp_path / "a.ipynb", f"# {code()}")) == ["line 1"]


def test_a_notebook_without_cells_is_json(tmp_path: Path) -> None:
    assert places(write(tmp_path / "a.ipynb", {"a": code()})) == ["column a, row 1"]


@pytest.mark.parametrize(
    "cell",
    [
        code(), [code()], {"source": 5, "outputs": [code()]}, {"outputs": [[code()]]},
        {"outputs": [{"data": {"application/json": {"a": [code()]}}}]},
        {"outputs": [{"data": {"application/vnd.x": code()}}]},
        {"outputs": [{"data": {"text/latex": ["a ", code()]}}]},
        {"metadata": {"papermill": {"x": code()}}},
        {"outputs": [{"metadata": {"x": code()}}]},
    ],
    ids=range(9),
)  # fmt: skip
def test_odd_cells(tmp_path: Path, cell: object) -> None:
    assert len(places(write(tmp_path / "a.ipynb", {"cells": [cell]}))) == 1


def test_metadata_of_a_notebook(tmp_path: Path) -> None:
    book = {"cells": [], "metadata": {"authors": [{"name": code()}]}}
    assert places(write(tmp_path / "a.ipynb", book)) == ["metadata.authors, column name, row 1"]


def test_lines_are_read_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_LINES_AT_ONCE", 2)
    lines = [json.dumps({"a": code(number=950 + at % 40)}) for at in range(5)]
    found = scan_paths([write(tmp_path / "a.jsonl", "\n".join(lines))])
    assert sum(finding.count for finding in found.findings) == 5


@pytest.mark.parametrize("name", ["a.json", "a.html"])
def test_what_is_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from indicators.scanning.reading import texts

    monkeypatch.setattr(texts, "LARGEST_MARKUP", 10)
    monkeypatch.setattr(texts, "LARGEST_MARKUP", 10)
    found = scan_paths([write(tmp_path / name, '["<html>a long text</html>"]')])
    assert [item.reason.split(";")[0][:11] for item in found.unreadable] == ["larger than"]


def test_a_notebook_that_is_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "LARGEST_MARKUP", 10)
    path = planting.notebook(tmp_path, [], source=f"'{code()}'")
    found = scan_paths([path])
    # It is read as text all the same.
    assert (len(found.unreadable), len(found.findings)) == (1, 1)
