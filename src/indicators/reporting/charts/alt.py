"""What a figure shows, in words, from the same data it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from indicators.reporting.readings import ReadingFormatter
from indicators.reporting.wording import Translator


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A series of a figure: its name, the quantity it is of, and its values."""

    name: str
    quantity: str
    values: pd.Series


def common_gaps(lines: Sequence[ChartLine]) -> list[tuple[str, str]]:
    """The first and last months of the times of which no series of a figure knows anything.

    Args:
        lines: What is drawn; months before the first and after the last known are no gap.
    """
    known = pd.concat([line.values.notna() for line in lines], axis=1, sort=True)
    some = known.fillna(value=False).astype(bool).any(axis=1)
    months = list(some.index[some])
    between = [
        (before + pd.DateOffset(months=1), after - pd.DateOffset(months=1))
        for before, after in pairwise(months)
        if after - before > pd.Timedelta(days=31)
    ]
    return [(f"{first:%Y-%m}", f"{last:%Y-%m}") for first, last in between]


def gaps_text(gaps: Sequence[tuple[str, str]], translator: Translator) -> str:
    """Gaps as a list of times."""
    return translator.listing(
        [
            translator.month(first)
            if first == last
            else f"{translator.month(first)}\N{NO-BREAK SPACE}– {translator.month(last)}"
            for first, last in gaps
        ]
    )


def alternative_text(
    kind: str, lines: Sequence[ChartLine], formatter: ReadingFormatter, *, panels: int = 0
) -> str:
    """The alternative text of a figure.

    Args:
        kind: ``line_chart``, ``area_chart`` or ``small_multiples`` of ``alt.toml``.
        lines: What is drawn.
        formatter: Says numbers and months.
        panels: How many figures stand side by side.
    """
    translator = formatter.translator
    first = min(line.values.index[0] for line in lines)
    last = max(line.values.index[-1] for line in lines)
    gaps = common_gaps(lines)
    sentences = [_line_text(line, formatter) for line in lines]
    sentences += [translator("alt.gaps", gaps=gaps_text(gaps, translator))] if gaps else []
    return translator(
        f"alt.{kind}",
        first=translator.month(f"{first:%Y-%m}"),
        last=translator.month(f"{last:%Y-%m}"),
        series=" ".join(sentences),
        count=str(panels),
    )


def _line_text(line: ChartLine, formatter: ReadingFormatter) -> str:
    known = line.values.dropna()
    translator = formatter.translator
    if known.empty:
        return f"{line.name}: {formatter.status('not_available')}."

    def month(moment: object) -> str:
        return translator.month(f"{moment:%Y-%m}")

    return translator(
        "alt.series",
        name=line.name,
        last=month(known.index[-1]),
        last_value=formatter.number(known.iloc[-1], line.quantity),
        max_value=formatter.number(known.max(), line.quantity),
        max_month=month(known.idxmax()),
        min_value=formatter.number(known.min(), line.quantity),
        min_month=month(known.idxmin()),
    )
