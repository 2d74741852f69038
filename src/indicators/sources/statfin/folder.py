"""Table 12r5 as somebody has it, read whole: all faults of all files at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indicators.errors import DataError, UsageError
from indicators.problems import Problem, failure, refuse, refuse_together
from indicators.sources.statfin.downloads import FORMS, may_be, read_download, texts_beside
from indicators.sources.statfin.naming import PATTERN, SnapshotName, sort_out
from indicators.sources.statfin.provenance import FILE, Provenance, disagreements, read_provenance
from indicators.sources.statfin.reader import Snapshot, read_snapshot
from indicators.sources.statfin.snapshots import Snapshots
from indicators.sources.statfin.texts import Texts, packaged
from indicators.sources.statfin.variables import TABLE


def read_snapshots(place: Path) -> Snapshots:
    """Read table 12r5: snapshots, or files as people download them.

    Args:
        place: A file, or a folder of files: snapshots named
            ``12r5_SCOPE_vintage_YYYY-MM-DD.csv[.gz]``, which must be whole; answers of the API
            (``json-stat2``, ``json-stat``, ``json``); CSV, PX and XLSX of the web pages, which may
            be of some areas, months and contents only. Files of a folder that are something else
            (metadata, other tables, notes) are passed over. A ``provenance.json`` beside them is
            held against them.

    Raises:
        UsageError: There is no such file or folder.
        DataError: It holds no table 12r5, or what is meant to be it is damaged: all faults of all
            files.
    """
    if place.is_file():
        return _of_file(place)
    names, others, misnamed = sort_out(_listing(place))
    provenance, faults = _provenance(place)
    faults += [failure([problem]) for problem in misnamed]
    faults += _absent(place, [*(name.path for name in names), *others], provenance)
    snapshots, damaged = _read_all(names, provenance)
    candidates = [
        path for path in others if path.name != FILE and may_be(path) and not path.is_dir()
    ]
    texts, beside = texts_beside(candidates, packaged())
    downloads, notes, broken = _downloads(candidates, texts, provenance)
    refuse_together([*faults, *damaged, *broken])
    if not (snapshots or downloads):
        text = f"holds no table {TABLE}: no {FORMS} of it, nor a snapshot named {PATTERN}"
        raise failure([Problem("no-snapshot", place, f"{text}; give another place")])
    return Snapshots(_newest_first([*snapshots, *downloads]), provenance, tuple(notes), beside)


def _of_file(path: Path) -> Snapshots:
    """A file that a person names is meant to be the table."""
    (names, others, misnamed) = sort_out([path])
    refuse(misnamed)
    provenance, faults = _provenance(path.parent) if _is_listed(path) else ({}, [])
    refuse_together(faults)
    entries = {path.name: provenance[path.name]} if path.name in provenance else {}
    if names:
        return Snapshots((read_snapshot(names[0], entries.get(path.name)),), entries)
    snapshot, notes = _download(others[0], packaged(), entries.get(path.name), named=True)
    if snapshot is None:
        raise AssertionError("a file that was named is read or refused")
    return Snapshots((snapshot,), entries, notes)


def _is_listed(path: Path) -> bool:
    """Whether the provenance beside a file speaks of it; that of other files is not its own."""
    try:
        return path.name in (path.parent / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _listing(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError as error:
        text = f"{directory}: no file or folder of table {TABLE} to read ({error.strerror})"
        raise UsageError(f"{text}; give another") from error


def _provenance(directory: Path) -> tuple[dict[str, Provenance], list[DataError]]:
    """What is known of the table's files; those of other tables are no concern of ours."""
    try:
        known = read_provenance(directory)
    except DataError as error:
        return {}, [error]
    return {name: entry for name, entry in known.items() if entry.table == TABLE}, []


def _absent(
    directory: Path, found: Iterable[Path], provenance: Mapping[str, Provenance]
) -> list[DataError]:
    text = f"is listed in {FILE} but not there; restore it"
    return [
        failure([Problem("missing-file", directory / name, text)])
        for name in sorted(set(provenance) - {path.name for path in found})
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


def _downloads(
    paths: Sequence[Path], texts: Texts, provenance: Mapping[str, Provenance]
) -> tuple[list[Snapshot], list[str], list[DataError]]:
    """The downloads among some files, in the order of their names."""
    snapshots: list[Snapshot] = []
    notes: list[str] = []
    faults: list[DataError] = []
    for path in paths:
        listed = provenance.get(path.name)
        try:
            snapshot, notes_of_file = _download(path, texts, listed, named=listed is not None)
        except DataError as error:
            faults.append(error)
            continue
        if snapshot is not None:
            snapshots.append(snapshot)
            notes += notes_of_file
    return snapshots, notes, faults


def _download(
    path: Path, texts: Texts, listed: Provenance | None, *, named: bool
) -> tuple[Snapshot | None, tuple[str, ...]]:
    read = read_download(path, texts, named=named)
    if read is None:
        return None, ()
    if listed is not None:
        refuse(disagreements(path, listed, read.facts))
    return read.snapshot, read.notes


def _newest_first(snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """Of several files of one day the first by name comes first."""
    by_name = sorted(snapshots, key=lambda snapshot: snapshot.file.name)
    return tuple(sorted(by_name, key=lambda snapshot: snapshot.vintage, reverse=True))
