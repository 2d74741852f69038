"""Reconciliations in words, for a terminal, in Finnish, Swedish and English."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from indicators.reconciliation.outcomes import Identities
    from indicators.reconciliation.report import Reconciliation

_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_NAMED = 10

Rows = list[tuple[str, ...]]


def tell(found: Reconciliation, language: str, *, by_area: bool = True) -> str:
    """The gap table in words: a summary by statistic, and the largest gaps by name if asked."""
    texts, table = _words(), found.table
    if table.empty:
        return f"{texts['nothing'][language]}\n"
    head = texts["head"][language].format(
        compared=_number(len(table), language),
        within=_number(int(table["within"].sum()), language),
        share=_number(100 * found.tolerance, language, most=2),
        persons=_number(found.tolerance_persons, language, most=2),
    )
    lines = [head, *([texts["made_up"][language]] if found.made_up else [])]
    lines += ["", *_grid(texts["summary"][language], _summary(table, language), texts=2)]
    outside = found.outside if by_area else found.outside.head(0)
    if len(outside):
        gaps = _gaps(outside.head(_NAMED), language)
        lines += ["", texts["outside"][language], *_grid(texts["gaps"][language], gaps, texts=4)]
    if len(outside) > _NAMED:
        more = _number(len(outside) - _NAMED, language)
        lines += [texts["more"][language].format(more=more)]
    return "\n".join(lines) + "\n"


def tell_identities(found: Identities, language: str) -> str:
    """How many comparisons were made of each identity; that all hold is what this tells."""
    texts = _words()
    head = texts["identities"][language].format(compared=_number(found.compared, language))
    rows = [
        (texts["identity"][identity][language], _number(count, language))
        for identity, count in found.counts.items()
    ]
    return "\n".join([head, "", *_grid(texts["identity_columns"][language], rows, texts=1)]) + "\n"


def identity(name: str, language: str = "en") -> str:
    """An identity in words."""
    return str(_words()["identity"][name][language])


def _summary(table: pd.DataFrame, language: str) -> Rows:
    rows = []
    keys = ["indicator", "statistic", "compared"]
    for (indicator, statistic, compared), rows_of_statistic in table.groupby(keys, sort=False):
        share = 100 * rows_of_statistic["share"].dropna()
        largest = max(share.tolist(), key=abs, default=math.nan)
        shares = (_signed(number, language) for number in (float(share.median()), largest))
        counts = (
            _number(number, language)
            for number in (len(rows_of_statistic), int(rows_of_statistic["within"].sum()))
        )
        label = _statistic(str(statistic), str(compared), language)
        rows.append((str(indicator), label, *counts, *shares))
    return rows


def _gaps(outside: pd.DataFrame, language: str) -> Rows:
    return [
        (
            str(row["indicator"]),
            _statistic(str(row["statistic"]), str(row["compared"]), language),
            *(str(row[name]) for name in ("month", "area")),
            *(_number(row[name], language, most=1) for name in ("register", "statfin")),
            *(_signed(gap, language) for gap in (row["gap"], 100 * row["share"])),
        )
        for row in outside.to_dict("records")
    ]


def _statistic(statistic: str, compared: str, language: str) -> str:
    """Where the numerators are compared, this is said in place of the statistic."""
    return statistic if compared == "value" else str(_words()[compared][language])


def _number(value: float, language: str, *, most: int = 0, least: int = 0) -> str:
    from babel.numbers import format_decimal

    decimals = "0" * least + "#" * (most - least)
    pattern = "#,##0" + ("." + decimals if decimals else "")
    text: str = format_decimal(abs(value), format=pattern, locale=_LOCALES[language])
    sign = (
        "\N{MINUS SIGN}"
        if value < 0 and any(sign_of_text in "123456789" for sign_of_text in text)
        else ""
    )
    return sign + text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")


def _signed(value: float, language: str) -> str:
    """A gap with its sign and one decimal; a dash where there is none to tell."""
    if math.isnan(value):
        return "\N{EN DASH}"
    text = _number(value, language, most=1, least=1)
    return text if value <= 0 else f"+{text}"


def _grid(head: str, rows: Sequence[tuple[str, ...]], *, texts: int) -> list[str]:
    """Columns below their heads, the first ones texts; columns of figures end flush."""
    table = [tuple(head.split("|")), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(_aligned(row, widths, texts)).rstrip() for row in table]


def _aligned(row: Sequence[str], widths: Sequence[int], texts: int) -> list[str]:
    sized = enumerate(zip(row, widths, strict=True))
    return [
        cell.ljust(width) if column < texts else cell.rjust(width)
        for column, (cell, width) in sized
    ]


@cache
def _words() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
