"""A folder of snapshots, read whole: all faults of all files at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indicators.errors import DataError, UsageError
from indicators.problems import Problem, failure, refuse_together
from indicators.sources.statfin.naming import PATTERN, SnapshotName, sort_out
from indicators.sources.statfin.provenance import FILE, Provenance, read_provenance
from indicators.sources.statfin.reader import Snapshot, read_snapshot
from indicators.sources.statfin.snapshots import Snapshots


def read_snapshots(directory: Path) -> Snapshots:
    """Read every snapshot of table 12r5 in a folder.

    Args:
        directory: Holds ``12r5_SCOPE_vintage_YYYY-MM-DD.csv[.gz]`` and, if it is the project's own,
            ``provenance.json``.

    Raises:
        UsageError: There is no such folder.
        DataError: It holds no snapshot, or a snapshot is damaged: all faults of all files.
    """
    names, misnamed = sort_out(_listing(directory))
    provenance, faults = _provenance(directory)
    faults += [failure([problem]) for problem in misnamed]
    faults += _absent(directory, names, provenance)
    snapshots, damaged = _read_all(names, provenance)
    refuse_together([*faults, *damaged])
    if not snapshots:
        raise failure([Problem("no-snapshot", directory, f"holds no snapshot named {PATTERN}")])
    newest_first = sorted(snapshots, key=lambda snapshot: snapshot.vintage, reverse=True)
    return Snapshots(tuple(newest_first), provenance)


def _listing(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError as error:
        text = f"{directory}: no folder of snapshots to read ({error.strerror}); give another"
        raise UsageError(text) from error


def _provenance(directory: Path) -> tuple[dict[str, Provenance], list[DataError]]:
    try:
        return read_provenance(directory), []
    except DataError as error:
        return {}, [error]


def _absent(
    directory: Path, names: Iterable[SnapshotName], provenance: Mapping[str, Provenance]
) -> list[DataError]:
    there = {name.path.name for name in names}
    text = f"is listed in {FILE} but not there; restore it"
    return [
        failure([Problem("missing-file", directory / name, text)])
        for name in sorted(set(provenance) - there)
    ]


def _read_all(
    names: Sequence[SnapshotName], provenance: Mapping[str, Provenance]
) -> tuple[list[Snapshot], list[DataError]]:
    snapshots, faults = [], []
    for name in names:
        try:
            snapshots.append(read_snapshot(name, provenance.get(name.path.name)))
        except DataError as error:
            faults.append(error)
    return snapshots, faults
