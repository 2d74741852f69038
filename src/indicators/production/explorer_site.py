"""The explorer and the data tree as parts of the site, built when what they show has changed.

Both show the tables of ``data/processed`` alone, which were scanned for personal data when they
were published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files
from indicators.areas.areas import TRIAL_KEYS
from indicators.explorer.figures import read_figures, read_folders
from indicators.production.steps import Cache, Kind, Step
from indicators.reporting.explorer_link import explorer_page
from indicators.reporting.files import FONTS
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import Settings

if TYPE_CHECKING:
    from indicators.explorer.description import Description

EXPLORER, DATA = "explorer", "data"
"""Folders of the site."""


def build_explorer(settings: Settings, site: Path, cache: Cache) -> None:
    """Build the explorer's pages and the data tree of all published months, if they are stale.

    Args:
        settings: The project.
        site: Folder of the site.
        cache: Decides which of the two need not be built again.

    Raises:
        DataError: A published table cannot be read.
        UsageError: The site cannot be written.
    """
    folders = read_folders(settings.root)
    if not folders:
        return
    shown = _Shown(settings)
    for step, write in (
        (_explorer_step(settings, site, folders), shown.write_pages),
        (_data_step(settings, site, folders), shown.write_data),
    ):
        if cache.reason_to_run(step) is not None:
            _replace_folder(step.target.parent, write)
            cache.record(step)


def _replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    with files.replacing_folder(folder) as aside:
        write(aside)


def _explorer_step(settings: Settings, site: Path, folders: list[Path]) -> Step:
    root = settings.root
    inputs = (root / FILE_NAME, root / TRIAL_KEYS, root / FONTS, *folders)
    target = explorer_page(site, settings.report.languages[0], settings.report.languages)
    parameters = {"languages": ",".join(settings.report.languages)}
    return Step(Kind.EXPLORER, folders[0].parent.name, target, "", inputs, parameters)


def _data_step(settings: Settings, site: Path, folders: list[Path]) -> Step:
    root = settings.root
    inputs = (root / FILE_NAME, root / TRIAL_KEYS, *folders)
    return Step(Kind.DATA, folders[0].parent.name, site / DATA / "index.json", "", inputs)


@dataclass(frozen=True)
class _Shown:
    """The figures of a project, read when they are first needed."""

    settings: Settings

    @cached_property
    def _description(self) -> Description:
        from indicators.explorer.description import Description

        return Description.of(self.settings, read_figures(self.settings.root))

    def write_pages(self, folder: Path) -> None:
        """The page in each of the project's languages."""
        from indicators.explorer.packing import pack
        from indicators.explorer.page import build_page

        packed = pack(self._description.figures.tables)
        languages = self.settings.report.languages
        for language in languages:
            page = folder / explorer_page(Path(), language, languages).relative_to(EXPLORER)
            page.parent.mkdir(exist_ok=True)
            page.write_text(build_page(self._description, language, packed), encoding="utf-8")

    def write_data(self, folder: Path) -> None:
        """The data tree."""
        from indicators.explorer.tree import write_tree

        write_tree(self._description, folder)
