"""HTML tables with real header cells, so that a screen reader can announce row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from indicators.reporting.wording import keep_last_word

NUMBER_STYLE = ' style="text-align: right"'


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and a second line below it.

    Attributes:
        text: The first line.
        note: The second line, such as the range of a bounded figure.
        number: Whether it stands to the right, digits below digits.
    """

    text: str
    note: str = ""
    number: bool = True


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column's header; ``span`` columns wide."""

    text: str
    span: int = 1
    number: bool = True


Row = tuple[str, Sequence[Cell]]


def html_table(heads: Sequence[Sequence[HeaderCell]], rows: Sequence[Row]) -> str:
    """A table whose first column names the row.

    Args:
        heads: One or two rows of headers, the first column's included; in a second row the first
            header is an empty text, which becomes part of the header above it.
        rows: Each row's name and its cells.
    """
    body = "\n".join(_row_html(name, cells) for name, cells in rows)
    return f"<table>\n<thead>\n{_header_html(heads)}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _header_html(heads: Sequence[Sequence[HeaderCell]]) -> str:
    lines = []
    for number, line in enumerate(heads):
        deep = len(heads) - number
        cells = "".join(
            _header_cell_html(head, deep if column == 0 else 1)
            for column, head in enumerate(line)
            if head.text
        )
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join(lines)


def _header_cell_html(head: HeaderCell, deep: int) -> str:
    spans = (f' colspan="{head.span}"' if head.span > 1 else "") + (
        f' rowspan="{deep}"' if deep > 1 else ""
    )
    scope = "colgroup" if head.span > 1 else "col"
    centred = (
        ' style="text-align: center"' if head.span > 1 else NUMBER_STYLE if head.number else ""
    )
    return f'<th scope="{scope}"{spans}{centred}>{escape(keep_last_word(head.text))}</th>'


def _row_html(name: str, cells: Sequence[Cell]) -> str:
    return (
        f"<tr><th "
        f'scope="row">{escape(keep_last_word(name))}</th>{"".join(map(_cell_html, cells))}</tr>'
    )


def _cell_html(cell: Cell) -> str:
    note = f"<br><small>{escape(cell.note)}</small>" if cell.note else ""
    return f"<td{NUMBER_STYLE if cell.number else ''}>{escape(cell.text)}{note}</td>"
