"""The frame of every run: the project's lock, its log, and removal of what a dead run left.

The lock is the operating system's, on an open file: it is gone with the process that held it,
however that ended, so that there is no stale lock to remove. POSIX record locks are not passed on
to forked processes: a worker that outlives a killed run does not keep the next run out.

The log is a JSON object a line, with clock times, and nothing of persons or figures. Messages of
our own errors name files, rows and columns and never a value. The message of an error in a
notebook's own code may hold anything, so only its place and the kind of its error are logged.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TextIO

from indicators import files
from indicators.errors import IndicatorsError, NotebookError, UsageError, os_reason
from indicators.files import TEMPORARY_PREFIX
from indicators.provenance import lock_file, log_folder
from indicators.version import __version__

# So many logs are kept; the oldest go first.
MOST_LOGS = 200
LogValue = str | int | float | bool | None | list[str]

# Names that nothing published has: tables and folders aside, notebooks at work, pages half-written.
_UNFINISHED_PATTERNS = (
    ("data/processed", f"**/{TEMPORARY_PREFIX}*"),
    ("data/released", f"**/{TEMPORARY_PREFIX}*"),
    ("reports", f"**/{TEMPORARY_PREFIX}*"),
    ("reports", "_work-*"),
    ("data/internal/drafts", f"**/{TEMPORARY_PREFIX}*"),
    ("_site", f"**/{TEMPORARY_PREFIX}*"),
    ("_site", "**/.*.html.*"),
    ("_site", "**/.*.pdf.*"),
    (".indicators", f"**/{TEMPORARY_PREFIX}*"),
)
# As `tempfile` makes names: what is somebody's own and merely begins like them stays.
_TEMPORARY_NAME = re.compile(r"(_work-|\..*\.(html|pdf)\.)[a-z0-9_]{8}")


# The lock: one run at a time in a project.


@contextmanager
def project_lock(root: Path) -> Iterator[None]:
    """Hold a project's lock, so that no other run writes there.

    Raises:
        UsageError: Another run holds it, or it cannot be written.
    """
    with _locked(root, shared=False):
        yield


@contextmanager
def shared_project_lock(root: Path) -> Iterator[None]:
    """Keep runs out while a project is read; several readers may hold it at once.

    Raises:
        UsageError: A run is at work.
    """
    with _locked(root, shared=True):
        yield


@contextmanager
def _locked(root: Path, *, shared: bool) -> Iterator[None]:
    handle = _open_lock_file(lock_file(root), shared=shared)
    if handle is None:
        yield
        return
    try:
        if not _try_lock(handle, shared=shared):
            raise UsageError(
                f"{root}: another run is at work there{_lock_holder(handle)}; wait for it"
            )
        if not shared:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _open_lock_file(path: Path, *, shared: bool) -> int | None:
    """The lock's file; None for a reader where it cannot be created.

    A project that may not be written to, such as a copy on a read-only disk, can still be read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if shared and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            with suppress(OSError):
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return None
        text = f"cannot be written ({os_reason(error)}); make it writable"
        raise UsageError(f"{path}: {text}") from error


def _try_lock(handle: int, *, shared: bool) -> bool:
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


def _lock_holder(handle: int) -> str:
    """The process that wrote its number into the lock's file, for a message."""
    process_id = os.pread(handle, 20, 0).decode("ascii", errors="replace").strip()
    return f" (process {process_id})" if process_id.isdigit() else ""


# The log.


class Journal:
    """Writes the events of a run, each at once and whole.

    Args:
        stream: Where to; None writes nothing.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._start = monotonic()

    def write(self, event: str, **facts: LogValue) -> None:
        """Write an event.

        Args:
            event: What happened, in a word.
            facts: More about it, in plain values.
        """
        if self._stream is None:
            return
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "seconds": round(monotonic() - self._start, 3),
            "event": event,
            **facts,
        }
        # A full disk must stop what is published, not what is merely logged.
        with suppress(OSError):
            self._stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._stream.flush()


@contextmanager
def run_log(root: Path, command: str, **facts: LogValue) -> Iterator[Journal]:
    """Keep the log of a run, from its start to its end or failure.

    Args:
        root: The project's folder.
        command: Which command runs.
        facts: Its options, in plain values.
    """
    stream = _open_log(log_folder(root), command)
    journal = Journal(stream)
    journal.write("start", command=command, version=__version__, process=os.getpid(), **facts)
    try:
        yield journal
    except BaseException as error:
        journal.write("end", **_failure_facts(error))
        raise
    else:
        journal.write("end", status=0)
    finally:
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _open_log(folder: Path, command: str) -> TextIO | None:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%f")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_old_logs(folder)
        return (folder / f"{moment}Z-{command}.jsonl").open("w", encoding="utf-8")
    except OSError:
        return None


def _remove_old_logs(folder: Path) -> None:
    for old in sorted(folder.glob("*.jsonl"))[: -MOST_LOGS + 1]:
        old.unlink(missing_ok=True)


def _failure_facts(error: BaseException) -> dict[str, LogValue]:
    """What may be logged of an error: our own messages, and of others' only the kind."""
    kind = type(error).__name__
    if isinstance(error, NotebookError):
        return {"status": error.exit_status, "error": kind, "text": _place_and_kind(error.message)}
    if isinstance(error, IndicatorsError):
        return {
            "status": error.exit_status,
            "error": kind,
            "text": error.message,
            # A run that failed in several ways names its notebooks here too.
            "details": [_without_cell_message(text) for text in error.details],
        }
    return {"status": 130 if isinstance(error, KeyboardInterrupt) else 1, "error": kind}


def _place_and_kind(message: str) -> str:
    """A notebook's failure up to the kind of its error: “book.ipynb: cell 3 failed: ValueError”."""
    text = _without_cell_message(message)
    return text if text != message else message.partition(": ")[0]


def _without_cell_message(text: str) -> str:
    """A text without the message of a cell's error."""
    return re.sub(r"( failed: \w+).*", r"\1", text, flags=re.DOTALL)


# What a killed run has left half-done is removed before the next run begins.


def unfinished_paths(root: Path) -> Iterator[Path]:
    """Files and folders of a project that are not in place: at work now, or left by a dead run."""
    for folder, pattern in _UNFINISHED_PATTERNS:
        for path in sorted((root / folder).glob(pattern)):
            if path.name.startswith(TEMPORARY_PREFIX):
                if files.is_temporary_folder(path):
                    yield path
            elif _TEMPORARY_NAME.fullmatch(path.name):
                yield path


def remove_unfinished(root: Path) -> list[Path]:
    """Remove what no run is at work on; only the run that holds the lock may.

    Returns:
        What was removed. What cannot be removed stays: it disturbs nobody.
    """
    return [path for path in list(unfinished_paths(root)) if _try_remove(path)]


def _try_remove(path: Path) -> bool:
    if files.is_temporary_folder(path):
        # Commands without the project's lock, such as `compute`, may be writing there.
        return files.remove_leftover(path)
    if path.is_dir() and not path.is_symlink():
        return files.remove_folder(path)
    path.unlink(missing_ok=True)
    return True


@contextmanager
def exclusive_run(root: Path, command: str, **facts: LogValue) -> Iterator[Journal]:
    """Have a project to oneself for the time of a run.

    Args:
        root: The project's folder.
        command: Which command runs.
        facts: Its options, in plain values, for the log.

    Raises:
        UsageError: Another run is at work there.
    """
    with project_lock(root), run_log(root, command, **facts) as journal:
        swept = remove_unfinished(root)
        if swept:
            names = [path.relative_to(root).as_posix() for path in swept]
            journal.write("swept", left_by_a_broken_run=names)
        yield journal
