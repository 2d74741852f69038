"""Which vintages a month has, and which of them ``latest`` means.

``data/processed/YYYY-MM/`` holds a folder a vintage, named after the newest day of its sources:
``2023-12-05``, then ``2023-12-05.2`` if the same day gave other bytes later. ``latest`` is a
symbolic link to the one that was published last, or a small file with its name where the system
has no links.
"""

from __future__ import annotations

import re
from pathlib import Path

from indicators.errors import DataError

LATEST = "latest"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.([1-9]\d*))?")


def month_folder(root: Path, month: str) -> Path:
    """Where a month's vintages are."""
    return root / "data" / "processed" / month


def is_name(text: str) -> bool:
    """Whether a text is the name of a vintage."""
    return _NAME.fullmatch(text) is not None


def day_of(vintage: str) -> str:
    """The newest day of a vintage's sources, ``YYYY-MM-DD``."""
    return vintage[:10]


def number_of(vintage: str) -> int:
    """Which of the vintages of its day it is, from 1."""
    return int(vintage[11:] or 1)


def name(day: str, number: int) -> str:
    """The name of a day's vintage."""
    return day if number == 1 else f"{day}.{number}"


def names(folder: Path) -> list[str]:
    """The vintages of a month, oldest first."""
    found = [path.name for path in folder.glob("????-??-??*") if is_name(path.name)]
    return sorted(found, key=lambda vintage: (day_of(vintage), number_of(vintage)))


def folder_of(root: Path, month: str, vintage: str = LATEST) -> Path:
    """The folder of a month's vintage.

    Args:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: Its name, or ``latest``.

    Raises:
        DataError: It is not there.
    """
    folder = month_folder(root, month)
    if vintage == LATEST:
        return _latest(folder, month)
    if not (folder / vintage).is_dir():
        raise DataError(f"{folder / vintage}: not there; the vintages are the folders beside it")
    return folder / vintage


def _latest(folder: Path, month: str) -> Path:
    named = pointed(folder)
    if named is not None:
        if not (is_name(named) and (folder / named).is_dir()):
            advice = f"run `indicators run --months {month}`"
            raise DataError(f"{folder / LATEST}: names no vintage that is there; {advice}")
        return folder / named
    # Made before there were pointers, or copied without it.
    vintages_there = names(folder)
    if not vintages_there:
        advice = f"run `indicators run --months {month}`"
        raise DataError(f"{folder}: no tables of this month; {advice}")
    return folder / vintages_there[-1]


def pointed(folder: Path) -> str | None:
    """What ``latest`` names; None if there is no pointer."""
    pointer = folder / LATEST
    if pointer.is_symlink():
        return pointer.readlink().name
    # A folder of this name is what a copy makes that follows links.
    if not pointer.is_file():
        return None
    return pointer.read_text(encoding="utf-8", errors="replace").strip()
