"""The method annex: what each indicator is, from the catalogue."""

from __future__ import annotations

from indicators.catalogue import Indicator, Parameter
from indicators.catalogue.explaining import parameter_value
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, bullets, heading, join


def method(context: Context) -> Fragment:
    """All definitions, in order of number."""
    return join(
        heading(context.translator("method.title"), "sec-method"),
        context.translator("method.intro"),
        *(_definition(context, indicator) for indicator in context.catalogue.indicators),
    )


def _definition(context: Context, indicator: Indicator) -> str:
    language = context.translator.language
    label = f"sec-{indicator.id.replace('_', '-')}"
    title = heading(f"{indicator.number} {indicator.name[language]}", label, 3)
    return (
        f"{title}\n\n{indicator.definition[language]}\n\n{bullets(_properties(context, indicator))}"
    )


def _properties(context: Context, indicator: Indicator) -> list[str]:
    language, label = context.translator.language, context.catalogue.label
    sources = ", ".join(label("source", source, language) for source in indicator.sources)
    populations = ", ".join(
        label("population", population, language) for population in indicator.populations
    )
    certainty = f"{indicator.grade}. {indicator.certainty.note[language]}"
    lines = [
        {"numerator": indicator.numerator[language]},
        {"denominator": indicator.denominator[language]},
        {
            "unit": label("unit", indicator.unit, language),
            "count_moment": label("count_moment", indicator.count_moment, language),
        },
        {"population": populations, "sources": sources},
        {"certainty": certainty},
    ]
    if indicator.parameters:
        told = "; ".join(
            _parameter(context, indicator, parameter) for parameter in indicator.parameters
        )
        lines.append({"parameters": told})
    return ["; ".join(_named(context, *item) for item in line.items()) for line in lines]


def _parameter(context: Context, one: Indicator, parameter: Parameter) -> str:
    """What a parameter is and its value; one that is not the default stands out."""
    language, definitions = context.translator.language, context.catalogue
    value = parameter_value(definitions, one.id, parameter, language)
    if definitions.value(one.id, parameter) != parameter.default:
        value = f"**{value}**"
    return f"{parameter.description[language]}: {value}"


def _named(context: Context, name: str, text: str) -> str:
    return f"**{context.translator(f'method.{name}')}:** {text}"
