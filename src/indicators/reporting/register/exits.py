"""Job searches ended in the month, by reason."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import period, year_cells, year_heads
from indicators.reporting.register.readings import Figure

INDICATOR = "job_search_exits"
REASONS = (
    "open_market",
    "layoff_return",
    "subsidised",
    "entrepreneurship",
    "studies",
    "abroad",
    "other",
    "unknown",
    "total",
)
FIGURES = [Figure(INDICATOR, one) for one in REASONS]


def exits(context: Context) -> Fragment:
    """A panel a reason, and a table of the month and the year before."""
    translator = context.translator
    panels = [
        Panel(telling.statistic(context, figure), [curve(context, figure)]) for figure in FIGURES
    ]
    drawn = small_multiples(
        context, "figures/register-exits.svg", panels, [INDICATOR], height=144.0
    )
    rows = [(telling.statistic(context, figure), year_cells(context, figure)) for figure in FIGURES]
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_exits.title"), "sec-register-exits", 3),
        f"{translator('register_exits.intro')} {_unknown(context)}",
        telling.lacking(context, FIGURES),
        telling.shown(
            context,
            drawn,
            "fig-register-exits",
            translator("register_exits.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            year_heads(context, translator("register_exits.reason")),
            rows,
            "tbl-register-exits",
            translator(
                "register_exits.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _unknown(context: Context) -> str:
    """The share of ends whose reason is not known: the register misses ways into work."""
    unknown, total = (
        context.register.reading(Figure(INDICATOR, statistic), context.group, context.month)
        for statistic in ("unknown", "total")
    )
    if not (unknown.known and total.value > 0):
        return ""
    share = context.translator.percent(100 * unknown.value / total.value)
    return context.translator("register_exits.unknown", share=share)
