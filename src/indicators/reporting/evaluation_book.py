"""The two volumes as their notebooks use them: an object each, with its sections as objects.

>>> book = open_book()  # doctest: +SKIP
>>> book.region_effects().data  # doctest: +SKIP

A section registers in :data:`SECTIONS`, and nowhere else, with the frames of results that it cannot
do without: where one is missing, the section says so and the report is written without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from indicators.areas.areas import load_areas
from indicators.evaluation.study import storing
from indicators.evaluation.study.storing import StoredResults
from indicators.reporting import evaluation_alternatives as alternatives
from indicators.reporting import evaluation_chance as chance
from indicators.reporting import evaluation_data as data
from indicators.reporting import evaluation_design as design
from indicators.reporting import evaluation_findings as findings
from indicators.reporting import evaluation_opening as opening
from indicators.reporting import evaluation_reproduction, evaluation_source
from indicators.reporting import evaluation_robustness as robustness
from indicators.reporting import evaluation_trial_areas as areas
from indicators.reporting.display import in_run
from indicators.reporting.evaluation_area import settings_about
from indicators.reporting.evaluation_mechanisms import mechanisms
from indicators.reporting.evaluation_published import published
from indicators.reporting.evaluation_source import (
    Results,
    ResultsSource,
    Source,
    format_count,
    format_number,
    region_forms,
    report_text,
)
from indicators.reporting.evaluation_specifications import SPECIFICATIONS
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.preview import show_described_figures
from indicators.reporting.section import Content, Section, UnknownSectionError, compose
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

LATEST = "latest"


# The method annex and the references.


def methods(source: Source) -> Content:
    """Formulas and choices."""
    plan = source.stored.manifest["plan"]
    rules, matching = plan["rules"], plan["matching"]
    text = source.say(
        "annex.methods",
        draws=format_count(float(matching["draws"])),
        bootstrap=format_count(float(plan["bootstrap_draws"])),
        least=format_count(float(rules["least_labour_force"])),
        bounds=format_number(float(rules["widest_bounds"]), 1),
        donors=format_count(float(plan["least_donor"])),
    )
    return compose(heading(report_text("annex.title"), "sec-methods"), text)


def references(source: Source) -> Content:
    """The works cited."""
    del source  # The same whatever the results.
    listed = sorted(
        (
            report_text(key)
            for key in evaluation_source.load_report_texts()
            if key.startswith("references.")
        ),
        key=_as_sorted,
    )
    return compose(
        heading(report_text("annex.references_title"), "sec-references"), bullet_list(listed)
    )


def _as_sorted(text: str) -> str:
    """A work as Finnish sorts it: å, ä and ö stand last."""
    return text.lower().translate(str.maketrans("åäö", "\ufff0\ufff1\ufff2"))


# The volumes: which sections they have.


@dataclass(frozen=True, slots=True)
class VolumeSection:
    """A section that a volume has.

    Attributes:
        name: As a notebook calls it, ``book.NAME()``.
        compose: Gives its parts.
        title: Key of the text that has its title.
        needs: Frames without which it is not written, but says what it lacks.
    """

    name: str
    compose: Callable[[Source], Content]
    title: str
    needs: tuple[str, ...] = ()

    def content(self, source: Source, title: str) -> Content:
        """Its parts, or its heading and the reason why there are none."""
        lacking = [name for name in self.needs if name not in source.results.frames]
        if not lacking:
            return self.compose(source)
        reason = report_text("common.lacking", frames=", ".join(f"`{name}`" for name in lacking))
        return compose(heading(title, f"sec-{self.name.replace('_', '-')}-lacking"), reason)


_REPRODUCTION = VolumeSection(
    evaluation_reproduction.REPRODUCTION,
    evaluation_reproduction.reproduction,
    "reproducibility.title",
)
#: All sections of each volume, in the order of the document.
SECTIONS = {
    REPORT: (
        VolumeSection("minister", opening.minister, "opening.minister_title", (SPECIFICATIONS,)),
        VolumeSection("summary", opening.summary, "opening.summary_title", (SPECIFICATIONS,)),
        VolumeSection(
            "swedish_summary", opening.swedish_summary, "opening.swedish_title", (SPECIFICATIONS,)
        ),
        VolumeSection(
            "english_summary", opening.english_summary, "opening.english_title", (SPECIFICATIONS,)
        ),
        VolumeSection("question", opening.question, "opening.question_title"),
        VolumeSection("trial", opening.trial, "opening.trial_title"),
        VolumeSection("known", opening.known, "known.title", (SPECIFICATIONS,)),
        VolumeSection(
            "published", published, "published.title", (SPECIFICATIONS, "published_findings")
        ),
        VolumeSection("attrition", data.attrition, "data.title"),
        VolumeSection("balance", data.balance, "data.balance_title", ("balance",)),
        VolumeSection("area_map", areas.area_map, "areas.map_title", ("area_tiles",)),
        VolumeSection("trial_years", data.trial_years, "monitoring.title"),
        VolumeSection("assumptions", design.assumptions, "design.title", (SPECIFICATIONS,)),
        VolumeSection("placebo_regions", design.placebo_regions, "design.placebos_title"),
        VolumeSection("pretrends", design.pretrends, "design.pretrends_title", (SPECIFICATIONS,)),
        VolumeSection(
            "detectable",
            design.detectable,
            "design.detectable_title",
            (
                SPECIFICATIONS,
                "detectable",
            ),
        ),
        VolumeSection(
            "trial_effects", findings.trial_effects, "effects.trials_title", (SPECIFICATIONS,)
        ),
        VolumeSection(
            "monthly_trials",
            findings.monthly_trials,
            "effects.monthly_all_trials_title",
            (
                SPECIFICATIONS,
                "monthly_event_studies",
            ),
        ),
        VolumeSection(
            "region_effects", findings.region_effects, "effects.region_title", (SPECIFICATIONS,)
        ),
        VolumeSection(
            "monthly_region",
            findings.monthly_region,
            "effects.monthly_region_title",
            (
                SPECIFICATIONS,
                "monthly_event_studies",
            ),
        ),
        VolumeSection("bases", findings.bases, "effects.bases_title", (SPECIFICATIONS,)),
        VolumeSection("plain_effects", findings.plain_effects, "effects.plain_title"),
        VolumeSection(
            "specification_curve",
            findings.specification_curve,
            "effects.curve_title",
            (SPECIFICATIONS,),
        ),
        VolumeSection("samples", alternatives.samples, "sensitivity.title", (SPECIFICATIONS,)),
        VolumeSection("inference", chance.inference, "sensitivity.inference_title", ("inference",)),
        VolumeSection(
            "leave_one_out",
            alternatives.leave_one_out,
            "sensitivity.leave_title",
            (SPECIFICATIONS,),
        ),
        VolumeSection(
            "placebo_sets", alternatives.placebo_sets, "sensitivity.sets_title", ("placebo_sets",)
        ),
        VolumeSection("rings", alternatives.rings, "sensitivity.rings_title", ("spillovers",)),
        VolumeSection("bounds", chance.bounds, "sensitivity.bounds_title"),
        VolumeSection("smooth", chance.smooth, "sensitivity.smooth_title", ("sensitivity",)),
        VolumeSection(
            "history", alternatives.history, "sensitivity.history_title", ("robustness",)
        ),
        VolumeSection("logs", chance.logs, "sensitivity.logs_title", ("differences", "region")),
        VolumeSection("synthetic_weights", robustness.synthetic_weights, "synthetic.title"),
        VolumeSection("synthetic_effects", robustness.synthetic_effects, "synthetic.title"),
        VolumeSection("heterogeneity", robustness.heterogeneity, "sensitivity.heterogeneity_title"),
        VolumeSection(
            "trial_areas", areas.trial_areas, "areas.title", ("trial_areas", "trial_area_spread")
        ),
        VolumeSection(
            "known_answers", areas.known_answers, "areas.known_title", ("known_answers",)
        ),
        VolumeSection(
            "monte_carlo", areas.monte_carlo, "areas.monte_carlo_title", ("monte_carlo",)
        ),
        VolumeSection(
            "mechanisms",
            mechanisms,
            "mechanisms.title",
            ("service_levels", "service_effects"),
        ),
        VolumeSection("limits", opening.limits, "limits.title", (SPECIFICATIONS,)),
        VolumeSection("decided", opening.decided, "limits.decided_title", (SPECIFICATIONS,)),
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
        region = region_forms(self.settings.groups[self.settings.report.group])
        title = report_text(section.title, **region)
        content = section.content(source, title)
        shown = ResultsSource(source.results, tuple(source.results.read))
        return Section(name, title, content, shown)

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


def open_book(vintage: str = LATEST, area: str = "") -> Book:
    """The report of a vintage's results.

    Args:
        vintage: ``YYYY-MM-DD``, or ``latest``.
        area: Code of another trial area than the settings' own, such as ``TRIAL-turku``.

    Raises:
        DataError: There are no such results.
    """
    return _open_volume(REPORT, vintage, area)


def open_made_up(vintage: str = LATEST) -> Book:
    """The same of the results from made-up people."""
    return _open_volume(MADE_UP, vintage)


def _open_volume(volume: Volume, vintage: str, area: str = "") -> Book:
    project = load_settings()
    below = project.root / volume.stored / area
    newest = (
        storing.newest_results(project.root, volume.stored / area)
        if vintage == LATEST
        else below / vintage
    )
    if not in_run():
        show_described_figures()
    stored = storing.read_results(newest)
    if volume is REPORT:
        project = settings_about(project, str(stored.manifest["plan"]["group"]))
    return Book(project, stored, volume)
