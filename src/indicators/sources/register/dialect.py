"""How a CSV file is written: encoding, separator, header, number of rows."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.sources.register.progress import Advance, unheard

_PIECE = 1 << 24
_BOM = "\ufeff"
_SEPARATORS = ";,\t"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one CSV file is written.

    Attributes:
        encoding: ``utf-8``, or ``latin-1`` if some byte is not UTF-8.
        separator: Of the header, the one that parts it in most columns.
        header: Names of the columns as they stand.
        rows: About how many rows there are, for progress: lines but the first.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    rows: int


def read_dialect(path: Path, advance: Advance = unheard) -> Dialect:
    """Look the whole file through once.

    Args:
        path: The file.
        advance: Is told how many lines more were seen.

    Raises:
        OSError: It cannot be read.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, lines, last = "utf-8", 0, b"\n"
    for piece in _pieces(path):
        more = piece.count(b"\n")
        lines += more
        advance(more)
        last = piece[-1:]
        if encoding == "utf-8" and not _decodes(decoder, piece):
            encoding = "latin-1"
    rows = lines + (last != b"\n") - 1
    return Dialect(encoding, *_header(path, encoding), max(rows, 0))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str) -> tuple[str, tuple[str, ...]]:
    with path.open(encoding=encoding, newline="") as stream:
        line = stream.readline().removeprefix(_BOM).rstrip("\r\n")
    separator = max(_SEPARATORS, key=line.count)
    names = next(csv.reader([line], delimiter=separator), [])
    return separator, tuple(name.strip() for name in names)
