"""The monthly report as a notebook calls it: one method a section, in any order.

>>> report = open_report(month="2022-02", language="fi")  # doctest: +SKIP
>>> report.headline()  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indicators import processed, settings
from indicators.calendar import parse_month
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, join
from indicators.reporting.register import (
    caseload,
    durations,
    exits,
    flows,
    kela,
    offers,
    plans,
    populations,
    starts,
    structural,
    surveys,
)
from indicators.reporting.register import opening as register_opening
from indicators.reporting.register import resources as register_resources
from indicators.reporting.sections import (
    extended,
    groups,
    headline,
    key_figures,
    method,
    not_computed,
    opening,
    revisions,
    series_breaks,
    share,
    sources,
    vacancies,
)
from indicators.reporting.voice import Voice


@dataclass(frozen=True)
class MonthlyReport:
    """One month's report in one language; each method shows a section as Markdown.

    Sections with figures write them to ``figures/`` in the current folder, which a runner makes
    the executed notebook's own.

    Attributes:
        context: The month and the language.
    """

    context: Context

    def opening(self) -> Fragment:
        """Other languages and forms, and the scope of the figures."""
        return opening.opening(self.context)

    def key_figures(self) -> Fragment:
        """The month in four numbers and a few sentences."""
        return key_figures.key_figures(self.context)

    def headline(self) -> Fragment:
        """The month's figures and their changes, area beside country."""
        return headline.headline(self.context)

    def unemployment_share(self) -> Fragment:
        """The unemployment share over time."""
        return share.unemployment_share(self.context)

    def municipalities(self) -> Fragment:
        """The unemployment share by municipality."""
        return share.municipalities(self.context)

    def extended_unemployment(self) -> Fragment:
        """Unemployed, people in services, their sum and the activation rate."""
        return extended.extended_unemployment(self.context)

    def groups(self) -> Fragment:
        """Long-term, young and foreign unemployed."""
        return groups.groups(self.context)

    def vacancies(self) -> Fragment:
        """Open vacancies."""
        return vacancies.vacancies(self.context)

    def not_computed(self) -> Fragment:
        """The indicators that could not be computed, and why."""
        return not_computed.not_computed(self.context)

    def series_breaks(self) -> Fragment:
        """Breaks in the series."""
        return series_breaks.series_breaks(self.context)

    def revisions(self) -> Fragment:
        """What later vintages changed, and how much newest months usually change."""
        return revisions.revisions(self.context)

    def register_opening(self) -> Fragment:
        """What the second part is, and that it is made up where it is."""
        has_register = self.context.processed.register is not None
        return register_opening.opening(self.context) if has_register else join()

    def register_populations(self) -> Fragment:
        """Unemployment and services in the three populations."""
        return self._register_section("populations", populations.populations)

    def register_flows(self) -> Fragment:
        """Flows past 3, 6 and 12 months."""
        return self._register_section("flows", flows.flows)

    def register_durations(self) -> Fragment:
        """How long unemployment has lasted."""
        return self._register_section("durations", durations.durations)

    def register_structural(self) -> Fragment:
        """Structural unemployment and its groups."""
        return self._register_section("structural", structural.structural)

    def register_starts(self) -> Fragment:
        """Services started."""
        return self._register_section("starts", starts.starts)

    def register_exits(self) -> Fragment:
        """Job searches ended, by reason."""
        return self._register_section("exits", exits.exits)

    def register_plans(self) -> Fragment:
        """Plans and the plan debt."""
        return self._register_section("plans", plans.plans)

    def register_offers(self) -> Fragment:
        """Job offers and introductions."""
        return self._register_section("offers", offers.offers)

    def register_caseload(self) -> Fragment:
        """Customers per specialist."""
        return self._register_section("caseload", caseload.caseload)

    def register_resources(self) -> Fragment:
        """Customers and person-years by municipality."""
        return self._register_section("resources", register_resources.resources)

    def register_kela(self) -> Fragment:
        """Kela's unemployment benefits."""
        return self._register_section("kela", kela.kela)

    def register_surveys(self) -> Fragment:
        """What customers answered."""
        return self._register_section("surveys", surveys.surveys)

    def method(self) -> Fragment:
        """Definitions of the indicators."""
        return method.method(self.context)

    def sources(self) -> Fragment:
        """Sources, vintages and licence."""
        return sources.sources(self.context)

    def _register_section(self, name: str, section: Callable[[Context], Fragment]) -> Fragment:
        """A section of the second part; nothing where no register covers the month."""
        context = self.context
        if context.processed.register is None or not context.register.covers(context.month):
            return join()
        return register_opening.unknown(context, name) or section(context)


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
    project = settings.load()
    tables = processed.read(project.root, parse_month(month), vintage)
    return MonthlyReport(Context(project, tables, Voice(language), tuple(languages.split(","))))
