"""What a run that was killed has left half-done goes before the next one begins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indicators import files
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
    """Files and folders of a project that are not in place: at work now, or left by a dead run."""
    for folder, pattern in _HALF_DONE:
        for path in sorted((root / folder).glob(pattern)):
            if not path.name.startswith(ASIDE) or files.is_aside(path):
                yield path


def sweep(root: Path) -> list[Path]:
    """Remove what no run is at work on; only the run that holds the lock may.

    Returns:
        What was removed. What cannot be removed stays: it disturbs nobody.
    """
    return [path for path in list(half_done(root)) if _removed(path)]


def _removed(path: Path) -> bool:
    if files.is_aside(path):
        # Commands without the project's lock, such as `compute`, may be writing there.
        return files.remove_leftover(path)
    if path.is_dir() and not path.is_symlink():
        return files.remove_folder(path)
    path.unlink(missing_ok=True)
    return True
