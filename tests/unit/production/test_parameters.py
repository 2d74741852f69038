"""Notebook parameters: declared once, held against what is given, before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import plant
import pytest

from indicators.errors import NotebookError, UsageError
from indicators.production.parameters import (
    DeclaredParameter,
    check_parameters,
    declared_parameters,
    parse_languages,
    parse_pairs,
)

ALL_KINDS = """\
#| include: false
month: str = "2022-02"
least: int = 5
share: float = 0.5
shown: bool = True
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook([ALL_KINDS, "print(month)"]))
    return path


def test_names_kinds_and_defaults_are_read(source: Path) -> None:
    assert declared_parameters(source) == {
        "month": DeclaredParameter("month", "str", "2022-02"),
        "least": DeclaredParameter("least", "int", 5),
        "share": DeclaredParameter("share", "float", 0.5),
        "shown": DeclaredParameter("shown", "bool", True),
    }


def test_texts_become_values_of_their_kind(source: Path) -> None:
    given = {"month": "2021-03", "least": "7", "share": "0.25", "shown": "false"}
    checked = check_parameters(source, given)
    assert checked == {"month": "2021-03", "least": 7, "share": 0.25, "shown": False}
    assert [type(value) for value in checked.values()] == [str, int, float, bool]
    assert check_parameters(source, {"shown": "true"}) == {"shown": True}


def test_only_what_is_given_is_set(source: Path) -> None:
    assert check_parameters(source, {}) == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"mont": "2022-02"}, "unknown parameter mont"),
        ({"month": "2022-13"}, "2022-13"),
        ({"month": "February"}, "February"),
        ({"least": "5.5"}, "least must be a whole number"),
        ({"least": ""}, "least must be a whole number"),
        ({"share": "0,5"}, "decimal point"),
        ({"shown": "yes"}, "true or false"),
        ({"shown": "True"}, "true or false"),
    ],
)
def test_a_wrong_parameter_is_wrong_use(source: Path, given: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        check_parameters(source, given)
    assert "report.ipynb" in caught.value.message


def test_an_unknown_name_is_told_with_those_there_are(source: Path) -> None:
    with pytest.raises(UsageError) as caught:
        check_parameters(source, {"mont": "2022-02"})
    assert all(name in str(caught.value) for name in ("month", "least", "share", "shown"))


def test_all_wrong_parameters_are_told_at_once(source: Path) -> None:
    with pytest.raises(UsageError) as caught:
        check_parameters(
            source, {"mont": "x", "least": "many", "shown": "true", "month": "2022-00"}
        )
    message = str(caught.value)
    assert all(word in message for word in ("mont", "least", "2022-00"))
    assert "shown must" not in message


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999"])
def test_a_number_must_be_finite(source: Path, value: str) -> None:
    with pytest.raises(UsageError, match="share"):
        check_parameters(source, {"share": value})


def test_a_language_must_be_known(tmp_path: Path) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook([plant.DECLARED]))
    assert check_parameters(path, {"language": "sv"}) == {"language": "sv"}
    with pytest.raises(UsageError, match="de"):
        check_parameters(path, {"language": "de"})


@pytest.mark.parametrize(
    "cell",
    [
        'month = "2022-02"',  # no type
        "month: str",  # no default
        "month: str = 2022",  # default of another kind
        "least: int = True",  # likewise
        'months: list = ["2022-02"]',
        "import os",
        "month: str = default()",
        'report.month: str = "2022-02"',
    ],
)
def test_a_cell_that_declares_anything_else_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook([f'language: str = "fi"\n{cell}']))
    with pytest.raises(NotebookError, match="cell 1, line 2"):
        declared_parameters(path)


def test_a_cell_that_is_not_python_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook(["a: int = 1\nb: int = = 2"]))
    with pytest.raises(NotebookError, match="cell 1, line 2"):
        declared_parameters(path)


def test_a_notebook_without_such_a_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook(["a: int = 1"], tagged=False))
    with pytest.raises(NotebookError, match="tag 'parameters'"):
        declared_parameters(path)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"nbformat": 4}', '{"cells": [{}]}', '{"cells": 3}', "\ufeff", '"text"'],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"report\.ipynb"):
        declared_parameters(path)


def test_a_notebook_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="cannot be read as a notebook"):
        declared_parameters(tmp_path / "report.ipynb")


def test_a_vintage_is_a_day_or_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "report.ipynb"
    path.write_text(plant.notebook([plant.DECLARED]))
    for vintage in ("latest", "2022-05-01"):
        assert check_parameters(path, {"vintage": vintage}) == {"vintage": vintage}
    for wrong in ("newest", "2022-05", "1.5.2022", "20220501", "../2022-05-01", ""):
        with pytest.raises(UsageError, match="vintage"):
            check_parameters(path, {"vintage": wrong})


def test_a_source_in_lines_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "report.ipynb"
    book = json.loads(plant.notebook([ALL_KINDS]))
    book["cells"][0]["source"] = ALL_KINDS.splitlines(keepends=True)
    path.write_text(json.dumps(book))
    assert set(declared_parameters(path)) == {"month", "least", "share", "shown"}


def test_pairs() -> None:
    assert parse_pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    assert parse_pairs([]) == {}


@pytest.mark.parametrize("pairs", [["vintage"], ["=2022"], [""], ["a=1", "a=1"]])
def test_malformed_pairs_are_wrong_use(pairs: list[str]) -> None:
    with pytest.raises(UsageError):
        parse_pairs(pairs)


def test_languages() -> None:
    assert parse_languages("fi,sv") == ("fi", "sv")
    assert parse_languages("en, fi,en") == ("en", "fi")


@pytest.mark.parametrize("text", ["de", "fi,", "", "fi;sv", "FI"])
def test_unknown_languages_are_wrong_use(text: str) -> None:
    with pytest.raises(UsageError, match="fi, sv, en"):
        parse_languages(text)
