"""Drafts of reports: made in a project aside, so that nothing is released, published or recorded.

A draft of a register's figures needs protected tables, and protecting them is releasing them: they
are made as in a run, but in a copy of the project that is gone afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from indicators import files
from indicators.areas.areas import TRIAL_KEYS
from indicators.errors import UsageError, os_reason
from indicators.production.publishing import put_in_place
from indicators.production.runner import DRAFTS
from indicators.rendering.render import Rendered
from indicators.settings.loading import FILE_NAME, load_settings
from indicators.settings.model import Settings

# What a project is beside its data: copied, so that nothing can be written to the original.
PROJECT_FILES = (
    FILE_NAME,
    "requirements.lock",
    "_quarto.yml",
    "index.qmd",
    "notebooks",
    "reports/_theme",
)
_PROCESSED = Path("data") / "processed"
_RELEASED = Path("data") / "released"


@contextmanager
def draft_project(settings: Settings, months: Sequence[str]) -> Iterator[Settings]:
    """A project with the same settings, sources, releases and tables, which is gone afterwards.

    What it reads is the original's: sources by link, earlier releases as a copy, since new ones
    would be put beside them.

    Args:
        settings: The original.
        months: Those whose tables may be made anew.

    Raises:
        UsageError: The folder of drafts cannot be written.
    """
    original = settings.root
    drafts = original / DRAFTS
    try:
        drafts.parent.parent.mkdir(parents=True, exist_ok=True)
        files.make_private(drafts.parent)
        files.make_private(drafts)
    except OSError as error:
        raise UsageError(f"{drafts}: cannot be written ({os_reason(error)})") from error
    with files.temporary_folder(drafts) as root:
        _copy_frame(original, root)
        _copy_tables(original, root, months)
        aside = load_settings(root)
        # Sources are read where they are.
        yield replace(
            aside,
            statfin=settings.statfin,
            kela=settings.kela,
            register=settings.register,
        )


def _copy_frame(original: Path, root: Path) -> None:
    for part in PROJECT_FILES:
        source, target = original / part, root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)
    (root / TRIAL_KEYS).parent.mkdir(parents=True)
    (root / TRIAL_KEYS).symlink_to((original / TRIAL_KEYS).absolute())
    if (original / _RELEASED).is_dir():
        shutil.copytree(original / _RELEASED, root / _RELEASED)


def _copy_tables(original: Path, root: Path, months: Sequence[str]) -> None:
    """Tables of the months as folders of links to their vintages, of other months as links."""
    (root / _PROCESSED).mkdir(parents=True)
    for month in sorted((original / _PROCESSED).glob("????-??")):
        place = root / _PROCESSED / month.name
        if month.name not in months:
            place.symlink_to(month.absolute())
            continue
        place.mkdir()
        for entry in month.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                (place / entry.name).symlink_to(entry.absolute())
            elif not entry.is_dir() or entry.is_symlink():
                shutil.copy2(entry, place / entry.name, follow_symlinks=False)


def take_drafts(aside: Path, root: Path, drafts: Sequence[Rendered]) -> Iterator[Rendered]:
    """Put the drafts of a project aside among those of the project itself.

    Yields:
        Each draft where it stands now.
    """
    for draft in drafts:
        folder = draft.html.parent
        target = root / folder.relative_to(aside)
        put_in_place(folder, target, None)
        yield Rendered(target / draft.html.name, target / draft.pdf.name if draft.pdf else None)
