"""Numbers of effects as the texts want them, by outcome: ``{activation_rate_ci}`` and so on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indicators.reporting.evaluation.numbers import (
    FINNISH,
    change,
    interval,
    number,
    p_equals,
    p_value,
)
from indicators.reporting.evaluation.results import Record
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.wording import say
from indicators.reporting.voice import Voice

#: An effect is said to stand out from chance below this adjusted p value.
SIZE = 0.05


def told(
    rows: Mapping[str, Record],
    outcomes: Iterable[str],
    translator: Voice = FINNISH,
    p_column: str = "p_value",
) -> dict[str, str]:
    """Estimate, interval, p value and verdict of each outcome.

    Args:
        rows: By outcome, with ``estimate`` and, where there are such, ``ci_low``,
            ``ci_high`` and p values.
        outcomes: Which.
        translator: Says the numbers.
        p_column: The p value that is told.
    """
    found: dict[str, str] = {}
    for name in outcomes:
        row = rows[name]
        found[name] = change(row["estimate"], translator=translator)
        if "ci_low" in row:
            found[f"{name}_ci"] = interval(row["ci_low"], row["ci_high"], translator=translator)
        found[f"{name}_p"] = p_equals(row[p_column], translator)
        found[f"{name}_p_bare"] = p_value(row[p_column], translator)
        found[f"{name}_verdict"] = verdict(row[p_column], translator)
    return found


def verdict(p: float, translator: Voice = FINNISH) -> str:
    """Whether an effect stands out from chance, in words."""
    end = "" if translator == FINNISH else "_en"
    return say(f"common.{'found' if p < SIZE else 'not_found'}{end}")


def region_stands_out(source: Source) -> bool:
    """Whether any of the three outcomes of the region stands out, several looked at."""
    rows = source.results.records_by("outcome", "region", window="first_year")
    return any(rows[name]["p_adjusted"] < SIZE for name in TOGETHER)


def trends_differ(source: Source) -> bool:
    """Whether trial municipalities parted from the controls before the trial began."""
    return source.results.value("pretrends", "p_value", outcome="unemployment_share") < SIZE


def detectable(source: Source, name: str, translator: Voice = FINNISH) -> dict[str, str]:
    """The smallest effect that a design could have found, by outcome told together."""
    rows = source.results.records_by("outcome", name, window="first_year")
    return {
        f"{outcome}_detectable": number(rows[outcome]["detectable"], 1, translator)
        for outcome in TOGETHER
    }
