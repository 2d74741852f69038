"""What a report of an area shows beside it: its parts, what it is compared with, and its trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from indicators.areas.areas import Areas, Kind
from indicators.areas.mergers import codes_in_month

if TYPE_CHECKING:
    import pandas as pd

    from indicators.processed.reading import Processed
    from indicators.settings.model import Settings

# More municipalities than these are no table that anybody reads: regions stand for them.
MOST_PARTS = 30
# Employment services belong to employment areas from this month on.
EMPLOYMENT_AREAS_FROM = "2025-01"
# Breaks of the trial's municipalities, and of the Lahti region's own agreement, by their id.
TRIAL_BREAK, OWN_BREAK = "trial_start", "staff_end_2021"


@dataclass(frozen=True, slots=True)
class TrialTime:
    """First and last day of the trial that an area took part in as a whole."""

    start: date
    end: date


@dataclass(frozen=True)
class ReportedArea:
    """An area as a report of a month has it.

    Attributes:
        settings: The project.
        areas: The keys.
        month: ``YYYY-MM``.
        code: The area.
    """

    settings: Settings
    areas: Areas
    month: str
    code: str

    @property
    def is_group(self) -> bool:
        """Whether it is the area that the settings' reports are about."""
        return self.code == self.settings.report.group

    @cached_property
    def kind(self) -> Kind:
        """What sort of area it is; that of the settings' reports is their group."""
        return "group" if self.is_group else self.areas.kind(self.code)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The areas drawn side by side: municipalities, or regions where these would be too many.

        Of a municipality those of the smallest area that it shares with others: the employment
        area (in the time of the trials the trial area), the sub-region, the region.
        """
        if self.is_group:
            return codes_in_month(self.settings.groups[self.code].members, self.month)
        if self.kind == "municipality":
            return self._members(self.frame) if self.frame else (self.code,)
        members = self._members(self.code)
        if len(members) <= MOST_PARTS:
            return members
        inside = set(members)
        regions = self.areas.divisions.of_kind("region")
        return tuple(code for code in regions if set(self._members(code)) <= inside)

    @property
    def parts_are_regions(self) -> bool:
        """Whether regions stand for the municipalities."""
        return bool(self.parts) and self.areas.kind(self.parts[0]) == "region"

    @cached_property
    def frame(self) -> str | None:
        """The area whose municipalities a municipality is shown among; None for other areas."""
        if self.kind != "municipality":
            return None
        kinds: list[Kind] = ["subregion", "region"]
        if self.month >= EMPLOYMENT_AREAS_FROM:
            kinds.insert(0, "employment_area")
        elif self.trial is not None:
            kinds.insert(0, "trial_area")
        found = [self.areas.containing(self.code, kind) for kind in kinds]
        sizes = ((code, len(self._members(code))) for code in found if code)
        return next((code for code, size in sizes if 1 < size <= MOST_PARTS), None)

    @property
    def behind(self) -> str:
        """The area that stands behind each part in pictures."""
        return self.frame or self.code

    @cached_property
    def comparisons(self) -> tuple[str, ...]:
        """Further areas beside it, the country not among them."""
        if self.is_group:
            return self.settings.report.comparisons
        if self.kind in ("country", "region"):
            return ()
        region = self.areas.containing(self.code, "region")
        return tuple(dict.fromkeys(code for code in (self.frame, region) if code))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The areas of a table by area, in order, each once; the one reported is among them."""
        own = () if self.code in self.parts else (self.code,)
        country = self.settings.report.country
        return tuple(dict.fromkeys((*self.parts, *own, *self.comparisons, country)))

    @cached_property
    def trial(self) -> TrialTime | None:
        """The time of its trial; None unless all its municipalities took part in the same one."""
        own, trial = self.settings.groups[self.settings.report.group], self.settings.trial
        members = set(self.areas.members(self.code))
        if self.is_group or members <= set(own.members):
            return TrialTime(trial.start, trial.end)
        found = {
            member.municipality: member
            for member in self.areas.trials
            if member.start is not None and member.start.year == trial.start.year
        }
        taken = [found.get(code.removeprefix("KU")) for code in members]
        if not taken or None in taken:
            return None
        entries = [entry for entry in taken if entry is not None]
        if len({entry.trial_area for entry in entries}) > 1:
            return None
        starts = [entry.start for entry in entries if entry.start]
        ends = [entry.end for entry in entries if entry.end]
        return TrialTime(min(starts), max(ends))

    def is_concerned_by(self, series_break: str) -> bool:
        """Whether a break of the series concerns the area: those of a trial only its members."""
        if series_break not in (TRIAL_BREAK, OWN_BREAK) or self.is_group:
            return True
        members = {code.removeprefix("KU") for code in self.areas.members(self.code)}
        if series_break == OWN_BREAK:
            own = self.settings.groups[self.settings.report.group].members
            return members <= {code.removeprefix("KU") for code in own}
        start = self.settings.trial.start
        return any(
            member.municipality in members and member.start == start for member in self.areas.trials
        )

    @property
    def members_unsure(self) -> bool:
        """Whether who belongs to the trial area is not wholly confirmed."""
        codes = {code.removeprefix("KU") for code in self.areas.members(self.code)}
        return self.kind == "trial_area" and any(
            member.grade == "C" and member.municipality in codes for member in self.areas.trials
        )

    def _members(self, code: str) -> tuple[str, ...]:
        return self.areas.members_in_month(code, self.month)


def tables_of_area(tables: Processed, settings: Settings, area: str | None) -> Processed:
    """A month's tables as a report of an area has them.

    A register that does not hold the area's people has no part in it: its table is left out. Of the
    whole country only a register that the settings say holds everybody has one.
    """
    from dataclasses import replace

    if tables.register is None or area is None or area == settings.report.group:
        return tables
    held = area in set(map(str, tables.register["area"].unique()))
    if area == settings.report.country:
        held = area in settings.reconciliation.areas
    return tables if held else replace(tables, register=None, made_up=False)


def rows_of_areas(frame: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """The rows of some areas."""
    return frame[frame["area"].isin(areas)].reset_index(drop=True)
