"""What a run that was killed has left half-done goes before the next one begins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from indicators.files import ASIDE

# Names that nothing published has: tables and folders aside, notebooks at work, pages half-written.
_HALF_DONE = (
    ("data/processed", f"**/{ASIDE}*"),
    ("data/released", f"**/{ASIDE}*"),
    ("reports", f"**/{ASIDE}*"),
    ("reports", "_work-*"),
    ("_site", f"**/{ASIDE}*"),
    ("_site", "**/.*.html.*"),
    ("_site", "**/.*.pdf.*"),
    (".indicators", f"**/{ASIDE}*"),
)


def half_done(root: Path) -> Iterator[Path]:
    """Files and folders of a project that only a run broken off can have left."""
    for folder, pattern in _HALF_DONE:
        yield from sorted((root / folder).glob(pattern))


def sweep(root: Path) -> list[Path]:
    """Remove them; only the run that holds the lock may.

    Returns:
        What was removed. What cannot be removed stays: it disturbs nobody.
    """
    found = list(half_done(root))
    for path in found:
        if path.is_dir() and not path.is_symlink():
            _unlock(path)
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return found


def _unlock(folder: Path) -> None:
    """Folders of published vintages are read-only; one that was being made may be so already."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
