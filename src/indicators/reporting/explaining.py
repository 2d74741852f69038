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
    voice: Voice,
) -> str:
    """Tell which cells of which vintage make an area's figure, and what follows from them.

    Args:
        indicator: The indicator or context series.
        month: ``YYYY-MM``.
        area: A published area or a group of the settings.
        snapshots: The vintages read.
        areas: Names, and members of groups.
        catalogue: The words for statuses.
        voice: The language.

    Returns:
        Lines of plain text.
    """
    language = voice.language
    named = voice(
        "explain.title",
        name=indicator.short[language],
        area=areas.name(area, language),
        month=voice.month(month),
    )
    if indicator.statfin is None:
        return f"{named}\n\n{voice('explain.not_published')}\n"
    members = called(areas.members(area) if area in areas.groups else (area,), month)
    made = account(snapshots, members, indicator.statfin, month)
    if made is None:
        columns = dict.fromkeys([*indicator.statfin.numerator, *indicator.statfin.denominator])
        return f"{named}\n\n{voice('explain.no_vintage', columns=', '.join(columns))}\n"
    groups = {code: areas.members(code) for code in areas.groups}
    row = _row(published_table(snapshots, [month], groups, catalogue), indicator, area)
    lines = [
        *_made_from(voice, areas, members, made),
        *_follows(voice, catalogue, row),
        (voice("explain.source"), voice("explain.vintage", vintage=voice.day(made.vintage))),
    ]
    return f"{named}\n\n" + "".join(f"{name}: {text}\n" for name, text in lines)


def _row(table: pd.DataFrame, indicator: Indicator, area: str) -> Mapping[str, Any]:
    mine = table[(table["indicator"] == indicator.id) & (table["area"] == area)]
    return {str(name): value for name, value in mine.iloc[0].items()}


def _made_from(
    voice: Voice, areas: Areas, members: Sequence[str], made: Account
) -> list[tuple[str, str]]:
    lines = []
    if len(members) > 1:
        names = [areas.name(member, voice.language) for member in members]
        lines.append((voice("explain.members"), ", ".join(names)))
    lines.append((voice("explain.numerator"), _sum(voice, made.numerator)))
    if made.denominator:
        lines.append((voice("explain.denominator"), _sum(voice, made.denominator)))
    return lines


def _sum(voice: Voice, parts: Sequence[Part]) -> str:
    return " + ".join(f"{part.column} {_part(voice, part)}" for part in parts)


def _part(voice: Voice, part: Part) -> str:
    shown = voice.number(part.shown)
    if not part.hidden:
        return shown
    key = "explain.hidden_one" if part.hidden == 1 else "explain.hidden"
    said = {"shown": shown} | ({"cells": str(part.hidden)} if part.hidden > 1 else {})
    return f"({voice(key, **said)})"


def _follows(voice: Voice, catalogue: Catalogue, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The value with its bounds, and its status with what that means."""
    status, language = str(row["status"]), voice.language
    unit = catalogue.label("unit", str(row["unit"]), language)
    lines = []
    if not isnan(row["value"]):
        lines.append((voice("explain.value"), f"{_exact(voice, row['value'])} {unit}"))
    if status == "bounded":
        bounds = f"{_exact(voice, row['low'])}–{_exact(voice, row['high'])}"
        lines.append((voice("explain.bounds"), bounds))
    label = catalogue.label("status", status, language)
    meaning = catalogue.explanation("status", status, language)
    return [*lines, (voice("explain.status"), f"{label}. {meaning}")]


def _exact(voice: Voice, value: float) -> str:
    return voice.number(value, 0 if value == int(value) else DECIMALS)
