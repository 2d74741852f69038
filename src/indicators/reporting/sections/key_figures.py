"""The month in four numbers and a few sentences."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, bullets, heading, join
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.voice import capitalised

CARDS = ("unemployment_share", "unemployed", "extended_unemployment", "activation_rate")


def key_figures(context: Context) -> Fragment:
    """Four cards, then the month in sentences."""
    title = heading(context.voice("key_figures.title"), "sec-key-figures")
    cards = "\n\n".join(_card(context, quantity) for quantity in CARDS)
    return join(title, f":::: {{.key-figures}}\n\n{cards}\n\n::::", bullets(_sentences(context)))


def _card(context: Context, quantity: str) -> str:
    """Name, number, and below it the range of a bounded number and the change in a year."""
    reading = context.readings.of(quantity, context.group)
    cell = context.teller.cell(reading, quantity)
    percent = reading.known and QUANTITIES[quantity].unit == "percent"
    number = context.voice.with_percent_sign(cell.text) if percent else cell.text
    name = context.voice(f"quantities.{quantity}").removesuffix(", %")
    below = "; ".join(text for text in (cell.note, _year_change(context, quantity)) if text)
    lines = [f"[{name}]{{.name}}", f"[{number}]{{.value}}"]
    lines += [f"[{below}]{{.change}}"] if below else []
    return box("\n\n".join(lines), "key-figure")


def _year_change(context: Context, quantity: str) -> str:
    change = context.readings.change(quantity, context.group, 12)
    if not change.known:
        return ""
    text = context.teller.change_cell(change, quantity).text
    if QUANTITIES[quantity].unit == "percent":
        text = context.voice("key_figures.points", change=text)
    return context.voice("key_figures.year_change", change=text)


def _sentences(context: Context) -> list[str]:
    return [
        f"{_unemployed(context)} {_change(context)}",
        _extended(context),
        *_long_term(context),
    ]


def _unemployed(context: Context) -> str:
    tell, readings = context.teller.inline, context.readings
    share = "unemployment_share"
    return capitalised(
        context.voice(
            "key_figures.unemployed",
            In_month=capitalised(context.voice.in_month(context.month)),
            locative=context.group_settings.locative[context.voice.language],
            unemployed=tell(readings.of("unemployed", context.group), "unemployed"),
            share=tell(readings.of(share, context.group), share),
            country_share=tell(readings.of(share, context.country), share),
        )
    )


def _change(context: Context) -> str:
    change = context.readings.change("unemployed", context.group, 12)
    if not change.known:
        return ""
    key = "same" if change.value == 0 else "more" if change.value > 0 else "fewer"
    said = {"change": context.voice.number(abs(change.value))} if key != "same" else {}
    return context.voice(f"key_figures.{key}", **said)


def _extended(context: Context) -> str:
    extended = context.readings.of("extended_unemployment", context.group)
    rate = context.readings.of("activation_rate", context.group)
    if not extended.known:
        last = context.readings.last_known("extended_unemployment", context.group)
        said = context.voice.month(last) if last else context.teller.status("not_available")
        return context.voice("key_figures.extended_missing", last=said)
    return context.voice(
        "key_figures.extended",
        extended=context.teller.inline(extended, "extended_unemployment"),
        rate=context.teller.inline(rate, "activation_rate"),
    )


def _long_term(context: Context) -> list[str]:
    long_term = context.readings.of("long_term", context.group)
    unemployed = context.readings.of("unemployed", context.group)
    if long_term.status != "normal" or not unemployed.value:
        return []
    share = context.voice.percent(100 * long_term.value / unemployed.value)
    told = context.teller.inline(long_term, "long_term")
    return [context.voice("key_figures.long_term", long_term=told, share=share)]
