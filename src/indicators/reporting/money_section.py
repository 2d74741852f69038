"""The section on money: what unemployment benefits cost the municipalities, from Kela's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan

import pandas as pd

from indicators.calendar import month_range, shift_month
from indicators.processed.reading import BenefitFacts
from indicators.reporting.charts.money import MoneyLine, money_chart
from indicators.reporting.context import Context
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.published_sections import earlier_month_note
from indicators.reporting.readings import NOT_AVAILABLE, Reading, SeriesKey
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.section_parts import figure_marks
from indicators.reporting.tables import Cell, HeaderCell, Row
from indicators.reporting.wording import NO_BREAK, capitalised

LABEL = "sec-money"
COFINANCED_ID = "cofinanced_benefits"
YEAR = 12
# A longer table would be a list of the country's municipalities.
MOST_MUNICIPALITIES = 30
LEAST_MONTHS = 2
# More employment areas than these are no comparison.
MOST_COMPARED = 2
_PER_PERSON, _SUM, _SHARE = "euros_per_person", "rolling_municipal_euros", "municipal_share"
_RECIPIENTS = "recipients"
_REFORM = "2025-01"
_AT_MOST = "≤"
_MILLION = 1e6


@dataclass(frozen=True)
class CofinancedBenefits:
    """The figures of a month's table of co-financed benefits, by name."""

    context: Context
    table: pd.DataFrame
    facts: BenefitFacts

    def reading(self, statistic: str, area: str, month: str) -> Reading:
        """A figure; its series is one of those that the section shows."""
        key = (COFINANCED_ID, statistic, "residents", "total", "total", area)
        self.context.read.add(SeriesKey(key))
        return self._rows.get((statistic, area, month), NOT_AVAILABLE)

    def series(self, statistic: str, area: str, last: str) -> pd.Series:
        """Values of all months up to one, NaN where not known, by the first day of each."""
        months = month_range(self.months[0], last)
        values = [self.reading(statistic, area, month).value for month in months]
        return pd.Series(values, pd.to_datetime(pd.Index(months), format="%Y-%m"), dtype=float)

    def last_known(self, statistic: str, area: str) -> str | None:
        """The newest month that a figure is known for."""
        known = [month for month in self.months if self.reading(statistic, area, month).known]
        return max(known, default=None)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """All months of the table, in order."""
        return tuple(sorted(map(str, self.table["month"].unique())))

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], Reading]:
        table = self.table
        keys = table[["statistic", "area", "month"]].astype(str).to_numpy().tolist()
        numbers = table[["value", "low", "high"]].to_numpy(float).tolist()
        status = table["status"].astype(str).tolist()
        return {
            (statistic, area, month): Reading(value, low, high, of)
            for (statistic, area, month), (value, low, high), of in zip(
                keys, numbers, status, strict=True
            )
        }


def money(context: Context) -> Content:
    """The municipalities' share of a year in words, a figure and a table; what the data lack."""
    translator = context.translator
    title = heading(translator("money.title"), LABEL)
    processed = context.processed
    if processed.kela is None or processed.kela_facts is None:
        status = capitalised(context.formatter.status(NOT_AVAILABLE.status))
        return compose(title, translator("money.absent", status=status))
    benefits = CofinancedBenefits(context, processed.kela, processed.kela_facts)
    month = benefits.last_known(_SUM, context.area)
    if month is None:
        status = capitalised(context.formatter.status(NOT_AVAILABLE.status))
        text = translator("money.unknown", status=status, area=context.area_name(context.area))
        return compose(title, _made_up_notice(benefits), text)
    return compose(
        title,
        _made_up_notice(benefits),
        translator("money.intro"),
        earlier_month_note(context, month),
        _summary(benefits, month),
        *_figure(benefits, month),
        _table(benefits, month),
        bullet_list(_limits(benefits, month)),
    )


# Words.


def _summary(benefits: CofinancedBenefits, month: str) -> str:
    context = benefits.context
    translator, area = context.translator, context.area
    before = shift_month(month, -YEAR)
    total, share = (benefits.reading(name, area, month) for name in (_SUM, _SHARE))
    sentences = [
        translator(
            "money.sum",
            locative=capitalised(context.locative),
            first=translator.month(shift_month(month, 1 - YEAR)),
            last=translator.month(month),
            euros=_amount(context, total.value),
        )
    ]
    was = benefits.reading(_SUM, area, before)
    if was.known:
        change = round(total.value - was.value, -3)
        key = "same" if change == 0 else "more" if change > 0 else "less"
        values = {} if key == "same" else {"change": _amount(context, abs(change))}
        sentences.append(translator(f"money.{key}", **values))
    per_person = benefits.reading(_PER_PERSON, area, month)
    country = benefits.reading(_PER_PERSON, context.country, month)
    if per_person.known:
        key = "per_person_country" if country.known else "per_person"
        values = {"country": translator.number(country.value)} if country.known else {}
        sentences.append(
            translator(f"money.{key}", euros=translator.number(per_person.value), **values)
        )
    if share.known:
        sentences.append(translator("money.share", share=translator.percent(share.value)))
    return " ".join(sentences)


def _amount(context: Context, euros: float) -> str:
    """Euros in words: millions with a decimal, or full thousands."""
    translator = context.translator
    if abs(euros) >= _MILLION:
        return translator("money.millions", number=translator.number(euros / _MILLION, 1))
    return translator("money.thousands", number=translator.number(round(euros, -3)))


def _limits(benefits: CofinancedBenefits, month: str) -> list[str]:
    """What the figures cannot tell, with how much that is where it is known."""
    context = benefits.context
    translator = context.translator
    unknown = benefits.facts.unknown_share
    share = "" if unknown is None else translator.percent(unknown)
    texts = [
        translator("money.limit_unknown_share", share=share)
        if share
        else translator("money.limit_unknown")
    ]
    if month >= _REFORM:
        key = "limit_reform_mixed" if month < shift_month(_REFORM, YEAR - 1) else "limit_reform"
        texts.append(translator(f"money.{key}"))
    else:
        texts.append(translator("money.limit_before_reform"))
    return [*texts, translator("money.limit_persons"), translator("money.limit_own")]


def _made_up_mark(benefits: CofinancedBenefits) -> str:
    return benefits.context.translator("register.mark") if benefits.facts.made_up else ""


def _marked(benefits: CofinancedBenefits, text: str) -> str:
    mark = _made_up_mark(benefits)
    return f"{mark}: {text}" if mark else text


def _made_up_notice(benefits: CofinancedBenefits) -> str:
    if not benefits.facts.made_up:
        return ""
    return f":::: {{.synthetic-notice}}\n{benefits.context.translator('money.made_up')}\n::::"


def _source(benefits: CofinancedBenefits) -> str:
    """How the data are to be cited: Kela, the data set, its date."""
    context = benefits.context
    newest: dict[str, str] = {}
    for source in benefits.facts.sources:
        newest.setdefault(source.title, source.vintage)
    named = [
        f"{title}, {context.translator.day(pd.Timestamp(vintage).date())}" if vintage else title
        for title, vintage in newest.items()
    ]
    key = "source_made_up" if benefits.facts.made_up else "source"
    return context.translator(f"money.{key}", sources="; ".join(named))


# Areas.


def _employment_areas(context: Context) -> list[str]:
    """Employment areas that the area lies in, wholly or in part; itself is none of them."""
    if context.area == context.country:
        return []
    own = set(context.areas.members_in_month(context.area, context.month))
    found = [
        code
        for code, members in context.areas.divisions.employment_areas.items()
        if code != context.area and not own.isdisjoint(members)
    ]
    return found if len(found) <= MOST_COMPARED else []


def _table_areas(benefits: CofinancedBenefits, month: str) -> list[str]:
    """Municipalities of the area, or of the employment area of a municipality; the sums below."""
    context = benefits.context
    beside = _employment_areas(context)
    whole = beside[0] if context.area.startswith("KU") and beside else context.area
    municipalities = context.areas.members_in_month(whole, context.month)
    if len(municipalities) > MOST_MUNICIPALITIES:
        municipalities = ()
    codes = dict.fromkeys((*municipalities, context.area, *beside, context.country))
    known = [code for code in codes if benefits.reading(_SUM, code, month).known]
    named = (*municipalities, context.area)
    return [code for code in codes if code in known or code in named]


# The figure and the table.


def _figure(benefits: CofinancedBenefits, month: str) -> list[FigurePart]:
    """The sum per person over time; none where only a single month is known."""
    context = benefits.context
    drawn_areas = dict.fromkeys((context.area, *_employment_areas(context), context.country))
    series = {area: benefits.series(_PER_PERSON, area, month) for area in drawn_areas}
    areas = [area for area, values in series.items() if values.notna().any()]
    lines = [MoneyLine(context.area_name(area), series[area]) for area in areas]
    # Without the area's own line there is nothing to compare, and a month alone is no development.
    if series[context.area].notna().sum() < LEAST_MONTHS:
        return []
    mark = _made_up_mark(benefits)
    drawn = money_chart(context, "figures/money.svg", lines, COFINANCED_ID, mark)
    caption = context.translator(
        "money.caption_figure",
        areas=context.translator.listing(_line_names(context, areas)),
        first=context.translator.month(drawn.first),
        last=context.translator.month(drawn.last),
    )
    note = " ".join([*figure_marks(context, drawn), _source(benefits)])
    return [FigurePart(drawn, "fig-money", _marked(benefits, caption), note, mark)]


def _line_names(context: Context, areas: Sequence[str]) -> list[str]:
    """Names of areas within a sentence."""
    country = context.translator("money.country")
    return [country if area == context.country else context.area_name(area) for area in areas]


def _table(benefits: CofinancedBenefits, month: str) -> TablePart:
    context = benefits.context
    translator = context.translator
    columns = ("column_sum", "column_change", "column_per_person", "column_share")
    heads = [
        HeaderCell(translator("common.area"), number=False),
        *(HeaderCell(translator(f"money.{name}")) for name in columns),
        HeaderCell(translator("money.column_recipients")),
    ]
    rows: list[Row] = [
        (context.area_name(area), _cells(benefits, area, month))
        for area in _table_areas(benefits, month)
    ]
    caption = translator(
        "money.caption_table",
        first=translator.month(shift_month(month, 1 - YEAR)),
        last=translator.month(month),
    )
    cells = [cell for _, line in rows for cell in line]
    note = _table_note(benefits, cells, month)
    return TablePart(
        [heads], rows, "tbl-money", _marked(benefits, caption), note, _made_up_mark(benefits)
    )


def _cells(benefits: CofinancedBenefits, area: str, month: str) -> list[Cell]:
    total, was = (benefits.reading(_SUM, area, at) for at in (month, shift_month(month, -YEAR)))
    known = total.known and was.known
    change = Reading(total.value - was.value if known else nan, status=total.status)
    return [
        _cell(benefits, total, 1000),
        _cell(benefits, change if known else NOT_AVAILABLE, 1000, signed=True),
        _cell(benefits, benefits.reading(_PER_PERSON, area, month)),
        _cell(benefits, benefits.reading(_SHARE, area, month), decimals=1),
        _cell(benefits, benefits.reading(_RECIPIENTS, area, month)),
    ]


def _cell(
    benefits: CofinancedBenefits,
    reading: Reading,
    scale: int = 1,
    *,
    decimals: int = 0,
    signed: bool = False,
) -> Cell:
    """A reading as the table has it; recipients of several parts at their upper bound."""
    formatter, translator = benefits.context.formatter, benefits.context.translator
    if not reading.known:
        return Cell(formatter.status(NOT_AVAILABLE.status))
    text = translator.number(reading.value / scale, decimals, signed=signed)
    if reading.status == "bounded" and reading.low < reading.high:
        return Cell(f"{_AT_MOST}{NO_BREAK}{text}")
    return Cell(text)


def _table_note(benefits: CofinancedBenefits, cells: list[Cell], month: str) -> str:
    context = benefits.context
    translator = context.translator
    notes = [translator("money.signed")]
    if any(cell.text.startswith(_AT_MOST) for cell in cells):
        notes.append(translator("money.at_most"))
    status = NOT_AVAILABLE.status
    if any(cell.text == context.formatter.status(status) for cell in cells):
        notes.append(translator("money.not_available", word=context.formatter.status(status)))
    # The latest months are provisional, of all areas alike.
    if benefits.reading(_SUM, context.area, month).status == "provisional":
        notes.insert(0, translator("money.provisional"))
    return " ".join([*notes, _source(benefits)])
