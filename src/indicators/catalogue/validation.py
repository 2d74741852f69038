"""What must hold between the definitions: ids and numbers once each, one break a month.

Looks at the files as they were read, so that a fault elsewhere in one hides nothing; whatever is
not of its type there is another's to name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

AGREEMENT = range(1, 21)
"""Numbers of the agreement's indicators; a project's own have the next ones."""

Located = Sequence[tuple[str, Mapping[str, Any]]]
"""Tables of definitions, each with its file."""


def across_indicators(located: Located) -> Iterator[str]:
    """Faults between the indicators and context series."""
    ids = [(file, "id", entry["id"]) for file, entry in located if _is(entry.get("id"), str)]
    numbers = [
        (file, "number", entry["number"])
        for file, entry in located
        if _is(entry.get("number"), int)
    ]
    yield from _repeated(ids)
    yield from _repeated(numbers)
    for file, _, number in numbers:
        if number < 1:
            yield f"{file}: number: {number} must be 1 or more"
    given = {number for _, _, number in numbers}
    for number in AGREEMENT:
        if number not in given:
            yield f"definitions: indicator number {number} is missing"


def file_names(located: Located) -> Iterator[str]:
    """A fault for each file that is not called by its indicator's number and id."""
    for file, one in located:
        if _is(one.get("number"), int) and _is(one.get("id"), str):
            expected = f"{one['number']:02d}_{one['id']}.toml"
            if file != expected:
                yield f"{file}: must be called {expected} after its number and id"


def unused_parameters(parameters: Iterable[str], located: Located) -> Iterator[str]:
    """A fault for each parameter no indicator names."""
    used = {str(name) for _, entry in located for name in _list(entry.get("parameters"))}
    for parameter in parameters:
        if parameter not in used:
            yield f"parameters.toml: {parameter}: no indicator names it"


def across_breaks(file: str, breaks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Faults between the series breaks of a file."""
    yield from _repeated(
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
                yield f"{file}: {series_break.get('id')}: {indicator} has another break, {other}, in {month}"


def _is(value: object, kind: type) -> bool:
    return type(value) is kind


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _repeated(found: Sequence[tuple[str, str, str | int]]) -> Iterator[str]:
    counts = Counter(value for _, _, value in found)
    for file, key, value in found:
        if counts[value] > 1:
            yield f"{file}: {key}: duplicate {value!r}"
