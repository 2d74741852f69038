"""Reads one table of the settings file key by key and gathers what is wrong with it.

Every reader answers with a value of its type even where there is a problem, so that reading goes
on to the end and all problems are told at once; the values are thrown away then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime

from indicators.settings.model import LANGUAGES, Text, Value

Fits = Callable[[str], object]
"""Says of a string whether it is wanted, by a true or false answer."""


class Section:
    """One table of the file.

    Args:
        values: The table.
        path: Its key path, empty for the whole file.
        problems: Where problems are noted; one list for the whole file.
    """

    def __init__(self, values: Mapping[str, object], path: str, problems: list[str]) -> None:
        self._values = dict(values)
        self._known: list[str] = []
        self._path = path
        self._problems = problems

    def complain(self, key: str, problem: str) -> None:
        """Notes a problem of one key."""
        self._problems.append(f"{self._at(key)}: {problem}")

    def text(self, key: str, fits: Fits = bool, what: str = "a text") -> str:
        """A string that ``fits``; ``what`` says in words what is wanted."""
        value = self._take(key)
        if isinstance(value, str) and fits(value):
            return value
        self._wrong(key, value, what)
        return ""

    def texts(
        self,
        key: str,
        fits: Fits,
        what: str,
        *,
        may_be_empty: bool = False,
    ) -> tuple[str, ...]:
        """A list of strings that each ``fits``, none twice."""
        values = self._take(key)
        if not isinstance(values, list) or not (values or may_be_empty):
            self._wrong(key, values, f"a list where each is {what}")
            return ()
        for n, value in enumerate(values):
            if not (isinstance(value, str) and fits(value)):
                self._wrong(f"{key}[{n}]", value, what)
            elif value in values[:n]:
                self.complain(f"{key}[{n}]", f"{value} is there twice; delete one")
        return tuple(value for value in values if isinstance(value, str))

    def day(self, key: str) -> date:
        """A date, written without quotes."""
        value = self._take(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._wrong(key, value, "a date without quotes, such as 2021-03-01")
        return date.min

    def whole_number(self, key: str, at_least: int) -> int:
        """A whole number, at least ``at_least``."""
        value = self._take(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= at_least:
            return value
        self._wrong(key, value, f"a whole number, {at_least} or more")
        return at_least

    def number(self, key: str) -> float:
        """A number, zero or more."""
        value = self._take(key)
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and value >= 0
        ):
            return float(value)
        self._wrong(key, value, "a number, 0 or more")
        return 0.0

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        number = self.number(key)
        if number > 1:
            self.complain(key, "must be a share from 0 to 1, such as 0.1")
        return number

    def value(self, key: str) -> Value:
        """A string, number or truth value."""
        value = self._take(key)
        if isinstance(value, str | int | float | bool):
            return value
        self._wrong(key, value, "a text, a number, true or false")
        return ""

    def translated(self, key: str) -> Text:
        """A text in every language."""
        section = self.table(key)
        text = {
            lang: section.text(lang, lambda value: bool(value.strip()), "a text")
            for lang in LANGUAGES
        }
        section.done()
        return text

    def table(self, key: str) -> Section:
        """A table below this one; an empty one if it is missing or is no table."""
        value = self._take(key)
        if isinstance(value, dict):
            return Section(value, self._at(key), self._problems)
        self._wrong(key, value, "a table")
        return _Nothing(self._at(key))

    def tables(self, key: str) -> list[Section]:
        """A list of tables below this one; none where the key is left out."""
        values = self._take(key)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            self._wrong(key, values, "a list of tables in braces")
            return []
        return [
            Section(one, f"{self._at(key)}[{number}]", self._problems)
            for number, one in enumerate(values)
        ]

    def table_or_none(self, key: str) -> Section | None:
        """A table below this one, or None where the key is left out."""
        if key in self._values:
            return self.table(key)
        self._known.append(key)
        return None

    def names(self) -> tuple[str, ...]:
        """All keys of the table, for tables whose keys are free."""
        return tuple(self._values)

    def is_table(self, key: str) -> bool:
        """Whether the key holds a table."""
        return isinstance(self._values.get(key), dict)

    def done(self) -> None:
        """Complains of every key that was not asked for."""
        for key in self._values:
            if key not in self._known:
                self.complain(key, f"unknown key; known here: {', '.join(self._known)}")

    def _take(self, key: str) -> object:
        self._known.append(key)
        return self._values.get(key)

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _wrong(self, key: str, value: object, what: str) -> None:
        if value is None:
            self.complain(key, f"is missing; write {what}")
        else:
            self.complain(key, f"must be {what}, not {_shown(value)}")


class _Nothing(Section):
    """Stands for a table that is missing: it is one problem, not one for each of its keys."""

    def __init__(self, path: str) -> None:
        super().__init__({}, path, [])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
