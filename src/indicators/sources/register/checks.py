"""Checks of a delivery: faults of its files, gathered as they are read; its date; the key.

:class:`Checks` counts what makes a file of no use; :class:`DeliveryMetadata` is what a delivery
says of itself in ``meta.json``; :func:`read_key` reads the key of the pseudonyms from the
environment or from a file outside the project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from indicators.errors import DataError, UsageError
from indicators.problems import Problem
from indicators.register.hetu import holds_code, possible_codes
from indicators.register.schema import MISSING, Days, Mask, day_of
from indicators.settings.model import Limits
from indicators.sources.register.codes import LAST_END, UNREADABLE, is_rounded
from indicators.sources.register.discovery import SourceFile
from indicators.sources.register.identity import CodeWatch, IdKinds
from indicators.sources.register.layout import PERSON, SOURCE_TABLES, Field, Kind

META_FILE = "meta.json"
KEY_VARIABLE = "INDICATORS_PSEUDONYM_KEY"

# Days of things that had happened when they were recorded; plans and periods lie ahead.
_EVENT_COLUMNS = {"YTHAKU": ("start", "end"), "YTYOLL": ("start", "end"), "YHENK": ("updated",)}
_KINDS_WITHOUT_FAULTS = frozenset[Kind]({"amount", "count"})
# Of few cells one may well hold a code saved by mistake.
_KINDS_OF_WORDS = frozenset[Kind]({"code"})
_ADVICE = {
    "date": "write dates as 2021-03-01 or 1.3.2021",
    "end": "write dates as 2021-03-01 or 1.3.2021",
    "number": "write numbers as figures",
    "amount": "write numbers from 0 to 1000000000, with a decimal point or comma",
    "count": "write whole numbers from 0 to 1000000000, thousands apart by blanks or not at all",
    "code": "write codes as the register has them, not in words",
}


@dataclass(slots=True)
class Checks:
    """Counts of one file.

    Attributes:
        file: The file.
        rows: Rows read.
        broken: Rows with more or fewer fields than the header.
        filled: Cells that hold something, by field.
        unreadable: Those of them that cannot be read.
        first: Row of the first of them, the header being row 0.
        late: Those with a time that is midnight in Helsinki by a clock of UTC, without a zone.
        exposed: Fields in which an identity code stands.
        rounded: Fields of numbers by name that have lost digits.
        latest: The latest day of each field of dates.
        watches: Of fields that hold whole numbers by which something is called.
        ids: What kinds of person ids were seen.
    """

    file: SourceFile
    rows: int = 0
    broken: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    late: Counter[str] = field(default_factory=Counter)
    exposed: set[str] = field(default_factory=set)
    rounded: set[str] = field(default_factory=set)
    latest: dict[str, int] = field(default_factory=dict)
    watches: dict[str, CodeWatch] = field(default_factory=dict)
    ids: IdKinds = field(default_factory=IdKinds)

    def look_for_codes(self, each: Field, texts: pa.StringArray) -> None:
        """Remember a field if an identity code stands in one of its distinct texts."""
        if each.kind in ("code", "word", "text"):
            self._watch(each.name, texts)
        if each.name not in self.exposed:
            suspect = possible_codes(texts)
            if any(holds_code(text) for text in suspect.to_pylist()):
                self.exposed.add(each.name)
        if each.kind == "text" and each.name not in self.rounded:
            maybe = texts.filter(pc.match_substring(texts, "+"))
            if any(map(is_rounded, maybe.to_pylist())):
                self.rounded.add(each.name)

    def watch_ids(self, texts: pa.StringArray) -> None:
        """Look whether whole numbers among person ids are all digits of identity codes."""
        if PERSON not in self.watches:
            # The first piece decides; what a column of ids is does not change within it.
            self._watch(PERSON, texts)

    def _watch(self, name: str, texts: pa.StringArray) -> None:
        self.watches.setdefault(name, CodeWatch()).add(texts)

    def count(self, name: str, filled: int, unreadable: Mask) -> None:
        """Add a piece's cells of a field: how many hold something, and which cannot be read."""
        self.filled[name] += filled
        bad = int(unreadable.sum())
        self.unreadable[name] += bad
        if bad and name not in self.first:
            self.first[name] = self.rows - len(unreadable) + int(unreadable.argmax()) + 1

    def count_days(self, each: Field, days: Days) -> None:
        """Remember the latest of a piece's days; signs for an open end are none."""
        readable = days[(days <= LAST_END) if each.kind == "end" else (days < UNREADABLE)]
        if len(readable):
            self.latest[each.name] = max(int(readable.max()), self.latest.get(each.name, -MISSING))

    def problems(self, limits: Limits, *, ids_are_keyed: bool) -> list[Problem]:
        """What ends the import.

        Args:
            limits: How much may be unreadable.
            ids_are_keyed: Whether person ids that are all digits of identity codes are made
                pseudonyms.
        """
        return [
            *self._identity_codes(ids_are_keyed=ids_are_keyed),
            *self._rounded_numbers(),
            *self._unreadable_cells(limits),
            *self._late_moments(),
            *self._rows(limits.unreadable_share),
        ]

    def _identity_codes(self, *, ids_are_keyed: bool) -> list[Problem]:
        of_codes = {name for name, watch in self.watches.items() if watch.has_codes()}
        text = "holds personal identity codes; leave them out of this column"
        problems = [
            self._problem("identity-code", name, text)
            for name in sorted(self.exposed | (of_codes - {PERSON}))
        ]
        if PERSON in of_codes and not ids_are_keyed:
            text = (
                "its ids are digits of personal identity codes, those of YHENK are not; deliver "
                "all tables with ids of one kind"
            )
            problems.append(self._problem("identity-code", PERSON, text))
        return problems

    def _rounded_numbers(self) -> list[Problem]:
        text = (
            "its numbers have lost digits (a spreadsheet wrote them as 1.23E+14, or they are too "
            "long for a number with decimals); deliver them as text"
        )
        rounded = self.rounded | ({PERSON} if self.ids.rounded else set())
        return [self._problem("rounded-ids", name, text) for name in sorted(rounded)]

    def _unreadable_cells(self, limits: Limits) -> list[Problem]:
        kinds = {each.name: each.kind for each in self.file.table.fields}
        most = limits.unreadable_share
        problems = []
        for name, bad in self.unreadable.items():
            kind = kinds[name]
            if bad and kind in _KINDS_WITHOUT_FAULTS:
                text = f"is no number that can be; {_ADVICE[kind]}"
            elif bad > most * self.filled[name] and (
                kind not in _KINDS_OF_WORDS or self.filled[name] >= limits.few_rows
            ):
                text = f"more than {most:.0%} of its filled cells cannot be read; {_ADVICE[kind]}"
            else:
                continue
            problems.append(
                self._problem("unreadable-cells", name, text, bad, self._row(self.first[name]))
            )
        return problems

    def _late_moments(self) -> list[Problem]:
        text = (
            "its times are those of UTC without saying so, a day too early in Finland; deliver "
            "days without times, or times with their zone"
        )
        return [
            self._problem("time-zone", name, text, late)
            for name, late in self.late.items()
            if 2 * late > self.filled[name]
        ]

    def _rows(self, most: float) -> list[Problem]:
        dialect = self.file.dialect
        if dialect is not None and dialect.has_text and self.rows + self.broken == 0:
            text = "has text below its header but no rows; deliver it again"
            return [Problem("no-rows", self.file.path, text)]
        if self.broken > most * (self.rows + self.broken):
            text = "many rows have more fields than the header; deliver it again"
            return [Problem("fields", self.file.path, text, count=self.broken)]
        return []

    def _row(self, number: int) -> int | None:
        """The row of the file that a row below its header is, if that is known."""
        header = self.file.header_row
        return None if header is None or self.broken else header + number

    def _problem(
        self, reason: str, name: str, text: str, count: int = 1, row: int | None = None
    ) -> Problem:
        path, column = self.file.path, self.file.column(name)
        return Problem(reason, path, text, column=column, row=row, count=count)


# --- the extract date, and what a delivery says of itself -----------------------------------------


@dataclass(frozen=True, slots=True)
class DeliveryMetadata:
    """What a delivery says of itself.

    Attributes:
        extract_date: The last day it knows about, if it says so.
        source: Where it comes from, in words; the folder's name if it does not say.
        complete: The register's tables that are whole although they hold no rows, or are not
            delivered because there is nothing to deliver.
        all_complete: Whether every table that was delivered without rows is whole.
    """

    extract_date: date | None
    source: str
    complete: frozenset[str] = frozenset()
    all_complete: bool = False


def read_delivery_metadata(source: Path) -> DeliveryMetadata:
    """Read ``meta.json`` of a delivery, which need not be there.

    Raises:
        DataError: It cannot be read.
    """
    path = source / META_FILE
    if not path.exists():
        return DeliveryMetadata(None, _source_name(source.resolve().name))
    try:
        meta = json.loads(path.read_text(encoding="utf-8-sig"))
        day = meta.get("extract_date")
        return DeliveryMetadata(
            date.fromisoformat(day) if day else None,
            _source_name(str(meta.get("source") or source.resolve().name)),
            *_complete_tables(meta.get("complete", [])),
        )
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        advice = (
            "write extract_date as YYYY-MM-DD and complete as true or a list of the register's "
            "tables, or take the file away"
        )
        raise DataError(f"{path}: cannot be read; {advice}") from error


def _source_name(source: str) -> str:
    """What the delivery calls itself, unless it is called after a person."""
    return "register extract" if holds_code(source) else source


def _complete_tables(named: object) -> tuple[frozenset[str], bool]:
    """Tables that are whole without rows: those named, or with ``true`` all that were delivered."""
    if isinstance(named, bool):
        return frozenset(), named
    if not isinstance(named, list):
        raise TypeError(named)
    known = {name.casefold(): name for name in SOURCE_TABLES}
    return frozenset(known[str(name).casefold()] for name in named), False


def latest_day(source: Path, checks: Iterable[Checks], *, exclusive: bool, today: date) -> date:
    """The latest day on which anything is recorded to have happened.

    Args:
        source: Named in errors.
        checks: Of all files.
        exclusive: Whether end dates are the first day out.
        today: No extract knows about a later day.

    Raises:
        DataError: There is no such day, or it is after today.
    """
    days = [
        check.latest[name] - (exclusive and name == "end")
        for check in checks
        for name in _EVENT_COLUMNS.get(check.file.table.name, ())
        if name in check.latest
    ]
    advice = "say the extract date (--extract-date)"
    if not days:
        raise DataError(f"{source}: no day tells when the extract was taken; {advice}")
    latest = day_of(max(days))
    if latest > today:
        tables = ", ".join(_EVENT_COLUMNS)
        raise DataError(f"{source}: days of {tables} lie after today; {advice}")
    return latest


def read_key(
    environment: Mapping[str, str], file: Path | None = None, *, project: Path | None = None
) -> bytes | None:
    """The key, None if there is none.

    Args:
        environment: Has it under ``INDICATORS_PSEUDONYM_KEY``, if anywhere.
        file: A file that holds it goes first; blanks around it are no part of it.
        project: A folder the file must not lie in: what lies there may be published.

    Raises:
        UsageError: The file cannot be read, is empty, or lies in the project.
    """
    if file is None:
        return environment.get(KEY_VARIABLE, "").strip().encode() or None
    if project is not None and project.resolve() in file.resolve().parents:
        raise UsageError(f"{file}: a key lies outside the project; move it")
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"{file}: no key can be read ({error.strerror})") from error
    if not key:
        raise UsageError(f"{file}: holds no key; write a long random text into it")
    return key
