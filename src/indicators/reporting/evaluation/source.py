"""What every part of the report is written from, and the pieces all parts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from indicators.areas import Areas
from indicators.areas.mergers import called
from indicators.evaluation.study.storing import Stored
from indicators.reporting.evaluation.results import Results
from indicators.reporting.evaluation.tracing import cell_of, trace
from indicators.reporting.evaluation.volumes import REPORT, Volume
from indicators.reporting.evaluation.wording import region_forms, say
from indicators.reporting.fragments import box, join, table
from indicators.settings import Settings

#: Always told together, in this order, and after them the aim the trial's law names.
TOGETHER = ("unemployment_share", "extended_share", "activation_rate")
TOLD = (*TOGETHER, "long_term_share")
WINDOWS = ("first_year", "agreement")


@dataclass(frozen=True)
class Source:
    """What a part is written from.

    Attributes:
        settings: The project.
        areas: Names of areas.
        stored: Results with their manifest.
        results: The same results, to look numbers up.
        volume: The document that is written.
    """

    settings: Settings
    areas: Areas
    stored: Stored
    results: Results
    volume: Volume = REPORT

    @property
    def group(self) -> str:
        """Code of the treated region."""
        return str(self.stored.manifest["plan"]["group"])

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of its municipalities, as they were called when the trial ended."""
        members = self.settings.groups[self.group].members
        return called(members, f"{self.settings.trial.end:%Y-%m}")

    @cached_property
    def _region(self) -> dict[str, str]:
        return region_forms(self.settings.groups[self.group])

    def say(self, key: str, **values: str) -> str:
        """A text with the region's names and further values put in.

        Raises:
            KeyError: There is no such text, or it wants more.
        """
        return say(key, **self._region, **values)

    def name(self, code: str) -> str:
        """An area's Finnish name."""
        return self.areas.name(code, "fi")

    def table_with_trace(
        self, method: str, html: str, caption: str, frames: Sequence[str], label: str = ""
    ) -> str:
        """A table with the note that leads to its cell and files.

        Args:
            method: Of the book, which makes it; the table's label unless another is given.
            html: The table.
            caption: Its caption.
            frames: Frames of results that it was made from.
            label: Its label, after ``tbl-``.
        """
        named = label or method.replace("_", "-")
        cell = cell_of(self.settings.root, self.volume, method)
        note = box(trace(cell, *frames), "status-note")
        return join(table(html, f"tbl-{named}", caption), note).markdown


def outcome(name: str) -> str:
    """An outcome's name, as it begins a row."""
    return say(f"outcomes.{name}")


def row_name(name: str) -> str:
    """The same, short enough for the rows of a wide table."""
    return say(f"outcomes.{name}_row")
