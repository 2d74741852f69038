"""What the further tables add to figures of 12r5: a denominator, and sums of no hidden cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator, OfficialRecipe, StatfinRecipe
from indicators.measures.further_snapshots import Scope, table_grid, table_snapshots
from indicators.measures.published import build_grid, figure_rows, recipe_figures
from indicators.sources.statfin.further_tables import FurtherTable, FurtherTables
from indicators.sources.statfin.snapshots import Snapshots

LAG = "labour_force_lag_years"
"""The parameter that says how many years before a month its labour force is of."""

ROUNDING = 0.05
"""How far a rate of 12u4 may lie beyond the bounds of 12r5's sum: so StatFin's own is rounded."""

_BASE_COLUMN = "base"


def with_denominators(
    published: pd.DataFrame,
    snapshots: Snapshots,
    tables: FurtherTables,
    scope: Scope,
) -> pd.DataFrame:
    """Give shares whose denominator 12r5 lacks a value where a further table has it."""
    for indicator in scope.catalogue.indicators:
        for recipe in indicator.official:
            if recipe.makes == "base" and indicator.statfin and tables.of(recipe.table):
                lag = _lag(scope.catalogue, indicator)
                bases = {
                    years: _with_base(snapshots.of(scope.months), tables, recipe, lag + years)
                    for years in (0, 1)
                }
                for years, with_base in reversed(bases.items()):
                    better = _base_rows(with_base, indicator, indicator.statfin, scope)
                    if years:
                        better["status"] = better["status"].replace({"normal": "provisional"})
                    published = _replaced(published, better)
    return published


def _lag(catalogue: Catalogue, indicator: Indicator) -> int:
    """The years of the parameter, as it is in force."""
    parameter = next(each for each in indicator.parameters if each.id == LAG)
    return int(catalogue.value(indicator.id, parameter))


def base_cells(
    vintage: FurtherTable, recipe: OfficialRecipe
) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    """The base by area and year: one class of age, or those that it is made of.

    Those in the labour force stand for themselves, or are the employed and the unemployed.
    """
    for activities in ((recipe.activity,), ("employed", "unemployed")):
        for ages in _ages_within(vintage.by.get("age", ()), *recipe.ages):
            parts = [
                vintage.cells(content, age=age, activity=activity)
                for content in recipe.contents
                for activity in activities
                for age in ages
            ]
            found = [part for part in parts if part is not None]
            if parts and len(found) == len(parts):
                # A class with a hidden cell has no sum: what it is a base of is not given.
                values = np.sum([values for values, _ in found], axis=0)
                return values, np.logical_and.reduce([held for _, held in found])
    return None


def _ages_within(categories: Sequence[str], first: int, last: int) -> list[list[str]]:
    """The classes that make an interval of ages, fewest first: itself, or a chain of parts."""
    known = {}
    for category in categories:
        low, _, high = category.partition("-")
        if low.isdecimal() and high.isdecimal():
            known[int(low), int(high)] = category

    def chains(at: int) -> Iterator[list[str]]:
        if at == last + 1:
            yield []
        for (low, high), category in known.items():
            if low == at and high <= last:
                yield from ([category, *rest] for rest in chains(high + 1))

    return sorted(chains(first), key=len)


def _with_base(
    snapshots: Snapshots, tables: FurtherTables, recipe: OfficialRecipe, lag: int
) -> Snapshots:
    """The vintages of 12r5 with the base of each month as a further column."""
    found = []
    for snapshot in snapshots.vintages:
        values = np.full((len(snapshot.areas), len(snapshot.months)), np.nan)
        held = np.zeros(values.shape, bool)
        for vintage in reversed(tables.of(recipe.table)):
            cells = base_cells(vintage, recipe)
            if cells is None:
                continue
            row_of = {area: at for at, area in enumerate(vintage.areas)}
            place_of = {year: at for at, year in enumerate(vintage.periods)}
            rows = np.array([row_of.get(area, -1) for area in snapshot.areas])
            places = np.array(
                [place_of.get(str(int(month[:4]) - lag), -1) for month in snapshot.months]
            )
            known = np.logical_and.outer(rows >= 0, places >= 0)
            known &= cells[1][np.ix_(rows, places)]
            values = np.where(known, cells[0][np.ix_(rows, places)], values)
            held |= known
        found.append(
            replace(
                snapshot,
                columns={**snapshot.columns, _BASE_COLUMN: values},
                lacking={**snapshot.lacking, _BASE_COLUMN: ~held},
            )
        )
    return replace(snapshots, vintages=tuple(found))


def _base_rows(
    snapshots: Snapshots,
    indicator: Indicator,
    recipe: StatfinRecipe,
    scope: Scope,
) -> pd.DataFrame:
    """Rows of the share with its base, where there is a value or one is hidden."""
    share = replace(recipe, denominator=(_BASE_COLUMN,), denominator_missing=False)
    grid = build_grid(snapshots, scope.months, scope.groups)
    serving = grid.serving([*share.numerator, *share.denominator])
    figures = recipe_figures(grid, share, serving)
    figure = (indicator, recipe.statistic)
    rows = figure_rows(grid, figure, figures, serving, scope.catalogue.break_in)
    return rows[rows["value"].notna()]


def with_exact_rates(
    published: pd.DataFrame,
    tables: FurtherTables,
    scope: Scope,
) -> pd.DataFrame:
    """Rates of a further table where 12r5's has hidden cells or no value.

    One beyond the bounds of 12r5 is not taken: the tables differ, and the series stays whole.
    """
    for indicator, recipe in _recipes(scope.catalogue, "rate"):
        rates = _rates(indicator, recipe, tables, scope)
        if rates is None:
            continue
        both = _beside(published, rates)
        lacking = both["status"].isin(["not_available", "suppressed"])
        inside = both["status"].eq("bounded") & both["exact"].between(
            both["low"] - ROUNDING, both["high"] + ROUNDING
        )
        chosen = both[(lacking | inside).to_numpy()][[*_KEY]]
        published = _replaced(published, rates.merge(chosen.astype(object), on=[*_KEY]))
    return published


_KEY = ("indicator", "statistic", "month", "area", "dimension", "category")


def _recipes(catalogue: Catalogue, makes: str) -> Iterator[tuple[Indicator, OfficialRecipe]]:
    for indicator in catalogue.indicators:
        for recipe in indicator.official:
            if recipe.makes == makes:
                yield indicator, recipe


def _rates(
    indicator: Indicator,
    recipe: OfficialRecipe,
    tables: FurtherTables,
    scope: Scope,
) -> pd.DataFrame | None:
    """Rows of rates that are known exactly; None where the table has none."""
    snapshots = table_snapshots(tables.of(recipe.table), scope.months)
    if not snapshots.vintages:
        return None
    grid = table_grid(snapshots, scope)
    formula = StatfinRecipe(recipe.statistic, recipe.contents, (*recipe.contents, *recipe.rest))
    serving = grid.serving([*formula.numerator, *formula.denominator])
    figures = recipe_figures(grid, formula, serving)
    figure = (indicator, recipe.statistic)
    rows = figure_rows(grid, figure, figures, serving, scope.catalogue.break_in)
    return _plain_keys(rows[rows["status"] == "normal"])


def _plain_keys(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(_KEY, object)).reset_index(drop=True)


def _beside(published: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """12r5's rows with the exact rate of another table beside each."""
    wanted = published["indicator"].isin(rates["indicator"].unique())
    own = _plain_keys(published[wanted])
    exact = rates[[*_KEY, "value"]].rename(columns={"value": "exact"})
    return own.merge(exact, on=[*_KEY])


def rate_differences(
    published: pd.DataFrame,
    tables: FurtherTables,
    scope: Scope,
) -> list[str]:
    """How the rates of a further table differ from 12r5's where both are known exactly.

    Args:
        published: 12r5's rows, of :func:`~indicators.measures.published.published_table`.
        tables: The further tables.
        scope: Of what.

    Returns:
        A line an indicator: how many figures both have, how many differ by more than the rounding
        of StatFin's own rate, and where most.
    """
    lines = []
    for indicator, recipe in _recipes(scope.catalogue, "rate"):
        rates = _rates(indicator, recipe, tables, scope)
        if rates is None:
            continue
        both = _beside(published, rates)
        known = both[both["status"].isin(["normal", "bounded"])]
        beyond = np.where(
            known["status"].eq("bounded"),
            np.maximum(known["low"] - known["exact"], known["exact"] - known["high"]),
            (known["exact"] - known["value"]).abs(),
        )
        differing = int((beyond > ROUNDING).sum())
        if differing:
            most = int(np.argmax(beyond))
            where = ", ".join(str(known[name].iloc[most]) for name in ("month", "area"))
            lines.append(
                f"statfin {indicator.id}: of {len(known)} figures that 12r5 and {recipe.table} "
                f"both give, {differing} differ by more than {ROUNDING} percentage points, most "
                f"by {beyond[most]:.1f} ({where}); 12r5's stand"
            )
    return lines


def _replaced(published: pd.DataFrame, better: pd.DataFrame) -> pd.DataFrame:
    """A long table with some of its rows replaced by others of the same key, in their places."""
    if better.empty:
        return published
    keys = [*_KEY]
    places = pd.Series(
        np.arange(len(published)),
        pd.MultiIndex.from_frame(published[keys].astype(object)),
    )
    at = places.reindex(pd.MultiIndex.from_frame(better[keys].astype(object)))
    found = at.notna().to_numpy()
    rows = at[found].to_numpy(int)
    replaced = published.copy()
    for name in (*table.NUMBERS, "status", "vintage"):
        new = better[name][found]
        if isinstance(replaced[name].dtype, pd.CategoricalDtype):
            texts = replaced[name].astype(object).to_numpy(copy=True)
            texts[rows] = new.astype(object).to_numpy()
            known = (
                table.STATUSES
                if name == "status"
                else sorted({text for text in texts if isinstance(text, str)})
            )
            replaced[name] = pd.Categorical(texts, categories=pd.Index(known, dtype=str))
        else:
            numbers = replaced[name].to_numpy(copy=True)
            numbers[rows] = new.to_numpy()
            replaced[name] = numbers
    return replaced
