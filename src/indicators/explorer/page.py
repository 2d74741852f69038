"""The explorer's page: all of it in one file, which asks nobody for anything.

The page is put together of ``assets/`` (its own HTML, style and scripts), ``vendor/`` (libraries of
others, see ``vendor/sources.toml``), the packed figures and the words of a language.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from indicators.explorer.description import (
    DECIMALS,
    KINDS,
    LICENCE,
    Description,
    page_text,
    page_texts,
)
from indicators.reporting.explorer_link import explorer_page
from indicators.reporting.files import FONTS
from indicators.reporting.wording import LOCALES, TAGS, Translator
from indicators.version import __version__

if TYPE_CHECKING:
    from indicators.catalogue.model import Indicator

LIBRARIES = (
    "d3.min.js",
    "plot.umd.min.js",
    "write-excel-file.min.js",
    "hyparquet-writer.min.js",
)
"""Of others, in the order in which they are loaded."""

SCRIPTS = ("data.js", "downloads.js", "chart.js", "page.js")
FONT_FILES = {400: "Inter-Regular.woff2", 600: "Inter-SemiBold.woff2"}

# In the texts of the page's frame; all other texts are for its scripts.
_FRAME_TEXTS = (
    *("description", "title", "skip", "languages", "all_reports", "lead", "loading", "no_script"),
    *("choices", "dataset", "indicator", "statistic", "population", "dimension", "categories"),
    *("areas", "chosen", "search", "kind", "choose_all", "clear", "from", "to", "made_up", "none"),
    *("no_value_yet", "reading_month", "breaks", "statuses", "table", "downloads"),
    *("downloads_text", "citation", "copy", "link", "definition"),
)


def build_page(description: Description, language: str, packed: str) -> str:
    """The page in a language.

    Args:
        description: The figures and their names.
        language: One of the project's languages.
        packed: The figures, of :func:`indicators.explorer.packing.pack`.
    """
    languages = description.settings.report.languages
    site = Path("site")
    folder = explorer_page(site, language, languages).parent
    up = "../" * (len(folder.parts) - 1)
    scripts = [_script("vendor", name) for name in LIBRARIES]
    own = "\n".join(_script("assets", name) for name in SCRIPTS)
    texts = {key: escape(page_text(key, language)) for key in _FRAME_TEXTS}
    texts["data_tree"] = _data_link(language, f"{up}data/index.json")
    return Template(_read("assets", "page.html")).substitute(
        texts,
        tag=TAGS[language],
        policy=_policy([*scripts, own]),
        style=_font_faces(description.settings.root) + _read("assets", "page.css"),
        front_page=f"{up}index.html",
        language_links="\n".join(
            _language_link(other, language, languages, up) for other in languages
        ),
        page_data=_inline_json(_page_data(description, language)),
        figures_data=packed,
        scripts="\n".join(
            [
                *(f"<script>{text}</script>" for text in scripts),
                f'<script type="module">{own}</script>',
            ]
        ),
    )


def _read(folder: str, name: str) -> str:
    return (resources.files("indicators.explorer") / folder / name).read_text(encoding="utf-8")


def _script(folder: str, name: str) -> str:
    """A script as it may stand inline: it ends no script element before its end."""
    lines = _read(folder, name).split("\n")
    # What a map would be asked for is not there.
    text = "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL="))
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: list[str]) -> str:
    """What a browser lets the page do: run these very scripts, and ask nobody for anything."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    )
    return escape(
        f"default-src 'none'; script-src {hashes}; worker-src blob:; style-src 'unsafe-inline'; "
        "font-src data:; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'",
        quote=True,
    ).replace("&#x27;", "'")


def _font_faces(root: Path) -> str:
    """The reports' typeface, as far as the project has it."""
    faces = []
    for weight, name in FONT_FILES.items():
        path = root / FONTS / name
        if path.is_file():
            content = base64.b64encode(path.read_bytes()).decode()
            faces.append(
                f'@font-face {{ font-family: "Inter"; font-weight: {weight}; font-display: swap; '
                f'src: url("data:font/woff2;base64,{content}") format("woff2"); }}\n'
            )
    return "".join(faces)


def _language_link(other: str, language: str, languages: tuple[str, ...], up: str) -> str:
    name = escape(page_text("language_name", other))
    tag = TAGS[other]
    if other == language:
        return f'<span lang="{tag}" aria-current="page">{name}</span>'
    target = explorer_page(Path(), other, languages).as_posix()
    return f'<a href="{up}{target}" lang="{tag}" hreflang="{tag}" data-keep>{name}</a>'


def _data_link(language: str, address: str) -> str:
    """A sentence with a link, which is written as Markdown has it."""
    before, _, rest = page_text("data_tree", language, address=address).partition("[")
    name, _, rest = rest.partition("](")
    target, _, after = rest.partition(")")
    return f'{escape(before)}<a href="{target}">{escape(name)}</a>{escape(after)}'


def _inline_json(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _page_data(description: Description, language: str) -> dict[str, object]:
    """What the page's scripts read beside the figures."""
    settings, figures = description.settings, description.figures
    translator = Translator(language)
    report = settings.report
    return {
        "language": language,
        "locale": LOCALES[language].replace("_", "-"),
        "words": {
            key: text[language] for key, text in page_texts().items() if key not in _ONLY_FRAME
        },
        "months": [translator.month(f"2000-{month:02d}").split(" ")[0] for month in range(1, 13)],
        "kinds": KINDS,
        "decimals": DECIMALS,
        "areas": {code: _area(description, code, language) for code in description.area_codes()},
        "indicators": {
            indicator.id: _indicator(description, indicator, language)
            for indicator in description.indicators()
        },
        "labels": {**description.label_names(language), "break": _breaks(description, language)},
        "defaults": {
            "dataset": next(iter(figures.tables)),
            "indicator": description.indicators()[0].id,
            "areas": [report.group, report.country],
        },
        "about": {
            "publisher": report.publisher[language],
            "month": figures.month,
            "vintage": figures.vintage,
            "version": __version__,
            "licence": LICENCE,
        },
        "madeUp": figures.made_up,
    }


_ONLY_FRAME = frozenset(_FRAME_TEXTS) - {
    *("title", "none", "citation", "indicator", "statistic", "population", "dimension"),
    *("area", "made_up", "definition"),
}


def _area(description: Description, code: str, language: str) -> tuple[str, str, str]:
    """An area's name, its kind, and its names in other languages, by which it is found too."""
    name = description.areas.name(code, language)
    others = {description.areas.name(code, other) for other in LOCALES} - {name}
    return name, description.kind(code), " ".join(sorted(others))


def _indicator(
    description: Description, indicator: Indicator, language: str
) -> Mapping[str, object]:
    grade = description.catalogue.label("grade", indicator.grade, language)
    return {
        "name": indicator.name[language],
        "short": indicator.short[language],
        "definition": indicator.definition[language],
        "certainty": f"{grade}. {indicator.certainty.note[language]}",
        "statistics": {each.id: each.label[language] for each in indicator.statistics},
    }


def _breaks(description: Description, language: str) -> Mapping[str, tuple[str, str]]:
    """Label and sentence of each series break, by id."""
    return {
        each.id: (each.label[language], each.sentence[language])
        for each in description.catalogue.breaks
    }
