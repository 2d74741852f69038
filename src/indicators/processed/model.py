"""What a month's protected tables are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.areas.mergers import under_all_names
from indicators.calendar import shift_month

if TYPE_CHECKING:
    import pandas as pd

    from indicators.processed.revised import Revisions
    from indicators.settings import Settings

INDICATORS = "indicators.parquet"
CONTEXT = "context.parquet"
SOURCES = "sources.json"
REGISTER = "register.parquet"
ABOUT_REGISTER = "register.json"
# A register's figures are told so many months back from the one reported.
REGISTER_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Source:
    """A received file that the tables were made from."""

    file: str
    table: str
    source: str
    vintage: str
    first_month: str
    last_month: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FromRegister:
    """What a register gives, protected: the rows of its releases.

    Attributes:
        table: Long table of all months told.
        made_up: Whether the register is made up, so that nobody in it lives.
        folder: Where the register is, so that the manifest can name what was read.
        releases: Folders of the releases that the table comes from, one a month.
    """

    table: pd.DataFrame
    made_up: bool
    folder: Path | None = None
    releases: tuple[Path, ...] = ()

    @property
    def days(self) -> list[str]:
        """The days of what the table was counted from, ``YYYY-MM-DD``."""
        return sorted(str(day) for day in self.table["vintage"].dropna().unique())

    def releases_in_window(self, month: str) -> tuple[Path, ...]:
        """The releases of the months that a month's report tells of."""
        first, last = register_window(month)
        return tuple(folder for folder in self.releases if first <= folder.parent.name <= last)


@dataclass(frozen=True, slots=True)
class Processed:
    """A month's protected tables.

    Attributes:
        month: The month reported, ``YYYY-MM``; no row is of a later one.
        vintage: Newest date of the sources.
        indicators: Long table of the indicators, for the areas of the report.
        context: Long table of the series told beside them.
        sources: What they were made from, newest first.
        register: Released rows of a register's figures, of the last 24 months and the reported one,
            or None where no register was given.
        made_up: Whether that register is made up.
        revisions: What later vintages of the published sources changed; None where nobody looked.
    """

    month: str
    vintage: str
    indicators: pd.DataFrame
    context: pd.DataFrame
    sources: tuple[Source, ...]
    register: pd.DataFrame | None = None
    made_up: bool = False
    revisions: Revisions | None = None


def areas_of(settings: Settings) -> tuple[str, ...]:
    """The areas a monthly report tells of: the group, its members, what stands beside them."""
    report = settings.report
    members = under_all_names(settings.groups[report.group].members)
    return (report.group, *members, *report.comparisons, report.country)


def register_window(month: str) -> tuple[str, str]:
    """First and last month of a register's figures in a month's report."""
    return shift_month(month, -REGISTER_MONTHS), month
