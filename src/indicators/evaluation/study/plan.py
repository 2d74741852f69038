"""What the study runs: windows, designs, placebo draws and variants, all of them named choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from indicators.evaluation.panel import (
    FURTHER_OUTCOMES,
    GROUP_OUTCOMES,
    JOINT_OUTCOMES,
    Panel,
)
from indicators.evaluation.sample import SampleRules
from indicators.evaluation.trial import panel_frame

ALL_TRIALS, REGION_SAMPLE = "all_trials", "region"


@dataclass(frozen=True, slots=True)
class Window:
    """Treated months that an effect is the mean of.

    Attributes:
        id: Name in the results.
        last_month: Its last month.
        outcomes: Outcomes that are published for all of it.
    """

    id: str
    last_month: str
    outcomes: tuple[str, ...]


_ALL_OUTCOMES = tuple(outcome.id for outcome in (*JOINT_OUTCOMES, *FURTHER_OUTCOMES))
#: StatFin's full table ends in 2/2022, the counts of unemployed go on: only the first year has
#: all outcomes, and only it answers whether people found work or were moved into services.
FIRST_YEAR = Window("first_year", "2022-02", _ALL_OUTCOMES)
AGREEMENT = Window("agreement", "2023-06", ("unemployment_share", "log_unemployed"))
WINDOWS = (FIRST_YEAR, AGREEMENT)


# --- the specification curve: what is combined with what ------------------------------------------

#: First and last month, both included.
Span = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TreatedSpan:
    """Treated months of a specification.

    Attributes:
        id: Name in the results.
        first: First month counted as treated.
        last: Last one.
    """

    id: str
    first: str
    last: str

    @property
    def span(self) -> Span:
        """Its first and last month."""
        return self.first, self.last


#: Ends: before the summer of 2021; the last month of the full table; the first month of the Nordic
#: service model; the end of the agreement. Staff moved and plans were made from 9/2020 on: two
#: spans begin there, for what was done in anticipation.
TREATED_SPANS = (
    TreatedSpan("first_year", "2021-03", "2022-02"),
    TreatedSpan("agreement", "2021-03", "2023-06"),
    TreatedSpan("to_2021-06", "2021-03", "2021-06"),
    TreatedSpan("to_2022-05", "2021-03", "2022-05"),
    TreatedSpan("first_year_from_2020-09", "2020-09", "2022-02"),
    TreatedSpan("agreement_from_2020-09", "2020-09", "2023-06"),
)
BEFORE_COVID: Span = ("2016-03", "2020-02")
YEAR_BEFORE_COVID: Span = ("2019-03", "2020-02")
#: The half-year before the start, and the same months a year earlier: the season is alike.
AT_THE_START: Span = ("2020-09", "2021-02")
MIRROR: Span = ("2019-09", "2020-02")
#: Areas were chosen on 9.12.2019: nothing after that is free of anticipation.
BEFORE_THE_CHOICE: Span = ("2016-03", "2019-11")
BASES = (BEFORE_COVID, YEAR_BEFORE_COVID, AT_THE_START, MIRROR, BEFORE_THE_CHOICE)
#: Only a base at the start measures a change at the start: what had come apart by then is not the
#: trial's. Errors where treatment was decided; every municipality counts once.
HEADLINE_BASE = AT_THE_START
HEADLINE_WINDOWS = ("first_year", "agreement")

SPECIFIED_OUTCOMES = (
    *(outcome.id for outcome in JOINT_OUTCOMES),
    "long_term_share",
    *(outcome.id for outcome in GROUP_OUTCOMES),
)


@dataclass(frozen=True, slots=True)
class Matching:
    """Which sets of control municipalities resemble the treated region enough to be placebos.

    Attributes:
        members: Municipalities in a set, all of one region (maakunta); as many as are treated if
            these are fewer.
        size_factor: Its labour force is at most so many times smaller or larger.
        level_points: Its mean unemployment share before is at most so far, percentage points.
        draws: Sets drawn, as many of each region.
        seed: Of the draw.
        own_region: Whether sets may be of the treated municipalities' own region: its neighbours,
            and in an earlier trial together with it.
        least_regions: With sets of fewer regions both limits are doubled until there are so many:
            a rank among fewer says nothing.
    """

    members: int = 5
    size_factor: float = 6.0
    level_points: float = 5.0
    draws: int = 1000
    seed: int = 2021
    own_region: bool = False
    least_regions: int = 5


#: Main sample: four years before COVID, so that no earlier trial of 2012–15 is among them.
MAIN_RULES = SampleRules(first_month="2016-03")
_VARIANTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "main": {},
        "covid_kept": {"covid": None},
        "two_years_before": {"first_month": "2018-03"},
        "since_2012": {"first_month": "2012-03"},
        "since_2006": {"first_month": "2006-03"},
        "larger_only": {"least_labour_force": 4000},
        "any_size": {"least_labour_force": 1, "widest_bounds": None},
        "no_earlier_trials": {"drop_earlier_trials": True},
        "no_mergers": {"drop_merged_since": "2013-01"},
        "doubtful_kept": {"drop_doubtful": False},
        "unsure_treated": {"treated_grades": ("A", "B", "C")},
        "hidden_low": {"hidden": "low"},
        "hidden_high": {"hidden": "high"},
    }
)


#: Samples of the curve that follow other rules; rules that only move the base are bases there.
_RULE_SAMPLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "since_2019-03": {"first_month": "2019-03"},
        "larger_only": {"least_labour_force": 4000},
        "any_size": {"least_labour_force": 1, "widest_bounds": None},
        "no_mergers": {"drop_merged_since": "2013-01"},
        "doubtful_kept": {"drop_doubtful": False},
        "unsure_treated": {"treated_grades": ("A", "B", "C")},
        "hidden_low": {"hidden": "low"},
        "hidden_high": {"hidden": "high"},
    }
)


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """The whole study.

    Attributes:
        group: Code of the treated region in the settings.
        rules: The main sample.
        variants: Changes of the rules by name; ``main`` has none.
        rule_samples: The same of the specification curve, whose main sample needs no name.
        matching: How placebo regions are drawn.
        least_donor: Smallest labour force of a donor of the synthetic control.
        large: Labour force from which a municipality is called large.
        earlier_start: First month of a trial that never was, for the placebo in time.
        bootstrap_draws: Of the wild bootstrap and of the randomisation over areas.
    """

    group: str
    rules: SampleRules = MAIN_RULES
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _VARIANTS)
    rule_samples: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _RULE_SAMPLES)
    matching: Matching = field(default_factory=Matching)
    least_donor: int = 4000
    large: int = 10_000
    earlier_start: str = "2019-03"
    bootstrap_draws: int = 999

    def with_own_region(self) -> StudyPlan:
        """The plan whose placebo regions may be the treated region's neighbours."""
        return replace(self, matching=replace(self.matching, own_region=True))

    def as_manifest(self) -> dict[str, Any]:
        """The choices as plain values, for a manifest."""
        named = {
            key: {name: dict(changes) for name, changes in found.items()}
            for key, found in (("variants", self.variants), ("rule_samples", self.rule_samples))
        }
        # A read-only mapping cannot be copied into plain values.
        return asdict(replace(self, variants={}, rule_samples={})) | named


# --- the two designs as long panels: every trial municipality, and the region as one unit ---------


@dataclass(frozen=True)
class StudySample:
    """A long panel and who is treated in it.

    Attributes:
        id: ``all_trials`` or ``region``.
        frame: One row a unit and month, with outcomes and time.
        treated: Units that are treated, all from one month on.
    """

    id: str
    frame: pd.DataFrame
    treated: tuple[str, ...]

    def until(self, month: str) -> pd.DataFrame:
        """The rows up to a month."""
        return self.frame[self.frame["month"] <= month]


def sample_all_trials(panel: Panel) -> StudySample:
    """Every municipality of every trial area, and the controls."""
    return StudySample(ALL_TRIALS, panel_frame(panel), panel.of_role("treated"))


def sample_region(panel: Panel, code: str, members: Sequence[str]) -> StudySample:
    """The members of a region added up to one treated unit, and the controls."""
    return StudySample(
        REGION_SAMPLE, with_region_as_unit(panel, code, members, panel.of_role("control")), (code,)
    )


def with_region_as_unit(
    panel: Panel, code: str, members: Sequence[str], controls: Sequence[str]
) -> pd.DataFrame:
    """Outcomes of some members as one unit, below those of the controls."""
    frame = panel.outcomes()
    rest = frame[frame["unit"].isin(set(controls) - set(members))]
    return pd.concat([rest, panel.summed_groups({code: tuple(members)})], ignore_index=True)
