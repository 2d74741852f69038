"""The Finnish personal identity code (henkilötunnus, hetu): found, read, made a pseudonym.

Form: ddmmyy, a sign of the century, an individual number (even: woman) and a control character
(the Act on the Population Information System 661/2009; new signs of the century from 2023).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date

_SIGNS = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CODE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([-+A-FU-Y])([0-9]{3})[0-9A-Y]", re.IGNORECASE)
# Letters and digits beside it mean that it is a part of some other code.
_WITHIN = re.compile(rf"(?<![0-9A-Za-z]){_CODE.pattern}(?![0-9A-Za-z])", re.IGNORECASE)

ARROW_PATTERN = "[0-9]{6}[-+a-fu-y][0-9]{3}[0-9a-y]"
"""Lets every text through that can hold a code, whatever its case, and few others."""


def birth_of(code: str) -> date | None:
    """Day of birth that an identity code tells; None if it is not one.

    The control character is not looked at: a code with a slip in it is personal data all the same.
    """
    match = _CODE.fullmatch(code)
    return _day(match) if match else None


def sex_of(code: str) -> str:
    """``1`` man or ``2`` woman, of an identity code."""
    return "2" if int(code[9]) % 2 == 0 else "1"


def holds_code(text: str) -> bool:
    """Whether an identity code stands anywhere in a text."""
    return any(_day(match) is not None for match in _WITHIN.finditer(text))


def pseudonym(code: str, key: bytes) -> int:
    """Keyed pseudonym: the first 63 bits of HMAC-SHA-256 of the code in capitals.

    Without the key it cannot be undone by trying the codes of all people, as a bare hash could.
    """
    return _whole(hmac.digest(key, code.upper().encode(), "sha256"))


def number_of(identifier: str) -> int:
    """A number for an id that is neither a number nor an identity code: 63 bits of its hash."""
    return _whole(hashlib.sha256(identifier.encode()).digest())


def _whole(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big") >> 1


def _day(match: re.Match[str]) -> date | None:
    day, month, year, sign, _ = match.groups()
    try:
        return date(_SIGNS[sign.upper()] + int(year), int(month), int(day))
    except ValueError:
        return None
