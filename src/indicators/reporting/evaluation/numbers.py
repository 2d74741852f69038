"""Estimates as the report writes them."""

from __future__ import annotations

from math import isnan

from indicators.reporting.voice import NO_BREAK, Voice

FINNISH, ENGLISH = Voice("fi"), Voice("en")
UNKNOWN = "–"
#: Ends of an interval are set apart by an ellipsis: a dash would look like a minus sign. The
#: word joiners keep both ends on one line.
TO = "\N{WORD JOINER}…\N{WORD JOINER}"


def number(value: float, decimals: int = 2, translator: Voice = FINNISH) -> str:
    """A number, or a dash where there is none."""
    return UNKNOWN if isnan(value) else translator.number(value, decimals)


def change(value: float, decimals: int = 2, translator: Voice = FINNISH) -> str:
    """A number with its sign."""
    return UNKNOWN if isnan(value) else translator.number(value, decimals, signed=True)


def interval(low: float, high: float, decimals: int = 2, translator: Voice = FINNISH) -> str:
    """Both ends of an interval with their signs."""
    if isnan(low) or isnan(high):
        return UNKNOWN
    return f"{change(low, decimals, translator)}{TO}{change(high, decimals, translator)}"


def p_value(value: float, translator: Voice = FINNISH) -> str:
    """A p value with three decimals; one that would be shown as zero is told as below 0.001."""
    if isnan(value):
        return UNKNOWN
    least = 0.001
    if value < least:
        return f"<{NO_BREAK}{translator.number(least, 3)}"
    return translator.number(value, 3)


def share(value: float, translator: Voice = FINNISH) -> str:
    """A percentage with one decimal."""
    return UNKNOWN if isnan(value) else translator.percent(value)


def count(value: float, translator: Voice = FINNISH) -> str:
    """A whole number."""
    return translator.number(value)


def p_equals(value: float, translator: Voice = FINNISH) -> str:
    """A p value with its letter: ``p = 0,071`` or ``p < 0,001``."""
    text = p_value(value, translator)
    return f"p{NO_BREAK}{text}" if text.startswith("<") else f"p{NO_BREAK}={NO_BREAK}{text}"
