"""The two volumes as their notebooks use them: an object each, with its sections as objects.

>>> book = open_book()  # doctest: +SKIP
>>> book.region_effects().data  # doctest: +SKIP

A section registers in :data:`SECTIONS`, and nowhere else. The opening, data, limits and annex of
the report are written here; its findings, robustness and reproduction have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from indicators.areas.areas import load_areas
from indicators.evaluation.study import storing
from indicators.evaluation.study.storing import StoredResults
from indicators.reporting import evaluation_findings as findings
from indicators.reporting import evaluation_reproduction, evaluation_source
from indicators.reporting import evaluation_robustness as robustness
from indicators.reporting.display import in_run
from indicators.reporting.evaluation_area import settings_about
from indicators.reporting.evaluation_source import (
    ENGLISH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    Results,
    ResultsSource,
    Source,
    detectable_effect_texts,
    effect_texts,
    format_count,
    format_number,
    format_p_equals,
    format_share,
    outcome_definition,
    region_forms,
    region_stands_out,
    report_text,
    trends_differ,
    verdict_text,
)
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.preview import show_described_figures
from indicators.reporting.section import Content, Section, UnknownSectionError, compose
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import Translator
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

LATEST = "latest"
YEAR_BEFORE_COVID = -2
ATTRITION_COLUMNS = ("units", "treated", "controls", "rows")


# The method annex and the references.


def methods(source: Source) -> Content:
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
    return compose(heading(report_text("annex.title"), "sec-methods"), text)


def references(source: Source) -> Content:
    """The works cited."""
    del source  # The same whatever the results.
    listed = [
        report_text(key)
        for key in evaluation_source.load_report_texts()
        if key.startswith("references.")
    ]
    return compose(
        heading(report_text("annex.references_title"), "sec-references"), bullet_list(listed)
    )


# Limits.


def limits(source: Source) -> Content:
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
    return compose(
        heading(report_text("limits.title"), "sec-limits"),
        heading(report_text("limits.can_title"), "sec-can", 3),
        bullet_list(can),
        heading(report_text("limits.cannot_title"), "sec-cannot", 3),
        source.say("limits.cannot"),
        report_text("limits.earlier"),
    )


# The report's first pages: findings in two languages, the question, the trial.


def summary(source: Source) -> Content:
    """Main findings, in Finnish."""
    values = _summary_values(source, FINNISH)
    lead = "region_some" if region_stands_out(source) else "region_none"
    return compose(
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


def english_summary(source: Source) -> Content:
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
    return compose(title, "::: {lang=en-FI}", *texts, ":::")


def question(source: Source) -> Content:
    """The question of the evaluation."""
    return compose(
        heading(report_text("opening.question_title"), "sec-question"),
        source.say("opening.question"),
    )


def trial(source: Source) -> Content:
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
    return compose(heading(report_text("opening.trial_title"), "sec-trial"), text)


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


def attrition(source: Source) -> Content:
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
    return compose(
        heading(report_text("data.title"), "sec-data"),
        report_text(
            "data.sources",
            vintage=FINNISH.day(date.fromisoformat(source.stored.vintage)),
            first_year=report_text("designs.first_year"),
            agreement=report_text("designs.agreement"),
            **{name: outcome_definition(name).definition for name in REPORTED_OUTCOMES},
        ),
        report_text(
            "data.sample",
            treated=format_count(float(left["treated"])),
            controls=format_count(float(left["controls"])),
        ),
        source.table_with_trace(
            "attrition",
            ([heads], rows),
            report_text("data.attrition_caption"),
            ["attrition", "units"],
        ),
    )


# The volumes: which sections they have.


@dataclass(frozen=True, slots=True)
class VolumeSection:
    """A section that a volume has.

    Attributes:
        name: As a notebook calls it, ``book.NAME()``.
        compose: Gives its parts.
        title: Key of the text that has its title.
    """

    name: str
    compose: Callable[[Source], Content]
    title: str


_REPRODUCTION = VolumeSection(
    evaluation_reproduction.REPRODUCTION,
    evaluation_reproduction.reproduction,
    "reproducibility.title",
)
#: All sections of each volume, in the order of the document.
SECTIONS = {
    REPORT: (
        VolumeSection("summary", summary, "opening.summary_title"),
        VolumeSection("english_summary", english_summary, "opening.english_title"),
        VolumeSection("question", question, "opening.question_title"),
        VolumeSection("trial", trial, "opening.trial_title"),
        VolumeSection("attrition", attrition, "data.title"),
        VolumeSection("trial_years", findings.trial_years, "monitoring.title"),
        VolumeSection("assumptions", findings.assumptions, "design.title"),
        VolumeSection("pretrends", findings.pretrends, "design.pretrends_title"),
        VolumeSection("placebo_regions", findings.placebo_regions, "design.placebos_title"),
        VolumeSection("region_effects", findings.region_effects, "effects.region_title"),
        VolumeSection("plain_effects", findings.plain_effects, "effects.plain_caption"),
        VolumeSection("trial_effects", findings.trial_effects, "effects.trials_title"),
        VolumeSection("synthetic_weights", robustness.synthetic_weights, "synthetic.title"),
        VolumeSection("synthetic_effects", robustness.synthetic_effects, "synthetic.title"),
        VolumeSection("robustness", robustness.robustness, "sensitivity.title"),
        VolumeSection("bounds", robustness.bounds, "sensitivity.bounds_title"),
        VolumeSection("heterogeneity", robustness.heterogeneity, "sensitivity.heterogeneity_title"),
        VolumeSection("detectable", robustness.detectable, "sensitivity.detectable_title"),
        VolumeSection("limits", limits, "limits.title"),
        VolumeSection("methods", methods, "annex.title"),
        _REPRODUCTION,
        VolumeSection("references", references, "annex.references_title"),
    ),
    MADE_UP: (
        VolumeSection("opening", robustness.made_up_opening, "made_up.opening_title"),
        VolumeSection("hazards", robustness.hazards, "made_up.hazards_title"),
        VolumeSection("triple", robustness.triple, "made_up.triple_title"),
        VolumeSection("incidence", robustness.incidence, "made_up.incidence_title"),
        VolumeSection("monte_carlo", robustness.monte_carlo, "made_up.monte_carlo_title"),
        _REPRODUCTION,
    ),
}


@dataclass(frozen=True)
class Book:
    """A volume of the evaluation: ``book.region_effects()`` is its section ``region_effects``.

    Attributes:
        settings: The project.
        stored: Results and their manifest.
        volume: Which of the two it is.
    """

    settings: Settings
    stored: StoredResults
    volume: Volume = REPORT

    @cached_property
    def source(self) -> Source:
        """The results and names that every section is written from."""
        names, results = load_areas(self.settings), Results(self.stored.frames)
        return Source(self.settings, names, self.stored, results, self.volume)

    @property
    def sections(self) -> tuple[str, ...]:
        """Names of all sections, in the order of the document."""
        return tuple(section.name for section in SECTIONS[self.volume])

    def section(self, name: str) -> Section:
        """A section by its name, made anew: its figures are the caller's to change.

        Raises:
            UnknownSectionError: There is none of that name; the message names those there are.
        """
        section, source = self._known(name), self.source
        source.results.read.clear()
        content = section.compose(source)
        shown = ResultsSource(source.results, tuple(source.results.read))
        region = region_forms(self.settings.groups[self.settings.report.group])
        return Section(name, report_text(section.title, **region), content, shown)

    def _known(self, name: str) -> VolumeSection:
        for section in SECTIONS[self.volume]:
            if section.name == name:
                return section
        raise UnknownSectionError(
            f"the volume {self.volume.name} has no section {name!r}; its sections are"
            f" {', '.join(self.sections)}"
        )

    def __getattr__(self, name: str) -> Callable[[], Section]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self.section, self._known(name).name)

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self.sections])


def open_book(vintage: str = LATEST) -> Book:
    """The report of a vintage's results.

    Args:
        vintage: ``YYYY-MM-DD``, or ``latest``; of another area ``TRIAL-turku/YYYY-MM-DD``.

    Raises:
        DataError: There are no such results.
    """
    return _open_volume(REPORT, vintage)


def open_made_up(vintage: str = LATEST) -> Book:
    """The same of the results from made-up people."""
    return _open_volume(MADE_UP, vintage)


def _open_volume(volume: Volume, vintage: str) -> Book:
    project = load_settings()
    below = project.root / volume.stored
    newest = (
        storing.newest_results(project.root, volume.stored)
        if vintage == LATEST
        else below / vintage
    )
    if not in_run():
        show_described_figures()
    stored = storing.read_results(newest)
    if volume is REPORT:
        project = settings_about(project, str(stored.manifest["plan"]["group"]))
    return Book(project, stored, volume)
