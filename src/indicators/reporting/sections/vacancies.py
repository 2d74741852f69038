"""Open vacancies: not one of the twenty indicators, but background to them."""

from __future__ import annotations

from indicators.reporting.charts.vacancies import INDICATOR, QUANTITY, vacancies_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.sections.parts import drawing
from indicators.reporting.voice import capitalised


def vacancies(context: Context) -> Fragment:
    """The number, the unemployed for each vacancy, and the series."""
    voice = context.voice
    drawn = vacancies_chart(context, "figures/vacancies.svg")
    return join(
        heading(voice("vacancies.title"), "sec-vacancies"),
        voice(
            "vacancies.intro",
            In_month=capitalised(voice.in_month(context.month)),
            locative=context.group_settings.locative[voice.language],
            vacancies=context.teller.inline(context.readings.of(QUANTITY, context.group), QUANTITY),
            ratio=_unemployed_for_each(context, context.group),
            country_ratio=_unemployed_for_each(context, context.country),
        ),
        drawing(context, drawn, "fig-vacancies", "vacancies.caption", [INDICATOR]),
    )


def _unemployed_for_each(context: Context, area: str) -> str:
    vacant = context.readings.of(QUANTITY, area)
    unemployed = context.readings.of("unemployed", area)
    if not vacant.value > 0 or not unemployed.known:
        return context.teller.status("not_available")
    return context.voice.number(unemployed.value / vacant.value, 1)
