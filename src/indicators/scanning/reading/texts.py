"""Readers of texts: plain, delimited, markup, JSON, notebooks; files encoded in texts; bytes."""

from __future__ import annotations

import base64
import binascii
import codecs
import csv
import html
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from indicators.scanning.file_parts import (
    OVERLAP,
    BytesPart,
    ClockCheck,
    ColumnPart,
    EmbeddedFile,
    FilePart,
    TextPart,
    UnreadablePart,
)
from indicators.scanning.patterns import is_id_name, printed_id_columns

PART_BYTES = 8 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What no text holds but blanks, breaks and the escape that begins a colour.
_CONTROL_SIGNS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def encoding_of(head: bytes) -> str | None:
    """The encoding of a text by its beginning; None if it is no text.

    Bytes that are not UTF-8 may be Latin-1: where one of them cannot be read, those beside it can,
    and what is looked for is ASCII.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
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
    return not _CONTROL_SIGNS.search(text)


def may_be_text(head: bytes) -> bool:
    """Whether a beginning may be text in some encoding: without signs that no text has."""
    encoding = encoding_of(head)
    if encoding != "utf-8":
        return encoding is not None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return not _CONTROL_SIGNS.search(head.decode("latin-1"))
    return True


def read_text(stream: BinaryIO, *, embeds: bool = True) -> Iterator[FilePart]:
    """A text of any length, with the numbers of its lines."""
    decode = _decoder(stream).decode
    line, tail, is_text = 1, "", True
    while True:
        data = stream.read(PART_BYTES)
        text = tail + decode(data, final=not data)
        yield TextPart("", text, line, len(tail), embeds)
        if is_text and "\0" in text:
            is_text = False
            yield UnreadablePart("", "text at its beginning, and further on none; part it")
        if not data:
            return
        tail = text[-OVERLAP:]
        line += text.count("\n", 0, len(text) - len(tail))


def read_text_again(stream: BinaryIO) -> Iterator[FilePart]:
    """A text whose embedded files a different reader has handed over."""
    return read_text(stream, embeds=False)


def read_raw(stream: BinaryIO) -> Iterator[FilePart]:
    """Bytes as they stand."""
    tail = b""
    while data := stream.read(PART_BYTES):
        yield BytesPart("bytes", tail + data, len(tail))
        tail = (tail + data)[-OVERLAP:]


def _decoder(stream: BinaryIO) -> codecs.IncrementalDecoder:
    start = stream.tell()
    encoding = encoding_of(stream.read(8192)) or "utf-8"
    stream.seek(start)
    return codecs.getincrementaldecoder(encoding)(errors="replace")


def decode_whole(data: bytes) -> str:
    """A whole text at once."""
    return data.decode(encoding_of(data[:8192]) or "utf-8", errors="replace")


# CSV and TSV: cells by column, for names of ids; the text itself is read beside it.


_DELIMITERS = ",;\t|"
_BLOCK = 8 << 20


def read_delimited(stream: BinaryIO) -> Iterator[FilePart]:
    """Columns of a delimited file; nothing of one that is not in columns throughout.

    Whatever stands in it is found in its text as well, so that a broken row hides nothing but
    the name of its column.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    head = stream.read(1 << 16)
    stream.seek(0)
    encoding = _delimited_encoding(head)
    first = next(iter(head.decode(encoding, errors="replace").splitlines()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader(io.StringIO(first), delimiter=delimiter), [])
    if len(set(names)) < len(names) or not names:
        return
    try:
        batches = arrow.open_csv(
            stream,
            arrow.ReadOptions(encoding=encoding, block_size=_BLOCK, use_threads=False),
            arrow.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                # A row of a different length is left to the text.
                invalid_row_handler=lambda _: "skip",
            ),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        row = 2
        for batch in batches:
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                yield ColumnPart("", name, values, row)
            row += len(batch)
    except (pa.ArrowException, UnicodeError):
        return


def _delimited_encoding(head: bytes) -> str:
    encoding = encoding_of(head[:8192]) or "utf-8"
    if encoding != "utf-8":
        return encoding
    try:
        # A letter cut in two at the end is no fault.
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return encoding


# HTML, SVG and other XML: the text as it is read aloud, attributes, comments, scripts, tables.


# An element that parts no word: what stands in and beside it is read as one.
_INLINE = frozenset(
    [
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "data",
            "del",
            "dfn",
            "em",
            "font",
        ),
        *("i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
        # Of SVG, and of workbooks: runs of one text.
        *("tspan", "textpath", "r", "t", "rpr"),
    ]
)
_CELLS = frozenset({"td", "th"})
LARGEST_MARKUP = 64 << 20
_MARKUP_PART = 64 << 10


def read_markup(stream: BinaryIO) -> Iterator[FilePart]:
    """What a page says, however it is marked up."""
    data = stream.read(LARGEST_MARKUP + 1)
    if len(data) > LARGEST_MARKUP:
        yield UnreadablePart("", f"larger than {LARGEST_MARKUP >> 20} MiB of markup; part it")
        return
    page, text = _MarkupParser(), decode_whole(data)
    # What never closes is gone through anew with each part.
    for start in range(0, len(text), _MARKUP_PART):
        page.feed(text[start : start + _MARKUP_PART])
        yield ClockCheck()
    if len(text) - _text_position(text, *page.getpos()) < _MARKUP_PART // 4:
        page.close()
    else:
        # To close it takes the square of its length; its text is read beside this.
        yield UnreadablePart("", "markup that breaks off; make it again")
    yield from page.parts()


def _text_position(text: str, line: int, offset: int) -> int:
    """Position of a line's sign, from the line and offset that the parser gives."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + offset


class _MarkupParser(HTMLParser):
    """Gathers the texts of a page; its tables only where a heading says id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden: defaultdict[str, list[str]] = defaultdict(list)
        self.table: list[list[str]] = []
        self.columns: list[ColumnPart] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.hidden[f"attribute {name}"].append(value or "")
        self._part(tag)
        if tag == "table":
            self.table = []
        elif tag == "tr":
            self.table.append([])
        elif tag in _CELLS and self.table:
            self.table[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        if tag == "table":
            self.columns += _id_columns(self.table)
            self.table = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)
        if self.table and self.table[-1]:
            self.table[-1][-1] += data

    def handle_comment(self, data: str) -> None:
        self.hidden["comment"].append(data)

    def handle_decl(self, decl: str) -> None:
        self.hidden["declaration"].append(decl)

    def handle_pi(self, data: str) -> None:
        self.hidden["declaration"].append(data)

    def unknown_decl(self, data: str) -> None:
        # CDATA of XML.
        self.said.append(data.removeprefix("CDATA["))

    def parts(self) -> Iterator[FilePart]:
        yield TextPart("text", "".join(self.said))
        for place, values in self.hidden.items():
            yield TextPart(place, "\0".join(values))
        yield from self.columns

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.said.append("\0" if tag in _CELLS else "\n")


def _id_columns(rows: list[list[str]]) -> Iterator[ColumnPart]:
    """Columns of a table of which a cell of the first rows is named like an id."""
    import pyarrow as pa

    for row_number, header in enumerate(rows[:3]):
        for column, name in enumerate(header):
            if is_id_name(name):
                values = [
                    row[column].strip() or None
                    for row in rows[row_number + 1 :]
                    if column < len(row)
                ]
                yield ColumnPart(
                    "table", name.strip(), pa.array(values, pa.string()), row_number + 2
                )


# Files that stand encoded in a text: ``data:`` addresses and long runs of base64.


_DATA_ADDRESS = re.compile(
    r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.=+\"'-]+)*),([^\"'<>)\s\0]+)", re.IGNORECASE
)
# Whole lines of it, as in mails and notebooks, or one long run.
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{60,}(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}")
_DIGEST = re.compile(r"[0-9a-f]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|&#?\w{1,8};|=2[BD]")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})")
# As mails have them (quoted-printable).
_QUOTED_PRINTABLE = re.compile("=(2[BD]|3[0-9])")


def embedded_files(text: str, place: str) -> Iterator[EmbeddedFile]:
    """Files in ``data:`` addresses of a text, and what its runs of base64 may be."""
    # Most texts hold none, which a single word shows.
    for match in _DATA_ADDRESS.finditer(text) if "data:" in text.lower() else ():
        kind, options, content = match.groups()
        data = unquote_to_bytes(content)
        is_packed = "base64" in options.lower()
        data = _decode(data.decode("ascii", "ignore")) if is_packed else data
        # What is not packed is found where it stands.
        if is_packed or "%" in content:
            yield _embedded_file(data, place, f"data {kind or 'text/plain'}", kind or "")
    for run in _BASE64_RUN.findall(_DATA_ADDRESS.sub(" ", text)):
        # A digest packs nothing.
        if not _DIGEST.fullmatch(run):
            for data in decode_lines(run):
                yield EmbeddedFile(
                    _place_within(place, "base64"), "embedded", io.BytesIO(data), sure=False
                )


def unescape(text: str) -> str | None:
    r"""A text with percent signs, ``\u``, ``\x`` and entities undone, where it has any."""
    if not _ESCAPED.search(text):
        return None
    text = _UNICODE.sub(lambda match: chr(int(match[1] or match[2], 16)), html.unescape(text))
    text = _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)), text)
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", errors="replace")


def decode_lines(text: str) -> Iterator[bytes]:
    """The bytes of a base64 text, as notebooks hold them; none if it is no base64."""
    data = _decode(text)
    if data:
        yield data


def _embedded_file(data: bytes, place: str, label: str, kind: str) -> EmbeddedFile:
    suffix = {"image/svg+xml": ".svg", "text/html": ".html", "text/csv": ".csv"}.get(kind, "")
    return EmbeddedFile(_place_within(place, label), f"embedded{suffix}", io.BytesIO(data))


def _place_within(place: str, label: str) -> str:
    return f"{place}, {label}" if place else label


def _decode(text: str) -> bytes:
    compact = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    # One character over makes no byte; it belongs to what stands beside the run.
    compact = compact[: len(compact) - (len(compact) % 4 == 1)]
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4))
    except (binascii.Error, ValueError):
        return b""


# JSON, lines of JSON and notebooks: values by the key they stand under.


Columns = dict[tuple[str, str], list[object]]
_LINES_AT_ONCE = 10_000


def read_json(stream: BinaryIO) -> Iterator[FilePart]:
    """Every value of a JSON file; one that is none is read as text."""
    content = _parse_json(stream)
    if isinstance(content, UnreadablePart):
        yield content
    if content is None or isinstance(content, UnreadablePart):
        yield from read_text(stream)
    else:
        yield from _value_columns([content], "")


def read_json_lines(stream: BinaryIO) -> Iterator[FilePart]:
    """Lines of JSON, some thousands at a time; one that is none is read as text."""
    first, batch = 1, []
    for number, line in enumerate(stream, 1):
        try:
            batch.append(json.loads(line))
        except ValueError:
            yield TextPart("", decode_whole(line), number)
        if len(batch) == _LINES_AT_ONCE:
            yield from _value_columns(batch, "", first)
            first, batch = number + 1, []
    yield from _value_columns(batch, "", first)


def read_notebook(stream: BinaryIO) -> Iterator[FilePart]:
    """A notebook cell by cell: source, outputs with their pictures, attachments, metadata."""
    book = _parse_json(stream)
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        stream.seek(0)
        yield from read_json(stream)
    else:
        for number, cell in enumerate(book["cells"], 1):
            yield from _cell(cell, f"cell {number}")
        yield from _value_columns(
            [{key: value for key, value in book.items() if key != "cells"}], ""
        )


def _parse_json(stream: BinaryIO) -> Any:
    """The content; None if it is no JSON, with the stream at its beginning again."""
    data = stream.read(LARGEST_MARKUP + 1)
    stream.seek(0)
    if len(data) > LARGEST_MARKUP:
        return UnreadablePart("", f"larger than {LARGEST_MARKUP >> 20} MiB of JSON; part it")
    try:
        return json.loads(decode_whole(data))
    except (ValueError, RecursionError):
        return None


def _cell(cell: Any, place: str) -> Iterator[FilePart]:
    if not isinstance(cell, dict):
        yield from _value_columns([cell], place)
        return
    yield TextPart(place, _joined(cell.get("source")), 1)
    for number, output in enumerate(cell.get("outputs") or [], 1):
        yield from _output(output, f"{place}, output {number}")
    for name, bundle in dict(cell.get("attachments") or {}).items():
        yield from _bundle(bundle, f"{place}, attachment {name}")
    left = {k: v for k, v in cell.items() if k not in ("source", "outputs", "attachments")}
    yield from _value_columns([left], place)


def _output(output: Any, place: str) -> Iterator[FilePart]:
    if not isinstance(output, dict):
        yield from _value_columns([output], place)
        return
    yield from _printed_text(_joined(output.get("text")), place)
    yield from _bundle(output.get("data"), place)
    left = {key: value for key, value in output.items() if key not in ("text", "data")}
    yield from _value_columns([left], place)


def _bundle(bundle: Any, place: str) -> Iterator[FilePart]:
    """An output's forms by media type."""
    for kind, content in (bundle if isinstance(bundle, dict) else {}).items():
        place_of_kind = f"{place}, {kind}"
        text = _joined(content)
        if kind in ("text/html", "image/svg+xml"):
            suffix = ".html" if kind == "text/html" else ".svg"
            yield EmbeddedFile(
                place_of_kind, f"output{suffix}", io.BytesIO(text.encode("utf-8", "replace"))
            )
        elif kind.startswith("text/"):
            yield from _printed_text(text, place_of_kind)
        elif text and not kind.endswith("json"):
            for data in decode_lines(text):
                yield EmbeddedFile(place_of_kind, "output", io.BytesIO(data))
            yield TextPart(place_of_kind, text, embeds=False)
        else:
            yield from _value_columns([content], place_of_kind)


def _printed_text(text: str, place: str) -> Iterator[FilePart]:
    import pyarrow as pa

    yield TextPart(place, text, 1)
    for name, rows in printed_id_columns(text):
        yield ColumnPart(place, name, pa.array(["-"] * rows))


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(map(str, text))
    return text if isinstance(text, str) else ""


def _value_columns(contents: list[Any], place: str, first: int = 1) -> Iterator[FilePart]:
    """Values of like paths as one column each; keys are texts too."""
    import pyarrow as pa

    columns: Columns = defaultdict(list)
    for content in contents:
        _gather(content, "", "", columns)
    yield TextPart(f"{place}, keys" if place else "keys", "\0".join(key for _, key in columns))
    for (path, key), values in columns.items():
        where = ", ".join(part for part in (place, path) if part)
        texts = [str(value) for value in values]
        yield ColumnPart(
            where, key, pa.array(texts, pa.string()), first if len(contents) > 1 else 1
        )


def _gather(content: Any, path: str, key: str, columns: Columns) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _gather(value, f"{path}.{key}" if path and key else path or key, str(name), columns)
    elif isinstance(content, list):
        for value in content:
            _gather(value, path, key, columns)
    elif content is not None and not isinstance(content, bool) and content != "":
        columns[path, key].append(content)
