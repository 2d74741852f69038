"""What cells mean: days, codes, numbers, months. Pure functions on distinct texts.

A column is read as a dictionary, so each distinct text of a piece is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np

from indicators.register.arrays import MISSING, Days, day_number

UNREADABLE = MISSING - 1
"""A cell that holds something, but no day."""

FIRST_END, LAST_END = day_number(date(1901, 1, 1)), day_number(date(2199, 12, 31))
"""An end before or behind them is what some system writes for an end not known."""
NO_DAY = day_number(date.min)
"""The zeros that some systems write for no day."""
EARLIEST = day_number(date(1850, 1, 1))
"""Nobody in the register was born before it: an earlier day is a sign for something else."""

_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?")
_TIME = (
    r"(?:[T ]?(?P<time>[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?)"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?"
)
_ZEROS = re.compile(r"0{1,4}[-.]?0{1,2}[-.]?0{2,4}(?:[T ][0:.]*)?")
_ISO = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})" + _TIME)
_BASIC = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:\.0+)?" + _TIME)
_FINNISH = re.compile(r"(?P<d>[0-9]{1,2})\. ?(?P<m>[0-9]{1,2})\. ?(?P<y>[0-9]{4})" + _TIME)
_FORMS = (_ISO, _FINNISH, _BASIC)
_OPEN_END = date(2222, 11, 11)
"""What the register writes for an end not known (11.11.2222)."""
_HELSINKI = ZoneInfo("Europe/Helsinki")
# Midnight in Helsinki as a clock of UTC has it, in winter and in summer.
_LATE = re.compile(r".*[T ](21|22)[:.]00(?:[:.]00(?:[.,]0+)?)?")

_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
_EMPTY = frozenset({"", ".", "-", "NULL", "NA", "NAN", "NAT", "NONE", "<NA>", "#N/A"})
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_QUOTES = "\"'\u2018\u2019\u201c\u201d\u00b4`"
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")


def plain_text(text: str | None) -> str:
    """A text without blanks around it, invisible signs and a spreadsheet's ``="…"``."""
    if text is None:
        return ""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    text = text.strip()
    if text.startswith("=") and (formula := _FORMULA.fullmatch(text)):
        text = formula[1].strip()
    return text


def plain_code(text: str | None) -> str:
    """The same without quotes and apostrophes around it, blanks in it of one kind."""
    text = plain_text(text)
    if not text.isalnum():
        text = _BLANKS.sub(" ", text.strip(_QUOTES)).strip()
    return text


@lru_cache(maxsize=2**17)
def parse_day(text: str | None) -> int:
    """Reads ``2021-03-01``, ``20210301``, ``1.3.2021`` or ``1. 3. 2021``, with or without a time.

    A moment with a time zone is on its day in Helsinki.

    Returns:
        The day's number; ``MISSING`` for an empty cell and for the register's open end
        (11.11.2222); ``UNREADABLE`` for anything else.
    """
    plain = plain_code(text)
    if plain.upper() in _EMPTY:
        return MISSING
    if _ZEROS.fullmatch(plain):
        return NO_DAY
    day = _parse(plain)
    if day is None:
        return UNREADABLE
    return MISSING if day == _OPEN_END else day_number(day)


def _parse(text: str) -> date | None:
    for form in _FORMS:
        if match := form.fullmatch(text):
            try:
                day = date(int(match["y"]), int(match["m"]), int(match["d"]))
                return _in_helsinki(day, match["time"], match["zone"]) if match["zone"] else day
            except ValueError:
                return None
    return None


def _in_helsinki(day: date, time: str, zone: str) -> date:
    hours, minutes = map(int, re.split("[:.]", time)[:2])
    moment = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=UTC)
    if match := _ZONE.fullmatch(zone):
        ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        moment -= ahead if match["sign"] == "+" else -ahead
    try:
        return moment.astimezone(_HELSINKI).date()
    except OverflowError:
        return day


def is_late_moment(text: str | None) -> bool:
    """Whether a time without a zone is midnight in Helsinki by a clock of UTC: a day too early."""
    if text is None or len(text) <= len("2021-03-01"):
        return False
    return bool(_LATE.fullmatch(text.strip()))


def parse_text(text: str | None) -> str | None:
    """A text trimmed, None if empty; a whole number's ``.0``, left by other programs, goes."""
    plain = plain_code(text)
    if plain.upper() in _EMPTY:
        return None
    match = _WHOLE.fullmatch(plain)
    return match[1] if match else plain


def parse_word(text: str | None) -> str | None:
    """A text in words as it stands, without blanks around it; None if empty."""
    plain = plain_text(text)
    return None if plain.upper() in _EMPTY else plain


def parse_code(text: str | None) -> str | None:
    """A text trimmed and in capitals."""
    trimmed = parse_text(text)
    return trimmed.upper() if trimmed else None


def parse_number(text: str | None) -> float | None:
    """A number with a decimal point or comma, thousands apart by blanks or not.

    Returns:
        None for an empty cell, NaN for anything else that is no number.
    """
    plain = plain_code(text)
    if plain.upper() in _EMPTY:
        return None
    if not _NUMBER.fullmatch(plain):
        return float("nan")
    return float(plain.replace(" ", "").replace(",", "."))


def is_no_number(text: str | None) -> bool:
    """Whether a cell holds something, but no number."""
    number = parse_number(text)
    return number is not None and isnan(number)


def is_no_count(text: str | None) -> bool:
    """Whether a cell holds something, but no whole number of 0 or more, below 10⁹.

    ``52,123`` and ``52.123`` are none: they may be thousands, or a number with decimals.
    """
    number = parse_number(text)
    if number is None:
        return False
    whole = number.is_integer() and 0 <= number <= LARGEST_COUNT
    return not whole or bool(_GROUPED.fullmatch(plain_code(text)))


def is_no_amount(text: str | None) -> bool:
    """Whether a cell holds something, but no number from 0 to 10⁹."""
    number = parse_number(text)
    return number is not None and not 0 <= number <= LARGEST_COUNT


LARGEST_COUNT = 10**9


def is_rounded(text: str | None) -> bool:
    """Whether a number stands in scientific notation: of an id, digits are lost."""
    return bool(_ROUNDED.fullmatch(plain_code(text)))


def padded(width: int) -> Callable[[str], str | None]:
    """Codes of figures brought to a width by zeros in front; other codes are unknown."""

    def pad(code: str) -> str | None:
        return code.zfill(width) if code.isdecimal() and len(code) <= width else None

    return pad


def days(texts: Sequence[str | None]) -> Days:
    """Days of distinct texts."""
    return np.fromiter(map(parse_day, texts), np.int32, len(texts))
