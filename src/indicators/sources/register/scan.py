"""A text table counted piece by piece: rows, separators, quotes, and which letters it has.

In NumPy, at a good part of the disk's speed: whole files are gone through before they are read.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NOT_IN_WINDOWS = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
HEAD_BYTES = 1 << 18
_NOT_WORDS = re.compile(rb"[0-9A-Z.:/+-]*")
_LF, _CR, _QUOTE = 10, 13, 34

Bytes = NDArray[np.uint8]
Positions = NDArray[np.intp]


@dataclass(slots=True)
class TextScan:
    """Counts of a text, piece by piece.

    Attributes:
        separator: Between fields.
        width: Fields of the header.
        careful: Whether blank lines are looked for, which takes longer.
        rows: Rows that hold something, by their line ends.
        quotes: How many there are.
        separators: Those not within quotes.
        strict: Whether every quote stands where one may: at a field's edge, or doubled.
        open: Whether a quote is open at the end.
        like_rows: Lines within quotes that look like rows of the table.
        binary: Whether there is a byte that no text has.
        has_text: Whether anything but blanks is there.
        longest: Bytes of the longest row with quotes so far, about.
        head: The first bytes.
        tail: The last bytes.
    """

    separator: str
    width: int
    careful: bool = False
    rows: int = 0
    quotes: int = 0
    separators: int = 0
    strict: bool = True
    open: bool = False
    like_rows: int = 0
    binary: bool = False
    has_text: bool = False
    longest: int = 0
    head: bytes = b""
    tail: bytes = b""
    # Two bytes that were counted, and one that is counted with what follows it; before the first
    # row there are line ends.
    _before: bytes = b"\n\n"
    _since: int = 0
    _windows: bool = True
    _decoder: codecs.IncrementalDecoder | None = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )

    @property
    def encoding(self) -> str:
        """``utf-8``, or what else the bytes can be."""
        if self._decoder is not None:
            return "utf-8"
        return "cp1252" if self._windows else "latin-1"

    @property
    def closed(self) -> bool:
        """Whether the last row ends with a line end."""
        return self.tail[-1:] in (b"", b"\n", b"\r")

    @property
    def even(self) -> bool:
        """Whether counts are those of rows as wide as the header."""
        return self.strict and self.separators == self.rows * (self.width - 1)

    def add(self, block: bytes) -> int:
        """Count a piece; returns its rows."""
        self._look_at_letters(block)
        if len(self.head) < HEAD_BYTES:
            self.head += block[:HEAD_BYTES]
        self.tail = (
            block[-HEAD_BYTES:] if len(block) >= HEAD_BYTES else (self.tail + block)[-HEAD_BYTES:]
        )
        before = self.rows
        text = self._before + block
        self._count(text)
        self._before = text[-3:]
        return self.rows - before

    def finish(self) -> int:
        """The end of the file ends the last row; returns the rows that are new."""
        before = self.rows
        # Behind the last byte stands what ends a field and does not make a pair with it.
        self._count(self._before + (b"\r" if self.closed else b"\n\r"))
        if self._decoder is not None and self._decoder.getstate()[0]:
            self._decoder = None
        return self.rows - before

    def _look_at_letters(self, block: bytes) -> None:
        self.binary = self.binary or b"\0" in block
        self.has_text = self.has_text or bool(block.strip(b" \t\r\n" + self.separator.encode()))
        if block.isascii():
            if self._decoder is not None and self._decoder.getstate()[0]:
                self._decoder = None
            return
        self._windows = self._windows and not any(sign in block for sign in NOT_IN_WINDOWS)
        if self._decoder is not None:
            try:
                self._decoder.decode(block)
            except UnicodeDecodeError:
                self._decoder = None

    def _count(self, block: bytes) -> None:
        """Count a piece but for the two bytes before it and the byte behind it."""
        inner = block[2:-1]
        if not self.open and b'"' not in inner and self._count_plain(inner, block[1:2], block[-1:]):
            return
        text = np.frombuffer(block, np.uint8)
        self._count_rows(text[2:-1], text[1:-2], text[:-3], text[3:])

    def _count_plain(self, inner: bytes, before: bytes, after: bytes) -> bool:
        """Count rows that all end alike; whether they do. Blank lines count in a quick scan."""
        text = np.frombuffer(inner, np.uint8)
        if b"\r" not in inner:
            ends, end = int(np.count_nonzero(text == _LF)), b"\n"
        else:
            feeds, ends = inner.count(b"\n"), inner.count(b"\r")
            if feeds and not feeds == ends == inner.count(b"\r\n"):
                return False
            end = b"\r\n" if feeds else b"\r"
        # A pair of line ends that is cut in two is for the careful way.
        if inner.startswith(b"\n") and before == b"\r":
            return False
        if inner.endswith(b"\r") and after == b"\n":
            return False
        if self.careful and (
            end * 2 in inner or (inner.startswith(end) and before in (b"\n", b"\r"))
        ):
            return False
        self.rows += ends
        self.separators += int(np.count_nonzero(text == ord(self.separator)))
        self._since = 0
        return True

    def _count_rows(self, inner: Bytes, before: Bytes, earlier: Bytes, after: Bytes) -> None:
        """Count rows of any kind; each byte with the two before and the one after it."""
        ends = (inner == _LF) | ((inner == _CR) & (after != _LF))
        # The line feed of a pair ends the row that stands before the carriage return.
        last = np.where((inner == _LF) & (before == _CR), earlier, before)
        filled = (last != _LF) & (last != _CR)
        is_quote = inner == _QUOTE
        places = np.flatnonzero(is_quote)
        self._check_quotes(places, before, after)
        within = (np.cumsum(is_quote) + self.open) % 2 == 1
        self.quotes += len(places)
        self.like_rows += self._row_likes(inner, np.flatnonzero(ends & within))
        self.open = bool((len(places) + self.open) % 2)
        self.rows += int(np.count_nonzero(ends & ~within & filled))
        self.separators += int(np.count_nonzero((inner == ord(self.separator)) & ~within))
        self._measure(np.flatnonzero(ends & ~within), len(inner))

    def _check_quotes(self, places: Positions, before: Bytes, after: Bytes) -> None:
        """An opening quote begins a field, a closing one ends it, or two stand for one."""
        edges = np.array([ord(self.separator), _LF, _CR, _QUOTE], np.uint8)
        opening = (np.arange(len(places)) + self.open) % 2 == 0
        neighbour = np.where(opening, before[places], after[places])
        self.strict = self.strict and bool(np.isin(neighbour, edges).all())

    def _row_likes(self, inner: Bytes, ends: Positions) -> int:
        """Whole lines within quotes with the header's number of fields, none of them in words."""
        found = 0
        if not len(ends):
            return found
        for start, stop in zip(ends + 1, np.append(ends[1:], len(inner)), strict=True):
            line = re.split(rb"[\r\n\"]", inner[start:stop].tobytes(), maxsplit=1)[0]
            found += looks_like_row(line, self.separator, self.width)
        return found

    def _measure(self, ends: Positions, size: int) -> None:
        if not len(ends):
            self._since += size
        else:
            inner = int(np.diff(ends).max()) if len(ends) > 1 else 0
            self.longest = max(self.longest, self._since + int(ends[0]) + 1, inner)
            self._since = size - int(ends[-1]) - 1
        self.longest = max(self.longest, self._since)


def looks_like_row(line: bytes, separator: str, width: int) -> bool:
    """Whether a line within quotes has a row's number of fields, none of them in words."""
    cells = line.split(separator.encode())
    return len(cells) == width > 1 and all(_NOT_WORDS.fullmatch(cell) for cell in cells)
