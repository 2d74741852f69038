"""How a figure of StatFin's further tables came about, in words (``indicators explain``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from indicators.catalogue.model import Indicator, OfficialRecipe
from indicators.catalogue.show import WIDTH, wrap
from indicators.labels import category_label
from indicators.measures.further_snapshots import Scope
from indicators.measures.official import official_context, official_table
from indicators.reporting.wording import Translator, capitalised
from indicators.sources.statfin.further_tables import NO_FURTHER_TABLES, FurtherTables
from indicators.sources.statfin.snapshots import Snapshots

# More than is ever published: a reader who checks a figure wants its digits.
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is asked for.

    Attributes:
        indicator: The indicator or context series.
        area: Of the figure.
        scope: Its one month, the groups and the catalogue.
    """

    indicator: Indicator
    area: str
    scope: Scope


def served_row(asked: Asked, snapshots: Snapshots, tables: FurtherTables) -> Mapping[str, Any]:
    """The row of the long table that an indicator of table 12r5 has."""
    rows = _rows(official_table, asked, snapshots, tables)
    return {str(name): value for name, value in rows.iloc[0].items()}


def official_blocks(
    asked: Asked, snapshots: Snapshots, tables: FurtherTables, translator: Translator
) -> Iterator[str]:
    """A block of lines for each of StatFin's further tables that an indicator is given by.

    Args:
        asked: The figure.
        snapshots: Table 12r5.
        tables: The further tables.
        translator: The language.
    """
    if not asked.indicator.official:
        return
    is_context = asked.indicator.number == 0
    rows = _rows(official_context if is_context else official_table, asked, snapshots, tables)
    before = _rows(official_table, asked, snapshots, NO_FURTHER_TABLES)
    is_replaced = (
        not rows[["value", "status"]]
        .reset_index(drop=True)
        .equals(before[["value", "status"]].reset_index(drop=True))
    )
    for recipe in asked.indicator.official:
        lines = _lines(asked, recipe, rows, tables, translator, is_replaced=is_replaced)
        yield "".join(
            f"{text}\n" for line in lines for text in wrap(line, WIDTH, subsequent_indent="  ")
        )


def _rows(
    make: Callable[[Snapshots, FurtherTables, Scope], pd.DataFrame],
    asked: Asked,
    snapshots: Snapshots,
    tables: FurtherTables,
) -> pd.DataFrame:
    frame = make(snapshots, tables, asked.scope)
    return frame[(frame["indicator"] == asked.indicator.id) & (frame["area"] == asked.area)]


def _lines(
    asked: Asked,
    recipe: OfficialRecipe,
    rows: pd.DataFrame,
    tables: FurtherTables,
    translator: Translator,
    *,
    is_replaced: bool,
) -> Iterator[str]:
    vintages = tables.of(recipe.table)
    if not vintages:
        yield translator("explain.official_missing", table=recipe.table)
        return
    day = translator.day(max(vintage.vintage for vintage in vintages))
    yield translator("explain.official", table=recipe.table, vintage=day)
    yield f"{translator('explain.official_counted')}: {_counted(recipe)}"
    shown = rows[rows["statistic"].isin(recipe.reasons or [recipe.statistic])]
    if recipe.makes == "base":
        yield _base_line(recipe, shown, translator)
    elif recipe.makes == "rate" and not is_replaced:
        yield translator("explain.official_not_taken", table=recipe.table)
    elif shown.empty:
        yield translator("explain.official_not_given", table=recipe.table)
    else:
        for row in shown.to_dict("records"):
            yield _figure(asked, {str(name): row[name] for name in row}, translator)
    grade = translator("explain.official_differs", grade=recipe.grade)
    yield f"{grade}: {recipe.differs[translator.language]}"


def _counted(recipe: OfficialRecipe) -> str:
    """The contents of the table that make the figure, as a formula."""
    part = " + ".join(recipe.contents)
    return f"{part} / ({' + '.join([*recipe.contents, *recipe.rest])})" if recipe.rest else part


def _base_line(recipe: OfficialRecipe, rows: pd.DataFrame, translator: Translator) -> str:
    known = rows[rows["denominator"].notna()]
    if known.empty:
        return translator("explain.official_not_given", table=recipe.table)
    ages = f"{recipe.ages[0]}\N{EN DASH}{recipe.ages[1]}"
    persons = _number(translator, float(known["denominator"].iloc[0]))
    return f"{translator('explain.official_base', ages=ages)}: {persons}"


def _figure(asked: Asked, row: Mapping[str, Any], translator: Translator) -> str:
    language, catalogue = translator.language, asked.scope.catalogue
    name = asked.indicator.statistic(str(row["statistic"])).label[language]
    if row["dimension"] != "total":
        name = f"{name}, {category_label(str(row['dimension']), str(row['category']), language)}"
    status = capitalised(catalogue.label("status", str(row["status"]), language))
    if isnan(row["value"]):
        return f"{name}: {status}"
    unit = catalogue.label("unit", str(row["unit"]), language)
    text = f"{name}: {_number(translator, float(row['value']))} {unit}"
    if row["status"] == "bounded":
        low, high = (_number(translator, float(row[end])) for end in ("low", "high"))
        text += f" ({low}\N{EN DASH}{high})"
    return f"{text}. {status}"


def _number(translator: Translator, value: float) -> str:
    return translator.number(value, 0 if value == int(value) else DECIMALS)


def blocks_text(blocks: Sequence[str]) -> str:
    """Blocks below each other, with an empty line between."""
    return "".join(f"\n{block}" for block in blocks)
