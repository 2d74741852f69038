"""Arrow columns as whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.measures.register.days import EARLIEST, OPEN, Days

MISSING = -(1 << 40)
"""A day that is not known."""


def whole(column: pa.ChunkedArray, missing: int = 0) -> NDArray[np.int64]:
    """A column of whole numbers or truth values."""
    filled = pc.fill_null(column.cast(pa.int64()), missing)
    numbers: NDArray[np.int64] = filled.to_numpy()
    return numbers


def days(column: pa.ChunkedArray, missing: int = MISSING) -> Days:
    """A column of dates as day numbers; days that no register holds are kept to its limits."""
    filled = pc.fill_null(column.cast(pa.int32()), OPEN).to_numpy()
    numbers: Days = np.clip(filled, EARLIEST, OPEN).astype(np.int64)
    if missing != OPEN and column.null_count:
        numbers[column.is_null().to_numpy()] = missing
    return numbers


def starts(table: pa.Table) -> Days:
    """First days of spells."""
    return days(table["start"])


def stops(table: pa.Table) -> Days:
    """The day after each spell's end; open spells end beyond all days."""
    return days(table["end"], OPEN) + 1


def codes(
    column: pa.ChunkedArray, places: Mapping[str, int], other: int, missing: int | None = None
) -> NDArray[np.int64]:
    """A column of codes as whole numbers.

    Args:
        column: Strings, as dictionaries or plain.
        places: Number of each code.
        other: Number of any other code.
        missing: Number of a missing one; ``other`` if not given.
    """
    encoded = dictionary(column)
    numbers = [places.get(text, other) for text in encoded.dictionary.to_pylist()]
    table = np.array([*numbers, other if missing is None else missing], np.int64)
    return table[_indices(encoded)]


def distinct(*columns: pa.ChunkedArray) -> NDArray[np.int64]:
    """One whole number for each combination of the values of some columns of codes."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        encoded = dictionary(column)
        number = number * (len(encoded.dictionary) + 1) + _indices(encoded) + 1
    return number


def dictionary(column: pa.ChunkedArray) -> Any:
    """A column of strings as one dictionary array."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    encoded = encoded.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # no chunks at all
        return pa.array([], encoded.type)
    return encoded


def _indices(encoded: Any) -> NDArray[np.int64]:
    indices: NDArray[np.int64] = (
        encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    )
    return indices
