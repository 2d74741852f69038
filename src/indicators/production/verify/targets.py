"""What a person means by a run: a month, a vintage, a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.calendar import parse_month
from indicators.catalogue import LANGUAGES
from indicators.errors import DataError, UsageError
from indicators.processed import vintages
from indicators.processed.placing import MANIFEST
from indicators.production.cache import records
from indicators.production.cache.records import Record

SETTINGS = "indicators.toml"
# Folders that have one of a month's each; the report of a language stands below.
_MONTHS = (("data", "processed"), ("reports",), ("_site", "reports"))


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be verified.

    Attributes:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: The vintage's folder.
        records: Steps of the reports made from it: notebooks and pages.
        beside: Steps that stand beside all reports: downloads of the month, the front page.
    """

    root: Path
    month: str
    vintage: Path
    records: tuple[Record, ...]
    shared_steps: tuple[Record, ...] = ()

    @property
    def name(self) -> str:
        """As a person would name it."""
        return f"{self.month}/{self.vintage.name}"


def find(run: str, root: Path) -> Target:
    """Find what a text means.

    Args:
        run: ``YYYY-MM``, or the folder of a vintage, of a month or of a report, below
            ``data/processed``, ``reports`` or ``_site/reports``.
        root: The project's folder.

    Raises:
        UsageError: It means nothing in this project.
        DataError: There is nothing published of it.
    """
    month, below = _read(run, root)
    if below is None:
        return _of_vintage(root, month, vintages.folder_of(root, month), LANGUAGES)
    if below in LANGUAGES:
        target = _of_vintage(root, month, vintages.folder_of(root, month), (below,))
        named = _named_vintage(target)
        return target if named is None else _of_vintage(root, month, named, (below,))
    return _of_vintage(root, month, vintages.folder_of(root, month, below), LANGUAGES)


def root_of(run: str) -> Path | None:
    """The project that a folder lies in; None if the text names no folder, or one of none."""
    path = Path(run).absolute()
    if not path.is_dir():
        return None
    return next((folder for folder in path.parents if (folder / SETTINGS).is_file()), None)


def _read(run: str, root: Path) -> tuple[str, str | None]:
    """A month, and what is named below it: a vintage, a language or nothing."""
    path = Path(run)
    if not path.is_dir():
        return parse_month(run), None
    for folder in _MONTHS:
        place = root.joinpath(*folder).absolute()
        # `latest` may be a link: the name that was given is what counts.
        if path.absolute().is_relative_to(place):
            parts = path.absolute().relative_to(place).parts
            if len(parts) in (1, 2):
                return parse_month(parts[0]), parts[1] if len(parts) == 2 else None
    hint = "give a month, or the folder of a vintage or of a report"
    raise UsageError(f"{run}: is no run of the project {root}; {hint}")


def _of_vintage(root: Path, month: str, vintage: Path, languages: tuple[str, ...]) -> Target:
    report_records = [
        candidate for language in languages for candidate in _of_language(root, month, language)
    ]
    prefix = f"data/processed/{month}/{vintage.name}/"
    own_languages = {
        candidate.language
        for candidate in report_records
        if any(file.path.startswith(prefix) for file in candidate.inputs) or len(languages) == 1
    }
    reports = tuple(
        candidate for candidate in report_records if candidate.language in own_languages
    )
    whole = bool(reports) and len(languages) > 1
    return Target(root, month, vintage, reports, _beside(root, month) if whole else ())


def _beside(root: Path, month: str) -> tuple[Record, ...]:
    places = (root / "_site" / "reports" / month / MANIFEST, root / "_site" / MANIFEST)
    return tuple(records.read(path) for path in places if path.is_file())


def _of_language(root: Path, month: str, language: str) -> Iterator[Record]:
    for folder in (root / "reports", root / "_site" / "reports"):
        path = folder / month / language / MANIFEST
        if path.is_file():
            yield records.read(path)


def _named_vintage(target: Target) -> Path | None:
    """The vintage that a report's notebook says it was made from."""
    folder = f"data/processed/{target.month}/"
    for record in target.records:
        for file in record.inputs:
            if file.path.startswith(folder):
                return target.root / folder / file.path.removeprefix(folder).partition("/")[0]
    if not target.records:
        raise DataError(f"reports/{target.month}: no report is recorded; run `indicators report`")
    return None
