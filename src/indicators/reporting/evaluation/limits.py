"""What can be said and what cannot."""

from __future__ import annotations

from indicators.reporting.evaluation.numbers import p_equals
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.told import (
    detectable,
    region_stands_out,
    told,
    trends_differ,
)
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, bullets, heading, join

FIRST = "first_year"


def limits(source: Source) -> Fragment:
    """What can be said and what cannot."""
    effects = source.results.records_by("outcome", "differences", window=FIRST)
    pretrend = source.results.value("pretrends", "p_value", outcome="unemployment_share")
    trends = "caution" if trends_differ(source) else "no_caution"
    can = [
        source.say(f"limits.can_{'some' if region_stands_out(source) else 'none'}"),
        say("limits.can_size", **detectable(source, "region")),
        say("limits.can_trials", **told(effects, TOGETHER))
        + " "
        + say(f"limits.can_trials_{trends}", pretrend_p=p_equals(pretrend)),
    ]
    return join(
        heading(say("limits.title"), "sec-limits"),
        heading(say("limits.can_title"), "sec-can", 3),
        bullets(can),
        heading(say("limits.cannot_title"), "sec-cannot", 3),
        source.say("limits.cannot"),
        say("limits.earlier"),
    )
