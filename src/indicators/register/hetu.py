"""The Finnish personal identity code (henkilötunnus, hetu): found in any spelling.

Form: ddmmyy, a sign of the century, an individual number (even: woman) and a control character
(the Act on the Population Information System 661/2009; new signs of the century from 2023). The
control character is that of the nine digits, taken as one number, modulo 31.

Files that have been through spreadsheets and mail hold it without its sign, with another dash,
between quotes, behind a prefix or with invisible characters in it. A spelling that only a code
has (a sign of the century where it belongs) counts as one even with a slip in its control
character; any other counts if the control character is right.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CONTROL_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
"""Control characters by the remainder of the nine digits modulo 31."""

_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CANONICAL = re.compile(r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]")
# Pairs of the date may be apart by a blank or a dot, the sign by blanks; letters may stand in front
# (a prefix), nothing that belongs to a word or a number behind.
_SPELLED = re.compile(
    r"(?<![0-9])(?P<date>[0-9]{2}[ .]?[0-9]{2}[ .]?[0-9]{2})"
    r"(?P<sign>[^0-9A-Z]{0,4}|[^0-9A-Z]?[A-FU-Y][^0-9A-Z]?)"
    r"(?P<number>[0-9]{3})[^0-9A-Z]?(?P<control>[0-9A-Y])(?![0-9A-Z])"
)
_DASHES = dict.fromkeys(
    [*map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"), 0x00B7], "-"
)
_LONGEST_NUMBER = 10
"""Digits of a code without its sign."""

ARROW_PATTERN = "([0-9][^0-9]*){9}|[^\\x00-\\x7F]"
"""Lets every text through that can hold a code in some spelling, and of few kinds others."""


def is_valid(digits: str, control: str) -> bool:
    """Whether a control character is that of nine digits (ddmmyy and the individual number)."""
    return CONTROL_CHARACTERS[int(digits) % len(CONTROL_CHARACTERS)] == control


def canonical_code(text: str) -> str | None:
    """The identity code that a text spells, as ``ddmmyy-zzzc`` in capitals.

    Args:
        text: A whole cell, such as an id as it was delivered.

    Returns:
        The code; None if the text holds none, or several.
    """
    codes = set(_codes(text))
    return codes.pop() if len(codes) == 1 else None


def holds_code(text: str) -> bool:
    """Whether an identity code stands anywhere in a text, in whatever spelling."""
    return next(_codes(text), None) is not None


def code_of_digits(number: int) -> str | None:
    """The identity code of which a whole number is all digits; None if it is of none.

    Args:
        number: Nine digits, or ten where the control character is a digit as well. A zero in front,
            which numbers lose, is put back.
    """
    text = str(number)
    if len(text) > _LONGEST_NUMBER or number <= 0:
        return None
    with_control = text.zfill(_LONGEST_NUMBER)
    if len(text) >= _LONGEST_NUMBER - 1 and is_valid(with_control[:9], with_control[9]):
        code = _with_century_sign(with_control[:6], with_control[6:9], with_control[9])
        if birth_of(code) is not None:
            return code
    digits = text.zfill(_LONGEST_NUMBER - 1)
    if len(digits) > _LONGEST_NUMBER - 1:
        return None
    code = _with_century_sign(digits[:6], digits[6:], CONTROL_CHARACTERS[int(digits) % 31])
    return code if birth_of(code) is not None else None


def days_of_codes(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Day of the month where a whole number can be all digits of an identity code, else 0.

    The same as asking ``code_of_digits`` of each, a column at once: eight digits (a zero in front
    lost) to nine whose first six are a day, or nine to ten of which the last is the control
    character of the others.
    """
    short = (numbers >= 10**7) & (numbers < 10**9) & are_days(numbers // 1000)
    nine, last = numbers // 10, numbers % 10
    controlled = (numbers >= 10**8) & (numbers < 10**10) & (nine % 31 == last)
    controlled &= are_days(nine // 1000)
    day = np.where(controlled, nine, numbers) // 10**7
    days: NDArray[np.int64] = np.where(controlled | short, day, 0)
    return days


def possible_codes(texts: pa.StringArray) -> pa.StringArray:
    """Those of a column's distinct texts that may hold a code; numbers alone are not among them."""
    whole = pc.match_substring_regex(texts, "^[0-9]*$")
    maybe = pc.match_substring_regex(texts, ARROW_PATTERN)
    return texts.filter(pc.and_not(maybe, whole))


def birth_of(code: str) -> date | None:
    """Day of birth in an identity code of the canonical form; None if it is no such code.

    The control character is not looked at: a code with a slip in it is personal data all the same.
    """
    code = code.upper()
    if not _CANONICAL.fullmatch(code):
        return None
    try:
        year = _CENTURIES[code[6]] + int(code[4:6])
        return date(year, int(code[2:4]), int(code[:2]))
    except ValueError:
        return None


def sex_of(code: str) -> str:
    """``1`` man or ``2`` woman, of an identity code of the canonical form."""
    return "2" if int(code[9]) % 2 == 0 else "1"


def pseudonym(identifier: str, key: bytes) -> int:
    """Keyed pseudonym: the first 63 bits of HMAC-SHA-256 of an id (a code: of canonical form).

    Without the key it cannot be undone by trying the codes of all people, as a bare hash could.
    """
    return _first_63_bits(hmac.digest(key, identifier.encode(), "sha256"))


def pseudonymous_number(identifier: str) -> int:
    """A number for an id that is a pseudonym already: 63 bits of its hash."""
    return _first_63_bits(hashlib.sha256(identifier.encode()).digest())


def _codes(text: str) -> Iterator[str]:
    plain = _normalised(text)
    for match in _SPELLED.finditer(plain):
        if (code := _code_of_match(match, plain)) is not None:
            yield code


def _normalised(text: str) -> str:
    """Capitals, dashes and digits of one kind, and nothing that cannot be seen."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return text.upper()


def _code_of_match(match: re.Match[str], text: str) -> str | None:
    day = re.sub("[ .]", "", match["date"])
    number, control = match["number"], match["control"]
    sign = re.sub("[^-+A-Z]", "", match["sign"])
    usual = sign in _CENTURIES and match["date"] == day and len(match["sign"].strip()) == 1
    stands_alone = match.start() == 0 or not text[match.start() - 1].isalnum()
    code = (
        f"{day}{sign}{number}{control}"
        if sign in _CENTURIES
        else _with_century_sign(day, number, control)
    )
    if birth_of(code) is None:
        return None
    return code if (usual and stands_alone) or is_valid(day + number, control) else None


def _with_century_sign(day: str, number: str, control: str) -> str:
    """A code with the sign it has lost: of people who look for work the century is known."""
    sign = "A" if int(day[4:]) <= date.today().year % 100 else "-"
    return f"{day}{sign}{number}{control}"


def are_days(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether ddmmyy can be a day, of some century (29 February: of a leap year)."""
    day, month, year = numbers // 10**4, numbers // 100 % 100, numbers % 100
    longest = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    within = (month >= 1) & (month <= 12)
    fits = (day >= 1) & (day <= longest[np.where(within, month, 0)])
    result: NDArray[np.bool_] = within & fits & ~((day == 29) & (month == 2) & (year % 4 != 0))
    return result


def _first_63_bits(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big") >> 1
