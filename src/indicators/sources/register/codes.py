"""How the register's codes become canonical ones (the catalogue's code lists, 2020–2024)."""

from __future__ import annotations

from datetime import date

from indicators.register.schema import EMPLOYMENT_CODES, END_REASONS, LINES, RESULTS
from indicators.sources.register.cells import padded

NORDIC_MODEL = date(2022, 5, 2)
"""From this day code 09 and end reasons 14–16 exist."""
LATE_CODES = frozenset({"09"})
LATE_REASONS = frozenset({"14", "15", "16"})
A_TMT = date(2023, 3, 1)
"""From this month statements have four-character codes (lausno7)."""

FINLAND = "246"
LANGUAGES = {"0": "fi", "1": "sv", "2": "other", "FI": "fi", "SV": "sv", "SE": "se"}

_EMPLOYMENT = {"00", "03", "04", "05"}
PLAN_KINDS = {
    # YTHAKSU.kotsk; the job-search plans and the programme of before 2010 are employment plans.
    "YTHAKSU": {
        **dict.fromkeys(_EMPLOYMENT, "employment"),
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

two = padded(2)


def municipality(code: str) -> str | None:
    """``398`` of 398, KU398 or ``98`` → ``098``; None if it is not a municipality's code."""
    return padded(3)(code.removeprefix("KU"))


def employment_code(code: str) -> str | None:
    """An employment code of two characters, None if it is not in the list (such as ``z``)."""
    return _listed(code, EMPLOYMENT_CODES)


def end_reason(code: str) -> str | None:
    """An end reason of two characters, None if it is not in the list."""
    return _listed(code, END_REASONS)


def result(code: str) -> str | None:
    """A result of an offer, None if it is not in the list."""
    return _listed(code, RESULTS)


NO_LINE = "no line"


def line(code: str) -> str | None:
    """A service line; ``NO_LINE`` for 04, which is no longer a line; None if not in the list."""
    return NO_LINE if two(code) == "04" else _listed(code, LINES)


def kind(code: str) -> str:
    """A kind or reason of two characters; other codes stay as they are."""
    return two(code) or code


def _listed(code: str, codes: frozenset[str]) -> str | None:
    padded_code = two(code)
    return padded_code if padded_code in codes else None
