"""How figures and tables are shown in a run's kernel: an extension of IPython.

A figure is an SVG with the same bytes for the same figure, and carries the words that it was
described with (:mod:`indicators.reporting.display`); the run makes Markdown of all that when the
notebook is done.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from indicators.rendering.notebook import WORDS
from indicators.reporting.display import figure_words, table_words

if TYPE_CHECKING:
    from great_tables import GT
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib.figure import Figure

SVG = "image/svg+xml"
Bundle = tuple[dict[str, Any], dict[str, Any]]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register how figures and tables are shown; IPython calls this as the kernel starts."""
    # The inline backend would draw each figure once more, as a PNG.
    shell.config.InlineBackend.figure_formats = set()
    formatter = shell.display_formatter.mimebundle_formatter  # type: ignore[union-attr]
    formatter.for_type_by_name("matplotlib.figure", "Figure", figure_bundle)
    formatter.for_type_by_name("great_tables.gt", "GT", table_bundle)


def figure_bundle(figure: Figure, **_: Any) -> Bundle:
    """A figure as SVG, with its words."""
    import matplotlib as mpl

    written = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "indicators"}):
        figure.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
    words = figure_words(figure)
    fields = {} if words is None else _fields(words.label, words.caption, words.notes)
    if words is not None:
        fields["alt"] = words.alt
    return {SVG: written.getvalue()}, {WORDS: fields} if fields else {}


def table_bundle(table: GT, **_: Any) -> Bundle:
    """A table of great-tables as HTML, with its words."""
    words = table_words(table)
    fields = {} if words is None else _fields(words.label, words.caption, words.notes)
    return {"text/html": table.as_raw_html()}, {WORDS: fields} if fields else {}


def _fields(label: str, caption: str, notes: str) -> dict[str, str]:
    return {"label": label, "caption": caption, "notes": notes}
