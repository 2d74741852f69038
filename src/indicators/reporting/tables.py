"""Tables of a report: HTML for its pages, and great-tables for those who go on with them.

The HTML has real header cells, so that a screen reader can announce row and column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from indicators.reporting.wording import keep_last_word

if TYPE_CHECKING:
    from great_tables import GT

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


def great_table(
    heads: Sequence[Sequence[HeaderCell]],
    rows: Sequence[Row],
    label: str,
    caption: str,
    note: str = "",
) -> GT:
    """The same cells as a table of great-tables, yours to style.

    Headers that span columns become spanners, the first column the stub. A cell's second line
    follows its first in the same line.

    Args:
        heads: As of :func:`html_table`.
        rows: Likewise.
        label: The table's id in HTML.
        caption: Its title.
        note: Sentences below it; empty for none.
    """
    import pandas as pd
    from great_tables import GT

    *above, columns = heads
    names = [f"column_{place}" for place in range(len(columns))]
    texts = [
        [name, *(f"{cell.text} {cell.note}".rstrip() for cell in cells)] for name, cells in rows
    ]
    table = GT(pd.DataFrame(texts, columns=names), rowname_col=names[0], id=label)
    table = table.cols_label(
        {name: keep_last_word(head.text) for name, head in zip(names[1:], columns[1:], strict=True)}
    )
    numbers = [
        name
        for name, cell in zip(names[1:], rows[0][1] if rows else [], strict=False)
        if cell.number
    ]
    others = [name for name in names[1:] if name not in numbers]
    for align, chosen in (("right", numbers), ("left", others)):
        if chosen:
            table = table.cols_align(align, columns=chosen)
    for level, line in enumerate(above):
        at = 1
        for place, head in enumerate(line[1:]):
            spanned = names[at : at + head.span]
            table = table.tab_spanner(head.text, columns=spanned, id=f"{label}-{level}-{place}")
            at += head.span
    table = table.tab_stubhead(heads[0][0].text).tab_header(title=caption)
    return table.tab_source_note(note) if note else table
