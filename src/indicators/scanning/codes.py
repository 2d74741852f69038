"""Personal identity codes (hetu) in texts and in bytes: spelled in any way, broken by any markup.

A code counts if its day is real, its individual number is one that is given (002–899, and the
artificial 900–999) and its control character is right: digits that only look like one pass. The
less of a code's own form a spelling has, the more else is asked of it, so that figures, times,
telephone numbers and digests are let through (docs/decisions/0026-scanner.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.register.hetu import CONTROL_CHARACTERS, are_days, birth_of
from indicators.register.hetu import is_valid as has_control

FIRST_NUMBER, FIRST_ARTIFICIAL = 2, 900
MASK = "[hetu]"

# Patterns begin with a digit, which is sought fast; what stands beside them is looked at after.
_TWO, _SIX = "[0-9][0-9]", "[0-9][0-9][0-9][0-9][0-9][0-9]"
_CONTROL = "[0-9A-FHJ-NPR-Ya-fhj-npr-y]"
_LETTER = "[A-FHJ-NPR-Ya-fhj-npr-y]"
# As it is meant to be, or with an apostrophe. Only a sign that is no letter is ever set apart by a
# blank or a line's end.
_CODE = re.compile(rf"({_SIX})(\s{{0,3}}[-+]\s{{0,3}}|[A-FU-Ya-fu-y'’´`])([0-9]{{3}}{_CONTROL})")
# With something else where the sign belongs, or nothing; what parts cells is not among it.
_LOOSE = re.compile(rf"({_SIX})([^0-9A-Za-z\0-\x1f,;|]{{0,3}})([0-9]{{3}} ?{_LETTER})")
# With the day written as a date, or a letter between blanks.
_APART = re.compile(rf"({_TWO}[ .]{_TWO}[ .]{_TWO}) ?([-+A-FU-Y]) ?([0-9]{{3}} ?{_LETTER})")
_BETWEEN = re.compile(rf"({_SIX}) ([A-FU-Y]) ([0-9]{{3}} ?{_LETTER})")
# Where any of them may begin: most texts hold few such places.
_PLACE = re.compile(
    r"[0-9](?=[0-9][ .]?[0-9][0-9][ .]?[0-9][0-9](?:"
    rf"\s{{0,3}}[-+A-FU-Ya-fu-y'’´`]\s{{0,3}}[0-9][0-9][0-9] ?{_CONTROL}"
    rf"|[^0-9A-Za-z\0-\x1f,;|]{{0,3}}[0-9][0-9][0-9] ?{_LETTER}))"
)
# Without sign and letter it is a number like others: many of them tell, one alone does not.
_DIGITS = re.compile(
    r"[0-9](?<![0-9A-Za-z_.,+-][0-9])[0-9]{5} ?[0-9]{4}(?![0-9A-Za-z_]|[.,-][0-9])"
)

# Unicode's signs of format (Cf) that texts of any script may have, and others that are not seen.
_INVISIBLE = dict.fromkeys(
    [
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0080),
    ],
    None,
)
# Its dashes (Pd), and minus signs.
_DASHES = dict.fromkeys(
    [
        *range(0x2010, 0x2016),
        *(0x58A, 0x5BE, 0x1400, 0x1806, 0x2043, 0x207B, 0x208B, 0x2212, 0x2796, 0x2E3A, 0x2E3B),
        *(0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D),
    ],
    "-",
)
_PLAIN = {**_INVISIBLE, **_DASHES}
# Little of a long text is not ASCII; a mark may join the letter before it.
_FOREIGN = re.compile(r"[\x00-\x7F]?[^\x00-\x7F]+")
# Colours of a terminal, as notebooks keep them, and its other commands.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|[@-Z\\^_])")

_SIGNS = "*_`~|{}"
# Where one of them stands beside a digit, or digits stand apart.
_BROKEN = re.compile(r"[0-9][*_`~\\|{}<]|[*_`~\\|{}>][0-9]|[0-9] [0-9] [0-9] [0-9]")
_TAG = re.compile(r"<[^<>]{0,300}>")
# Most tags are in one line, and have no line ends that must stay.
_TAG_IN_LINE = re.compile(r"<[^<>\n]{0,300}>")
# Letters set apart, as a picture of a page gives them back.
_SPREAD = re.compile(r"[0-9](?<!\S[0-9])(?: [0-9]){5}(?: \S){5}(?!\S)")
_BREAKS = re.compile(r"[^\n]+")
_WORD_BEFORE, _WORD_BEHIND = re.compile(r"[\w-]*\Z"), re.compile(r"[\w-]*")
_LONGEST_WORD = 64
_HEX, _SHORTEST_DIGEST = frozenset("0123456789abcdef-"), 20

# In packed arrays of texts one code follows another. Letters may be a format's own marks.
_BARE = rb"[0-9]{6}[-+][0-9]{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y]"
_BARE_LETTER = rb"[0-9]{6}[A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]"
_RUN = re.compile(
    rb"(?<![0-9])(?:" + _BARE + rb")+(?![0-9])"
    rb"|(?<![0-9A-Za-z])(?:" + _BARE_LETTER + rb")+(?![0-9A-Za-z])"
)
_LENGTH = 11
# The form of a code that ends in a digit.
_ALIKE = re.compile(rf"({_SIX})\s?[-+]\s?([0-9]{{4}})(?![0-9A-Za-z])")
FEWEST_MISSES, CHANCE = 20, 0.1
"""So many misses explain codes that are less than this share of them; 1 in 31 is to be expected."""
_MAYBE = re.compile(rf"{_SIX}[-+A-FU-Ya-fu-y][0-9][0-9][0-9]".encode())

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was found; it is for counting and never shown.

    Attributes:
        value: In capitals, with nothing inside it; of one without a sign, with a likely one.
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
    return has_control(value[:6] + value[7:10], value[10].upper())


def find(text: str) -> list[Code]:
    """Codes of a text: as they stand, then those that stand together once its markup is gone."""
    plain = _plain(text)
    found = [code for code, _, _ in _matches(plain)]
    bare = _bare(plain) if _BROKEN.search(plain) else plain
    if bare != plain:
        known = Counter(code.value for code in found)
        for code, start, end in _matches(bare):
            # Without markup digits stand beside each other that never did.
            among_digits = (
                bare[max(start - 1, 0) : start].isdecimal() or bare[end : end + 1].isdecimal()
            )
            if known[code.value]:
                known[code.value] -= 1
            elif not among_digits:
                found.append(code)
    return found


def without_chance(found: list[Code], text: str) -> list[Code]:
    """Codes of a text, unless chance has made them all.

    Telephone numbers and clock times may have a code's form, with digits alone; one in 31 of them
    has the right last digit. Where far more have a wrong one, and none of what was found ends in a
    letter, they are such.
    """
    if not found or any(not code.value[-1].isdecimal() for code in found):
        return found
    misses = {near_miss[0] for near_miss in _ALIKE.finditer(_plain(text)) if _misses(near_miss)}
    chance = len(misses) >= FEWEST_MISSES and len({code.value for code in found}) <= CHANCE * len(
        misses
    )
    return [] if chance else found


def _misses(match: re.Match[str]) -> bool:
    """Whether what looks like a code has the right day and the wrong control character."""
    day, rest = match.groups()
    return birth_of(f"{day}-{rest}") is not None and not is_valid(f"{day}-{rest}")


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


def all_digits(text: str) -> list[int]:
    """Numbers of ten digits that a text sets apart: codes without a sign may be among them."""
    return [int(digits.replace(" ", "")) for digits in _DIGITS.findall(text)]


def digits_of_codes(numbers: Numbers) -> NDArray[np.bool_]:
    """Which whole numbers are all ten digits of a code; those that begin with 0 have lost it."""
    digits, control = numbers // 10, numbers % 10
    valid = are_days(digits // 1000) & (digits % 1000 >= FIRST_NUMBER)
    result: NDArray[np.bool_] = (
        valid
        & (numbers >= 10**8)
        & (numbers < 10**10)
        & (digits % len(CONTROL_CHARACTERS) == control)
    )
    return result


def mask(text: str) -> str:
    """A text that may be shown: what holds a code is put out of sight, and what might be one."""
    plain = _plain(text)
    for code, start, end in reversed(list(_matches(plain))):
        del code
        plain = plain[:start] + MASK + plain[end:]
    plain = _DIGITS.sub(lambda match: MASK if _may_be_digits(match[0]) else match[0], plain)
    if find(plain):
        return MASK
    return plain if MASK in plain else text


def _may_be_digits(text: str) -> bool:
    return bool(digits_of_codes(np.array([int(text.replace(" ", ""))], np.int64))[0])


def _bare(plain: str) -> str:
    """A text without the markup that may break a code, and without blanks between its letters."""
    # Markdown and TeX put a backslash before a dash; before digits it makes them another sign.
    plain = plain.replace("\\-", "-").replace("\\+", "+")
    for sign in _SIGNS:
        plain = plain.replace(sign, "")
    if "<" in plain:
        plain = _TAG.sub(_only_breaks, _TAG_IN_LINE.sub("", plain))
    return _SPREAD.sub(lambda match: match[0].replace(" ", ""), plain)


def _plain(text: str) -> str:
    """One sign for each kind of dash, blank and digit; nothing invisible between them."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    return text if text.isascii() else _FOREIGN.sub(_made_plain, text)


def _made_plain(match: re.Match[str]) -> str:
    text = unicodedata.normalize("NFKC", match[0].translate(_PLAIN)).translate(_PLAIN)
    # Digits of other scripts.
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )


def _matches(text: str) -> Iterator[tuple[Code, int, int]]:
    """Codes as they stand in a text, with where they begin and end, in this order."""
    line = last = behind = 0
    for place in _PLACE.finditer(text):
        start = place.start()
        spelled = _spelled(text, start) if start >= behind else None
        if spelled is not None:
            value, behind = spelled
            line += text.count("\n", last, start)
            last = start
            yield Code(value, line), start, behind


def _spelled(text: str, start: int) -> tuple[str, int] | None:
    """The value of the code that begins at a place, in any spelling, and where it ends."""
    for pattern, judge in _SPELLINGS:
        match = pattern.match(text, start)
        value = judge(match, text) if match else None
        if match and value:
            return value, match.end()
    return None


def _as_meant(match: re.Match[str], text: str) -> str | None:
    """The value of a code of the usual form, with letters or digits glued on at the most."""
    day, sign, rest = match.groups()
    sign = sign.strip()
    if sign in "'’´`":
        return _signed(day, rest) if _is_alone(match, text) else None
    value = f"{day}{sign}{rest}".upper()
    if not is_valid(value):
        return None
    return value if _is_alone(match, text) or _is_glued(match, text, value) else None


def _loosely(match: re.Match[str], text: str) -> str | None:
    """The value of a code without its sign."""
    day, between, rest = match.groups()
    if between and not between.strip() and rest[-1].islower():
        # A number and a measure.
        return None
    value = _signed(day, rest.replace(" ", ""))
    if value is None or any(sign.isdecimal() for sign in _neighbours(match, text)):
        return None
    return value if _is_alone(match, text) or _is_glued(match, text, value) else None


def _apart(match: re.Match[str], text: str) -> str | None:
    """The value of a code whose parts are set apart."""
    day, sign, rest = match.groups()
    value = f"{re.sub('[ .]', '', day)}{sign}{rest}".replace(" ", "").upper()
    return value if is_valid(value) and _is_alone(match, text) else None


_SPELLINGS = ((_CODE, _as_meant), (_LOOSE, _loosely), (_APART, _apart), (_BETWEEN, _apart))


def _signed(day: str, rest: str) -> str | None:
    """A code that lacks its sign, with the first that makes its day real."""
    values = (f"{day}{sign}{rest}".upper() for sign in "-A")
    return next((value for value in values if is_valid(value)), None)


def _is_alone(match: re.Match[str], text: str) -> bool:
    """Whether neither a letter nor a digit stands beside it."""
    left, right = _beside(match, text)
    return not left and not right


def _is_glued(match: re.Match[str], text: str, value: str) -> bool:
    """Whether it is still a code with what is glued to it.

    What a clock, a telephone or a hash makes is none: digits beside a control character that is one
    itself, and long words of digits and a–f alone.
    """
    if value[-1].isdecimal() and any(sign.isdecimal() for sign in _neighbours(match, text)):
        return False
    left, right = _beside(match, text)
    word = (left + match[0] + right).lower()
    return not _HEX.issuperset(word) or ("-" in word and len(word) < _SHORTEST_DIGEST)


def _neighbours(match: re.Match[str], text: str) -> tuple[str, str]:
    """The sign before it and the one behind it."""
    start, end = match.span()
    return text[start - 1 : start] if start else "", text[end : end + 1]


def _beside(match: re.Match[str], text: str) -> tuple[str, str]:
    """What stands right before and behind it: the rest of a word."""
    start, end = match.span()
    before = _WORD_BEFORE.search(text[max(start - _LONGEST_WORD, 0) : start])
    behind = _WORD_BEHIND.match(text, end, end + _LONGEST_WORD)
    left, right = before[0] if before else "", behind[0] if behind else ""
    # A text broken off before an escaped line end (`\n`) is not a longer code.
    escaped = left in ("n", "r", "t") and text[start - 2 : start - 1] == "\\"
    return "" if escaped else left.strip("-"), right.strip("-")


def _only_breaks(match: re.Match[str]) -> str:
    return _BREAKS.sub("", match[0])


def _runs(data: bytes) -> list[Code]:
    found: list[Code] = []
    position = 0
    # A run begins where a code may begin, which is sought fast.
    while maybe := _MAYBE.search(data, position):
        match = _RUN.match(data, maybe.start())
        position = match.end() if match else maybe.start() + 1
        if match:
            run = match[0].decode("ascii").upper()
            values = [run[start : start + _LENGTH] for start in range(0, len(run), _LENGTH)]
            found += [Code(value) for value in values if is_valid(value)]
    return found
