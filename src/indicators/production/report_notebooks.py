"""The notebooks of a project's runs: the monthly report, and whatever users have added to it.

``[report] notebooks`` of the settings names them. What a notebook says of itself stands in its
front matter, as Quarto has it (docs/own-notebooks.md).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from indicators.areas.areas import load_areas
from indicators.catalogue.model import LANGUAGES
from indicators.errors import NotebookError, UsageError
from indicators.production.options import DisplayOptions
from indicators.reporting.files import (
    dump_front_matter,
    front_matter,
    report_name,
    report_title,
)
from indicators.reporting.index import FurtherNotebook
from indicators.reporting.wording import TAGS, Translator
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import MONTHLY_REPORT, Settings

if TYPE_CHECKING:
    from indicators.processed.reading import Processed

NOTEBOOKS = Path("notebooks")
# What a notebook may say of itself; everything else in front matter is the run's.
FRONT_MATTER_KEYS = (
    *("title", "subtitle", "author", "description", "keywords", "lang", "draft", "report"),
    *("toc", "toc-depth", "number-sections", "compact", "jupyter", "kernelspec", "format", "date"),
)
REPORT_KEYS = ("title", "languages")
_OF_THE_RUN = ("lang", "draft", "report", "jupyter", "kernelspec", "format", "date", "title")


@dataclass(frozen=True, slots=True)
class ReportNotebook:
    """A notebook that is executed for each month and language.

    Attributes:
        source: The notebook.
        name: Part of the names of its pages; empty for the monthly report.
        languages: Those it has words in; all if it does not say.
        titles: Its title by language.
        draft: Whether it may open what is not protected, and is not published.
        fields: What else its front matter says.
    """

    source: Path
    name: str = ""
    languages: tuple[str, ...] = LANGUAGES
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    draft: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def file_stem(self, month: str, language: str, area: str = "") -> str:
        """Name of its executed notebook, page and PDF, without the ending."""
        if not self.name:
            return report_name(month, language, area)
        return "-".join(part for part in (self.name, area, month, language) if part)

    def folder(self, month: str, language: str, area: str = "") -> Path:
        """Where these stand below ``reports/`` and ``_site/reports/``."""
        return Path(month, area, self.name, language)

    def title(self, month: str, language: str, locative: str = "") -> str:
        """What a link to its page says; of an area that is not the settings' own with its name."""
        return self.titles[language] if self.name else report_title(month, language, locative)

    def front_matter(
        self, settings: Settings, tables: Processed, language: str, area: str = ""
    ) -> str:
        """The YAML that makes its executed notebook a Quarto document."""
        areas = load_areas(settings) if area else None
        if not self.name:
            return front_matter(
                settings,
                tables,
                language,
                locative=areas.locative(area, language) if areas else "",
                alone=area == settings.report.country,
                draft=self.draft,
            )
        translator = Translator(language)
        matter: dict[str, object] = {
            "title": self.titles[language],
            "subtitle": ", ".join(
                part
                for part in (
                    areas.name(area, language) if areas else "",
                    translator.month(tables.month).capitalize(),
                )
                if part
            ),
            "author": settings.report.publisher[language],
            "date": tables.vintage,
            "published": translator(
                "front.date", vintage=translator.day(date.fromisoformat(tables.vintage))
            ),
            "lang": TAGS[language],
            **self.fields,
        }
        if self.draft:
            matter["draft"] = True
        return dump_front_matter(matter)

    def display(
        self, tables: Processed, language: str, further_pages: str, area: str = ""
    ) -> DisplayOptions:
        """How what it shows becomes part of its page."""
        translator = Translator(language)
        made_up = translator("own_notebooks.made_up") if tables.any_made_up else ""
        if not self.name:
            return DisplayOptions(language, made_up, closing=further_pages)
        pdf = f"{self.file_stem(tables.month, language, area)}.pdf"
        links = [f"- [{translator('opening.pdf')}]({pdf})"]
        if not self.draft:
            up = "../" * (5 if area else 4)
            links.append(f"- [{translator('opening.all_reports')}]({up}index.html)")
        text = "\n".join(links)
        opening = [
            '::::: {.content-visible when-format="html"}',
            f":::: {{.language-links}}\n\n{text}\n\n::::",
            ":::::",
        ]
        if tables.any_made_up:
            opening += [f":::: {{.synthetic-notice}}\n{translator('own_notebooks.notice')}\n::::"]
        return DisplayOptions(
            language, made_up, "\n\n".join(opening), further_pages, self.titles[language]
        )


def monthly_notebook(root: Path) -> ReportNotebook:
    """The monthly report of a project."""
    return ReportNotebook(root / NOTEBOOKS / MONTHLY_REPORT)


def report_notebooks(settings: Settings, only: Sequence[str] = ()) -> tuple[ReportNotebook, ...]:
    """The notebooks that the settings name, in their order, each once.

    Args:
        settings: The project.
        only: Of these, some: paths below ``notebooks/``, or names without folder and ending.

    Raises:
        UsageError: A notebook is not there or two have pages of the same name.
        NotebookError: One cannot be read, or says something wrong of itself.
    """
    folder = settings.root / NOTEBOOKS
    found: dict[Path, None] = {}
    missing = []
    for number, pattern in enumerate(settings.report.notebooks):
        paths = sorted(
            path for path in folder.glob(pattern) if ".ipynb_checkpoints" not in path.parts
        )
        if not paths and not re.search(r"[*?\[]", pattern):
            missing.append(f"report.notebooks[{number}]: there is no notebooks/{pattern}")
        found.update(dict.fromkeys(paths))
    if missing:
        path = settings.root / FILE_NAME
        raise UsageError(f"{path}: names notebooks that are not there; restore them:", missing)
    notebooks = [_read(settings, path) for path in _chosen(found, only, folder)]
    _refuse_same_names(notebooks, settings.root)
    return tuple(notebooks)


def further_notebooks(settings: Settings) -> tuple[FurtherNotebook, ...]:
    """What the front page links to beside the monthly reports.

    Raises:
        UsageError, NotebookError: As :func:`report_notebooks`.
    """
    return tuple(
        FurtherNotebook(notebook.name, notebook.titles)
        for notebook in report_notebooks(settings)
        if notebook.name and not notebook.draft
    )


def _chosen(paths: Iterable[Path], only: Sequence[str], folder: Path) -> list[Path]:
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    if not only:
        return list(names)
    unknown = [
        text for text in only if not any(_is_called(path, names[path], text) for path in names)
    ]
    if unknown:
        raise UsageError(
            f"--notebook {unknown[0]}: is none of the settings' ([report] notebooks); "
            f"they have {', '.join(names.values()) or 'none'}"
        )
    return [path for path in names if any(_is_called(path, names[path], text) for text in only)]


def _is_called(path: Path, name: str, text: str) -> bool:
    return text.removeprefix("notebooks/") in (name, path.name, path.stem, page_name(path))


def _refuse_same_names(notebooks: Sequence[ReportNotebook], root: Path) -> None:
    seen: dict[str, Path] = {}
    for notebook in notebooks:
        if notebook.name in seen:
            both = ", ".join(
                path.relative_to(root).as_posix() for path in (seen[notebook.name], notebook.source)
            )
            raise UsageError(f"{both}: would have pages of the same name; rename one")
        seen[notebook.name] = notebook.source


def page_name(notebook: Path) -> str:
    """A notebook's name as its pages have it: small letters, digits and hyphens.

    Raises:
        UsageError: Nothing of the name is left, or it means something else among the pages.
    """
    plain = unicodedata.normalize("NFKD", notebook.stem).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not name or name in LANGUAGES:
        raise UsageError(
            f"{notebook}: cannot give a page its name; rename it, such as my-page.ipynb"
        )
    return name


def _read(settings: Settings, path: Path) -> ReportNotebook:
    if path == settings.root / NOTEBOOKS / MONTHLY_REPORT:
        return monthly_notebook(settings.root)
    cells = _cells(path)
    values = _front_matter(cells, path)
    problems = list(_faults(values))
    if problems:
        raise NotebookError(f"{path}: its front matter cannot be used:", problems)
    of_report = values.get("report") or {}
    titles = of_report.get("title") or {}
    title = str(values.get("title") or _first_heading(cells) or path.stem.replace("_", " "))
    languages = _languages(values, of_report, titles)
    return ReportNotebook(
        path,
        page_name(path),
        languages,
        {language: str(titles.get(language, title)) for language in languages},
        values.get("draft") is True,
        {key: value for key, value in values.items() if key not in _OF_THE_RUN},
    )


def _languages(
    values: Mapping[str, Any], of_report: Mapping[str, Any], titles: Mapping[str, Any]
) -> tuple[str, ...]:
    if of_report.get("languages"):
        return tuple(of_report["languages"])
    if titles:
        return tuple(titles)
    return (str(values["lang"])[:2],) if values.get("lang") else LANGUAGES


def _faults(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with front matter, a line each."""
    known = ", ".join(FRONT_MATTER_KEYS)
    problems = [
        f"{key}: unknown; known are {known}" for key in values if key not in FRONT_MATTER_KEYS
    ]
    if not isinstance(values.get("draft", False), bool):
        problems.append("draft: write true or false")
    if values.get("lang") is not None and str(values["lang"])[:2] not in LANGUAGES:
        problems.append("lang: write fi-FI, sv-FI or en-FI")
    of_report = values.get("report") or {}
    if not isinstance(of_report, dict) or set(of_report) - set(REPORT_KEYS):
        return [*problems, f"report: may hold {' and '.join(REPORT_KEYS)}"]
    titles, languages = of_report.get("title") or {}, of_report.get("languages") or []
    if not isinstance(titles, dict) or set(titles) - set(LANGUAGES):
        problems.append("report.title: write a title a language: fi, sv, en")
    if not isinstance(languages, list) or set(map(str, languages)) - set(LANGUAGES):
        problems.append("report.languages: write some of [fi, sv, en]")
    return problems


Cells = Sequence[tuple[str, str]]


def _cells(path: Path) -> Cells:
    """Kind and source of each cell."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [(str(cell["cell_type"]), "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{path}: cannot be read as a notebook; restore it") from error


def is_front_matter(kind: str, source: str) -> bool:
    """Whether a notebook's first cell is front matter."""
    return kind in ("raw", "markdown") and bool(_FRONT.match(source.strip()))


_FRONT = re.compile(r"---\n(?P<yaml>.*?)\n(?:---|\.\.\.)(?:\n|\Z)", re.DOTALL)
# The first heading of the title's level, on a line of its own.
TITLE_HEADING = re.compile(r"\A\s*#[ \t]+(?P<title>\S[^\n]*)\n?")


def _front_matter(cells: Cells, path: Path) -> dict[str, Any]:
    found = _FRONT.match(cells[0][1].strip()) if cells and cells[0][0] != "code" else None
    if found is None:
        return {}
    try:
        values = yaml.safe_load(found["yaml"])
    except yaml.YAMLError as error:
        text = " ".join(str(getattr(error, "problem", None) or error).split())
        raise NotebookError(f"{path}: cell 1: the front matter is not YAML ({text})") from None
    if not isinstance(values, dict):
        raise NotebookError(f"{path}: cell 1: the front matter holds no `key: value`")
    return {str(key): value for key, value in values.items()}


def _first_heading(cells: Cells) -> str:
    for kind, source in cells:
        found = TITLE_HEADING.match(source) if kind == "markdown" else None
        if found:
            return found["title"].strip()
    return ""
