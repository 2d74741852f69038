"""The two volumes as their notebooks use them: an object each, with a method a cell.

The opening, data, limits and annex of the report are written here; its findings, robustness and
reproduction have modules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from indicators.areas.areas import load_areas
from indicators.evaluation.study import storing
from indicators.evaluation.study.storing import StoredResults
from indicators.reporting import (
    evaluation_findings,
    evaluation_reproduction,
    evaluation_robustness,
    evaluation_source,
)
from indicators.reporting.charts import evaluation
from indicators.reporting.evaluation_source import (
    ENGLISH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    Results,
    Source,
    detectable_effect_texts,
    effect_texts,
    format_count,
    format_number,
    format_p_equals,
    format_share,
    region_stands_out,
    report_text,
    trends_differ,
    verdict_text,
)
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.markdown import MarkdownBlock, bullet_list, heading, join_blocks
from indicators.reporting.tables import Cell, HeaderCell, html_table
from indicators.reporting.wording import Translator
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

LATEST = "latest"
YEAR_BEFORE_COVID = -2
ATTRITION_COLUMNS = ("units", "treated", "controls", "rows")


# The method annex and the references.


def methods(source: Source) -> MarkdownBlock:
    """Formulas and choices."""
    plan = source.stored.manifest["plan"]
    rules, matching = plan["rules"], plan["matching"]
    text = source.say(
        "annex.methods",
        draws=format_count(float(matching["draws"])),
        least=format_count(float(rules["least_labour_force"])),
        bounds=format_number(float(rules["widest_bounds"]), 1),
        donors=format_count(float(plan["least_donor"])),
    )
    return join_blocks(heading(report_text("annex.title"), "sec-methods"), text)


def references(source: Source) -> MarkdownBlock:
    """The works cited."""
    del source  # The same whatever the results.
    listed = [
        report_text(key)
        for key in evaluation_source.load_report_texts()
        if key.startswith("references.")
    ]
    return join_blocks(
        heading(report_text("annex.references_title"), "sec-references"), bullet_list(listed)
    )


# Limits.


def limits(source: Source) -> MarkdownBlock:
    """Which conclusions the results allow and which they do not."""
    effects = source.results.records_by("outcome", "differences", window=FIRST_YEAR)
    pretrend = source.results.value("pretrends", "p_value", outcome="unemployment_share")
    trends = "caution" if trends_differ(source) else "no_caution"
    can = [
        source.say(f"limits.can_{'some' if region_stands_out(source) else 'none'}"),
        report_text("limits.can_size", **detectable_effect_texts(source, "region")),
        report_text("limits.can_trials", **effect_texts(effects, JOINT_OUTCOMES))
        + " "
        + report_text(f"limits.can_trials_{trends}", pretrend_p=format_p_equals(pretrend)),
    ]
    return join_blocks(
        heading(report_text("limits.title"), "sec-limits"),
        heading(report_text("limits.can_title"), "sec-can", 3),
        bullet_list(can),
        heading(report_text("limits.cannot_title"), "sec-cannot", 3),
        source.say("limits.cannot"),
        report_text("limits.earlier"),
    )


# The report's first pages: findings in two languages, the question, the trial.


def summary(source: Source) -> MarkdownBlock:
    """Main findings, in Finnish."""
    values = _summary_values(source, FINNISH)
    lead = "region_some" if region_stands_out(source) else "region_none"
    return join_blocks(
        heading(report_text("opening.summary_title"), "sec-summary"),
        source.say("opening.summary_lead"),
        source.say(f"opening.{lead}")
        + " "
        + report_text("opening.region_numbers", **values["region"]),
        report_text("opening.trials_numbers", **values["trials"]),
        report_text(f"opening.trials_{_trends_sentence(source)}", **values["trials"]),
        source.say("opening.power", **values["region"]),
        report_text("opening.cannot"),
    )


def english_summary(source: Source) -> MarkdownBlock:
    """Main findings, in English."""
    values = _summary_values(source, ENGLISH)
    lead = "english_some" if region_stands_out(source) else "english_none"
    texts = [
        source.say("opening.english_lead"),
        source.say(
            "opening.english_region", verdict=report_text(f"opening.{lead}"), **values["region"]
        ),
        report_text("opening.english_trials", **values["trials"])
        + " "
        + report_text(f"opening.english_{_trends_sentence(source)}", **values["trials"]),
        source.say("opening.english_power", **values["region"]),
        report_text("opening.english_cannot"),
    ]
    title = f"## {report_text('opening.english_title')} {{#sec-english lang=en-FI}}"
    return join_blocks(title, "::: {lang=en-FI}", *texts, ":::")


def question(source: Source) -> MarkdownBlock:
    """The question of the evaluation."""
    return join_blocks(
        heading(report_text("opening.question_title"), "sec-question"),
        source.say("opening.question"),
    )


def trial(source: Source) -> MarkdownBlock:
    """What the trial was."""
    about = source.settings.trial
    names = [source.name(code) for code in source.members]
    members = "trial_municipality" if len(names) == 1 else "trial_municipalities"
    text = report_text(
        "opening.trial",
        trial=about.name["fi"],
        act=about.act,
        start=FINNISH.day(about.start),
        end=FINNISH.day(about.end),
        municipalities=report_text(
            f"opening.{members}", members=FINNISH.listing(names), count=str(len(names))
        ),
        **_unemployment_before_covid(source),
    )
    return join_blocks(heading(report_text("opening.trial_title"), "sec-trial"), text)


def _trends_sentence(source: Source) -> str:
    return "caution" if trends_differ(source) else "no_caution"


def _unemployment_before_covid(source: Source) -> dict[str, str]:
    """Unemployment in the last year before COVID."""
    levels = source.results.records_by("unit", "trial_years", trial_year=YEAR_BEFORE_COVID)
    return {
        unit: format_share(levels[unit]["unemployment_share"]) for unit in ("trials", "controls")
    }


def _summary_values(source: Source, translator: Translator) -> dict[str, dict[str, str]]:
    results = source.results
    region = results.records_by("outcome", "region", window=FIRST_YEAR)
    trials = results.records_by("outcome", "differences", window=FIRST_YEAR)
    adjusted = results.value(
        "differences", "p_adjusted", window=FIRST_YEAR, outcome="activation_rate"
    )
    pretrend = results.value("pretrends", "p_value", outcome="unemployment_share")
    english = "_en" if translator == ENGLISH else ""
    window = {"window": report_text(f"designs.{FIRST_YEAR}{english}")}
    return {
        "region": window
        | effect_texts(region, JOINT_OUTCOMES, translator, "p_adjusted")
        | detectable_effect_texts(source, "region", translator),
        "trials": window
        | effect_texts(trials, JOINT_OUTCOMES, translator, "p_adjusted")
        | {
            "activation_rate_p": format_p_equals(adjusted, translator),
            "activation_rate_verdict": verdict_text(adjusted, translator),
            "pretrend_p": format_p_equals(pretrend, translator),
        },
    }


# The data, the outcomes, and the sample.


def attrition(source: Source) -> MarkdownBlock:
    """Data, outcomes, and who was left out by which rule."""
    frame = source.results.frame("attrition")
    left = frame.iloc[-1]
    heads = [
        HeaderCell(report_text("data.step"), number=False),
        *(HeaderCell(report_text(f"data.{name}")) for name in ATTRITION_COLUMNS),
    ]
    rows = [
        (
            report_text(f"steps.{row['step']}"),
            [Cell(format_count(float(row[name]))) for name in ATTRITION_COLUMNS],
        )
        for _, row in frame.iterrows()
    ]
    return join_blocks(
        heading(report_text("data.title"), "sec-data"),
        report_text(
            "data.sources",
            vintage=FINNISH.day(date.fromisoformat(source.stored.vintage)),
            first_year=report_text("designs.first_year"),
            agreement=report_text("designs.agreement"),
        ),
        report_text(
            "data.sample",
            treated=format_count(float(left["treated"])),
            controls=format_count(float(left["controls"])),
        ),
        source.table_with_trace(
            "attrition",
            html_table([heads], rows),
            report_text("data.attrition_caption"),
            ["attrition", "units"],
        ),
    )


# The volumes' objects.


@dataclass(frozen=True)
class _VolumeBook:
    """What both volumes have.

    Attributes:
        settings: The project.
        stored: Results and their manifest.
        volume: Which of the two it is.
    """

    settings: Settings
    stored: StoredResults
    volume: ClassVar[Volume]

    @cached_property
    def source(self) -> Source:
        """The results and names that every part is written from."""
        names, results = load_areas(self.settings), Results(self.stored.frames)
        return Source(self.settings, names, self.stored, results, self.volume)

    def reproduction(self) -> MarkdownBlock:
        """How to build it again; its files, versions and cells."""
        return evaluation_reproduction.reproduction(self.source)


class Book(_VolumeBook):
    """The report: its notebooks' cells call these methods, which return Markdown."""

    volume = REPORT

    def summary(self) -> MarkdownBlock:
        """Main findings, in Finnish."""
        return summary(self.source)

    def english_summary(self) -> MarkdownBlock:
        """Main findings, in English."""
        return english_summary(self.source)

    def question(self) -> MarkdownBlock:
        """The question of the evaluation."""
        return question(self.source)

    def trial(self) -> MarkdownBlock:
        """What the trial was."""
        return trial(self.source)

    def attrition(self) -> MarkdownBlock:
        """Data, outcomes, and who was left out by which rule."""
        return attrition(self.source)

    def trial_years(self) -> MarkdownBlock:
        """What happened: months in a figure, years in a table."""
        return evaluation_findings.trial_years(self.source)

    def assumptions(self) -> MarkdownBlock:
        """The two designs and what they rest on."""
        return evaluation_findings.assumptions(self.source)

    def pretrends(self) -> MarkdownBlock:
        """Whether trial municipalities went the controls' way before."""
        return evaluation_findings.pretrends(self.source)

    def placebo_regions(self) -> MarkdownBlock:
        """Regions that could have been treated instead."""
        return evaluation_findings.placebo_regions(self.source)

    def region_effects(self) -> MarkdownBlock:
        """The region's effects among the placebo regions'."""
        return evaluation_findings.region_effects(self.source)

    def trial_effects(self) -> MarkdownBlock:
        """Effects in all trial municipalities."""
        return evaluation_findings.trial_effects(self.source)

    def synthetic_weights(self) -> MarkdownBlock:
        """The municipalities that make up the synthetic region."""
        return evaluation_robustness.synthetic_weights(self.source)

    def synthetic_effects(self) -> MarkdownBlock:
        """The region beside its synthetic twin."""
        return evaluation_robustness.synthetic_effects(self.source)

    def robustness(self) -> MarkdownBlock:
        """The effects under other rules."""
        return evaluation_robustness.robustness(self.source)

    def bounds(self) -> MarkdownBlock:
        """How far trends may differ before a finding fails."""
        return evaluation_robustness.bounds(self.source)

    def heterogeneity(self) -> MarkdownBlock:
        """Effects by kind of municipality."""
        return evaluation_robustness.heterogeneity(self.source)

    def detectable(self) -> MarkdownBlock:
        """The smallest effect the designs could have found."""
        return evaluation_robustness.detectable(self.source)

    def limits(self) -> MarkdownBlock:
        """Which conclusions the results allow and which they do not."""
        return limits(self.source)

    def methods(self) -> MarkdownBlock:
        """Formulas and choices."""
        return methods(self.source)

    def references(self) -> MarkdownBlock:
        """The works cited."""
        return references(self.source)


class MadeUpBook(_VolumeBook):
    """The volume on made-up people: its notebook's cells call these methods."""

    volume = MADE_UP

    def opening(self) -> MarkdownBlock:
        """What is made up, and what for."""
        return evaluation_robustness.made_up_opening(self.source)

    def hazards(self) -> MarkdownBlock:
        """Leaving unemployment by cause."""
        return evaluation_robustness.hazards(self.source)

    def triple(self) -> MarkdownBlock:
        """Target group and others, within the trial and outside."""
        return evaluation_robustness.triple(self.source)

    def incidence(self) -> MarkdownBlock:
        """Competing causes."""
        return evaluation_robustness.incidence(self.source)


def open_book(vintage: str = LATEST) -> Book:
    """The report of a vintage's results; sets the style of its figures.

    Args:
        vintage: ``YYYY-MM-DD``, or ``latest``.

    Raises:
        DataError: There are no such results.
    """
    return Book(*_open_results(REPORT, vintage))


def open_made_up(vintage: str = LATEST) -> MadeUpBook:
    """The same of the results from made-up people."""
    return MadeUpBook(*_open_results(MADE_UP, vintage))


def _open_results(volume: Volume, vintage: str) -> tuple[Settings, StoredResults]:
    project = load_settings()
    evaluation.use_house_style(project.root / "reports" / "_theme" / "fonts")
    below = project.root / volume.stored
    newest = (
        storing.newest_results(project.root, volume.stored)
        if vintage == LATEST
        else below / vintage
    )
    return project, storing.read_results(newest)
