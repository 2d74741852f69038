"""What every part of a report needs: the tables, the language, the names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from indicators import areas, catalogue
from indicators.areas import Areas
from indicators.areas.mergers import called
from indicators.catalogue import LANGUAGES, Catalogue, SeriesBreak
from indicators.errors import DataError
from indicators.processed import Processed
from indicators.reporting.readings import Readings
from indicators.reporting.register.readings import RegisterReadings
from indicators.reporting.telling import Teller
from indicators.reporting.voice import Voice
from indicators.settings import Group, Settings


@dataclass(frozen=True)
class Context:
    """One month in one language.

    Attributes:
        settings: The project.
        processed: The month's protected tables.
        voice: The language.
        languages: All the languages the month has a report in.
    """

    settings: Settings
    processed: Processed
    translator: Voice
    languages: tuple[str, ...] = LANGUAGES

    @property
    def month(self) -> str:
        """The month reported."""
        return self.processed.month

    @property
    def group(self) -> str:
        """Area code of the trial's municipalities together."""
        return self.settings.report.group

    @property
    def group_settings(self) -> Group:
        """What the settings say of the group."""
        return self.settings.groups[self.group]

    @property
    def members(self) -> tuple[str, ...]:
        """Area codes of the trial's municipalities, as they are called in the month."""
        return called(self.group_settings.members, self.month)

    @property
    def country(self) -> str:
        """Area code of the whole country."""
        return self.settings.report.country

    @property
    def table_areas(self) -> tuple[str, ...]:
        """The areas of a table by area, in order."""
        return (*self.members, self.group, *self.settings.report.comparisons, self.country)

    def area_name(self, area: str) -> str:
        """An area's name in the language."""
        return self.areas.name(area, self.translator.language)

    @cached_property
    def areas(self) -> Areas:
        """The keys of areas."""
        return areas.load(self.settings)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The definitions, with the values of parameters that are in force."""
        return catalogue.load().in_force(self.settings.parameters.indicators)

    @cached_property
    def formatter(self) -> Teller:
        """Tells figures in the language."""
        return Teller(self.translator, self.catalogue)

    @cached_property
    def readings(self) -> Readings:
        """The figures by name."""
        groups = {
            code: called(group.members, self.month) for code, group in self.settings.groups.items()
        }
        return Readings(self.processed, groups)

    @cached_property
    def register(self) -> RegisterReadings:
        """The register's figures.

        Raises:
            DataError: The month was made without a register.
        """
        if self.processed.register is None:
            raise DataError(
                f"{self.month}: was made without a register; make it again with --register"
            )
        return RegisterReadings(self.processed.register, self.group)

    @property
    def breaks(self) -> list[SeriesBreak]:
        """All breaks up to the month."""
        return [
            series_break
            for series_break in self.catalogue.breaks
            if series_break.month <= self.month
        ]

    def breaks_drawn(self, *indicators: str, counts: bool = False) -> list[SeriesBreak]:
        """The breaks that concern any of some indicators, but for the trial: it has its band.

        Args:
            indicators: What the figure is made from.
            counts: Whether it draws counts, which a new denominator does not move.
        """
        start = self.settings.trial.start
        return [
            series_break
            for series_break in self.breaks
            if set(indicators) & set(series_break.indicators)
            and series_break.date != start
            and not (counts and series_break.denominator_only)
        ]
