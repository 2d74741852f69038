"""The monthly report as a notebook calls it: a method a section, in any order.

>>> report = open_report(month="2022-02", language="fi")  # doctest: +SKIP
>>> report.headline()  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indicators.calendar import parse_month
from indicators.processed.reading import read_month
from indicators.reporting import (
    openings_and_method,
    published_sections,
    resource_sections,
    revisions_section,
    service_sections,
    spell_sections,
)
from indicators.reporting.context import Context
from indicators.reporting.markdown import MarkdownBlock, join_blocks
from indicators.reporting.wording import Translator
from indicators.settings.loading import load_settings


@dataclass(frozen=True)
class MonthlyReport:
    """A month's report in a language; each method shows a section as Markdown.

    Sections with figures write them to ``figures/`` in the current folder, which a runner makes
    the executed notebook's own.

    Attributes:
        context: The month and the language.
    """

    context: Context

    def opening(self) -> MarkdownBlock:
        """Other languages and forms, and the scope of the figures."""
        return openings_and_method.opening(self.context)

    def key_figures(self) -> MarkdownBlock:
        """The month in four numbers and a few sentences."""
        return published_sections.key_figures(self.context)

    def headline(self) -> MarkdownBlock:
        """The month's figures and their changes, area beside country."""
        return published_sections.headline(self.context)

    def unemployment_share(self) -> MarkdownBlock:
        """The unemployment share over time."""
        return published_sections.unemployment_share(self.context)

    def municipalities(self) -> MarkdownBlock:
        """The unemployment share by municipality."""
        return published_sections.municipalities(self.context)

    def extended_unemployment(self) -> MarkdownBlock:
        """Unemployed, people in services, their sum and the activation rate."""
        return published_sections.extended_unemployment(self.context)

    def groups(self) -> MarkdownBlock:
        """Long-term, young and foreign unemployed."""
        return published_sections.groups(self.context)

    def vacancies(self) -> MarkdownBlock:
        """Open vacancies."""
        return published_sections.vacancies(self.context)

    def not_computed(self) -> MarkdownBlock:
        """The indicators that could not be computed, and why."""
        return openings_and_method.not_computed(self.context)

    def series_breaks(self) -> MarkdownBlock:
        """Breaks in the series."""
        return openings_and_method.series_breaks(self.context)

    def revisions(self) -> MarkdownBlock:
        """What later vintages changed, and how much newest months usually change."""
        return revisions_section.revisions(self.context)

    def register_opening(self) -> MarkdownBlock:
        """What the second part is, and that it is made up where it is."""
        has_register = self.context.processed.register is not None
        if not has_register:
            return join_blocks()
        return openings_and_method.register_opening(self.context)

    def register_populations(self) -> MarkdownBlock:
        """Unemployment and services in the three populations."""
        return self._register_section("populations", spell_sections.populations)

    def register_flows(self) -> MarkdownBlock:
        """Flows past 3, 6 and 12 months."""
        return self._register_section("flows", spell_sections.flows)

    def register_durations(self) -> MarkdownBlock:
        """How long unemployment has lasted."""
        return self._register_section("durations", spell_sections.durations)

    def register_structural(self) -> MarkdownBlock:
        """Structural unemployment and its groups."""
        return self._register_section("structural", spell_sections.structural)

    def register_starts(self) -> MarkdownBlock:
        """Services started."""
        return self._register_section("starts", service_sections.starts)

    def register_exits(self) -> MarkdownBlock:
        """Job searches ended, by reason."""
        return self._register_section("exits", service_sections.exits)

    def register_plans(self) -> MarkdownBlock:
        """Plans and the plan debt."""
        return self._register_section("plans", service_sections.plans)

    def register_offers(self) -> MarkdownBlock:
        """Job offers and introductions."""
        return self._register_section("offers", service_sections.offers)

    def register_caseload(self) -> MarkdownBlock:
        """Customers per specialist."""
        return self._register_section("caseload", resource_sections.caseload)

    def register_resources(self) -> MarkdownBlock:
        """Customers and person-years by municipality."""
        return self._register_section("resources", resource_sections.resources)

    def register_kela(self) -> MarkdownBlock:
        """Kela's unemployment benefits."""
        return self._register_section("kela", resource_sections.kela)

    def register_surveys(self) -> MarkdownBlock:
        """Surveys of customers."""
        return self._register_section("surveys", resource_sections.surveys)

    def method(self) -> MarkdownBlock:
        """Definitions of the indicators."""
        return openings_and_method.method(self.context)

    def sources(self) -> MarkdownBlock:
        """Sources, vintages and licence."""
        return openings_and_method.sources(self.context)

    def _register_section(
        self, name: str, section: Callable[[Context], MarkdownBlock]
    ) -> MarkdownBlock:
        """A section of the second part; nothing where no register covers the month."""
        context = self.context
        if context.processed.register is None or not context.register.covers(context.month):
            return join_blocks()
        return openings_and_method.unavailable_section(context, name) or section(context)


def open_report(
    month: str, language: str = "fi", vintage: str = "latest", languages: str = "fi,sv,en"
) -> MonthlyReport:
    """Open a month's protected tables to report them.

    Args:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        vintage: ``YYYY-MM-DD`` of the sources, or ``latest``.
        languages: All the languages the month has a report in; the page links to these.

    Raises:
        UsageError: The month is malformed, or there are no settings.
        DataError: The month's tables are not there.
    """
    project = load_settings()
    tables = read_month(project.root, parse_month(month), vintage)
    return MonthlyReport(
        Context(project, tables, Translator(language), tuple(languages.split(",")))
    )
