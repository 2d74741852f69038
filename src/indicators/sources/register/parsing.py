"""Pieces of a file parsed: person ids, days, codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.schema import MISSING, Days, Mask, Persons
from indicators.sources.register import codes
from indicators.sources.register.checks import Checks
from indicators.sources.register.codes import UNREADABLE
from indicators.sources.register.identity import Identifier
from indicators.sources.register.layout import PERSON, Field, Kind, SourceTable
from indicators.sources.register.reading import TableBlock
from indicators.sources.register.records import Records, encode_texts

BIRTH, SEX = "code_birth", "code_sex"
"""Columns of the persons' table that follow from identity codes."""

_TEXTS = pa.dictionary(pa.int32(), pa.string())
_TYPES: Mapping[Kind, pa.DataType] = {
    "date": pa.int32(),
    "end": pa.int32(),
    "code": _TEXTS,
    "word": _TEXTS,
    "number": _TEXTS,
    "amount": _TEXTS,
    "count": _TEXTS,
    "text": pa.string(),
}
_DAY_KINDS: tuple[Kind, ...] = ("date", "end")
_IS_BAD: Mapping[Kind, Callable[[str | None], bool]] = {
    "number": codes.is_no_number,
    "amount": codes.is_no_amount,
    "count": codes.is_no_count,
}
_PARSE: Mapping[Kind, Callable[[str | None], str | None]] = {
    "code": codes.parse_code,
    "word": codes.parse_word,
}


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """A piece of a table.

    Attributes:
        rows: Its rows that have an id, in the table's own columns.
        rows_without_id: How many rows have none.
    """

    rows: pa.RecordBatch
    rows_without_id: int


def parse_block(
    block: TableBlock, table: SourceTable, identifier: Identifier, checks: Checks
) -> ParsedBlock:
    """Parse a piece; what is wrong with its cells is added to the checks."""
    block = _without_blank_rows(block)
    size = len(next(iter(block.values())))
    checks.rows += size
    columns = {
        field.name: _parsed_column(field, block, size, checks)
        for field in table.fields
        if field.kind != PERSON
    }
    if not table.is_personal:
        return ParsedBlock(pa.RecordBatch.from_pydict({PERSON: _zeros(size), **columns}), 0)
    checks.watch_ids(block[PERSON].dictionary)
    identities = identifier.identify(block[PERSON], checks.ids)
    if table.name == "YHENK":
        columns |= {
            BIRTH: pa.array(identities.birth),
            SEX: _dictionary([None, "1", "2"], identities.sex),
        }
    rows = pa.RecordBatch.from_pydict({PERSON: pa.array(identities.person), **columns})
    nobody = int(identities.absent.sum())
    return ParsedBlock(rows.filter(pa.array(~identities.absent)) if nobody else rows, nobody)


def as_records(rows: pa.Table, table: SourceTable) -> Records:
    """Parsed rows as NumPy columns, in their order."""
    days = [name for name in (*table.names(*_DAY_KINDS), BIRTH) if name in rows.column_names]
    texts = [name for name in rows.column_names if name not in (PERSON, *days)]
    return Records(
        rows[PERSON].to_numpy(),
        {name: rows[name].to_numpy() for name in days},
        {name: encode_texts(rows[name]) for name in texts},
    ).of_source(table.name)


def parsed_schema(table: SourceTable) -> pa.Schema:
    """Columns of parsed rows."""
    own = [(field.name, _TYPES[field.kind]) for field in table.fields if field.kind != PERSON]
    from_code = [(BIRTH, pa.int32()), (SEX, _TEXTS)] if table.name == "YHENK" else []
    return pa.schema([(PERSON, pa.int64()), *own, *from_code])


def rows_with_unreadable_dates(rows: Records) -> Mask:
    """Rows of which some date cannot be read."""
    bad = np.zeros(len(rows), bool)
    for column in rows.days.values():
        bad |= column == UNREADABLE
    return bad


def _without_blank_rows(block: TableBlock) -> TableBlock:
    """A spreadsheet leaves rows of delimiters alone behind its last one: they hold nothing."""
    columns = list(block.values())
    if any(column.null_count == 0 for column in columns):
        return block
    held = columns[0].is_valid()
    for column in columns[1:]:
        held = pc.or_(held, column.is_valid())
    if pc.all(held, min_count=0).as_py():
        return block
    return {name: column.filter(held) for name, column in block.items()}


def _parsed_column(field: Field, block: TableBlock, size: int, checks: Checks) -> pa.Array:
    if field.name not in block:
        return _missing_column(field, size)
    column = block[field.name]
    if field.kind in _DAY_KINDS:
        return _parsed_days(field, column, checks)
    checks.look_for_codes(field, column.dictionary)
    if field.kind == "text" and _are_figures(column.dictionary):
        return column.dictionary_decode()
    texts = column.dictionary.to_pylist()
    parsed = [_PARSE.get(field.kind, codes.parse_text)(text) for text in texts]
    if field.kind in _IS_BAD:
        _count_bad_cells(
            field.name, column, parsed, [_IS_BAD[field.kind](text) for text in texts], checks
        )
    elif field.form:
        _count_bad_cells(field.name, column, parsed, _breaks_form(parsed, field.form), checks)
    return _as_kind(_dictionary(parsed, _filled_index(column, len(texts))), field)


def _parsed_days(field: Field, column: pa.DictionaryArray, checks: Checks) -> pa.Array:
    texts = column.dictionary.to_pylist()
    distinct = codes.parse_days(texts)
    if field.kind == "date":
        distinct = np.where(distinct < codes.EARLIEST, _without_impossible_days(distinct), distinct)
    days = np.append(distinct.astype(np.int32), np.int32(MISSING))
    bad = days[:-1] == UNREADABLE
    if bad.any():
        checks.look_for_codes(field, column.dictionary.filter(pa.array(bad)))
    filled = [text if text.strip() else None for text in texts]
    _count_bad_cells(field.name, column, filled, bad, checks)
    if any(len(text) > len("2021-03-01") for text in texts):
        late = np.array([*map(codes.is_late_moment, texts), False])
        checks.late[field.name] += int(late[_filled_index(column, len(texts))].sum())
    values: Days = days[_filled_index(column, len(texts))]
    checks.count_days(field, values)
    return pa.array(values)


def _without_impossible_days(days: Days) -> Days:
    """Zeros for a day are none; any other day before anybody's birth cannot be meant."""
    return np.where(days == codes.NO_DAY, MISSING, UNREADABLE).astype(np.int32)


def _breaks_form(parsed: Sequence[str | None], form: str) -> list[bool]:
    """Which distinct codes do not follow a form: words, say, where codes are meant."""
    texts = pa.array(parsed, pa.string())
    fits = pc.match_substring_regex(texts, f"^({form})$").fill_null(True)
    bad: list[bool] = pc.invert(fits).to_pylist()
    return bad


def _dictionary(
    texts: Sequence[str | None], index: NDArray[np.signedinteger]
) -> pa.DictionaryArray:
    """Texts by position; a missing one is missing in the rows and not in the dictionary."""
    distinct = dict.fromkeys(text for text in texts if text is not None)
    place = {text: position for position, text in enumerate(distinct)}
    found = np.array([*(-1 if text is None else place[text] for text in texts), -1], np.int32)
    rows = found[index]
    return pa.DictionaryArray.from_arrays(
        pa.array(rows, mask=rows < 0), pa.array(list(distinct), pa.string())
    )


def _are_figures(texts: pa.StringArray) -> bool:
    """Whether all texts are of figures alone: most numbers are, and need no parsing."""
    return bool(pc.all(pc.match_substring_regex(texts, "^[0-9]+$"), min_count=0).as_py())


def _as_kind(column: pa.DictionaryArray, field: Field) -> pa.Array:
    # Numbers of vacancies and courses hardly repeat: a dictionary of them is only in the way.
    return column.dictionary_decode() if field.kind == "text" else column


def _count_bad_cells(
    name: str,
    column: pa.DictionaryArray,
    parsed: Sequence[str | None],
    bad: Sequence[bool] | Mask,
    checks: Checks,
) -> None:
    """Count cells that hold something, and those of them that cannot be read."""
    index = _filled_index(column, len(parsed))
    filled = np.array([*(text is not None for text in parsed), False])
    unreadable_ = np.array([*bad, False], bool)[index]
    checks.count(name, int(filled[index].sum()), unreadable_)


def _filled_index(column: pa.DictionaryArray, missing: int) -> Persons:
    index: Persons = column.indices.fill_null(missing).to_numpy(zero_copy_only=False)
    return index


def _missing_column(field: Field, size: int) -> pa.Array:
    if field.kind in _DAY_KINDS:
        return pa.array(np.full(size, MISSING, np.int32))
    return _as_kind(_dictionary([], np.zeros(size, np.int64)), field)


def _zeros(size: int) -> pa.Array:
    return pa.array(np.zeros(size, np.int64))
