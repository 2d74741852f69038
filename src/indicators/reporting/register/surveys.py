"""What customers answered: satisfaction by item, and the change of well-being."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.readings import Reading
from indicators.reporting.register import telling
from indicators.reporting.register.bars import Bar, BarPanel, bar_chart
from indicators.reporting.register.parts import area_heads
from indicators.reporting.register.readings import SUPPRESSED, Figure
from indicators.reporting.tables.html import Cell, Head, Row

SATISFACTION, WELLBEING, WHO = "satisfaction", "wellbeing_change", "target_group"
MEAN, LOW, HIGH = (
    Figure(SATISFACTION, one, WHO, decimals=2) for one in ("mean", "ci_low", "ci_high")
)
RESPONDENTS = Figure(SATISFACTION, "respondents", WHO)
RATE = Figure(SATISFACTION, "response_rate", WHO, decimals=1)
CHANGE, CHANGE_LOW, CHANGE_HIGH = (
    Figure(WELLBEING, one, WHO, decimals=2) for one in ("mean_change", "ci_low", "ci_high")
)
PAIRS = Figure(WELLBEING, "pairs", WHO)
ATTRITION = Figure(WELLBEING, "attrition_share", WHO, decimals=1)
SCALE = (1.0, 5.0)
ITEMS = {"information", "participation", "reachability", "respect", "usefulness"}


def surveys(context: Context) -> Fragment:
    """The newest round of satisfaction, and well-being up to the month."""
    title = heading(context.voice("register_surveys.title"), "sec-register-surveys", 3)
    month = context.register.last_there(MEAN, context.group)
    answered = _satisfaction(context, month) if month else [context.voice("register_surveys.none")]
    return join(title, *answered, *_wellbeing(context))


def _satisfaction(context: Context, month: str) -> list[str]:
    voice = context.voice
    group = context.area_name(context.group)
    kinds = [("total", "total")]
    kinds += [("item", one) for one in context.register.categories(MEAN, "item", context.group)]
    bars = [_bar(context, kind, month) for kind in kinds]
    panel = BarPanel(voice("register_surveys.scale"), bars, 2, SCALE)
    drawn = bar_chart(context, "figures/register-satisfaction.svg", [panel], month)
    heads = [
        Head(voice("register_surveys.item"), number=False),
        Head(voice("register_surveys.mean")),
        Head(voice("register_surveys.interval")),
        Head(voice("register_surveys.respondents")),
    ]
    return [
        voice(
            "register_surveys.satisfaction", month=voice.month(month), rate=_rate(context, month)
        ),
        telling.shown(
            context,
            drawn,
            "fig-register-satisfaction",
            voice("register_surveys.caption_figure", group=group, month=voice.month(month)),
        ),
        telling.tabled(
            context,
            [heads],
            [_row(context, kind, month) for kind in kinds],
            "tbl-register-satisfaction",
            voice("register_surveys.caption_table", group=group, month=voice.month(month)),
        ),
    ]


def _rate(context: Context, month: str) -> str:
    rate = context.register.of(RATE, context.group, month)
    return context.voice.percent(rate.value) if rate.known else context.teller.status(rate.status)


def _bar(context: Context, kind: tuple[str, str], month: str) -> Bar:
    mean, low, high = (
        context.register.of(one.by(*kind), context.group, month) for one in (MEAN, LOW, HIGH)
    )
    hidden = mean.status == SUPPRESSED
    return Bar(_item(context, *kind), mean.value, low.value, high.value, hidden)


def _row(context: Context, kind: tuple[str, str], month: str) -> Row:
    return _item(context, *kind), [
        telling.cell(context, MEAN.by(*kind), month=month),
        _interval(context, LOW.by(*kind), HIGH.by(*kind), month),
        telling.cell(context, RESPONDENTS.by(*kind), month=month),
    ]


def _item(context: Context, dimension: str, category: str) -> str:
    if category in ITEMS:
        return context.voice(f"register_surveys.{category}")
    return telling.label(context, dimension, category)


def _interval(
    context: Context, low: Figure, high: Figure, month: str, area: str | None = None
) -> Cell:
    bounds: list[Reading] = [
        context.register.of(one, area or context.group, month) for one in (low, high)
    ]
    if not all(one.known for one in bounds):
        return telling.told(context, bounds[0], low.decimals)
    first, last = (
        context.voice.number(one.value, low.decimals, signed=low == CHANGE_LOW) for one in bounds
    )
    return Cell(context.voice("register_surveys.between", low=first, high=last))


def _signed(context: Context, figure: Figure, area: str) -> Cell:
    reading = context.register.of(figure, area, context.month)
    return telling.told(context, reading, figure.decimals, signed=True)


def _wellbeing(context: Context) -> list[str]:
    voice = context.voice
    columns = ("change", "interval", "pairs", "attrition")
    names = [voice(f"register_surveys.{one}") for one in columns]
    rows = [
        (
            context.area_name(area),
            [
                _signed(context, CHANGE, area),
                _interval(context, CHANGE_LOW, CHANGE_HIGH, context.month, area),
                telling.cell(context, PAIRS, area),
                telling.cell(context, ATTRITION, area),
            ],
        )
        for area in (*context.members, context.group)
    ]
    return [
        voice("register_surveys.wellbeing"),
        telling.tabled(
            context,
            area_heads(context, names),
            rows,
            "tbl-register-wellbeing",
            voice("register_surveys.caption_wellbeing", month=voice.month(context.month)),
        ),
    ]
