"""Vintages of a month: their names, which of them ``latest`` means, and putting one in place.

``data/processed/YYYY-MM/`` holds a folder a vintage, named after the newest day of its sources:
``2023-12-05``, then ``2023-12-05.2`` if the same day gave other bytes later. ``latest`` is a
symbolic link to the one that was published last, or a small file with its name where the system
has no links.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indicators import files
from indicators.errors import DataError, UsageError, os_reason

LATEST = "latest"
MANIFEST = "manifest.json"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.([1-9]\d*))?")


def month_folder(root: Path, month: str) -> Path:
    """Where a month's vintages are."""
    return root / "data" / "processed" / month


def is_vintage_name(text: str) -> bool:
    """Whether a text is the name of a vintage."""
    return _NAME.fullmatch(text) is not None


def vintage_day(vintage: str) -> str:
    """The newest day of a vintage's sources, ``YYYY-MM-DD``."""
    return vintage[:10]


def vintage_number(vintage: str) -> int:
    """Which of the vintages of its day it is, from 1."""
    return int(vintage[11:] or 1)


def vintage_name(day: str, number: int) -> str:
    """The name of a day's vintage."""
    return day if number == 1 else f"{day}.{number}"


def list_vintages(folder: Path) -> list[str]:
    """The vintages of a month, oldest first."""
    found = [path.name for path in folder.glob("????-??-??*") if is_vintage_name(path.name)]
    return sorted(found, key=lambda vintage: (vintage_day(vintage), vintage_number(vintage)))


def vintage_folder(root: Path, month: str, vintage: str = LATEST) -> Path:
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
        return _latest_folder(folder, month)
    if not (folder / vintage).is_dir():
        raise DataError(f"{folder / vintage}: not there; the vintages are the folders beside it")
    return folder / vintage


def _latest_folder(folder: Path, month: str) -> Path:
    named = latest_target(folder)
    if named is not None:
        if not (is_vintage_name(named) and (folder / named).is_dir()):
            advice = f"run `indicators run --months {month}`"
            raise DataError(f"{folder / LATEST}: names no vintage that is there; {advice}")
        return folder / named
    # Made before there were pointers, or copied without it.
    vintages_there = list_vintages(folder)
    if not vintages_there:
        advice = f"run `indicators run --months {month}`"
        raise DataError(f"{folder}: no tables of this month; {advice}")
    return folder / vintages_there[-1]


def latest_target(folder: Path) -> str | None:
    """What ``latest`` names; None if there is no pointer."""
    pointer = folder / LATEST
    if pointer.is_symlink():
        return pointer.readlink().name
    # A folder of this name is what a copy makes that follows links.
    if not pointer.is_file():
        return None
    return pointer.read_text(encoding="utf-8", errors="replace").strip()


@dataclass(frozen=True, slots=True)
class PublishedVintage:
    """A published vintage.

    Attributes:
        folder: Where it is.
        new: Whether it was not there before.
        reason: Why it stands beside an earlier one of the same day; empty if it does not.
    """

    folder: Path
    new: bool
    reason: str = ""


def place_vintage(
    folder: Path,
    day: str,
    write: Callable[[Path], None],
    describe: Callable[[Path, Path | None, str], str],
) -> PublishedVintage:
    """Publish a vintage: write it aside, make it durable and read-only, rename it.

    If a vintage of the same day holds the same bytes already, that one stands.

    Args:
        folder: Of the month.
        day: Newest day of the sources.
        write: Writes the tables into an empty folder.
        describe: Writes the manifest beside them, given the vintage of that day published before
            (None if there is none) and its own name; gives the reason of a further vintage.

    Returns:
        The vintage, which ``latest`` names from now on.

    Raises:
        UsageError: The system refuses to write there; nothing published has been touched.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with files.locked_temporary_folder(folder) as aside:
            placed = _place_new(folder, day, aside / "new", write, describe)
        _set_latest(folder, placed.folder.name)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({os_reason(error)}); nothing was published"
        ) from error
    return placed


def _place_new(
    folder: Path,
    day: str,
    written: Path,
    write: Callable[[Path], None],
    describe: Callable[[Path, Path | None, str], str],
) -> PublishedVintage:
    written.mkdir()
    write(written)
    before = [earlier_name for earlier_name in list_vintages(folder) if earlier_name[:10] == day]
    for earlier_name in before:
        if same_tables(written, folder / earlier_name):
            files.make_read_only(folder / earlier_name)
            return PublishedVintage(folder / earlier_name, new=False)
    number = vintage_number(before[-1]) + 1 if before else 1
    target = folder / vintage_name(day, number)
    reason = describe(written, folder / before[-1] if before else None, target.name)
    files.publish_read_only(written, target)
    return PublishedVintage(target, new=True, reason=reason)


def rename_vintage(folder: Path, vintage: str) -> Path:
    """Give a vintage another name, ``latest`` with it: for copies that are to be compared."""
    if folder.name == vintage:
        return folder
    renamed = folder.rename(folder.with_name(vintage))
    _set_latest(folder.parent, vintage)
    return renamed


def same_tables(vintage: Path, other: Path) -> bool:
    """Whether two vintages hold the same files to the byte, whatever their manifests say."""
    return not differing_files(vintage, other)


def differing_files(vintage: Path, other: Path) -> list[str]:
    """Names of the files that two vintages do not share byte for byte, manifests left out."""
    own_names, other_names = (
        {path.name for path in folder.iterdir()} - {MANIFEST} for folder in (vintage, other)
    )
    return sorted(
        name
        for name in own_names | other_names
        if name not in own_names & other_names
        or (vintage / name).read_bytes() != (other / name).read_bytes()
    )


def _set_latest(folder: Path, vintage: str) -> None:
    """Let ``latest`` name a vintage, from one moment to the next."""
    if latest_target(folder) == vintage:
        return
    pointer = folder / LATEST
    if pointer.is_dir() and not pointer.is_symlink():
        raise UsageError(f"{pointer}: is a folder of its own, perhaps from a copy; remove it")
    with files.locked_temporary_folder(folder) as aside:
        new = aside / LATEST
        try:
            new.symlink_to(vintage, target_is_directory=True)
        except (OSError, NotImplementedError):
            new.write_text(f"{vintage}\n", encoding="utf-8")
        new.replace(pointer)
    files.sync(folder)
