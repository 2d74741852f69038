"""Readers of tables: Parquet and Arrow files with their footers, workbooks (XLSX)."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree as ET

from indicators.scanning.file_parts import (
    ClockCheck,
    ColumnPart,
    FilePart,
    TextPart,
    UnreadablePart,
)
from indicators.scanning.reading.containers import UNPACKING_ERRORS

if TYPE_CHECKING:
    import pyarrow as pa


_ROWS = 65_536


def read_parquet(stream: BinaryIO) -> Iterator[FilePart]:
    """The cells of a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        yield from _batches(parquet.ParquetFile(stream).iter_batches(batch_size=_ROWS))
    except (OSError, pa.ArrowException) as error:
        yield _arrow_failure(error)


def read_parquet_footer(stream: BinaryIO) -> Iterator[FilePart]:
    """Names, metadata of file and schema, and the least and greatest value of each part."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(stream)
    except (OSError, pa.ArrowException):
        # Told by the reading of the cells.
        return
    yield from _schema(file.schema_arrow)
    notes = file.metadata.metadata or {}
    # The schema once more, packed.
    yield from _metadata_texts(
        "metadata", {key: notes[key] for key in notes if key != b"ARROW:schema"}
    )
    yield from _statistics(file.metadata)


def read_ipc(stream: BinaryIO) -> Iterator[FilePart]:
    """An Arrow (Feather) file."""
    import pyarrow as pa

    try:
        file = pa.ipc.open_file(stream)
        yield from _schema(file.schema)
        yield from _batches(file.get_batch(batch) for batch in range(file.num_record_batches))
    except (OSError, pa.ArrowException) as error:
        yield _arrow_failure(error)


def _schema(schema: pa.Schema) -> Iterator[FilePart]:
    yield TextPart("names of the columns", "\0".join(schema.names))
    yield from _metadata_texts("metadata", schema.metadata)
    for field in schema:
        yield from _metadata_texts(f"metadata of {field.name}", field.metadata)


def _metadata_texts(place: str, notes: dict[bytes, bytes] | None) -> Iterator[FilePart]:
    if notes:
        parts = [part.decode("utf-8", errors="replace") for pair in notes.items() for part in pair]
        yield TextPart(place, "\0".join(parts))


def _statistics(metadata: Any) -> Iterator[FilePart]:
    """The least and greatest texts that a reader of the footer sees."""
    seen: list[str] = []
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            if column.is_stats_set and column.statistics.has_min_max:
                limits = (column.statistics.min, column.statistics.max)
                seen += [
                    limit.decode("utf-8", "replace") if isinstance(limit, bytes) else str(limit)
                    for limit in limits
                ]
    yield TextPart("statistics", "\0".join(dict.fromkeys(seen)))


def _batches(batches: Iterator[Any]) -> Iterator[FilePart]:
    row = 1
    for batch in batches:
        for name, values in zip(batch.schema.names, batch.columns, strict=True):
            yield from _column(name, values, row)
        row += len(batch)


def _column(name: str, values: pa.Array, row: int) -> Iterator[FilePart]:
    """A column, and what a nested one holds."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_dictionary(kind):
        yield from _column(name, values.dictionary_decode(), row)
    elif pa.types.is_struct(kind):
        for number, field in enumerate(kind):
            yield from _column(f"{name}.{field.name}", values.field(number), row)
    elif pa.types.is_map(kind):
        yield from _column(name, values.keys, row)
        yield from _column(name, values.items, row)
    elif (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    ):
        yield from _column(name, values.flatten(), row)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [
            None if value is None else value.decode("utf-8", "replace")
            for value in values.to_pylist()
        ]
        yield ColumnPart("", name, pa.array(texts, pa.string()), row)
    else:
        yield ColumnPart("", name.rpartition(".")[2], values, row)


def _arrow_failure(error: Exception) -> UnreadablePart:
    # The kind of the fault alone: its words may hold what stands in the data.
    return UnreadablePart("", f"damaged ({type(error).__name__}); make it again")


# Workbooks (XLSX): cells by sheet and column. Their other parts are read as members of a zip.


WORKBOOK_MEMBER = "xl/workbook.xml"
LARGEST_MEMBER = 256 << 20
_SHEET_ROWS = 1000
_LETTERS = re.compile(r"[A-Z]+")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(stream: BinaryIO) -> Iterator[FilePart]:
    """Columns of every sheet under the name that their first cell gives them."""
    try:
        with zipfile.ZipFile(stream) as archive:
            shared = _shared_texts(archive)
            for name, member in _sheets(archive):
                yield from _sheet_columns(archive, member, name, shared)
    except (ET.ParseError, KeyError, *UNPACKING_ERRORS) as error:
        yield UnreadablePart("sheets", f"damaged ({type(error).__name__}); make it again")


def _read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """A part of the book, which is no larger than a book's parts are."""
    with archive.open(member) as stream:
        data = stream.read(LARGEST_MEMBER + 1)
    if len(data) > LARGEST_MEMBER:
        raise ValueError
    return data


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and member of each sheet, hidden ones too."""
    targets = {}
    for relation in ET.fromstring(_read_member(archive, "xl/_rels/workbook.xml.rels")):
        target = relation.attrib["Target"]
        targets[relation.attrib["Id"]] = target.lstrip("/") if target[0] == "/" else f"xl/{target}"
    for sheet in ET.fromstring(_read_member(archive, WORKBOOK_MEMBER)).iter():
        if _tag(sheet) == "sheet":
            yield sheet.attrib["name"], targets[sheet.attrib[_RELATION]]


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    """Texts that cells refer to by number; one in several styles is still one."""
    member = "xl/sharedStrings.xml"
    if member not in archive.namelist():
        return []
    root = ET.fromstring(_read_member(archive, member))
    return ["".join(part.text or "" for part in item.iter() if _tag(part) == "t") for item in root]


def _sheet_columns(
    archive: zipfile.ZipFile, member: str, sheet: str, shared: list[str]
) -> Iterator[FilePart]:
    import pyarrow as pa

    columns: defaultdict[str, list[str]] = defaultdict(list)
    rows = 0
    if archive.getinfo(member).file_size > LARGEST_MEMBER:
        raise ValueError
    with archive.open(member) as stream:
        for _, element in ET.iterparse(stream):
            if _tag(element) == "c":
                letters = _LETTERS.match(element.attrib.get("r", ""))
                columns[letters[0] if letters else "?"].append(_cell_value(element, shared))
            elif _tag(element) == "row":
                element.clear()
                rows += 1
                if rows % _SHEET_ROWS == 0:
                    yield ClockCheck()
    for letter, values in columns.items():
        head, *rest = values
        yield ColumnPart(f"sheet {sheet}, column {letter}", head, pa.array(rest, pa.string()), 2)
        yield ColumnPart(f"sheet {sheet}", f"{letter}1", pa.array([head], pa.string()))


def _cell_value(cell: ET.Element, shared: list[str]) -> str:
    text = "".join(part.text or "" for part in cell.iter() if _tag(part) in ("v", "t"))
    return shared[int(text)] if cell.attrib.get("t") == "s" and text else text


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
