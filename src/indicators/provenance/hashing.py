"""SHA-256 of files, remembered as long as the file system says that nothing was touched.

A hash is taken from memory only if size, inode, time of content (mtime) and time of any change
(ctime) are those that the file had when it was read, and if it had been at rest for a while then:
a file changed again within the clock's grain would look the same. ``touch -d`` and copying tools
may set mtime back, nobody can set ctime back.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from indicators import files
from indicators.errors import UsageError

# Longer than the grain of any file system in use (FAT: 2 s).
AT_REST_NANOSECONDS = 3_000_000_000
_BLOCK = 1 << 20

Stamp = tuple[int, int, int, int]


def hash_bytes(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, read whole; raises OSError if that fails."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def hash_tree(folder: Path, paths: Iterable[Path] | None = None) -> str:
    """One hash of many files: their names below a folder and their contents.

    Args:
        folder: Names are told from here.
        paths: The files; all that the folder holds, but for Python's caches, if not given.
    """
    chosen = files_below(folder) if paths is None else sorted(paths)
    digest = hashlib.sha256()
    for path in chosen:
        digest.update(f"{path.relative_to(folder).as_posix()}\0{hash_file(path)}\n".encode())
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, in order, but for Python's caches."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )


class FileHashes:
    """Hashes of files, remembered from run to run.

    Args:
        memory: Where they are kept (JSON); one that cannot be read is as good as none.
    """

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known = _read(memory) if memory else {}
        self._changed = False

    def sha256_of(self, path: Path) -> str:
        """SHA-256 of a file; raises OSError if it cannot be read."""
        stamp = _stamp(path.stat())
        key = str(path.absolute())
        known = self._known.get(key)
        if known and known[0] == stamp:
            return known[1]
        found = hash_file(path)
        # Changed while it was read, or too fresh to be told from a later change: not remembered.
        if _stamp(path.stat()) == stamp and _at_rest(stamp):
            self._known[key] = stamp, found
            self._changed = True
        return found

    def keep(self) -> None:
        """Write what is remembered, if anything is new; files that are gone are forgotten.

        A memory that cannot be written is no reason to stop: it only saves time.
        """
        if self._memory is None or not self._changed:
            return
        existing = {key: value for key, value in self._known.items() if Path(key).exists()}
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(self._memory) as aside:
                aside.write_text(json.dumps(existing), encoding="utf-8")
        except (OSError, UsageError):
            return
        self._changed = False


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def _at_rest(stamp: Stamp) -> bool:
    return time.time_ns() - max(stamp[2], stamp[3]) > AT_REST_NANOSECONDS


def _read(memory: Path) -> dict[str, tuple[Stamp, str]]:
    try:
        listed = json.loads(memory.read_text(encoding="utf-8"))
        return {
            str(key): ((int(a), int(b), int(c), int(d)), str(found))
            for key, ((a, b, c, d), found) in listed.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
