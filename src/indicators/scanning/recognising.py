"""Which readers a file gets: by its first bytes, and by its name where these leave it open."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from indicators.scanning.pieces import Reader
from indicators.scanning.reading import (
    archives,
    arrow,
    databases,
    delimited,
    images,
    markup,
    objects,
    pdf,
    pickles,
    plain,
    workbooks,
)

HEAD = 8192
_USTAR = slice(257, 262)
_RAW = (plain.read_raw,)
_PICKLE = (pickles.read_pickle, plain.read_raw)

# Each reader goes through the whole file; what one has found, the next does not count again.
_BY_START: tuple[tuple[bytes, tuple[Reader, ...]], ...] = (
    (b"PAR1", (arrow.read_parquet, arrow.read_parquet_footer, plain.read_raw)),
    (b"ARROW1", (arrow.read_ipc, plain.read_raw)),
    (b"ORC", (arrow.read_orc, plain.read_raw)),
    (b"\x93NUMPY", (arrow.read_array, plain.read_raw)),
    (b"\x1f\x8b", (archives.read_gzip,)),
    (b"BZh", (archives.read_bzip2,)),
    (b"\xfd7zXZ\0", (archives.read_xz,)),
    (b"\x28\xb5\x2f\xfd", (archives.read_zstd,)),
    (b"\x04\x22\x4d\x18", (archives.read_lz4,)),
    (b"\x89PNG\r\n\x1a\n", (images.read_png, plain.read_raw)),
    (b"SQLite format 3\0", (databases.read_sqlite, plain.read_raw)),
    *((start, (archives.read_zlib,)) for start in (b"x\x01", b"x^", b"x\x9c", b"x\xda")),
    *((b"\x80" + bytes([version]), _PICKLE) for version in range(2, 6)),
)
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
# What packs its content in a way that nothing here unpacks.
_SEALED = (
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5"),
    (8, b"DUCK", "DuckDB"),
)
_MARKED_UP = (b"<!doctype", b"<html", b"<svg", b"<?xml")
_PICKLED_TEXT = (pickles.read_pickle, plain.read_text)
_MARKUP = (plain.read_text_again, markup.read_markup)
_BY_SUFFIX: dict[str, tuple[Reader, ...]] = {
    ".ipynb": (objects.read_notebook,),
    ".json": (objects.read_json,),
    ".geojson": (objects.read_json,),
    ".jsonl": (objects.read_json_lines,),
    ".ndjson": (objects.read_json_lines,),
    ".csv": (delimited.read_delimited, plain.read_text),
    ".tsv": (delimited.read_delimited, plain.read_text),
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), _PICKLED_TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".svg", ".xml", ".rels"), _MARKUP),
}


def readers_of(stream: BinaryIO, name: str) -> tuple[Reader, ...]:
    """The readers of a file, in their order; the stream is at its beginning after.

    Args:
        stream: The file.
        name: Its name, for texts.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    if plain.is_text(head) and not head.startswith(b"%PDF-"):
        return _of_text(head, name)
    if head.startswith(_ZIPS):
        return _of_zip(stream)
    for start, readers in _BY_START:
        if head.startswith(start):
            return readers
    return _otherwise(head, name)


def _otherwise(head: bytes, name: str) -> tuple[Reader, ...]:
    """Types that do not begin with their mark, texts in older encodings, and the rest."""
    if head[_USTAR] == b"ustar":
        return (archives.read_tar,)
    if b"%PDF-" in head[:1024]:
        return (pdf.read_pdf, plain.read_raw)
    return _RAW if plain.encoding_of(head) is None else _of_text(head, name)


def sealed(stream: BinaryIO) -> str | None:
    """The name of a format whose content cannot be looked through, if the file is of one."""
    head = stream.read(32)
    stream.seek(0)
    return next((name for at, mark, name in _SEALED if head[at:].startswith(mark)), None)


def _of_zip(stream: BinaryIO) -> tuple[Reader, ...]:
    try:
        with zipfile.ZipFile(stream) as archive:
            is_book = workbooks.BOOK in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        is_book = False
    stream.seek(0)
    return (workbooks.read_workbook, archives.read_zip) if is_book else (archives.read_zip,)


def _of_text(head: bytes, name: str) -> tuple[Reader, ...]:
    readers = _BY_SUFFIX.get(PurePosixPath(name.lower()).suffix)
    if readers:
        return readers
    start = plain.decoded(head).lstrip().lower().encode("utf-8", "replace")
    if start.startswith(_MARKED_UP):
        return _MARKUP
    return (objects.read_json,) if start.startswith((b"{", b"[")) else (plain.read_text,)
