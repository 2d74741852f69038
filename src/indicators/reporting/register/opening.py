"""What the second part is, and that its figures are made up where they are."""

from __future__ import annotations

from datetime import date

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, heading, join
from indicators.reporting.register.telling import mark

SECTIONS = (
    "populations",
    "flows",
    "durations",
    "structural",
    "starts",
    "exits",
    "plans",
    "offers",
    "caseload",
    "resources",
    "kela",
    "surveys",
)


def opening(context: Context) -> Fragment:
    """The part's heading, the notice over made-up figures, and where what is."""
    voice = context.voice
    extract = voice.day(date.fromisoformat(context.register.extract_date))
    first, last = context.register.months[0], context.register.months[-1]
    title = voice("register.title")
    links = [f"[{voice(f'register_{one}.title')}](#sec-register-{one})" for one in SECTIONS]
    return join(
        heading(f"{title} ({mark(context).lower()})" if mark(context) else title, "sec-register"),
        box(voice("register.notice"), "synthetic-notice") if mark(context) else "",
        voice(
            "register.intro",
            group=context.area_name(context.group),
            extract=extract,
            first=voice.month(first),
            last=voice.month(last),
        ),
        voice("register.contents", contents=" · ".join(links)),
    )
