"""The list of reports on the site's front page: a row a month, a link a language and form."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from indicators.catalogue import LANGUAGES
from indicators.reporting.paths import report_name
from indicators.reporting.voice import TAGS, Voice


def months_made(reports: Path) -> dict[str, list[str]]:
    """The languages of each month whose notebook has been executed, newest month first."""
    found: dict[str, list[str]] = {}
    for month in sorted((path.name for path in reports.glob("????-??")), reverse=True):
        there = [
            language
            for language in LANGUAGES
            if (reports / month / language / f"{report_name(month, language)}.ipynb").exists()
        ]
        if there:
            found[month] = there
    return found


def index_markdown(reports: Path, primary: str = "fi") -> str:
    """The table of all reports, for ``index.qmd`` to include.

    Args:
        reports: Folder of executed notebooks, one a month and language.
        primary: Language of the table's own words.
    """
    voice = Voice(primary)
    rows = "\n".join(_row(voice, month, made) for month, made in months_made(reports).items())
    heads = "".join(
        f'<th scope="col" lang="{TAGS[language]}">{escape(_language(language))}</th>'
        for language in LANGUAGES
    )
    head = f'<tr><th scope="col">{escape(voice("site.month"))}</th>{heads}</tr>'
    table = f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    caption = voice("site.reports")
    return f"::: {{#tbl-reports}}\n\n```{{=html}}\n{table}\n```\n\n{caption}.\n\n:::\n"


def _row(voice: Voice, month: str, made: Iterable[str]) -> str:
    cells = "".join(f"<td>{_links(month, one) if one in made else '–'}</td>" for one in LANGUAGES)
    return f'<tr><th scope="row">{escape(voice.month(month))}</th>{cells}</tr>'


def _links(month: str, language: str) -> str:
    """The page under the month's name in its own language, and the PDF."""
    stem = f"reports/{month}/{language}/{report_name(month, language)}"
    name = escape(Voice(language).month(month))
    page = f'<a href="{stem}.html">{name}</a>'
    return f'<span lang="{TAGS[language]}">{page} · <a href="{stem}.pdf">PDF</a></span>'


def _language(language: str) -> str:
    return Voice(language)("opening.language_name")
