"""One run at a time in a project.

The lock is the operating system's, on an open file: it is gone with the process that held it,
however that ended, so that there is no stale lock to remove. POSIX record locks are not passed on
to forked processes: a worker that outlives a killed run does not keep the next one out.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indicators.errors import UsageError
from indicators.provenance.state import lock_file


@contextmanager
def holding(root: Path) -> Iterator[None]:
    """Hold a project's lock, so that no other run writes there.

    Raises:
        UsageError: Another run holds it, or it cannot be written.
    """
    with _locked(root, shared=False):
        yield


@contextmanager
def looking_on(root: Path) -> Iterator[None]:
    """Keep runs out while a project is looked at; several may look at once.

    Raises:
        UsageError: A run is at work.
    """
    with _locked(root, shared=True):
        yield


@contextmanager
def _locked(root: Path, *, shared: bool) -> Iterator[None]:
    handle = _opened(lock_file(root), shared=shared)
    if handle is None:
        yield
        return
    try:
        if not _taken(handle, shared=shared):
            raise UsageError(f"{root}: another run is at work there{_who(handle)}; wait for it")
        if not shared:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _opened(path: Path, *, shared: bool) -> int | None:
    """The lock's file; None for one that only looks on where none can be made.

    A project that may not be written to, such as a copy on a read-only disk, can be looked at.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if shared and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            with suppress(OSError):
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return None
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: cannot be written ({reason}); make it writable") from error


def _taken(handle: int, *, shared: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        # A system without such locks: its user has to take care, as docs/operations.md says.
        return True
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.lockf(handle, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _who(handle: int) -> str:
    """Which process says that it holds the lock."""
    process_id = os.pread(handle, 20, 0).decode("ascii", errors="replace").strip()
    return f" (process {process_id})" if process_id.isdigit() else ""
