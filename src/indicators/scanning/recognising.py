"""Which readers a file gets: by its first bytes, and by its name where these leave it open."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from indicators.scanning.pieces import Piece, Reader, Trouble
from indicators.scanning.reading import (
    archives,
    arrow,
    delimited,
    images,
    markup,
    objects,
    pdf,
    plain,
    workbooks,
)

HEAD = 8192
_USTAR = slice(257, 262)
_RAW = (plain.read_raw,)

# Each reader goes through the whole file; what one has found, the next does not count again.
_BY_START: tuple[tuple[bytes, tuple[Reader, ...]], ...] = (
    (b"PAR1", (arrow.read_parquet, arrow.read_parquet_footer, plain.read_raw)),
    (b"ARROW1", (arrow.read_ipc, plain.read_raw)),
    (b"\x1f\x8b", (archives.read_gzip,)),
    (b"\x89PNG\r\n\x1a\n", (images.read_png, plain.read_raw)),
    # Pictures and fonts have their texts as they are: JPEG, GIF, TIFF and EXIF, icons; OpenType.
    *((start, _RAW) for start in (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\1\0")),
    *((start, _RAW) for start in (b"OTTO", b"\0\1\0\0", b"true", b"ttcf", b"wOFF", b"wOF2")),
)
_WEBP = (b"RIFF", b"WEBP")
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_MARKED_UP = (b"<!doctype", b"<html", b"<svg", b"<?xml")
_MARKUP = (plain.read_text_again, markup.read_markup)
_BY_SUFFIX: dict[str, tuple[Reader, ...]] = {
    ".ipynb": (objects.read_notebook,),
    ".json": (objects.read_json,),
    ".geojson": (objects.read_json,),
    ".jsonl": (objects.read_json_lines,),
    ".ndjson": (objects.read_json_lines,),
    ".csv": (delimited.read_delimited, plain.read_text),
    ".tsv": (delimited.read_delimited, plain.read_text),
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
    if (head[:4], head[8:12]) == _WEBP:
        return _RAW
    return _otherwise(head, name)


def _otherwise(head: bytes, name: str) -> tuple[Reader, ...]:
    """Types that do not begin with their mark, texts in older encodings, and the rest."""
    if head[_USTAR] == b"ustar":
        return (archives.read_tar,)
    if b"%PDF-" in head[:1024]:
        return (pdf.read_pdf, plain.read_raw)
    return _of_text(head, name) if plain.may_be_text(head) else (_refuse, plain.read_raw)


def _refuse(_: BinaryIO) -> Iterator[Piece]:
    """A kind that nothing here sees into: its bytes are read, and it is not called clean."""
    reason = "a binary file of a kind that cannot be seen into"
    yield Trouble("", f"{reason}; write it as text, CSV or Parquet, or take it away")


def _of_zip(stream: BinaryIO) -> tuple[Reader, ...]:
    try:
        with zipfile.ZipFile(stream) as archive:
            is_book = workbooks.BOOK in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        is_book = False
    stream.seek(0)
    members = (archives.read_zip, plain.read_raw)
    return (workbooks.read_workbook, *members) if is_book else members


def _of_text(head: bytes, name: str) -> tuple[Reader, ...]:
    readers = _BY_SUFFIX.get(PurePosixPath(name.lower()).suffix)
    if readers:
        return readers
    start = plain.decoded(head).lstrip().lower().encode("utf-8", "replace")
    if start.startswith(_MARKED_UP):
        return _MARKUP
    return (objects.read_json,) if start.startswith((b"{", b"[")) else (plain.read_text,)
