"""What of a column is worth looking at: its distinct texts, its whole numbers, how full it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = NDArray[np.int64]

# Shorter texts hold no encoded file.
EMBEDDING = 64
# So few cells are gone through here: Arrow would take longer to begin.
FEW = 100
# Six digits, or signs by which they may be parted or written; a plain number holds no code.
_MAY_HOLD_CODE = r"[0-9]{6}|[0-9]{2}[ .][0-9]{2}|[^\x00-\x7F]|[<*_`&%\\{|~\x1b]"
# As spreadsheets leave them: between quotes, behind an equals sign.
_DIGITS = r"""^[\s'"=]*[0-9]{6} ?[0-9]{3,4}[\s'"]*$"""
_IS_NUMBER = r"^-?[0-9]*\.?[0-9]*(?:e[-+]?[0-9]+)?$"
_MAY_HOLD_ID = "[0-9A-Za-z]{6}|[=:]"
# A description of a table has these where the table has ids.
_TYPES = frozenset(
    f"{kind}{bits}" for kind in ("int", "uint", "float", "date") for bits in (8, 16, 32, 64)
)
_EXACT = 2**53


def is_text(values: pa.Array) -> bool:
    """Whether a column holds texts."""
    import pyarrow as pa

    kind = values.type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def is_number(values: pa.Array) -> bool:
    """Whether a column holds numbers."""
    import pyarrow as pa

    return bool(pa.types.is_integer(values.type) or pa.types.is_floating(values.type))


def distinct_texts(values: pa.Array, *, ids: bool) -> Iterator[tuple[str, int]]:
    """Distinct texts that may hold a code (or an id), and how often each stands there."""
    if len(values) <= FEW:
        yield from _few_texts(values.to_pylist(), ids=ids)
        return
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = pc.value_counts(values.cast(pa.large_string()))
    texts, times = counted.field(0), counted.field(1)
    candidate = pc.and_not(
        pc.match_substring_regex(texts, _MAY_HOLD_CODE),
        pc.match_substring_regex(texts, _IS_NUMBER),
    )
    candidate = pc.or_(candidate, pc.greater_equal(pc.utf8_length(texts), EMBEDDING))
    if ids:
        candidate = pc.or_(candidate, pc.match_substring_regex(texts, _MAY_HOLD_ID))
    kept_counts = zip(
        texts.filter(candidate).to_pylist(), times.filter(candidate).to_pylist(), strict=True
    )
    yield from ((text, count) for text, count in kept_counts if text is not None)


def _few_texts(values: list[str | None], *, ids: bool) -> Iterator[tuple[str, int]]:
    for text, count in Counter(values).items():
        if text is not None and (
            len(text) >= EMBEDDING
            or (re.search(_MAY_HOLD_CODE, text) and not re.search(_IS_NUMBER, text))
            or (ids and re.search(_MAY_HOLD_ID, text))
        ):
            yield text, count


def row_of(values: pa.Array, text: str) -> int:
    """Position of the first cell with a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.large_string())
    return int(pc.index(texts, pa.scalar(text, pa.large_string())).as_py())


def alike(values: pa.Array) -> str:
    """Texts of a column with six digits, a sign and four, a line each: what has a code's form."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.large_string())
    matching = pc.match_substring_regex(texts, r"[0-9]{6}\s?[-+]\s?[0-9]{4}")
    return "\n".join(pc.unique(texts.filter(pc.fill_null(matching, False))).to_pylist())


def digits(values: pa.Array) -> Numbers:
    """The numbers of nine or ten digits in a column of texts, whatever quotes they have."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if values.type == pa.string_view():
        values = values.cast(pa.large_string())
    found = values.filter(pc.fill_null(pc.match_substring_regex(values, _DIGITS), False))
    plain = pc.replace_substring_regex(found, "[^0-9]", "")
    return np.asarray(plain.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def filled(values: pa.Array) -> int:
    """How many cells hold something that may be an id."""
    filled_cells: int = len(values) - values.null_count
    if is_text(values):
        filled_cells -= sum(text == "" or text in _TYPES for text in values.to_pylist())
    return filled_cells


def whole_numbers(values: pa.Array) -> Numbers:
    """The whole numbers of a column; a frame with gaps has its ids as floats."""
    numbers = values.drop_null().to_numpy(zero_copy_only=False)
    if numbers.dtype.kind == "f":
        numbers = numbers[(np.abs(numbers) < _EXACT) & (numbers == np.floor(numbers))]
    elif numbers.dtype.kind == "u":
        numbers = numbers[numbers < 2**63]
    return np.asarray(numbers, np.int64)
