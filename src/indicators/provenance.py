"""What a manifest records: hashes of files, the code at work, versions of tools.

:class:`FileHashes` remembers a hash as long as the file system says that nothing was touched: only
if size, inode, time of content (mtime) and time of any change (ctime) are those that the file had
when it was read, and if it had been at rest for a while then: a file changed again within the
clock's grain would look the same. ``touch -d`` and copying tools may set mtime back, nobody can set
ctime back.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from indicators import files
from indicators.errors import UsageError
from indicators.version import __version__

TOOLS = (
    "babel",
    "ipykernel",
    "matplotlib",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pyfixest",
    "pypandoc-binary",
    "seaborn",
    "statsmodels",
    "typst",
)
"""What figures, pages and PDFs are produced with."""

LOCK = "requirements.lock"
STATE = ".indicators"
"""What runs remember between them stands in this folder: git ignores it, anybody may delete it."""

PACKAGE = Path(__file__).parent
DEFINITIONS = PACKAGE / "catalogue" / "definitions"

# Longer than the grain of any file system in use (FAT: 2 s).
AT_REST_NANOSECONDS = 3_000_000_000
_BLOCK = 1 << 20

Stamp = tuple[int, int, int, int]


def tool_versions() -> dict[str, str]:
    """Python and each of :data:`TOOLS` that is installed, by name."""
    found = {"python": platform.python_version()}
    for name in TOOLS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


# --- hashes of files ------------------------------------------------------------------------------


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
        folder: Names are relative to it.
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
        self._known = _read_memory(memory) if memory else {}
        self._changed = False

    def sha256_of(self, path: Path) -> str:
        """SHA-256 of a file; raises OSError if it cannot be read."""
        stamp = _stamp(path.stat())
        key = str(path.absolute())
        known = self._known.get(key)
        if known and known[0] == stamp:
            return known[1]
        found = hash_file(path)
        # Changed while it was read, or too fresh to exclude a later change: not remembered.
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


def _read_memory(memory: Path) -> dict[str, tuple[Stamp, str]]:
    try:
        listed = json.loads(memory.read_text(encoding="utf-8"))
        return {
            str(key): ((int(a), int(b), int(c), int(d)), str(found))
            for key, ((a, b, c, d), found) in listed.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


# --- the code at work, and manifests --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Code:
    """The code that produced something.

    Attributes:
        version: Of the package.
        sha256: Of all its files, words among them but not the catalogue: what is at work,
            committed or not.
        commit: Of the checkout the package lies in; None without git.
        clean: Whether every file of that checkout is as committed; None without git.
    """

    version: str
    sha256: str
    commit: str | None
    clean: bool | None


@cache
def catalogue_hash() -> str:
    """Hash of the definitions: what the indicators are, apart from how they are computed."""
    return hash_tree(DEFINITIONS)


@cache
def package_hash() -> str:
    """Hash of every other file of the package."""
    paths = [path for path in files_below(PACKAGE) if DEFINITIONS not in path.parents]
    return hash_tree(PACKAGE, paths)


@cache
def package_code() -> Code:
    """The code of this process, as it was at the first call."""
    commit, clean = _git_state(PACKAGE)
    return Code(__version__, package_hash(), commit, clean)


def _git_state(folder: Path) -> tuple[str | None, bool | None]:
    """Commit and cleanness of the checkout that tracks a folder; a venv inside one is no part."""
    try:
        if not _git(folder, "ls-files", "--", "__init__.py"):
            return None, None
        commit = _git(folder, "rev-parse", "HEAD").strip()
        return commit, not _git(folder, "status", "--porcelain")
    except (OSError, subprocess.SubprocessError):
        return None, None


def _git(folder: Path, *arguments: str) -> str:
    # No optional locks: a run may look on while somebody commits.
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was.

    Attributes:
        path: From the project's folder (of an input) or the manifest's (of an output), with ``/``;
            it may begin with ``..``, and never names a place of one machine.
        sha256: Of its content.
        bytes: Its size.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class BuildEnvironment:
    """What produced something, beside its inputs and parameters.

    Attributes:
        code: The package; its ``sha256`` leaves the catalogue out.
        catalogue: Hash of the catalogue's definitions.
        lock: Hash of the project's ``requirements.lock``; None where there is none.
        tools: Version by name of what is really installed.
    """

    code: Code
    catalogue: str
    lock: str | None
    tools: Mapping[str, str]


def current_environment(root: Path) -> BuildEnvironment:
    """The environment of this process, for a project.

    Args:
        root: The project's folder.
    """
    lock = root / LOCK
    locked = hash_file(lock) if lock.is_file() else None
    return BuildEnvironment(package_code(), catalogue_hash(), locked, tool_versions())


def record_files(paths: Iterable[Path], root: Path, hashes: FileHashes) -> list[FileRecord]:
    """Record files, and all files of folders, in the order of their names.

    Args:
        paths: Files and folders that are there.
        root: Names are relative to it.
        hashes: Gives their hashes.

    Raises:
        OSError: One cannot be read.
    """
    found = {file for path in paths for file in (files_below(path) if path.is_dir() else [path])}
    return sorted(
        (
            FileRecord(path_from(root, file), hashes.sha256_of(file), file.stat().st_size)
            for file in found
        ),
        key=lambda file: file.path,
    )


def path_from(root: Path, path: Path) -> str:
    """A path relative to a folder; absolute links on the way are not followed."""
    name, base = os.fspath(path), os.fspath(root) + os.sep
    # Most files are below it, and an unchanged run names ten thousand.
    if name.startswith(base) and os.pardir not in name:
        return name[len(base) :].replace(os.sep, "/")
    return Path(os.path.relpath(path, root)).as_posix()


def file_from_json(entry: Mapping[str, Any]) -> FileRecord:
    """A file from JSON; raises KeyError, TypeError or ValueError."""
    return FileRecord(str(entry["path"]), str(entry["sha256"]), int(entry["bytes"]))


def environment_from_json(entry: Mapping[str, Any]) -> BuildEnvironment:
    """An environment from JSON; raises KeyError, TypeError or ValueError."""
    code = Code(**entry["code"])
    return BuildEnvironment(code, str(entry["catalogue"]), entry["lock"], dict(entry["tools"]))


def hash_memory_file(root: Path) -> Path:
    """Hashes of files that have not been touched since."""
    return root / STATE / "hashes.json"


def steps_folder(root: Path) -> Path:
    """Records of steps that have no folder of their own."""
    return root / STATE / "steps"


def log_folder(root: Path) -> Path:
    """A log a run, as JSON lines."""
    return root / STATE / "log"


def lock_file(root: Path) -> Path:
    """Held by the run that is at work."""
    return root / STATE / "lock"
