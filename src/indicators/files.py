"""Files appear whole or not at all: written aside, then renamed.

What is not in place yet stands in a folder ``.aside-…`` beside its target, locked by the process
that writes there. The lock is the operating system's and ends with the process, however that ended:
a folder that nobody holds was left by one that was killed, and goes as soon as somebody writes to
the same place again.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indicators.errors import UsageError, os_reason

try:
    import fcntl
except ImportError:
    # A system without such locks: who is at work is not known, so that leftovers stay there.
    fcntl = None  # type: ignore[assignment]

TEMPORARY_PREFIX = ".aside-"
"""How names begin of what is not in place yet; a process that was killed may leave it."""
# As `tempfile` makes names: a folder of somebody's own that begins like it is not ours to remove.
_TEMPORARY_NAME = re.compile(re.escape(TEMPORARY_PREFIX) + "[a-z0-9_]{8}")

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_READ_FILE, _READ_FOLDER = 0o444, 0o555


def make_private(folder: Path) -> None:
    """Make a folder that nobody else may enter, or close one that is there.

    Raises:
        UsageError: The system refuses to.
    """
    with _write_errors(folder):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)


def check_writable(path: Path) -> None:
    """Refuse a place where no file could be written.

    Raises:
        UsageError: The folder is not there or cannot be written to, or the path is a folder.
    """
    folder = path.parent
    with _write_errors(path):
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
    with _write_errors(path), locked_temporary_folder(path.parent) as folder:
        temporary = folder / path.name
        yield temporary
        if private:
            temporary.chmod(PRIVATE_FILE)
        temporary.replace(path)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """The same for a folder; what stood there before goes only when the new one is in place.

    Raises:
        UsageError: The system refuses to write there.
    """
    with _write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked_temporary_folder(path.parent) as folder:
            temporary = folder / "new"
            temporary.mkdir()
            yield temporary
            _swap_folder(path, temporary, before=folder / "before")


@contextmanager
def temporary_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder inside a folder, which is made if need be; it goes afterwards.

    Raises:
        UsageError: The system refuses to write there.
    """
    with _write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked_temporary_folder(folder) as temporary:
            yield temporary


@contextmanager
def locked_temporary_folder(folder: Path) -> Iterator[Path]:
    """The same in a folder that is there; what the system refuses is raised as it is.

    Raises:
        OSError: The system refuses to write there.
    """
    sweep_leftovers(folder)
    temporary, handle = _make_temporary_folder(folder)
    try:
        yield temporary
    finally:
        remove_folder(temporary)
        os.close(handle)


def sweep_leftovers(folder: Path) -> list[Path]:
    """Remove what killed processes have left aside in a folder (not in those below it).

    Whatever writes with the functions above has this done first. What some process is writing now
    is locked and stays; so does what may not be removed.

    Returns:
        What was removed.
    """
    try:
        temporaries = sorted(path for path in folder.iterdir() if is_temporary_folder(path))
    except OSError:
        return []
    return [path for path in temporaries if remove_leftover(path)]


def is_temporary_folder(path: Path) -> bool:
    """Whether a path is a folder aside, by its name."""
    return bool(_TEMPORARY_NAME.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()


def remove_leftover(temporary: Path) -> bool:
    """Remove a folder aside unless a process holds it; whether it was removed."""
    try:
        handle = os.open(temporary, os.O_RDONLY)
    except OSError:
        return False
    try:
        _lock(handle)
        return remove_folder(temporary)
    except OSError:
        return False
    finally:
        os.close(handle)


def remove_folder(folder: Path) -> bool:
    """Remove a folder with all in it, read-only folders too; whether it is gone."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.chmod(PRIVATE_FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def publish_read_only(folder: Path, target: Path) -> None:
    """Give a folder of files its name once and for all, read-only.

    To disk first, then the name: after a power cut there is the whole folder or none.

    Args:
        folder: The temporary folder, on the same disk.
        target: Its name; the folder above must be there.
    """
    for path in folder.iterdir():
        path.chmod(_READ_FILE)
        sync(path)
    sync(folder)
    folder.rename(target)
    make_read_only(target)
    sync(target.parent)


def make_read_only(folder: Path) -> None:
    """Let nothing be added to a folder or taken from it."""
    folder.chmod(_READ_FOLDER)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_temporary_folder(folder: Path) -> tuple[Path, int]:
    """A new folder, and what is open of it as long as it is held."""
    while True:
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=folder))
        handle = os.open(temporary, os.O_RDONLY)
        try:
            _lock(handle)
        except BlockingIOError:
            pass
        except OSError:
            # Where there are no locks, nobody can take one to remove the folder either.
            return temporary, handle
        else:
            if temporary.exists():
                return temporary, handle
        # Somebody who swept was quicker than the lock, and took the folder for a leftover.
        os.close(handle)


def _lock(handle: int) -> None:
    """Lock an open folder for as long as it is open.

    Raises:
        BlockingIOError: A process holds it already.
        OSError: The system or the file system has no such locks.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _swap_folder(path: Path, new: Path, *, before: Path) -> None:
    """Put a new folder in place of the old, which comes back if that fails."""
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
def _write_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({os_reason(error)})") from error


def written_since(path: Path, since: float) -> bool:
    """Whether a file (a link itself) was written since then, in seconds of the system's clock."""
    return path.lstat().st_mtime >= since
