"""The leaders' page: a month on one sheet, from the published figures alone.

Five figures, sentences, two pictures and what is uncertain. Every sentence says which table and
row it was made of. What the change of the share is made of, and what is usual, is calculated by
:mod:`indicators.reporting.decomposition` (docs/decisions/0048). A made-up register is left out: it
is never mixed with published figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan

from indicators.calendar import month_range, shift_month
from indicators.catalogue.model import SeriesBreak
from indicators.reporting.charts.leaders import WaterfallPanel, share_chart, waterfall_chart
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.context import SUPPRESSED, Context, RegisterFigure
from indicators.reporting.decomposition import (
    DEFAULT,
    Part,
    ShareChange,
    Stock,
    Turnover,
    decompose,
    monthly_changes,
    usual_change,
    usual_variation,
)
from indicators.reporting.files import report_name
from indicators.reporting.markdown import bullet_list, heading, styled_box
from indicators.reporting.readings import NOT_AVAILABLE, QUANTITIES, Reading
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.section_parts import gaps_text, table_note
from indicators.reporting.tables import Cell, HeaderCell, Row
from indicators.reporting.wording import NO_BREAK, capitalised

SHARE, UNEMPLOYED = "unemployment_share", "unemployed"
SERVICES, EXTENDED = "in_services", "extended_unemployment"
#: The figures of the page, in order.
FIGURES = (SHARE, UNEMPLOYED, "long_term", "activation_rate", EXTENDED)
COUNT = len(FIGURES)
#: Those that step in where the month has none of the others, in order: first a register's.
REGISTER_SPARES = (
    RegisterFigure("flow_over_3_months", decimals=1),
    RegisterFigure("flow_over_12_months", decimals=1),
)
SPARES = ("open_vacancies",)
# Counts that a register has of the spells that ended in a month, and of the unemployed.
ENDED = RegisterFigure("unemployment_duration", "ended_mean_weeks", field="denominator")
REGISTER_UNEMPLOYED = RegisterFigure("unemployment_duration", "mean_weeks", field="denominator")
INDICATORS = (SHARE, EXTENDED, "activation_rate")
PARTS = ("base", "services", "season", "flow")
# Rows of the figures' CSV that a part is made of; without services where they are not known.
SERVICES_KEY = "activation_rate.numerator"
KEYS = {
    "base": ("unemployment_share.denominator",),
    "services": (SERVICES_KEY,),
    "season": ("unemployment_share.numerator", SERVICES_KEY),
    "flow": ("unemployment_share.numerator", SERVICES_KEY),
    "begun": ("unemployment_share.numerator", "unemployment_duration.ended_mean_weeks.denominator"),
    "ended": ("unemployment_duration.ended_mean_weeks.denominator", SERVICES_KEY),
    "total": ("unemployment_share.value", "unemployment_share.numerator"),
}
# Shares in points, and their parts: with one decimal most of them would be zero.
POINT_DECIMALS = 2


def leaders(context: Context) -> Content:
    """The whole page."""
    account = Account(context)
    translator = context.translator
    cards = "\n\n".join(_card(context, figure) for figure in account.figures)
    return compose(
        heading(
            translator("leaders.heading", area=context.area_name(context.area)), "sec-leaders"
        ),
        f":::: {{.key-figures}}\n\n{cards}\n\n::::",
        bullet_list(list(_sentences(account))),
        *_figures(account),
        *_table(account),
        heading(translator("leaders.uncertain"), "sec-leaders-uncertain"),
        bullet_list(list(_uncertainties(account))),
        styled_box(table_note(context, [], INDICATORS), "status-note"),
    )


# The figures.


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the page's figures.

    Attributes:
        name: In words; that of its row in the report.
        reading: Of the month.
        value: As text.
        span: Its range where it is bounded; empty otherwise.
        changes: From the month and the year before, as texts; without those not known.
        last: The newest month there is, where the month itself is not known; else empty.
        table: Label of the report's table that has it.
    """

    name: str
    reading: Reading
    value: str
    span: str = ""
    changes: tuple[str, ...] = ()
    last: str = ""
    table: str = "tbl-headline"


def _published(context: Context, quantity: str) -> KeyFigure:
    readings, formatter, translator = context.readings, context.formatter, context.translator
    is_percent = QUANTITIES[quantity].unit == "percent"
    reading = readings.reading(quantity, context.area)
    cell = formatter.cell(reading, quantity)
    value = translator.with_percent_sign(cell.text) if is_percent and reading.known else cell.text
    changes = []
    for months, key in ((1, "leaders.in_month"), (12, "leaders.in_year")):
        change = readings.change(quantity, context.area, months)
        if change.known:
            text = formatter.change_cell(change, quantity).text
            text = translator("leaders.points", change=text) if is_percent else text
            changes.append(translator(key, change=text.replace(" ", NO_BREAK)))
    last = "" if reading.known else readings.last_known(quantity, context.area) or ""
    name = translator(f"quantities.{quantity}").removesuffix(", %")
    return KeyFigure(name, reading, value, cell.note.strip("()"), tuple(changes), last)


def _of_register(context: Context, figure: RegisterFigure) -> KeyFigure:
    register, translator = context.register, context.translator
    reading = register.reading(figure, context.area, context.month)
    changes = []
    for months, key in ((1, "leaders.in_month"), (12, "leaders.in_year")):
        before = register.reading(figure, context.area, shift_month(context.month, -months))
        if before.known and reading.known:
            number = translator.number(reading.value - before.value, 1, signed=True)
            text = translator("leaders.points", change=number).replace(" ", NO_BREAK)
            changes.append(translator(key, change=text))
    value = translator.percent(reading.value) if reading.known else ""
    name = translator(f"leaders.{figure.indicator}")
    return KeyFigure(name, reading, value, "", tuple(changes), "", "tbl-register-flows")


def _card(context: Context, figure: KeyFigure) -> str:
    """Name, number, and below it the range, the changes, or when it was last known."""
    below = [figure.span] if figure.span else []
    below += figure.changes
    if figure.last:
        below.append(
            context.translator("leaders.last", month=context.translator.month(figure.last))
        )
    link = f"[{figure.name}]({_report_link(context, figure.table)})"
    lines = [f"[{link}]{{.name}}", f"[{figure.value}]{{.value}}"]
    lines += [f"[{'; '.join(below)}]{{.change}}"] if below else []
    return styled_box("\n\n".join(lines), "key-figure")


def _report_link(context: Context, label: str) -> str:
    """Where the month's report of the area has a table: its folder stands beside the page's."""
    language = context.translator.language
    return f"../../{language}/{report_name(context.month, language)}.html#{label}"


# What the sentences, the pictures and the table are made of.


@dataclass(frozen=True, slots=True)
class Window:
    """A time over which the share has changed.

    Attributes:
        name: ``month`` or ``year``.
        before: The month that is compared with.
        change: The change and its parts; None where it is not known.
        is_bounded: Whether hidden cells are within any of its counts.
        status: Why there is no change; of the earlier month.
        turnover: Spells begun and ended, if known.
    """

    name: str
    before: str
    change: ShareChange | None
    is_bounded: bool
    status: str
    turnover: Turnover | None = None


@dataclass(frozen=True)
class Account:
    """What is known of a month, an area and their changes.

    Attributes:
        context: The month, the language and the area.
    """

    context: Context

    @cached_property
    def figures(self) -> tuple[KeyFigure, ...]:
        """Five figures: those of the month, then those that step in, then those that lack."""
        context = self.context
        wanted = [_published(context, quantity) for quantity in FIGURES]
        spares = [_of_register(context, figure) for figure in REGISTER_SPARES if self._has_register]
        spares += [_published(context, quantity) for quantity in SPARES]
        usable = [figure for figure in spares if figure.reading.known]
        # What is hidden has a reason that a reader should see; only what lacks is replaced.
        lacking = [figure for figure in wanted if figure.reading.status == NOT_AVAILABLE.status]
        # The last of those that lack go first.
        left_out = {id(figure) for figure in lacking[::-1][: len(usable)]}
        kept = [figure for figure in wanted if id(figure) not in left_out]
        return (*kept, *usable)[:COUNT]

    @cached_property
    def lacking(self) -> tuple[KeyFigure, ...]:
        """Of the page's own figures, those that the month does not have."""
        wanted = [_published(self.context, quantity) for quantity in FIGURES]
        return tuple(item for item in wanted if item.reading.status == NOT_AVAILABLE.status)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The year and the month."""
        return self._window("year", 12), self._window("month", 1)

    @property
    def has_services(self) -> bool:
        """Whether services are a part of their own, in every change that is known."""
        known = [window.change for window in self.windows if window.change is not None]
        return all(change.services.known for change in known)

    @cached_property
    def breaks(self) -> list[SeriesBreak]:
        """The breaks that move more than the denominator; of services where the month has them."""
        context = self.context
        has_services = context.readings.reading(EXTENDED, context.area).known
        shown = set(INDICATORS if has_services else INDICATORS[:1])
        return [
            item
            for item in context.breaks
            if shown & set(item.indicators) and not item.denominator_only
        ]

    @cached_property
    def changes(self) -> Mapping[str, float]:
        """Comparable changes of the unemployed from month to month."""
        return monthly_changes(self._values(UNEMPLOYED), self._break_months)

    def variation(self, month: str) -> float:
        """Persons by which the unemployed usually vary from a month on, the season apart."""
        share = usual_variation(self.changes, self.context.month)
        return share * self.stock(month).unemployed

    def usual(self) -> float:
        """Persons by which the unemployed usually change from the month before."""
        before = self.stock(shift_month(self.context.month, -1))
        return usual_change(self.changes, self.context.month) * before.unemployed

    def stock(self, month: str) -> Stock:
        """The counts of a month."""
        reading, area = self.context.readings.reading, self.context.area
        names = (UNEMPLOYED, "labour_force", SERVICES)
        return Stock(*(reading(name, area, month).value for name in names))

    def _window(self, name: str, months: int) -> Window:
        context = self.context
        before = shift_month(context.month, -months)
        was, now = self.stock(before), self.stock(context.month)
        turnover = self._turnover(months)
        season = self._season(was, now) if months == 1 else nan
        readings = [
            context.readings.reading(quantity, context.area, month)
            for quantity in (UNEMPLOYED, SERVICES)
            for month in (before, context.month)
        ]
        return Window(
            name,
            before,
            decompose(was, now, season, turnover),
            any(reading.status == "bounded" for reading in readings),
            context.readings.reading(SHARE, context.area, before).status,
            turnover,
        )

    def _season(self, was: Stock, now: Stock) -> float:
        """Usual change of the unemployed; with those in services where both months have them."""
        with_services = not isnan(was.services + now.services)
        values = self._values(EXTENDED if with_services else UNEMPLOYED)
        share = usual_change(monthly_changes(values, self._break_months), self.context.month)
        return share * (was.unemployed + (was.services if with_services else 0))

    @cached_property
    def _break_months(self) -> frozenset[str]:
        return frozenset(item.month for item in self.breaks)

    def _values(self, quantity: str) -> dict[str, float]:
        series = self.context.readings.series(quantity, self.context.area)
        return {f"{day:%Y-%m}": float(value) for day, value in series.items()}

    @cached_property
    def _has_register(self) -> bool:
        processed = self.context.processed
        return processed.register is not None and not processed.made_up

    def _turnover(self, months: int) -> Turnover | None:
        """Spells ended by a register, and those begun that follow from the change.

        Only where register and statistics have the same unemployed, within the tolerances of
        ``[reconciliation]``: else the two would not belong together.
        """
        context = self.context
        if not self._has_register:
            return None
        register, area = context.register, context.area
        before = shift_month(context.month, -months)
        for month in (before, context.month):
            counted = register.reading(REGISTER_UNEMPLOYED, area, month).value
            published = self.stock(month).unemployed
            tolerance = context.settings.reconciliation
            widest = max(tolerance.tolerance_share * published, tolerance.tolerance_persons)
            if not abs(counted - published) <= widest:
                return None
        within = month_range(shift_month(before, 1), context.month)
        ended = sum(register.reading(ENDED, area, month).value for month in within)
        change = self.stock(context.month).unemployed - self.stock(before).unemployed
        return None if isnan(ended + change) else Turnover(change + ended, ended)


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
        ) + _source(context, "register_durations", "tbl-register-durations", [])
    if readings.reading(EXTENDED, context.area).known:
        yield _services(context)


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
    if context.area != context.country and country.known:
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
    about = f"≈{NO_BREAK}" if window.is_bounded else ""
    values = {"points": about + translator.number(abs(points), POINT_DECIMALS)}
    text = translator(
        f"leaders.{window.name}_{key}",
        persons=about + translator.number(change.total.persons, signed=True),
        **(values if key != "same" else {}),
    )
    names = _part_names(account)
    parts = [
        f"{_small_first(name)}{NO_BREAK}{_points(context, part)}"
        for name, part in ((names[part], getattr(change, part)) for part in PARTS)
        if part.known
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


def _points(context: Context, part: Part) -> str:
    return context.translator.number(part.points, POINT_DECIMALS, signed=True)


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
        key = "share_caption_country" if context.area == context.country else "share_caption"
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
                Cell(", ".join(key for key in KEYS[part] if key != lacking) or "–", number=False),
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


def _part_cells(account: Account, window: Window, name: str) -> list[Cell]:
    translator, part = account.context.translator, getattr(window.change, name)
    if not part.known:
        is_whole_year = (window.name, name) == ("year", "season")
        text = translator("leaders.no_season" if is_whole_year else "leaders.not_known")
        return [Cell(text), Cell(text)]
    about = f"≈{NO_BREAK}" if window.is_bounded and name != "base" else ""
    persons = "" if isnan(part.persons) else about + translator.number(part.persons, signed=True)
    return [Cell(persons or "–"), Cell(about + _points(account.context, part))]


# What is uncertain.


def _uncertainties(account: Account) -> Iterator[str]:
    context, translator = account.context, account.context.translator
    if account.lacking:
        yield translator("leaders.missing", names="; ".join(_last_known(account)))
    for status, key in ((SUPPRESSED, "hidden"), ("provisional", "provisional")):
        names = [
            _small_first(item.name)
            for item in account.figures
            if item.reading.status == status
        ]
        if names:
            yield translator(f"leaders.{key}", names=", ".join(names))
    if any(window.is_bounded for window in account.windows) or _shows_range(account):
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
