"""The front page's link to the explorer: where its pages stand on the site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indicators.reporting.wording import Translator


def explorer_page(site: Path, language: str, languages: Sequence[str]) -> Path:
    """Where the explorer's page of a language stands: the first of a project's at the top.

    Args:
        site: Folder of the site.
        language: One of the project's languages.
        languages: The project's languages in order.
    """
    folder = site / "explorer"
    return (folder if language == languages[0] else folder / language) / "index.html"


def explorer_paragraphs(translator: Translator, site: Path, languages: Sequence[str]) -> list[str]:
    """A sentence with links to the explorer and the data tree, as Markdown; none without them."""
    if not explorer_page(site, translator.language, languages).exists():
        return []
    page = explorer_page(Path(), translator.language, languages).as_posix()
    return [translator("site.explorer", page=page, data="data/index.json")]
