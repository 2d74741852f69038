"""What the name of a snapshot file tells: ``12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.problems import Problem

PATTERN = "12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz"
_NAME = re.compile(r"12r5_(?P<scope>\w+?)_vintage_(?P<vintage>\d{4}-\d{2}-\d{2})\.csv(\.gz)?")
# A name that speaks of a vintage and tells no day.
_MEANT = re.compile(r"12r5_(.*_)?vintage_.*\.csv(\.gz)?")


@dataclass(frozen=True, slots=True)
class SnapshotName:
    """One snapshot file.

    Attributes:
        path: Where it is.
        scope: Which columns were asked for: ``full``, ``core`` or a word of one's own.
        vintage: The day it was taken.
    """

    path: Path
    scope: str
    vintage: date


def sort_out(paths: Iterable[Path]) -> tuple[list[SnapshotName], list[Path], list[Problem]]:
    """Pick the snapshots among the files of a folder, by name.

    Returns:
        The snapshots, the other files, and a problem for each file that is meant to be a snapshot
        but whose name does not say so: left out in silence, it would be missed by nobody.
    """
    names, others, problems = [], [], []
    for path in sorted(paths):
        name = _read(path)
        if name is not None:
            names.append(name)
        elif _MEANT.fullmatch(path.name):
            text = f"the name is not {PATTERN} with a date of the calendar; rename the file"
            problems.append(Problem("file-name", path, text))
        else:
            others.append(path)
    return names, others, problems


def _read(path: Path) -> SnapshotName | None:
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return SnapshotName(path, found["scope"], date.fromisoformat(found["vintage"]))
    except ValueError:
        return None
