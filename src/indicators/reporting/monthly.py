"""The monthly report: a section each, as an object, in any order.

>>> report = open_report(month="2022-02", language="fi")  # doctest: +SKIP
>>> report.flows().data  # doctest: +SKIP

A section registers in :data:`SECTIONS`, or in :data:`PAGES` if it is a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from indicators.areas.areas import load_areas
from indicators.calendar import parse_month
from indicators.catalogue.model import LANGUAGES
from indicators.errors import UsageError
from indicators.processed.reading import Processed, read_month
from indicators.reporting import (
    capacity_section,
    cost_sections,
    leaders_section,
    money_section,
    official_sections,
    openings_and_method,
    path_sections,
    peer_sections,
    published_sections,
    resource_sections,
    revisions_section,
    service_sections,
    spell_sections,
)
from indicators.reporting.context import Context
from indicators.reporting.display import in_run
from indicators.reporting.openings_and_method import RegisterPart
from indicators.reporting.preview import show_described_figures
from indicators.reporting.readings import SERIES_COLUMNS, SeriesKey
from indicators.reporting.reported_area import tables_of_area
from indicators.reporting.section import Content, Section, UnknownSectionError, compose
from indicators.reporting.section_data import SeriesSource
from indicators.reporting.wording import Translator
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section that a report has.

    Attributes:
        name: As a notebook calls it, ``report.NAME()``.
        compose: Gives its parts.
        topic: Topic of the wording that has its title.
        part: What it needs of a register; None for the sections that need none.
        data: Its data, where they are not the protected rows of the series that it shows.
    """

    name: str
    compose: Callable[[Context], Content]
    topic: str
    part: RegisterPart | None = None
    data: Callable[[Context], pd.DataFrame] | None = None


def _of_register(
    name: str,
    compose: Callable[[Context], Content],
    *indicators: str,
    of_month: bool = False,
    population: str | None = None,
) -> SectionEntry:
    """A section of the register's part: its name, its function and the indicators it shows."""
    topic = f"register_{name}"
    return SectionEntry(name, compose, topic, RegisterPart(topic, indicators, of_month, population))


def _register_opening(context: Context) -> Content:
    """The opening of the register's part, with links to its sections."""
    parts = [entry.part for entry in SECTIONS if entry.part is not None and entry.part.indicators]
    return openings_and_method.register_opening(context, parts)


#: All sections, in the order of the report.
SECTIONS = (
    SectionEntry("opening", openings_and_method.opening, "front"),
    SectionEntry("key_figures", published_sections.key_figures, "key_figures"),
    SectionEntry("headline", published_sections.headline, "headline"),
    SectionEntry("unemployment_share", published_sections.unemployment_share, "share"),
    SectionEntry("municipalities", published_sections.municipalities, "municipalities"),
    SectionEntry("activation", published_sections.activation, "extended"),
    SectionEntry("groups", published_sections.groups, "groups"),
    SectionEntry("vacancies", published_sections.vacancies, "vacancies"),
    SectionEntry("official_flows", official_sections.official_flows, "official_flows"),
    SectionEntry("peers", peer_sections.peers, "peers", data=peer_sections.peers_data),
    SectionEntry("money", money_section.money, "money"),
    SectionEntry("not_computed", openings_and_method.not_computed, "not_computed"),
    SectionEntry("series_breaks", openings_and_method.series_breaks, "breaks"),
    SectionEntry("revisions", revisions_section.revisions, "revisions"),
    SectionEntry("register_opening", _register_opening, "register", RegisterPart("register")),
    _of_register(
        "populations",
        spell_sections.populations,
        *("unemployment_duration", "extended_unemployment", "activation_rate"),
        of_month=True,
    ),
    _of_register("flows", spell_sections.flows, *spell_sections.FLOW_INDICATORS),
    _of_register("durations", spell_sections.durations, "unemployment_duration"),
    _of_register("structural", spell_sections.structural, "structural_unemployment"),
    _of_register("starts", service_sections.starts, "service_starts"),
    _of_register("exits", service_sections.exits, "job_search_exits"),
    _of_register("time_to_service", path_sections.time_to_service, *path_sections.TIME_INDICATORS),
    _of_register("after_service", path_sections.after_service, path_sections.AFTER_INDICATOR),
    _of_register("paths", path_sections.paths, path_sections.SEQUENCE_INDICATOR, "service_paths"),
    # Where prices are lacking, so are costs: the section says what is missing.
    _of_register("costs", cost_sections.costs, "service_costs", "service_starts", "path_costs"),
    _of_register("plans", service_sections.plans, "plan_coverage"),
    _of_register("offers", service_sections.offers, "job_offers", "introductions", of_month=True),
    _of_register("caseload", resource_sections.caseload, "caseload", population="trial_office"),
    _of_register(
        "resources",
        resource_sections.resources,
        "extended_unemployment",
        of_month=True,
        population="trial_office",
    ),
    _of_register(
        "capacity",
        capacity_section.capacity,
        *("extended_unemployment", "caseload"),
        of_month=True,
        population="trial_office",
    ),
    _of_register("kela", resource_sections.kela, "kela_benefits"),
    _of_register("surveys", resource_sections.surveys, "satisfaction", "wellbeing_change"),
    SectionEntry("method", openings_and_method.method, "method"),
    SectionEntry("sources", openings_and_method.sources, "sources"),
)
#: Sections that the monthly report does not have: each is a page of its own, with its notebook.
PAGES = (SectionEntry("leaders", leaders_section.leaders, "leaders"),)
_ENTRIES = {entry.name: entry for entry in (*SECTIONS, *PAGES)}


@dataclass(frozen=True, repr=False)
class MonthlyReport:
    """A month's report in a language: ``report.flows()`` is its section ``flows``.

    Attributes:
        context: The month, the language and the area.
    """

    context: Context

    @property
    def sections(self) -> tuple[str, ...]:
        """Names of the monthly report's sections, in their order."""
        return tuple(entry.name for entry in SECTIONS)

    @property
    def pages(self) -> tuple[str, ...]:
        """Names of the sections that are pages of their own."""
        return tuple(entry.name for entry in PAGES)

    def section(self, name: str) -> Section:
        """A section by its name, made anew: its figures are the caller's to change.

        Raises:
            UnknownSectionError: There is none of that name; the message names those there are.
        """
        entry = _entry(name)
        context = self.context
        title = context.translator(
            f"{entry.topic}.title", month=context.translator.month(context.month)
        )
        absence = openings_and_method.why_not_in_report(context, entry.part, title)
        context.read.clear()
        content = absence or openings_and_method.unavailable_section(context, entry.part)
        if content is None:
            content = entry.compose(context)
            series = frozenset(context.read)
        else:
            series = _unavailable_series(context, entry.part)
        in_report = absence is None and bool(content.parts)
        content = content if content.parts else compose(context.translator("common.no_section"))
        source = SeriesSource(context, series, entry.data if content.parts else None)
        return Section(name, title, content, source, in_report=in_report)

    def __getattr__(self, name: str) -> Callable[[], Section]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self.section, _entry(name).name)

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *_ENTRIES])

    def __repr__(self) -> str:
        context = self.context
        kept = [context.month, context.translator.language, context.area]
        return f"<monthly report {' '.join(kept)}; sections: {', '.join(_ENTRIES)}>"


def _entry(name: str) -> SectionEntry:
    if name not in _ENTRIES:
        raise UnknownSectionError(
            f"the report has no section {name!r}; its sections are {', '.join(_ENTRIES)}"
        )
    return _ENTRIES[name]


def _unavailable_series(context: Context, part: RegisterPart | None) -> frozenset[SeriesKey]:
    """The series of the area that a section would show if any were known; they say why not."""
    frame = context.processed.register
    if part is None or frame is None:
        return frozenset()
    rows = frame[
        frame["indicator"].isin(part.indicators)
        & (frame["area"] == context.area)
        & (frame["dimension"] == "total")
    ]
    found = rows[[*SERIES_COLUMNS]].drop_duplicates().astype(str).itertuples(index=False, name=None)
    return frozenset(SeriesKey(key, of_register=True) for key in found)


def open_report(
    month: str,
    language: str = "fi",
    area: str | None = None,
    *,
    vintage: str = "latest",
    languages: str = "fi,sv,en",
    draft: bool = False,
) -> MonthlyReport:
    """Open a month's protected tables to report them.

    Args:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        area: Code of the area reported, such as ``KU398``; by default the report's group of the
            settings. Any area that the month's tables hold.
        vintage: ``YYYY-MM-DD`` of the sources, or ``latest``.
        languages: All the languages the month has a report in; the page links to these.
        draft: Whether it is for a draft, which links to nothing that is published.

    Raises:
        UsageError: The month, the language or the area is malformed or unknown, or there are no
            settings.
        DataError: The month's tables are not there.
    """
    if language not in LANGUAGES:
        raise UsageError(f"language {language!r}: write one of {', '.join(LANGUAGES)}")
    project = load_settings()
    tables = read_month(project.root, parse_month(month), vintage)
    if area:
        _check_area(area, tables, project)
    tables = tables_of_area(tables, project, area or None)
    if not in_run():
        show_described_figures()
    return MonthlyReport(
        Context(
            project, tables, Translator(language), tuple(languages.split(",")), area or None, draft
        )
    )


def _check_area(area: str, tables: Processed, project: Settings) -> None:
    """Refuse an area that a month's tables do not hold; name those that are near."""
    frames = (tables.indicators, tables.register)
    known = {str(code) for frame in frames if frame is not None for code in frame["area"].unique()}
    if area in known:
        return
    keys = load_areas(project)
    near = [f"{code} ({keys.name(code, 'fi')})" for code in keys.near(area) if code in known]
    nearest = f"; nearest: {', '.join(near)}" if near else ""
    raise UsageError(f"area {area!r}: the tables of {tables.month} have no figures of it{nearest}")
