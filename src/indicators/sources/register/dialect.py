"""How a text table is written: encoding, separator, header, quotes, line ends.

The whole file is looked through once before it is read, in NumPy and at a good part of the disk's
speed: what a reader would swallow in silence (a quote that is never closed, a last row that breaks
off) is seen here, and which of the two readers a file needs.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from indicators.problems import Problem
from indicators.sources.register.cells import plain_text
from indicators.sources.register.progress import Advance, unheard

# Small enough for a processor's cache: the file is gone through several times piece by piece.
_PIECE = 1 << 20
_HEAD = 1 << 18
_TITLE_LINES = 60
"""Within so many rows a header must come."""
_SEPARATORS = ";,\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>.)"?\s*', re.IGNORECASE)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OF_BYTES = ("cp1252", "latin-1")
_NOT_IN_WINDOWS = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_NOT_WORDS = re.compile(rb"[0-9A-Z.:/+-]*")
_LF, _CR, _QUOTE = 10, 13, 34
_SAMPLE_ROWS = 20
_FEW_SHAPES = 60

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one text table is written.

    Attributes:
        encoding: Python's name of it.
        separator: Between fields.
        header: Names of the columns as they stand.
        start: Where rows begin, in bytes of the text as UTF-8.
        rows: About how many rows there are, for progress.
        has_text: Whether anything stands below the header.
        quoted: Whether quotes stand in it.
        even: Whether rows have as many fields as the header, so far as counts can tell; else rows
            are read one by one, and fields left away at a row's end are empty.
        longest: Bytes of the longest row, about.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    start: int
    rows: int
    has_text: bool
    quoted: bool
    even: bool
    longest: int


def read_dialect(
    path: Path, names: Collection[str] = (), advance: Advance = unheard
) -> tuple[Dialect, list[Problem]]:
    """Look the whole file through once.

    Args:
        path: The file.
        names: Names of columns, in lower case, that the header is known by; titles and blank lines
            may stand before it.
        advance: Is told how many lines more were seen.

    Returns:
        How it is written, and why it cannot be read.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    encoding = _marked_encoding(head) or _encoding_of(head)
    header = _find_header(_decoded(head, encoding), names)
    scan = _Scan(header.separator, len(header.cells))
    for piece in _pieces(path, encoding, header):
        advance(scan.add(piece))
    advance(scan.finish())
    if encoding == "utf-8" and scan.encoding != encoding:
        encoding = scan.encoding
        header = _find_header(_decoded(head, encoding), names)
    dialect = Dialect(
        encoding,
        header.separator,
        tuple(header.cells),
        len(header.used.encode()),
        scan.rows,
        scan.has_text,
        scan.quotes > 0,
        scan.even,
        scan.longest,
    )
    return dialect, _faults(path, dialect, scan)


def open_text(path: Path, encoding: str, start: int = 0) -> IO[bytes]:
    """A text file as UTF-8 without a mark of its encoding, from some byte of that on."""
    stream = path.open("rb")
    if encoding == "utf-8":
        stream.seek(start)
        return stream
    text = io.BufferedReader(_Transcoded(stream, encoding), _PIECE)
    text.read(start)
    return text


def rows_of(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    """Rows below the header, read one by one: slow, and sure.

    Raises:
        csv.Error: A quote is not closed, or text stands behind one.
    """
    stream = open_text(path, dialect.encoding, dialect.start)
    with (
        _fields_of_any_size(),
        io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="") as text,
    ):
        yield from csv.reader(text, delimiter=dialect.separator, strict=True)


@contextmanager
def _fields_of_any_size() -> Iterator[None]:
    """Notes of customers can be longer than what the module takes for a field by itself."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


class _Transcoded(io.RawIOBase):
    """Bytes of an encoding as bytes of UTF-8."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            raw = self._stream.read(_PIECE)
            text = self._decoder.decode(raw, final=not raw)
            self._ready = memoryview(text.encode("utf-8"))
            if not raw and not self._ready:
                return 0
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


def _marked_encoding(head: bytes) -> str | None:
    """The encoding that a file's first bytes tell, if they do."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    # UTF-16 without its mark: of Latin letters every other byte is nothing.
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 3 and head[first::2].count(0) > 0.8 * (len(head) // 2):
            return encoding
    return None


def _encoding_of(head: bytes) -> str:
    """``utf-8``, or what else the bytes can be; one letter may be cut in two at their end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1" if any(sign in head for sign in _NOT_IN_WINDOWS) else "cp1252"
    return "utf-8"


def _pieces(path: Path, encoding: str, header: _Header) -> Iterator[bytes]:
    # What is counted has the same bytes in all encodings of one byte a letter and in UTF-8.
    of_bytes = encoding in ("utf-8", *_OF_BYTES)
    start = len(header.used.encode(encoding)) if of_bytes else len(header.used.encode())
    with open_text(path, "utf-8" if of_bytes else encoding, start) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _decoded(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where a header is: its separator and cells, and the text up to its end."""

    separator: str
    cells: list[str]
    used: str


def _find_header(text: str, names: Collection[str]) -> _Header:
    """The row that has most of the known names; without any, the first that holds something."""
    lines = _LINES.findall(text)
    told = _SEPARATOR_LINE.fullmatch(lines[0].removeprefix("\ufeff")) if lines else None
    skipped = 1 if told else 0
    found: list[tuple[int, int, int, _Header]] = []
    for separator in told["separator"] if told else _SEPARATORS:
        reader = csv.reader(lines[skipped:], delimiter=separator)
        for number, row in enumerate(_first_rows(reader)):
            cells = [plain_text(cell) for cell in row]
            if any(cells):
                known = len({cell.casefold() for cell in cells} & set(names))
                used = "".join(lines[: skipped + reader.line_num])
                header = _Header(separator, cells, used)
                found.append((known, -number if known else 0, len(cells), header))
    if not found:
        return _Header(_SEPARATORS[0], [], "".join(lines))
    return max(found, key=lambda each: each[:3])[3]


def _first_rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    for _ in range(_TITLE_LINES):
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


@dataclass(slots=True)
class _Scan:
    """Counts of a text, piece by piece.

    Attributes:
        separator: Between fields.
        width: Fields of the header.
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

    def add(self, piece: bytes) -> int:
        """Count a piece; returns its rows."""
        self._look_at_letters(piece)
        if len(self.head) < _HEAD:
            self.head += piece[:_HEAD]
        self.tail = piece[-_HEAD:] if len(piece) >= _HEAD else (self.tail + piece)[-_HEAD:]
        before = self.rows
        text = self._before + piece
        self._count(text)
        self._before = text[-3:]
        return self.rows - before

    def finish(self) -> int:
        """The end of the file ends the last row; returns the rows that are new."""
        before = self.rows
        self._count(self._before + (b"\n" if self.closed else b"\n\n"))
        if self._decoder is not None and self._decoder.getstate()[0]:
            self._decoder = None
        return self.rows - before

    def _look_at_letters(self, piece: bytes) -> None:
        self.binary = self.binary or b"\0" in piece
        self.has_text = self.has_text or bool(piece.strip(b" \t\r\n" + self.separator.encode()))
        if piece.isascii():
            if self._decoder is not None and self._decoder.getstate()[0]:
                self._decoder = None
            return
        self._windows = self._windows and not any(sign in piece for sign in _NOT_IN_WINDOWS)
        if self._decoder is not None:
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError:
                self._decoder = None

    def _count(self, piece: bytes) -> None:
        """Count a piece but for the two bytes before it and the byte behind it."""
        inner = piece[2:-1]
        if not self.open and b'"' not in inner and self._count_plain(inner, piece[1:2]):
            return
        text = np.frombuffer(piece, np.uint8)
        self._count_rows(text[2:-1], text[1:-2], text[:-3], text[3:])

    def _count_plain(self, inner: bytes, before: bytes) -> bool:
        """Count rows that all end alike, without a blank line; whether they do."""
        feeds, returns = inner.count(b"\n"), inner.count(b"\r")
        if returns and feeds and not feeds == returns == inner.count(b"\r\n"):
            return False
        end = b"\r\n" if returns and feeds else b"\r" if returns else b"\n"
        if end * 2 in inner or (inner.startswith(end) and before in (b"\n", b"\r")):
            return False
        if end[-1:] == b"\n" and inner.startswith(b"\n") and before == b"\r":
            return False
        self.rows += max(feeds, returns)
        splits = np.frombuffer(inner, np.uint8) == ord(self.separator)
        self.separators += int(np.count_nonzero(splits))
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

    def _check_quotes(self, places: Places, before: Bytes, after: Bytes) -> None:
        """An opening quote begins a field, a closing one ends it, or two stand for one."""
        edges = np.array([ord(self.separator), _LF, _CR, _QUOTE], np.uint8)
        opening = (np.arange(len(places)) + self.open) % 2 == 0
        neighbour = np.where(opening, before[places], after[places])
        self.strict = self.strict and bool(np.isin(neighbour, edges).all())

    def _row_likes(self, inner: Bytes, ends: Places) -> int:
        """Whole lines within quotes with the header's number of fields, none of them in words."""
        found = 0
        if not len(ends):
            return found
        for start, stop in zip(ends + 1, np.append(ends[1:], len(inner)), strict=True):
            line = re.split(rb"[\r\n\"]", inner[start:stop].tobytes(), maxsplit=1)[0]
            found += _looks_like_row(line, self.separator, self.width)
        return found

    def _measure(self, ends: Places, size: int) -> None:
        if not len(ends):
            self._since += size
        else:
            inner = int(np.diff(ends).max()) if len(ends) > 1 else 0
            self.longest = max(self.longest, self._since + int(ends[0]) + 1, inner)
            self._since = size - int(ends[-1]) - 1
        self.longest = max(self.longest, self._since)


def _faults(path: Path, dialect: Dialect, scan: _Scan) -> list[Problem]:
    if scan.binary:
        return [Problem("not-text", path, "is no table of text; deliver it again, as CSV")]
    problems = []
    swallows = scan.open or scan.like_rows if scan.strict else not _is_readable(path, dialect)
    if swallows:
        text = (
            "a quote is never closed, or stands in the middle of a field: rows behind it would be "
            "lost; deliver it again, with quotes inside fields doubled"
        )
        problems.append(Problem("quote", path, text))
    elif not scan.closed and _breaks_off(dialect, scan):
        text = "its last row breaks off: the file is cut short; deliver it again, whole"
        problems.append(Problem("cut-off", path, text))
    return problems


def _is_readable(path: Path, dialect: Dialect) -> bool:
    """Whether a file with quotes in odd places can be read all the same."""
    try:
        for row in rows_of(path, dialect):
            for cell in row:
                lines = _LINES.findall(cell)[1:] if "\n" in cell or "\r" in cell else []
                if any(_is_like_row(line.encode(), dialect) for line in lines):
                    return False
    except csv.Error:
        return False
    return True


def _is_like_row(line: bytes, dialect: Dialect) -> bool:
    return _looks_like_row(line.strip(b"\r\n"), dialect.separator, len(dialect.header))


def _looks_like_row(line: bytes, separator: str, width: int) -> bool:
    """Whether a line within quotes has a row's number of fields, none of them in words."""
    cells = line.split(separator.encode())
    return len(cells) == width > 1 and all(_NOT_WORDS.fullmatch(cell) for cell in cells)


def _breaks_off(dialect: Dialect, scan: _Scan) -> bool:
    """Whether a last row without a line end is one that no other row looks like."""
    line = re.split(rb"[\r\n]", scan.tail)[-1]
    if not line.strip() or line.count(b'"') % 2:
        return False
    head, last = _rows_in(scan.head, dialect), _rows_in(line, dialect)
    cells = last[0] if last else []
    width = len(dialect.header)
    others_even = scan.separators - len(cells) + 1 == (scan.rows - 1) * (width - 1)
    if len(cells) < width and others_even:
        return True
    column = [row[len(cells) - 1].strip() for row in head[:-1] if len(row) >= len(cells)]
    return len(column) >= _SAMPLE_ROWS and _is_strange(cells[-1].strip(), column)


def _is_strange(cell: str, others: Sequence[str]) -> bool:
    """Whether a cell is empty or cut, by what else stands in its column."""
    if not cell:
        return all(others)
    lengths = [len(other) for other in others if other]
    if lengths and len(cell) < min(lengths):
        return True
    shapes = {_shape(other) for other in others}
    return not cell.isdecimal() and len(shapes) <= _FEW_SHAPES and _shape(cell) not in shapes


def _shape(cell: str) -> str:
    return re.sub("[^\\W0-9_]", "a", re.sub("[0-9]", "9", cell))


def _rows_in(piece: bytes, dialect: Dialect) -> list[list[str]]:
    encoding = dialect.encoding if dialect.encoding in _OF_BYTES else "utf-8"
    lines = _LINES.findall(piece.decode(encoding, "replace"))
    try:
        return [row for row in csv.reader(lines, delimiter=dialect.separator) if row]
    except csv.Error:
        return []
