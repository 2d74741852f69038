"""The release store: releases of a register's months written, read back and concatenated.

``data/released/<register>/YYYY-MM/<extract>/`` holds a release of a month: its protected table and
``release.json`` (see ``release.schema.json``). Nothing of it is ever changed. A further release of
the same extract has a number: ``2023-06-30.2``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators import files, table
from indicators.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from indicators.disclosure.audit import AuditResult
    from indicators.disclosure.record import DisclosureRecord
    from indicators.disclosure.suppression import ProtectedTable


DESCRIPTION_FILE = "release.json"
SCHEMA_VERSION = 1
INTERNAL = "internal"

Names = Mapping[str, Mapping[str, str]]

_NAME = re.compile(r"\d{4}-\d{2}-\d{2}(\.[1-9]\d*)?")


@dataclass(frozen=True, slots=True)
class Release:
    """A month's figures that are out.

    Attributes:
        folder: Where they are.
        month: ``YYYY-MM``.
        extract: The last day that the register knew about, ``YYYY-MM-DD``.
        number: Which of the register's calls for protection gave it, from 1: what was released
            together has one number, what came later a higher one.
        made_up: Whether nobody in the register lives.
        terms: What was hidden and why: the policy and its limits, members of groups.
        statuses: Rows by status.
    """

    folder: Path
    month: str
    extract: str
    number: int
    made_up: bool
    terms: Mapping[str, Any]
    statuses: Mapping[str, int]

    @property
    def file(self) -> Path:
        """The table; its name says what it is wherever it is taken."""
        return self.folder / table_name(self.month, self.folder.name)


def releases_folder(root: Path, register: str) -> Path:
    """Where the releases of a register are.

    Args:
        root: The project's folder.
        register: Its name there.
    """
    return root / "data" / "released" / register


def table_name(month: str, release: str) -> str:
    """The name of a release's table."""
    return f"{month}_{release}.parquet"


def next_release_name(folder: Path, extract: str) -> str:
    """The name of a further release of a month.

    Args:
        folder: Of the month's releases; it need not be there.
        extract: The day it is of.
    """
    names = (extract if number == 1 else f"{extract}.{number}" for number in count(1))
    return next(name for name in names if not (folder / name).exists())


def read_releases(folder: Path) -> list[Release]:
    """The releases of a register, oldest first.

    Args:
        folder: As :func:`releases_folder` has it; it need not be there.

    Raises:
        DataError: One cannot be read: what is out is not known then, and nothing can be released.
    """
    folders = [path for path in folder.glob("????-??/????-??-??*") if _NAME.fullmatch(path.name)]
    return sorted(
        (_read_release(path) for path in folders),
        key=lambda release: (release.number, release.month),
    )


def project_releases(root: Path) -> dict[Path, Release]:
    """The releases of all registers of a project, by their folders."""
    stores = sorted((root / "data" / "released").glob("*/"))
    return {release.folder: release for store in stores for release in read_releases(store)}


def write_description(release: Release, folder: Path) -> None:
    """Write what is known of a release beside its table.

    Args:
        release: Its folder may not be there yet.
        folder: Holds the table.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "month": release.month,
        "extract": release.extract,
        "number": release.number,
        "made_up": release.made_up,
        **release.terms,
        "statuses": dict(release.statuses),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")


def released_rows(releases: Sequence[Path]) -> pd.DataFrame:
    """The rows of some releases, below each other.

    Args:
        releases: Their folders, one or more.

    Raises:
        DataError: One cannot be read.
    """
    return concat_tables([read_rows(_read_release(folder).file) for folder in releases])


@lru_cache(maxsize=2048)
def read_rows(path: Path) -> pd.DataFrame:
    """A release's rows. It never changes, so it is read once; do not change what is given.

    Raises:
        DataError: It cannot be read.
    """
    from indicators import table

    return table.read(path)


def concat_tables(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Long tables below each other, texts as categories in order: the same rows, the same bytes."""
    import pandas as pd

    from indicators import table

    merged = {}
    for name in table.COLUMNS:
        if name in table.NUMBERS:
            merged[name] = pd.concat([frame[name] for frame in frames], ignore_index=True)
        else:
            texts = pd.concat([frame[name].astype(object) for frame in frames], ignore_index=True)
            merged[name] = texts.astype("category")
    return pd.DataFrame(merged)


def _read_release(folder: Path) -> Release:
    path = folder / DESCRIPTION_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = Release(
            folder=folder,
            month=str(content["month"]),
            extract=str(content["extract"]),
            number=int(content["number"]),
            made_up=bool(content["made_up"]),
            terms={name: content[name] for name in ("policy", "limits", "groups")},
            statuses=content["statuses"],
        )
        version = content["schema_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = "put it back as it was released: what is out must be known"
        raise DataError(f"{path}: cannot be read as a release; {advice}") from error
    if version != SCHEMA_VERSION:
        raise DataError(f"{path}: is not of version {SCHEMA_VERSION}; a later program wrote it")
    return known


# Months that were protected together are stored together; the reviewer's records are kept apart.


@dataclass(frozen=True, slots=True)
class ProtectedBatch:
    """The result of protecting some months together.

    Attributes:
        protected: The protected rows of all the months.
        attack: The result of the audit.
        earlier_releases: Names of the tables that were out already.
        seconds: How long it took.
    """

    protected: ProtectedTable
    attack: AuditResult
    earlier_releases: Sequence[str]
    seconds: float


def records_folder(root: Path) -> Path:
    """Where the reviewer's records of a project's releases lie, which are nobody else's to see."""
    return root / "data" / INTERNAL / "releases"


def store_releases(
    batch: ProtectedBatch, releases: Sequence[Release], records: Path, names: Names
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
        DisclosureError: A table holds personal data.
        UsageError: The folder cannot be written.
    """
    from indicators.scanning.scanner import refuse_personal_data

    with files.temporary_folder(releases[0].folder) as aside:
        named = [_write_release(batch.protected, release, aside) for release in releases]
        refuse_personal_data([aside])
        _write_records(batch, named, aside, _private(records, named), names)
        for release in named:
            release.folder.parent.mkdir(exist_ok=True)
            files.publish_read_only(aside / release.month, release.folder)
            yield release


def _write_release(protected: ProtectedTable, release: Release, aside: Path) -> Release:
    """One month's table and what is known of it, in a folder aside of the month's name."""
    month_folder = release.folder / release.month
    folder = month_folder / next_release_name(month_folder, release.extract)
    rows = protected.table[protected.table["month"] == release.month].copy()
    for name in rows.select_dtypes("category"):
        rows[name] = rows[name].cat.remove_unused_categories()
    counts = rows["status"].astype(object).value_counts()
    statuses = {str(name): int(counts[name]) for name in sorted(counts.index)}
    named = replace(release, folder=folder, statuses=statuses)
    (aside / release.month).mkdir()
    table.write(rows, aside / release.month / table_name(release.month, folder.name))
    write_description(named, aside / release.month)
    return named


def _private(records: Path, releases: Sequence[Release]) -> Path:
    """A folder for the records of a batch, closed to others as all above it."""
    store = releases[0].folder.parent.parent
    of_register = records / store.name
    of_register.mkdir(parents=True, exist_ok=True)
    of_batch = of_register / f"{releases[0].number:04d}"
    for folder in (records.parent, records, of_register, of_batch):
        files.make_private(folder)
    return of_batch


def _write_records(
    batch: ProtectedBatch, releases: Sequence[Release], aside: Path, folder: Path, names: Names
) -> None:
    """Why rows are hidden, for the reviewer alone."""
    from indicators.disclosure.record_writing import write_records

    written = [_month_record(batch, release, aside) for release in releases]
    write_records(folder, written, areas=names)


def _month_record(batch: ProtectedBatch, release: Release, aside: Path) -> DisclosureRecord:
    from indicators.disclosure.record_writing import record_protection

    of_month = (batch.protected.table["month"] == release.month).to_numpy()
    year, month = map(int, release.month.split("-"))
    cells = batch.attack.cells
    return record_protection(
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
