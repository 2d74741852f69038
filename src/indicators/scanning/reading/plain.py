"""Text in any encoding, read a part at a time; and bytes of no known form."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from indicators.scanning.pieces import OVERLAP, Piece, Raw, Text, Trouble

PART = 8 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What no text holds but blanks, breaks and the escape that begins a colour.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def encoding_of(head: bytes) -> str | None:
    """The encoding of a text by its beginning; None if it is no text.

    Bytes that are not UTF-8 may be Latin-1: where one of them cannot be read, those beside it can,
    and what is looked for is ASCII.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    zeros = head.count(0)
    if not zeros:
        return "utf-8"
    # Without a mark, UTF-16 of Latin letters has every other byte zero.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) >= 0.9 * len(head[start::2]) and zeros <= 0.55 * len(head):
            return encoding
    return None


def is_text(head: bytes) -> bool:
    """Whether a beginning is plain UTF-8, whatever mark it may seem to start with."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not _NO_TEXT.search(text)


def may_be_text(head: bytes) -> bool:
    """Whether a beginning may be text in some encoding: without signs that no text has."""
    encoding = encoding_of(head)
    if encoding != "utf-8":
        return encoding is not None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return not _NO_TEXT.search(head.decode("latin-1"))
    return True


def read_text(stream: BinaryIO, *, embeds: bool = True) -> Iterator[Piece]:
    """A text of any length, with the numbers of its lines."""
    decode = _decoder(stream).decode
    line, tail, is_text = 1, "", True
    while True:
        data = stream.read(PART)
        text = tail + decode(data, final=not data)
        yield Text("", text, line, len(tail), embeds)
        if is_text and "\0" in text:
            is_text = False
            yield Trouble("", "text at its beginning, and further on none; part it")
        if not data:
            return
        tail = text[-OVERLAP:]
        line += text.count("\n", 0, len(text) - len(tail))


def read_text_again(stream: BinaryIO) -> Iterator[Piece]:
    """A text of which another reader has handed over what is embedded in it."""
    return read_text(stream, embeds=False)


def read_raw(stream: BinaryIO) -> Iterator[Piece]:
    """Bytes as they stand."""
    tail = b""
    while data := stream.read(PART):
        yield Raw("bytes", tail + data, len(tail))
        tail = (tail + data)[-OVERLAP:]


def _decoder(stream: BinaryIO) -> codecs.IncrementalDecoder:
    start = stream.tell()
    encoding = encoding_of(stream.read(8192)) or "utf-8"
    stream.seek(start)
    return codecs.getincrementaldecoder(encoding)(errors="replace")


def decoded(data: bytes) -> str:
    """A whole text at once."""
    return data.decode(encoding_of(data[:8192]) or "utf-8", errors="replace")
