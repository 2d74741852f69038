"""Files appear whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.errors import UsageError


def check_writable(path: Path) -> None:
    """Refuse a place where no file could be made.

    Raises:
        UsageError: The folder is not there or cannot be written to, or the path is a folder.
    """
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"{path}: the folder {folder} is not there; make it, or write elsewhere")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; give the name of a file")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: the folder {folder} cannot be written to; write elsewhere")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path aside to write to; it takes the place of ``path`` when all went well.

    Raises:
        UsageError: The system refuses to write there.
    """
    check_writable(path)
    try:
        with tempfile.TemporaryDirectory(prefix=".aside-", dir=path.parent) as folder:
            aside = Path(folder) / path.name
            yield aside
            aside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from error


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """The same for a folder; what stood there before goes only when the new one is in place.

    Raises:
        UsageError: The system refuses to write there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".aside-", dir=path.parent) as folder:
            aside, before = Path(folder) / "new", Path(folder) / "before"
            aside.mkdir()
            yield aside
            if path.exists():
                path.replace(before)
            aside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from error


def remove(path: Path) -> None:
    """Remove a folder and all below it, if it is there."""
    shutil.rmtree(path, ignore_errors=True)
