"""What cells mean: days, codes, numbers, months. Pure functions on distinct texts.

A column is read as a dictionary, so each distinct text of a piece is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from math import isnan

import numpy as np

from indicators.register.arrays import MISSING, Days, day_number

UNREADABLE = MISSING - 1
"""A cell that holds something, but no day."""

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T][0-9:.Z+]*)?")
_BASIC = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_FINNISH = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?: [0-9:.]*)?")
_OPEN_END = date(2222, 11, 11)
"""What the register writes for an end not known (11.11.2222)."""
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
_EMPTY = frozenset({"", ".", "-", "NULL", "NA", "NAN", "NAT", "NONE"})


@lru_cache(maxsize=2**17)
def parse_day(text: str | None) -> int:
    """Reads ``2021-03-01`` (with or without a time), ``20210301`` or ``1.3.2021``.

    Returns:
        The day's number; ``MISSING`` for an empty cell and for the register's open end
        (11.11.2222); ``UNREADABLE`` for anything else.
    """
    trimmed = (text or "").strip()
    if trimmed.upper() in _EMPTY:
        return MISSING
    day = _parse(trimmed)
    if day is None:
        return UNREADABLE
    return MISSING if day == _OPEN_END else day_number(day)


def _parse(text: str) -> date | None:
    try:
        if match := _ISO.fullmatch(text) or _BASIC.fullmatch(text):
            return date(*map(int, match.groups()))
        if match := _FINNISH.fullmatch(text):
            return date(*map(int, reversed(match.groups())))
    except ValueError:
        return None
    return None


def parse_text(text: str | None) -> str | None:
    """A text trimmed, None if empty; a whole number's ``.0``, left by other programs, goes."""
    trimmed = (text or "").strip()
    if trimmed.upper() in _EMPTY:
        return None
    match = _WHOLE.fullmatch(trimmed)
    return match[1] if match else trimmed


def parse_code(text: str | None) -> str | None:
    """The same in capitals."""
    trimmed = parse_text(text)
    return trimmed.upper() if trimmed else None


def parse_number(text: str | None) -> float | None:
    """A number with a decimal point or comma; None for an empty cell, NaN for anything else."""
    trimmed = (text or "").strip().replace("\u00a0", "").replace(" ", "")
    if trimmed.upper() in _EMPTY:
        return None
    number = re.fullmatch(r"-?[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?", trimmed)
    return float(trimmed.replace(",", ".")) if number else float("nan")


def is_no_number(text: str | None) -> bool:
    """Whether a cell holds something, but no number."""
    number = parse_number(text)
    return number is not None and isnan(number)


def padded(width: int) -> Callable[[str], str | None]:
    """Codes of figures brought to a width by zeros in front; other codes are unknown."""

    def pad(code: str) -> str | None:
        return code.zfill(width) if code.isdecimal() and len(code) <= width else None

    return pad


def days(texts: Sequence[str | None]) -> Days:
    """Days of distinct texts."""
    return np.fromiter(map(parse_day, texts), np.int32, len(texts))
