"""The counts behind a long table: every one once, and the rows that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.disclosure.naming import SIDES, Named, Side, named
from indicators.disclosure.units import COUNTS, SHARES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PUBLIC_SOURCES = ("statfin", "kela")
"""Published by their producers already, hidden cells and all (contract, section 6)."""

CELL = ("count", "month", "area", "population", "dimension", "category")
"""What makes one count; ``month`` is a number, twelve a year."""

ORDINAL = ("median", "max")
"""What the ids of statistics hold that are a person's own value, and have no numerator."""

_WITHOUT_NUMBERS = ("incomplete", "not_available")


def placed(long: pd.DataFrame, layer: int = 0) -> pd.DataFrame:
    """A table's rows with the table's number in ``layer``, and their places in it in ``row``."""
    return long.assign(layer=layer, row=np.arange(len(long)))


def shown_counts(long: pd.DataFrame) -> pd.DataFrame:
    """Every count that long tables show or hide.

    Args:
        long: Rows of tables that :func:`placed` has numbered.

    Returns:
        One row a count in a column: :data:`CELL`, ``layer``, ``row``, ``side`` (0 numerator, 1
        denominator), ``value`` (missing where the row is hidden), ``hidden``, ``public`` and
        ``settled`` (whether the figure is fully observed).
    """
    parts = [part for side in SIDES if len(part := _side(long, side))]
    if not parts:
        parts = [_side(long.iloc[:0], "numerator")]
    return pd.concat(parts, ignore_index=True)


def _side(long: pd.DataFrame, side: Side) -> pd.DataFrame:
    """The counts of one column."""
    keys = [_texts(long[name]) for name in ("indicator", "statistic", "unit")]
    code, figures = _figures(keys)
    names = [named(*figure, side) for figure in figures]
    hidden = _texts(long["status"]) == "suppressed"
    value = long[side].to_numpy(float)
    counted = (
        np.array([entry is not None for entry in names], bool)[code] if len(figures) else hidden
    )
    public = np.isin(_texts(long["source"]), PUBLIC_SOURCES)
    # A hidden row does not say whether it has a denominator: of persons only a median has one.
    plain = np.isin(_texts(long["unit"]), list(COUNTS)) & (side == "denominator")
    plain &= ~long["statistic"].astype(str).str.contains("|".join(ORDINAL)).to_numpy()
    kept = counted & (hidden & ~plain | ~np.isnan(value))
    kept &= ~np.isin(_texts(long["status"]), _WITHOUT_NUMBERS)
    # A sum over cells that the source hides is not known, and no count of the register's.
    kept &= ~(public & (_texts(long["status"]) == "bounded"))
    rows = np.flatnonzero(kept)
    counts = _tell([entry or Named("") for entry in names], code[rows], long.iloc[rows])
    counts["layer"] = long["layer"].to_numpy(np.int64)[rows]
    counts["row"] = long["row"].to_numpy(np.int64)[rows]
    counts["side"] = SIDES.index(side)
    counts["value"] = np.where(hidden[rows], np.nan, value[rows])
    counts["hidden"] = hidden[rows]
    counts["public"] = public[rows]
    # Hidden with its share, a numerator may be 0; nothing else is hidden that is 0.
    of_share = np.isin(_texts(long["unit"])[rows], list(SHARES)) & (side == "numerator")
    counts["not_zero"] = ~of_share
    counts["settled"] = _texts(long["status"])[rows] != "provisional"
    return counts


def _tell(names: Sequence[Named], code: Ints, rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of :data:`CELL` for rows with these figures."""
    dimension, category = _texts(rows["dimension"]), _texts(rows["category"])
    total = dimension == "total"
    own = np.array([name.category is not None for name in names], bool)[code] & total
    moved = [name.category or ("", "") for name in names]
    months = {name: month_number(name) for name in rows["month"].unique()}
    before = np.array([name.months_before for name in names], int)[code]
    month = np.array([months[name] for name in rows["month"]], int) - before
    return pd.DataFrame(
        {
            "count": np.array([name.count for name in names], object)[code],
            "month": month,
            "area": _texts(rows["area"]),
            "population": _texts(rows["population"]),
            "dimension": np.where(own, np.array([d for d, _ in moved], object)[code], dimension),
            "category": np.where(own, np.array([c for _, c in moved], object)[code], category),
        }
    )


def _figures(keys: Sequence[NDArray[np.object_]]) -> tuple[Ints, list[tuple[str, str, str]]]:
    """Each row's place among the combinations of indicator, statistic and unit."""
    index = pd.MultiIndex.from_arrays(list(keys))
    code, found = pd.factorize(index)
    return np.asarray(code, np.int64), [(str(i), str(s), str(u)) for i, s, u in found]


def _texts(column: pd.Series[str]) -> NDArray[np.object_]:
    return column.astype(object).fillna("").to_numpy(object)


def month_number(month: str) -> int:
    """``YYYY-MM`` as a number that grows by one a month."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def layers(
    new: pd.DataFrame | None, published: Sequence[pd.DataFrame]
) -> Iterator[tuple[int, pd.DataFrame]]:
    """The tables with their numbers: 0 the new one, 1 the oldest published."""
    if new is not None:
        yield 0, new
    yield from enumerate(published, start=1)


def key_of(long: pd.DataFrame) -> pd.MultiIndex:
    """What makes a row of a long table one figure."""
    return pd.MultiIndex.from_arrays([_texts(long[name]) for name in (*table.KEY, "source")])
