"""Figures packed so tightly that a page can hold a country's: without losing a bit of any number.

A packed text is Base64 of gzip of: the length of a head (4 bytes, little-endian), the head (JSON),
and columns of bytes one after the other. The head names ``statuses``, ``breaks``, ``vintages``,
``areas``, ``categories`` (pairs of dimension and category) and ``cubes``. A cube holds the figures
of one statistic: ``lines`` (pairs of positions in ``categories`` and ``areas``) times ``months``
months from ``first`` on, and its ``columns`` in that order, each with the number of its ``bytes``
and its ``form``:

* ``codes``: a byte a cell, a position in the list of that name plus 1; 0 for none. A cell with no
  status has no row in the table.
* ``none``: missing everywhere.
* ``same``: the numerator. ``percent``: 100 × numerator / denominator, ``percent_of_ratio``:
  numerator / denominator × 100, ``ratio``: numerator / denominator; each in double precision, and
  missing where the status shows no value.
* ``steps``: whole numbers divided by ``scale``; a cell is 0 where it is missing, else 1 + the
  zigzag code of its difference from the last one known; each a LEB128 number.
* ``floats``: doubles, all their lowest bytes first, then all their next ones, and so on.

``explorer.js`` unpacks it. The same figures give the same text.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.calendar import month_range
from indicators.explorer.figures import distinct, positions
from indicators.table import NUMBERS, STATUSES

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

CUBE_KEY = ("indicator", "statistic", "population", "unit", "source")
SHOWN = ("normal", "provisional", "bounded")
"""Statuses whose rows have a value."""

_SCALES = (1, 2, 10, 100, 1000)
_LARGEST = 2.0**45


def pack(tables: Mapping[str, pd.DataFrame]) -> str:
    """Pack long tables into a text.

    Args:
        tables: Long table by data set.
    """
    lists = _Lists.of(tables)
    columns: list[bytes] = []
    cubes = [
        {"dataset": dataset, **cube}
        for dataset, table in tables.items()
        for cube in _cubes(table, lists, columns)
    ]
    head = json.dumps({**lists.head(), "cubes": cubes}, ensure_ascii=False, separators=(",", ":"))
    encoded = head.encode()
    content = b"".join([len(encoded).to_bytes(4, "little"), encoded, *columns])
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode()


@dataclass(frozen=True, slots=True)
class _Lists:
    """What codes stand for; areas and categories in the order of the tables."""

    areas: tuple[str, ...]
    categories: tuple[tuple[str, str], ...]
    breaks: tuple[str, ...]
    vintages: tuple[str, ...]

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame]) -> _Lists:
        """Those that occur in some tables."""
        areas: dict[str, None] = {}
        categories: dict[tuple[str, str], None] = {}
        breaks: set[str] = set()
        days: set[str] = set()
        for table in tables.values():
            areas |= dict.fromkeys(map(str, table["area"].unique()))
            pairs = table[["dimension", "category"]].drop_duplicates().astype(str)
            categories |= dict.fromkeys(pairs.itertuples(index=False, name=None))
            breaks |= set(distinct(table["series_break"]))
            days |= set(distinct(table["vintage"]))
        return cls(tuple(areas), tuple(categories), tuple(sorted(breaks)), tuple(sorted(days)))

    def head(self) -> dict[str, object]:
        """The lists as the head has them."""
        return {
            "statuses": STATUSES,
            "areas": self.areas,
            "categories": self.categories,
            "breaks": self.breaks,
            "vintages": self.vintages,
        }


def _cubes(table: pd.DataFrame, lists: _Lists, columns: list[bytes]) -> Iterator[dict[str, object]]:
    """The cubes of a table; their bytes are added to ``columns``."""
    for key, rows in table.groupby(list(CUBE_KEY), observed=True, sort=True):
        grid = _Grid.of(rows, lists)
        described: dict[str, object] = dict(zip(CUBE_KEY, map(str, key), strict=True))
        described |= {"lines": grid.lines, "first": grid.first, "months": grid.months}
        forms = {}
        for name, form, content in _encoded(rows, grid, lists):
            columns.append(content)
            forms[name] = {**form, "bytes": len(content)}
        yield {**described, "columns": forms}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Lines times months of a cube, and where each of its rows stands.

    Attributes:
        lines: Positions of category and area, in order.
        first: First month.
        months: Number of months.
        places: Cell of each row.
    """

    lines: list[tuple[int, int]]
    first: str
    months: int
    places: NDArray[np.int64]

    @property
    def cells(self) -> int:
        return len(self.lines) * self.months

    @classmethod
    def of(cls, rows: pd.DataFrame, lists: _Lists) -> _Grid:
        """The grid that a cube's rows fill."""
        areas = positions(rows["area"], lists.areas)
        line_codes = _category_positions(rows, lists) * len(lists.areas) + areas
        known, line = np.unique(line_codes, return_inverse=True)
        months = distinct(rows["month"])
        every = month_range(months[0], months[-1])
        month = positions(rows["month"], every)
        lines = [divmod(code, len(lists.areas)) for code in known.tolist()]
        return cls(lines, months[0], len(every), line * len(every) + month)

    def spread_codes(self, codes: NDArray[np.uint8]) -> bytes:
        """A column of codes over all cells; 0 where there is no row."""
        spread = np.zeros(self.cells, np.uint8)
        spread[self.places] = codes
        return spread.tobytes()

    def spread_numbers(self, values: Floats) -> Floats:
        """A column of numbers over all cells; NaN where there is no row."""
        spread = np.full(self.cells, np.nan)
        spread[self.places] = values
        return spread


def _category_positions(rows: pd.DataFrame, lists: _Lists) -> NDArray[np.int64]:
    """For each row the position of its dimension and category."""
    dimensions, categories = (
        list(dict.fromkeys(pair[at] for pair in lists.categories)) for at in (0, 1)
    )
    table = np.full((len(dimensions), len(categories)), -1, np.int64)
    for at, (dimension, category) in enumerate(lists.categories):
        table[dimensions.index(dimension), categories.index(category)] = at
    places: NDArray[np.int64] = table[
        positions(rows["dimension"], dimensions), positions(rows["category"], categories)
    ]
    return places


def _encoded(
    rows: pd.DataFrame, grid: _Grid, lists: _Lists
) -> Iterator[tuple[str, dict[str, object], bytes]]:
    """Each column of a cube: its name, its form and its bytes."""
    coded = {"status": STATUSES, "series_break": lists.breaks, "vintage": lists.vintages}
    for name, names in coded.items():
        codes = (positions(rows[name], names) + 1).astype(np.uint8)
        yield name, {"form": "codes"}, grid.spread_codes(codes)
    numbers = {name: rows[name].to_numpy(np.float64) for name in NUMBERS}
    shown = rows["status"].isin(SHOWN).to_numpy()
    for name, values in numbers.items():
        form = _derived_form(name, values, numbers, shown)
        if form:
            yield name, {"form": form}, b""
        else:
            yield name, *_encoded_numbers(grid.spread_numbers(values))


def _derived_form(
    name: str, values: Floats, numbers: Mapping[str, Floats], shown: NDArray[np.bool_]
) -> str:
    """The form of a column that other columns give; empty where they do not."""
    if np.isnan(values).all():
        return "none"
    if name == "numerator":
        return ""
    numerator, denominator = numbers["numerator"], numbers["denominator"]
    if np.array_equal(values, numerator, equal_nan=True):
        return "same"
    if name != "value":
        return ""
    with np.errstate(divide="ignore", invalid="ignore"):
        candidates = {
            "percent": 100 * numerator / denominator,
            "percent_of_ratio": numerator / denominator * 100,
            "ratio": numerator / denominator,
        }
    for form, candidate in candidates.items():
        if np.array_equal(values, np.where(shown, candidate, np.nan), equal_nan=True):
            return form
    return ""


def _encoded_numbers(values: Floats) -> tuple[dict[str, object], bytes]:
    known = values[~np.isnan(values)]
    for scale in _SCALES:
        whole = np.rint(known * scale)
        if (np.abs(whole) < _LARGEST).all() and np.array_equal(whole / scale, known):
            return {"form": "steps", "scale": scale}, _steps(values, scale)
    planes = np.ascontiguousarray(values.astype("<f8").view(np.uint8).reshape(-1, 8).T)
    return {"form": "floats"}, planes.tobytes()


def _steps(values: Floats, scale: int) -> bytes:
    """Differences of whole numbers, zigzag and LEB128; 0 for missing."""
    known = ~np.isnan(values)
    whole = np.rint(values[known] * scale).astype(np.int64)
    change = np.diff(whole, prepend=0)
    codes = np.zeros(len(values), np.uint64)
    codes[known] = ((change << 1) ^ (change >> 63)).astype(np.uint64) + np.uint64(1)
    return _leb128(codes)


def _leb128(codes: NDArray[np.uint64]) -> bytes:
    sizes = np.ones(len(codes), np.int64)
    rest = codes >> np.uint64(7)
    while rest.any():
        sizes += rest > 0
        rest >>= np.uint64(7)
    begins = np.cumsum(sizes) - sizes
    written = np.zeros(int(sizes.sum()), np.uint8)
    for place in range(int(sizes.max(initial=0))):
        longer = sizes > place
        part = (codes[longer] >> np.uint64(7 * place)) & np.uint64(0x7F)
        more = np.where(sizes[longer] > place + 1, 0x80, 0).astype(np.uint8)
        written[begins[longer] + place] = part.astype(np.uint8) | more
    return written.tobytes()
