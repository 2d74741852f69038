"""Which readers a file gets: by its first bytes, and by its name where these leave it open."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from indicators.scanning.file_parts import FilePart, Reader, UnreadablePart
from indicators.scanning.reading import containers, tables, texts

HEAD_BYTES = 8192
_USTAR = slice(257, 262)
_RAW_READERS = (texts.read_raw,)

# Each reader goes through the whole file; what one has found, the next does not count again.
_BY_START: tuple[tuple[bytes, tuple[Reader, ...]], ...] = (
    (b"PAR1", (tables.read_parquet, tables.read_parquet_footer, texts.read_raw)),
    (b"ARROW1", (tables.read_ipc, texts.read_raw)),
    (b"\x1f\x8b", (containers.read_gzip,)),
    (b"\x89PNG\r\n\x1a\n", (containers.read_png, texts.read_raw)),
    # Pictures and fonts have their texts as they are: JPEG, GIF, TIFF and EXIF, icons; OpenType.
    *(
        (start, _RAW_READERS)
        for start in (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\1\0")
    ),
    *(
        (start, _RAW_READERS)
        for start in (b"OTTO", b"\0\1\0\0", b"true", b"ttcf", b"wOFF", b"wOF2")
    ),
)
_WEBP = (b"RIFF", b"WEBP")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP_STARTS = (b"<!doctype", b"<html", b"<svg", b"<?xml")
_MARKUP_READERS = (texts.read_text_again, texts.read_markup)
_BY_SUFFIX: dict[str, tuple[Reader, ...]] = {
    ".ipynb": (texts.read_notebook,),
    ".json": (texts.read_json,),
    ".geojson": (texts.read_json,),
    ".jsonl": (texts.read_json_lines,),
    ".ndjson": (texts.read_json_lines,),
    ".csv": (texts.read_delimited, texts.read_text),
    ".tsv": (texts.read_delimited, texts.read_text),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".svg", ".xml", ".rels"), _MARKUP_READERS),
}


def readers_for(stream: BinaryIO, name: str) -> tuple[Reader, ...]:
    """The readers of a file, in their order; the stream is at its beginning after.

    Args:
        stream: The file.
        name: Its name, for texts.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if texts.is_text(head) and not head.startswith(b"%PDF-"):
        return _text_readers(head, name)
    if head.startswith(_ZIP_STARTS):
        return _zip_readers(stream)
    for start, readers in _BY_START:
        if head.startswith(start):
            return readers
    if (head[:4], head[8:12]) == _WEBP:
        return _RAW_READERS
    return _readers_by_name(head, name)


def _readers_by_name(head: bytes, name: str) -> tuple[Reader, ...]:
    """Types that do not begin with their mark, texts in older encodings, and the rest."""
    if head[_USTAR] == b"ustar":
        return (containers.read_tar,)
    if b"%PDF-" in head[:1024]:
        return (containers.read_pdf, texts.read_raw)
    return (
        _text_readers(head, name) if texts.may_be_text(head) else (_unknown_binary, texts.read_raw)
    )


def _unknown_binary(_: BinaryIO) -> Iterator[FilePart]:
    """A kind that nothing here sees into: its bytes are read, and it is not called clean."""
    reason = "a binary file of a kind that cannot be seen into"
    yield UnreadablePart("", f"{reason}; write it as text, CSV or Parquet, or take it away")


def _zip_readers(stream: BinaryIO) -> tuple[Reader, ...]:
    try:
        with zipfile.ZipFile(stream) as archive:
            is_book = tables.WORKBOOK_MEMBER in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        is_book = False
    stream.seek(0)
    members = (containers.read_zip, texts.read_raw)
    return (tables.read_workbook, *members) if is_book else members


def _text_readers(head: bytes, name: str) -> tuple[Reader, ...]:
    readers = _BY_SUFFIX.get(PurePosixPath(name.lower()).suffix)
    if readers:
        return readers
    start = texts.decode_whole(head).lstrip().lower().encode("utf-8", "replace")
    if start.startswith(_MARKUP_STARTS):
        return _MARKUP_READERS
    return (texts.read_json,) if start.startswith((b"{", b"[")) else (texts.read_text,)
