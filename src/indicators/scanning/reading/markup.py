"""HTML, SVG and other XML: the text as it is read aloud, attributes, comments, scripts, tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import BinaryIO

from indicators.scanning.names import is_id_name
from indicators.scanning.pieces import Cells, Pause, Piece, Text, Trouble
from indicators.scanning.reading.plain import decoded

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
LARGEST = 64 << 20
_PART = 64 << 10


def read_markup(stream: BinaryIO) -> Iterator[Piece]:
    """What a page says, however it is marked up."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        yield Trouble("", f"larger than {LARGEST >> 20} MiB of markup; part it")
        return
    page, text = _Page(), decoded(data)
    # What never closes is gone through anew with each part.
    for start in range(0, len(text), _PART):
        page.feed(text[start : start + _PART])
        yield Pause()
    if len(text) - _place(text, *page.getpos()) < _PART // 4:
        page.close()
    else:
        # To close it takes the square of its length; its text is read beside this.
        yield Trouble("", "markup that breaks off; make it again")
    yield from page.parts()


def _place(text: str, line: int, offset: int) -> int:
    """Position of a line's sign, as the parser tells how far it has come."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + offset


class _Page(HTMLParser):
    """Gathers the texts of a page; its tables only where a heading says id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden: defaultdict[str, list[str]] = defaultdict(list)
        self.table: list[list[str]] = []
        self.columns: list[Cells] = []

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
            self.columns += _named_columns(self.table)
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

    def parts(self) -> Iterator[Piece]:
        yield Text("text", "".join(self.said))
        for place, values in self.hidden.items():
            yield Text(place, "\0".join(values))
        yield from self.columns

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.said.append("\0" if tag in _CELLS else "\n")


def _named_columns(rows: list[list[str]]) -> Iterator[Cells]:
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
                yield Cells("table", name.strip(), pa.array(values, pa.string()), row_number + 2)
