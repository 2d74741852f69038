"""The extract date, and what a delivery says of itself in ``meta.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.errors import DataError
from indicators.register.arrays import day_of
from indicators.register.hetu import holds_code
from indicators.sources.register.checks import Checks
from indicators.sources.register.layout import SOURCE_TABLES

META = "meta.json"

# Days of things that had happened when they were recorded; plans and periods lie ahead.
_FACTS = {"YTHAKU": ("start", "end"), "YTYOLL": ("start", "end"), "YHENK": ("updated",)}


@dataclass(frozen=True, slots=True)
class Told:
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


def read_told(source: Path) -> Told:
    """Read ``meta.json`` of a delivery, which need not be there.

    Raises:
        DataError: It cannot be read.
    """
    path = source / META
    if not path.exists():
        return Told(None, _unnamed(source.resolve().name))
    try:
        meta = json.loads(path.read_text(encoding="utf-8-sig"))
        day = meta.get("extract_date")
        return Told(
            date.fromisoformat(day) if day else None,
            _unnamed(str(meta.get("source") or source.resolve().name)),
            *_complete(meta.get("complete", [])),
        )
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        advice = (
            "write extract_date as YYYY-MM-DD and complete as true or a list of the register's "
            "tables, or take the file away"
        )
        raise DataError(f"{path}: cannot be read; {advice}") from error


def _unnamed(source: str) -> str:
    """What the delivery calls itself, unless it is called after a person."""
    return "register extract" if holds_code(source) else source


def _complete(named: object) -> tuple[frozenset[str], bool]:
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
        for name in _FACTS.get(check.file.table.name, ())
        if name in check.latest
    ]
    advice = "say the extract date (--extract-date)"
    if not days:
        raise DataError(f"{source}: no day tells when the extract was taken; {advice}")
    latest = day_of(max(days))
    if latest > today:
        tables = ", ".join(_FACTS)
        raise DataError(f"{source}: days of {tables} lie after today; {advice}")
    return latest
