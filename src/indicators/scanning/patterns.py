"""Personal identity codes (hetu) in texts and in bytes: spelled in any way, broken by any markup.

A code counts if its day is real, its individual number is one that is given (002–899, and the
artificial 900–999) and its control character is right: digits that only look like one pass. The
less of a code's own form a spelling has, the more conditions it must meet, so that figures, times,
telephone numbers and digests are let through (docs/decisions/0026-scanner.md). Spellings of
a code ``DDMMYY-NNNC`` (C is the control character):

======================  =============================================================
``_CODE``               ``DDMMYY-NNNC``, ``DDMMYY - NNNC``, ``DDMMYY'NNNC``
``_CODE_WITHOUT_SIGN``  ``DDMMYYNNNC``, ``DDMMYY/NNNC``, where C is a letter
``_CODE_SET_APART``     ``DD.MM.YY-NNNC``, ``DD MM YY - NNNC``, where C is a letter
``_CODE_WITH_BLANKS``   ``DDMMYY A NNNC``, where the sign and C are letters
======================  =============================================================

Last come the names of columns and keys that hold ids of persons.
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
_CODE_WITHOUT_SIGN = re.compile(rf"({_SIX})([^0-9A-Za-z\0-\x1f,;|]{{0,3}})([0-9]{{3}} ?{_LETTER})")
# With the day written as a date, or a letter between blanks.
_CODE_SET_APART = re.compile(
    rf"({_TWO}[ .]{_TWO}[ .]{_TWO}) ?([-+A-FU-Y]) ?([0-9]{{3}} ?{_LETTER})"
)
_CODE_WITH_BLANKS = re.compile(rf"({_SIX}) ([A-FU-Y]) ([0-9]{{3}} ?{_LETTER})")
# Where any of them may begin: most texts hold few such places.
_CODE_START = re.compile(
    r"[0-9](?=[0-9][ .]?[0-9][0-9][ .]?[0-9][0-9](?:"
    rf"\s{{0,3}}[-+A-FU-Ya-fu-y'’´`]\s{{0,3}}[0-9][0-9][0-9] ?{_CONTROL}"
    rf"|[^0-9A-Za-z\0-\x1f,;|]{{0,3}}[0-9][0-9][0-9] ?{_LETTER}))"
)
# Without sign and letter it is a number like others: only many of them are evidence.
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
_PLAIN_SIGNS = {**_INVISIBLE, **_DASHES}
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
_CODE_BYTES = rb"[0-9]{6}[-+][0-9]{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y]"
_LETTER_CODE_BYTES = rb"[0-9]{6}[A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]"
_CODE_RUN = re.compile(
    rb"(?<![0-9])(?:" + _CODE_BYTES + rb")+(?![0-9])"
    rb"|(?<![0-9A-Za-z])(?:" + _LETTER_CODE_BYTES + rb")+(?![0-9A-Za-z])"
)
_LENGTH = 11
# The form of a code that ends in a digit.
_CODE_SHAPED = re.compile(rf"({_SIX})\s?[-+]\s?([0-9]{{4}})(?![0-9A-Za-z])")
FEWEST_MISSES, CHANCE = 20, 0.1
"""So many misses explain codes that are less than this share of them; 1 in 31 is to be expected."""
_POSSIBLE_CODE = re.compile(rf"{_SIX}[-+A-FU-Ya-fu-y][0-9][0-9][0-9]".encode())

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IdentityCode:
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


def find_codes(text: str) -> list[IdentityCode]:
    """Codes of a text: as they stand, then those that stand together once its markup is gone."""
    plain = _plain_text(text)
    found = [code for code, _, _ in _code_matches(plain)]
    bare = _without_markup(plain) if _BROKEN.search(plain) else plain
    if bare != plain:
        known = Counter(code.value for code in found)
        for code, start, end in _code_matches(bare):
            # Without markup digits stand beside each other that never did.
            among_digits = (
                bare[max(start - 1, 0) : start].isdecimal() or bare[end : end + 1].isdecimal()
            )
            if known[code.value]:
                known[code.value] -= 1
            elif not among_digits:
                found.append(code)
    return found


def drop_chance_matches(found: list[IdentityCode], text: str) -> list[IdentityCode]:
    """Codes of a text, unless they may all be coincidences.

    Telephone numbers and clock times may have a code's form, with digits alone; one in 31 of them
    has the right last digit. Where far more have a wrong one, and none of what was found ends in a
    letter, they are such.
    """
    if not found or any(not code.value[-1].isdecimal() for code in found):
        return found
    misses = {
        near_miss[0]
        for near_miss in _CODE_SHAPED.finditer(_plain_text(text))
        if _fails_control(near_miss)
    }
    chance = len(misses) >= FEWEST_MISSES and len({code.value for code in found}) <= CHANCE * len(
        misses
    )
    return [] if chance else found


def _fails_control(match: re.Match[str]) -> bool:
    """Whether what looks like a code has the right day and the wrong control character."""
    day, rest = match.groups()
    return birth_of(f"{day}-{rest}") is not None and not is_valid(f"{day}-{rest}")


def find_codes_in_bytes(data: bytes) -> list[IdentityCode]:
    """Codes of bytes of no known form, in any encoding that leaves ASCII or spreads it with zeros.

    A run of codes, as arrays have them, must begin and end where digits do.
    """
    found = _codes_in_runs(data)
    if b"\0" in data:
        # UTF-16 and UTF-32, as in arrays of texts: without zeros they are ASCII again.
        known = {code.value for code in found}
        found += [
            code for code in _codes_in_runs(data.replace(b"\0", b"")) if code.value not in known
        ]
    return found


def ten_digit_numbers(text: str) -> list[int]:
    """Numbers of ten digits that a text sets apart: codes without a sign may be among them."""
    return [int(digits.replace(" ", "")) for digits in _DIGITS.findall(text)]


def are_code_digits(numbers: Numbers) -> NDArray[np.bool_]:
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


def mask_codes(text: str) -> str:
    """A text fit to be shown: codes in it are masked, and numbers that may be codes."""
    plain = _plain_text(text)
    for code, start, end in reversed(list(_code_matches(plain))):
        del code
        plain = plain[:start] + MASK + plain[end:]
    plain = _DIGITS.sub(lambda match: MASK if _may_be_digits(match[0]) else match[0], plain)
    if find_codes(plain):
        return MASK
    return plain if MASK in plain else text


def _may_be_digits(text: str) -> bool:
    return bool(are_code_digits(np.array([int(text.replace(" ", ""))], np.int64))[0])


def _without_markup(plain: str) -> str:
    """A text without the markup that may break a code, and without blanks between its letters."""
    # Markdown and TeX put a backslash before a dash; before digits it would stand for a sign.
    plain = plain.replace("\\-", "-").replace("\\+", "+")
    for sign in _SIGNS:
        plain = plain.replace(sign, "")
    if "<" in plain:
        plain = _TAG.sub(_keep_line_breaks, _TAG_IN_LINE.sub("", plain))
    return _SPREAD.sub(lambda match: match[0].replace(" ", ""), plain)


def _plain_text(text: str) -> str:
    """One sign for each kind of dash, blank and digit; nothing invisible between them."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    return text if text.isascii() else _FOREIGN.sub(_plain_match, text)


def _plain_match(match: re.Match[str]) -> str:
    text = unicodedata.normalize("NFKC", match[0].translate(_PLAIN_SIGNS)).translate(_PLAIN_SIGNS)
    # Digits of other scripts.
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )


def _code_matches(text: str) -> Iterator[tuple[IdentityCode, int, int]]:
    """Codes as they stand in a text, with where they begin and end, in this order."""
    line = last = behind = 0
    for place in _CODE_START.finditer(text):
        start = place.start()
        spelled = _code_at(text, start) if start >= behind else None
        if spelled is not None:
            value, behind = spelled
            line += text.count("\n", last, start)
            last = start
            yield IdentityCode(value, line), start, behind


def _code_at(text: str, start: int) -> tuple[str, int] | None:
    """The value of the code that begins at a place, in any spelling, and where it ends."""
    for pattern, judge in _SPELLINGS:
        match = pattern.match(text, start)
        value = judge(match, text) if match else None
        if match and value:
            return value, match.end()
    return None


def _value_with_sign(match: re.Match[str], text: str) -> str | None:
    """The value of a code of the usual form, with letters or digits glued on at the most."""
    day, sign, rest = match.groups()
    sign = sign.strip()
    if sign in "'’´`":
        return _add_sign(day, rest) if _stands_alone(match, text) else None
    value = f"{day}{sign}{rest}".upper()
    if not is_valid(value):
        return None
    return value if _stands_alone(match, text) or _is_code_within_word(match, text, value) else None


def _value_without_sign(match: re.Match[str], text: str) -> str | None:
    """The value of a code without its sign."""
    day, between, rest = match.groups()
    if between and not between.strip() and rest[-1].islower():
        # A number and a measure.
        return None
    value = _add_sign(day, rest.replace(" ", ""))
    if value is None or any(sign.isdecimal() for sign in _neighbours(match, text)):
        return None
    return value if _stands_alone(match, text) or _is_code_within_word(match, text, value) else None


def _value_set_apart(match: re.Match[str], text: str) -> str | None:
    """The value of a code whose parts are set apart."""
    day, sign, rest = match.groups()
    value = f"{re.sub('[ .]', '', day)}{sign}{rest}".replace(" ", "").upper()
    return value if is_valid(value) and _stands_alone(match, text) else None


_SPELLINGS = (
    (_CODE, _value_with_sign),
    (_CODE_WITHOUT_SIGN, _value_without_sign),
    (_CODE_SET_APART, _value_set_apart),
    (_CODE_WITH_BLANKS, _value_set_apart),
)


def _add_sign(day: str, rest: str) -> str | None:
    """A code that lacks its sign, with the first that makes its day real."""
    values = (f"{day}{sign}{rest}".upper() for sign in "-A")
    return next((value for value in values if is_valid(value)), None)


def _stands_alone(match: re.Match[str], text: str) -> bool:
    """Whether neither a letter nor a digit stands beside it."""
    left, right = _rest_of_word(match, text)
    return not left and not right


def _is_code_within_word(match: re.Match[str], text: str, value: str) -> bool:
    """Whether it is still a code with what is glued to it.

    What a clock, a telephone or a hash makes is none: digits beside a control character that is one
    itself, and long words of digits and a–f alone.
    """
    if value[-1].isdecimal() and any(sign.isdecimal() for sign in _neighbours(match, text)):
        return False
    left, right = _rest_of_word(match, text)
    word = (left + match[0] + right).lower()
    return not _HEX.issuperset(word) or ("-" in word and len(word) < _SHORTEST_DIGEST)


def _neighbours(match: re.Match[str], text: str) -> tuple[str, str]:
    """The sign before it and the one behind it."""
    start, end = match.span()
    return text[start - 1 : start] if start else "", text[end : end + 1]


def _rest_of_word(match: re.Match[str], text: str) -> tuple[str, str]:
    """What stands right before and behind it: the rest of a word."""
    start, end = match.span()
    before = _WORD_BEFORE.search(text[max(start - _LONGEST_WORD, 0) : start])
    behind = _WORD_BEHIND.match(text, end, end + _LONGEST_WORD)
    left, right = before[0] if before else "", behind[0] if behind else ""
    # A text broken off before an escaped line end (`\n`) is not a longer code.
    escaped = left in ("n", "r", "t") and text[start - 2 : start - 1] == "\\"
    return "" if escaped else left.strip("-"), right.strip("-")


def _keep_line_breaks(match: re.Match[str]) -> str:
    return _BREAKS.sub("", match[0])


def _codes_in_runs(data: bytes) -> list[IdentityCode]:
    found: list[IdentityCode] = []
    position = 0
    # A run begins where a code may begin, which is sought fast.
    while maybe := _POSSIBLE_CODE.search(data, position):
        match = _CODE_RUN.match(data, maybe.start())
        position = match.end() if match else maybe.start() + 1
        if match:
            run = match[0].decode("ascii").upper()
            values = [run[start : start + _LENGTH] for start in range(0, len(run), _LENGTH)]
            found += [IdentityCode(value) for value in values if is_valid(value)]
    return found


# Names of columns and keys that hold ids of persons.


# The register's own names, the package's, and those that extracts and offices use.
ID_NAMES = frozenset(
    {
        *("hid_e", "hid", "hetu", "henkilotunnus", "henkilötunnus"),
        *("person_id", "personid", "henkilo_id", "henkilö_id", "henkiloid"),
        *("henkilotunniste", "henkilönumero", "henkilonumero", "asiakas_id", "asiakasnumero"),
        *("customer_id", "client_id", "jobseeker_id", "tyonhakija_id", "työnhakija_id"),
        *("respondent_id", "vastaaja_id", "specialist_id", "asiantuntija_id", "shnro"),
        *("personbeteckning", "person_nr", "personnummer", "ssn", "national_id"),
        *("personal_identity_code", "yksiloid", "lomtunnus"),
    }
)
_NAME_SEPARATORS = re.compile(r"[\s.\-]+")
_ID_NAME_PATTERN = "|".join(sorted(map(re.escape, ID_NAMES), key=len, reverse=True))
_NAMED_ID = re.compile(
    rf"(?<![0-9a-zåäö_])(?:{_ID_NAME_PATTERN})[\"'`]?\s*[:=]\s*[\"'`]?([0-9]{{1,19}})(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")


def is_id_name(name: str) -> bool:
    """Whether a column or key of this name holds ids of persons."""
    return _NAME_SEPARATORS.sub("_", name.strip().strip("\"'").lower()) in ID_NAMES


def ids_named_in_text(text: str) -> list[int]:
    """Numbers that a text itself calls a person's id, such as ``person_id: 123``."""
    return (
        [int(number) for number in _NAMED_ID.findall(text)]
        if _contains_id_name(text.casefold())
        else []
    )


def printed_id_columns(text: str) -> Iterator[tuple[str, int]]:
    """Columns named like ids in tables printed as text, with how many rows have a number there.

    A printed frame is recognised by its header: words set apart by blanks, over rows of as many
    words, or one more for the row's label. A frame as wide as the page is broken: each part counts.
    """
    if not _contains_id_name(_NAME_SEPARATORS.sub("_", text.casefold())):
        return
    header: list[str] = []
    rows: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        if any(is_id_name(word) for word in words) and not _DIGIT.search(line):
            header = words
        elif header and len(words) - len(header) in (0, 1):
            for name, word in zip(header, words[len(words) - len(header) :], strict=True):
                if is_id_name(name) and _DIGIT.search(word):
                    rows[name] = rows.get(name, 0) + 1
        elif words:
            header = []
    yield from rows.items()


def _contains_id_name(folded: str) -> bool:
    """Whether a text, in small letters, holds a name at all: most hold none, which is seen fast."""
    return any(name in folded for name in ID_NAMES)
