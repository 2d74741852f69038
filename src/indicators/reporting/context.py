"""The context of a report's sections: a month's tables and readings, the language, the names."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan

import pandas as pd

from indicators.areas.areas import Areas, load_areas
from indicators.areas.mergers import codes_in_month
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES, SeriesBreak
from indicators.errors import DataError
from indicators.processed.reading import Processed
from indicators.reporting.readings import (
    FIELDS,
    NOT_AVAILABLE,
    SERIES_COLUMNS,
    Reading,
    ReadingFormatter,
    Readings,
    SeriesKey,
    texts_of_categories,
)
from indicators.reporting.reported_area import MOST_PARTS, ReportedArea
from indicators.reporting.wording import Translator
from indicators.settings.model import Group, Settings

TOTAL = "total"
SHOWN_STATUSES = ("normal", "provisional")
SUPPRESSED = "suppressed"
POPULATIONS_BY_CATEGORY = ("residents", "target_group")
FigureKey = tuple[str, ...]
# The numbers of FIELDS, and the status.
FigureRow = tuple[tuple[float, ...], str]
# Indicator, month, population and area of some rows.
Places = frozenset[tuple[str, str, str, str]]


# A register's figures.


@dataclass(frozen=True, slots=True)
class RegisterFigure:
    """A figure of the long table, and the decimals it is reported with.

    Attributes:
        indicator: Its id.
        statistic: Likewise.
        population: ``residents``, ``target_group`` or ``trial_office``.
        dimension: Likewise of the contract's section 3.
        category: Likewise.
        field: ``value``, ``numerator`` or ``denominator``.
        decimals: Digits after the decimal mark.
    """

    indicator: str
    statistic: str = "value"
    population: str = "residents"
    dimension: str = TOTAL
    category: str = TOTAL
    field: str = "value"
    decimals: int = 0

    def by(self, dimension: str, category: str) -> RegisterFigure:
        """The same figure of a category."""
        return replace(self, dimension=dimension, category=category)

    @property
    def all_categories(self) -> RegisterFigure:
        """The same figure of all categories together."""
        return self.by(TOTAL, TOTAL)

    @property
    def is_count(self) -> bool:
        """Whether a category that is left out counts zero; a share would have no denominator."""
        return self.decimals == 0

    def key(self, area: str) -> FigureKey:
        """The key of its rows in the long table, for an area."""
        return (
            *(self.indicator, self.statistic, self.population),
            *(self.dimension, self.category, area),
        )


@dataclass(frozen=True)
class RegisterReadings:
    """The figures of a month's register table.

    Attributes:
        table: The long table.
        group: The area whose categories are reported; of other areas only the totals are.
        left_out: Rows that are not published, each by columns of the long table's key.
        read: Gathers every series that is read.
    """

    table: pd.DataFrame
    group: str
    left_out: Sequence[Mapping[str, str]] = ()
    read: set[SeriesKey] = field(default_factory=set, compare=False, repr=False)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """All months there are, in order."""
        return tuple(sorted(map(str, self.table["month"].unique())))

    def has_known(
        self,
        indicators: Container[str],
        month: str | None = None,
        population: str | None = None,
        areas: Container[str] | None = None,
    ) -> bool:
        """Whether any figure of some indicators is known; of any month, population or area."""
        return _any_place(self._known, indicators, month, population, areas)

    def has_hidden(
        self,
        indicators: Container[str],
        month: str | None = None,
        population: str | None = None,
        areas: Container[str] | None = None,
    ) -> bool:
        """Whether any figure of some indicators is hidden; of any month, population or area."""
        return _any_place(self._hidden, indicators, month, population, areas)

    def lacks_source(self, figure: RegisterFigure, area: str) -> bool:
        """Whether a source of a figure is missing, so that no month has it."""
        readings = [self.reading(figure, area, month) for month in self.months]
        return all(reading.status == NOT_AVAILABLE.status for reading in readings)

    def is_left_out(self, figure: RegisterFigure, area: str) -> bool:
        """Whether the settings leave a figure out of what is published."""
        key = dict(zip(SERIES_COLUMNS, figure.key(area), strict=True))
        return any(
            all(key.get(column) == wanted for column, wanted in rows.items())
            for rows in self.left_out
        )

    def covers(self, month: str) -> bool:
        """Whether anything counted from persons is known of a month.

        Where nothing is known of any month a source is missing, which each section reports itself.
        """
        return month in self._counted or self._lacks_all

    @cached_property
    def _lacks_all(self) -> bool:
        """Whether every figure of persons lacks a source, in all months alike."""
        counted = self.table[self.table["source"] == "register"]
        return bool(len(counted)) and bool((counted["status"] == NOT_AVAILABLE.status).all())

    @cached_property
    def _known(self) -> Places:
        """Indicators, months, populations and areas of which a figure is known."""
        return _index_places(self.table[self.table["value"].notna()])

    @cached_property
    def _hidden(self) -> Places:
        """Indicators, months, populations and areas of which a figure is hidden."""
        return _index_places(self.table[self.table["status"] == SUPPRESSED])

    @cached_property
    def _counted(self) -> frozenset[str]:
        """Months of which a figure is known, or hidden, that was counted from persons."""
        counted = self.table["value"].notna() | (self.table["status"] == SUPPRESSED)
        counted &= self.table["source"] == "register"
        return frozenset(map(str, self.table.loc[counted, "month"].unique()))

    @cached_property
    def extract_date(self) -> str:
        """The last day the register knows about, ``YYYY-MM-DD``."""
        return str(self.table["vintage"].dropna().astype(str).max())

    def reading(self, figure: RegisterFigure, area: str, month: str) -> Reading:
        """Read a figure; a category left out has nothing behind it (contract, section 3)."""
        key = figure.key(area)
        self.read.add(SeriesKey(key, of_register=True))
        rows = self._rows.get(key, {})
        if month in rows:
            numbers, status = rows[month]
            return Reading(numbers[FIELDS.index(figure.field)], status=status)
        if figure.category == TOTAL or area != self.group or self.is_left_out(figure, area):
            return NOT_AVAILABLE
        whole = self.reading(figure.all_categories, area, month)
        if whole.status not in SHOWN_STATUSES:
            return replace(whole, value=nan)
        return Reading(0.0 if figure.is_count else nan, status=whole.status)

    def series(self, figure: RegisterFigure, area: str) -> pd.Series:
        """The values of all months, NaN where not known.

        Returns:
            Floats indexed by the first day of each month, without gaps in the months.
        """
        index = pd.to_datetime(pd.Index(self.months), format="%Y-%m")
        values = [self.reading(figure, area, month).value for month in self.months]
        return pd.Series(values, index=index, dtype=float)

    def hidden(self, figure: RegisterFigure, area: str) -> frozenset[str]:
        """The months of which a figure is hidden."""
        months = ((month, self.reading(figure, area, month)) for month in self.months)
        return frozenset(month for month, reading in months if reading.status == SUPPRESSED)

    def last_month_with_figure(self, figure: RegisterFigure, area: str) -> str | None:
        """The newest month that there is a figure for, known or hidden; None if there is none."""
        readings = ((month, self.reading(figure, area, month)) for month in self.months)
        months = (
            month for month, reading in readings if reading.known or reading.status == SUPPRESSED
        )
        return max(months, default=None)

    def categories(self, figure: RegisterFigure, dimension: str, area: str) -> tuple[str, ...]:
        """The categories of a dimension that a figure has rows of, in order of their code."""
        like = figure.by(dimension, "").key(area)
        return tuple(sorted(key[4] for key in self._rows if key[:4] == like[:4] and key[5] == area))

    @cached_property
    def _rows(self) -> Mapping[FigureKey, Mapping[str, FigureRow]]:
        table = self.table
        of_group = (table["area"] == self.group) & table["population"].isin(POPULATIONS_BY_CATEGORY)
        selected = ((table["dimension"] == TOTAL) | of_group).to_numpy()
        numbers = zip(*(table[name].to_numpy()[selected].tolist() for name in FIELDS), strict=True)
        texts = [
            texts_of_categories(table[name])[selected].tolist()
            for name in (*SERIES_COLUMNS, "month", "status")
        ]
        found: dict[FigureKey, dict[str, FigureRow]] = {}
        for (*key, month, status), row in zip(zip(*texts, strict=True), numbers, strict=True):
            found.setdefault(tuple(key), {})[month] = row, status
        return found


def _index_places(rows: pd.DataFrame) -> Places:
    columns = rows[["indicator", "month", "population", "area"]]
    return frozenset(map(tuple, columns.drop_duplicates().astype(str).to_numpy().tolist()))


def _any_place(
    places: Places,
    indicators: Container[str],
    month: str | None,
    population: str | None,
    areas: Container[str] | None,
) -> bool:
    return any(
        indicator in indicators
        and month in (None, place_month)
        and population in (None, place_population)
        and (areas is None or area in areas)
        for indicator, place_month, place_population, area in places
    )


# The month and the language.


@dataclass(frozen=True)
class Context:
    """A month in a language.

    Attributes:
        settings: The project.
        processed: The month's protected tables.
        translator: The language.
        languages: All the languages the month has a report in.
        chosen_area: The area reported; None for the trial's municipalities together.
        draft: Whether it is of a draft, which stands beside no other files.
        read: Every series that has been read of its tables; a section's are its data.
    """

    settings: Settings
    processed: Processed
    translator: Translator
    languages: tuple[str, ...] = LANGUAGES
    chosen_area: str | None = None
    draft: bool = False
    read: set[SeriesKey] = field(default_factory=set, compare=False, repr=False)

    @property
    def month(self) -> str:
        """The month reported."""
        return self.processed.month

    @property
    def group(self) -> str:
        """Area code of the trial's municipalities together."""
        return self.settings.report.group

    @property
    def area(self) -> str:
        """Area code of the area reported: the group unless another was chosen."""
        return self.chosen_area or self.group

    @property
    def locative(self) -> str:
        """Where the area's people are, as a sentence has it."""
        return self.areas.locative(self.area, self.translator.language)

    @cached_property
    def reported_area(self) -> ReportedArea:
        """What the report shows beside the area."""
        return ReportedArea(self.settings, self.areas, self.month, self.area)

    @property
    def is_country(self) -> bool:
        """Whether the area is the whole country, which is compared with nothing."""
        return self.area == self.country

    def of_area(self, key: str) -> str:
        """The key of a text in the form that is right for the area, if it has one.

        ``KEY_area`` is of areas that are not the settings' group, ``KEY_country`` of the country.
        """
        endings = ("_country", "_area") if self.is_country else ("_area",)
        if self.reported_area.is_group:
            return key
        return next((key + end for end in endings if self.translator.has(key + end)), key)

    @property
    def area_description(self) -> str:
        """Sentences that say what the area is."""
        language, reported = self.translator.language, self.reported_area
        if reported.is_group or reported.kind == "group":
            return self.settings.groups[self.area].description[language]
        return " ".join(describe_area(self))

    @property
    def area_of_files(self) -> str:
        """The area's code in the names of its files; empty for the settings' own."""
        return "" if self.reported_area.is_group else self.area

    @property
    def group_settings(self) -> Group:
        """The group's settings."""
        return self.settings.groups[self.group]

    @property
    def members(self) -> tuple[str, ...]:
        """Area codes of the trial's municipalities, as they are called in the month."""
        return codes_in_month(self.group_settings.members, self.month)

    @property
    def country(self) -> str:
        """Area code of the whole country."""
        return self.settings.report.country

    @property
    def table_areas(self) -> tuple[str, ...]:
        """The areas of a table by area, in order; the one reported is among them."""
        return self.reported_area.shown

    @property
    def register_areas(self) -> tuple[str, ...]:
        """Likewise of a table of the register's figures."""
        areas = (*self.members, self.group)
        return areas if self.area in areas else (self.area,)

    def area_name(self, area: str) -> str:
        """An area's name in the language."""
        return self.areas.name(area, self.translator.language)

    @cached_property
    def areas(self) -> Areas:
        """The keys of areas."""
        return load_areas(self.settings)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The definitions, with the values of parameters that are in force."""
        return load_catalogue().in_force(self.settings.parameters.indicators)

    @cached_property
    def formatter(self) -> ReadingFormatter:
        """Formats readings in the language."""
        return ReadingFormatter(self.translator, self.catalogue)

    @cached_property
    def readings(self) -> Readings:
        """The figures by name."""
        groups = {
            code: codes_in_month(group.members, self.month)
            for code, group in self.settings.groups.items()
        }
        for code in self.areas.divisions.key_areas:
            groups[code] = self.areas.members_in_month(code, self.month)
        return Readings(self.processed, groups, self.read)

    @cached_property
    def register(self) -> RegisterReadings:
        """The register's figures.

        Raises:
            DataError: The month's tables were computed without a register.
        """
        if self.processed.register is None:
            raise DataError(
                f"{self.month}: was made without a register; make it again with --register"
            )
        return RegisterReadings(
            self.processed.register, self.group, self.settings.disclosure.leave_out, self.read
        )

    @property
    def breaks(self) -> list[SeriesBreak]:
        """All breaks up to the month."""
        return [
            series_break
            for series_break in self.catalogue.breaks
            if series_break.month <= self.month
            and self.reported_area.is_concerned_by(series_break.id)
        ]

    def breaks_drawn(self, *indicators: str, counts: bool = False) -> list[SeriesBreak]:
        """The breaks that concern any of some indicators, but for the trial: it has its band.

        Args:
            indicators: The indicators that the figure shows.
            counts: Whether it draws counts, which a new denominator does not move.
        """
        trial = self.reported_area.trial
        start = trial.start if trial is not None else None
        return [
            series_break
            for series_break in self.breaks
            if set(indicators) & set(series_break.indicators)
            and series_break.date != start
            and not (counts and series_break.denominator_only)
        ]


def describe_area(context: Context) -> Iterator[str]:
    """What an area is that is not the settings' group, a sentence each."""
    translator, areas, area = context.translator, context.areas, context.area
    kind, name = context.reported_area.kind, context.area_name(context.area)
    if kind == "country":
        yield translator("opening.area_country")
        return
    if kind == "municipality":
        yield translator("opening.area", area=name)
        around = [areas.containing(area, wanted) for wanted in ("employment_area", "region")]
        for key, code in zip(
            ("opening.in_employment_area", "opening.in_region"), around, strict=True
        ):
            if code is not None:
                yield translator(key, area=context.area_name(code))
        return
    members = [context.area_name(code) for code in areas.members_in_month(area, context.month)]
    if len(members) == 1:
        yield translator("opening.area_of_one", area=name, member=members[0])
    elif len(members) <= MOST_PARTS:
        *first, last = sorted(members)
        listed = f"{', '.join(first)} {translator('common.and')} {last}"
        yield translator("opening.area_of_members", area=name, members=listed)
    else:
        yield translator("opening.area_of_many", area=name, count=translator.number(len(members)))
    if kind in ("employment_area", "evk", "trial_area"):
        yield translator("opening.added_up")
    if kind == "trial_area" and context.reported_area.trial is not None:
        trial = context.reported_area.trial
        start, end = translator.day(trial.start), translator.day(trial.end)
        yield translator("opening.in_trial", start=start, end=end)
    if context.reported_area.members_unsure:
        yield translator("opening.members_unsure")
