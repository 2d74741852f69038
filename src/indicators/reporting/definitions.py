"""An indicator's definition as Markdown, with the values of parameters that are in force."""

from __future__ import annotations

from indicators.catalogue.model import Indicator, Parameter
from indicators.catalogue.show import parameter_value
from indicators.reporting.context import Context
from indicators.reporting.markdown import bullet_list


def definition_text(context: Context, indicator: Indicator) -> str:
    """An indicator's number and name in bold, and its definition; no heading, so it fits anywhere.

    Series that stand beside the indicators have no number.
    """
    name = indicator.name[context.translator.language]
    title = f"{indicator.number} {name}" if indicator.number else name
    return f"**{title}**\n\n{definition_body(context, indicator)}"


def definition_body(context: Context, indicator: Indicator) -> str:
    """The definition and a list of properties: what is divided by what, of whom, how sure."""
    definition = indicator.definition[context.translator.language]
    return f"{definition}\n\n{bullet_list(_properties(context, indicator))}"


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
        parameters = "; ".join(
            _parameter(context, indicator, parameter) for parameter in indicator.parameters
        )
        lines.append({"parameters": parameters})
    return ["; ".join(_named_property(context, *item) for item in line.items()) for line in lines]


def _parameter(context: Context, indicator: Indicator, parameter: Parameter) -> str:
    """The description of a parameter and its value, in bold where it is not the default."""
    language, catalogue = context.translator.language, context.catalogue
    value = parameter_value(catalogue, indicator.id, parameter, language)
    if catalogue.value(indicator.id, parameter) != parameter.default:
        value = f"**{value}**"
    return f"{parameter.description[language]}: {value}"


def _named_property(context: Context, name: str, text: str) -> str:
    return f"**{context.translator(f'method.{name}')}:** {text}"
