"""Customers per specialist of the trial's offices."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Curve, Panel, small_multiples
from indicators.reporting.register.parts import period, year_cells, year_heads
from indicators.reporting.register.readings import Figure

INDICATOR = "caseload"
FIGURES = [
    Figure(INDICATOR, one, "trial_office")
    for one in (
        "customers_per_fte",
        "customers_per_specialist_median",
        "customers_per_specialist_max",
    )
]


def caseload(context: Context) -> Fragment:
    """A panel each, and a table of the month and the year before; of the offices together."""
    translator = context.translator
    # Specialists have no municipality: the figures are those of all the trial's offices.
    area = context.country
    panels = [
        Panel(
            telling.statistic(context, figure),
            [
                Curve(
                    "",
                    context.register.series(figure, area),
                    hidden=context.register.hidden(figure, area),
                )
            ],
        )
        for figure in FIGURES
    ]
    drawn = small_multiples(
        context, "figures/register-caseload.svg", panels, [INDICATOR], height=165.6, sharey=True
    )
    rows = [
        (telling.statistic(context, figure), year_cells(context, figure, area=area))
        for figure in FIGURES
    ]
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_caseload.title"), "sec-register-caseload", 3),
        translator("register_caseload.intro"),
        telling.shown(
            context,
            drawn,
            "fig-register-caseload",
            translator("register_caseload.caption_figure", **dates),
        ),
        telling.tabled(
            context,
            year_heads(context, translator("common.figure")),
            rows,
            "tbl-register-caseload",
            translator("register_caseload.caption_table", month=translator.month(context.month)),
        ),
    )
