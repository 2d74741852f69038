"""What the site's front page says and lists: a row a month, a link a language and form."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import Path

from indicators.catalogue import LANGUAGES
from indicators.reporting.evaluation.volumes import MADE_UP, REPORT
from indicators.reporting.fragments import join, table
from indicators.reporting.paths import register_name, report_name
from indicators.reporting.voice import TAGS, Voice
from indicators.settings import Settings

EVALUATION = "evaluation"
"""Folder of the evaluation among the reports."""


def months_made(pages: Path) -> dict[str, list[str]]:
    """The languages of each month that has a page, newest month first.

    Args:
        pages: Folder of the pages, one folder a month and language.
    """
    found = {}
    for month in sorted((path.name for path in pages.glob("????-??")), reverse=True):
        languages = [
            language
            for language in LANGUAGES
            if (_stem(pages, month, language)).with_suffix(".html").exists()
        ]
        if languages:
            found[month] = languages
    return found


def index_markdown(settings: Settings, pages: Path) -> str:
    """The front page's text in the three languages and its table, for ``index.qmd`` to include.

    Args:
        settings: Name the trial and the language of the table's own words, the first.
        pages: Folder of the pages, one folder a month and language.
    """
    translator = Voice(settings.report.languages[0])
    texts = "\n\n".join(
        _text(settings, Voice(language), pages) for language in settings.report.languages
    )
    rows = "\n".join(
        _row(translator, month, languages) for month, languages in months_made(pages).items()
    )
    heads = "".join(
        f'<th scope="col" lang="{TAGS[language]}">{escape(Voice(language)("opening.language_name"))}</th>'
        for language in LANGUAGES
    )
    head = f'<tr><th scope="col">{escape(translator("site.month"))}</th>{heads}</tr>'
    html = f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    return join(
        f"::::: {{.languages}}\n\n{texts}\n\n:::::",
        table(html, "tbl-reports", f"{translator('site.reports')}."),
    ).markdown


def _text(settings: Settings, translator: Voice, pages: Path) -> str:
    """What there is to read, in one language, and that some of its figures are made up."""
    paragraphs = [f"**{settings.trial.name[translator.language]}**", translator("site.text")]
    if any(pages.glob(f"????-??/{register_name('*', made_up=True)}")):
        paragraphs.append(f"**{translator('site.made_up')}**")
    if (pages / EVALUATION / REPORT.page).exists():
        folder = Path(pages.name) / EVALUATION
        links = {"page": REPORT.page, "pdf": REPORT.pdf, "study": MADE_UP.page}
        paths = {name: (folder / page).as_posix() for name, page in links.items()}
        paragraphs.append(translator("site.evaluation", **paths))
    text = "\n\n".join(paragraphs)
    return f":::: {{lang={TAGS[translator.language]}}}\n\n{text}\n\n::::"


def _row(translator: Voice, month: str, languages: Collection[str]) -> str:
    cells = "".join(
        f"<td>{_links(month, language) if language in languages else '–'}</td>"
        for language in LANGUAGES
    )
    return f'<tr><th scope="row">{escape(translator.month(month))}</th>{cells}</tr>'


def _links(month: str, language: str) -> str:
    """The page under the month's name in its own language, and the PDF."""
    stem = _stem(Path("reports"), month, language).as_posix()
    name = escape(Voice(language).month(month))
    page = f'<a href="{stem}.html">{name}</a>'
    return f'<span lang="{TAGS[language]}">{page} · <a href="{stem}.pdf">PDF</a></span>'


def _stem(folder: Path, month: str, language: str) -> Path:
    return folder / month / language / report_name(month, language)
