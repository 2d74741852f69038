"""What the leaders' page is made of: its five figures, the share's changes, what is usual.

Everything is read of a month's protected tables. What a change of the share is made of, and what
is usual, is calculated by :mod:`indicators.reporting.decomposition` (docs/decisions/0048). A
made-up register is left out: it is never mixed with published figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan

from indicators.calendar import month_range, shift_month
from indicators.catalogue.model import SeriesBreak
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.decomposition import (
    ShareChange,
    Stock,
    Turnover,
    decompose,
    monthly_changes,
    usual_change,
    usual_variation,
)
from indicators.reporting.published_sections import HEADLINE_QUANTITIES
from indicators.reporting.readings import NOT_AVAILABLE, QUANTITIES, Reading
from indicators.reporting.wording import NO_BREAK

SHARE, UNEMPLOYED = "unemployment_share", "unemployed"
SERVICES, EXTENDED = "in_services", "extended_unemployment"
#: The figures of the page, in order.
FIGURES = (SHARE, UNEMPLOYED, "long_term", "activation_rate", EXTENDED)
COUNT = len(FIGURES)
#: Those that step in where the month has none of the others, in order: official flows, else a
#: register's, then vacancies.
FLOWS = ("flow_over_3_months", "flow_over_12_months")
VACANCIES = "open_vacancies"
# Spells that ended in a month, of the statistics and of a register, and its unemployed.
ENDED_PUBLISHED = "ended_unemployment"
ENDED = RegisterFigure("unemployment_duration", "ended_mean_weeks", field="denominator")
REGISTER_UNEMPLOYED = RegisterFigure("unemployment_duration", "mean_weeks", field="denominator")
INDICATORS = (SHARE, EXTENDED, "activation_rate")
PARTS = ("base", "services", "season", "flow")
# Rows of the figures' CSV that a part is made of; without services where they are not known.
SERVICES_KEY = "activation_rate.numerator"
ENDED_KEY = "ended_unemployment.spells"
ENDED_REGISTER_KEY = "unemployment_duration.ended_mean_weeks.denominator"
KEYS = {
    "base": ("unemployment_share.denominator",),
    "services": (SERVICES_KEY,),
    "season": ("unemployment_share.numerator", SERVICES_KEY),
    "flow": ("unemployment_share.numerator", SERVICES_KEY),
    "begun": ("unemployment_share.numerator", ENDED_KEY),
    "ended": (ENDED_KEY, SERVICES_KEY),
    "total": ("unemployment_share.value", "unemployment_share.numerator"),
}


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
            changes.append(_in_a_line(translator(key, change=text)))
    last = "" if reading.known else readings.last_known(quantity, context.area) or ""
    name = translator(f"quantities.{quantity}").removesuffix(", %")
    table = "tbl-headline" if quantity in HEADLINE_QUANTITIES else "tbl-official-flows"
    return KeyFigure(name, reading, value, cell.note.strip("()"), tuple(changes), last, table)


def _in_a_line(text: str) -> str:
    return text.replace(" ", NO_BREAK)


def _of_register(context: Context, indicator: str) -> KeyFigure:
    register, translator = context.register, context.translator
    figure = RegisterFigure(indicator, decimals=1)
    reading = register.reading(figure, context.area, context.month)
    changes = []
    for months, key in ((1, "leaders.in_month"), (12, "leaders.in_year")):
        before = register.reading(figure, context.area, shift_month(context.month, -months))
        if before.known and reading.known:
            number = translator.number(reading.value - before.value, 1, signed=True)
            text = translator("leaders.points", change=number)
            changes.append(_in_a_line(translator(key, change=text)))
    value = translator.percent(reading.value) if reading.known else ""
    name = translator(f"quantities.{indicator}").removesuffix(", %")
    return KeyFigure(name, reading, value, "", tuple(changes), "", "tbl-register-flows")


# What the sentences, the pictures and the table are made of.


@dataclass(frozen=True, slots=True)
class Window:
    """A time over which the share has changed.

    Attributes:
        name: ``month`` or ``year``.
        before: The month that is compared with.
        change: The change and its parts; None where it is not known.
        bounded: The parts of whose counts hidden cells are a part.
        status: Why there is no change; of the earlier month.
        turnover: Spells begun and ended, if known.
        turnover_key: The row of the spells that ended.
    """

    name: str
    before: str
    change: ShareChange | None
    bounded: frozenset[str]
    status: str
    turnover: Turnover | None = None
    turnover_key: str = ""


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
        spares = [_published(context, quantity) for quantity in FLOWS]
        if self.has_register and not any(figure.reading.known for figure in spares):
            spares = [_of_register(context, indicator) for indicator in FLOWS]
        spares.append(_published(context, VACANCIES))
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
        in_trial = context.reported_area.trial is not None
        return [
            item
            for item in context.breaks
            if shown & set(item.indicators)
            and not item.denominator_only
            # The beginning of a trial is none of areas that were not in it.
            and (in_trial or item.date != context.settings.trial.start)
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
        turnover, turnover_key = self._turnover(before)
        season = self._season(was, now) if months == 1 else nan
        return Window(
            name,
            before,
            decompose(was, now, season, turnover),
            self._bounded_parts(before),
            context.readings.reading(SHARE, context.area, before).status,
            turnover,
            turnover_key,
        )

    def _bounded_parts(self, before: str) -> frozenset[str]:
        """The parts that hidden cells of either month make uncertain."""
        reading, area = self.context.readings.reading, self.context.area

        def has_hidden(quantity: str) -> bool:
            both = (reading(quantity, area, month) for month in (before, self.context.month))
            return any(item.status == "bounded" for item in both)

        if has_hidden(UNEMPLOYED):
            return frozenset(KEYS)
        return frozenset(("services", "flow", "ended") if has_hidden(SERVICES) else ())

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
    def has_register(self) -> bool:
        """Whether the month has a register that is not made up."""
        processed = self.context.processed
        return processed.register is not None and not processed.made_up

    def _turnover(self, before: str) -> tuple[Turnover | None, str]:
        """Spells ended since a month, with their row, and those begun, by the change."""
        month, found = self.context.month, (None, "")
        months = month_range(shift_month(before, 1), month)
        change = self.stock(month).unemployed - self.stock(before).unemployed
        for key, ended in ((ENDED_KEY, self._ended_published), (ENDED_REGISTER_KEY, self._ended)):
            persons = sum(map(ended, months)) if key == ENDED_KEY or self._agrees(before) else nan
            if not isnan(persons + change):
                return Turnover(change + persons, persons), key
        return found

    def _ended_published(self, month: str) -> float:
        return self.context.readings.reading(ENDED_PUBLISHED, self.context.area, month).value

    def _ended(self, month: str) -> float:
        return self.context.register.reading(ENDED, self.context.area, month).value

    def _agrees(self, before: str) -> bool:
        """Whether a real register has the published unemployed, within ``[reconciliation]``.

        Else its spells would not belong together with the published change.
        """
        if not self.has_register:
            return False
        tolerance, register = self.context.settings.reconciliation, self.context.register
        for month in (before, self.context.month):
            counted = register.reading(REGISTER_UNEMPLOYED, self.context.area, month).value
            published = self.stock(month).unemployed
            widest = max(tolerance.tolerance_share * published, tolerance.tolerance_persons)
            if not abs(counted - published) <= widest:
                return False
        return True
