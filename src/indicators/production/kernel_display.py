"""How figures and tables are shown in a run's kernel: an extension of IPython.

A figure is an SVG with the same bytes for the same figure, and carries the words that it was
described with (:mod:`indicators.reporting.display`); the run makes Markdown of all that when the
notebook is done.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from indicators.rendering.notebook import WORDS
from indicators.reporting.display import FigureWords, TableWords, figure_words, table_words

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

    words = figure_words(figure)
    if words is not None and words.mark:
        from indicators.reporting.charts.drawing import keep_stamp

        keep_stamp(figure, words.mark)
    written = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "indicators"}):
        figure.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
    fields = _fields(words)
    if words is not None:
        fields["alt"] = words.alt
    return {SVG: written.getvalue()}, {WORDS: fields} if fields else {}


def table_bundle(table: GT, **_: Any) -> Bundle:
    """A table of great-tables as HTML, with its words."""
    fields = _fields(table_words(table))
    return {"text/html": table.as_raw_html()}, {WORDS: fields} if fields else {}


def _fields(words: FigureWords | TableWords | None) -> dict[str, Any]:
    if words is None:
        return {}
    own = {"is_own": True} if words.is_own else {}
    fields = {"label": words.label, "caption": words.caption, "notes": words.notes}
    return fields | ({"mark": words.mark} if words.mark else {}) | own
