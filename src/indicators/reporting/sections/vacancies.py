"""Open vacancies: not one of the twenty indicators, but background to them."""

from __future__ import annotations

from indicators.reporting.charts.vacancies import INDICATOR, QUANTITY, vacancies_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.sections.parts import drawing
from indicators.reporting.voice import capitalised


def vacancies(context: Context) -> Fragment:
    """The number, the unemployed for each vacancy, and the series."""
    translator = context.translator
    drawn = vacancies_chart(context, "figures/vacancies.svg")
    return join(
        heading(translator("vacancies.title"), "sec-vacancies"),
        translator(
            "vacancies.intro",
            In_month=capitalised(translator.in_month(context.month)),
            locative=context.group_settings.locative[translator.language],
            vacancies=context.formatter.inline(
                context.readings.reading(QUANTITY, context.group), QUANTITY
            ),
            ratio=_unemployed_for_each(context, context.group),
            country_ratio=_unemployed_for_each(context, context.country),
        ),
        drawing(context, drawn, "fig-vacancies", "vacancies.caption", [INDICATOR]),
    )


def _unemployed_for_each(context: Context, area: str) -> str:
    vacant = context.readings.reading(QUANTITY, area)
    unemployed = context.readings.reading("unemployed", area)
    if not vacant.value > 0 or not unemployed.known:
        return context.formatter.status("not_available")
    return context.translator.number(unemployed.value / vacant.value, 1)
