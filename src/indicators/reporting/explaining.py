"""How a figure came about, in words: for the reader who doubts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from indicators.areas import Areas
from indicators.areas.mergers import called
from indicators.catalogue import Catalogue, Indicator
from indicators.measures.account import Account, Part, account
from indicators.measures.published import published_table
from indicators.reporting.voice import Voice
from indicators.sources.statfin import Snapshots

# More than is ever published: a reader who checks a figure wants its digits.
DECIMALS = 4


def explain_figure(
    indicator: Indicator,
    month: str,
    area: str,
    *,
    snapshots: Snapshots,
    areas: Areas,
    catalogue: Catalogue,
    translator: Voice,
) -> str:
    """Tell which cells of which vintage make an area's figure, and what follows from them.

    Args:
        indicator: The indicator or context series.
        month: ``YYYY-MM``.
        area: A published area or a group of the settings.
        snapshots: The vintages read.
        areas: Names, and members of groups.
        catalogue: The words for statuses.
        translator: The language.

    Returns:
        Lines of plain text.
    """
    language = translator.language
    named = translator(
        "explain.title",
        name=indicator.short[language],
        area=areas.name(area, language),
        month=translator.month(month),
    )
    if indicator.statfin is None:
        return f"{named}\n\n{translator('explain.not_published')}\n"
    members = called(areas.members(area) if area in areas.groups else (area,), month)
    account_of_figure = account(snapshots, members, indicator.statfin, month)
    if account_of_figure is None:
        columns = dict.fromkeys([*indicator.statfin.numerator, *indicator.statfin.denominator])
        return f"{named}\n\n{translator('explain.no_vintage', columns=', '.join(columns))}\n"
    groups = {code: areas.members(code) for code in areas.groups}
    row = _row(published_table(snapshots, [month], groups, catalogue), indicator, area)
    lines = [
        *_made_from(translator, areas, members, account_of_figure),
        *_follows(translator, catalogue, row),
        (
            translator("explain.source"),
            translator("explain.vintage", vintage=translator.day(account_of_figure.vintage)),
        ),
    ]
    return f"{named}\n\n" + "".join(f"{name}: {text}\n" for name, text in lines)


def _row(table: pd.DataFrame, indicator: Indicator, area: str) -> Mapping[str, Any]:
    rows = table[(table["indicator"] == indicator.id) & (table["area"] == area)]
    return {str(name): value for name, value in rows.iloc[0].items()}


def _made_from(
    translator: Voice, areas: Areas, members: Sequence[str], account_of_figure: Account
) -> list[tuple[str, str]]:
    lines = []
    if len(members) > 1:
        names = [areas.name(member, translator.language) for member in members]
        lines.append((translator("explain.members"), ", ".join(names)))
    lines.append((translator("explain.numerator"), _sum(translator, account_of_figure.numerator)))
    if account_of_figure.denominator:
        lines.append(
            (translator("explain.denominator"), _sum(translator, account_of_figure.denominator))
        )
    return lines


def _sum(translator: Voice, parts: Sequence[Part]) -> str:
    return " + ".join(f"{part.column} {_part(translator, part)}" for part in parts)


def _part(translator: Voice, part: Part) -> str:
    shown = translator.number(part.shown)
    if not part.hidden:
        return shown
    key = "explain.hidden_one" if part.hidden == 1 else "explain.hidden"
    values = {"shown": shown} | ({"cells": str(part.hidden)} if part.hidden > 1 else {})
    return f"({translator(key, **values)})"


def _follows(
    translator: Voice, catalogue: Catalogue, row: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """The value with its bounds, and its status with what that means."""
    status, language = str(row["status"]), translator.language
    unit = catalogue.label("unit", str(row["unit"]), language)
    lines = []
    if not isnan(row["value"]):
        lines.append((translator("explain.value"), f"{_exact(translator, row['value'])} {unit}"))
    if status == "bounded":
        bounds = f"{_exact(translator, row['low'])}–{_exact(translator, row['high'])}"
        lines.append((translator("explain.bounds"), bounds))
    label = catalogue.label("status", status, language)
    meaning = catalogue.explanation("status", status, language)
    return [*lines, (translator("explain.status"), f"{label}. {meaning}")]


def _exact(translator: Voice, value: float) -> str:
    return translator.number(value, 0 if value == int(value) else DECIMALS)
