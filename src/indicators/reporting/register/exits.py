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
    voice = context.voice
    panels = [Panel(telling.statistic(context, one), [curve(context, one)]) for one in FIGURES]
    drawn = small_multiples(
        context, "figures/register-exits.svg", panels, [INDICATOR], height=144.0
    )
    rows = [(telling.statistic(context, one), year_cells(context, one)) for one in FIGURES]
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(voice("register_exits.title"), "sec-register-exits", 3),
        f"{voice('register_exits.intro')} {_unknown(context)}",
        telling.lacking(context, FIGURES),
        telling.shown(
            context,
            drawn,
            "fig-register-exits",
            voice("register_exits.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            year_heads(context, voice("register_exits.reason")),
            rows,
            "tbl-register-exits",
            voice("register_exits.caption_table", group=group, month=voice.month(context.month)),
        ),
    )


def _unknown(context: Context) -> str:
    """The share of ends whose reason is not known: the register misses ways into work."""
    unknown, total = (
        context.register.of(Figure(INDICATOR, one), context.group, context.month)
        for one in ("unknown", "total")
    )
    if not (unknown.known and total.value > 0):
        return ""
    share = context.voice.percent(100 * unknown.value / total.value)
    return context.voice("register_exits.unknown", share=share)
