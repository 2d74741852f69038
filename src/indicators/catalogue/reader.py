"""Reading a TOML table entry by entry: every fault is noted with its place, reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from indicators.catalogue.languages import LANGUAGES
from indicators.catalogue.model import Text
from indicators.catalogue.placeholders import names_in

_T = TypeVar("_T")

_UNFINISHED = re.compile(r"\b(TODO|TBD|FIXME|XXX|lorem ipsum)\b|\?\?\?", re.IGNORECASE)
_TYPE_NAMES = {str: "a text", int: "a whole number", bool: "true or false", date: "a date"}


@dataclass(frozen=True, slots=True)
class Table:
    """One TOML table being read.

    Args:
        file: Name of the file, for messages.
        path: Key path of the table in it, ending in a dot, or empty.
        entries: What the table holds.
        problems: Where every fault found is noted, as ``file: key path: reason``.
    """

    file: str
    path: str
    entries: dict[str, object]
    problems: list[str]
    _taken: set[str] = field(default_factory=set)

    def report(self, key: str, reason: str) -> None:
        """Notes a fault of the entry ``key``, or of the table itself where ``key`` is empty."""
        place = f"{self.path}{key}".rstrip(".")
        self.problems.append(": ".join(part for part in (self.file, place, reason) if part))

    def has(self, key: str) -> bool:
        """Whether the table has the entry."""
        return key in self.entries

    def scalar(self, key: str, kind: type[_T], missing: _T) -> _T:
        """The entry, which must be of exactly this type; ``missing`` stands in for a faulty one."""
        self._taken.add(key)
        if key not in self.entries:
            self.report(key, "missing key")
            return missing
        value = self.entries[key]
        if type(value) is not kind:
            self.report(key, f"must be {_TYPE_NAMES[kind]}, is {value!r}")
            return missing
        return value

    def word(self, key: str, allowed: Collection[str] | None = None) -> str:
        """A code; where ``allowed`` is given it must be one of them."""
        value = self.scalar(key, str, "")
        if value and allowed is not None and value not in allowed:
            self.report(key, _not_among(value, allowed))
        return value

    def words(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of codes without repetition, each of ``allowed`` where that is given."""
        self._taken.add(key)
        if key not in self.entries:
            self.report(key, "missing key")
            return ()
        value = self.entries[key]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.report(key, f"must be a list of texts, is {value!r}")
            return ()
        for item in value if allowed is not None else ():
            if item not in (allowed or ()):
                self.report(key, _not_among(item, allowed or ()))
        for item in sorted({item for item in value if value.count(item) > 1}):
            self.report(key, f"{item!r} is listed twice")
        return tuple(value)

    def setting(self, key: str) -> bool | int | float:
        """The default of a parameter: true, false or a number."""
        self._taken.add(key)
        value = self.entries.get(key)
        if isinstance(value, bool | int | float):
            return value
        self.report(
            key, "missing key" if value is None else f"must be a number or true/false, is {value!r}"
        )
        return 0

    def text(self, key: str) -> Text:
        """A text in the three languages, as a table of its own."""
        table = self.table(key)
        text = table.own_text() if key in self.entries else Text("", "", "")
        table.close()
        return text

    def own_text(self) -> Text:
        """The text whose languages are entries of this very table."""
        spoken = {language: self._translation(language) for language in LANGUAGES}
        slots = {language: names_in(said) for language, said in spoken.items()}
        for language in LANGUAGES[1:]:
            if spoken[language] and spoken["fi"] and slots[language] != slots["fi"]:
                self.report(
                    language,
                    f"placeholders {slots[language]} are not those of fi, {slots['fi']}",
                )
        return Text(**spoken)

    def _translation(self, language: str) -> str:
        self._taken.add(language)
        value = self.entries.get(language)
        if value is None:
            self.report(language, "missing translation")
            return ""
        if not isinstance(value, str):
            self.report(language, f"must be a text, is {value!r}")
            return ""
        # Long texts are wrapped in the file; U+00A0 is meant and stays.
        said = re.sub(r"[ \n]+", " ", value).strip(" ")
        if not said.strip():
            self.report(language, "empty translation")
        elif unfinished := _UNFINISHED.search(said):
            self.report(language, f"unfinished text: {unfinished.group()!r}")
        return said

    def table(self, key: str) -> Table:
        """The sub-table of this key, empty where it is missing or something else."""
        self._taken.add(key)
        if key not in self.entries:
            self.report(key, "missing key")
            return self._below(key, {})
        return self._below(key, self._as_table(key, self.entries[key]))

    def tables(self, key: str) -> list[Table]:
        """The array of tables of this key."""
        self._taken.add(key)
        value = self.entries.get(key)
        if not isinstance(value, list) or not value:
            self.report(key, "missing key" if value is None else "must be a list of tables")
            return []
        return [
            self._below(f"{key}[{index}]", self._as_table(f"{key}[{index}]", item))
            for index, item in enumerate(value)
        ]

    def each(self) -> Iterator[tuple[str, Table]]:
        """All entries, each a table, with their keys."""
        for key, value in self.entries.items():
            self._taken.add(key)
            yield key, self._below(key, self._as_table(key, value))

    def close(self) -> None:
        """Notes every entry that nothing has asked for."""
        for key in self.entries:
            if key not in self._taken:
                self.report(key, "unknown key")

    def _as_table(self, key: str, value: object) -> dict[str, object]:
        if isinstance(value, dict):
            return value
        self.report(key, f"must be a table, is {value!r}")
        return {}

    def _below(self, key: str, entries: dict[str, object]) -> Table:
        return Table(self.file, f"{self.path}{key}.", entries, self.problems)


def _not_among(value: str, allowed: Collection[str]) -> str:
    return f"unknown {value!r}, must be one of {', '.join(sorted(allowed))}"
