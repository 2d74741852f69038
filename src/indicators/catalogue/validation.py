"""What must hold between the definitions: ids and numbers once each, one break a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from indicators.catalogue.model import Indicator, Parameter, SeriesBreak

AGREEMENT = range(1, 21)
"""Numbers of the agreement's indicators; a project's own have the next ones."""


def across_indicators(located: Sequence[tuple[str, Indicator]]) -> Iterator[str]:
    """Faults between the indicators and context series, each given with its file."""
    ids = [(file, "id", one.id) for file, one in located if one.id]
    numbers = [(file, "number", one.number) for file, one in located if one.number]
    yield from _repeated(ids)
    yield from _repeated(numbers)
    for file, _, number in numbers:
        if number < 1:
            yield f"{file}: number: {number} must be 1 or more"
    given = {number for _, _, number in numbers}
    for number in AGREEMENT:
        if number not in given:
            yield f"definitions: indicator number {number} is missing"


def file_name(file: str, indicator: Indicator) -> Iterator[str]:
    """A fault where the file is not called by the indicator's number and id."""
    expected = f"{indicator.number:02d}_{indicator.id}.toml"
    if file != expected:
        yield f"{file}: must be called {expected} after its number and id"


def unused_parameters(
    parameters: Iterable[Parameter], indicators: Iterable[Indicator]
) -> Iterator[str]:
    """A fault for each parameter no indicator names."""
    used = {parameter.id for one in indicators for parameter in one.parameters}
    for parameter in parameters:
        if parameter.id not in used:
            yield f"parameters.toml: {parameter.id}: no indicator names it"


def across_breaks(file: str, breaks: Sequence[SeriesBreak]) -> Iterator[str]:
    """Faults between the series breaks of a file."""
    yield from _repeated([(file, "id", one.id) for one in breaks if one.id])
    seen: dict[tuple[str, str], str] = {}
    for one in breaks:
        for indicator in one.indicators:
            other = seen.setdefault((indicator, one.month), one.id)
            if other != one.id:
                yield f"{file}: {one.id}: {indicator} has another break, {other}, in {one.month}"


def _repeated(found: Sequence[tuple[str, str, str | int]]) -> Iterator[str]:
    counts = Counter(value for _, _, value in found)
    for file, key, value in found:
        if counts[value] > 1:
            yield f"{file}: {key}: duplicate {value!r}"
