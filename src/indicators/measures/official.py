"""Official figures of StatFin's tables beside 12r5: flows, durations, ended searches.

What is made of which table stands in the catalogue (``[[official]]`` of a definition). A count of
these tables is added up over areas as one of 12r5 is: each vintage of a table is given the form of
a snapshot whose columns are a content and its categories.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator, OfficialRecipe
from indicators.measures.class_medians import median_figures
from indicators.measures.further_snapshots import (
    Scope,
    column_name,
    duration_classes,
    table_grid,
    table_snapshots,
)
from indicators.measures.official_additions import base_cells, with_denominators, with_exact_rates
from indicators.measures.published import (
    AreaGrid,
    Figures,
    context_table,
    count_figures,
    figure_rows,
    is_hidden_cell,
    published_table,
)
from indicators.sources.statfin.further_forms import TOTAL, table_forms
from indicators.sources.statfin.further_tables import FurtherTable, FurtherTables
from indicators.sources.statfin.snapshots import Snapshots


def official_table(snapshots: Snapshots, tables: FurtherTables, scope: Scope) -> pd.DataFrame:
    """The long table of all that StatFin gives: 12r5's figures and those of the further tables.

    Args:
        snapshots: Table 12r5.
        tables: The further tables; without any the result is 12r5's to the last digit.
        scope: Of what; of the further tables only months that they hold have rows.

    Returns:
        One row a figure. A group has rows of a further table where any of its months has a value.

    Raises:
        UsageError: A group has the code of an area of table 12r5.
    """
    published = published_table(snapshots, scope.months, scope.groups, scope.catalogue)
    published = with_denominators(published, snapshots, tables, scope)
    published = with_exact_rates(published, tables, scope)
    return table.concat([published, *_own_rows(tables, scope, scope.catalogue.indicators)])


def official_context(snapshots: Snapshots, tables: FurtherTables, scope: Scope) -> pd.DataFrame:
    """The series beside the indicators: open vacancies, and classes of the further tables.

    Takes and raises what :func:`official_table` does.
    """
    context = context_table(snapshots, scope.months, scope.groups, scope.catalogue)
    return table.concat([context, *_own_rows(tables, scope, scope.catalogue.context)])


def missing_tables(tables: FurtherTables, scope: Scope) -> list[str]:
    """What of the further tables is not there for some months, a line a table.

    Where there is none of them nothing is said: they are an addition to 12r5.
    """
    absent = [name for name in table_forms() if name not in tables.tables]
    lines: list[str] = []
    if tables.tables and absent:
        lines += [f"statfin: without the tables {', '.join(absent)}"]
    for name, vintages in tables.tables.items():
        periods = {period for vintage in vintages for period in vintage.periods}
        lines += _lacking_months(name, periods, scope.months)
        entries = [*scope.catalogue.indicators, *scope.catalogue.context]
        for indicator, recipe in ((each, recipe) for each in entries for recipe in each.official):
            if recipe.table == name:
                lines += [
                    f"statfin {name}: {text}; not available from it: {indicator.id}"
                    for text in _lacking_parts(recipe, vintages)
                ]
    return list(dict.fromkeys(lines))


def _lacking_months(name: str, periods: set[str], months: Sequence[str]) -> Iterator[str]:
    """The months that a table has not, where it has any; of years its base's rule decides."""
    lacking = [month for month in months if month not in periods]
    if lacking and not table_forms()[name].yearly:
        first, last = min(periods), max(periods)
        named = lacking[0] if len(lacking) == 1 else f"{lacking[0]}..{lacking[-1]}"
        yield f"statfin {name}: without {named}; it holds {first}..{last}"


def _lacking_parts(recipe: OfficialRecipe, vintages: Sequence[FurtherTable]) -> Iterator[str]:
    newest = vintages[0]
    contents = [code for code in (*recipe.contents, *recipe.rest) if code not in newest.contents]
    if contents:
        yield f"without {', '.join(contents)}"
    elif recipe.makes == "base" and base_cells(newest, recipe) is None:
        ages = f"{recipe.ages[0]}-{recipe.ages[1]}"
        yield f"without the {recipe.activity.replace('_', ' ')} aged {ages}"
    elif recipe.makes == "median" and not duration_classes(newest):
        yield "without classes of duration"
    else:
        absent = {*recipe.dimensions, *(["reason"] if recipe.reasons else [])} - newest.by.keys()
        for role in sorted(absent):
            yield f"without the variable {role}"


# --- rows of the further tables alone -------------------------------------------------------------


def _own_rows(
    tables: FurtherTables, scope: Scope, indicators: Sequence[Indicator]
) -> list[pd.DataFrame]:
    frames: list[pd.DataFrame] = []
    for name in tables.tables:
        vintages = tables.of(name)
        wanted = scope.months if scope.table_months is None else scope.table_months
        snapshots = table_snapshots(vintages, wanted)
        if not snapshots.vintages:
            continue
        source = _Source(table_grid(snapshots, scope), vintages, scope.catalogue)
        for indicator in indicators:
            for recipe in indicator.official:
                if recipe.table == name:
                    frames += source.rows(indicator, recipe)
    return frames


@dataclass(frozen=True, slots=True)
class _Source:
    """A further table on the grid of its areas and months."""

    grid: AreaGrid
    vintages: Sequence[FurtherTable]
    catalogue: Catalogue

    def rows(self, indicator: Indicator, recipe: OfficialRecipe) -> Iterator[pd.DataFrame]:
        """The rows of a recipe; none where the table lacks what it needs."""
        if recipe.makes == "share":
            yield from self._shares(indicator, recipe)
        elif recipe.makes == "median":
            yield from self._medians(indicator, recipe)
        elif recipe.makes == "count":
            yield from self._counts(indicator, recipe)

    def _frame(
        self,
        indicator: Indicator,
        statistic: str,
        figures: Figures,
        serving: NDArray[np.int64],
        category: tuple[str, str] = (TOTAL, TOTAL),
    ) -> Iterator[pd.DataFrame]:
        """Rows of areas that are held, and of groups that have a value."""
        if not (serving >= 0).any():
            return
        frame = figure_rows(
            self.grid,
            (indicator, statistic),
            figures,
            serving,
            self.catalogue.break_in,
            category=category,
        )
        groups = np.arange(len(self.grid.areas)) >= len(self.grid.snapshots.areas)
        known = ~np.isnan(figures.value).all(axis=1) | ((serving >= 0).any(axis=1) & ~groups)
        kept = np.tile(known, len(self.grid.months))
        yield frame[kept].reset_index(drop=True)

    def _shares(self, indicator: Indicator, recipe: OfficialRecipe) -> Iterator[pd.DataFrame]:
        """StatFin's own shares: a group of several has none, for nobody knows its counts."""
        serving = self.grid.serving(recipe.contents)
        cells = self.grid.total(recipe.contents, serving)
        single = cells.cells == 1
        hidden = is_hidden_cell(cells)
        empty = np.full(cells.shown.shape, np.nan)
        status = np.select(
            [hidden, single], ["suppressed", "normal"], default="not_available"
        ).astype(object)
        value = np.where(single & ~hidden, cells.shown, np.nan)
        figures = Figures(empty, empty, value, empty, empty, status)
        yield from self._frame(indicator, recipe.statistic, figures, serving)

    def _counts(self, indicator: Indicator, recipe: OfficialRecipe) -> Iterator[pd.DataFrame]:
        for statistic, reasons in (recipe.reasons or {recipe.statistic: ()}).items():
            yield from self._count(
                indicator, statistic, self._columns(recipe.contents, reasons), (TOTAL, TOTAL)
            )
        for role in recipe.dimensions:
            for category, columns in self._by_category(recipe.contents, role).items():
                yield from self._count(indicator, recipe.statistic, [columns], (role, category))

    def _count(
        self,
        indicator: Indicator,
        statistic: str,
        alternatives: Sequence[Sequence[str]],
        category: tuple[str, str],
    ) -> Iterator[pd.DataFrame]:
        """A sum of columns; vintages may have them under several names."""
        for columns in alternatives:
            serving = self.grid.serving(columns)
            figures = count_figures(self.grid.total(columns, serving))
            yield from self._frame(indicator, statistic, figures, serving, category)

    def _columns(self, contents: Sequence[str], reasons: Sequence[str]) -> list[list[str]]:
        """Columns that add up to some reasons, or to all: one list, or none where it has none."""
        if not reasons:
            return [list(contents)]
        known = dict.fromkeys(
            category for vintage in self.vintages for category in vintage.by.get("reason", ())
        )
        chosen = [category for category in known if category.partition(":")[0] in reasons]
        columns = [column_name(content, "reason", each) for content in contents for each in chosen]
        return [columns] if columns else []

    def _by_category(self, contents: Sequence[str], role: str) -> dict[str, list[str]]:
        """Columns of each category that is shown; end reasons by the register's code."""
        found: dict[str, list[str]] = {}
        for vintage in self.vintages:
            for category in vintage.by.get(role, ()):
                if category != TOTAL:
                    shown = category.partition(":")[0]
                    names = [column_name(content, role, category) for content in contents]
                    found.setdefault(shown, []).extend(
                        name for name in names if name not in found.get(shown, ())
                    )
        return found

    def _medians(self, indicator: Indicator, recipe: OfficialRecipe) -> Iterator[pd.DataFrame]:
        """Bounds of the median from classes; of each vintage its own, the newest serves."""
        shape = (len(self.grid.areas), len(self.grid.months))
        serving = np.full(shape, -1)
        empty = np.full(shape, np.nan)
        figures = Figures(
            empty, empty.copy(), empty.copy(), empty.copy(), empty.copy(), _unknown(shape)
        )
        for classes in dict.fromkeys(duration_classes(vintage) for vintage in self.vintages):
            if not classes:
                continue
            columns = [
                column_name(content, "duration", each.category)
                for each in classes
                for content in recipe.contents
            ]
            found = self.grid.serving(columns)
            better = (found >= 0) & ((serving < 0) | (found < serving))
            parts = [self.grid.total([name], np.where(better, found, -1)) for name in columns]
            medians = median_figures(classes, parts)
            figures = _merged(figures, medians, better)
            serving = np.where(better, found, serving)
        yield from self._frame(indicator, recipe.statistic, figures, serving)


def _unknown(shape: tuple[int, int]) -> NDArray[np.object_]:
    return np.full(shape, "not_available", object)


def _merged(old: Figures, new: Figures, better: NDArray[np.bool_]) -> Figures:
    def chosen(name: str) -> NDArray[np.float64]:
        taken: NDArray[np.float64] = np.where(better, getattr(new, name), getattr(old, name))
        return taken

    return Figures(
        chosen("numerator"),
        chosen("denominator"),
        chosen("value"),
        chosen("low"),
        chosen("high"),
        np.where(better, new.status, old.status).astype(object),
    )
