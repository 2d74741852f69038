"""Table 12r5 from the answers of a vintage: the snapshot that ``--statfin`` reads.

The answers stay as they came; the snapshot says the same in the form that is read quickest
(decision 0041).
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from indicators.provenance import hash_bytes
from indicators.sources.fetching.client import read_json
from indicators.sources.statfin.answers import read_dataset
from indicators.sources.statfin.cells import Cube
from indicators.sources.statfin.reader import (
    ABSENT_SIGN,
    COUNT_COLUMNS,
    KEY_COLUMNS,
    RATE_COLUMNS,
    SnapshotName,
    read_snapshot,
)
from indicators.sources.statfin.texts import packaged_texts
from indicators.sources.statfin.variables import TABLE_ID

# What a dataset says of itself is left away: a table that has moved calls itself by a new id.
_CELLS = ("id", "size", "dimension", "value", "status", "role", "updated")


def write_snapshot(
    answers: Sequence[Path], folder: Path, *, vintage: date, suffix: str, updated: str, source: str
) -> tuple[Path, dict[str, Any], tuple[str, ...]]:
    """Write the snapshot of a vintage, and read it as ``--statfin`` will.

    Args:
        answers: Files of all its answers in json-stat2.
        folder: Where to write.
        vintage: The day of the table's update.
        suffix: Of the scope in its name: empty, or what tells two vintages of a day apart.
        updated: The moment of the update.
        source: As it is to be cited.

    Returns:
        The file, its entry for ``provenance.json``, and what was left out, in words.

    Raises:
        DataError: The answers hold what cannot stand in the table.
    """
    cube, notes = _joined(answers)
    whole = set(COUNT_COLUMNS) <= set(cube.contents)
    scope = ("full" if whole else "part") + suffix
    path = folder / f"{TABLE_ID}_{scope}_vintage_{vintage}.csv.gz"
    content = gzip.compress(_as_csv(cube), mtime=0)
    path.write_bytes(content)
    read_snapshot(SnapshotName(path, scope, vintage), None)
    entry = {
        "file": path.name,
        "source": source,
        "table": TABLE_ID,
        "vintage": vintage.isoformat(),
        "first_month": min(cube.months),
        "last_month": max(cube.months),
        "licence": "CC BY 4.0",
        "sha256": hash_bytes(content),
        "rows": len(cube.areas) * len(cube.months),
        "columns": [*KEY_COLUMNS, *cube.contents],
        "updated": updated,
    }
    return path, entry, notes


def _joined(answers: Sequence[Path]) -> tuple[Cube, tuple[str, ...]]:
    """The cells of several answers as one cube; the same cell in two of them is the same."""
    texts = packaged_texts()
    read = []
    for path in answers:
        content: Mapping[str, Any] = read_json(path.read_bytes())
        own = {key: content[key] for key in _CELLS if key in content}
        read.append(read_dataset(path, own, texts))
    areas, months, contents = (
        _positions(getattr(found.cube, axis) for found in read)
        for axis in ("areas", "months", "contents")
    )
    shape = len(areas), len(months), len(contents)
    values, held = np.full(shape, np.nan), np.zeros(shape, bool)
    for found in read:
        cube = found.cube
        place = np.ix_(
            [areas[name] for name in cube.areas],
            [months[name] for name in cube.months],
            [contents[name] for name in cube.contents],
        )
        values[place], held[place] = cube.values, cube.held
    notes = dict.fromkeys(
        note.partition(": ")[2] for found in read for note in found.notes if ": " in note
    )
    return Cube(tuple(areas), tuple(months), tuple(contents), values, held), tuple(notes)


def _positions(names: Iterable[Sequence[str]]) -> dict[str, int]:
    return {
        name: at for at, name in enumerate(dict.fromkeys(name for own in names for name in own))
    }


def _as_csv(cube: Cube) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*KEY_COLUMNS, *cube.contents])
    writer.writerows(_rows(cube))
    return text.getvalue().encode()


def _rows(cube: Cube) -> Iterator[list[str]]:
    rates = [content in RATE_COLUMNS for content in cube.contents]
    values, held = cube.values.tolist(), cube.held.tolist()
    for row, area in enumerate(cube.areas):
        for column, month in enumerate(cube.months):
            cells = zip(values[row][column], held[row][column], rates, strict=True)
            texts = (_cell(value, is_held, is_rate) for value, is_held, is_rate in cells)
            yield [area, month.replace("-", "M"), *texts]


def _cell(value: float, is_held: bool, is_rate: bool) -> str:
    if not is_held:
        return ABSENT_SIGN
    # Nothing is a hidden count; only that is unequal to itself.
    if value != value:  # noqa: PLR0124
        return ""
    return str(value) if is_rate else str(int(value))
