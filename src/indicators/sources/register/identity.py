"""Person ids: whole numbers stay, everything else becomes a keyed pseudonym."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.hetu import (
    birth_of,
    canonical_code,
    code_of_digits,
    days_of_codes,
    pseudonym,
    pseudonymous_number,
    sex_of,
)
from indicators.register.schema import MISSING, Days, Mask, Persons, day_number
from indicators.sources.register.codes import is_rounded, parse_text
from indicators.sources.register.layout import PERSON_COLUMNS

_LARGEST = 2**63 - 1
_MOST_SHARE = 0.9
_MIN_CODES, _MIN_DIFFERENT_DAYS = 3, 5
_CODE_DIGITS = 9
_SAMPLE_SIZE = 4_000

_Id = tuple[int, int, int]
"""Person id, day of birth, sex."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Ids of the rows of a piece.

    Attributes:
        person: Person ids; 0 where there is none.
        absent: Rows without an id.
        birth: Days of birth from identity codes, else ``MISSING``.
        sex: 1 or 2 from identity codes, else 0.
    """

    person: Persons
    absent: Mask
    birth: Days
    sex: NDArray[np.int8]


@dataclass(slots=True)
class IdKinds:
    """What kinds of ids were seen in a file.

    Attributes:
        codes: Whether an identity code has been seen.
        keyed: Whether any other id that is no whole number has been turned by the key.
        keyless: Whether an id was seen that could not be turned for want of the key.
        rounded: Whether one was seen that has lost digits.
    """

    codes: bool = False
    keyed: bool = False
    keyless: bool = False
    rounded: bool = False


@dataclass(slots=True)
class Identifier:
    """Turns ids into person ids, all of a delivery in one way.

    Attributes:
        key: Key of the pseudonyms; None if there is none.
        pseudonymous: Whether ids are declared pseudonyms already, so that those that are no
            whole numbers need no key.
        digits_are_codes: Whether ids that are whole numbers are all digits of identity codes.
    """

    key: bytes | None
    pseudonymous: bool = False
    digits_are_codes: bool = False

    def decide(self, ids: Iterable[pa.StringArray]) -> None:
        """See from the ids of all persons whether whole numbers among them are identity codes.

        Args:
            ids: Texts of ids, of the persons' table.
        """
        watch, spelled = CodeWatch(), 0
        for texts in ids:
            spelled += sum(canonical_code(text) is not None for text in watch.add(texts))
        self.digits_are_codes = watch.has_codes(beside=spelled)

    def identify(self, column: pa.DictionaryArray, seen: IdKinds) -> Identities:
        """Person ids of a column of ids as they stand; what kinds they are is added to ``seen``."""
        distinct = None if self.digits_are_codes else _ids_of_numbers(column.dictionary)
        distinct = distinct or self._of_texts(column.dictionary.to_pylist(), seen)
        last = len(distinct.person) - 1
        index = column.indices.fill_null(last).to_numpy(zero_copy_only=False)
        return Identities(
            distinct.person[index],
            distinct.absent[index],
            distinct.birth[index],
            distinct.sex[index],
        )

    def _of_texts(self, texts: Sequence[str | None], seen: IdKinds) -> Identities:
        found = [self._identity(text, seen) for text in [*texts, None]]
        person, birth, sex = zip(*(each or (0, MISSING, 0) for each in found), strict=True)
        absent = np.array([each is None for each in found])
        return Identities(
            np.array(person, np.int64), absent, np.array(birth, np.int32), np.array(sex, np.int8)
        )

    def _identity(self, text: str | None, seen: IdKinds) -> _Id | None:
        identifier = parse_text(text)
        # A header that comes again, as in files put behind each other, is nobody.
        if identifier is None or identifier.casefold() in PERSON_COLUMNS:
            return None
        if is_rounded(identifier):
            seen.rounded = True
            return None
        if identifier.isdecimal() and identifier.isascii():
            number = int(identifier)
            if not self.digits_are_codes and number <= _LARGEST:
                return number, MISSING, 0
            code = code_of_digits(number) if self.digits_are_codes else None
        else:
            code = canonical_code(identifier)
        return self._of_code(code, seen) if code else self._of_other(identifier, seen)

    def _of_code(self, code: str, seen: IdKinds) -> _Id:
        seen.codes = True
        birth = birth_of(code)
        assert birth is not None
        return self._keyed(code, seen), day_number(birth), int(sex_of(code))

    def _of_other(self, identifier: str, seen: IdKinds) -> _Id:
        if self.pseudonymous:
            return pseudonymous_number(identifier), MISSING, 0
        seen.keyed = True
        return self._keyed(identifier, seen), MISSING, 0

    def _keyed(self, identifier: str, seen: IdKinds) -> int:
        if self.key is None:
            seen.keyless = True
            return 0
        return pseudonym(identifier, self.key)


@dataclass(slots=True)
class CodeWatch:
    """Watches one column of whole numbers for all digits of identity codes.

    A single number that looks like one may be chance: of nine digits one in thirty does, of ten
    with their control character one in a thousand. A column of them is one of identity codes,
    unless it is one of running numbers, which have the same day in front throughout.

    Attributes:
        numbers: Distinct whole numbers seen, piece by piece.
        of_codes: Those that can be all digits of a code.
        long: Those of them with nine digits or more, which most codes have.
        days: Days of the month that they begin with.
    """

    numbers: int = 0
    of_codes: int = 0
    long: int = 0
    days: set[int] = field(default_factory=set)

    def add(self, texts: pa.StringArray) -> list[str]:
        """Look at distinct texts, at some of many; gives back those that are no whole numbers."""
        texts = texts.take(np.arange(0, len(texts), len(texts) // _SAMPLE_SIZE + 1))
        is_whole = pc.match_substring_regex(texts, r"^[\"' ]*[0-9]{1,18}(\.0+)?[\"' ]*$")
        whole = pc.extract_regex(texts.filter(is_whole), "(?P<digits>[0-9]+)").field("digits")
        numbers = whole.cast(pa.int64()).to_numpy(zero_copy_only=False)
        days = days_of_codes(numbers)
        self.numbers += len(numbers)
        self.of_codes += int(np.count_nonzero(days))
        digits = pc.utf8_length(whole).to_numpy(zero_copy_only=False)
        self.long += int(np.count_nonzero(digits[days > 0] >= _CODE_DIGITS))
        self.days.update(np.unique(days[days > 0]).tolist())
        others: list[str] = texts.filter(pc.invert(is_whole)).to_pylist()
        return others

    def has_codes(self, beside: int = 0) -> bool:
        """Whether the column is one of identity codes.

        Args:
            beside: Identity codes that stand in it in other spellings.
        """
        seen = self.of_codes + beside
        spread = beside > 0 or len(self.days) >= min(_MIN_DIFFERENT_DAYS, self.of_codes / 3)
        return (
            self.of_codes > 0
            and seen >= _MIN_CODES
            and self.of_codes >= _MOST_SHARE * self.numbers
            and 3 * self.long >= self.of_codes
            and spread
        )


def _ids_of_numbers(texts: pa.StringArray) -> Identities | None:
    """Ids of distinct texts if all are numbers, and of no text behind them."""
    if texts.null_count or not pc.all(pc.match_substring_regex(texts, "^[0-9]{1,18}$")).as_py():
        return None
    person = np.append(texts.cast(pa.int64()).to_numpy(), 0)
    absent = np.zeros(len(person), bool)
    absent[-1] = True
    nothing = np.zeros(len(person), np.int8)
    return Identities(person, absent, np.full(len(person), MISSING, np.int32), nothing)
