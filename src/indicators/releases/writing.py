"""Months that were protected together, put on the shelf; the reviewer's records kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files, table
from indicators.releases.shelf import Release, describe, free_name, table_name

if TYPE_CHECKING:
    from indicators.disclosure.attacking import Attack
    from indicators.disclosure.protecting import Protected
    from indicators.disclosure.records import Record

INTERNAL = "internal"
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call for protection gave.

    Attributes:
        made: The protected rows of all its months.
        attack: What the attack came to.
        before: Names of the tables that were out already.
        seconds: How long it took.
    """

    protected: Protected
    attack: Attack
    earlier_releases: Sequence[str]
    seconds: float


def records_folder(root: Path) -> Path:
    """Where the reviewer's records of a project's releases lie, which are nobody else's to see."""
    return root / "data" / INTERNAL / "releases"


def put(
    batch: Batch, releases: Sequence[Release], records: Path, names: Names
) -> Iterator[Release]:
    """Write the months of a batch aside, then its records, then give each month its name.

    A run that is killed leaves whole months and none half-written.

    Args:
        batch: What is to be released.
        releases: One a month, their folders still to be named (they name the register's folder).
        records: The folder of the reviewer's records, of all registers.
        names: Names of areas in them, by language and code.

    Yields:
        Each release once it is there.

    Raises:
        DisclosureError: A table tells of a person.
        UsageError: The folder cannot be written.
    """
    from indicators.scanning import refuse

    with files.aside_in(releases[0].folder) as aside:
        named = [_write(batch.protected, release, aside) for release in releases]
        refuse([aside])
        _write_records(batch, named, aside, _private(records, named), names)
        for release in named:
            release.folder.parent.mkdir(exist_ok=True)
            files.settle(aside / release.month, release.folder)
            yield release


def _write(protected: Protected, release: Release, aside: Path) -> Release:
    """One month's table and what is known of it, in a folder aside of the month's name."""
    month_folder = release.folder / release.month
    folder = month_folder / free_name(month_folder, release.extract)
    rows = protected.table[protected.table["month"] == release.month].copy()
    for name in rows.select_dtypes("category"):
        rows[name] = rows[name].cat.remove_unused_categories()
    counts = rows["status"].astype(object).value_counts()
    statuses = {str(name): int(counts[name]) for name in sorted(counts.index)}
    named = replace(release, folder=folder, statuses=statuses)
    (aside / release.month).mkdir()
    table.write(rows, aside / release.month / table_name(release.month, folder.name))
    describe(named, aside / release.month)
    return named


def _private(records: Path, releases: Sequence[Release]) -> Path:
    """A folder for the records of a batch, closed to others as all above it."""
    shelf = releases[0].folder.parent.parent
    folder = records / shelf.name
    folder.mkdir(parents=True, exist_ok=True)
    mine = folder / f"{releases[0].number:04d}"
    for one in (records.parent, records, folder, mine):
        files.make_private(one)
    return mine


def _write_records(
    batch: Batch, releases: Sequence[Release], aside: Path, folder: Path, names: Names
) -> None:
    """Why rows are hidden, for the reviewer alone."""
    from indicators.disclosure.records import write_records

    written = [_record_of_month(batch, one, aside) for one in releases]
    write_records(folder, written, areas=names)


def _record_of_month(batch: Batch, release: Release, aside: Path) -> Record:
    from indicators.disclosure.records import record_of

    of_month = (batch.protected.table["month"] == release.month).to_numpy()
    year, month = map(int, release.month.split("-"))
    cells = batch.attack.cells
    return record_of(
        aside / release.month / release.file.name,
        replace(
            batch.protected,
            table=batch.protected.table[of_month].reset_index(drop=True),
            rule=batch.protected.rule[of_month].reset_index(drop=True),
        ),
        replace(batch.attack, cells=cells[cells["month"] == 12 * year + month - 1]),
        [Path(name) for name in batch.earlier_releases],
        batch.seconds,
    )
