"""The month in four numbers and a few sentences."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, bullets, heading, join
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.voice import capitalised

CARDS = ("unemployment_share", "unemployed", "extended_unemployment", "activation_rate")


def key_figures(context: Context) -> Fragment:
    """Four cards, then the month in sentences."""
    title = heading(context.translator("key_figures.title"), "sec-key-figures")
    cards = "\n\n".join(_card(context, quantity) for quantity in CARDS)
    return join(title, f":::: {{.key-figures}}\n\n{cards}\n\n::::", bullets(_sentences(context)))


def _card(context: Context, quantity: str) -> str:
    """Name, number, and below it the range of a bounded number and the change in a year."""
    reading = context.readings.reading(quantity, context.group)
    cell = context.formatter.cell(reading, quantity)
    percent = reading.known and QUANTITIES[quantity].unit == "percent"
    number = context.translator.with_percent_sign(cell.text) if percent else cell.text
    name = context.translator(f"quantities.{quantity}").removesuffix(", %")
    below = "; ".join(text for text in (cell.note, _year_change(context, quantity)) if text)
    lines = [f"[{name}]{{.name}}", f"[{number}]{{.value}}"]
    lines += [f"[{below}]{{.change}}"] if below else []
    return box("\n\n".join(lines), "key-figure")


def _year_change(context: Context, quantity: str) -> str:
    change = context.readings.change(quantity, context.group, 12)
    if not change.known:
        return ""
    text = context.formatter.change_cell(change, quantity).text
    if QUANTITIES[quantity].unit == "percent":
        text = context.translator("key_figures.points", change=text)
    return context.translator("key_figures.year_change", change=text)


def _sentences(context: Context) -> list[str]:
    return [
        f"{_unemployed(context)} {_change(context)}",
        _extended(context),
        *_long_term(context),
    ]


def _unemployed(context: Context) -> str:
    inline, readings = context.formatter.inline, context.readings
    share = "unemployment_share"
    return capitalised(
        context.translator(
            "key_figures.unemployed",
            In_month=capitalised(context.translator.in_month(context.month)),
            locative=context.group_settings.locative[context.translator.language],
            unemployed=inline(readings.reading("unemployed", context.group), "unemployed"),
            share=inline(readings.reading(share, context.group), share),
            country_share=inline(readings.reading(share, context.country), share),
        )
    )


def _change(context: Context) -> str:
    change = context.readings.change("unemployed", context.group, 12)
    if not change.known:
        return ""
    key = "same" if change.value == 0 else "more" if change.value > 0 else "fewer"
    values = {"change": context.translator.number(abs(change.value))} if key != "same" else {}
    return context.translator(f"key_figures.{key}", **values)


def _extended(context: Context) -> str:
    extended = context.readings.reading("extended_unemployment", context.group)
    rate = context.readings.reading("activation_rate", context.group)
    if not extended.known:
        last = context.readings.last_known("extended_unemployment", context.group)
        month = (
            context.translator.month(last) if last else context.formatter.status("not_available")
        )
        return context.translator("key_figures.extended_missing", last=month)
    return context.translator(
        "key_figures.extended",
        extended=context.formatter.inline(extended, "extended_unemployment"),
        rate=context.formatter.inline(rate, "activation_rate"),
    )


def _long_term(context: Context) -> list[str]:
    long_term = context.readings.reading("long_term", context.group)
    unemployed = context.readings.reading("unemployed", context.group)
    if long_term.status != "normal" or not unemployed.value:
        return []
    share = context.translator.percent(100 * long_term.value / unemployed.value)
    text = context.formatter.inline(long_term, "long_term")
    return [context.translator("key_figures.long_term", long_term=text, share=share)]
