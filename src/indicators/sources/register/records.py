"""Rows of one table as NumPy columns, sorted by person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.arrays import MISSING, Days, Mask, Persons

_BITS = 63
Index = NDArray[np.bool_] | NDArray[np.integer]

SOURCE = "source"
"""Column of the register's table that a row comes from."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts.

    Attributes:
        codes: For each row the position of its text among the names; −1 for missing.
        names: The distinct texts, an Arrow array of strings.
    """

    codes: NDArray[np.int32]
    names: pa.StringArray

    def take(self, index: Index) -> Coded:
        """Some rows."""
        return Coded(self.codes[index], self.names)

    @property
    def missing(self) -> Mask:
        """Rows without a text."""
        return self.codes < 0

    def isin(self, names: Iterable[str]) -> Mask:
        """Rows whose text is one of some."""
        wanted = pa.array(list(names), pa.string())
        hit = pc.is_in(self.names, wanted).to_numpy(zero_copy_only=False)
        return np.append(hit, False).astype(bool)[self.codes]

    def translate(self, function: Callable[[str], str | None]) -> Coded:
        """Each text by another; None makes it missing.

        The function meets every name, also one that stands in no row any more.
        """
        texts = [function(name) for name in self.names.to_pylist()]
        names = sorted({text for text in texts if text is not None})
        place = {name: position for position, name in enumerate(names)}
        new = [-1 if text is None else place[text] for text in texts]
        return coded_as(np.array([*new, -1], np.int32)[self.codes], names)

    def filled(self, text: str) -> Coded:
        """Missing texts by a text."""
        codes = np.where(self.codes < 0, len(self.names), self.codes).astype(np.int32)
        return coded_as(codes, [*self.names.to_pylist(), text]).translate(lambda name: name)

    def or_else(self, other: Coded) -> Coded:
        """Missing texts by those of another column."""
        both = joined_texts([self, other])
        own, others = np.split(both.codes, 2)
        return Coded(np.where(own < 0, others, own).astype(np.int32), both.names)

    def in_order(self) -> Coded:
        """With names sorted, so that codes are in the order of texts."""
        order = pc.sort_indices(self.names).to_numpy()
        place = np.append(np.argsort(order), -1).astype(np.int32)
        return Coded(place[self.codes], self.names.take(pa.array(order)))

    def arrow(self) -> pa.Array:
        """As an Arrow array of strings."""
        indices = pa.array(self.codes, mask=self.missing)
        return pa.DictionaryArray.from_arrays(indices, self.names).dictionary_decode()


def coded_as(codes: NDArray[np.signedinteger], names: Sequence[str]) -> Coded:
    """A column of texts by their positions among names."""
    return Coded(codes.astype(np.int32), pa.array(names, pa.string()))


def no_texts(rows: int) -> Coded:
    """A column of missing texts."""
    return coded_as(np.full(rows, -1), ())


def coded(column: pa.ChunkedArray) -> Coded:
    """Of an Arrow column of texts, as they are or as dictionaries."""
    if len(column) == 0:
        return no_texts(0)
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Coded(codes.astype(np.int32), whole.dictionary)


def joined_texts(columns: Sequence[Coded]) -> Coded:
    """Columns below each other."""
    parts = [
        pa.DictionaryArray.from_arrays(pa.array(each.codes, mask=each.missing), each.names)
        for each in columns
    ]
    return coded(pa.chunked_array(parts))


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

    def by_source(self, index: Mask | None = None) -> dict[str, int]:
        """How many rows (of a mask, if given) came from each of the register's tables."""
        sources = self.text(SOURCE)
        codes = sources.codes if index is None else sources.codes[index]
        counts = np.bincount(codes[codes >= 0], minlength=len(sources.names))
        return dict(zip(sources.names.to_pylist(), counts.tolist(), strict=True))

    def of_source(self, name: str) -> Records:
        """The same rows, marked with the register's table that they come from."""
        return self.replace(**{SOURCE: coded_as(np.zeros(len(self), np.int32), [name])})

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
    names = [*texts, SOURCE]
    all_texts = {name: joined_texts([part.text(name) for part in parts]) for name in names}
    return Records(person, all_days, all_texts).by_person()


def _no_days(part: Records) -> Days:
    return np.full(len(part), MISSING, np.int32)


def order_by(*columns: NDArray[np.integer]) -> NDArray[np.intp]:
    """Positions that sort rows by columns, the first of them first; equal rows keep their order.

    As ``np.lexsort`` of the columns the other way round, but rows that are nearly in order (as a
    person's rows among all persons') cost next to nothing where the columns fit into one number.

    Args:
        columns: Whole numbers; ``MISSING`` may be among days.
    """
    packed = np.zeros(len(columns[0]), np.int64)
    room = _BITS
    for column in columns:
        low, values = _compact(column)
        bits = int(values.max() - low).bit_length() if len(values) else 0
        room -= bits
        if room < 0:
            return np.lexsort(columns[::-1])
        packed = (packed << bits) | (values - low)
    return np.argsort(packed, kind="stable")


def _compact(column: NDArray[np.integer]) -> tuple[int, NDArray[np.int64]]:
    """The least value, and values of which a missing day is just behind all others."""
    values = column.astype(np.int64)
    missing = values == MISSING
    if missing.any() and not missing.all():
        values[missing] = values[~missing].max() + 1
    return int(values.min()) if len(values) else 0, values


def person_ranks(person: Persons) -> NDArray[np.int64]:
    """Sorted ids as numbers from 0 on, the same for the same person."""
    ranks = np.zeros(len(person), np.int64)
    np.cumsum(person[1:] != person[:-1], out=ranks[1:])
    return ranks


def arrow_days(column: Days) -> pa.Array:
    """Days as an Arrow array of ``date32``, ``MISSING`` as null."""
    return pa.array(column, pa.int32(), mask=column == MISSING).cast(pa.date32())


def count_persons(person: Persons) -> int:
    """Different persons of sorted ids."""
    return int(np.count_nonzero(person[1:] != person[:-1])) + 1 if len(person) else 0
