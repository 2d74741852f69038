"""The indicators that published statistics cannot give, by name, and why."""

from __future__ import annotations

from indicators.catalogue import Indicator
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, bullets, heading, join
from indicators.reporting.readings import QUANTITIES

# An indicator of several sources lacks the one that its numbers come from.
_SOURCES = ("survey", "kela", "administrative", "register")


def not_computed(context: Context) -> Fragment:
    """The indicators that are missing, wholly or in part, under the reason they have in common."""
    by_reason: dict[str, list[str]] = {}
    for indicator in context.catalogue.indicators:
        for reason in _reasons(context, indicator):
            name = f"{indicator.number} {indicator.name[context.translator.language]}"
            by_reason.setdefault(reason, []).append(name)
    parts = [f"**{reason}**\n\n{bullets(names)}" for reason, names in by_reason.items()]
    return join(
        heading(context.translator("not_computed.title"), "sec-not-computed"),
        context.translator("not_computed.intro"),
        *parts,
    )


def _reasons(context: Context, indicator: Indicator) -> list[str]:
    """Why an indicator is missing or told in part; none if it is all there."""
    if indicator.statfin is None:
        source = next(source for source in _SOURCES if source in indicator.sources)
        return [context.translator(f"not_computed.{source}")]
    reasons = []
    if indicator.statfin.denominator_missing:
        reasons.append(context.translator("not_computed.denominator"))
    elif len(indicator.statistics) > 1:
        shown = (
            indicator.statistic(indicator.statfin.statistic)
            .label[context.translator.language]
            .lower()
        )
        reasons.append(context.translator("not_computed.only_statistic", shown=shown))
    return reasons + _ended(context, indicator)


def _ended(context: Context, indicator: Indicator) -> list[str]:
    """Said of an indicator whose published figures end before the month."""
    quantity = next(
        name for name, quantity in QUANTITIES.items() if quantity.indicator == indicator.id
    )
    last = context.readings.last_known(quantity, context.group)
    if last is None or last == context.month:
        return []
    return [context.translator("not_computed.ended", last=context.translator.month(last))]
