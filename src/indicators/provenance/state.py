"""What runs remember between them, in one folder that git ignores and anybody may delete."""

from __future__ import annotations

from pathlib import Path

STATE = ".indicators"


def memory_of_hashes(root: Path) -> Path:
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
