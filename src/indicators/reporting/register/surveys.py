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
    title = heading(context.translator("register_surveys.title"), "sec-register-surveys", 3)
    month = context.register.last_month_with_figure(MEAN, context.group)
    answered = (
        _satisfaction(context, month) if month else [context.translator("register_surveys.none")]
    )
    return join(title, *answered, *_wellbeing(context))


def _satisfaction(context: Context, month: str) -> list[str]:
    translator = context.translator
    group = context.area_name(context.group)
    kinds = [("total", "total")]
    kinds += [("item", item) for item in context.register.categories(MEAN, "item", context.group)]
    bars = [_bar(context, kind, month) for kind in kinds]
    panel = BarPanel(translator("register_surveys.scale"), bars, 2, SCALE)
    drawn = bar_chart(context, "figures/register-satisfaction.svg", [panel], month)
    heads = [
        Head(translator("register_surveys.item"), number=False),
        Head(translator("register_surveys.mean")),
        Head(translator("register_surveys.interval")),
        Head(translator("register_surveys.respondents")),
    ]
    return [
        translator(
            "register_surveys.satisfaction",
            month=translator.month(month),
            rate=_rate(context, month),
        ),
        telling.shown(
            context,
            drawn,
            "fig-register-satisfaction",
            translator(
                "register_surveys.caption_figure", group=group, month=translator.month(month)
            ),
        ),
        telling.tabled(
            context,
            [heads],
            [_row(context, kind, month) for kind in kinds],
            "tbl-register-satisfaction",
            translator(
                "register_surveys.caption_table", group=group, month=translator.month(month)
            ),
        ),
    ]


def _rate(context: Context, month: str) -> str:
    rate = context.register.reading(RATE, context.group, month)
    return (
        context.translator.percent(rate.value)
        if rate.known
        else context.formatter.status(rate.status)
    )


def _bar(context: Context, kind: tuple[str, str], month: str) -> Bar:
    mean, low, high = (
        context.register.reading(figure.by(*kind), context.group, month)
        for figure in (MEAN, LOW, HIGH)
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
        return context.translator(f"register_surveys.{category}")
    return telling.label(context, dimension, category)


def _interval(
    context: Context, low: Figure, high: Figure, month: str, area: str | None = None
) -> Cell:
    bounds: list[Reading] = [
        context.register.reading(bound, area or context.group, month) for bound in (low, high)
    ]
    if not all(bound.known for bound in bounds):
        return telling.told(context, bounds[0], low.decimals)
    first, last = (
        context.translator.number(bound.value, low.decimals, signed=low == CHANGE_LOW)
        for bound in bounds
    )
    return Cell(context.translator("register_surveys.between", low=first, high=last))


def _signed(context: Context, figure: Figure, area: str) -> Cell:
    reading = context.register.reading(figure, area, context.month)
    return telling.told(context, reading, figure.decimals, signed=True)


def _wellbeing(context: Context) -> list[str]:
    translator = context.translator
    columns = ("change", "interval", "pairs", "attrition")
    names = [translator(f"register_surveys.{column}") for column in columns]
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
        translator("register_surveys.wellbeing"),
        telling.tabled(
            context,
            area_heads(context, names),
            rows,
            "tbl-register-wellbeing",
            translator("register_surveys.caption_wellbeing", month=translator.month(context.month)),
        ),
    ]
