"""Person ids: numbers stay, identity codes become keyed pseudonyms, other ids are hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.arrays import MISSING, Days, Mask, Persons, day_number
from indicators.register.hetu import birth_of, number_of, pseudonym, sex_of
from indicators.sources.register.cells import parse_text

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Identities:
    """Ids of the rows of a piece.

    Attributes:
        person: Person ids; 0 where there is none.
        absent: Rows without an id.
        birth: Days of birth told by identity codes, else ``MISSING``.
        sex: 1 or 2 told by identity codes, else 0.
    """

    person: Persons
    absent: Mask
    birth: Days
    sex: NDArray[np.int8]


@dataclass(slots=True)
class Identifier:
    """Turns ids into person ids.

    Attributes:
        key: Key of the pseudonyms; None if there is none.
        codes: Whether an identity code has been seen.
        keyless: Whether one was seen that could not be turned for want of the key.
    """

    key: bytes | None
    codes: bool = field(default=False)
    keyless: bool = field(default=False)

    def identify(self, column: pa.DictionaryArray) -> Identities:
        """Person ids of a column of ids as they stand."""
        distinct = _of_numbers(column.dictionary) or self._of_texts(column.dictionary.to_pylist())
        last = len(distinct.person) - 1
        index = column.indices.fill_null(last).to_numpy(zero_copy_only=False)
        return Identities(
            distinct.person[index],
            distinct.absent[index],
            distinct.birth[index],
            distinct.sex[index],
        )

    def _of_texts(self, texts: Sequence[str | None]) -> Identities:
        found = [self._one(text) for text in [*texts, None]]
        person, birth, sex = zip(*(one or (0, MISSING, 0) for one in found), strict=True)
        absent = np.array([one is None for one in found])
        return Identities(
            np.array(person, np.int64), absent, np.array(birth, np.int32), np.array(sex, np.int8)
        )

    def _one(self, text: str | None) -> tuple[int, int, int] | None:
        """Person id, day of birth and sex of one id."""
        identifier = parse_text(text)
        if identifier is None:
            return None
        birth = birth_of(identifier)
        if birth is not None:
            self.codes = True
            self.keyless = self.keyless or self.key is None
            number = pseudonym(identifier, self.key or b"-")
            return number, day_number(birth), int(sex_of(identifier))
        if identifier.isdecimal() and int(identifier) <= _LARGEST:
            return int(identifier), MISSING, 0
        return number_of(identifier), MISSING, 0


def _of_numbers(texts: pa.StringArray) -> Identities | None:
    """Ids of distinct texts if all are numbers, and of no text behind them."""
    if texts.null_count or not pc.all(pc.match_substring_regex(texts, "^[0-9]{1,18}$")).as_py():
        return None
    person = np.append(texts.cast(pa.int64()).to_numpy(), 0)
    absent = np.zeros(len(person), bool)
    absent[-1] = True
    nothing = np.zeros(len(person), np.int8)
    return Identities(person, absent, np.full(len(person), MISSING, np.int32), nothing)
