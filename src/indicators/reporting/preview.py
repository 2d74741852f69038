"""What a page of the report looks like in JupyterLab: its Markdown as HTML, pictures inside."""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.reporting.display import figure_words
from indicators.reporting.markdown import figure_block
from indicators.reporting.wording import TAGS, Translator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from indicators.reporting.charts.drawing import ReportFigure

# What the page's theme does, in short; only inside what is shown.
_STYLE = """\
.indicators-page {max-width: 50rem; line-height: 1.5}
.indicators-page table {border-collapse: collapse; margin: 1rem 0 .5rem}
.indicators-page th, .indicators-page td {padding: .25rem .6rem; border-bottom: 1px solid #ccc}
.indicators-page th {text-align: left}
.indicators-page th[scope=row] {font-weight: normal}
.indicators-page figure {margin: 1rem 0}
.indicators-page img {max-width: 100%}
.indicators-page .status-note {font-size: .85em}
.indicators-page .synthetic-notice, .indicators-page [class^=callout] \
{border-left: .3rem solid #8a5a00; padding: .2rem .8rem; background: #fff6e0; color: #222}
.indicators-page .key-figures {display: flex; flex-wrap: wrap; gap: 1.5rem}
.indicators-page .key-figure p {margin: 0}
.indicators-page .key-figure .value {font-size: 1.6em; font-weight: bold}
"""
_LABEL = re.compile(r"\{#(?P<label>(?P<kind>fig|tbl)-[\w-]+)")
_REFERENCE = re.compile(r"\[-@(?P<label>(?:fig|tbl)-[\w-]+)\]")
_CAPTION = re.compile(r"^!\[(?=[^\n]*\]\([^\n]*\)\{#(?P<figure>fig-[\w-]+))", re.MULTILINE)
_TABLE = re.compile(r"^::: \{#(?P<table>tbl-[\w-]+)\}\n\n(?P<html>```.*?\n```)\n\n", re.M | re.S)
# A callout's title is an attribute, which a page shows and plain HTML does not.
_CALLOUT = re.compile(r'^(?P<head>::: \{\.callout-\w+ title="(?P<title>[^"\n]*)"\})$', re.MULTILINE)


def page_html(markdown: str, language: str | None, pictures: Mapping[str, bytes]) -> str:
    """Markdown of the report as HTML for a notebook's cell.

    Figures and tables are numbered from 1 in what is shown.

    Args:
        markdown: Of a section or a part of it.
        language: ``fi``, ``sv`` or ``en``; None where nothing is to be numbered.
        pictures: SVG of its figures, by the file that the Markdown names.
    """
    import pypandoc

    numbers = _numbers(markdown)
    text = _REFERENCE.sub(lambda match: _link(match["label"], numbers), markdown)
    text = _CAPTION.sub(lambda match: f"![{_prefix(match['figure'], numbers, language)}", text)
    text = _TABLE.sub(lambda match: match[0] + _prefix(match["table"], numbers, language), text)
    text = _CALLOUT.sub(r"\g<head>\n\n**\g<title>**", text).replace("fig-alt=", "alt=")
    html: str = pypandoc.convert_text(
        text, "html", format="markdown-citations-smart", extra_args=["--wrap=none"]
    )
    for file, content in pictures.items():
        # The picture itself is the address: a notebook keeps it, and asks nobody for it.
        address = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
        html = html.replace(f'src="{file}"', f'src="{address}"')
    tag = f' lang="{TAGS[language]}"' if language else ""
    return f'<div class="indicators-page"{tag}><style>{_STYLE}</style>\n{html}</div>'


def _numbers(markdown: str) -> dict[str, int]:
    """The number of each figure and of each table, by label."""
    labels: dict[str, list[str]] = {"fig": [], "tbl": []}
    for match in _LABEL.finditer(markdown):
        labels[match["kind"]].append(match["label"])
    return {label: at for found in labels.values() for at, label in enumerate(found, start=1)}


def _link(label: str, numbers: Mapping[str, int]) -> str:
    """A reference; a figure shown in another cell has no number here."""
    return f"[{numbers[label]}](#{label})" if label in numbers else "…"


def _prefix(label: str, numbers: Mapping[str, int], language: str | None) -> str:
    if language is None:
        return ""
    key = "figure_number" if label.startswith("fig") else "table_number"
    return Translator(language)(f"common.{key}", number=str(numbers[label])) + " "


def picture(drawn: ReportFigure) -> bytes:
    """The SVG of a figure as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        drawn.save(Path(folder))
        return (Path(folder) / drawn.file).read_bytes()


def figure_html(figure: Figure) -> str | None:
    """A figure with its words as HTML; None where nobody gave it any."""
    words = figure_words(figure)
    if words is None:
        return None
    if words.mark:
        from indicators.reporting.charts.drawing import keep_stamp

        keep_stamp(figure, words.mark)
    written = io.BytesIO()
    figure.savefig(written, format="svg")
    block = figure_block("figure.svg", "", words.caption, words.alt)
    return page_html(f"{block}\n\n{words.notes}", None, {"figure.svg": written.getvalue()})


def show_described_figures() -> None:
    """Have JupyterLab show a section's figure with its words; nothing where no notebook runs."""
    # Whoever runs a notebook has loaded it; the commands do without.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None and shell.display_formatter is not None:
        html = shell.display_formatter.formatters["text/html"]
        html.for_type_by_name("matplotlib.figure", "Figure", figure_html)
