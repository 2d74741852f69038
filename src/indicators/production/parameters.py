"""Typed notebook parameters: a mistyped one stops before a kernel starts.

Papermill alone only warns of an unknown parameter, and the wrong month is published. Here the
notebook's cell tagged ``parameters`` declares names, types and defaults, and what is given is held
against it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from indicators.calendar import parse_month
from indicators.catalogue.model import LANGUAGES
from indicators.errors import NotebookError, UsageError
from indicators.processed import vintages

Value = str | int | float | bool
TAG = "parameters"
# The vintage that was published last.
LATEST = vintages.LATEST


@dataclass(frozen=True, slots=True)
class DeclaredParameter:
    """One parameter of a notebook: ``name: kind = default``."""

    name: str
    kind: str
    default: Value


def declared_parameters(notebook: Path) -> dict[str, DeclaredParameter]:
    """Read what a notebook's ``parameters`` cell declares.

    Raises:
        NotebookError: The notebook cannot be read, or the cell is missing or declares anything
            but ``name: type = literal``.
    """
    cells = _cells(notebook)
    position = _parameters_cell(cells, notebook)
    return _declarations(cells[position][1], f"{notebook}, cell {position + 1}")


def parameters_cell(notebook: Path) -> int:
    """Which cell of a notebook declares its parameters, from 0.

    Raises:
        NotebookError: The notebook cannot be read, or no cell declares parameters.
    """
    return _parameters_cell(_cells(notebook), notebook)


def check_parameters(notebook: Path, given: Mapping[str, str]) -> dict[str, Value]:
    """Turn parameters given as texts into values of the declared types.

    Args:
        notebook: Declares the parameters.
        given: What is to be set, as written by a person.

    Returns:
        The given parameters, typed.

    Raises:
        UsageError: A name is unknown or a text does not fit; every such parameter is named.
        NotebookError: The notebook does not declare its parameters properly.
    """
    known = declared_parameters(notebook)
    values: dict[str, Value] = {}
    problems: list[str] = []
    for name, text in given.items():
        try:
            values[name] = _parse_value(known, name, text)
        except UsageError as error:
            problems.append(error.message)
    if problems:
        raise UsageError(f"{notebook.name}: {problems[0]}", problems[1:])
    return values


def parse_pairs(pairs: list[str]) -> dict[str, str]:
    """Split ``NAME=VALUE`` texts of the command line.

    Raises:
        UsageError: One has no ``=``, or a name comes twice.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name:
            raise UsageError(f"parameter {pair!r}: write NAME=VALUE")
        if name in given:
            raise UsageError(f"parameter {name} is given twice; keep one")
        given[name] = text
    return given


def parse_languages(text: str) -> tuple[str, ...]:
    """Read languages such as ``fi,sv``, in the order given, each once.

    Raises:
        UsageError: One is not fi, sv or en.
    """
    return tuple(dict.fromkeys(_language(part) for part in text.split(",")))


def _parameters_cell(cells: list[tuple[list[str], str]], notebook: Path) -> int:
    for number, (tags, _) in enumerate(cells):
        if TAG in tags:
            return number
    raise NotebookError(f"{notebook}: no cell has the tag {TAG!r}; tag the one that declares them")


def _cells(notebook: Path) -> list[tuple[list[str], str]]:
    """Tags and source of each cell."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [(cell["metadata"].get("tags", []), "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(f"{notebook}: cannot be read as a notebook; restore it") from error


def _language(text: str) -> str:
    language = text.strip()
    if language not in LANGUAGES:
        raise UsageError(f"{language!r} is not a language; write {', '.join(LANGUAGES)}")
    return language


def _vintage(text: str) -> str:
    # Python's own reading takes other spellings of a day too; folders have but one.
    if text != LATEST and not vintages.is_vintage_name(text):
        problem = f"{text!r} is not a vintage; write a day such as 2022-05-01, or {LATEST}"
        raise UsageError(problem)
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError
    return number


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


_KINDS: dict[str, tuple[Callable[[str], Value], str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "float": (_finite, "a number, with a decimal point"),
    "bool": (_boolean, "true or false"),
}
# Parameters whose name says what their text must be.
_PARSERS: dict[str, Callable[[str], Value]] = {
    "month": parse_month,
    "language": _language,
    "languages": lambda text: ",".join(parse_languages(text)),
    "vintage": _vintage,
}


def _parse_value(known: Mapping[str, DeclaredParameter], name: str, text: str) -> Value:
    if name not in known:
        raise UsageError(f"unknown parameter {name}; it takes {', '.join(sorted(known))}")
    if name in _PARSERS:
        return _PARSERS[name](text)
    parse, words = _KINDS[known[name].kind]
    try:
        return parse(text)
    except ValueError:
        raise UsageError(f"parameter {name} must be {words}") from None


def _declarations(source: str, place: str) -> dict[str, DeclaredParameter]:
    try:
        return {parameter.name: parameter for parameter in _parse_declarations(source, place)}
    except SyntaxError as error:
        raise NotebookError(f"{place}, line {error.lineno}: is not Python; mend the cell") from None


def _parse_declarations(source: str, place: str) -> Iterator[DeclaredParameter]:
    for statement in ast.parse(source).body:
        match statement:
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=ast.Name(id=kind), value=ast.Constant(value)
            ) if kind in _KINDS and type(value).__name__ == kind:
                yield DeclaredParameter(name, kind, value)  # type: ignore[arg-type]
            case _:
                where = f"{place}, line {statement.lineno}"
                raise NotebookError(f"{where}: write `name: type = value`, a {_kinds()}")


def _kinds() -> str:
    return " or ".join(_KINDS)
