"""Plans that are up to date, and the plan debt."""

from __future__ import annotations

from indicators.reporting.charts import style
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import area_heads, area_rows, period
from indicators.reporting.register.readings import Figure

INDICATOR = "plan_coverage"
SHARE = Figure(INDICATOR, "valid_share", decimals=1)
NEVER, EXPIRED, DEBT = (Figure(INDICATOR, one) for one in ("debt_never", "debt_expired", "debt"))
FIGURES = (SHARE, NEVER, EXPIRED, DEBT)


def plans(context: Context) -> Fragment:
    """The share of valid plans, the debt in its two parts, and a table by municipality."""
    translator = context.translator
    panels = [
        Panel(f"{telling.statistic(context, SHARE)}, %", [curve(context, SHARE)]),
        Panel(telling.statistic(context, EXPIRED), [curve(context, EXPIRED, "", style.BLUE)]),
        Panel(telling.statistic(context, NEVER), [curve(context, NEVER, "", style.DARK_ORANGE)]),
    ]
    drawn = small_multiples(
        context, "figures/register-plans.svg", panels, [INDICATOR], height=165.6
    )
    names = [telling.statistic(context, figure) for figure in FIGURES]
    names[0] += ", %"
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_plans.title"), "sec-register-plans", 3),
        translator("register_plans.intro"),
        telling.shown(
            context,
            drawn,
            "fig-register-plans",
            translator("register_plans.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            area_heads(context, names),
            area_rows(context, FIGURES),
            "tbl-register-plans",
            translator("register_plans.caption_table", month=translator.month(context.month)),
        ),
    )
