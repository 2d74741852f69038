"""PNG: texts that its parts hold packed; all else of pictures is read as bytes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from indicators.scanning.pieces import Blob, Piece, Text, Trouble

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_LARGEST = 4 << 20


def read_png(stream: BinaryIO) -> Iterator[Piece]:
    """The texts of a PNG file by their keys, its EXIF data, and what stands behind its end."""
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        data = stream.read(length)
        if len(data) < length:
            yield Trouble("", "damaged: it ends within a part; make it again")
            return
        stream.seek(4, io.SEEK_CUR)
        if kind in _TEXTS:
            yield from _text(kind, data)
        elif kind == b"eXIf":
            yield Blob("EXIF", "exif", io.BytesIO(data))
        elif kind == b"IEND":
            yield Blob("behind the end of the picture", "rest", io.BytesIO(stream.read()))
            return


def _text(kind: bytes, data: bytes) -> Iterator[Piece]:
    key, _, rest = data.partition(b"\0")
    place = f"{kind.decode()} {key.decode('latin-1')}"
    try:
        if kind == b"zTXt":
            rest = _inflated(rest[1:])
        elif kind == b"iTXt":
            packed, (*_, text) = rest[:1], rest[2:].split(b"\0", 2)
            rest = _inflated(text) if packed == b"\1" else text
    except (zlib.error, ValueError):
        yield Trouble(place, "damaged: its text cannot be unpacked; make it again")
        return
    yield Text(place, key.decode("latin-1") + "\0" + rest.decode("utf-8", errors="replace"))


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    text = inflate.decompress(data, _LARGEST)
    if inflate.unconsumed_tail:
        raise ValueError
    return text
