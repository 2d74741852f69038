"""Checks the parameters set for single indicators against those that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indicators.catalogue import EVERY
from indicators.errors import UsageError
from indicators.settings.file import FILE_NAME
from indicators.settings.model import Settings, Value


def check_overrides(settings: Settings, defaults: Mapping[str, Mapping[str, Value]]) -> None:
    """Checks that every parameter set in the settings exists and is of its default's kind.

    Args:
        settings: The project's settings.
        defaults: The catalogue's parameters with their defaults, by indicator id.

    Raises:
        UsageError: With every key path that names no indicator or parameter, or holds a value of
            another kind.
    """
    shared = {name: default for of in defaults.values() for name, default in of.items()}
    known = {**defaults, EVERY: shared}
    problems = [
        f"parameters.{indicator}{problem}"
        for indicator, values in settings.parameters.indicators.items()
        for problem in _problems(values, known.get(indicator))
    ]
    if problems:
        raise UsageError(f"{settings.root / FILE_NAME} sets parameters wrongly:", problems)


def _problems(values: Mapping[str, Value], defaults: Mapping[str, Value] | None) -> Iterator[str]:
    if defaults is None:
        yield f": no indicator has this id; see `indicators catalogue` ({EVERY}: every indicator)"
        return
    for name, value in values.items():
        if name not in defaults:
            yield f".{name}: unknown parameter; known: {', '.join(defaults) or 'none'}"
        elif not _same_kind(value, defaults[name]):
            yield f".{name}: must be of the kind of its default, {defaults[name]!r}"


def _same_kind(value: Value, default: Value) -> bool:
    """A whole number may stand for a number with decimals; truth values are no numbers."""
    return type(value) is type(default) or (type(value) is int and type(default) is float)
