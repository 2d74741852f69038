"""The method annex: what each indicator is, from the catalogue."""

from __future__ import annotations

from indicators.catalogue import Indicator, Parameter
from indicators.catalogue.explaining import parameter_value
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, bullets, heading, join


def method(context: Context) -> Fragment:
    """All definitions, in order of number."""
    return join(
        heading(context.voice("method.title"), "sec-method"),
        context.voice("method.intro"),
        *(_definition(context, one) for one in context.catalogue.indicators),
    )


def _definition(context: Context, one: Indicator) -> str:
    language = context.voice.language
    label = f"sec-{one.id.replace('_', '-')}"
    title = heading(f"{one.number} {one.name[language]}", label, 3)
    return f"{title}\n\n{one.definition[language]}\n\n{bullets(_properties(context, one))}"


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
    if one.parameters:
        told = "; ".join(_parameter(context, one, parameter) for parameter in one.parameters)
        lines.append({"parameters": told})
    return ["; ".join(_named(context, *item) for item in line.items()) for line in lines]


def _parameter(context: Context, one: Indicator, parameter: Parameter) -> str:
    """What a parameter is and its value; one that is not the default stands out."""
    language, definitions = context.voice.language, context.catalogue
    value = parameter_value(definitions, one.id, parameter, language)
    if definitions.value(one.id, parameter) != parameter.default:
        value = f"**{value}**"
    return f"{parameter.description[language]}: {value}"


def _named(context: Context, name: str, text: str) -> str:
    return f"**{context.voice(f'method.{name}')}:** {text}"
