"""The site's front page: its table of months, its lists of areas; and the packed download."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from indicators.areas.areas import Areas, Kind, load_areas
from indicators.catalogue.model import LANGUAGES
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT
from indicators.reporting.explorer_link import explorer_paragraphs
from indicators.reporting.files import register_name, report_name
from indicators.reporting.markdown import join_blocks, table_block
from indicators.reporting.wording import TAGS, Translator
from indicators.settings.model import Settings

# Folder of the evaluation among the reports.
EVALUATION = "evaluation"
README_NAME = "README.txt"


@dataclass(frozen=True, slots=True)
class FurtherNotebook:
    """A notebook with pages of its own beside the monthly reports.

    Attributes:
        name: Part of the names of its pages.
        titles: Its title by language; it has no other languages.
    """

    name: str
    titles: Mapping[str, str]

    def stem(self, folder: Path, month: str, language: str, area: str = "") -> Path:
        """Path of its page, without the ending."""
        name = "-".join(part for part in (self.name, area, month, language) if part)
        return folder / month / area / self.name / language / name

    def has_page(self, pages: Path, month: str, language: str, area: str = "") -> bool:
        """Whether it has a page of a month in a language."""
        page = self.stem(pages, month, language, area).with_suffix(".html")
        return language in self.titles and page.exists()


def available_months(pages: Path) -> dict[str, list[str]]:
    """The languages of each month that has a page, newest month first.

    Args:
        pages: Folder of the pages, with a folder a month and language.
    """
    found = {}
    for month in sorted((path.name for path in pages.glob("????-??")), reverse=True):
        languages = [
            language
            for language in LANGUAGES
            if (_report_stem(pages, month, language)).with_suffix(".html").exists()
        ]
        if languages:
            found[month] = languages
    return found


def available_areas(pages: Path) -> dict[str, dict[str, list[str]]]:
    """The months and languages of each area that has pages of its own, newest month first.

    Args:
        pages: Folder of the pages; those of an area stand below its month's folder.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for folder in sorted(pages.glob("????-??/*"), reverse=True):
        month, area = folder.parent.name, folder.name
        languages = [
            language
            for language in LANGUAGES
            if _report_stem(pages, month, language, area).with_suffix(".html").exists()
        ]
        if languages:
            found.setdefault(area, {})[month] = languages
    return found


def index_markdown(settings: Settings, pages: Path, further: Sequence[FurtherNotebook] = ()) -> str:
    """The front page's text in the three languages and its lists, for ``index.qmd`` to include.

    The settings' own area has a table; any other a list of its months, below its kind and name.

    Args:
        settings: Name the trial; the first language is that of the table's own words.
        pages: Folder of the pages, with a folder a month and language.
        further: Notebooks with pages of their own, in the order of their links.
    """
    translator = Translator(settings.report.languages[0])
    texts = "\n\n".join(
        _introduction(settings, Translator(language), pages)
        for language in settings.report.languages
    )
    months = available_months(pages)
    with_further = {
        path.name
        for path in pages.glob("????-??")
        for notebook in further
        if any(notebook.has_page(pages, path.name, language) for language in LANGUAGES)
    }
    rows = "\n".join(
        _row(translator, month, _cell_links(month, months.get(month, ()), pages, further))
        for month in sorted({*months, *with_further}, reverse=True)
    )
    heads = "".join(
        f'<th scope="col" '
        f'lang="{TAGS[language]}">{escape(Translator(language)("opening.language_name"))}</th>'
        for language in LANGUAGES
    )
    head = f'<tr><th scope="col">{escape(translator("site.month"))}</th>{heads}</tr>'
    html = f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    lists = _AreaLists(load_areas(settings), pages, further, settings.report.languages[0])
    areas = lists.markdown()
    # Of a site with other areas alone an empty table would be the first thing there.
    caption = f"{translator('site.reports')}."
    table = table_block(html, "tbl-reports", caption) if rows or not areas else ""
    return join_blocks(f"::::: {{.languages}}\n\n{texts}\n\n:::::", table, areas).markdown


# Areas: lists that open, so that hundreds of them are found without a script.

_KINDS_IN_ORDER: tuple[Kind, ...] = (
    *("country", "group", "trial_area", "employment_area", "region"),
    *("evk", "ely", "subregion", "municipality"),
)


@dataclass(frozen=True, slots=True)
class _AreaLists:
    """What the lists of areas are made of; their own words are in one language."""

    areas: Areas
    pages: Path
    further: Sequence[FurtherNotebook]
    language: str

    def markdown(self) -> str:
        """A list a kind of areas; empty where no area has pages of its own."""
        found = available_areas(self.pages)
        if not found:
            return ""
        by_kind: dict[Kind, list[str]] = {}
        for code in found:
            by_kind.setdefault(self.areas.kind(code), []).append(code)
        parts = [
            f"## {self._in_all_languages('site.other_areas')} {{#sec-areas}}",
            self._in_all_languages("site.choose", between=" "),
        ]
        for kind in _KINDS_IN_ORDER:
            codes = sorted(by_kind.get(kind, ()), key=self._name)
            if codes:
                entries = "\n".join(self._entry(code, found[code]) for code in codes)
                title = self._in_all_languages(f"site.kind_{kind}")
                parts.append(f"### {title} {{#sec-areas-{kind.replace('_', '-')}}}")
                parts.append(f'```{{=html}}\n<ul class="area-list">\n{entries}\n</ul>\n```')
        return "\n\n".join(parts)

    def _in_all_languages(self, key: str, between: str = " · ") -> str:
        """A text in the lists' language, then in the others."""
        others = (language for language in LANGUAGES if language != self.language)
        return between.join(
            [
                Translator(self.language)(key),
                *(f"[{Translator(other)(key)}]{{lang={TAGS[other]}}}" for other in others),
            ]
        )

    def _name(self, code: str) -> str:
        return self.areas.name(code, self.language)

    def _entry(self, code: str, months: Mapping[str, Sequence[str]]) -> str:
        """An area's name, also in other languages where it differs, and its months below it."""
        others = {self.areas.name(code, other): other for other in reversed(LANGUAGES)}
        others.pop(self._name(code), None)
        names = [
            f'<span lang="{TAGS[other]}">{escape(name)}</span>'
            for name, other in reversed(others.items())
        ]
        title = " · ".join([f"<strong>{escape(self._name(code))}</strong>", *names])
        lines = "\n".join(f"<li>{self._month(code, month, months[month])}</li>" for month in months)
        return f"<li><details><summary>{title}</summary>\n<ul>\n{lines}\n</ul></details></li>"

    def _month(self, code: str, month: str, languages: Sequence[str]) -> str:
        links = [
            _page_and_pdf(
                _report_stem(Path("reports"), month, spoken, code).as_posix(),
                Translator(spoken)("opening.language_name"),
                spoken,
            )
            for spoken in languages
        ]
        for notebook in self.further:
            for spoken in LANGUAGES:
                if notebook.has_page(self.pages, month, spoken, code):
                    stem = notebook.stem(Path("reports"), month, spoken, code).as_posix()
                    links.append(_page_and_pdf(stem, notebook.titles[spoken], spoken))
        return f"{escape(Translator(self.language).month(month))}: {', '.join(links)}"


def _introduction(settings: Settings, translator: Translator, pages: Path) -> str:
    """What there is to read, in a language, and that some of its figures are made up."""
    paragraphs = [f"**{settings.trial.name[translator.language]}**", translator("site.text")]
    if any(pages.glob(f"????-??/{register_name('*', made_up=True)}")):
        paragraphs.append(f"**{translator('site.made_up')}**")
    if (pages / EVALUATION / REPORT.page).exists():
        folder = Path(pages.name) / EVALUATION
        links = {"page": REPORT.page, "pdf": REPORT.pdf, "study": MADE_UP.page}
        paths = {name: (folder / page).as_posix() for name, page in links.items()}
        paragraphs.append(translator("site.evaluation", **paths))
    paragraphs += explorer_paragraphs(translator, pages.parent, settings.report.languages)
    text = "\n\n".join(paragraphs)
    return f":::: {{lang={TAGS[translator.language]}}}\n\n{text}\n\n::::"


def _row(translator: Translator, month: str, links: Mapping[str, Sequence[str]]) -> str:
    cells = "".join(f"<td>{'<br>'.join(links[language]) or '–'}</td>" for language in LANGUAGES)
    return f'<tr><th scope="row">{escape(translator.month(month))}</th>{cells}</tr>'


def _cell_links(
    month: str, reports: Collection[str], pages: Path, further: Sequence[FurtherNotebook]
) -> dict[str, list[str]]:
    """The links of a month by language: its report first, then further pages."""
    links = {
        language: [_links(month, language)] if language in reports else [] for language in LANGUAGES
    }
    for notebook in further:
        for language in LANGUAGES:
            if notebook.has_page(pages, month, language):
                stem = notebook.stem(Path("reports"), month, language).as_posix()
                links[language].append(_page_and_pdf(stem, notebook.titles[language], language))
    return links


def _links(month: str, language: str) -> str:
    """The page under the month's name in its own language, and the PDF."""
    stem = _report_stem(Path("reports"), month, language).as_posix()
    return _page_and_pdf(stem, Translator(language).month(month), language)


def _page_and_pdf(stem: str, name: str, language: str) -> str:
    page = f'<a href="{stem}.html">{escape(name)}</a>'
    return f'<span lang="{TAGS[language]}">{page} · <a href="{stem}.pdf">PDF</a></span>'


def _report_stem(folder: Path, month: str, language: str, area: str = "") -> Path:
    return folder / month / area / language / report_name(month, language, area)


# A register's figures as a download: a CSV, packed with a description.


def pack_download(csv: Path, target: Path, *, made_up: bool) -> None:
    """Pack a register's CSV, which would be tens of megabytes.

    Args:
        csv: The protected figures.
        target: Name of the packed file; the CSV in it has the same name.
        made_up: Whether the register is made up: the file beside the CSV says so first.
    """
    with ZipFile(target, "w", compresslevel=6) as packed:
        packed.writestr(_zip_entry(README_NAME), _readme_text(made_up=made_up))
        packed.writestr(_zip_entry(target.with_suffix(".csv").name), csv.read_bytes())


def _zip_entry(name: str) -> ZipInfo:
    """No clock goes into it: the same figures give the same bytes."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _readme_text(*, made_up: bool) -> str:
    keys = (*(("register.notice",) if made_up else ()), "register.file")
    return "\n\n".join(Translator(language)(key) for language in LANGUAGES for key in keys) + "\n"
