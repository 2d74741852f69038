"""The two volumes as their notebooks know them: one object each, one method a cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from indicators import areas, settings
from indicators.evaluation.study import storing
from indicators.evaluation.study.storing import Stored
from indicators.reporting.evaluation import (
    annex,
    data,
    design,
    effects,
    limits,
    made_up,
    monitoring,
    opening,
    reproducibility,
    sensitivity,
    synthetic,
)
from indicators.reporting.evaluation.charts import look
from indicators.reporting.evaluation.results import Results
from indicators.reporting.evaluation.source import Source
from indicators.reporting.evaluation.volumes import MADE_UP, REPORT, Volume
from indicators.reporting.fragments import Fragment
from indicators.settings import Settings

LATEST = "latest"


@dataclass(frozen=True)
class _Shared:
    """What both volumes have.

    Attributes:
        settings: The project.
        stored: Results and their manifest.
    """

    settings: Settings
    stored: Stored
    volume: ClassVar[Volume]

    @cached_property
    def source(self) -> Source:
        """What every part is written from."""
        names, results = areas.load(self.settings), Results(self.stored.frames)
        return Source(self.settings, names, self.stored, results, self.volume)

    def reproduction(self) -> Fragment:
        """How to make it again, files, versions, cells."""
        return reproducibility.reproduction(self.source)


class Book(_Shared):
    """What the cells of the report's notebooks call; each gives Markdown."""

    volume = REPORT

    def summary(self) -> Fragment:
        """Main findings, in Finnish."""
        return opening.summary(self.source)

    def english_summary(self) -> Fragment:
        """Main findings, in English."""
        return opening.english_summary(self.source)

    def question(self) -> Fragment:
        """What is asked."""
        return opening.question(self.source)

    def trial(self) -> Fragment:
        """What the trial was."""
        return opening.trial(self.source)

    def attrition(self) -> Fragment:
        """Data, outcomes, and who was left out by which rule."""
        return data.attrition(self.source)

    def trial_years(self) -> Fragment:
        """What happened: months in a figure, years in a table."""
        return monitoring.trial_years(self.source)

    def assumptions(self) -> Fragment:
        """The two designs and what they rest on."""
        return design.assumptions(self.source)

    def pretrends(self) -> Fragment:
        """Whether trial municipalities went the controls' way before."""
        return design.pretrends(self.source)

    def placebo_regions(self) -> Fragment:
        """Regions that could have been the treated one."""
        return design.placebo_regions(self.source)

    def region_effects(self) -> Fragment:
        """The region's effects among the placebo regions'."""
        return effects.region_effects(self.source)

    def trial_effects(self) -> Fragment:
        """Effects in all trial municipalities."""
        return effects.trial_effects(self.source)

    def synthetic_weights(self) -> Fragment:
        """Of whom the synthetic region is made."""
        return synthetic.synthetic_weights(self.source)

    def synthetic_effects(self) -> Fragment:
        """The region beside its synthetic twin."""
        return synthetic.synthetic_effects(self.source)

    def robustness(self) -> Fragment:
        """The effects under other rules."""
        return sensitivity.robustness(self.source)

    def bounds(self) -> Fragment:
        """How far trends may differ before a finding fails."""
        return sensitivity.bounds(self.source)

    def heterogeneity(self) -> Fragment:
        """Effects by kind of municipality."""
        return sensitivity.heterogeneity(self.source)

    def detectable(self) -> Fragment:
        """The smallest effect the designs could have found."""
        return sensitivity.detectable(self.source)

    def limits(self) -> Fragment:
        """What can be said and what cannot."""
        return limits.limits(self.source)

    def methods(self) -> Fragment:
        """Formulas and choices."""
        return annex.methods(self.source)

    def references(self) -> Fragment:
        """What is cited."""
        return annex.references(self.source)


class MadeUpBook(_Shared):
    """What the cells of the made-up volume call; each gives Markdown."""

    volume = MADE_UP

    def opening(self) -> Fragment:
        """What is made up, and what for."""
        return made_up.opening(self.source)

    def hazards(self) -> Fragment:
        """Leaving unemployment by cause."""
        return made_up.hazards(self.source)

    def triple(self) -> Fragment:
        """Target group and others, within the trial and outside."""
        return made_up.triple(self.source)

    def incidence(self) -> Fragment:
        """Competing causes."""
        return made_up.incidence(self.source)


def open_book(vintage: str = LATEST) -> Book:
    """The report of a vintage's results; sets the look of its figures.

    Args:
        vintage: ``YYYY-MM-DD``, or ``latest``.

    Raises:
        DataError: There are no such results.
    """
    return Book(*_opened(REPORT, vintage))


def open_made_up(vintage: str = LATEST) -> MadeUpBook:
    """The same of the results from made-up people."""
    return MadeUpBook(*_opened(MADE_UP, vintage))


def _opened(volume: Volume, vintage: str) -> tuple[Settings, Stored]:
    project = settings.load()
    look.use(project.root / "reports" / "_theme" / "fonts")
    below = project.root / volume.stored
    newest = storing.newest(project.root, volume.stored) if vintage == LATEST else below / vintage
    return project, storing.read(newest)
