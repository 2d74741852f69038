"""Identity codes that are numbers: all ten digits without the sign, or nine without the control.

One such number is a coincidence: a telephone number begins like a day, and one number in 31 has the
right last digit. Many in a column are no coincidence.

The second half prepares the columns of a table: distinct texts, whole numbers, filled cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.register.hetu import are_days
from indicators.scanning.findings import SeenValues
from indicators.scanning.patterns import FIRST_ARTIFICIAL, are_code_digits

if TYPE_CHECKING:
    import pyarrow as pa


Numbers = NDArray[np.int64]

FEWEST, SHARE = 2, 0.1
"""So many different codes of ten digits tell, if they are more than this share of such numbers."""
FEWEST_WITHOUT_CONTROL, DIFFERENT_DAYS, LATE_YEARS = 20, 8, 0.1
"""Nine digits are codes only if all are, of as many at least, with days of the month and years as
people's births have them: dates that are written year first begin alike, or have no year after 31.
"""


@dataclass(slots=True)
class DigitEvidence:
    """Numbers of one column, or of a file's texts, that may be codes without a sign.

    Attributes:
        seen: How many different ones of ten digits (nine, where a zero in front is lost).
        codes: How often each that can be a code stands there.
        nine: How many different ones of nine digits (eight), and how many of them begin with a day.
        late: How many of these have a year above 31.
        days: Days of the month that they begin with.
        times: How often each of them stands there.
        place: Of the first one.
    """

    seen: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    nine: Counter[bool] = field(default_factory=Counter)
    late: int = 0
    days: set[int] = field(default_factory=set)
    times: Counter[bool] = field(default_factory=Counter)
    place: str = ""

    def add(self, numbers: Numbers, seen_values: SeenValues, place: str) -> None:
        """Count numbers that stand at a place."""
        distinct, times = np.unique(numbers, return_counts=True)
        ten = (distinct >= 10**8) & (distinct < 10**10)
        self.seen += int(ten.sum())
        valid = are_code_digits(distinct)
        for number, count in zip(distinct[valid].tolist(), times[valid].tolist(), strict=True):
            if new := seen_values.new(("digits", number), count):
                self.codes[number] += new
                self.place = self.place or place
        short = (distinct >= 10**7) & (distinct < 10**9)
        begin = distinct[short] // 1000
        self.nine.update(are_days(begin).tolist())
        self.late += int((begin % 100 > 31).sum())
        self.days.update((begin // 10**4).tolist())
        artificial = distinct[short] % 1000 >= FIRST_ARTIFICIAL
        for kind, count in zip(artificial.tolist(), times[short].tolist(), strict=True):
            self.times[kind] += count
        self.place = self.place or (place if short.any() else "")

    def counts(self) -> Iterator[tuple[bool, int]]:
        """Codes that chance does not explain: whether they are artificial, and how many times."""
        found: Counter[bool] = Counter()
        if len(self.codes) >= FEWEST and len(self.codes) > SHARE * self.seen:
            for number, count in self.codes.items():
                found[number // 10 % 1000 >= FIRST_ARTIFICIAL] += count
        elif self._all_without_control():
            found = self.times
        yield from found.items()

    def _all_without_control(self) -> bool:
        different = self.nine.total()
        enough = different >= FEWEST_WITHOUT_CONTROL and len(self.days) >= DIFFERENT_DAYS
        return enough and not self.nine[False] and self.late > LATE_YEARS * different


# Columns: their distinct texts, their whole numbers, how full they are.


# Shorter texts hold no encoded file.
LEAST_EMBEDDED_LENGTH = 64
# So few cells are gone through here: Arrow would take longer to begin.
FEW_CELLS = 100
# Six digits, or signs by which they may be parted or written; a plain number holds no code.
_MAY_HOLD_CODE = r"[0-9]{6}|[0-9]{2}[ .][0-9]{2}|[^\x00-\x7F]|[<*_`&%\\{|~\x1b]"
# As spreadsheets leave them: between quotes, behind an equals sign.
_CODE_DIGITS = r"""^[\s'"=]*[0-9]{6} ?[0-9]{3,4}[\s'"]*$"""
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
    if len(values) <= FEW_CELLS:
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
    candidate = pc.or_(candidate, pc.greater_equal(pc.utf8_length(texts), LEAST_EMBEDDED_LENGTH))
    if ids:
        candidate = pc.or_(candidate, pc.match_substring_regex(texts, _MAY_HOLD_ID))
    kept_counts = zip(
        texts.filter(candidate).to_pylist(), times.filter(candidate).to_pylist(), strict=True
    )
    yield from ((text, count) for text, count in kept_counts if text is not None)


def _few_texts(values: list[str | None], *, ids: bool) -> Iterator[tuple[str, int]]:
    for text, count in Counter(values).items():
        if text is not None and (
            len(text) >= LEAST_EMBEDDED_LENGTH
            or (re.search(_MAY_HOLD_CODE, text) and not re.search(_IS_NUMBER, text))
            or (ids and re.search(_MAY_HOLD_ID, text))
        ):
            yield text, count


def first_row_with(values: pa.Array, text: str) -> int:
    """Position of the first cell with a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.large_string())
    return int(pc.index(texts, pa.scalar(text, pa.large_string())).as_py())


def code_shaped_texts(values: pa.Array) -> str:
    """Texts of a column with six digits, a sign and four, a line each: what has a code's form."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.large_string())
    matching = pc.match_substring_regex(texts, r"[0-9]{6}\s?[-+]\s?[0-9]{4}")
    return "\n".join(pc.unique(texts.filter(pc.fill_null(matching, False))).to_pylist())


def code_digit_numbers(values: pa.Array) -> Numbers:
    """The numbers of nine or ten digits in a column of texts, whatever quotes they have."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if values.type == pa.string_view():
        values = values.cast(pa.large_string())
    found = values.filter(pc.fill_null(pc.match_substring_regex(values, _CODE_DIGITS), False))
    plain = pc.replace_substring_regex(found, "[^0-9]", "")
    return np.asarray(plain.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def count_possible_ids(values: pa.Array) -> int:
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
