"""What the catalogue holds: frozen records, one for each kind of thing that is defined as data.

The definition files are read as these records say (`indicators.structuring`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from indicators.errors import UsageError
from indicators.structuring import (
    FILLED,
    GIVEN,
    ByName,
    Fits,
    Given,
    Inline,
    MisfitError,
    OneOf,
    ReadAs,
)

LANGUAGES: tuple[str, ...] = ("fi", "sv", "en")
"""The languages of all texts, Finnish first."""

CHART_LABEL_LENGTH = 28
SHORT_LENGTH = 60
_UNFINISHED = re.compile(r"\b(TODO|TBD|FIXME|XXX|lorem ipsum)\b|\?\?\?", re.IGNORECASE)


def _translation(value: str) -> str:
    """A text without the file's line breaks; U+00A0 is meant and stays."""
    text = re.sub(r"[ \n]+", " ", value).strip(" ")
    if not text.strip():
        raise MisfitError("empty translation")
    if unfinished := _UNFINISHED.search(text):
        raise MisfitError(f"unfinished text: {unfinished.group()!r}")
    return text


_Translation = Annotated[str, ReadAs(str, _translation)]
_Unit = Annotated[str, OneOf("unit")]
_Grade = Annotated[str, OneOf("grade")]
_StatisticId = Annotated[str, OneOf("statistic")]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the three languages."""

    fi: _Translation
    sv: _Translation
    en: _Translation

    def in_(self, language: str) -> str:
        """The text in one language.

        Raises:
            UsageError: The language is none of ``LANGUAGES``.
        """
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise UsageError(f"unknown language {language!r}: choose one of {known}")
        return str(getattr(self, language))

    def __getitem__(self, language: str) -> str:
        return self.in_(language)


def _at_most(length: int) -> ReadAs:
    def check(text: Text) -> Text:
        for language in LANGUAGES:
            if len(text[language]) > length:
                raise MisfitError(f"{text[language]!r} is longer than {length} characters")
        return text

    return ReadAs(Text, check)


@dataclass(frozen=True, slots=True)
class Label:
    """What a code is called, and the sentence that explains it in a note."""

    id: Annotated[str, GIVEN]
    label: Text
    explanation: Text | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit after one, after a number, and as the head of a table column."""

    id: Annotated[str, GIVEN]
    singular: Text
    plural: Text
    column: Text


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure of an indicator; ``grade`` is its own certainty, A–D."""

    id: str
    unit: _Unit
    label: Text
    grade: _Grade = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A choice of definition that the settings may change; ``unit`` is an id of the units."""

    id: Annotated[str, GIVEN]
    default: bool | int | float
    unit: _Unit
    description: Annotated[Text, Inline(LANGUAGES)]


@dataclass(frozen=True, slots=True)
class StatfinRecipe:
    """Which columns of StatFin table 12r5 make a statistic.

    The value is the sum of ``numerator``, over the sum of ``denominator`` where there is one.
    ``denominator_missing``: a share whose denominator the table does not hold, so that only the
    numerator can be given.
    """

    statistic: _StatisticId
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    denominator_missing: bool = False


@dataclass(frozen=True, slots=True)
class OfficialRecipe:
    """What is made of one of StatFin's tables beside 12r5.

    Attributes:
        table: Its id, such as ``12ts``.
        makes: ``share`` (StatFin's own rounded share, whose counts are not published), ``median``
            (bounds of a median, from classes of duration), ``count``, ``rate`` (of ``contents`` in
            these and ``rest``; serves where 12r5 has hidden cells) or ``base`` (the denominator
            that 12r5 lacks).
        contents: What is counted: codes that the table's form knows, added up.
        grade: How far the official figure is of the same definition, A–D.
        differs: What is otherwise in the official figure.
        statistic: Whose figure it is; of ``count`` the statistics are in ``reasons``, if it has.
        rest: What makes a whole with ``contents``.
        reasons: End reasons (codes of the register) by statistic; none are all reasons together.
        dimensions: Variables of the table by which it is given too: ``duration``, ``reason``.
        ages: First and last year of age, of a base.
        activity: Of whom a base is, such as ``labour_force``.
        tolerance: Largest gap between a register's figure and the official one that is within
            their definitions, as a share of the official one; 0: as the settings have it. With
            one a larger gap is told, and refuses no extract.
    """

    table: str
    makes: Literal["share", "median", "count", "rate", "base"]
    contents: Annotated[tuple[str, ...], FILLED]
    grade: _Grade
    differs: Text
    statistic: _StatisticId
    rest: tuple[str, ...] = ()
    reasons: Mapping[_StatisticId, tuple[str, ...]] = field(default_factory=dict)
    dimensions: tuple[Literal["duration", "reason"], ...] = ()
    ages: Annotated[tuple[int, ...], Fits(lambda value: len(value) in (0, 2), "two ages")] = ()
    activity: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a definition is, A–D, and why."""

    grade: _Grade
    note: Text


_PAIR = Fits(lambda value: len(value) in (0, 2), "a dimension and a category")


@dataclass(frozen=True, slots=True)
class Count:
    """What a numerator or denominator counts that other figures count too.

    Attributes:
        count: The count's name.
        category: Dimension and category, where it is of one category alone while the figure is a
            total; empty where it is of the figure's own.
        months_before: So many months before the figure's it is of.
    """

    count: str
    category: Annotated[tuple[str, ...], _PAIR] = ()
    months_before: int = 0


@dataclass(frozen=True, slots=True)
class StatisticCounts:
    """What a statistic counts that other figures count too.

    Attributes:
        numerator: What its numerator counts; None is a count that no other figure shows.
        denominator: Likewise.
        followed_for: The parameter that tells for how many days after the month's events more must
            be known. Until then only some are followed: both are other counts, parts of these,
            ``indicator.statistic.followed`` and ``indicator.statistic.followed.denominator``.
    """

    numerator: Count | None = None
    denominator: Count | None = None
    followed_for: str = ""


@dataclass(frozen=True, slots=True)
class CountRelations:
    """How counts hang together in every cell; a figure's own count is ``indicator.statistic``.

    Attributes:
        distinct: Counts of distinct persons or vacancies: one can be in two categories or areas,
            so that parts may add up to more than the total.
        distinct_by_item: Counts of which that is so of the items of a survey alone.
        sums: Counts that are the sum of others.
        within: Parts of a whole: lists of counts that nobody is in two of, and that together are at
            most the whole.
        cohorts: Counts of one cohort, each part of the one before; the difference of two
            neighbours is a count too.
        tells_of: By figure (``indicator.statistic``) counts that it tells something of without
            being one, as a sum or a mean does: it is shown only where these are shown.
    """

    distinct: tuple[str, ...] = ()
    distinct_by_item: tuple[str, ...] = ()
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    cohorts: tuple[tuple[str, ...], ...] = ()
    tells_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportedRows:
    """Rows of a register's table that the report shows: every combination of what is named.

    Attributes:
        statistics: Their ids.
        populations: Of the indicator's.
        dimensions: Of the indicator's, with all of their categories.
        areas: ``members`` (the report's municipalities and their group), ``group`` or ``country``
            (the whole extract).
    """

    statistics: tuple[_StatisticId, ...]
    populations: tuple[str, ...]
    dimensions: tuple[str, ...]
    areas: Literal["members", "group", "country"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as the contract (section 4) defines it; ``number`` is 0 for a context series."""

    number: int
    id: str
    name: Text
    short: Annotated[Text, _at_most(SHORT_LENGTH)]
    definition: Text
    numerator: Text
    denominator: Text
    count_moment: Annotated[str, OneOf("count_moment")]
    populations: tuple[Annotated[str, OneOf("population")], ...]
    sources: tuple[Annotated[str, OneOf("source")], ...]
    dimensions: tuple[Annotated[str, OneOf("dimension")], ...]
    certainty: Certainty
    headline: _StatisticId
    statistics: Annotated[tuple[Statistic, ...], FILLED]
    parameters: Annotated[tuple[Parameter, ...], ByName("parameter")]
    statfin: StatfinRecipe | None = None
    official: tuple[OfficialRecipe, ...] = ()
    counts: Mapping[_StatisticId, StatisticCounts] = field(default_factory=dict)
    count_relations: CountRelations = CountRelations()
    reported: tuple[ReportedRows, ...] = ()

    @property
    def grade(self) -> str:
        """How sure the definition is, A–D."""
        return self.certainty.grade

    @property
    def unit(self) -> str:
        """The unit of the headline statistic."""
        return self.statistic(self.headline).unit

    def statistic(self, statistic_id: str) -> Statistic:
        """The statistic of this id.

        Raises:
            UsageError: The indicator has no such statistic.
        """
        for statistic in self.statistics:
            if statistic.id == statistic_id:
                return statistic
        known = ", ".join(statistic.id for statistic in self.statistics)
        raise UsageError(f"{self.id} has no statistic {statistic_id!r}: choose one of {known}")


@dataclass(frozen=True, slots=True)
class ContextSeries(Indicator):
    """A series that stands beside the indicators in reports: it has no number."""

    number: Annotated[int, Given(0)]


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """A day after which figures are not comparable as they stand with those before it.

    ``label`` is short enough for a chart, ``grade`` is how sure the break is (A–D).
    ``denominator_only``: it moves shares but not the counts in their numerators.
    """

    id: str
    date: date
    grade: _Grade
    label: Annotated[Text, _at_most(CHART_LABEL_LENGTH)]
    sentence: Text
    indicators: tuple[Annotated[str, OneOf("indicator")], ...]
    denominator_only: bool

    @property
    def month(self) -> str:
        """The month ``YYYY-MM`` the break falls in."""
        return f"{self.date:%Y-%m}"
