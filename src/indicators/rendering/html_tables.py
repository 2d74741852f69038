"""HTML tables as pandas, great-tables and statsmodels show them, as tables for a report.

Styles, scripts and ids are dropped. What is read are the cells: heads are marked as such, empty
ones get words or are joined with those below, labels that stand for several rows are repeated in
each, and columns of figures stand to the right. Titles and notes within a table become its caption
and the notes below it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from importlib import resources

# Elements within a cell that keep their meaning without a style.
INLINE = frozenset({"sup", "sub", "em", "i", "strong", "b", "code"})
SKIPPED = frozenset({"style", "script", "title", "head"})
# What a table of a report cannot show.
PICTURES = frozenset({"img", "svg", "canvas", "input", "iframe", "video"})
BLANK = re.compile(r"(?:\s|&nbsp;|\xa0|<br>)*")
TAGS = re.compile(r"<[^>]*>")
_FIGURE = re.compile(
    r"[\s(\[<>≤≥=~≈±]*[-+−–]?(?:\d|[.,]\d)[\d\s.,'%–−\xa0\u202f]*(?:e[-+]?\d+)?[\s%*€)\]†‡]*", re.I
)
_NO_FIGURE = frozenset(
    {"", "nan", "none", "<na>", "nat", "–", "-", "—", "..", "...", "…", "inf", "-inf"}
)
_SIZE = re.compile(r"(?P<rows>\d+) rows? × (?P<columns>\d+) columns?")
# What statsmodels says of the clock: a report of the same figures has the same bytes.
_CLOCK = ("Date:", "Time:")


@cache
def _words() -> dict[str, dict[str, str]]:
    file = resources.files("indicators.rendering") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@dataclass
class _Cell:
    """A cell: whether a head, its inline HTML, its spans and classes."""

    is_head: bool
    html: str = ""
    columns: int = 1
    rows: int = 1
    classes: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return " ".join(TAGS.sub(" ", self.html).replace("&nbsp;", " ").split())

    @property
    def is_blank(self) -> bool:
        return bool(BLANK.fullmatch(self.html))


@dataclass
class _Row:
    part: str
    classes: frozenset[str]
    cells: list[_Cell] = field(default_factory=list)


@dataclass
class _Table:
    caption: str = ""
    classes: frozenset[str] = frozenset()
    rows: list[_Row] = field(default_factory=list)


@dataclass(frozen=True)
class ReportTable:
    """A table as a report can have it.

    Attributes:
        html: ``<table>`` with heads marked, without a caption.
        caption: Its own caption or title, as plain text; empty for none.
        notes: What stands below it, plain text, a line each.
    """

    html: str
    caption: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """The tables of an HTML text; ``faults`` says what of it a report cannot show."""

    tables: tuple[ReportTable, ...]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def read_tables(html: str, language: str) -> Tables:
    """Read the tables of an HTML text.

    Args:
        html: As a notebook's output has it.
        language: ``fi``, ``sv`` or ``en``, of what is said where the text has no words.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    tables = tuple(_report_table(table, language) for table in parser.tables if table.rows)
    faults = [f"`<{tag}>` in a table" for tag in sorted(parser.pictures)]
    if not tables:
        faults.append("HTML without a table")
    return Tables(tables, tuple(_note(line, language) for line in parser.notes()), tuple(faults))


def _note(text: str, language: str) -> str:
    """A line below a table; pandas' own on a table that it shows a part of, in the language."""
    size = _SIZE.fullmatch(text)
    return _words()["size"][language].format(**size.groupdict()) if size else text


class _Parser(HTMLParser):
    """Gathers tables, and the text outside them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.pictures: set[str] = set()
        self._outside: list[str] = []
        self._part = ""
        self._skipping = 0
        self._in_caption = False
        self._cell: _Cell | None = None
        self._open: list[str] = []
        self._depth = 0

    def notes(self) -> Iterator[str]:
        for line in "".join(self._outside).split("\n"):
            if text := " ".join(line.split()):
                yield text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = frozenset(values.get("class", "").split())
        if tag in SKIPPED:
            self._skipping += 1
        elif tag in PICTURES:
            self.pictures.add(tag)
        elif tag == "table":
            self._end_cell()
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table(classes=classes))
                self._part = ""
        elif not self._depth:
            if tag in ("p", "br", "div", "li"):
                self._outside.append("\n")
        elif tag in ("thead", "tbody", "tfoot"):
            self._end_cell()
            self._part = tag
        elif tag == "caption":
            self._in_caption = True
        elif tag == "tr":
            self._end_cell()
            self.tables[-1].rows.append(_Row(self._part, classes))
        elif tag in ("td", "th"):
            self._begin_cell(tag, values, classes)
        elif self._cell is not None:
            self._inline(tag)

    def _begin_cell(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> None:
        self._end_cell()
        table = self.tables[-1]
        if not table.rows:
            table.rows.append(_Row(self._part, frozenset()))
        self._cell = _Cell(
            tag == "th", "", _span(values.get("colspan")), _span(values.get("rowspan")), classes
        )
        table.rows[-1].cells.append(self._cell)

    def _inline(self, tag: str) -> None:
        assert self._cell is not None
        if tag in INLINE:
            self._cell.html += f"<{tag}>"
            self._open.append(tag)
        elif tag in ("br", "p", "div", "li") and not self._cell.is_blank:
            self._cell.html += "<br>"

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipping = max(self._skipping - 1, 0)
        elif tag == "table":
            self._end_cell()
            self._depth = max(self._depth - 1, 0)
        elif tag == "caption":
            self._in_caption = False
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif self._cell is not None and tag in self._open:
            while self._open and (last := self._open.pop()):
                self._cell.html += f"</{last}>"
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        if self._in_caption:
            self.tables[-1].caption += data
        elif self._cell is not None:
            self._cell.html += escape(data, quote=False)
        elif not self._depth:
            self._outside.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self._cell.html += "".join(f"</{tag}>" for tag in reversed(self._open))
            self._cell.html = re.sub(r"(?:<br>\s*)+$", "", self._cell.html).strip()
        self._cell = None
        self._open = []


def _span(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdigit() else 1


# A table's rows taken apart: title, heads, body, notes.


def _report_table(table: _Table, language: str) -> ReportTable:
    rows = [row for row in table.rows if row.cells]
    width = max((sum(cell.columns for cell in row.cells) for row in rows), default=0)
    titles, heads, body, notes = [], [], [], []
    for row in rows:
        if row.part == "thead" and "gt_heading" in row.classes:
            titles.append(row.cells[0].text)
        elif row.part == "tfoot" and len(row.cells) == 1:
            notes.append(row.cells[0].text)
        elif row.part == "thead":
            heads.append(row)
        else:
            body.append(row)
    if not heads:
        body, heads = _split_heads(body)
    if not heads and _is_in_pairs(body):
        body = _in_single_pairs(body, without=_CLOCK if "simpletable" in table.classes else ())
    caption = " ".join(table.caption.split()) or " – ".join(filter(None, titles))
    html = _table_html(_head_grid(heads), body, width, language)
    return ReportTable(html, caption, tuple(filter(None, notes)))


def _split_heads(rows: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Body and head rows of a table without ``<thead>``: heads are rows of nothing but heads."""
    heads = []
    for row in rows:
        filled = [cell for cell in row.cells if not cell.is_blank]
        if not filled or not all(cell.is_head for cell in filled) or len(row.cells) < 2:
            break
        heads.append(row)
    return rows[len(heads) :], heads


def _is_in_pairs(rows: Sequence[_Row]) -> bool:
    """Whether each row holds several names, each with its value beside it."""
    return bool(rows) and all(
        len(row.cells) > 2
        and [cell.is_head for cell in row.cells] == [True, False] * (len(row.cells) // 2)
        for row in rows
    )


def _in_single_pairs(rows: Sequence[_Row], without: Sequence[str]) -> list[_Row]:
    pairs = [
        (row.cells[at], row.cells[at + 1])
        for at in range(0, max(len(row.cells) for row in rows), 2)
        for row in rows
        if at + 1 < len(row.cells)
    ]
    return [
        _Row("tbody", frozenset(), [name, value])
        for name, value in pairs
        if not (name.is_blank and value.is_blank) and name.text not in without
    ]


def _head_grid(rows: Sequence[_Row]) -> list[list[_Cell | None]]:
    """Heads in rows and columns; where a cell of another place reaches, None."""
    grid: list[list[_Cell | None]] = [[] for _ in rows]
    reached: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        for cell in row.cells:
            # Empty heads that span columns are parted, so that each can be joined with another.
            parts = [_Cell(True)] * cell.columns if cell.is_blank and cell.rows == 1 else [cell]
            for part in parts:
                while (number, len(grid[number])) in reached:
                    grid[number].append(None)
                at = len(grid[number])
                grid[number] += [part, *[None] * (part.columns - 1)]
                reached.update(
                    (below, column)
                    for below in range(number + 1, number + part.rows)
                    for column in range(at, at + part.columns)
                )
        while (number, len(grid[number])) in reached:
            grid[number].append(None)
    return grid


def _expand(rows: Sequence[_Row]) -> list[list[_Cell]]:
    """The body's cells in rows and columns; a label of several rows stands in each of them."""
    result: list[list[_Cell]] = []
    held: dict[int, tuple[int, _Cell]] = {}
    for row in rows:
        cells: list[_Cell] = []

        def fill(cells: list[_Cell] = cells) -> None:
            while (at := len(cells)) in held:
                left, cell = held[at]
                cells.append(cell)
                if left > 1:
                    held[at] = (left - 1, cell)
                else:
                    del held[at]

        for cell in row.cells:
            fill()
            if cell.rows > 1 and cell.columns == 1:
                held_after = (cell.rows - 1, cell)
                at = len(cells)
                cells.append(cell)
                held[at] = held_after
            else:
                cells.append(cell)
        fill()
        result.append(cells)
    return result


def _table_html(
    heads: list[list[_Cell | None]], rows: Sequence[_Row], width: int, language: str
) -> str:
    body = _expand(rows)
    full = [cells for cells in body if sum(cell.columns for cell in cells) == len(cells)]
    stub = min((_leading_heads(cells) for cells in full), default=0)
    lengths = [*(len(cells) for cells in heads), *(len(cells) for cells in full)]
    width = max(lengths, default=width)
    figures = [
        column >= stub and _is_figures([cells[column] for cells in full if column < len(cells)])
        for column in range(width)
    ]
    _join_index_names(heads, stub)
    lines = ["<table>"]
    if heads:
        lines += ["<thead>", *_head_lines(heads, stub, language), "</thead>"]
    lines += [*_body_lines(body, stub, figures), "</table>"]
    return "\n".join(lines)


def _leading_heads(cells: Sequence[_Cell]) -> int:
    return next((at for at, cell in enumerate(cells) if not cell.is_head), len(cells))


def _is_figures(cells: Sequence[_Cell]) -> bool:
    # As great-tables sets a column, whatever stands in it.
    if cells and all("gt_right" in cell.classes for cell in cells):
        return True
    texts = [cell.text for cell in cells]
    figures = [
        text for text in texts if all(_FIGURE.fullmatch(part) for part in _parts(text)) and text
    ]
    others = [text for text in texts if text.lower() not in _NO_FIGURE and text not in figures]
    return bool(figures) and not others


def _parts(text: str) -> list[str]:
    """The figures of a cell: an estimate and its standard error stand in one."""
    return [part for part in re.split(r"(?<=[\d*%]) (?=[(\[])", unescape(text)) if part]


def _join_index_names(heads: list[list[_Cell | None]], stub: int) -> None:
    """Put the row of index names, which pandas writes below all heads, into the head above.

    Both have names where the columns have levels too: then both are said, parted by a slash.
    """
    if len(heads) < 2 or not stub:
        return
    last, above = heads[-1], heads[-2]
    if not all(cell is None or cell.is_blank for cell in last[stub:]):
        return
    for at in range(min(stub, len(last), len(above))):
        name, level = last[at], above[at]
        if name is None or name.is_blank:
            continue
        if level is not None and not level.is_blank:
            name = _Cell(True, f"{name.html} / {level.html}")
        above[at] = name
    heads.pop()


def _head_lines(heads: list[list[_Cell | None]], stub: int, language: str) -> Iterator[str]:
    written: set[tuple[int, int]] = set()
    for number, cells in enumerate(heads):
        line = []
        for at, found in enumerate(cells):
            if found is None or (number, at) in written:
                continue
            cell, rows = found, found.rows
            if cell.is_blank and rows == 1:
                cell, rows = _first_below(heads, number, at)
                written.update((below, at) for below in range(number, number + rows))
            if cell.is_blank:
                cell = _Cell(True, _head_word(at, stub, language))
            spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
            spans += f' rowspan="{rows}"' if rows > 1 else ""
            scope = "colgroup" if cell.columns > 1 else "col"
            line.append(f'<th scope="{scope}"{spans}>{cell.html}</th>')
        yield f"<tr>{''.join(line)}</tr>"


def _first_below(heads: list[list[_Cell | None]], number: int, at: int) -> tuple[_Cell, int]:
    """The first head with words in a column from a row on, and how many rows it may take up."""
    blank = _Cell(True)
    for below in range(number, len(heads)):
        cell = heads[below][at] if at < len(heads[below]) else None
        if cell is None or cell.columns > 1:
            return blank, max(below - number, 1)
        if not cell.is_blank:
            return cell, below - number + cell.rows
    return blank, len(heads) - number


def _head_word(at: int, stub: int, language: str) -> str:
    words = _words()
    if at < stub and stub == 1:
        return words["row"][language]
    return words["column"][language].format(number=at + 1)


def _body_lines(
    body: Sequence[Sequence[_Cell]], stub: int, figures: Sequence[bool]
) -> Iterator[str]:
    is_open = False
    for cells in body:
        # A head over all columns begins a group of rows.
        if len(cells) == 1 and cells[0].columns > 1 and cells[0].is_head:
            yield f"{'</tbody>' if is_open else ''}<tbody>"
            yield f'<tr><th scope="colgroup" colspan="{cells[0].columns}">{cells[0].html}</th></tr>'
            is_open = True
            continue
        if not is_open:
            yield "<tbody>"
            is_open = True
        at, line = 0, []
        for cell in cells:
            is_figure = at < len(figures) and figures[at]
            line.append(_body_cell(cell, is_head=at < stub, is_figure=is_figure))
            at += cell.columns
        yield f"<tr>{''.join(line)}</tr>"
    if is_open:
        yield "</tbody>"


def _body_cell(cell: _Cell, *, is_head: bool, is_figure: bool) -> str:
    span = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    if is_head:
        return f'<th scope="row"{span}>{cell.html}</th>'
    classes = ' class="num"' if is_figure else ""
    return f"<td{classes}{span}>{cell.html}</td>"
