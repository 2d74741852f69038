"""What a figure shows, in words, from the same data it is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from indicators.reporting.telling import Teller
from indicators.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a figure: its name, the quantity it is of, and its values."""

    name: str
    quantity: str
    values: pd.Series


def gaps_of(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The first and last months of the times of which no series of a figure knows anything.

    Args:
        lines: What is drawn; months before the first and after the last known are no gap.
    """
    known = pd.concat([one.values.notna() for one in lines], axis=1).sort_index()
    some = known.fillna(value=False).astype(bool).any(axis=1)
    months = list(some.index[some])
    between = [
        (before + pd.DateOffset(months=1), after - pd.DateOffset(months=1))
        for before, after in pairwise(months)
    ]
    return [(f"{first:%Y-%m}", f"{last:%Y-%m}") for first, last in between if first <= last]


def say_gaps(gaps: Sequence[tuple[str, str]], voice: Voice) -> str:
    """Gaps as a list of times."""
    return voice.listing(
        [
            voice.month(first)
            if first == last
            else f"{voice.month(first)}\N{NO-BREAK SPACE}– {voice.month(last)}"
            for first, last in gaps
        ]
    )


def describe(kind: str, lines: Sequence[Line], teller: Teller, *, panels: int = 0) -> str:
    """The alternative text of a figure.

    Args:
        kind: ``line_chart``, ``area_chart`` or ``small_multiples`` of ``alt.toml``.
        lines: What is drawn.
        teller: Says numbers and months.
        panels: How many figures stand side by side.
    """
    voice = teller.voice
    first = min(line.values.index[0] for line in lines)
    last = max(line.values.index[-1] for line in lines)
    gaps = gaps_of(lines)
    told = [_line(line, teller) for line in lines]
    told += [voice("alt.gaps", gaps=say_gaps(gaps, voice))] if gaps else []
    return voice(
        f"alt.{kind}",
        first=voice.month(f"{first:%Y-%m}"),
        last=voice.month(f"{last:%Y-%m}"),
        series=" ".join(told),
        count=str(panels),
    )


def _line(line: Line, teller: Teller) -> str:
    known = line.values.dropna()
    voice = teller.voice
    if known.empty:
        return f"{line.name}: {teller.status('not_available')}."

    def month(moment: object) -> str:
        return voice.month(f"{moment:%Y-%m}")

    return voice(
        "alt.series",
        name=line.name,
        last=month(known.index[-1]),
        last_value=teller.number(known.iloc[-1], line.quantity),
        max_value=teller.number(known.max(), line.quantity),
        max_month=month(known.idxmax()),
        min_value=teller.number(known.min(), line.quantity),
        min_month=month(known.idxmin()),
    )
