"""Other languages and forms of the report, and what its figures are about."""

from __future__ import annotations

from datetime import date

from indicators.calendar import count_day
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, join
from indicators.reporting.paths import data_name, register_name, report_name
from indicators.reporting.voice import TAGS, Voice


def opening(context: Context) -> Fragment:
    """Links on the page (not in print), then the scope of the figures."""
    translator = context.translator
    over = context.month > f"{context.settings.trial.end:%Y-%m}"
    scope = translator(
        "opening.scope_over" if over else "opening.scope",
        group_description=context.group_settings.description[translator.language],
        count_day=translator.day(_count_day(context)),
    )
    shown = context.processed.made_up and context.register.covers(context.month)
    ahead = translator("register.ahead") if shown else ""
    return join(_only_on_page(_links(context)), scope, ahead)


def _count_day(context: Context) -> date:
    return count_day(context.month)


def _links(context: Context) -> str:
    month, own_language = context.month, context.translator.language
    others = [
        f"[{Voice(language)('opening.language_name')}](../{language}/{report_name(month, language)}.html)"
        f'{{lang="{TAGS[language]}" hreflang="{TAGS[language]}"}}'
        for language in context.languages
        if language != own_language
    ]
    own = [
        f"[{context.translator('opening.pdf')}]({report_name(month, own_language)}.pdf)",
        f"[{context.translator('opening.csv')}]({data_name(month)})",
        *_register(context),
        f"[{context.translator('opening.all_reports')}](../../../index.html)",
    ]
    return box("\n".join(f"- {link}" for link in (*others, *own)), "language-links")


def _register(context: Context) -> list[str]:
    """The second part's figures, named as made up where they are."""
    if context.processed.register is None or not context.register.covers(context.month):
        return []
    made_up = context.processed.made_up
    text = context.translator("register.download_made_up" if made_up else "register.download")
    return [f"[{text}](../{register_name(context.month, made_up=made_up)})"]


def _only_on_page(text: str) -> str:
    return f':::: {{.content-visible when-format="html"}}\n\n{text}\n\n::::'
