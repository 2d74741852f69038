"""Long tables of made-up towns, as the package counts them: internal, nothing of them hidden."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators import table
from intruder.figures import ONLY_OF, SURVEYS, Figure, categories
from intruder.towns import FIRST, Key, Towns

Row = dict[str, object]

LEAST_ANSWERS = 5


@dataclass(frozen=True, eq=False)
class Release:
    """A table, and what stands behind it.

    ``sides``: for each row the counts in its columns. ``truth``: every count there is, also those
    that the table does not tell.
    """

    rows: pd.DataFrame
    sides: tuple[tuple[Key, ...], ...]
    truth: Mapping[Key, int]
    groups: Mapping[str, tuple[str, ...]]


def release(
    towns: Towns,
    figures: Sequence[Figure],
    months: Sequence[int],
    *,
    wanted: Callable[[Row], bool] | None = None,
    zeros: bool = True,
    vintage: str = "2023-01-01",
    crossed: Sequence[str] = (),
) -> Release:
    """Tell figures of some months (0 the first) in a long table.

    ``zeros``: whether rows of which all counts are 0 are told; they may be left out.
    ``crossed``: dimensions that are crossed, told beside the plain ones.
    """
    truth = towns.counts()
    rows, sides = [], []
    for figure in figures:
        for row, keys in _rows(towns, figure, months, truth, crossed):
            if (wanted is None or wanted(row)) and (zeros or any(truth[key] for key in keys)):
                rows.append(row)
                sides.append(keys)
    frame = pd.DataFrame(rows, columns=list(table.COLUMNS))
    status = {(of.indicator, of.statistic): of.status for of in figures}
    statuses = [status[row["indicator"], row["statistic"]] for row in rows]
    frame = frame.assign(status=statuses, source="register", vintage=vintage)
    few = [
        row["indicator"] in SURVEYS and 0 < min(_behind(truth, keys)) < LEAST_ANSWERS
        for row, keys in zip(rows, sides, strict=True)
    ]
    frame.loc[few, "status"] = "suppressed"
    frame.loc[few, list(table.NUMBERS)] = np.nan
    return Release(frame, tuple(sides), truth, towns.groups)


def _behind(truth: Mapping[Key, int], keys: Sequence[Key]) -> list[int]:
    """How many answered, for a figure of a survey: pairs, or answers and respondents."""
    of_place = keys[0][1:]
    names = ("pairs",) if keys[0][0] in ("pairs", "once", "people") else ("answers", "respondents")
    return [truth[name, *of_place] for name in names]


def _rows(
    towns: Towns,
    figure: Figure,
    months: Sequence[int],
    truth: Mapping[Key, int],
    crossed: Sequence[str],
) -> Iterator[tuple[Row, tuple[Key, ...]]]:
    for month, (area, population), (dimension, category) in _places(towns, figure, months, crossed):
        cell = (area, population, dimension, category)
        above, below = figure.numerator, figure.denominator
        place = (FIRST + month - figure.months_before, towns.key_of(area), population)
        keys = []
        if above is not None:
            keys.append((above, *place, *ONLY_OF.get(figure.indicator, (dimension, category))))
        if below is not None:
            keys.append((below, *place, dimension, category))
        if below is None or (truth.get(keys[0]) is not None and truth[keys[-1]]):
            names = ("area", "population", "dimension", "category")
            row = dict(zip(names, cell, strict=True)) | {"month": _text(FIRST + month)}
            yield row | _numbers(figure, [truth[key] for key in keys]), tuple(keys)


def _places(
    towns: Towns, figure: Figure, months: Sequence[int], crossed: Sequence[str]
) -> Iterator[tuple[int, tuple[str, str], tuple[str, str]]]:
    few = figure.of_residents_in_total_only
    total = ("total", "total")
    cells = [
        (dimension, category)
        for dimension in (*towns.dimensions, *crossed)
        for category in categories(dimension)
    ]
    for month in months:
        for area in towns.areas:
            # There is no labour force of those without residence.
            for population in () if few and area == "SSS" else towns.populations:
                if not few or population == "residents":
                    for cell in [total] if few else [total, *cells]:
                        yield month, (area, population), cell


def _numbers(figure: Figure, counts: Sequence[int]) -> Row:
    """Columns of numbers: sums of weeks and medians are made up, and tell nothing."""
    row: Row = {
        "indicator": figure.indicator, "statistic": figure.statistic, "unit": figure.unit,
        "numerator": np.nan, "denominator": np.nan,
    }  # fmt: skip
    if figure.denominator is None:
        return row | {"numerator": float(counts[0]), "value": float(counts[0])}
    row |= {"denominator": float(counts[-1])}
    if figure.numerator is not None:
        return row | {"numerator": float(counts[0]), "value": 100.0 * counts[0] / counts[-1]}
    if "median" in figure.statistic:
        return row | {"value": 17.0}
    return row | {"numerator": 17.5 * counts[-1], "value": 17.5}


def _text(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def with_official(internal: Release, least: int = 5) -> Release:
    """With the towns' extended unemployment as StatFin has published it, small cells hidden."""
    rows = internal.rows
    chosen = (
        (rows["indicator"] == "extended_unemployment")
        & rows["area"].str.startswith("KU")
        & (rows["dimension"] == "total")
        & (rows["population"] == "residents")
    )
    official = internal.rows[chosen].assign(source="statfin")
    small = official["numerator"].between(1, least - 1)
    official.loc[small, list(table.NUMBERS)] = np.nan
    official.loc[small, "status"] = "suppressed"
    sides = (*internal.sides, *(internal.sides[at] for at in np.flatnonzero(chosen)))
    rows = pd.concat([internal.rows, official], ignore_index=True)
    return Release(rows, sides, internal.truth, internal.groups)


def as_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as they may be shown: means and medians rounded, and without the sums behind them."""
    shown = rows.reset_index(drop=True).astype({"numerator": float, "value": float})
    for at, row in enumerate(rows.itertuples()):
        # The made-up scores are of a scale of 0 to 10, and changes of one.
        score = 10 if row.indicator == "wellbeing_change" else 5
        width = {"weeks": 13, "score": score, "services": 2}.get(row.unit)
        if row.unit in ("euros_per_person", "euros_per_month"):
            # To a euro, of ten persons or more.
            shown.loc[at, ["numerator", "value"]] = np.nan, float(round(row.value))
        if width is not None:
            fits = [step for step in (0.1, 0.5, 1, 5, 10) if row.denominator * step / 2 >= width]
            value = round(round(row.value / fits[0]) * fits[0], 1) if fits else np.nan
            shown.loc[at, ["numerator", "value"]] = np.nan, value
    return shown
