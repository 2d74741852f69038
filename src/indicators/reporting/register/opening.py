"""What the second part is, and that its figures are made up where they are."""

from __future__ import annotations

from datetime import date

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, heading, join
from indicators.reporting.register.telling import mark
from indicators.reporting.voice import Voice

SECTIONS = {
    "populations": ("unemployment_duration", "extended_unemployment", "activation_rate"),
    "flows": ("flow_over_3_months", "flow_over_6_months", "flow_over_12_months"),
    "durations": ("unemployment_duration",),
    "structural": ("structural_unemployment",),
    "starts": ("service_starts",),
    "exits": ("job_search_exits",),
    "plans": ("plan_coverage",),
    "offers": ("job_offers", "introductions"),
    "caseload": ("caseload",),
    "resources": ("extended_unemployment",),
    "kela": ("kela_benefits",),
    "surveys": ("satisfaction", "wellbeing_change"),
}
"""The sections, and the indicators of which a section tells."""
# These tell of the reported month alone; the others of the months before it too.
OF_THE_MONTH = ("populations", "offers", "resources")
OF_POPULATION = {"caseload": "trial_office", "resources": "trial_office"}
"""Sections that tell of one population alone."""


def opening(context: Context) -> Fragment:
    """The part's heading, the notice over made-up figures, and where what is.

    Of a month that the register does not cover nothing more than that is told.
    """
    translator = context.translator
    title = translator("register.title")
    head = (
        heading(f"{title} ({mark(context).lower()})" if mark(context) else title, "sec-register"),
        box(translator("register.notice"), "synthetic-notice") if mark(context) else "",
    )
    extract = translator.day(date.fromisoformat(context.register.extract_date))
    if not context.register.covers(context.month):
        month = translator.month(context.month)
        return join(*head, translator("register.not_covered", extract=extract, month=month))
    links = [f"[{_title(translator, section)}](#{_label(section)})" for section in SECTIONS]
    return join(
        *head,
        translator(
            "register.intro",
            group=context.area_name(context.group),
            extract=extract,
            first=translator.month(context.register.months[0]),
            last=translator.month(context.register.months[-1]),
        ),
        translator("register.contents", contents=" · ".join(links)),
    )


def unknown(context: Context, section: str) -> Fragment | None:
    """A section's heading and why nothing can be told of it; None where something can."""
    month = context.month if section in OF_THE_MONTH else None
    selection = (SECTIONS[section], month, OF_POPULATION.get(section))
    if context.register.has_known(*selection):
        return None
    translator = context.translator
    title = heading(_title(translator, section), _label(section), 3)
    if context.register.has_hidden(*selection):
        return join(title, translator("register.all_hidden"))
    return join(title, translator("register.unknown"))


def _title(translator: Voice, section: str) -> str:
    return translator(f"register_{section}.title")


def _label(section: str) -> str:
    return f"sec-register-{section}"
