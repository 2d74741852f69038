"""Personal identity codes (hetu) in texts and in bytes, whole or broken by common markup.

A code counts if its day is real, its individual number is one that is given (002–899, and the
artificial 900–999) and its control character is right: digits that only look like one pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.register.hetu import birth_of

CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
FIRST_NUMBER, FIRST_ARTIFICIAL = 2, 900
MASK = "[hetu]"

# Patterns begin with a digit, which is sought fast; what stands before it is looked at after.
_SIX = "[0-9][0-9][0-9][0-9][0-9][0-9]"
# A text broken off before an escaped line end (`\n`) is not a longer code.
_BEGIN = rf"(?:(?<![0-9A-Za-z]{_SIX})|(?<=\\[nrt]{_SIX}))"
# Only a sign that is no letter is ever set apart from the digits, by a wrapped line or a space.
_SIGN = r"(?:\s{0,3}([-+])\s{0,3}|([A-FU-Y]))"
_CODE = re.compile(
    rf"({_SIX}){_BEGIN}{_SIGN}([0-9]{{3}}[0-9A-FHJ-NPR-Y])(?![0-9A-Za-z])", re.IGNORECASE
)

_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF], None
)
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-")
_PLAIN = {**_INVISIBLE, **_DASHES}
# Little of a long text is not ASCII; a mark may join the letter before it.
_FOREIGN = re.compile(r"[\x00-\x7F]?[^\x00-\x7F]+")

_SIGNS = "*_`~\\|{}"
_TAG = re.compile(r"<[^<>]{0,300}>")
# Most tags are in one line, and have no line ends that must stay.
_TAG_IN_LINE = re.compile(r"<[^<>\n]{0,300}>")
# Letters set apart, as a picture of a page gives them back.
_SPREAD = re.compile(r"[0-9](?<!\S[0-9])(?: [0-9]){5}(?: \S){5}(?!\S)")
_BREAKS = re.compile(r"[^\n]+")

# In packed arrays of texts one code follows another. Letters may be a format's own marks.
_BARE = rb"[0-9]{6}[-+][0-9]{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y]"
_BARE_LETTER = rb"[0-9]{6}[A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]"
_RUN = re.compile(
    rb"(?<![0-9])(?:" + _BARE + rb")+(?![0-9])"
    rb"|(?<![0-9A-Za-z])(?:" + _BARE_LETTER + rb")+(?![0-9A-Za-z])"
)
_LENGTH = 11
_MAYBE = re.compile(rf"{_SIX}[-+A-FU-Ya-fu-y][0-9][0-9][0-9]".encode())


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was found; it is for counting and never shown.

    Attributes:
        value: In capitals, with nothing inside it.
        line: Number of line ends before it.
    """

    value: str
    line: int = 0

    @property
    def artificial(self) -> bool:
        """Of the range that no person gets (900–999)."""
        return int(self.value[7:10]) >= FIRST_ARTIFICIAL


def is_valid(value: str) -> bool:
    """Whether eleven characters are a personal identity code."""
    if birth_of(value) is None or int(value[7:10]) < FIRST_NUMBER:
        return False
    return CONTROL[int(value[:6] + value[7:10]) % len(CONTROL)] == value[10].upper()


def find(text: str) -> list[Code]:
    """Codes of a text: as they stand, then those that stand together once its markup is gone."""
    plain = _plain(text)
    found = list(_matches(plain))
    bare = _bare(plain)
    if bare != plain:
        known = Counter(code.value for code in found)
        for code in _matches(bare):
            if known[code.value]:
                known[code.value] -= 1
            else:
                found.append(code)
    return found


def find_raw(data: bytes) -> list[Code]:
    """Codes of bytes of no known form, in any encoding that leaves ASCII or spreads it with zeros.

    A run of codes, as arrays have them, must begin and end where digits do.
    """
    found = _runs(data)
    if b"\0" in data:
        # UTF-16 and UTF-32, as in arrays of texts: without zeros they are ASCII again.
        known = {code.value for code in found}
        found += [code for code in _runs(data.replace(b"\0", b"")) if code.value not in known]
    return found


def mask(text: str) -> str:
    """A text that may be shown: what holds a code is put out of sight."""
    if not find(text):
        return text
    masked = _CODE.sub(lambda match: MASK if is_valid(_value(match)) else match[0], _plain(text))
    return MASK if find(masked) else masked


def _bare(plain: str) -> str:
    """A text without the markup that may break a code, and without blanks between its letters."""
    for sign in _SIGNS:
        plain = plain.replace(sign, "")
    if "<" in plain:
        plain = _TAG.sub(_only_breaks, _TAG_IN_LINE.sub("", plain))
    return _SPREAD.sub(lambda match: match[0].replace(" ", ""), plain)


def _plain(text: str) -> str:
    """One sign for each kind of dash and digit; nothing invisible between them."""
    return text if text.isascii() else _FOREIGN.sub(_made_plain, text)


def _made_plain(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0].translate(_PLAIN))


def _matches(text: str) -> Iterator[Code]:
    line = last = 0
    for match in _CODE.finditer(text):
        value = _value(match)
        if is_valid(value):
            line += text.count("\n", last, match.start())
            last = match.start()
            yield Code(value, line)


def _value(match: re.Match[str]) -> str:
    day, dash, letter, rest = match.groups()
    return f"{day}{dash or letter}{rest}".upper()


def _only_breaks(match: re.Match[str]) -> str:
    return _BREAKS.sub("", match[0])


def _runs(data: bytes) -> list[Code]:
    found: list[Code] = []
    at = 0
    # A run begins where a code may begin, which is sought fast.
    while maybe := _MAYBE.search(data, at):
        match = _RUN.match(data, maybe.start())
        at = match.end() if match else maybe.start() + 1
        if match:
            run = match[0].decode("ascii").upper()
            values = [run[one : one + _LENGTH] for one in range(0, len(run), _LENGTH)]
            found += [Code(value) for value in values if is_valid(value)]
    return found
