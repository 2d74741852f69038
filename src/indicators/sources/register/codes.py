"""What cells of the register mean: days, numbers, months, and its codes as canonical codes.

The code lists are those of the research-data catalogue, 2020–2024. Pure functions on distinct
texts: a column is read as a dictionary, so each distinct text of a piece is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np

from indicators.register.schema import (
    EMPLOYMENT_CODES,
    END_REASONS,
    LINES,
    MISSING,
    RESULTS,
    Days,
    day_number,
)

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
_MIDNIGHT_UTC = re.compile(r".*[T ](21|22)[:.]00(?:[:.]00(?:[.,]0+)?)?")

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
    day = _parse_day(plain)
    if day is None:
        return UNREADABLE
    return MISSING if day == _OPEN_END else day_number(day)


def _parse_day(text: str) -> date | None:
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
    return bool(_MIDNIGHT_UTC.fullmatch(text.strip()))


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


def parse_days(texts: Sequence[str | None]) -> Days:
    """Days of distinct texts."""
    return np.fromiter(map(parse_day, texts), np.int32, len(texts))


NORDIC_MODEL = date(2022, 5, 2)
"""From this day code 09 and end reasons 14–16 exist."""
LATE_CODES = frozenset({"09"})
LATE_REASONS = frozenset({"14", "15", "16"})
A_TMT = date(2023, 3, 1)
"""From this month statements have four-character codes (lausno7)."""

FINLAND = "246"
LANGUAGES = {"0": "fi", "1": "sv", "2": "other", "FI": "fi", "SV": "sv", "SE": "se"}

_EMPLOYMENT_PLANS = {"00", "03", "04", "05"}
PLAN_KINDS = {
    # YTHAKSU.kotsk; the job-search plans and the programme of before 2010 are employment plans.
    "YTHAKSU": {
        **dict.fromkeys(_EMPLOYMENT_PLANS, "employment"),
        "01": "integration",
        "02": "activation",
        "07": "multisector",
    },
    # Suunnitelmat.toimsuunlaji: the same kinds under other numbers.
    "Suunnitelmat": {
        **dict.fromkeys(("01", "02", "05", "06"), "employment"),
        "03": "activation",
        "04": "integration",
        "07": "multisector",
    },
}

COURSE_GROUPS = {"14": "coaching", "15": "training", "16": "training"}
"""Kinds of course (KTYOKOU.kurslaji): coaching, training, training of the change security."""
TRAINING = "15"
ALTERNATION_KIND = "4"

_CODES_OF_SERVICES = {
    # (group, kind): kind is the code of A-TMT, so that a spell goes on over March 2023.
    ("rehabilitative", "KT01"): ("B5", "BE", "J5", "KT01"),
    ("study", "OM01"): ("D1", "D6", "F3", "F8", "G2", "OM01"),
    ("coaching", "TV01"): ("BA", "TV01"),
    ("coaching", "UV01"): ("BB", "UV01"),
    ("trial", "36"): ("BD", "KK01"),
}
STATEMENT_GROUPS = {c: group for (group, _), codes in _CODES_OF_SERVICES.items() for c in codes}
STATEMENT_KINDS = {c: kind for (_, kind), codes in _CODES_OF_SERVICES.items() for c in codes}
"""Statements that are the only record of a service: group and kind by code.

Left out are those of services that tables of their own record (E1 and TK01 training, BC and TY01
trials), and of the person on job alternation leave (L1, U1, V001), who is not in a service.
"""

STUDY_OVER = frozenset({"D9", "G9", "OM09", "D3", "OM05"})
SERVICE_OVER = frozenset({"BJ", "B9", "TP00"})
"""Statements that a service is over; they close one whose end is not known."""

ALTERNATION_VACANCY = {"YPAIKKA": {"4", "04"}, "Tyotarjoukset": {"4", "04"}}
"""Type of a vacancy for the substitute of a person on job alternation leave, by table."""

PLACEMENT_KINDS = frozenset(
    [
        "5T",
        "5V",
        "50",
        "51",
        "53",
        "54",
        "55",
        "56",
        "57",
        "58",
        "6T",
        "6V",
        "60",
        "68",
        "69",
        "80",
        "81",
        "87",
        "88",
        "89",
        "40",
        "41",
        "61",
        "62",
        "65",
        "64",
        "73",
    ]
)
PRACTICE_KINDS = frozenset({"70", "71"})
"""Practical training, kept among placements until it became the work trial (YTKOKE) in 2013."""
BENEFIT_ONLY_KINDS = frozenset({"74", "75"})
TRIAL_KINDS = frozenset({"20", "21", "22", "36"})

two_digits = padded(2)


def municipality_code(code: str) -> str | None:
    """``398`` of 398, KU398 or ``98`` → ``098``; None if it is not a municipality's code."""
    return padded(3)(code.removeprefix("KU"))


def employment_code(code: str) -> str | None:
    """An employment code of two characters, None if it is not in the list (such as ``z``)."""
    return _listed_code(code, EMPLOYMENT_CODES)


def end_reason_code(code: str) -> str | None:
    """An end reason of two characters, None if it is not in the list."""
    return _listed_code(code, END_REASONS)


def offer_result(code: str) -> str | None:
    """A result of an offer, None if it is not in the list."""
    return _listed_code(code, RESULTS)


NO_LINE = "no line"


def service_line_code(code: str) -> str | None:
    """A service line; ``NO_LINE`` for 04, which is no longer a line; None if not in the list."""
    return NO_LINE if two_digits(code) == "04" else _listed_code(code, LINES)


def two_character_code(code: str) -> str:
    """A kind or reason of two characters; other codes stay as they are."""
    return two_digits(code) or code


def _listed_code(code: str, codes: frozenset[str]) -> str | None:
    padded_code = two_digits(code)
    return padded_code if padded_code in codes else None
