"""Loads the definitions, all faults at once: of single files, and between them.

What must hold between definitions (ids and numbers once each, one break a month) is checked on the
files as they were read, so that a fault elsewhere in a file hides nothing; a value of a wrong type
is left to the reading of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from indicators.catalogue.catalogue import (
    EVERY,
    Catalogue,
    broken_in,
    names_in,
    placeholder_problems,
)
from indicators.catalogue.model import (
    LANGUAGES,
    ContextSeries,
    Indicator,
    Label,
    Parameter,
    SeriesBreak,
    StatfinRecipe,
    Text,
    Unit,
)
from indicators.errors import DataError
from indicators.structuring import FILLED, MisfitError, OneOf, Structuring

AGREEMENT = range(1, 21)
"""Numbers of the agreement's indicators; a project's own have the next ones."""

Located = Sequence[tuple[str, Mapping[str, Any]]]
"""Tables of definitions, each with its file."""


def indicator_faults(located: Located) -> Iterator[str]:
    """Faults between the indicators and context series."""
    ids = [(file, "id", entry["id"]) for file, entry in located if _is(entry.get("id"), str)]
    numbers = [
        (file, "number", entry["number"])
        for file, entry in located
        if _is(entry.get("number"), int)
    ]
    yield from _repeated_values(ids)
    yield from _repeated_values(numbers)
    for file, _, number in numbers:
        if number < 1:
            yield f"{file}: number: {number} must be 1 or more"
    given = {number for _, _, number in numbers}
    for number in AGREEMENT:
        if number not in given:
            yield f"definitions: indicator number {number} is missing"


def file_names(located: Located) -> Iterator[str]:
    """A fault for each file that is not called by its indicator's number and id."""
    for file, entry in located:
        if _is(entry.get("number"), int) and _is(entry.get("id"), str):
            expected = f"{entry['number']:02d}_{entry['id']}.toml"
            if file != expected:
                yield f"{file}: must be called {expected} after its number and id"


def unused_parameter_faults(parameters: Iterable[str], located: Located) -> Iterator[str]:
    """A fault for each parameter no indicator names."""
    used = {str(name) for _, entry in located for name in _list(entry.get("parameters"))}
    for parameter in parameters:
        if parameter not in used:
            yield f"parameters.toml: {parameter}: no indicator names it"


def series_break_faults(file: str, breaks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Faults between the series breaks of a file."""
    yield from _repeated_values(
        [
            (file, "id", series_break["id"])
            for series_break in breaks
            if _is(series_break.get("id"), str)
        ]
    )
    seen: dict[tuple[str, str], str] = {}
    for series_break in breaks:
        day = series_break.get("date")
        month = f"{day:%Y-%m}" if isinstance(day, date) else ""
        for indicator in map(str, _list(series_break.get("indicators")) if month else []):
            other = seen.setdefault((indicator, month), str(series_break.get("id")))
            if other != series_break.get("id"):
                yield (
                    f"{file}: {series_break.get('id')}: {indicator} has another break, {other}, "
                    f"in {month}"
                )


def _is(value: object, kind: type) -> bool:
    return type(value) is kind


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _repeated_values(found: Sequence[tuple[str, str, str | int]]) -> Iterator[str]:
    counts = Counter(value for _, _, value in found)
    for file, key, value in found:
        if counts[value] > 1:
            yield f"{file}: {key}: duplicate {value!r}"


# The wheel is always unpacked, so no importlib.resources: it would cost a third of the load.
_DEFINITIONS = Path(__file__).parent / "definitions"
_SHARED = (
    "labels.toml",
    "headings.toml",
    "units.toml",
    "parameters.toml",
    "context.toml",
    "breaks.toml",
)
_INDICATOR_FILE = re.compile(r"\d\d_\w+\.toml")


@dataclass(frozen=True, slots=True)
class _Labels:
    """``labels.toml``: a table a kind, labels by id; those of categories by dimension too."""

    status: Mapping[str, Label]
    population: Mapping[str, Label]
    dimension: Mapping[str, Label]
    source: Mapping[str, Label]
    grade: Mapping[str, Label]
    count_moment: Mapping[str, Label]
    category: Mapping[Annotated[str, OneOf("dimension")], Mapping[str, Label]]


@dataclass(frozen=True, slots=True)
class _Context:
    """``context.toml``."""

    series: Annotated[tuple[ContextSeries, ...], FILLED]


@dataclass(frozen=True, slots=True)
class _Breaks:
    """``breaks.toml``."""

    breaks: Annotated[tuple[SeriesBreak, ...], FILLED]


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that comes with the package, read once a process.

    Raises:
        DataError: A definition is faulty; ``details`` lists all faults.
    """
    return load_catalogue_from(_DEFINITIONS)


def load_catalogue_from(directory: Path) -> Catalogue:
    """The catalogue of any directory of definitions.

    Raises:
        DataError: A definition is faulty; ``details`` lists all faults, each as
            ``file: key path: reason``.
    """
    problems: list[str] = []
    tables = _read_files(directory, problems)
    # What an unreadable file defines would be missed in all other files: that is only noise.
    _raise_if_any(problems, directory)
    catalogue = _Reading(tables, problems).catalogue()
    _raise_if_any(problems, directory)
    return catalogue.in_force({})


def _raise_if_any(problems: list[str], directory: Path) -> None:
    if problems:
        count = f"{len(problems)} fault{'s' if len(problems) > 1 else ''}"
        raise DataError(
            f"catalogue {directory}: {count}; mend the definition files named below", problems
        )


def _read_files(directory: Path, problems: list[str]) -> dict[str, dict[str, Any]]:
    """The content of every definition file."""
    if not directory.is_dir():
        raise DataError(f"catalogue {directory}: no such directory of definition files")
    tables = {}
    for file in sorted(directory.iterdir()):
        if file.name in _SHARED or _INDICATOR_FILE.fullmatch(file.name):
            tables[file.name] = _parse(file, problems)
        else:
            problems.append(f"{file.name}: not a definition file")
    problems.extend(f"{name}: file is missing" for name in _SHARED if name not in tables)
    return tables


def _parse(file: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        problems.append(f"{file.name}: cannot be read as TOML: {error}")
        return {}


class _Reading:
    """One reading of all files; what one file defines is what the next ones may use.

    Args:
        tables: The files' content by name.
        problems: Where every fault is noted.
    """

    def __init__(self, tables: Mapping[str, dict[str, Any]], problems: list[str]) -> None:
        self._tables = tables
        self._problems = problems
        # From the bare keys: a definition with a fault is a known word all the same.
        self._words: dict[str, Any] = {
            kind: _table(tables["labels.toml"], kind)
            for kind in (field.name for field in fields(_Labels))
        }
        self._words["unit"] = tables["units.toml"]
        self._structuring = Structuring(self._words)
        self._structuring.check(Text, _faults_of_text)
        self._structuring.check(StatfinRecipe, _faults_of_recipe)
        for kind in (Indicator, ContextSeries):
            self._structuring.check(kind, _faults_of_indicator, self._note_statistics)

    def catalogue(self) -> Catalogue:
        """The catalogue; of no use where problems were noted."""
        labels = self._labels()
        units = self._file("units.toml", Mapping[str, Unit]) or {}
        parameters = self._parameters()
        self._words["parameter"] = dict.fromkeys(self._tables["parameters.toml"]) | parameters
        own = [(file, table) for file, table in self._tables.items() if file not in _SHARED]
        indicators = [self._file(file, Indicator) for file, _ in own]
        context = self._file("context.toml", _Context)
        located = [
            *own,
            *(("context.toml", entry) for entry in _tables(self._tables["context.toml"], "series")),
        ]
        self._problems.extend(indicator_faults(located))
        self._problems.extend(file_names(own))
        self._problems.extend(unused_parameter_faults(parameters, located))
        self._words["indicator"] = [EVERY, *(str(entry.get("id")) for _, entry in located)]
        written = sorted(map(_with_grades, filter(None, indicators)), key=_number)
        series = tuple(map(_with_grades, context.series)) if context else ()
        return Catalogue(
            indicators=tuple(written),
            written=tuple(written),
            context=series,
            written_context=series,
            breaks=self._breaks(),
            parameters=parameters,
            units=units,
            labels=labels,
        )

    def _file(self, name: str, kind: Any) -> Any:
        return self._structuring.read(self._tables[name], kind, self._problems, f"{name}: ")

    def _labels(self) -> dict[str, dict[str, Label]]:
        """Labels by kind and id; a category's id is ``dimension.category``."""
        found = self._file("labels.toml", _Labels)
        headings = self._file("headings.toml", Mapping[str, Text])
        labels = {field.name: getattr(found, field.name, {}) for field in fields(_Labels)}
        labels["category"] = {
            f"{dimension}.{key}": label
            for dimension, categories in labels["category"].items()
            for key, label in categories.items()
        }
        labels["heading"] = {key: Label(key, text) for key, text in (headings or {}).items()}
        return labels

    def _parameters(self) -> dict[str, Parameter]:
        return self._file("parameters.toml", Mapping[str, Parameter]) or {}

    def _breaks(self) -> tuple[SeriesBreak, ...]:
        _, *known = self._words["indicator"]
        tables = [
            {**series_break, "indicators": known}
            if series_break.get("indicators") == [EVERY]
            else series_break
            for series_break in _tables(self._tables["breaks.toml"], "breaks")
        ]
        found = self._file("breaks.toml", _Breaks)
        self._problems.extend(series_break_faults("breaks.toml", tables))
        breaks = found.breaks if found else ()
        whole = (
            replace(series_break, indicators=tuple(known))
            if series_break.indicators == (EVERY,)
            else series_break
            for series_break in breaks
        )
        return tuple(sorted(whole, key=lambda series_break: series_break.date))

    def _note_statistics(self, table: Mapping[str, Any]) -> None:
        """An indicator's headline and recipe name one of its own statistics."""
        statistics = _tables(table, "statistics")
        self._words["statistic"] = [str(statistic.get("id")) for statistic in statistics]


def _tables(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The array of tables of a key, as far as there is any."""
    value = table.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _number(indicator: Indicator) -> int:
    return indicator.number


def _with_grades(indicator: Indicator) -> Indicator:
    """A statistic without a certainty of its own has the indicator's."""
    statistics = [
        statistic if statistic.grade else replace(statistic, grade=indicator.grade)
        for statistic in indicator.statistics
    ]
    return replace(indicator, statistics=tuple(statistics))


def _faults_of_text(text: Text) -> Iterator[MisfitError]:
    for language in LANGUAGES:
        for broken in broken_in(text[language]):
            reason = f"{broken!r} is no placeholder; write {{name}} or {{name:many|one}}"
            yield MisfitError(reason, language)
    slots = {language: names_in(text[language]) for language in LANGUAGES}
    for language in LANGUAGES[1:]:
        if slots[language] != slots["fi"]:
            yield MisfitError(
                f"placeholders {slots[language]} are not those of fi, {slots['fi']}", language
            )


def _faults_of_indicator(indicator: Indicator) -> Iterator[MisfitError]:
    ids = [statistic.id for statistic in indicator.statistics]
    for repeated in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield MisfitError(f"duplicate id {repeated!r}", "statistics")
    for place, reason in placeholder_problems(indicator):
        yield MisfitError(reason, place)
    parameters = {parameter.id for parameter in indicator.parameters}
    for statistic, counts in indicator.counts.items():
        if counts.followed_for and counts.followed_for not in parameters:
            reason = f"{counts.followed_for!r} is none of the indicator's parameters"
            yield MisfitError(reason, f"counts.{statistic}.followed_for")
    for number, rows in enumerate(indicator.reported):
        for key in ("populations", "dimensions"):
            known = getattr(indicator, key)
            for unknown in sorted(set(getattr(rows, key)) - set(known)):
                reason = f"unknown {unknown!r}; the indicator has {', '.join(known)}"
                yield MisfitError(reason, f"reported[{number}].{key}")


def _faults_of_recipe(recipe: StatfinRecipe) -> Iterator[MisfitError]:
    if recipe.denominator_missing and recipe.denominator:
        yield MisfitError("true, but a denominator is given", "denominator_missing")
