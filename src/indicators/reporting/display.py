"""The words that go with a figure or a table, and whether a notebook is executed by a run.

A matplotlib figure and a table of great-tables have no place for a caption's reference or an
alternative text. Who makes one for a report describes it here; whoever shows it, in a run or in
JupyterLab, finds the words again. Nothing is attached to the objects themselves.
"""

from __future__ import annotations

import os
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from indicators.errors import UsageError

if TYPE_CHECKING:
    from great_tables import GT
    from matplotlib.figure import Figure

# Set for the kernels of a run, by `production`; never by a user.
RUN_VARIABLE = "INDICATORS_RUN"

Words = TypeVar("Words")


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The words of a figure.

    Attributes:
        label: What refers to it, such as ``fig-flows``; empty for none.
        caption: Markdown in one line; empty for none.
        alt: What it shows, in words, for whoever does not see it.
        notes: Markdown below it, such as breaks of a series; empty for none.
        mark: What says in its caption and in its picture that it is made up; empty for none.
        is_own: Whether a notebook of one's own gave them: the run marks what is made up then.
    """

    label: str
    caption: str
    alt: str
    notes: str = ""
    mark: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class TableWords:
    """The words of a table.

    Attributes:
        label: What refers to it, such as ``tbl-flows``; empty for none.
        caption: Markdown in one line; empty for none.
        notes: Markdown below it; empty for none.
        mark: What says in its caption that it is made up; empty for none.
        is_own: Whether a notebook of one's own gave them: the run marks what is made up then.
    """

    label: str
    caption: str
    notes: str = ""
    mark: str = ""
    is_own: bool = False


class _WordsByIdentity(Generic[Words]):
    """Words of objects for as long as these live.

    No ``WeakKeyDictionary``: a table of great-tables compares by content, and cannot be hashed.
    """

    def __init__(self) -> None:
        self._words: dict[int, tuple[weakref.ref[object], Words]] = {}

    def set(self, item: object, words: Words) -> None:
        key = id(item)
        self._words[key] = (weakref.ref(item, lambda _: self._words.pop(key, None)), words)

    def get(self, item: object) -> Words | None:
        reference, words = self._words.get(id(item), (None, None))
        return words if reference is not None and reference() is item else None


_FIGURES: _WordsByIdentity[FigureWords] = _WordsByIdentity()
_TABLES: _WordsByIdentity[TableWords] = _WordsByIdentity()


def describe_figure(figure: Figure, words: FigureWords) -> None:
    """Say what a figure shows; words that it had are replaced."""
    _FIGURES.set(figure, words)


def figure_words(figure: Figure) -> FigureWords | None:
    """The words of a figure; None if nobody described it."""
    return _FIGURES.get(figure)


def describe_table(table: GT, words: TableWords) -> None:
    """Give a table its caption and label; words that it had are replaced.

    A method of ``GT`` gives another table, which has no words until it is described.
    """
    _TABLES.set(table, words)


def table_words(table: GT) -> TableWords | None:
    """The words of a table; None if nobody described it."""
    return _TABLES.get(table)


def describe(
    shown: Any, *, caption: str = "", alt: str = "", label: str = "", notes: str = ""
) -> None:
    """Give a figure or a table of one's own its words, such as those of the notebook's language.

    Quarto's options at the head of a cell are the same in every language; they go before these.

    Args:
        shown: A figure of matplotlib, axes or a grid of seaborn in one, or a table of great-tables.
            A method of ``GT`` gives another table: describe the one that is shown.
        caption: Markdown in one line.
        alt: Of a figure: what it shows, for whoever does not see it.
        label: What refers to it, ``fig-…`` or ``tbl-…``; with it, it has a number.
        notes: Markdown below it.

    Raises:
        UsageError: It is neither, a figure has no ``alt``, or the label begins otherwise.
    """
    from great_tables import GT
    from matplotlib.figure import Figure

    item = shown if isinstance(shown, (Figure, GT)) else getattr(shown, "figure", shown)
    if not isinstance(item, (Figure, GT)):
        raise UsageError(
            f"describe: {type(shown).__name__}: give a figure of matplotlib or seaborn, or a table"
            " of great_tables, such as GT(frame)"
        )
    kind, prefix = ("figure", "fig-") if isinstance(item, Figure) else ("table", "tbl-")
    if label and not label.startswith(prefix):
        raise UsageError(f"describe: label {label!r}: that of a {kind} begins with {prefix}")
    if isinstance(item, GT):
        describe_table(item, TableWords(label, caption, notes, is_own=True))
    elif alt.strip():
        describe_figure(item, FigureWords(label, caption, alt, notes, is_own=True))
    else:
        raise UsageError("describe: a figure needs alt, which says what it shows")


def in_run() -> bool:
    """Whether this is the kernel of a run, so that what is shown is to be Quarto Markdown."""
    return os.environ.get(RUN_VARIABLE) == "1"
