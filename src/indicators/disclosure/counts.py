"""All counts of a new table and of what is published, each once: the unknowns of an attack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import StatisticCounts
from indicators.disclosure.count_names import (
    COUNT_UNITS,
    SHARE_UNITS,
    SIDES,
    CountName,
    Side,
    count_name,
    month_lags,
    shared_counts,
)
from indicators.disclosure.crossings import in_one_order

# The counts behind a long table: every one once, and the rows that show it.


Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PUBLIC_SOURCES = ("statfin", "kela")
"""Published by their producers already, hidden cells and all (contract, section 6)."""

CELL_COLUMNS = ("count", "month", "area", "population", "dimension", "category")
"""What makes one count; ``month`` is a number, twelve a year."""

ORDINAL_STATISTICS = ("median", "max")
"""What the ids of statistics hold that are a person's own value, and have no numerator."""

_WITHOUT_NUMBERS = ("incomplete", "not_available")


def numbered_rows(long: pd.DataFrame, layer: int = 0) -> pd.DataFrame:
    """A table's rows with the table's number in ``layer``, and their places in it in ``row``."""
    return long.assign(layer=layer, row=np.arange(len(long)))


def table_counts(long: pd.DataFrame) -> pd.DataFrame:
    """Every count that long tables show or hide.

    Args:
        long: Rows of tables that :func:`numbered_rows` has numbered.

    Returns:
        One row a count in a column: :data:`CELL_COLUMNS`, ``layer``, ``row``, ``side``
        (0 numerator, 1 denominator), ``value`` (missing where the row is hidden), ``hidden``
        and ``public``.
    """
    parts = [part for side in SIDES if len(part := _counts_of_side(long, side))]
    if not parts:
        parts = [_counts_of_side(long.iloc[:0], "numerator")]
    return pd.concat(parts, ignore_index=True)


def _counts_of_side(long: pd.DataFrame, side: Side) -> pd.DataFrame:
    """The counts of one column."""
    keys = [_texts(long[name]) for name in ("indicator", "statistic", "unit")]
    code, figures = _figure_codes(keys)
    names = [count_name(*figure, side) for figure in figures]
    for at, days in _days_followed(figures).items():
        of_figure = np.flatnonzero(code == at)
        followed = _partly_followed(long.iloc[of_figure], days)
        code[of_figure[followed]] = len(names)
        names.append(count_name(*figures[at], side, followed=True))
    hidden = _texts(long["status"]) == "suppressed"
    value = long[side].to_numpy(float)
    counted = (
        np.array([entry is not None for entry in names], bool)[code] if len(figures) else hidden
    )
    public = np.isin(_texts(long["source"]), PUBLIC_SOURCES)
    # A hidden row does not say whether it has a denominator: of persons only a median has one.
    plain = np.isin(_texts(long["unit"]), list(COUNT_UNITS)) & (side == "denominator")
    plain &= ~long["statistic"].astype(str).str.contains("|".join(ORDINAL_STATISTICS)).to_numpy()
    kept = counted & (hidden & ~plain | ~np.isnan(value))
    kept &= ~np.isin(_texts(long["status"]), _WITHOUT_NUMBERS)
    # A sum over cells that the source hides is not known, and no count of the register's.
    kept &= ~(public & (_texts(long["status"]) == "bounded"))
    rows = np.flatnonzero(kept)
    counts = _cells_of_rows(
        [entry or CountName("") for entry in names], code[rows], long.iloc[rows]
    )
    counts["layer"] = long["layer"].to_numpy(np.int64)[rows]
    counts["row"] = long["row"].to_numpy(np.int64)[rows]
    counts["side"] = SIDES.index(side)
    counts["value"] = np.where(hidden[rows], np.nan, value[rows])
    counts["hidden"] = hidden[rows]
    counts["public"] = public[rows]
    # Hidden with its share, a numerator may be 0; nothing else is hidden that is 0.
    of_share = np.isin(_texts(long["unit"])[rows], list(SHARE_UNITS)) & (side == "numerator")
    counts["not_zero"] = ~of_share
    return counts


def _days_followed(figures: Sequence[tuple[str, str, str]]) -> dict[int, float]:
    """For how many days events are followed, by the place of the figure; others are left out."""
    parameters = load_catalogue().parameters
    counts = (shared_counts().get(figure[:2], StatisticCounts()) for figure in figures)
    return {
        at: float(parameters[of_figure.followed_for].default)
        for at, of_figure in enumerate(counts)
        if of_figure.followed_for
    }


def _partly_followed(rows: pd.DataFrame, days: float) -> Flags:
    """Of which rows of one figure not all events of the month are followed for so many days.

    That is so of all areas and categories at once: of a hidden row the others tell it, and where
    none is shown the day of the extract.
    """
    status = rows["status"].astype(object)
    partly = status.isin(["provisional", "incomplete"])
    by = [rows["layer"], rows["month"].astype(object)]
    by_others = (side.groupby(by).transform("any") for side in (partly, status == "normal"))
    some_partly, some_whole = (side.to_numpy(bool) for side in by_others)
    last_day = pd.PeriodIndex(rows["month"].astype(str), freq="M").end_time.normalize()
    extract = pd.to_datetime(rows["vintage"].astype(str), format="%Y-%m-%d", errors="coerce")
    by_day = last_day + pd.Timedelta(days=days) > pd.DatetimeIndex(extract)
    return np.where(some_partly | some_whole, some_partly, by_day)


def _cells_of_rows(names: Sequence[CountName], code: Ints, rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of :data:`CELL_COLUMNS` for rows with these figures."""
    dimension, category = in_one_order(_texts(rows["dimension"]), _texts(rows["category"]))
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


def cells_of_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns of :data:`CELL_COLUMNS` of a count in each row's own cell, without its name."""
    return _cells_of_rows([CountName("")], np.zeros(len(rows), np.int64), rows)


def _figure_codes(keys: Sequence[NDArray[np.object_]]) -> tuple[Ints, list[tuple[str, str, str]]]:
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


def numbered_tables(
    new: pd.DataFrame | None, published: Sequence[pd.DataFrame]
) -> Iterator[tuple[int, pd.DataFrame]]:
    """The tables with their numbers: 0 the new one, 1 the oldest published."""
    if new is not None:
        yield 0, new
    yield from enumerate(published, start=1)


def figure_keys(long: pd.DataFrame) -> pd.MultiIndex:
    """What makes a row of a long table one figure."""
    return pd.MultiIndex.from_arrays([_texts(long[name]) for name in (*table.KEY, "source")])


OFFICIAL_LAYER = -1
"""Layer of the counts that only official figures tell."""


@dataclass(frozen=True, slots=True, eq=False)
class CountRegistry:
    """The counts behind one or several long tables.

    Attributes:
        cells: One row a count, columns :data:`CELL_COLUMNS`.
        value: What the count is, by cell; missing where no table at hand tells it.
        public: Whether it is published already and shown, by cell.
        official: Whether official figures show it, by cell.
        withheld: Whether a published table hides it and none shows it, by cell; likewise what the
            new one comes with hidden, because too few answered.
        appearances: ``layer``, ``row``, ``side`` and ``cell`` of every place a count stands in,
            and whether it is not 0 if it is hidden.
    """

    cells: pd.DataFrame
    value: Floats
    public: Flags
    official: Flags
    withheld: Flags
    appearances: pd.DataFrame

    @property
    def not_zero(self) -> Flags:
        """Counts that would be shown if they were 0, by cell."""
        not_zero_cells = np.zeros(len(self.cells), bool)
        places = self.appearances
        not_zero_cells[places["cell"][places["not_zero"]].to_numpy(np.int64)] = True
        return not_zero_cells

    def of_layer(self, layer: int) -> pd.DataFrame:
        """Columns ``row``, ``side`` and ``cell`` of one table."""
        return self.appearances[self.appearances["layer"] == layer]


def build_count_registry(
    new: pd.DataFrame | None,
    published: Sequence[pd.DataFrame],
    *,
    about: pd.DataFrame | None = None,
) -> CountRegistry:
    """Put together the counts of a table that is not published yet, and of those that are.

    Two rows that show the same count are one cell. Where they contradict each other (a figure was
    revised), each value is a cell of its own, and a hidden
    one goes with the newest: someone who does not know of a revision would think so.

    Args:
        new: The internal table, nothing of it hidden; None where only published ones are attacked.
        published: What is out already, oldest first.
        about: A table: counts of months of which it counts nothing are left out. No identity ties
            counts of different months.
    """
    frame = _counts_of_tables(list(numbered_tables(new, published)), about)
    key = frame.groupby(list(CELL_COLUMNS), sort=False).ngroup().to_numpy(np.int64)
    frame["key"] = key
    official = frame[frame["public"] & ~frame["hidden"]]
    own = _add_official_counts(frame[~frame["public"]], official)
    value = _assigned_values(own, official)
    cell = pd.DataFrame({"key": own["key"], "value": value}).groupby(
        ["key", "value"], sort=False, dropna=False
    )
    own = own.assign(cell=cell.ngroup().to_numpy(np.int64))
    first = own.drop_duplicates("cell").sort_values("cell")
    shown_before = own[(own["layer"] > 0) & ~own["hidden"]]["cell"]
    hidden_before = own[own["hidden"]]["cell"]
    places = np.arange(len(first))
    public = np.isin(places, shown_before) | np.isin(first["key"], official["key"])
    return CountRegistry(
        cells=first[list(CELL_COLUMNS)].reset_index(drop=True),
        value=np.asarray(value.loc[first.index], np.float64),
        public=public,
        official=np.isin(first["key"], official["key"]),
        withheld=np.isin(places, hidden_before) & ~public,
        appearances=own[["layer", "row", "side", "cell", "not_zero"]].reset_index(drop=True),
    )


def _counts_of_tables(
    together: Sequence[tuple[int, pd.DataFrame]], about: pd.DataFrame | None
) -> pd.DataFrame:
    """What :func:`table_counts` finds in all tables, or of the months that one of them counts."""
    tables = [numbered_rows(table, layer) for layer, table in together]
    if about is None:
        return table_counts(pd.concat(tables))
    near = _related_months(about)
    counts = table_counts(pd.concat([_rows_of_months(table, near) for table in tables]))
    own = [layer for layer, table in together if table is about]
    months = counts["month"][counts["layer"].isin(own)]
    return counts[counts["month"].isin(months)].reset_index(drop=True)


def _related_months(about: pd.DataFrame) -> set[int]:
    """Months whose figures may count what some figures count."""
    months = {month_number(text) for text in about["month"].unique()}
    return {
        month - before + lag for month in months for before in month_lags() for lag in month_lags()
    }


def _rows_of_months(long: pd.DataFrame, months: set[int]) -> pd.DataFrame:
    kept = [month for month in long["month"].unique() if month_number(month) in months]
    return long[long["month"].isin(kept)]


def _add_official_counts(own: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Add the counts that official figures alone tell: everybody knows them."""
    alone = official[~official["key"].isin(own["key"])].drop_duplicates("key", keep="last")
    return pd.concat([own, alone.assign(layer=OFFICIAL_LAYER)], ignore_index=True)


def _assigned_values(own: pd.DataFrame, official: pd.DataFrame) -> pd.Series[float]:
    """The value each place stands for: its own, or for a hidden one what stands elsewhere."""
    ranked = own.assign(newest=recency_rank(own["layer"])).sort_values(
        "newest", ascending=False, kind="stable"
    )
    shown = ranked[~ranked["hidden"]].drop_duplicates("key").set_index("key")["value"]
    officially = official.drop_duplicates("key", keep="last").set_index("key")["value"]
    elsewhere = own["key"].map(shown).fillna(own["key"].map(officially))
    return own["value"].where(~own["hidden"], elsewhere)


def recency_rank(layer: pd.Series[int]) -> pd.Series[float]:
    """Rank of tables: the new one tells best, then the newest published one."""
    return layer.astype(float).mask(layer == 0, np.inf)


def rows_hidden_before(new: pd.DataFrame, published: Sequence[pd.DataFrame]) -> Flags:
    """Rows of a new table that an earlier one holds and hides."""
    months, key = new["month"].unique(), figure_keys(new)
    found = np.zeros(len(new), bool)
    for earlier in published:
        hidden = earlier[(earlier["status"] == "suppressed") & earlier["month"].isin(months)]
        if len(hidden):
            found |= key.isin(figure_keys(hidden))
    return found


def rows_by_cell(registry: CountRegistry) -> tuple[Ints, Ints]:
    """Pairs of row and cell of the new table, rows in order."""
    new = registry.of_layer(0).sort_values("row", kind="stable")
    return new["row"].to_numpy(np.int64), new["cell"].to_numpy(np.int64)


# The rows of a table, and the counts that they show.


@dataclass(frozen=True, slots=True, eq=False)
class SuppressibleRows:
    """The rows that show counts.

    Attributes:
        row: With ``count``: pairs of a row and a count that it shows.
        count: See ``row``.
        cost: Of hiding a row, by row; infinite for rows that cannot be hidden.
        hidden: Which rows must be hidden in any case, by row.
    """

    row: Ints
    count: Ints
    cost: Floats
    hidden: Flags

    def leave_hidden(self, hidden: Flags, counts: int) -> Flags:
        """Which counts no row shows any more.

        Args:
            hidden: Hidden rows.
            counts: How many counts there are; those that no row ever showed are hidden too.
        """
        shown = np.zeros(counts, bool)
        shown[self.count[~hidden[self.row]]] = True
        return ~shown
