"""Pieces of a file parsed: person ids, days, codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.arrays import MISSING, Days, Mask, Persons
from indicators.sources.register import cells
from indicators.sources.register.cells import UNREADABLE
from indicators.sources.register.checks import Checks
from indicators.sources.register.identity import Identifier
from indicators.sources.register.layout import PERSON, Field, SourceTable
from indicators.sources.register.reading import Piece
from indicators.sources.register.records import Records, coded

BIRTH, SEX = "code_birth", "code_sex"
"""Columns of the persons' table: what identity codes tell."""

_TEXTS = pa.dictionary(pa.int32(), pa.string())
_TYPES = {
    "date": pa.int32(),
    "code": _TEXTS,
    "word": _TEXTS,
    "number": _TEXTS,
    "text": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A piece of a table.

    Attributes:
        rows: Its rows that have an id, in the table's own columns.
        nobody: How many rows have none.
    """

    rows: pa.RecordBatch
    nobody: int


def parse(piece: Piece, table: SourceTable, identifier: Identifier, checks: Checks) -> Parsed:
    """Parse a piece; what is wrong with its cells is added to the checks."""
    size = len(next(iter(piece.values())))
    checks.rows += size
    columns = {
        each.name: _column(each, piece, size, checks)
        for each in table.fields
        if each.kind != PERSON
    }
    if not table.is_personal:
        return Parsed(pa.RecordBatch.from_pydict({PERSON: _zeros(size), **columns}), 0)
    who = identifier.identify(piece[PERSON])
    if table.name == "YHENK":
        columns |= {BIRTH: pa.array(who.birth), SEX: _dictionary([None, "1", "2"], who.sex)}
    rows = pa.RecordBatch.from_pydict({PERSON: pa.array(who.person), **columns})
    return Parsed(rows.filter(pa.array(~who.absent)), int(who.absent.sum()))


def records(rows: pa.Table, table: SourceTable) -> Records:
    """Parsed rows as NumPy columns, in their order."""
    days = [name for name in (*table.names("date"), BIRTH) if name in rows.column_names]
    texts = [name for name in rows.column_names if name not in (PERSON, *days)]
    return Records(
        rows[PERSON].to_numpy(),
        {name: rows[name].to_numpy() for name in days},
        {name: coded(rows[name]) for name in texts},
    )


def schema(table: SourceTable) -> pa.Schema:
    """Columns of parsed rows."""
    own = [(each.name, _TYPES[each.kind]) for each in table.fields if each.kind != PERSON]
    told = [(BIRTH, pa.int32()), (SEX, _TEXTS)] if table.name == "YHENK" else []
    return pa.schema([(PERSON, pa.int64()), *own, *told])


def unreadable(rows: Records) -> Mask:
    """Rows of which some date cannot be read."""
    bad = np.zeros(len(rows), bool)
    for column in rows.days.values():
        bad |= column == UNREADABLE
    return bad


def _column(each: Field, piece: Piece, size: int, checks: Checks) -> pa.Array:
    if each.name not in piece:
        return _absent(each, size)
    column = piece[each.name]
    checks.look_for_codes(each.name, column.dictionary)
    texts = column.dictionary.to_pylist()
    if each.kind == "date":
        days = np.append(cells.days(texts), np.int32(MISSING))
        _count(each.name, column, texts, days[:-1] == UNREADABLE, checks)
        values: Days = days[_index(column, len(texts))]
        checks.see(each.name, values)
        return pa.array(values)
    if each.kind == "number":
        _count(each.name, column, texts, [cells.is_no_number(text) for text in texts], checks)
    if each.kind == "text" and _are_figures(column.dictionary):
        return column.dictionary_decode()
    parse_one = cells.parse_code if each.kind == "code" else cells.parse_text
    parsed = [parse_one(text) for text in texts]
    return _of_type(_dictionary(parsed, _index(column, len(texts))), each)


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


def _of_type(column: pa.DictionaryArray, each: Field) -> pa.Array:
    # Numbers of vacancies and courses hardly repeat: a dictionary of them is only in the way.
    return column.dictionary_decode() if each.kind == "text" else column


def _count(
    name: str,
    column: pa.DictionaryArray,
    texts: Sequence[str | None],
    bad: Sequence[bool] | Mask,
    checks: Checks,
) -> None:
    """Count cells that hold something, and those of them that cannot be read."""
    index = _index(column, len(texts))
    filled = np.array([*(cells.parse_text(text) is not None for text in texts), False])
    unreadable = np.array([*bad, False])
    checks.count(name, int(filled[index].sum()), int(unreadable[index].sum()))


def _index(column: pa.DictionaryArray, missing: int) -> Persons:
    index: Persons = column.indices.fill_null(missing).to_numpy(zero_copy_only=False)
    return index


def _absent(each: Field, size: int) -> pa.Array:
    if each.kind == "date":
        return pa.array(np.full(size, MISSING, np.int32))
    return _of_type(_dictionary([], np.zeros(size, np.int64)), each)


def _zeros(size: int) -> pa.Array:
    return pa.array(np.zeros(size, np.int64))
