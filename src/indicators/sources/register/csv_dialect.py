"""How a text table is written: encoding, separator, header, quotes, line ends.

The whole file is looked through once before it is read: what a reader would swallow in silence (a
quote that is never closed, a last row that breaks off) is seen here, and which of the two readers a
file needs.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from indicators.problems import Problem
from indicators.sources.register.codes import plain_text
from indicators.sources.register.progress import Advance, no_advance
from indicators.sources.register.scan import HEAD_BYTES, NOT_IN_WINDOWS, TextScan, looks_like_row

# Small enough for a processor's cache: the file is gone through several times piece by piece.
_BLOCK_BYTES = 1 << 20
_TITLE_LINES = 60
"""Within so many rows a header must come."""
_SEPARATORS = ";,\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>.)"?\s*', re.IGNORECASE)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SINGLE_BYTE_ENCODINGS = ("cp1252", "latin-1")
_SAMPLE_ROWS = 20
_MAX_SHAPES = 60


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one text table is written.

    Attributes:
        encoding: Python's name of it.
        separator: Between fields.
        header: Names of the columns as they stand.
        start: Where rows begin, in bytes of the text as UTF-8.
        line: The header's line, the last if it has several.
        rows: About how many rows there are, for progress.
        has_text: Whether anything stands below the header.
        quoted: Whether quotes stand in it.
        even: Whether rows have as many fields as the header, so far as counts show; else rows are
            read singly, and fields left away at a row's end are empty.
        longest: Bytes of the longest row, about.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    start: int
    line: int
    rows: int
    has_text: bool
    quoted: bool
    even: bool
    longest: int


def read_dialect(
    path: Path, names: Collection[str] = (), advance: Advance = no_advance
) -> tuple[Dialect, list[Problem]]:
    """Look the whole file through once.

    Args:
        path: The file.
        names: Names of columns, in lower case, that the header is known by; titles and blank lines
            may stand before it.
        advance: Called with the number of further lines that were seen.

    Returns:
        How it is written, and why it cannot be read.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    encoding = _marked_encoding(head) or _encoding_of(head)
    header = _find_header(_decoded(head, encoding), names)
    scan = _scan_text(path, encoding, header, advance, careful=False)
    if not scan.even:
        # Perhaps for blank lines alone.
        scan = _scan_text(path, encoding, header, no_advance, careful=True)
    if b"\0" in head and encoding in ("utf-8", *_SINGLE_BYTE_ENCODINGS):
        scan.binary = True
    if encoding == "utf-8" and scan.encoding != encoding:
        encoding = scan.encoding
        header = _find_header(_decoded(head, encoding), names)
    dialect = Dialect(
        encoding,
        header.separator,
        tuple(header.cells),
        len(header.used.encode()),
        len(_LINES.findall(header.used)),
        scan.rows,
        scan.has_text,
        scan.quotes > 0,
        scan.even,
        scan.longest,
    )
    return dialect, _dialect_faults(path, dialect, scan)


def _scan_text(
    path: Path, encoding: str, header: _Header, advance: Advance, *, careful: bool
) -> TextScan:
    scan = TextScan(header.separator, len(header.cells), careful)
    for block in _text_blocks(path, encoding, header):
        advance(scan.add(block))
    advance(scan.finish())
    return scan


def open_text(path: Path, encoding: str, start: int = 0) -> IO[bytes]:
    """A text file as UTF-8 without a mark of its encoding, from some byte of that on."""
    stream = path.open("rb")
    if encoding == "utf-8":
        stream.seek(start)
        return stream
    text = io.BufferedReader(_Transcoded(stream, encoding), _BLOCK_BYTES)
    text.read(start)
    return text


def rows_below_header(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    """Rows below the header, read singly: slow, and sure.

    Raises:
        csv.Error: A quote is not closed, or text stands behind one.
    """
    stream = open_text(path, dialect.encoding, dialect.start)
    with (
        _allow_fields_of_any_size(),
        io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="") as text,
    ):
        yield from csv.reader(text, delimiter=dialect.separator, strict=True)


def parse_rows(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Rows that were read before, each whole."""
    with _allow_fields_of_any_size():
        yield from csv.reader(lines, delimiter=separator)


@contextmanager
def _allow_fields_of_any_size() -> Iterator[None]:
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
            raw = self._stream.read(_BLOCK_BYTES)
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
    """The encoding that a file's first bytes show, if any."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding
    # UTF-16 without its mark: of Latin letters every other byte is nothing.
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        half, nothing = len(head) // 2, [head[place::2].count(0) for place in (first, 1 - first)]
        if half > 1 and nothing[0] > 0.8 * half and nothing[1] < 0.2 * half:
            return encoding
    return None


def _encoding_of(head: bytes) -> str:
    """``utf-8``, or what else the bytes can be; one letter may be cut in two at their end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1" if any(sign in head for sign in NOT_IN_WINDOWS) else "cp1252"
    return "utf-8"


def _text_blocks(path: Path, encoding: str, header: _Header) -> Iterator[bytes]:
    # What is counted has the same bytes in all encodings of one byte a letter and in UTF-8.
    of_bytes = encoding in ("utf-8", *_SINGLE_BYTE_ENCODINGS)
    start = len(header.used.encode(encoding)) if of_bytes else len(header.used.encode())
    with open_text(path, "utf-8" if of_bytes else encoding, start) as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


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
    separator_line = _SEPARATOR_LINE.fullmatch(lines[0].removeprefix("\ufeff")) if lines else None
    skipped = 1 if separator_line else 0
    found: list[tuple[int, int, int, _Header]] = []
    for separator in separator_line["separator"] if separator_line else _SEPARATORS:
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


def _dialect_faults(path: Path, dialect: Dialect, scan: TextScan) -> list[Problem]:
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
    elif not scan.closed and _is_cut_off(dialect, scan):
        text = "its last row breaks off: the file is cut short; deliver it again, whole"
        problems.append(Problem("cut-off", path, text))
    return problems


def _is_readable(path: Path, dialect: Dialect) -> bool:
    """Whether a file with quotes in odd places can be read all the same."""
    try:
        for row in rows_below_header(path, dialect):
            for cell in row:
                lines = _LINES.findall(cell)[1:] if "\n" in cell or "\r" in cell else []
                if any(_is_like_row(line.encode(), dialect) for line in lines):
                    return False
    except csv.Error:
        return False
    return True


def _is_like_row(line: bytes, dialect: Dialect) -> bool:
    return looks_like_row(line.strip(b"\r\n"), dialect.separator, len(dialect.header))


def _is_cut_off(dialect: Dialect, scan: TextScan) -> bool:
    """Whether a last row without a line end is one that no other row looks like."""
    line = re.split(rb"[\r\n]", scan.tail)[-1]
    if not line.strip() or line.count(b'"') % 2:
        return False
    head, last = _rows_in_block(scan.head, dialect), _rows_in_block(line, dialect)
    cells = last[0] if last else []
    width = len(dialect.header)
    others_even = scan.separators - len(cells) + 1 == (scan.rows - 1) * (width - 1)
    if len(cells) < width and others_even:
        return True
    column = [row[len(cells) - 1].strip() for row in head[:-1] if len(row) >= len(cells)]
    return len(column) >= _SAMPLE_ROWS and _is_unlike_its_column(cells[-1].strip(), column)


def _is_unlike_its_column(cell: str, others: Sequence[str]) -> bool:
    """Whether a cell is empty or cut, by what else stands in its column."""
    if not cell:
        return all(others)
    lengths = [len(other) for other in others if other]
    if lengths and len(cell) < min(lengths):
        return True
    shapes = {_cell_shape(other) for other in others}
    return not cell.isdecimal() and len(shapes) <= _MAX_SHAPES and _cell_shape(cell) not in shapes


def _cell_shape(cell: str) -> str:
    return re.sub("[^\\W0-9_]", "a", re.sub("[0-9]", "9", cell))


def _rows_in_block(block: bytes, dialect: Dialect) -> list[list[str]]:
    encoding = dialect.encoding if dialect.encoding in _SINGLE_BYTE_ENCODINGS else "utf-8"
    lines = _LINES.findall(block.decode(encoding, "replace"))
    try:
        return [row for row in csv.reader(lines, delimiter=dialect.separator) if row]
    except csv.Error:
        return []
