"""Sections of the register's part on ways to, through and out of services."""

from __future__ import annotations

from indicators.calendar import shift_month
from indicators.catalogue.sequences import NONE, SEQUENCES, STEPS, steps_of
from indicators.reporting import section_parts
from indicators.reporting.charts import drawing
from indicators.reporting.charts.paths import SequenceRow, WholeRow, sequence_chart, whole_chart
from indicators.reporting.charts.small_multiples import Panel, figure_curve, small_multiples
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.readings import Reading
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.section_parts import (
    SERVICE_GROUPS,
    SERVICE_LINES,
    category_label,
    figure_cell,
    period_texts,
    reading_cell,
    statistic_label,
)
from indicators.reporting.tables import Cell, HeaderCell, Row

COHORT_MONTHS = 3
TARGET = "target_group"

# From unemployment to a plan and to a service.


TIME_INDICATORS = ("time_to_plan", "time_to_service")
WITHIN = [RegisterFigure(name, "within_3_months", decimals=1) for name in TIME_INDICATORS]
WEEKS = [RegisterFigure(name, "median_weeks", decimals=1) for name in TIME_INDICATORS]
# What a table and a figure have of each kind of event, side by side.
TIME_FIGURES = [each for pair in zip(WITHIN, WEEKS, strict=True) for each in pair]


def of_target_group(figure: RegisterFigure) -> RegisterFigure:
    """The same figure of the target group."""
    return RegisterFigure(
        figure.indicator, figure.statistic, TARGET, field=figure.field, decimals=figure.decimals
    )


def time_to_service(context: Context) -> Content:
    """Four panels of all and of the target group, and a table by service line."""
    translator = context.translator
    everybody, target = (translator(f"register_time_to_service.{who}") for who in ("all", "target"))
    panels = [
        Panel(
            f"{statistic_label(context, figure)}, {_unit(context, figure)}",
            [
                figure_curve(context, figure, everybody),
                figure_curve(context, of_target_group(figure), target, drawing.DARK_ORANGE),
            ],
        )
        for figure in (*WITHIN, *WEEKS)
    ]
    drawn = small_multiples(
        context, "figures/register-time-to-service.svg", panels, TIME_INDICATORS, columns=2,
        height=150.0,
    )  # fmt: skip
    group = context.area_name(context.area)
    cohort = translator.month(shift_month(context.month, -COHORT_MONTHS))
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_time_to_service.title"), "sec-register-time-to-service", 3),
        translator("register_time_to_service.intro", cohort=cohort),
        section_parts.unavailable_note(context, TIME_FIGURES),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-time-to-service",
            translator("register_time_to_service.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            _time_heads(context),
            _time_rows(context),
            "tbl-register-time-to-service",
            translator(
                "register_time_to_service.caption_table",
                group=group,
                month=translator.month(context.month),
                cohort=cohort,
            ),
        ),
    )


def _unit(context: Context, figure: RegisterFigure) -> str:
    return "%" if figure in WITHIN else context.translator("register_time_to_service.weeks")


def _time_heads(context: Context) -> list[list[HeaderCell]]:
    translator = context.translator
    line = context.catalogue.label("dimension", "service_line", translator.language)
    columns = [
        HeaderCell(translator(f"register_time_to_service.{name}")) for name in ("share", "median")
    ]
    events = [
        HeaderCell(translator(f"register_time_to_service.{name}"), span=2)
        for name in ("plan", "service")
    ]
    spells = HeaderCell(translator("register_time_to_service.spells"))
    return [
        [HeaderCell(line, number=False), *events, spells],
        [HeaderCell(""), *columns, *columns, HeaderCell("")],
    ]


def _time_rows(context: Context) -> list[Row]:
    spells = RegisterFigure(TIME_INDICATORS[1], "within_3_months", field="denominator")
    figures = [*TIME_FIGURES, spells]
    rows: list[Row] = [
        (
            category_label(context, "total", "total"),
            [figure_cell(context, figure) for figure in figures],
        ),
        (
            context.catalogue.label("population", TARGET, context.translator.language),
            [figure_cell(context, of_target_group(figure)) for figure in figures],
        ),
    ]
    return rows + [
        (
            category_label(context, "service_line", line),
            [figure_cell(context, figure.by("service_line", line)) for figure in figures],
        )
        for line in SERVICE_LINES
    ]


# What follows a service.


AFTER_INDICATOR = "after_service"
FATES = [
    RegisterFigure(AFTER_INDICATOR, f"{fate}_3_months", decimals=1)
    for fate in ("open_market", "in_service", "unemployed", "other")
]
ENDED_SERVICES = RegisterFigure(AFTER_INDICATOR, "open_market_3_months", field="denominator")
AFTER_CATEGORIES = [("total", "total"), *(("service_group", group) for group in SERVICE_GROUPS)]


def after_service(context: Context) -> Content:
    """A bar a service group in its four parts, and a table of them."""
    translator = context.translator
    names = [statistic_label(context, figure) for figure in FATES]
    rows = [
        WholeRow(
            category_label(context, *kind),
            [
                context.register.reading(figure.by(*kind), context.area, context.month)
                for figure in FATES
            ],
        )
        for kind in AFTER_CATEGORIES
    ]
    # A group of which no service ended has no shares.
    drawn_rows = [row for row in rows if row.is_hidden or any(part.known for part in row.parts)]
    group = context.area_name(context.area)
    month = translator.month(context.month)
    cohort = translator.month(shift_month(context.month, -COHORT_MONTHS))
    parts: list[str | FigurePart] = []
    if drawn_rows:
        drawn = whole_chart(context, "figures/register-after-service.svg", names, drawn_rows)
        caption = translator(
            "register_after_service.caption_figure", group=group, cohort=cohort, month=month
        )
        parts.append(
            section_parts.figure_with_caption(context, drawn, "fig-register-after-service", caption)
        )
    columns = [*(f"{name}, %" for name in names), translator("register_after_service.ended")]
    first = context.catalogue.label("dimension", "service_group", translator.language)
    figures = [*FATES, ENDED_SERVICES]
    return compose(
        heading(translator("register_after_service.title"), "sec-register-after-service", 3),
        translator("register_after_service.intro", cohort=cohort),
        *parts,
        section_parts.table_with_caption(
            context,
            [[HeaderCell(first, number=False), *map(HeaderCell, columns)]],
            [
                (
                    category_label(context, *kind),
                    [figure_cell(context, figure.by(*kind)) for figure in figures],
                )
                for kind in AFTER_CATEGORIES
            ],
            "tbl-register-after-service",
            translator(
                "register_after_service.caption_table", group=group, cohort=cohort, month=month
            ),
        ),
    )


# Service paths of the long-term unemployed.


PATHS_INDICATOR, SEQUENCE_INDICATOR = "service_paths", "service_sequences"
SEQUENCE = RegisterFigure(SEQUENCE_INDICATOR)
NUMBERS = [RegisterFigure(PATHS_INDICATOR, statistic) for statistic in ("none", "one", "several")]
MEAN = RegisterFigure(PATHS_INDICATOR, "mean_services", decimals=2)
MOST_SEQUENCES = 8


def paths(context: Context) -> Content:
    """The commonest sequences, the others together, and how many services."""
    translator = context.translator
    total = _sequence(context, None)
    known = commonest_sequences(context)
    group = context.area_name(context.area)
    month = translator.month(context.month)
    months = {"months": str(_window(context, SEQUENCE_INDICATOR, "sequence_window_months"))}
    content: list[str | FigurePart | TablePart] = [
        heading(translator("register_paths.title"), "sec-register-paths", 3),
        translator("register_paths.intro", **months),
    ]
    if total.known:
        content[-1] = f"{content[-1]} {_without_service_text(context, total, months['months'])}"
    drawn_rows = _sequence_rows(context, known, total)
    if drawn_rows:
        content[-1] = f"{content[-1]} {translator('register_paths.picture')}"
        drawn = sequence_chart(
            context,
            "figures/register-paths.svg",
            drawn_rows,
            translator("register_paths.persons"),
        )
        caption = translator("register_paths.caption_figure", group=group, month=month, **months)
        content.append(
            section_parts.figure_with_caption(context, drawn, "fig-register-paths", caption)
        )
    content.append(_sequence_table(context, known, total, months["months"]))
    content.append(_numbers_table(context))
    return compose(*content)


def commonest_sequences(context: Context) -> list[tuple[str, Reading]]:
    """The sequences of which the number is known and above 0, the commonest first."""
    readings = [(each, _sequence(context, each)) for each in SEQUENCES if each != NONE]
    known = [(each, reading) for each, reading in readings if reading.known and reading.value > 0]
    return sorted(known, key=lambda pair: -pair[1].value)[:MOST_SEQUENCES]


def _sequence(context: Context, sequence: str | None, month: str = "") -> Reading:
    """The long-term unemployed with a sequence; all of them if none is given."""
    figure = SEQUENCE if sequence is None else SEQUENCE.by("sequence", sequence)
    return context.register.reading(figure, context.area, month or context.month)


def _others(context: Context, shown: list[str], month: str = "") -> Reading:
    """All other sequences together: what the numbers shown leave of the whole.

    Nothing is told by it that the numbers shown do not tell.
    """
    readings = [_sequence(context, each, month) for each in (None, NONE, *shown)]
    unknown = next((reading for reading in readings if not reading.known), None)
    if unknown is not None:
        return unknown
    total, *others = readings
    return Reading(total.value - sum(each.value for each in others), status=total.status)


def _window(context: Context, indicator: str, parameter: str) -> int:
    """The months of a window, as they are in force."""
    return int(context.catalogue.in_use[indicator][parameter])


def _without_service_text(context: Context, total: Reading, months: str) -> str:
    translator = context.translator
    none = _sequence(context, NONE)
    whole = translator.number(total.value)
    if not none.known or not total.value:
        return translator("register_paths.long_term", total=whole)
    return translator(
        "register_paths.without_service",
        total=whole,
        none=translator.number(none.value),
        share=translator.percent(100 * none.value / total.value),
        months=months,
    )


def _sequence_rows(
    context: Context, known: list[tuple[str, Reading]], total: Reading
) -> list[SequenceRow]:
    """Rows of the picture: without those who have begun no service, who are most."""
    translator, kinds = context.translator, [*STEPS]
    rows = [
        SequenceRow(
            [
                (translator(f"register_paths.step_{step}"), kinds.index(step))
                for step in steps_of(sequence)
            ],
            category_label(context, "sequence", sequence),
            reading.value,
            _number_with_share(context, reading, total),
        )
        for sequence, reading in known
    ]
    others = _others(context, [sequence for sequence, _ in known])
    if others.known and others.value > 0:
        text = _number_with_share(context, others, total)
        rows.append(SequenceRow([], translator("register_paths.others"), others.value, text))
    return rows


def _number_with_share(context: Context, reading: Reading, total: Reading) -> str:
    number = context.translator.number(reading.value)
    if not total.known or not total.value:
        return number
    return f"{number} ({context.translator.percent(100 * reading.value / total.value)})"


def _sequence_table(
    context: Context, known: list[tuple[str, Reading]], total: Reading, months: str
) -> TablePart:
    translator = context.translator
    before = shift_month(context.month, -12)
    shown = [sequence for sequence, _ in known]

    def cells(now: Reading, was: Reading) -> list[Cell]:
        return [
            reading_cell(context, now, 0),
            reading_cell(context, _share(now, total), 1),
            reading_cell(context, was, 0),
        ]

    rows: list[Row] = [
        (translator("register_paths.all"), cells(total, _sequence(context, None, before)))
    ]
    rows += [
        (
            category_label(context, "sequence", sequence),
            cells(_sequence(context, sequence), _sequence(context, sequence, before)),
        )
        for sequence in (NONE, *shown)
    ]
    rows.append(
        (
            translator("register_paths.others"),
            cells(_others(context, shown), _others(context, shown, before)),
        )
    )
    heads = [
        HeaderCell(
            context.catalogue.label("dimension", "sequence", translator.language), number=False
        ),
        HeaderCell(translator.month(context.month)),
        HeaderCell(translator("register_paths.share")),
        HeaderCell(translator.month(before)),
    ]
    caption = translator(
        "register_paths.caption_sequences",
        group=context.area_name(context.area),
        month=translator.month(context.month),
        months=months,
    )
    return section_parts.table_with_caption(
        context, [heads], rows, "tbl-register-sequences", caption
    )


def _share(reading: Reading, total: Reading) -> Reading:
    """A part of the whole, percent."""
    if not (reading.known and total.known and total.value):
        return reading if not reading.known else Reading(float("nan"), status=total.status)
    return Reading(100 * reading.value / total.value, status=reading.status)


def _numbers_table(context: Context) -> TablePart:
    """How many services: of all the long-term unemployed, and of the target group."""
    translator = context.translator
    populations = [
        context.catalogue.label("population", name, translator.language)
        for name in ("residents", TARGET)
    ]
    heads = [
        HeaderCell(translator("register_paths.services_begun"), number=False),
        *map(HeaderCell, populations),
    ]
    rows: list[Row] = [
        (
            statistic_label(context, figure),
            [figure_cell(context, figure), figure_cell(context, of_target_group(figure))],
        )
        for figure in (*NUMBERS, MEAN)
    ]
    caption = translator(
        "register_paths.caption_numbers",
        group=context.area_name(context.area),
        month=translator.month(context.month),
        months=str(_window(context, PATHS_INDICATOR, "path_window_months")),
    )
    return section_parts.table_with_caption(context, [heads], rows, "tbl-register-paths", caption)
