"""Sections of the published part, from key figures to vacancies, in the report's order."""

from __future__ import annotations

from indicators.calendar import shift_month
from indicators.reporting.charts.series import (
    EXTENDED_INDICATORS,
    GROUP_INDICATORS,
    GROUP_QUANTITIES,
    VACANCIES_INDICATOR,
    VACANCIES_QUANTITY,
    extended_chart,
    groups_chart,
    municipalities_chart,
    share_chart,
    vacancies_chart,
)
from indicators.reporting.context import Context
from indicators.reporting.markdown import (
    bullet_list,
    callout,
    heading,
    styled_box,
)
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.section import Content, TablePart, compose
from indicators.reporting.section_parts import (
    area_table,
    change_heads,
    figure_with_notes,
    table_note,
)
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import capitalised

CARDS = ("unemployment_share", "unemployed", "extended_unemployment", "activation_rate")
HEADLINE_QUANTITIES = (
    "unemployment_share",
    "unemployed",
    "in_services",
    "extended_unemployment",
    "activation_rate",
    "long_term",
    "youth",
    "foreign",
    "open_vacancies",
)
SHARE_INDICATORS = ("unemployment_share",)
# Shown with their change in a year.
QUANTITIES_WITH_CHANGE = ("unemployed", "unemployment_share")
EXTENDED_COLUMNS = ("unemployed", "in_services", "extended_unemployment", "activation_rate")


# The month in four numbers and a few sentences.


def key_figures(context: Context) -> Content:
    """Four cards, then the month in sentences."""
    title = heading(context.translator("key_figures.title"), "sec-key-figures")
    cards = "\n\n".join(_card(context, quantity) for quantity in CARDS)
    return compose(
        title, f":::: {{.key-figures}}\n\n{cards}\n\n::::", bullet_list(_sentences(context))
    )


def _card(context: Context, quantity: str) -> str:
    """Name, number, and below it the range of a bounded number and the change in a year."""
    reading = context.readings.reading(quantity, context.area)
    cell = context.formatter.cell(reading, quantity)
    percent = reading.known and QUANTITIES[quantity].unit == "percent"
    number = context.translator.with_percent_sign(cell.text) if percent else cell.text
    name = context.translator(f"quantities.{quantity}").removesuffix(", %")
    below = "; ".join(text for text in (cell.note, _year_change(context, quantity)) if text)
    lines = [f"[{name}]{{.name}}", f"[{number}]{{.value}}"]
    lines += [f"[{below}]{{.change}}"] if below else []
    return styled_box("\n\n".join(lines), "key-figure")


def _year_change(context: Context, quantity: str) -> str:
    change = context.readings.change(quantity, context.area, 12)
    if not change.known:
        return ""
    text = context.formatter.change_cell(change, quantity).text
    if QUANTITIES[quantity].unit == "percent":
        text = context.translator("key_figures.points", change=text)
    return context.translator("key_figures.year_change", change=text)


def _sentences(context: Context) -> list[str]:
    return [
        f"{_unemployed_sentence(context)} {_change_sentence(context)}",
        _extended_sentence(context),
        *_long_term_sentences(context),
    ]


def _unemployed_sentence(context: Context) -> str:
    inline, readings = context.formatter.inline, context.readings
    share = "unemployment_share"
    return capitalised(
        context.translator(
            context.of_area("key_figures.unemployed"),
            In_month=capitalised(context.translator.in_month(context.month)),
            locative=context.locative,
            unemployed=inline(readings.reading("unemployed", context.area), "unemployed"),
            share=inline(readings.reading(share, context.area), share),
            country_share=inline(readings.reading(share, context.country), share),
        )
    )


def _change_sentence(context: Context) -> str:
    change = context.readings.change("unemployed", context.area, 12)
    if not change.known:
        return ""
    key = "same" if change.value == 0 else "more" if change.value > 0 else "fewer"
    values = {"change": context.translator.number(abs(change.value))} if key != "same" else {}
    return context.translator(f"key_figures.{key}", **values)


def _extended_sentence(context: Context) -> str:
    extended = context.readings.reading("extended_unemployment", context.area)
    rate = context.readings.reading("activation_rate", context.area)
    if not extended.known:
        last = context.readings.last_known("extended_unemployment", context.area)
        month = (
            context.translator.month(last) if last else context.formatter.status("not_available")
        )
        return context.translator("key_figures.extended_missing", last=month)
    return context.translator(
        "key_figures.extended",
        extended=context.formatter.inline(extended, "extended_unemployment"),
        rate=context.formatter.inline(rate, "activation_rate"),
    )


def _long_term_sentences(context: Context) -> list[str]:
    long_term = context.readings.reading("long_term", context.area)
    unemployed = context.readings.reading("unemployed", context.area)
    if long_term.status != "normal" or not unemployed.value:
        return []
    share = context.translator.percent(100 * long_term.value / unemployed.value)
    text = context.formatter.inline(long_term, "long_term")
    return [context.translator("key_figures.long_term", long_term=text, share=share)]


# This month, and the change from the month and the year before, area beside country.


def headline(context: Context) -> Content:
    """The table of the month's figures, with what its marks mean."""
    translator = context.translator
    rows = [
        (translator(f"quantities.{quantity}"), _headline_cells(context, quantity))
        for quantity in HEADLINE_QUANTITIES
    ]
    caption = translator(
        context.of_area("headline.caption"),
        group=context.area_name(context.area),
        month=translator.month(context.month),
    )
    note = table_note(
        context,
        [cell for _, cells in rows for cell in cells],
        [QUANTITIES[quantity].indicator for quantity in HEADLINE_QUANTITIES],
    )
    return compose(
        heading(translator("headline.title"), "sec-headline"),
        translator("headline.intro"),
        TablePart(_headline_heads(context), rows, "tbl-headline", caption, note),
    )


def _headline_heads(context: Context) -> list[list[HeaderCell]]:
    translator = context.translator
    areas = [context.area_name(area) for area in _headline_areas(context)]
    three = [
        HeaderCell(translator.month(context.month)),
        HeaderCell(translator("headline.month_change")),
        HeaderCell(translator("headline.year_change")),
    ]
    return [
        [
            HeaderCell(translator("common.figure"), number=False),
            *(HeaderCell(area, span=3) for area in areas),
        ],
        [HeaderCell(""), *three * len(areas)],
    ]


def _headline_areas(context: Context) -> tuple[str, ...]:
    """The area and the country, each once."""
    return tuple(dict.fromkeys((context.area, context.country)))


def _headline_cells(context: Context, quantity: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    return [
        cell
        for area in _headline_areas(context)
        for cell in (
            formatter.cell(readings.reading(quantity, area), quantity),
            formatter.change_cell(readings.change(quantity, area, 1), quantity),
            formatter.change_cell(readings.change(quantity, area, 12), quantity),
        )
    ]


# The unemployment share over time, and by municipality.


def unemployment_share(context: Context) -> Content:
    """The trial's area beside the country, with trends, breaks and the trial's start."""
    drawn = share_chart(context, "figures/share.svg")
    return compose(
        heading(context.translator("share.title"), "sec-share"),
        context.translator("share.intro"),
        figure_with_notes(
            context, drawn, "fig-share", context.of_area("share.caption"), SHARE_INDICATORS
        ),
    )


def municipalities(context: Context) -> Content:
    """Each municipality in a panel of its own, and a table by area; of large areas each region."""
    translator, shown = context.translator, context.reported_area
    drawn = municipalities_chart(context, "figures/municipalities.svg")
    regions = "_regions" if shown.parts_are_regions else ""
    caption = f"municipalities.figure_caption{regions}"
    return compose(
        heading(translator(f"municipalities.title{regions}"), "sec-municipalities", 3),
        translator(
            _parts_intro(context),
            group=context.area_name(shown.behind),
            area=context.area_name(context.area),
        ),
        figure_with_notes(context, drawn, "fig-municipalities", caption, SHARE_INDICATORS),
        area_table(
            context,
            [
                *change_heads(context, QUANTITIES_WITH_CHANGE),
                HeaderCell(translator("quantities.labour_force")),
            ],
            lambda area: _share_cells(context, area),
            label="tbl-municipalities",
            caption=translator(
                "municipalities.table_caption", month=translator.month(context.month)
            ),
            indicators=SHARE_INDICATORS,
        ),
    )


def _parts_intro(context: Context) -> str:
    """Key of the text that says what stands side by side, and what behind."""
    shown = context.reported_area
    if shown.frame is not None:
        return "municipalities.intro_frame"
    if context.is_country:
        return "municipalities.intro_country"
    return (
        "municipalities.intro_regions"
        if shown.parts_are_regions
        else context.of_area("municipalities.intro")
    )


def _share_cells(context: Context, area: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    cells = [
        cell
        for name in QUANTITIES_WITH_CHANGE
        for cell in (
            formatter.cell(readings.reading(name, area), name),
            formatter.change_cell(readings.change(name, area, 12), name),
        )
    ]
    return [*cells, formatter.cell(readings.reading("labour_force", area), "labour_force")]


# Unemployed, people in services and their sum, always beside the activation rate.


def activation(context: Context) -> Content:
    """The figure and the table; of the newest month there is if the month's are not published."""
    translator = context.translator
    month = context.readings.last_known("extended_unemployment", context.area)
    title = heading(translator("extended.title"), "sec-extended")
    if month is None:
        return compose(title, translator("extended.none"))
    drawn = extended_chart(context, "figures/extended.svg")
    return compose(
        title,
        translator("extended.intro"),
        earlier_month_note(context, month),
        figure_with_notes(
            context,
            drawn,
            "fig-extended",
            context.of_area("extended.figure_caption"),
            EXTENDED_INDICATORS,
        ),
        area_table(
            context,
            [HeaderCell(translator(f"quantities.{quantity}")) for quantity in EXTENDED_COLUMNS],
            lambda area: [
                context.formatter.cell(context.readings.reading(quantity, area, month), quantity)
                for quantity in EXTENDED_COLUMNS
            ],
            label="tbl-extended",
            caption=translator("extended.table_caption", month=translator.month(month)),
            indicators=EXTENDED_INDICATORS,
        ),
    )


def earlier_month_note(context: Context, month: str) -> str:
    """A notice where a section shows an earlier month than the month reported; else empty."""
    if month == context.month:
        return ""
    text = context.translator("extended.ended", last=context.translator.month(month))
    return callout(text, context.translator("extended.ended_title"), "important")


# Long-term, young and foreign unemployed.


def groups(context: Context) -> Content:
    """A figure of three panels and a table by area, of the newest month there is."""
    translator = context.translator
    month = context.readings.last_known("long_term", context.area)
    title = heading(translator("groups.title"), "sec-groups")
    if month is None:
        return compose(title, translator("extended.none"))
    drawn = groups_chart(context, "figures/groups.svg")
    return compose(
        title,
        translator("groups.intro"),
        earlier_month_note(context, month),
        figure_with_notes(context, drawn, "fig-groups", "groups.figure_caption", GROUP_INDICATORS),
        area_table(
            context,
            change_heads(context, GROUP_QUANTITIES),
            lambda area: _group_cells(context, area, month),
            label="tbl-groups",
            caption=translator("groups.table_caption", month=translator.month(month)),
            indicators=GROUP_INDICATORS,
        ),
    )


def _group_cells(context: Context, area: str, month: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    before = shift_month(month, -12)
    return [
        cell
        for quantity in GROUP_QUANTITIES
        for cell in (
            formatter.cell(readings.reading(quantity, area, month), quantity),
            formatter.change_cell(readings.change_between(quantity, area, before, month), quantity),
        )
    ]


# Open vacancies: background to the twenty indicators.


def vacancies(context: Context) -> Content:
    """The number, the unemployed for each vacancy, and the series."""
    translator = context.translator
    drawn = vacancies_chart(context, "figures/vacancies.svg")
    return compose(
        heading(translator("vacancies.title"), "sec-vacancies"),
        translator(
            context.of_area("vacancies.intro"),
            In_month=capitalised(translator.in_month(context.month)),
            locative=context.locative,
            vacancies=context.formatter.inline(
                context.readings.reading(VACANCIES_QUANTITY, context.area), VACANCIES_QUANTITY
            ),
            ratio=_unemployed_per_vacancy(context, context.area),
            country_ratio=_unemployed_per_vacancy(context, context.country),
        ),
        figure_with_notes(
            context, drawn, "fig-vacancies", "vacancies.caption", [VACANCIES_INDICATOR]
        ),
    )


def _unemployed_per_vacancy(context: Context, area: str) -> str:
    vacant = context.readings.reading(VACANCIES_QUANTITY, area)
    unemployed = context.readings.reading("unemployed", area)
    if not vacant.value > 0 or not unemployed.known:
        return context.formatter.status("not_available")
    return context.translator.number(unemployed.value / vacant.value, 1)
