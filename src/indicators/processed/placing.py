"""A vintage put in place once and for all: written aside, made durable, renamed, read-only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indicators import files
from indicators.errors import UsageError
from indicators.processed.vintages import LATEST, name, names, number_of, pointed

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Placed:
    """A published vintage.

    Attributes:
        folder: Where it is.
        new: Whether it was not there before.
        reason: Why it stands beside an earlier one of the same day; empty if it does not.
    """

    folder: Path
    new: bool
    reason: str = ""


def place(
    folder: Path,
    day: str,
    write: Callable[[Path], None],
    describe: Callable[[Path, Path | None, str], str],
) -> Placed:
    """Publish a vintage, unless one of the same day holds the same bytes already.

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
        with files.held_aside(folder) as aside:
            placed = _place(folder, day, aside / "new", write, describe)
        _point(folder, placed.folder.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"{folder}: cannot be written ({reason}); nothing was published"
        ) from error
    return placed


def _place(
    folder: Path,
    day: str,
    written: Path,
    write: Callable[[Path], None],
    describe: Callable[[Path, Path | None, str], str],
) -> Placed:
    written.mkdir()
    write(written)
    before = [earlier_name for earlier_name in names(folder) if earlier_name[:10] == day]
    for earlier_name in before:
        if same_tables(written, folder / earlier_name):
            files.close(folder / earlier_name)
            return Placed(folder / earlier_name, new=False)
    number = number_of(before[-1]) + 1 if before else 1
    target = folder / name(day, number)
    reason = describe(written, folder / before[-1] if before else None, target.name)
    files.settle(written, target)
    return Placed(target, new=True, reason=reason)


def rename(folder: Path, vintage: str) -> Path:
    """Give a vintage another name, ``latest`` with it: for copies that are to be compared."""
    if folder.name == vintage:
        return folder
    renamed = folder.rename(folder.with_name(vintage))
    _point(folder.parent, vintage)
    return renamed


def same_tables(vintage: Path, other: Path) -> bool:
    """Whether two vintages hold the same files to the byte, whatever their manifests say."""
    return not differing(vintage, other)


def differing(vintage: Path, other: Path) -> list[str]:
    """Names of the files that only one of two vintages has or that differ, manifests left out."""
    own_names, other_names = (
        {path.name for path in folder.iterdir()} - {MANIFEST} for folder in (vintage, other)
    )
    return sorted(
        name
        for name in own_names | other_names
        if name not in own_names & other_names
        or (vintage / name).read_bytes() != (other / name).read_bytes()
    )


def _point(folder: Path, vintage: str) -> None:
    """Let ``latest`` name a vintage, from one moment to the next."""
    if pointed(folder) == vintage:
        return
    pointer = folder / LATEST
    if pointer.is_dir() and not pointer.is_symlink():
        raise UsageError(f"{pointer}: is a folder of its own, perhaps from a copy; remove it")
    with files.held_aside(folder) as aside:
        new = aside / LATEST
        try:
            new.symlink_to(vintage, target_is_directory=True)
        except (OSError, NotImplementedError):
            new.write_text(f"{vintage}\n", encoding="utf-8")
        new.replace(pointer)
    files.sync(folder)
