"""The method annex: what each of the twenty indicators is, from the catalogue."""

from __future__ import annotations

from indicators.catalogue import Indicator
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, bullets, heading, join


def method(context: Context) -> Fragment:
    """All twenty definitions, in order of number."""
    return join(
        heading(context.voice("method.title"), "sec-method"),
        context.voice("method.intro"),
        *(_definition(context, one) for one in context.catalogue.indicators),
    )


def _definition(context: Context, one: Indicator) -> str:
    language = context.voice.language
    label = f"sec-{one.id.replace('_', '-')}"
    title = heading(f"{one.number} {one.name[language]}", label, 3)
    return (
        f"{title}\n\n{_flowing(one.definition[language])}\n\n{bullets(_properties(context, one))}"
    )


def _properties(context: Context, one: Indicator) -> list[str]:
    language, label = context.voice.language, context.catalogue.label
    sources = ", ".join(label("source", source, language) for source in one.sources)
    populations = ", ".join(label("population", each, language) for each in one.populations)
    certainty = f"{one.grade}. {one.certainty.note[language]}"
    lines = [
        {"numerator": one.numerator[language]},
        {"denominator": one.denominator[language]},
        {
            "unit": label("unit", one.unit, language),
            "count_moment": label("count_moment", one.count_moment, language),
        },
        {"population": populations, "sources": sources},
        {"certainty": certainty},
    ]
    return ["; ".join(_named(context, *item) for item in line.items()) for line in lines]


def _named(context: Context, name: str, text: str) -> str:
    return f"**{context.voice(f'method.{name}')}:** {_flowing(text)}"


def _flowing(text: str) -> str:
    return " ".join(text.split())
