"""Files appear whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.errors import UsageError

ASIDE = ".aside-"
"""How names begin of what is not in place yet; a run that was killed may leave it."""

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_READ_FILE, _READ_FOLDER = 0o444, 0o555


def make_private(folder: Path) -> None:
    """Make a folder that nobody else may enter, or close one that is there.

    Raises:
        UsageError: The system refuses to.
    """
    with _told(folder):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)


def check_writable(path: Path) -> None:
    """Refuse a place where no file could be made.

    Raises:
        UsageError: The folder is not there or cannot be written to, or the path is a folder.
    """
    folder = path.parent
    with _told(path):
        if not folder.exists():
            raise UsageError(f"{path}: there is no folder {folder}; make it, or write elsewhere")
        if not folder.is_dir():
            raise UsageError(f"{path}: {folder} is a file and not a folder; write elsewhere")
        if path.is_dir():
            raise UsageError(f"{path}: is a folder; give the name of a file")
        if not os.access(folder, os.W_OK):
            raise UsageError(f"{path}: nothing can be written in {folder}; write elsewhere")


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a path aside to write to; it takes the place of ``path`` when all went well.

    Args:
        path: Where the file is to stand.
        private: Whether nobody else may read it. The folder aside is its owner's alone, so that
            nobody else could have read it before either.

    Raises:
        UsageError: The system refuses to write there.
    """
    check_writable(path)
    with _told(path), tempfile.TemporaryDirectory(prefix=ASIDE, dir=path.parent) as folder:
        aside = Path(folder) / path.name
        yield aside
        if private:
            aside.chmod(PRIVATE_FILE)
        aside.replace(path)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """The same for a folder; what stood there before goes only when the new one is in place.

    Raises:
        UsageError: The system refuses to write there.
    """
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=path.parent) as folder:
            aside = Path(folder) / "new"
            aside.mkdir()
            yield aside
            _exchange(path, aside, before=Path(folder) / "before")


@contextmanager
def aside_in(folder: Path) -> Iterator[Path]:
    """Give a folder aside, in one that is made if need be; what is left there goes afterwards.

    Raises:
        UsageError: The system refuses to write there.
    """
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=folder) as name:
            yield Path(name)


def settle(made: Path, target: Path) -> None:
    """Give a folder of files its name once and for all, read-only.

    To disk first, then the name: after a power cut there is the whole folder or none.

    Args:
        made: The folder aside, on the same disk.
        target: Its name; the folder above must be there.
    """
    for path in made.iterdir():
        path.chmod(_READ_FILE)
        sync(path)
    sync(made)
    made.rename(target)
    close(target)
    sync(target.parent)


def close(folder: Path) -> None:
    """Let nothing be added to a folder or taken from it."""
    folder.chmod(_READ_FOLDER)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(path: Path, new: Path, *, before: Path) -> None:
    """Put a new folder in place of an old one, which comes back if that fails."""
    if not path.exists():
        new.replace(path)
        return
    path.replace(before)
    try:
        new.replace(path)
    except BaseException:
        before.replace(path)
        raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from error
