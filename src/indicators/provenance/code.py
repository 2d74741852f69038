"""Which code is at work: the package's version and content, and the commit it stands at."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import indicators
from indicators.provenance.hashing import files_below, hash_tree

PACKAGE = Path(indicators.__file__).parent
DEFINITIONS = PACKAGE / "catalogue" / "definitions"


@dataclass(frozen=True, slots=True)
class Code:
    """The code that makes things.

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
    """Hash of the definitions: what the indicators are, apart from how they are made."""
    return hash_tree(DEFINITIONS)


@cache
def package_hash() -> str:
    """Hash of every other file of the package."""
    paths = [path for path in files_below(PACKAGE) if DEFINITIONS not in path.parents]
    return hash_tree(PACKAGE, paths)


@cache
def code_of_package() -> Code:
    """The code of this process, as it was when first asked."""
    commit, clean = _git_state(PACKAGE)
    return Code(indicators.__version__, package_hash(), commit, clean)


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
