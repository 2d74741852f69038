"""A section of a report as an object: its text, data, figures, tables and definitions.

A section is composed of parts in the order of the page. Shown in a notebook of a run, it and each
of its parts become the Quarto Markdown of the page, and pictures are written; in JupyterLab they
look as on the page (:mod:`indicators.reporting.preview`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from indicators.errors import UsageError
from indicators.reporting import preview, tables
from indicators.reporting.charts.drawing import ReportFigure, keep_stamp
from indicators.reporting.display import (
    FigureWords,
    TableWords,
    describe_figure,
    describe_table,
    in_run,
)
from indicators.reporting.markdown import (
    figure_block,
    join_blocks,
    only_on_page,
    styled_box,
    table_block,
)
from indicators.reporting.tables import HeaderCell, Row

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT
    from matplotlib.figure import Figure

Shown = TypeVar("Shown")
Item = TypeVar("Item")
MimeBundle = dict[str, str]


class UnknownSectionError(UsageError, AttributeError):
    """A report has no section of some name (exit status 2)."""


# Parts: what a section is composed of. A part that is text is Markdown.


@dataclass(frozen=True)
class FigurePart:
    """A figure of a section.

    Attributes:
        drawn: The figure and what it shows in words.
        label: What it is referred to by, ``fig-…``.
        caption: Markdown in a line.
        note: Sentences in small type below it; empty for none.
        mark: What says in its caption and in its picture that it is made up; empty for none.
    """

    drawn: ReportFigure
    label: str
    caption: str
    note: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        words = FigureWords(self.label, self.caption, self.drawn.alt, self.note_block, self.mark)
        describe_figure(self.drawn.figure, words)

    @property
    def note_block(self) -> str:
        """The note as Markdown; empty for none."""
        return styled_box(self.note, "status-note") if self.note else ""

    @property
    def markdown(self) -> str:
        """The picture, its caption and its note."""
        picture = figure_block(self.drawn.file, self.label, self.caption, self.drawn.alt)
        return f"{picture}\n\n{self.note_block}".rstrip()


@dataclass(frozen=True)
class TablePart:
    """A table of a section.

    Attributes:
        heads: One or two rows of header cells, as :func:`tables.html_table` takes them.
        rows: Each row's name and its cells.
        label: What it is referred to by, ``tbl-…``.
        caption: Markdown in a line.
        note: Sentences in small type below it; empty for none.
        mark: What says in its caption that it is made up; empty for none.
        page_only: Whether the PDF leaves it out, for it tells a figure's numbers once more.
    """

    heads: Sequence[Sequence[HeaderCell]]
    rows: Sequence[Row]
    label: str
    caption: str
    note: str = ""
    mark: str = ""
    page_only: bool = False

    @property
    def note_block(self) -> str:
        """The note as Markdown; empty for none."""
        return styled_box(self.note, "status-note") if self.note else ""

    @property
    def html(self) -> str:
        """The table as the page has it."""
        return tables.html_table(self.heads, self.rows)

    @property
    def markdown(self) -> str:
        """The table, its caption and its note."""
        block = table_block(self.html, self.label, self.caption)
        text = f"{block}\n\n{self.note_block}".rstrip()
        return only_on_page(text) if self.page_only else text

    @cached_property
    def great_table(self) -> GT:
        """The same cells as a table of great-tables, with its caption and its note."""
        table = tables.great_table(self.heads, self.rows, self.label, self.caption, self.note)
        # Its note stands in the table itself.
        describe_table(table, TableWords(self.label, self.caption, mark=self.mark))
        return table


Part = str | FigurePart | TablePart


@dataclass(frozen=True)
class Content:
    """The parts of a section in the order of the page."""

    parts: tuple[Part, ...] = ()

    @property
    def markdown(self) -> str:
        """All parts as the page has them; empty for none."""
        return _markdown(self.parts)


def compose(*parts: Part) -> Content:
    """Parts below each other, empty texts left out."""
    return Content(tuple(part for part in parts if not isinstance(part, str) or part.strip()))


def _markdown(parts: Iterable[Part]) -> str:
    blocks = (part if isinstance(part, str) else part.markdown for part in parts)
    return join_blocks(*blocks).markdown


def _mime_bundle(parts: Sequence[Part], language: str, *, in_report: bool = True) -> MimeBundle:
    """What a notebook shows of some parts.

    Args:
        parts: In order.
        language: Of the report.
        in_report: Whether a run's page has them.
    """
    text = _markdown(parts)
    figures = [part for part in parts if isinstance(part, FigurePart)]
    for part in figures:
        keep_stamp(part.drawn.figure, part.mark)
    if not in_run():
        pictures = {part.drawn.file: preview.picture(part.drawn) for part in figures}
        return {"text/html": preview.page_html(text, language, pictures), "text/plain": text}
    if not in_report:
        text, figures = "", []
    for part in figures:
        part.drawn.save()
    return {"text/markdown": text, "text/plain": f"<{len(text)} characters of Markdown>"}


# What a section hands out, and how it shows itself.


class Text(str):
    """Markdown that a notebook shows as the page does.

    Attributes:
        language: Of the report.
        in_report: Whether a run's page has it.
    """

    language: str
    in_report: bool

    def __new__(cls, markdown: str, language: str, *, in_report: bool = True) -> Text:
        """A text in the language of its report."""
        text = super().__new__(cls, markdown)
        text.language, text.in_report = language, in_report
        return text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:
        del include, exclude
        return _mime_bundle([str(self)], self.language, in_report=self.in_report)


class Gallery(Sequence[Item], Generic[Shown, Item]):
    """Figures or tables of a section; shown, they stand below each other as on the page.

    Args:
        parts: Those of the page, with texts between them.
        shown: Those of the parts that are figures or tables.
        item: What a part gives: tables of great-tables are made when asked for.
        language: Of the report.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        shown: Sequence[Shown],
        item: Callable[[Shown], Item],
        language: str,
    ) -> None:
        self._parts, self._shown, self._item = tuple(parts), tuple(shown), item
        self._language = language

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return [self._item(part) for part in self._shown[index]]
        return self._item(self._shown[index])

    def __repr__(self) -> str:
        labels = [part.label for part in self._parts if not isinstance(part, str)]
        return f"<{', '.join(labels) or 'none'}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:
        del include, exclude
        return _mime_bundle(self._parts, self._language)


class Definitions(Sequence[Item], Generic[Item]):
    """Definitions of what a section shows.

    Args:
        items: What is defined.
        describe: Gives an item's name and definition as Markdown.
        language: Of the report.
    """

    def __init__(
        self, items: Sequence[Item], describe: Callable[[Item], str], language: str
    ) -> None:
        self._items, self._describe, self._language = tuple(items), describe, language

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return self._items[index]

    @property
    def markdown(self) -> str:
        """Name and definition of each; empty for none."""
        return _markdown(self._describe(item) for item in self)

    def __repr__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:
        del include, exclude
        return _mime_bundle([self.markdown], self._language)


class SectionSource(Protocol):
    """What a section was written from."""

    @property
    def language(self) -> str:
        """Of the report."""

    def data(self) -> pd.DataFrame:
        """What is shown, as a tidy table."""

    def definitions(self) -> Definitions[Any]:
        """Definitions of what is shown."""


@dataclass(frozen=True)
class Section:
    """A section of a report, in a language.

    Text, figures, tables and notes, shown in the order of the page, are the whole section; where
    its first table stands above its first figure, tables are shown before figures.

    Attributes:
        name: As the report calls it.
        title: In words.
        content: Its parts, in the order of the page.
        source: What it was written from.
        in_report: Whether the page has it; where it has not, its text says why.
    """

    name: str
    title: str
    content: Content
    source: SectionSource
    in_report: bool = True

    @property
    def markdown(self) -> str:
        """The section as the page has it; empty where it has none."""
        return self.content.markdown if self.in_report else ""

    @cached_property
    def text(self) -> Text:
        """Its heading and the text before its first figure or table, as Markdown."""
        return self._text(self._regions[0])

    @cached_property
    def figures(self) -> Gallery[FigurePart, Figure]:
        """Its figures of matplotlib, yours to change."""
        parts = self._regions[1]
        shown = [part for part in parts if isinstance(part, FigurePart)]
        return Gallery(parts, shown, lambda part: part.drawn.figure, self._language)

    @property
    def figure(self) -> Figure | None:
        """The first figure; None if there is none."""
        return next(iter(self.figures), None)

    @cached_property
    def tables(self) -> Gallery[TablePart, GT]:
        """Its tables, of the same cells as those on the page."""
        parts = self._regions[2]
        shown = [part for part in parts if isinstance(part, TablePart)]
        return Gallery(parts, shown, lambda part: part.great_table, self._language)

    @property
    def table(self) -> GT | None:
        """The first table; None if there is none."""
        return next(iter(self.tables), None)

    @cached_property
    def notes(self) -> Text:
        """The text behind its last figure or table, as Markdown; empty for none."""
        return self._text(self._regions[3])

    @cached_property
    def data(self) -> pd.DataFrame:
        """What is shown, as a tidy table.

        Returns:
            Of a monthly report the protected rows of every series that the section shows, of all
            months that the report has: the columns of the long table, ``date`` (the month's first
            day) and ``area_name``, ``category_name`` and ``indicator_name`` in the report's
            language. Of an evaluation the stored results that it shows, ``frame`` naming them.
        """
        return self.source.data()

    @cached_property
    def definitions(self) -> Definitions[Any]:
        """Definitions of its indicators or outcomes, with the values that are in force."""
        return self.source.definitions()

    def __repr__(self) -> str:
        return f"<section {self.name}: {self.title}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> MimeBundle:
        del include, exclude
        return _mime_bundle(self.content.parts, self._language, in_report=self.in_report)

    @property
    def _language(self) -> str:
        return self.source.language

    def _text(self, parts: Sequence[Part]) -> Text:
        return Text(_markdown(parts), self._language, in_report=self.in_report)

    @cached_property
    def _regions(self) -> list[tuple[Part, ...]]:
        """The parts cut in four: before the first figure or table, figures, tables, notes."""
        parts = self.content.parts
        places = [place for place, part in enumerate(parts) if not isinstance(part, str)]
        if not places:
            return [parts, (), (), ()]
        first, last = places[0], places[-1] + 1
        leading = type(parts[first])
        others = (place for place in places if not isinstance(parts[place], leading))
        bounds = [0, first, next(others, last), last, len(parts)]
        text, one, other, notes = (parts[begin:end] for begin, end in pairwise(bounds))
        figures, shown_tables = (one, other) if leading is FigurePart else (other, one)
        return [text, figures, shown_tables, notes]
