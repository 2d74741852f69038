"""The leaders' page: a month on one sheet.

Five figures, sentences, two pictures and what is uncertain; every sentence says which table and
row it was made of. Its figures are those of :mod:`indicators.reporting.leaders_account`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import isnan, nan

from indicators.calendar import shift_month
from indicators.reporting.charts.alt import gaps_text
from indicators.reporting.charts.leaders import WaterfallPanel, share_chart, waterfall_chart
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.context import SUPPRESSED, Context, RegisterFigure
from indicators.reporting.decomposition import DEFAULT, ShareChange
from indicators.reporting.files import report_name
from indicators.reporting.leaders_account import (
    ENDED_KEY,
    ENDED_REGISTER_KEY,
    EXTENDED,
    INDICATORS,
    KEYS,
    PARTS,
    SERVICES,
    SERVICES_KEY,
    SHARE,
    UNEMPLOYED,
    Account,
    KeyFigure,
    Window,
)
from indicators.reporting.markdown import bullet_list, heading, styled_box
from indicators.reporting.readings import Reading
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.section_parts import table_note
from indicators.reporting.tables import Cell, HeaderCell, Row
from indicators.reporting.wording import NO_BREAK, capitalised

# Of Markdown, within a card.
LINE_BREAK = "\\\n"
# Shares in points, and their parts: with one decimal most of them would be zero.
POINT_DECIMALS = 2
# What answers the agreement's four questions; of paths the long-term unemployed without a service,
# and all of them.
FOUR_QUESTIONS = (
    RegisterFigure("time_to_service", "within_3_months"),
    RegisterFigure("after_service", "open_market_3_months"),
    RegisterFigure("service_costs", "euros_per_person"),
    RegisterFigure("service_paths", "none"),
    RegisterFigure("service_paths", "mean_services", field="denominator"),
)


def leaders(context: Context) -> Content:
    """The whole page."""
    account = Account(context)
    translator = context.translator
    cards = "\n\n".join(_card(context, figure) for figure in account.figures)
    return compose(
        heading(translator("leaders.heading", area=context.area_name(context.area)), "sec-leaders"),
        f":::: {{.key-figures}}\n\n{cards}\n\n::::",
        bullet_list(list(_sentences(account))),
        *_figures(account),
        *_table(account),
        heading(translator("leaders.uncertain"), "sec-leaders-uncertain"),
        bullet_list(list(_uncertainties(account))),
        styled_box(table_note(context, [], INDICATORS), "status-note"),
    )


# The cards.


def _card(context: Context, figure: KeyFigure) -> str:
    """Name, number, and below it the range, the changes, or when it was last known."""
    below = [f"({figure.span})"] if figure.span else []
    below += figure.changes
    if figure.last:
        below.append(
            context.translator("leaders.last", month=context.translator.month(figure.last))
        )
    link = f"[{figure.name}]({_report_link(context, figure.table)})"
    lines = [f"[{link}]{{.name}}", f"[{figure.value}]{{.value}}"]
    lines += [f"[{LINE_BREAK.join(below)}]{{.change}}"] if below else []
    return styled_box("\n\n".join(lines), "key-figure")


def _report_link(context: Context, label: str) -> str:
    """Where the month's report of the area has a table: its folder stands beside the page's."""
    language = context.translator.language
    name = report_name(context.month, language, context.area_of_files)
    return f"../../{language}/{name}.html#{label}"


# Sentences.


def _sentences(account: Account) -> Iterator[str]:
    context, year, month = account.context, *account.windows
    readings = context.readings
    if not readings.reading(SHARE, context.area).known:
        yield _unknown_share(context)
        return
    yield _level(context)
    yield _change(account, month)
    yield _change(account, year)
    if month.turnover is not None:
        number = context.translator.number
        yield context.translator(
            "leaders.turnover",
            ended=number(month.turnover.ended),
            begun=number(month.turnover.begun),
        ) + (
            _source(context, "register_durations", "tbl-register-durations", [])
            if month.turnover_key == ENDED_REGISTER_KEY
            else " " + context.translator("leaders.source_statfin")
        )
    if readings.reading(EXTENDED, context.area).known:
        yield _services(context)
    if account.has_register:
        yield from _four_questions(context)


def _four_questions(context: Context) -> Iterator[str]:
    """The agreement's four questions in a sentence; nothing where none has an answer."""
    translator, register = context.translator, context.register
    within, after, cost, none, all_ = (
        register.reading(figure, context.area, context.month) for figure in FOUR_QUESTIONS
    )
    share = replace(none, value=100 * none.value / all_.value if all_.value else nan)
    # Of a share, the less sure of the two says why it is not known.
    share = replace(share, status=all_.status) if none.known and not all_.known else share
    readings = (within, after, share, cost)
    if not any(reading.known for reading in readings):
        return

    def said(reading: Reading, number: Callable[[float], str]) -> str:
        return number(reading.value) if reading.known else context.formatter.status(reading.status)

    yield translator(
        "leaders.four_questions",
        within=said(within, translator.percent),
        after=said(after, translator.percent),
        none=said(share, translator.percent),
        cost=said(cost, lambda value: translator("leaders.euros", euros=translator.number(value))),
        link_within=_report_link(context, "sec-register-time-to-service"),
        link_after=_report_link(context, "sec-register-after-service"),
        link_none=_report_link(context, "sec-register-paths"),
        link_cost=_report_link(context, "sec-register-costs"),
    )


def _unknown_share(context: Context) -> str:
    reading = context.readings.reading(SHARE, context.area)
    return context.translator(
        "leaders.level_unknown",
        In_month=capitalised(context.translator.in_month(context.month)),
        status=context.formatter.status(reading.status),
    )


def _level(context: Context) -> str:
    inline, reading = context.formatter.inline, context.readings.reading
    translator = context.translator
    sentences = [
        capitalised(
            translator(
                "leaders.level",
                In_month=capitalised(translator.in_month(context.month)),
                locative=context.locative,
                unemployed=inline(reading(UNEMPLOYED, context.area), UNEMPLOYED),
                share=inline(reading(SHARE, context.area), SHARE),
            )
        )
    ]
    country = reading(SHARE, context.country)
    if not context.is_country and country.known:
        sentences.append(translator("leaders.level_country", share=inline(country, SHARE)))
    return " ".join(sentences) + _source(context, "headline", "tbl-headline", [UNEMPLOYED, SHARE])


def _services(context: Context) -> str:
    inline, reading = context.formatter.inline, context.readings.reading
    text = context.translator(
        "leaders.services",
        services=inline(reading(SERVICES, context.area), SERVICES),
        extended=inline(reading(EXTENDED, context.area), EXTENDED),
    )
    return text + _source(context, "headline", "tbl-headline", [SERVICES, EXTENDED])


def _source(context: Context, topic: str, label: str, quantities: Sequence[str]) -> str:
    """The report's table and its rows that a sentence was made of."""
    translator = context.translator
    rows = [translator(f"quantities.{quantity}") for quantity in quantities]
    return " " + translator(
        "leaders.source" if rows else "leaders.source_table",
        table=translator(f"{topic}.title"),
        link=_report_link(context, label),
        **({"rows": "; ".join(rows)} if rows else {}),
    )


def _change(account: Account, window: Window) -> str:
    """How the share has changed, its parts, and whether that is more than usual."""
    context, change = account.context, window.change
    translator = context.translator
    if change is None:
        status = context.formatter.status(window.status)
        return translator(f"leaders.{window.name}_unknown", status=status)
    points = _rounded(change.total.points)
    key = "same" if points == 0 else "rise" if points > 0 else "fall"
    about = f"≈{NO_BREAK}" if "total" in window.bounded else ""
    values = {"points": about + translator.number(abs(points), POINT_DECIMALS)}
    text = translator(
        f"leaders.{window.name}_{key}",
        persons=about + translator.number(change.total.persons, signed=True),
        **(values if key != "same" else {}),
    )
    names = _part_names(account)
    parts = [
        f"{_small_first(names[name])}{NO_BREAK}{_points(window, name, context)}"
        for name in PARTS
        if getattr(change, name).known
    ]
    sentences = [text, translator("leaders.parts", parts="; ".join(parts))]
    sentences += _compared_with_usual(account, window, change)
    return " ".join([*sentences, translator("leaders.source_figure")])


def _compared_with_usual(account: Account, window: Window, change: ShareChange) -> list[str]:
    """Whether a change of the unemployed is within what is usual from month to month."""
    translator = account.context.translator
    variation = account.variation(window.before)
    if window.name == "year":
        small = abs(change.total.persons) <= variation
        return [translator("leaders.year_small")] if small else []
    gap = change.total.persons - account.usual()
    if isnan(gap + variation):
        return []
    if abs(gap) <= variation:
        return [translator("leaders.month_usual")]
    direction = "up" if gap > 0 else "down"
    number = translator.number(abs(gap))
    return [translator(f"leaders.month_unusual_{direction}", gap=number)]


def _rounded(points: float) -> float:
    return round(points, POINT_DECIMALS)


def _points(window: Window, name: str, context: Context) -> str:
    """A part that is known, in points."""
    points = getattr(window.change, name).points
    text = context.translator.number(points, POINT_DECIMALS, signed=True)
    return f"≈{NO_BREAK}{text}" if name in window.bounded else text


def _part_names(account: Account) -> dict[str, str]:
    """Names of the parts; the rest says what it holds where services are not known."""
    translator = account.context.translator
    names = {part: translator(f"leaders.part_{part}") for part in (*PARTS, "total")}
    return names if account.has_services else {**names, "flow": translator("leaders.part_flow_all")}


# Pictures and the table behind the second one.


def _figures(account: Account) -> Iterator[FigurePart]:
    context, translator = account.context, account.context.translator
    if context.readings.last_known(SHARE, context.area) is not None:
        drawn = share_chart(context, "figures/leaders-share.svg")
        key = "share_caption_country" if context.is_country else "share_caption"
        caption = translator(
            f"leaders.{key}",
            group=context.area_name(context.area),
            first=translator.month(drawn.first),
            last=translator.month(drawn.last),
        )
        yield FigurePart(drawn, "fig-leaders-share", caption, _share_note(context, drawn))
    known = [window for window in account.windows if window.change is not None]
    if known:
        drawn = _waterfall(account, known)
        yield FigurePart(drawn, "fig-leaders-parts", translator("leaders.parts_caption"))


def _share_note(context: Context, drawn: DrawnFigure) -> str:
    """What lines and letters are, as short as a single sheet needs it."""
    translator = context.translator
    sentences = [translator("leaders.share_note")] if drawn.has_trend else []
    if drawn.gaps:
        sentences.append(translator("notes.gaps", gaps=gaps_text(drawn.gaps, translator)))
    if drawn.breaks:
        named = ", ".join(
            f"{letter} = {item.label[translator.language]}"
            for letter, item in zip("abcdefghijklmnopqrstuvwxyz", drawn.breaks, strict=False)
        )
        sentences.append(translator("leaders.share_breaks", breaks=named))
    return " ".join(sentences)


def _waterfall(account: Account, windows: Sequence[Window]) -> DrawnFigure:
    context, translator = account.context, account.context.translator
    names = _part_names(account)
    panels = []
    for window in windows:
        change = window.change
        assert change is not None
        empty = {
            names[part]: translator(
                "leaders.no_season"
                if (window.name, part) == ("year", "season")
                else "leaders.not_known"
            )
            for part in PARTS
        }
        panels.append(
            WaterfallPanel(
                translator(f"leaders.{window.name}_panel"),
                {names[part]: getattr(change, part).points for part in PARTS},
                change.total.points,
                empty,
            )
        )
    first = min(window.before for window in windows)
    return waterfall_chart(
        context, "figures/leaders-parts.svg", panels, names["total"], (first, context.month)
    )


def _table(account: Account) -> Iterator[TablePart]:
    """The parts in persons and points, and the rows they are made of; on the page alone."""
    context, translator = account.context, account.context.translator
    known = [window for window in account.windows if window.change is not None]
    if not known:
        return
    names = _part_names(account)
    lacking = "" if account.has_services else SERVICES_KEY
    shown = [*PARTS, "total"]
    if any(window.turnover for window in known):
        names |= {part: translator(f"leaders.part_{part}") for part in ("begun", "ended")}
        shown[-1:-1] = ["begun", "ended"]
    rows: list[Row] = [
        (
            names[part],
            [
                *(cell for window in known for cell in _part_cells(account, window, part)),
                Cell(_keys(part, known, lacking), number=False),
            ],
        )
        for part in shown
    ]
    columns = [HeaderCell(translator(f"leaders.column_{name}")) for name in ("persons", "points")]
    heads = [
        [
            HeaderCell(translator("leaders.part"), number=False),
            *(HeaderCell(translator(f"leaders.{window.name}"), span=2) for window in known),
            HeaderCell(translator("leaders.column_source"), number=False),
        ],
        [
            HeaderCell(""),
            *(column for _ in known for column in columns),
            HeaderCell(translator("leaders.column_key"), number=False),
        ],
    ]
    month = translator.month(context.month)
    months = sorted({*(window.before for window in known), context.month})
    caption = translator(
        "leaders.table_caption", group=context.area_name(context.area), month=month
    )
    note = translator("leaders.table_note", area=context.area, months=", ".join(months))
    yield TablePart(heads, rows, "tbl-leaders-parts", caption, note, page_only=True)


def _keys(part: str, windows: Sequence[Window], lacking: str) -> str:
    """The rows that a part is made of."""
    ended = next((window.turnover_key for window in windows if window.turnover_key), ENDED_KEY)
    keys = (ended if key == ENDED_KEY else key for key in KEYS[part])
    return ", ".join(key for key in keys if key != lacking) or "–"


def _part_cells(account: Account, window: Window, name: str) -> list[Cell]:
    translator, part = account.context.translator, getattr(window.change, name)
    if not part.known:
        is_whole_year = (window.name, name) == ("year", "season")
        text = translator("leaders.no_season" if is_whole_year else "leaders.not_known")
        return [Cell(text), Cell(text)]
    about = f"≈{NO_BREAK}" if name in window.bounded else ""
    persons = "" if isnan(part.persons) else about + translator.number(part.persons, signed=True)
    return [Cell(persons or "–"), Cell(_points(window, name, account.context))]


# What is uncertain.


def _uncertainties(account: Account) -> Iterator[str]:
    translator = account.context.translator
    if account.lacking:
        yield translator("leaders.missing", names="; ".join(_last_known(account)))
    for status, key in ((SUPPRESSED, "hidden"), ("provisional", "provisional")):
        names = [
            _small_first(item.name) for item in account.figures if item.reading.status == status
        ]
        if names:
            yield translator(f"leaders.{key}", names=", ".join(names))
    if any(window.bounded for window in account.windows) or _shows_range(account):
        yield translator("leaders.bounded")
    yield from _break_warning(account)
    yield _variation(account)
    yield translator("leaders.base")
    if any(window.change for window in account.windows):
        derived = any(window.turnover for window in account.windows)
        yield translator("leaders.derived" if derived else "leaders.net")


def _shows_range(account: Account) -> bool:
    return any(figure.span for figure in account.figures)


def _last_known(account: Account) -> list[str]:
    translator = account.context.translator
    return [
        translator("leaders.missing_one", name=name, month=translator.month(last)) if last else name
        for name, last in ((_small_first(item.name), item.last) for item in account.lacking)
    ]


def _small_first(text: str) -> str:
    """A name within a sentence or a list."""
    return text[:1].lower() + text[1:]


def _break_warning(account: Account) -> Iterator[str]:
    context = account.context
    year = shift_month(context.month, -12)
    named = [
        f"{item.label[context.translator.language]} ({item.date.month}/{item.date.year})"
        for item in account.breaks
        if year < item.month <= context.month
    ]
    if named:
        yield context.translator("leaders.breaks", breaks=", ".join(named))


def _variation(account: Account) -> str:
    translator = account.context.translator
    persons = account.variation(shift_month(account.context.month, -1))
    if isnan(persons):
        return translator("leaders.no_variation")
    share = translator.percent(100 * DEFAULT.usual_share, 0)
    return translator("leaders.variation", persons=translator.number(persons), share=share)
