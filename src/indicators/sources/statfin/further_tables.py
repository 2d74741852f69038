"""StatFin's tables beside 12r5, read: 12u4, 12ts, 12ta, 12tr, 12tn and 115b.

They lie below ``answers/`` where ``indicators fetch`` keeps them (docs/fetching.md), or in the
folder itself as people download them. Which variable is which is seen from names, texts and values,
never from a code alone. A value that is not understood refuses the file: a class that is missed
would make every figure from it wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.problems import Problem, as_error, raise_errors
from indicators.sources.statfin.cells import (
    DOWNLOAD_AGAIN,
)
from indicators.sources.statfin.downloads import may_be_read, read_head
from indicators.sources.statfin.further_forms import (
    TOTAL,
    table_forms,
    table_named,
)
from indicators.sources.statfin.further_variables import Cells, Piece, resolved
from indicators.sources.statfin.provenance import PROVENANCE_FILE, further_answers, read_answers
from indicators.sources.statfin.raw_tables import read_raw, with_texts
from indicators.sources.statfin.variables import OtherContentError

METADATA_FILE = "metadata.json"


@dataclass(frozen=True, slots=True)
class FurtherTable:
    """A vintage of a table: what is read of it, as a cube.

    Attributes:
        id: The table.
        vintage: The day of the data's update.
        files: What it was read from.
        contents: What it counts.
        areas: Codes, sorted.
        periods: ``YYYY-MM``, or ``YYYY``, sorted.
        by: Categories of each further variable; ``total`` is one of them where there is one.
        values: Shape (contents, areas, periods, a length a variable); NaN where hidden or not held.
        held: Which cells the table has, of the same shape.
    """

    id: str
    vintage: date
    files: tuple[Path, ...]
    contents: tuple[str, ...]
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    by: Mapping[str, tuple[str, ...]]
    values: Cells = field(repr=False)
    held: NDArray[np.bool_] = field(repr=False)

    def cells(self, content: str, **categories: str) -> tuple[Cells, NDArray[np.bool_]] | None:
        """Cells of a content and of one category of each variable, shape (areas, periods).

        A variable that is not named is taken in total, one that the table has not is left out.

        Returns:
            Values (NaN where hidden) and which are held; None where the table has no such cells.
        """
        if content not in self.contents:
            return None
        place: list[int] = [self.contents.index(content)]
        for role, known in self.by.items():
            wanted = categories.get(role, TOTAL)
            if wanted not in known:
                return None
            place.append(known.index(wanted))
        if any(role not in self.by and wanted != TOTAL for role, wanted in categories.items()):
            return None
        at: Any = (place[0], slice(None), slice(None), *place[1:])
        return self.values[at], self.held[at]

    def frame(self) -> pd.DataFrame:
        """One row a cell that the table has.

        Columns ``table``, ``vintage``, ``content``, ``area``, ``period``, one a further variable,
        ``value`` (missing where hidden) and ``hidden``.
        """
        keys = [self.contents, self.areas, self.periods, *self.by.values()]
        index = pd.MultiIndex.from_product(
            keys, names=["content", "area", "period", *self.by]
        ).to_frame(index=False)
        index.insert(0, "table", self.id)
        index.insert(1, "vintage", self.vintage.isoformat())
        index["value"] = self.values.ravel()
        index["hidden"] = np.isnan(self.values).ravel()
        return index[self.held.ravel()].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class FurtherTables:
    """The further tables of a folder.

    Attributes:
        tables: Vintages by table, newest first.
        notes: What was left out of them or is lacking in them, in words.
    """

    tables: Mapping[str, tuple[FurtherTable, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def of(self, table: str) -> tuple[FurtherTable, ...]:
        """The vintages of a table, newest first; none where there are none."""
        return self.tables.get(table, ())

    @property
    def vintages(self) -> tuple[FurtherTable, ...]:
        """All vintages of all tables."""
        return tuple(vintage for each in self.tables.values() for vintage in each)


NO_FURTHER_TABLES = FurtherTables()


def read_further_tables(place: Path) -> FurtherTables:
    """Read what a folder has of the tables beside 12r5.

    Args:
        place: A folder as ``--statfin`` takes it; a file alone has none.

    Raises:
        DataError: A file that is meant to be one of them is damaged or not understood: all faults
            of all files, each with its file, its variable and what to do.
    """
    if not place.is_dir():
        return NO_FURTHER_TABLES
    pieces: dict[tuple[str, str], list[Piece]] = {}
    faults = list(_faults_of_provenance(place))
    notes: list[str] = []
    for found in _files(place):
        try:
            piece = _read_piece(found)
        except OtherContentError as other:
            if found.meant:
                text = f"{other.description}; {DOWNLOAD_AGAIN}, or take it out of the folder"
                faults.append(as_error([Problem("not-the-table", found.path, text)]))
        except DataError as error:
            faults.append(error)
        else:
            if piece is not None:
                key = (piece.form.id, found.folder or piece.vintage.isoformat())
                pieces.setdefault(key, []).append(piece)
                notes += piece.notes
    read: dict[str, list[tuple[tuple[date, str], FurtherTable]]] = {}
    for (name, folder), parts in pieces.items():
        try:
            read.setdefault(name, []).append(((parts[0].vintage, folder), _joined(parts)))
        except DataError as error:
            faults.append(error)
    raise_errors(faults)
    return FurtherTables(
        {
            name: tuple(
                table for _, table in sorted(read[name], key=lambda dated: dated[0], reverse=True)
            )
            for name in table_forms()
            if name in read
        },
        tuple(dict.fromkeys(notes)),
    )


# --- which files ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that may be of a further table.

    Attributes:
        path: The file.
        table: Its table, where its place or name tells it.
        folder: Its vintage's folder, for an answer that was fetched.
        metadata: What the fetch kept of the table's variables.
    """

    path: Path
    table: str | None
    folder: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def meant(self) -> bool:
        """Whether it is meant to be the table."""
        return self.table is not None


def _files(place: Path) -> Iterator[_Found]:
    for path in further_answers(place, table_forms()):
        if path.name != METADATA_FILE:
            metadata = _read_json(path.parent / METADATA_FILE)
            yield _Found(path, path.parent.parent.name, path.parent.name, metadata)
    for path in sorted(place.iterdir()):
        if path.name == PROVENANCE_FILE or not path.is_file() or not may_be_read(path):
            continue
        named = table_named([path.name])
        if named is not None or table_named([read_head(path)]) is not None:
            yield _Found(path, named)


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _faults_of_provenance(place: Path) -> Iterator[DataError]:
    """Answers that are not those that were fetched: changed, or not there."""
    for file, entry in read_answers(place).items():
        if entry.get("set") not in table_forms():
            continue
        path = place / file
        if not path.parent.is_dir():
            # A vintage that was taken away whole.
            continue
        if not path.is_file():
            text = f"is listed in {PROVENANCE_FILE} but not there; restore it, or remove its folder"
            yield as_error([Problem("missing-file", path, text)])
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry.get("sha256"):
            text = (
                f"is not the answer that {PROVENANCE_FILE} lists (sha256); remove its folder and "
                "fetch it again"
            )
            yield as_error([Problem("checksum", path, text)])


# --- one file -------------------------------------------------------------------------------------


def _read_piece(found: _Found) -> Piece | None:
    try:
        raw = found.path.read_bytes()
    except OSError as error:
        text = f"cannot be read ({error.strerror}); make it readable"
        raise as_error([Problem("unreadable", found.path, text)]) from error
    table = with_texts(read_raw(found.path, raw), found.metadata)
    name = found.table or table_named(table.named)
    if name is None:
        return None
    return resolved(table_forms()[name], table, found.folder)


# --- pieces of a vintage --------------------------------------------------------------------------


def _joined(pieces: Sequence[Piece]) -> FurtherTable:
    """The pieces of a vintage as one table; a cell that two of them have must be the same."""
    form = pieces[0].form
    contents = tuple(code for code in form.contents if any(code in p.contents for p in pieces))
    areas = tuple(sorted({area for piece in pieces for area in piece.areas}))
    periods = tuple(sorted({period for piece in pieces for period in piece.periods}))
    roles = {role: None for piece in pieces for role in piece.by}
    lacking = [piece.path for piece in pieces if piece.by.keys() != roles.keys()]
    if lacking:
        text = f"has other variables than the rest of table {form.id}; fetch it again"
        raise as_error([Problem("variables", path, text) for path in lacking])
    by = {
        role: tuple(dict.fromkeys(each for piece in pieces for each in piece.by[role]))
        for role in roles
    }
    shape = (len(contents), len(areas), len(periods), *map(len, by.values()))
    values, held = np.full(shape, np.nan), np.zeros(shape, bool)
    for piece in pieces:
        known = [contents, areas, periods, *by.values()]
        own = [piece.contents, piece.areas, piece.periods, *piece.by.values()]
        place = np.ix_(
            *([all_.index(each) for each in mine] for all_, mine in zip(known, own, strict=True))
        )
        both = held[place] & piece.held
        same = (values[place] == piece.values) | (np.isnan(values[place]) & np.isnan(piece.values))
        if (both & ~same).any():
            text = f"contradicts another file of table {form.id} of the same day; keep one of them"
            raise as_error([Problem("contradiction", piece.path, text)])
        values[place] = np.where(piece.held, piece.values, values[place])
        held[place] |= piece.held
    return FurtherTable(
        form.id,
        pieces[0].vintage,
        tuple(piece.path for piece in pieces),
        contents,
        areas,
        periods,
        by,
        np.where(held, values, np.nan),
        held,
    )
