"""The openings of both parts of the report, and its annexes.

The annexes are definitions (method), indicators that could not be computed, breaks in the series,
and sources.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from indicators.calendar import count_day
from indicators.catalogue.model import Indicator, SeriesBreak
from indicators.processed.reading import Source
from indicators.reporting.context import Context
from indicators.reporting.definitions import definition_body
from indicators.reporting.files import data_name, register_name, report_name
from indicators.reporting.markdown import (
    bullet_list,
    heading,
    only_on_page,
    styled_box,
)
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.section import Content, TablePart, compose
from indicators.reporting.section_parts import made_up_mark
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import TAGS, Translator
from indicators.version import __version__

# An indicator of several sources lacks the source that its numbers come from: the first of these.
_SOURCES = ("survey", "kela", "administrative", "register")
# Enough of a checksum to distinguish files; the whole stands in the provenance file.
CHECKSUM_DIGITS = 12


@dataclass(frozen=True, slots=True)
class RegisterPart:
    """What a section of the register's part needs.

    Attributes:
        topic: Topic of its wording; its heading is referred to by it.
        indicators: Those it shows; where none of them is known, it says that and no more.
        of_month: Whether it shows the reported month alone, and not those before it too.
        population: The single population that it shows; None for several.
    """

    topic: str
    indicators: tuple[str, ...] = ()
    of_month: bool = False
    population: str | None = None

    @property
    def label(self) -> str:
        """What its heading is referred to by."""
        return f"sec-{self.topic.replace('_', '-')}"


def opening(context: Context) -> Content:
    """Links on the page (not in print), then the scope of the figures."""
    translator = context.translator
    over = context.month > f"{context.settings.trial.end:%Y-%m}"
    scope = translator(
        "opening.scope_over"
        if over and context.reported_area.is_group
        else context.of_area("opening.scope"),
        group_description=context.area_description,
        count_day=translator.day(_count_day(context)),
    )
    shown = context.processed.made_up and context.register.covers(context.month)
    ahead = translator("register.ahead") if shown else ""
    return compose(only_on_page(_language_links(context)), scope, ahead)


def _count_day(context: Context) -> date:
    return count_day(context.month)


def _language_links(context: Context) -> str:
    month, own_language = context.month, context.translator.language
    area = context.area_of_files
    others = [
        f"[{Translator(language)('opening.language_name')}](../{language}/"
        f"{report_name(month, language, area)}.html)"
        f'{{lang="{TAGS[language]}" hreflang="{TAGS[language]}"}}'
        for language in context.languages
        if language != own_language
    ]
    own = [f"[{context.translator('opening.pdf')}]({report_name(month, own_language, area)}.pdf)"]
    if not context.draft:
        up = "../" * (4 if area else 3)
        own += [
            f"[{context.translator('opening.csv')}]({data_name(month, area)})",
            *_register_notes(context),
            f"[{context.translator('opening.all_reports')}]({up}index.html)",
        ]
    return styled_box("\n".join(f"- {link}" for link in (*others, *own)), "language-links")


def _register_notes(context: Context) -> list[str]:
    """The second part's figures, named as made up where they are."""
    if context.processed.register is None or not context.register.covers(context.month):
        return []
    made_up = context.processed.made_up
    text = context.translator("register.download_made_up" if made_up else "register.download")
    up = "../../" if context.area_of_files else "../"
    return [f"[{text}]({up}{register_name(context.month, made_up=made_up)})"]


# The method annex: what each indicator is, from the catalogue.


def method(context: Context) -> Content:
    """All definitions, in order of number."""
    return compose(
        heading(context.translator("method.title"), "sec-method"),
        context.translator("method.intro"),
        *(_annex_entry(context, indicator) for indicator in context.catalogue.indicators),
        *(_annex_entry(context, series) for series in _series_with_choices(context)),
    )


def _series_with_choices(context: Context) -> list[Indicator]:
    """Context series of the month's tables whose definition has parameters, which are told."""
    if context.processed.kela is None:
        return []
    return [series for series in context.catalogue.context if series.parameters]


def _annex_entry(context: Context, indicator: Indicator) -> str:
    label = f"sec-{indicator.id.replace('_', '-')}"
    number = f"{indicator.number} " if indicator.number else ""
    title = heading(f"{number}{indicator.name[context.translator.language]}", label, 3)
    return f"{title}\n\n{definition_body(context, indicator)}"


# The indicators that published statistics cannot give, and why.


def not_computed(context: Context) -> Content:
    """The indicators that are missing, wholly or in part, under the reason they have in common."""
    by_reason: dict[str, list[str]] = {}
    for indicator in context.catalogue.indicators:
        for reason in _reasons(context, indicator):
            name = f"{indicator.number} {indicator.name[context.translator.language]}"
            by_reason.setdefault(reason, []).append(name)
    parts = [f"**{reason}**\n\n{bullet_list(names)}" for reason, names in by_reason.items()]
    return compose(
        heading(context.translator("not_computed.title"), "sec-not-computed"),
        context.translator("not_computed.intro"),
        *parts,
    )


def _reasons(context: Context, indicator: Indicator) -> list[str]:
    """Why an indicator is missing wholly or in part; no reasons if it is all there."""
    shown = _shown_statistics(context, indicator)
    if indicator.statfin is None and indicator.official and shown:
        lacking = [each for each in indicator.statistics if each.id not in shown]
        return [_only_statistics(context, indicator, shown)] if lacking else []
    if indicator.statfin is None:
        source = next(source for source in _SOURCES if source in indicator.sources)
        return [context.translator(context.of_area(f"not_computed.{source}"))]
    reasons = []
    if indicator.statfin.denominator_missing and shown:
        return []
    if indicator.statfin.denominator_missing:
        reasons.append(context.translator("not_computed.denominator"))
    elif len(indicator.statistics) > 1:
        reasons.append(_only_statistics(context, indicator, [indicator.statfin.statistic]))
    return reasons + _ended_note(context, indicator)


def _only_statistics(context: Context, indicator: Indicator, shown: Collection[str]) -> str:
    """The reason of an indicator of which only some statistics are shown."""
    labels = [each.label for each in indicator.statistics if each.id in shown]
    named = ", ".join(label[context.translator.language].lower() for label in labels)
    return context.translator("not_computed.only_statistic", shown=named)


def _shown_statistics(context: Context, indicator: Indicator) -> set[str]:
    """Which statistics of an indicator have a value in the month, in any area of its tables."""
    frame = context.processed.indicators
    rows = frame[
        (frame["indicator"] == indicator.id)
        & (frame["month"] == context.month)
        & frame["area"].isin([context.area, *context.table_areas])
        & frame["value"].notna()
    ]
    return set(map(str, rows["statistic"].unique()))


def _ended_note(context: Context, indicator: Indicator) -> list[str]:
    """The reason of an indicator whose published figures end before the month."""
    quantity = next(
        name for name, quantity in QUANTITIES.items() if quantity.indicator == indicator.id
    )
    last = context.readings.last_known(quantity, context.area)
    if last is None or last == context.month:
        return []
    return [context.translator("not_computed.ended", last=context.translator.month(last))]


# Breaks in the series up to the month: when, what, and which indicators.


def series_breaks(context: Context) -> Content:
    """A table of the breaks that have come by the month."""
    translator = context.translator
    title = heading(translator("breaks.title"), "sec-breaks")
    if not context.breaks:
        first = min(series_break.month for series_break in context.catalogue.breaks)
        return compose(title, translator("breaks.none", from_first=translator.from_month(first)))
    rows = [
        (translator.day(series_break.date), _break_cells(context, series_break))
        for series_break in context.breaks
    ]
    heads = [
        HeaderCell(translator(f"breaks.{name}"), number=False)
        for name in ("date", "what", "indicators")
    ]
    return compose(
        title,
        translator("breaks.intro"),
        TablePart([heads], rows, "tbl-breaks", translator("breaks.caption")),
    )


def _break_cells(context: Context, series_break: SeriesBreak) -> list[Cell]:
    numbers = [
        indicator.number for indicator in context.catalogue.indicators
        if indicator.id in series_break.indicators
    ]  # fmt: skip
    text = (
        f"{series_break.label[context.translator.language]}. "
        f"{series_break.sentence[context.translator.language]}"
    )
    return [Cell(text, number=False), Cell(_number_ranges(numbers), number=False)]


def _number_ranges(numbers: list[int]) -> str:
    """Numbers with runs of three and more drawn together: ``1, 2, 4–8``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )


# Sources, vintages and licence.


def sources(context: Context) -> Content:
    """The vintages used, how to cite them, and how to build the report again."""
    translator = context.translator
    rows = [
        (_vintage_day(context, source), _source_cells(context, source))
        for source in context.processed.sources
    ]
    heads = [
        HeaderCell(translator(f"sources.{name}"), number=False)
        for name in ("vintage", "months", "file", "checksum")
    ]
    command = f"indicators report --month {context.month} --lang {translator.language}"
    if context.area_of_files:
        command += f" --area {context.area}"
    return compose(
        heading(translator("sources.title"), "sec-sources"),
        translator("sources.intro"),
        TablePart([heads], rows, "tbl-sources", translator("sources.caption")),
        translator("sources.licence"),
        translator("sources.made_with", version=__version__, command=command),
    )


def _vintage_day(context: Context, source: Source) -> str:
    return context.translator.day(date.fromisoformat(source.vintage))


def _source_cells(context: Context, source: Source) -> list[Cell]:
    months = (
        f"{context.translator.month(source.first_month)}–"
        f"{context.translator.month(source.last_month)}"
    )
    checksum = source.sha256[:CHECKSUM_DIGITS] or "–"
    return [Cell(text, number=False) for text in (months, source.file, checksum)]


# The register's part: its opening, and the notice of a section without figures.


def register_opening(context: Context, sections: Sequence[RegisterPart]) -> Content:
    """The part's heading, the notice over made-up figures, and links to its sections.

    Of a month that the register does not cover it says only that.
    """
    translator = context.translator
    title = translator("register.title")
    head = (
        heading(
            f"{title} ({made_up_mark(context).lower()})" if made_up_mark(context) else title,
            "sec-register",
        ),
        styled_box(translator("register.notice"), "synthetic-notice")
        if made_up_mark(context)
        else "",
    )
    extract = translator.day(date.fromisoformat(context.register.extract_date))
    if not context.register.covers(context.month):
        month = translator.month(context.month)
        return compose(*head, translator("register.not_covered", extract=extract, month=month))
    links = [f"[{translator(f'{section.topic}.title')}](#{section.label})" for section in sections]
    return compose(
        *head,
        translator(
            "register.intro",
            group=context.area_name(context.area),
            extract=extract,
            first=translator.month(context.register.months[0]),
            last=translator.month(context.register.months[-1]),
        ),
        translator("register.contents", contents=" · ".join(links)),
    )


def why_not_in_report(context: Context, part: RegisterPart | None, title: str) -> Content | None:
    """Why a page leaves a section out: no register covers the month; None where it has it."""
    if part is None:
        return None
    translator = context.translator
    if context.processed.register is None:
        text = translator("register.absent")
    elif part.indicators and not context.register.covers(context.month):
        extract = translator.day(date.fromisoformat(context.register.extract_date))
        month = translator.month(context.month)
        text = translator("register.not_covered", extract=extract, month=month)
    else:
        return None
    return compose(heading(title, part.label, 3 if part.indicators else 2), text)


def unavailable_section(context: Context, part: RegisterPart | None) -> Content | None:
    """A section's heading and why it has no figures; None where it has some."""
    if part is None or not part.indicators:
        return None
    month = context.month if part.of_month else None
    # Of the report's own area a section may show others: it is left out if nothing at all is known.
    areas = None if context.area == context.group else (context.area, context.country)
    selection = (part.indicators, month, part.population, areas)
    if context.register.has_known(*selection):
        return None
    translator = context.translator
    title = heading(translator(f"{part.topic}.title"), part.label, 3)
    if context.register.has_hidden(*selection):
        return compose(title, translator("register.all_hidden"))
    elsewhere = (part.indicators, month, part.population)
    if context.register.has_known(*elsewhere) or context.register.has_hidden(*elsewhere):
        name = context.area_name(context.area)
        return compose(title, translator("register.other_area", area=name))
    return compose(title, translator("register.unknown"))
