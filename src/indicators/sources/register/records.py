"""Rows of one table as NumPy columns, sorted by person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.register.arrays import MISSING, Days, Mask, Persons

Index = NDArray[np.bool_] | NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts.

    Attributes:
        codes: For each row the position of its text among the names; −1 for missing.
        names: The texts.
    """

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def take(self, index: Index) -> Coded:
        """Some rows."""
        return Coded(self.codes[index], self.names)

    @property
    def missing(self) -> Mask:
        """Rows without a text."""
        return self.codes < 0

    def isin(self, names: Iterable[str]) -> Mask:
        """Rows whose text is one of some."""
        wanted = frozenset(names)
        hit = np.array([*(name in wanted for name in self.names), False])
        return hit[self.codes]

    def translate(self, function: Callable[[str], str | None]) -> Coded:
        """Each text by another; None makes it missing."""
        texts = [function(name) for name in self.names]
        names = tuple(sorted({text for text in texts if text is not None}))
        place = {name: position for position, name in enumerate(names)}
        new = [-1 if text is None else place[text] for text in texts]
        return Coded(np.array([*new, -1], np.int32)[self.codes], names)

    def filled(self, text: str) -> Coded:
        """Missing texts by a text."""
        codes = np.where(self.codes < 0, len(self.names), self.codes).astype(np.int32)
        return Coded(codes, (*self.names, text)).translate(lambda name: name)

    def or_else(self, other: Coded) -> Coded:
        """Missing texts by those of another column."""
        codes = np.where(self.codes < 0, other.codes + len(self.names), self.codes)
        codes = np.where((self.codes < 0) & (other.codes < 0), -1, codes)
        joined = Coded(codes.astype(np.int32), (*self.names, *other.names))
        return joined.translate(lambda name: name)

    def used(self) -> set[str]:
        """Texts that stand in some row."""
        return {self.names[code] for code in np.unique(self.codes) if code >= 0}

    def arrow(self) -> pa.Array:
        """As an Arrow array of strings."""
        indices = pa.array(self.codes, mask=self.missing)
        names = pa.array(self.names, pa.string())
        return pa.DictionaryArray.from_arrays(indices, names).dictionary_decode()


def no_texts(rows: int) -> Coded:
    """A column of missing texts."""
    return Coded(np.full(rows, -1, np.int32), ())


def coded(column: pa.ChunkedArray) -> Coded:
    """Of an Arrow column of texts, as they are or as dictionaries."""
    if len(column) == 0:
        return no_texts(0)
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(whole.dictionary.to_pylist())).translate(lambda name: name)


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of one table.

    Attributes:
        person: Person id of each row.
        days: Columns of days; ``MISSING`` where there is none.
        texts: Columns of texts.
    """

    person: Persons
    days: Mapping[str, Days]
    texts: Mapping[str, Coded]

    def __len__(self) -> int:
        return len(self.person)

    def take(self, index: Index) -> Records:
        """Some rows, by mask or position."""
        return Records(
            self.person[index],
            {name: column[index] for name, column in self.days.items()},
            {name: column.take(index) for name, column in self.texts.items()},
        )

    def replace(self, **columns: Days | Coded) -> Records:
        """With columns changed or added."""
        days = {name: column for name, column in columns.items() if not isinstance(column, Coded)}
        texts = {name: column for name, column in columns.items() if isinstance(column, Coded)}
        return Records(self.person, {**self.days, **days}, {**self.texts, **texts})

    def text(self, name: str) -> Coded:
        """A column of texts; all missing if the table came without it."""
        return self.texts[name] if name in self.texts else no_texts(len(self))

    def by_person(self) -> Records:
        """Sorted by person; rows of a person keep their order."""
        return self.take(np.argsort(self.person, kind="stable"))


def joined(parts: Sequence[Records], days: Sequence[str], texts: Sequence[str]) -> Records:
    """Rows below each other with the named columns, sorted by person.

    A column that a part lacks is missing there.
    """
    person = np.concatenate([part.person for part in parts])
    all_days = {
        name: np.concatenate([part.days.get(name, _no_days(part)) for part in parts])
        for name in days
    }
    all_texts = {name: _joined([part.text(name) for part in parts]) for name in texts}
    return Records(person, all_days, all_texts).by_person()


def _no_days(part: Records) -> Days:
    return np.full(len(part), MISSING, np.int32)


def _joined(columns: Sequence[Coded]) -> Coded:
    names: list[str] = []
    codes = []
    for column in columns:
        codes.append(np.where(column.codes < 0, -1, column.codes + len(names)))
        names += column.names
    return Coded(np.concatenate(codes).astype(np.int32), tuple(names)).translate(lambda name: name)


def arrow_days(column: Days) -> pa.Array:
    """Days as an Arrow array of ``date32``, ``MISSING`` as null."""
    return pa.array(column, pa.int32(), mask=column == MISSING).cast(pa.date32())


def count_persons(person: Persons) -> int:
    """Different persons of sorted ids."""
    return int(np.count_nonzero(person[1:] != person[:-1])) + 1 if len(person) else 0
