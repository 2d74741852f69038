"""StatFin's tables into ``data/raw/statfin/``: what is wanted of each, and each vintage once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from indicators.errors import DataError
from indicators.sources.fetching.client import (
    ForbiddenError,
    RefusedError,
    SlowAnswerError,
)
from indicators.sources.fetching.job import (
    FetchJob,
    attempt_each,
    say_fetched,
    say_held,
    say_newer,
    shown_progress,
)
from indicators.sources.fetching.pxweb import (
    Metadata,
    PxWeb,
    Selection,
    TableData,
    Variable,
    count_cells,
    one_cell,
    query,
    selection_key,
    split_selection,
)
from indicators.sources.fetching.snapshot_file import write_snapshot
from indicators.sources.fetching.store import Staging, Store
from indicators.sources.statfin.variables import TABLE_ID, day_of_moment

API = "https://pxdata.stat.fi/PxWeb/api/v1/fi"
DATABASE = "StatFin"
_METADATA_FILE = "metadata.json"

# A table of more cells than this would take longer than anybody waits for, and a disk to keep.
_MOST_CELLS_OF_TABLE = 12_000_000
_MOST_BEGINNINGS = 3
# Less than this at a time, and it is not the size that is refused.
_LEAST_CELLS = 1_000
_MOST_HALVINGS_WHEN_SLOW = 3


@dataclass(frozen=True, slots=True)
class WantedTable:
    """A table, and how much of it is wanted.

    Attributes:
        id: What it was called in 2026, and is called here.
        number: The old number that stands in brackets in its title.
        folder: Its folder in the database.
        totals: Beginnings of names of variables of which the total is enough.
    """

    id: str
    number: str
    folder: str
    totals: tuple[str, ...]

    @property
    def source(self) -> str:
        """As it is to be cited."""
        if self.folder == "tyonv":
            return "Tilastokeskus, StatFin / KEHA-keskus, Työnvälitystilasto"
        return "Tilastokeskus, StatFin, Työssäkäynti"


@cache
def wanted_tables() -> tuple[WantedTable, ...]:
    """The tables of ``tables.toml``."""
    text = resources.files(__package__).joinpath("tables.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    names: Mapping[str, list[str]] = content["names"]
    return tuple(
        WantedTable(
            entry["id"],
            entry["number"],
            entry["folder"],
            tuple(name for key in entry["totals"] for name in names[key]),
        )
        for entry in content["table"]
    )


class _RepublishedError(Exception):
    """The table's figures were changed while they were fetched."""


def fetch_statfin(job: FetchJob) -> None:
    """Fetch what is newer of all tables.

    Raises:
        SourceError: The server does not answer, or has refused something.
        DataError: An answer holds what cannot stand in the table, or ``provenance.json`` is
            damaged.
    """
    store = Store(job.statfin)
    server = PxWeb(job.client(), API, DATABASE)
    listings = {
        folder: _listing(server, folder)
        for folder in dict.fromkeys(table.folder for table in wanted_tables())
    }

    def fetch(table: WantedTable) -> None:
        path = _path(server, table, listings[table.folder])
        if path is not None:
            _TableFetch(job, store, server, table, path).run()
        elif table.id != TABLE_ID:
            job.note(f"statfin {table.id}: {_not_listed(table)}; left out")
        else:
            raise RefusedError(f"statfin {table.id}: {_not_listed(table)}; see docs/fetching.md")

    attempt_each(wanted_tables(), fetch)


def _listing(server: PxWeb, folder: str) -> list[dict[str, str]] | None:
    """The tables of a folder; None where the server does not list them."""
    try:
        return server.listing(folder)
    except RefusedError:
        return None


def _path(
    server: PxWeb, table: WantedTable, listed: Sequence[Mapping[str, str]] | None
) -> str | None:
    """Where a table is; None where the server has none of it."""
    path = find_table(table, listed)
    if listed is None and path is not None and table.id != TABLE_ID:
        try:
            server.metadata(path)
        except RefusedError:
            return None
    return path


def _not_listed(table: WantedTable) -> str:
    number = f"no title with ({table.number}) and " if table.number else ""
    return f"{number}no id {table.id} in the listing of {table.folder}"


def find_table(table: WantedTable, listed: Sequence[Mapping[str, str]] | None) -> str | None:
    """Where a table is below the database, by the old number in its title; None if it is not.

    Args:
        table: What is sought.
        listed: The listing of its folder; None where there is none, so that its id is believed.

    Raises:
        RefusedError: Several tables have the number, and none of them the id.
    """
    own = f"{table.id}.px"
    if listed is None:
        return f"{table.folder}/{own}"
    numbered = [
        entry["id"] for entry in listed if table.number and f"({table.number})" in entry["text"]
    ]
    if own in numbered:
        return f"{table.folder}/{own}"
    if len(numbered) > 1:
        text = f"several titles have ({table.number}): {', '.join(numbered)}"
        raise RefusedError(f"statfin {table.id}: {text}; see docs/fetching.md")
    if numbered:
        return f"{table.folder}/{numbered[0]}"
    return f"{table.folder}/{own}" if own in {entry["id"] for entry in listed} else None


def wanted_selection(metadata: Metadata, table: WantedTable) -> tuple[Selection, tuple[str, ...]]:
    """What is wanted of a table: all, but for variables of which the total is enough.

    Returns:
        The selection, and the names of variables that had to be cut to their total beside.
    """
    chosen = {variable.code: _chosen(variable, table) for variable in metadata.variables}
    cut = []
    by_size = sorted(metadata.variables, key=lambda variable: -len(variable.values))
    for variable in by_size:
        if count_cells(_selection(chosen)) <= _MOST_CELLS_OF_TABLE:
            break
        total = None if variable.is_time or variable.is_area else variable.total
        if total is not None and len(chosen[variable.code]) > 1:
            chosen[variable.code] = (total,)
            cut.append(variable.text)
    return _selection(chosen), tuple(cut)


def _chosen(variable: Variable, table: WantedTable) -> tuple[str, ...]:
    names = (variable.text.casefold(), variable.code.casefold())
    is_cut = any(name.startswith(table.totals) for name in names) if table.totals else False
    if not is_cut or variable.is_time or variable.is_area:
        return variable.values
    if variable.total is not None:
        return (variable.total,)
    # A variable left out is summed, if the table allows it.
    return () if variable.eliminated else variable.values


def _selection(chosen: Mapping[str, tuple[str, ...]]) -> Selection:
    return tuple((code, values) for code, values in chosen.items() if values)


class _TableFetch:
    """One table, until its newest vintage is here."""

    def __init__(
        self, job: FetchJob, store: Store, server: PxWeb, table: WantedTable, path: str
    ) -> None:
        self._job = job
        self._store = store
        self._server = server
        self._table = table
        self._path = path
        self._name = f"statfin {table.id}"

    def run(self) -> None:
        for _ in range(_MOST_BEGINNINGS):
            try:
                return self._begin()
            except _RepublishedError:
                self._job.note(f"{self._name}: published anew meanwhile; begun again")
        raise RefusedError(
            f"{self._name}: was published anew {_MOST_BEGINNINGS} times while it was fetched; "
            "try again later"
        )

    def _begin(self) -> None:
        known = self._server.metadata(self._path)
        newest = self._newest(known)
        vintage = _vintage(self._name, newest)
        if self._is_held(known, newest):
            say_held(self._job, self._name, vintage)
            return
        if self._job.check:
            held = [entry["vintage"] for entry in self._store.held(self._table.id)]
            say_newer(self._job, self._name, vintage, held)
            return
        # What was read before the question for its date may be of a date before.
        metadata = self._server.metadata(self._path)
        selection, cut = wanted_selection(metadata, self._table)
        if cut:
            self._job.note(f"{self._name}: too large, so only the total of {', '.join(cut)}")
        state = {
            "updated": newest.updated,
            "metadata": hashlib.sha256(metadata.answer.body).hexdigest(),
        }
        staging = self._store.staging(self._table.id, state)
        about = metadata.answer
        staging.put(_METADATA_FILE, about.body, about.address, None, about.fetched)
        names = self._fetch_pieces(staging, metadata, selection, newest.updated)
        self._publish(staging, metadata, names, vintage, newest.updated)
        say_fetched(self._job, self._name, vintage, len(names))

    def _newest(self, metadata: Metadata) -> TableData:
        """One cell, which tells when the figures were updated."""
        try:
            return self._server.data(self._path, one_cell(metadata))
        except RefusedError as error:
            raise self._reason_of_refusal(metadata, error) from error

    def _is_held(self, metadata: Metadata, newest: TableData) -> bool:
        """Whether all that is wanted of this update is here."""
        held: dict[str, set[str]] = {}
        entries = [
            entry
            for entry in self._store.held(self._table.id)
            if entry["updated"] == newest.updated and entry["query"]
        ]
        for entry in entries:
            for part in entry["query"]["query"]:
                held.setdefault(part["code"], set()).update(part["selection"]["values"])
        selection, _ = wanted_selection(metadata, self._table)
        has_all = held.keys() == {code for code, _ in selection} and all(
            set(values) <= held[code] for code, values in selection
        )
        return has_all and (self._table.id != TABLE_ID or self._has_snapshot(newest))

    def _has_snapshot(self, newest: TableData) -> bool:
        files = self._store.directory.glob(f"{TABLE_ID}_*_vintage_{_vintage('', newest)}.csv.gz")
        return any(self._store.is_listed(file.name) for file in files)

    def _fetch_pieces(
        self, staging: Staging, metadata: Metadata, selection: Selection, updated: str
    ) -> list[str]:
        """Fetch what has not come yet; the files of all pieces, in order."""
        time = next((entry.code for entry in metadata.variables if entry.is_time), None)
        most = self._server.limits.cells
        pending = list(split_selection(selection, most, time))
        halvings = 0
        names = []
        for piece in shown_progress(self._drawn(pending), self._name, len(pending)):
            name = _file_name(piece, time)
            if not staging.has(name):
                try:
                    self._fetch_piece(staging, name, piece, updated)
                except (ForbiddenError, SlowAnswerError) as error:
                    halvings += isinstance(error, SlowAnswerError)
                    cells = count_cells(piece)
                    if cells < 2 * _LEAST_CELLS or halvings > _MOST_HALVINGS_WHEN_SLOW:
                        raise
                    most = min(most, cells) // 2
                    left = [
                        part
                        for entry in (piece, *pending)
                        for part in split_selection(entry, most, time)
                    ]
                    pending[:] = left
                    continue
                except RefusedError as error:
                    raise self._reason_of_refusal(metadata, error) from error
            names.append(name)
        return names

    @staticmethod
    def _drawn(pending: list[Selection]) -> Iterator[Selection]:
        """The pieces one after the other, while what is left of them may be cut smaller."""
        while pending:
            yield pending.pop(0)

    def _fetch_piece(self, staging: Staging, name: str, piece: Selection, updated: str) -> None:
        data = self._server.data(self._path, piece)
        if data.updated != updated:
            raise _RepublishedError
        staging.put(name, data.answer.body, data.answer.address, query(piece), data.answer.fetched)

    def _reason_of_refusal(self, metadata: Metadata, error: RefusedError) -> Exception:
        """A query that was right is refused when the table has changed under it."""
        changed = self._server.metadata(self._path).answer.body != metadata.answer.body
        return _RepublishedError() if changed else error

    def _publish(
        self,
        staging: Staging,
        metadata: Metadata,
        names: Sequence[str],
        vintage: str,
        updated: str,
    ) -> None:
        own, derived = None, None
        if self._table.id == TABLE_ID:
            own, derived = self._write_snapshot(staging, names, vintage, updated)
        self._store.publish(
            staging,
            [staging.staged(name) for name in (_METADATA_FILE, *names)],
            name=self._table.id,
            title=metadata.title,
            vintage=vintage,
            updated=updated,
            source=self._table.source,
            derived=derived,
            own=own,
        )

    def _write_snapshot(
        self, staging: Staging, names: Sequence[str], vintage: str, updated: str
    ) -> tuple[Path, Mapping[str, Any]]:
        day = day_of_moment(vintage)
        if day is None:
            raise AssertionError("a vintage is a day")
        name = self._store.vintage_name(self._table.id, vintage, updated)
        try:
            own, derived, notes = write_snapshot(
                [staging.folder / file for file in names],
                staging.folder,
                vintage=day,
                suffix=name.removeprefix(vintage).replace("T", "_T"),
                updated=updated,
                source=self._table.source,
            )
        except DataError:
            # The same answers would be refused again: the next fetch is to ask anew.
            staging.remove()
            raise
        for note in notes:
            self._job.note(f"{self._name}: {note.partition(';')[0]}")
        return own, derived


def _vintage(name: str, newest: TableData) -> str:
    day = day_of_moment(newest.updated)
    if day is None:
        raise RefusedError(f"{name}: its date of update cannot be read; see docs/fetching.md")
    return day.isoformat()


def _file_name(piece: Selection, time: str | None) -> str:
    """A name that tells the times, and is another for another piece."""
    key = hashlib.sha256(selection_key(piece).encode()).hexdigest()[:12]
    times = next((values for code, values in piece if code == time), ())
    span = f"{times[0]}-{times[-1]}" if times and all(map(str.isalnum, times)) else "all"
    return f"{span}_{key}.json"
