"""Sections of the register's part on resources, benefits and surveys.

Customers per person-year and per specialist, capacity against the agreement, Kela's benefits,
customers' satisfaction and well-being.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from indicators.calendar import shift_month
from indicators.reporting import section_parts
from indicators.reporting.charts import drawing
from indicators.reporting.charts.bars import Bar, BarPanel, bar_chart, reading_bar
from indicators.reporting.charts.small_multiples import Curve, Panel, figure_curve, small_multiples
from indicators.reporting.context import SUPPRESSED, Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.readings import Reading
from indicators.reporting.section import Content, Part, compose
from indicators.reporting.section_parts import area_heads, period_texts, year_cells, year_heads
from indicators.reporting.tables import Cell, HeaderCell, Row

# Customers of the trial office: unemployed or in a service on the calculation date.
CUSTOMERS = RegisterFigure("extended_unemployment", population="trial_office")


# Customers for each person-year moved to a municipality, and each municipality's share of them.


@dataclass(frozen=True, slots=True)
class MunicipalityShare:
    """A municipality's customers and person-years, or those of all municipalities together.

    Attributes:
        area: Its code.
        customers: Customers of the trial office.
        total: Customers of all municipalities together.
        person_years: Person-years moved by the agreement.
        share_of_years: Share of all person-years, per cent.
    """

    area: str
    customers: Reading
    total: Reading
    person_years: float
    share_of_years: float

    @property
    def per_year(self) -> Reading:
        """Customers for each person-year."""
        value = self.customers.value / self.person_years if self.person_years else nan
        return Reading(value, status=self.customers.status)

    @property
    def share(self) -> Reading:
        """Of all customers, per cent; as sure as the less sure of the two."""
        unsure = self.total if self.customers.status == "normal" else self.customers
        value = 100 * self.customers.value / self.total.value if self.total.value else nan
        return Reading(value, status=unsure.status)

    @property
    def above_key(self) -> Reading:
        """How much the share of customers is above that of person-years, percentage points."""
        return replace(self.share, value=self.share.value - self.share_of_years)


def resources(context: Context) -> Content:
    """Two rows of bars, and the table they come from."""
    translator = context.translator
    shares = municipality_shares(context)
    drawn = bar_chart(
        context, "figures/register-resources.svg", _resources_panels(context, shares), context.month
    )
    columns = ("customers", "share", "person_years", "share_of_years", "per_year")
    names = [translator(f"register_resources.{column}") for column in columns]
    month = translator.month(context.month)
    return compose(
        heading(translator("register_resources.title"), "sec-register-resources", 3),
        translator("register_resources.intro", years=translator.number(shares[-1].person_years, 1)),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-resources",
            translator("register_resources.caption_figure", month=month),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            [_resources_row(context, share) for share in shares],
            "tbl-register-resources",
            translator("register_resources.caption_table", month=month),
        ),
    )


def municipality_shares(context: Context, month: str = "") -> list[MunicipalityShare]:
    """Every municipality with person-years of the agreement, then all of them together.

    Args:
        context: The month and the language.
        month: Another month than the one reported.
    """
    month = month or context.month
    years = context.settings.resources.transferred_person_years
    total = context.register.reading(CUSTOMERS, context.group, month)
    all_years = sum(years[area] for area in context.members)
    found = []
    for area in (*context.members, context.group):
        person_years = all_years if area == context.group else years[area]
        customers = context.register.reading(CUSTOMERS, area, month)
        found.append(
            MunicipalityShare(area, customers, total, person_years, 100 * person_years / all_years)
        )
    return found


def _resources_panels(context: Context, shares: list[MunicipalityShare]) -> list[BarPanel]:
    per_year = [reading_bar(context.area_name(share.area), share.per_year) for share in shares]
    # All together are a hundred per cent: that needs no bar.
    members = [reading_bar(context.area_name(share.area), share.share) for share in shares[:-1]]
    return [
        BarPanel(context.translator("register_resources.per_year"), per_year),
        BarPanel(context.translator("register_resources.share"), members, 1),
    ]


def _resources_row(context: Context, share: MunicipalityShare) -> Row:
    return context.area_name(share.area), [
        section_parts.reading_cell(context, share.customers, 0),
        section_parts.reading_cell(context, share.share, 1),
        Cell(context.translator.number(share.person_years, 1)),
        Cell(context.translator.number(share.share_of_years, 1)),
        section_parts.reading_cell(context, share.per_year, 0),
    ]


# Capacity against the agreement's key, over time.


DEBT = RegisterFigure("plan_coverage", "debt")


def capacity(context: Context) -> Content:
    """Each municipality's customers against its person-years, the caseload and the plan debt."""
    translator = context.translator
    drawn = small_multiples(
        context, "figures/register-capacity.svg", _capacity_panels(context),
        [CUSTOMERS.indicator, CASELOAD_INDICATOR, DEBT.indicator], height=150.0,
    )  # fmt: skip
    columns = ("difference", "difference_before", "per_year_change", "debt", "debt_per_year")
    names = [translator(f"register_capacity.{column}") for column in columns]
    before = municipality_shares(context, shift_month(context.month, -12))
    rows = [
        _capacity_row(context, was, now)
        for was, now in zip(before, municipality_shares(context), strict=True)
    ]
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_capacity.title"), "sec-register-capacity", 3),
        translator("register_capacity.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-capacity",
            translator("register_capacity.caption_figure", **dates),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            rows,
            "tbl-register-capacity",
            translator("register_capacity.caption_table", month=translator.month(context.month)),
        ),
    )


def _capacity_panels(context: Context) -> list[Panel]:
    register, translator, group = context.register, context.translator, context.group
    years = context.settings.resources.transferred_person_years
    all_years = sum(years[area] for area in context.members)
    customers, hidden = register.series(CUSTOMERS, group), register.hidden(CUSTOMERS, group)
    panels = []
    for area in context.members:
        share = 100 * register.series(CUSTOMERS, area) / customers
        key = pd.Series(100 * years[area] / all_years, index=share.index)
        unseen = hidden | register.hidden(CUSTOMERS, area)
        of_key = translator("register_capacity.key", share=translator.number(key.iloc[0], 1))
        panels.append(
            Panel(
                f"{context.area_name(area)}, %",
                [
                    Curve(translator("register_capacity.customers"), share, 1, hidden=unseen),
                    Curve(of_key, key, 1, drawing.DARK_ORANGE),
                ],
            )
        )
    load = CASELOAD_FIGURES[0]
    panels += [
        Panel(
            translator("register_capacity.per_year"),
            [Curve("", customers / all_years, hidden=hidden)],
        ),
        Panel(
            translator("register_capacity.load"),
            [
                Curve(
                    "",
                    register.series(load, context.country),
                    colour=drawing.BLUE,
                    hidden=register.hidden(load, context.country),
                )
            ],
        ),
        Panel(
            section_parts.statistic_label(context, DEBT),
            [
                Curve(
                    "",
                    register.series(DEBT, group),
                    colour=drawing.DARK_GREEN,
                    hidden=register.hidden(DEBT, group),
                )
            ],
        ),
    ]
    return panels


def _capacity_row(context: Context, was: MunicipalityShare, now: MunicipalityShare) -> Row:
    debt = context.register.reading(DEBT, now.area, context.month)
    per_year = replace(debt, value=debt.value / now.person_years if now.person_years else nan)
    change = _difference(now.per_year, was.per_year)
    return context.area_name(now.area), [
        section_parts.reading_cell(context, now.above_key, 1, signed=True),
        section_parts.reading_cell(context, was.above_key, 1, signed=True),
        section_parts.reading_cell(context, change, 1, signed=True),
        section_parts.reading_cell(context, debt, 0),
        section_parts.reading_cell(context, per_year, 0),
    ]


def _difference(one: Reading, other: Reading) -> Reading:
    """As sure as the less sure of the two."""
    hidden = next((each for each in (one, other) if each.status == SUPPRESSED), None)
    unsure = hidden or (other if one.status == "normal" else one)
    return Reading(one.value - other.value, status=unsure.status)


# Customers per specialist of the trial's offices.


CASELOAD_INDICATOR = "caseload"
CASELOAD_FIGURES = [
    RegisterFigure(CASELOAD_INDICATOR, statistic, "trial_office")
    for statistic in (
        "customers_per_fte",
        "customers_per_specialist_median",
        "customers_per_specialist_max",
    )
]


def caseload(context: Context) -> Content:
    """A panel each, and a table of the month and the year before; of the offices together."""
    translator = context.translator
    # Specialists have no municipality: the figures are those of all the trial's offices.
    area = context.country
    panels = [
        Panel(
            section_parts.statistic_label(context, figure),
            [
                Curve(
                    "",
                    context.register.series(figure, area),
                    hidden=context.register.hidden(figure, area),
                )
            ],
        )
        for figure in CASELOAD_FIGURES
    ]
    drawn = small_multiples(
        context,
        "figures/register-caseload.svg",
        panels,
        [CASELOAD_INDICATOR],
        height=165.6,
        sharey=True,
    )
    rows = [
        (section_parts.statistic_label(context, figure), year_cells(context, figure, area=area))
        for figure in CASELOAD_FIGURES
    ]
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_caseload.title"), "sec-register-caseload", 3),
        translator("register_caseload.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-caseload",
            translator("register_caseload.caption_figure", **dates),
        ),
        section_parts.table_with_caption(
            context,
            year_heads(context, translator("common.figure")),
            rows,
            "tbl-register-caseload",
            translator("register_caseload.caption_table", month=translator.month(context.month)),
        ),
    )


# Kela's unemployment benefits: recipients and payments.


KELA_INDICATOR = "kela_benefits"
RECIPIENTS, EUROS, DAYS = (
    RegisterFigure(KELA_INDICATOR, statistic) for statistic in ("recipients", "euros", "days")
)
EUROS_PER_DAY = RegisterFigure(KELA_INDICATOR, "euros_per_day", decimals=2)
KELA_FIGURES = (RECIPIENTS, EUROS, DAYS, EUROS_PER_DAY)
MILLION = 1_000_000


def kela(context: Context) -> Content:
    """Recipients, payments and euros a day, and a table by benefit and basis."""
    translator = context.translator
    paid = figure_curve(context, EUROS, "", drawing.BLUE)
    millions = replace(paid, values=paid.values / MILLION, decimals=2)
    panels = [
        Panel(
            section_parts.statistic_label(context, RECIPIENTS), [figure_curve(context, RECIPIENTS)]
        ),
        Panel(translator("register_kela.millions"), [millions]),
        Panel(
            section_parts.statistic_label(context, EUROS_PER_DAY),
            [figure_curve(context, EUROS_PER_DAY, "", drawing.DARK_GREEN)],
        ),
    ]
    drawn = small_multiples(
        context, "figures/register-kela.svg", panels, [KELA_INDICATOR], height=165.6
    )
    names = [HeaderCell(_kela_head(context, figure)) for figure in KELA_FIGURES]
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_kela.title"), "sec-register-kela", 3),
        f"{translator('register_kela.intro')} {_made_up_note(context)}".rstrip(),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-kela",
            translator("register_kela.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            [[HeaderCell(translator("register_kela.kind"), number=False), *names]],
            _kela_rows(context),
            "tbl-register-kela",
            translator(
                "register_kela.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _made_up_note(context: Context) -> str:
    """The sentence that benefits, which Kela publishes, are made up here too; else empty."""
    return context.translator("register_kela.made_up") if context.processed.made_up else ""


def _kela_head(context: Context, figure: RegisterFigure) -> str:
    name = section_parts.statistic_label(context, figure)
    return f"{name}, €" if figure == EUROS else name


def _kela_rows(context: Context) -> list[Row]:
    kinds = [("total", "total")]
    for dimension in ("benefit", "basis"):
        found = context.register.categories(RECIPIENTS, dimension, context.area)
        kinds += [(dimension, category) for category in found]
    return [
        (
            _benefit_name(context, *kind),
            [section_parts.figure_cell(context, figure.by(*kind)) for figure in KELA_FIGURES],
        )
        for kind in kinds
    ]


def _benefit_name(context: Context, dimension: str, category: str) -> str:
    """The name of a benefit or a basis, in the language of the report where it is known."""
    known = {
        "Työmarkkinatuki": "register_kela.labour_market_support",
        "Peruspäiväraha": "register_kela.basic_allowance",
        "Työttömyyden perusteella": "register_kela.unemployed",
        "Työllistymistä edistävän palvelun perusteella": "register_kela.in_service",
    }
    if category in known:
        return context.translator(known[category])
    return section_parts.category_label(context, dimension, category)


# Surveys of customers: satisfaction by item, and the change of well-being.


SATISFACTION, WELLBEING, SURVEY_POPULATION = "satisfaction", "wellbeing_change", "target_group"
MEAN, LOW, HIGH = (
    RegisterFigure(SATISFACTION, statistic, SURVEY_POPULATION, decimals=2)
    for statistic in ("mean", "ci_low", "ci_high")
)
RESPONDENTS = RegisterFigure(SATISFACTION, "respondents", SURVEY_POPULATION)
RESPONSE_RATE = RegisterFigure(SATISFACTION, "response_rate", SURVEY_POPULATION, decimals=1)
CHANGE, CHANGE_LOW, CHANGE_HIGH = (
    RegisterFigure(WELLBEING, statistic, SURVEY_POPULATION, decimals=2)
    for statistic in ("mean_change", "ci_low", "ci_high")
)
PAIRS = RegisterFigure(WELLBEING, "pairs", SURVEY_POPULATION)
ATTRITION = RegisterFigure(WELLBEING, "attrition_share", SURVEY_POPULATION, decimals=1)
SCALE = (1.0, 5.0)
ITEMS = {"information", "participation", "reachability", "respect", "usefulness"}


def surveys(context: Context) -> Content:
    """The newest round of satisfaction, and well-being up to the month."""
    title = heading(context.translator("register_surveys.title"), "sec-register-surveys", 3)
    month = context.register.last_month_with_figure(MEAN, context.area)
    answered = _satisfaction(context, month) if month else [_no_satisfaction(context)]
    return compose(title, *answered, *_wellbeing(context))


def _no_satisfaction(context: Context) -> str:
    """Why no month has a round: none was made, or it is not published of the area."""
    if context.register.last_month_with_figure(MEAN, context.group) is None:
        return context.translator("register_surveys.none")
    return context.translator(
        "register.of_group_only",
        names=context.catalogue.label("indicator", SATISFACTION, context.translator.language),
        group=context.area_name(context.group),
    )


def _satisfaction(context: Context, month: str) -> list[Part]:
    translator = context.translator
    group = context.area_name(context.area)
    kinds = [("total", "total")]
    kinds += [("item", item) for item in context.register.categories(MEAN, "item", context.area)]
    bars = [_item_bar(context, kind, month) for kind in kinds]
    panel = BarPanel(translator("register_surveys.scale"), bars, 2, SCALE)
    drawn = bar_chart(context, "figures/register-satisfaction.svg", [panel], month)
    heads = [
        HeaderCell(translator("register_surveys.item"), number=False),
        HeaderCell(translator("register_surveys.mean")),
        HeaderCell(translator("register_surveys.interval")),
        HeaderCell(translator("register_surveys.respondents")),
    ]
    return [
        translator(
            "register_surveys.satisfaction",
            month=translator.month(month),
            rate=_response_rate_text(context, month),
        ),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-satisfaction",
            translator(
                "register_surveys.caption_figure", group=group, month=translator.month(month)
            ),
        ),
        section_parts.table_with_caption(
            context,
            [heads],
            [_item_row(context, kind, month) for kind in kinds],
            "tbl-register-satisfaction",
            translator(
                "register_surveys.caption_table", group=group, month=translator.month(month)
            ),
        ),
    ]


def _response_rate_text(context: Context, month: str) -> str:
    rate = context.register.reading(RESPONSE_RATE, context.area, month)
    return (
        context.translator.percent(rate.value)
        if rate.known
        else context.formatter.status(rate.status)
    )


def _item_bar(context: Context, kind: tuple[str, str], month: str) -> Bar:
    mean, low, high = (
        context.register.reading(figure.by(*kind), context.area, month)
        for figure in (MEAN, LOW, HIGH)
    )
    hidden = mean.status == SUPPRESSED
    return Bar(_item_label(context, *kind), mean.value, low.value, high.value, hidden)


def _item_row(context: Context, kind: tuple[str, str], month: str) -> Row:
    return _item_label(context, *kind), [
        section_parts.figure_cell(context, MEAN.by(*kind), month=month),
        _interval_cell(context, LOW.by(*kind), HIGH.by(*kind), month),
        section_parts.figure_cell(context, RESPONDENTS.by(*kind), month=month),
    ]


def _item_label(context: Context, dimension: str, category: str) -> str:
    if category in ITEMS:
        return context.translator(f"register_surveys.{category}")
    return section_parts.category_label(context, dimension, category)


def _interval_cell(
    context: Context, low: RegisterFigure, high: RegisterFigure, month: str, area: str | None = None
) -> Cell:
    bounds: list[Reading] = [
        context.register.reading(bound, area or context.area, month) for bound in (low, high)
    ]
    if not all(bound.known for bound in bounds):
        return section_parts.reading_cell(context, bounds[0], low.decimals)
    first, last = (
        context.translator.number(bound.value, low.decimals, signed=low == CHANGE_LOW)
        for bound in bounds
    )
    return Cell(context.translator("register_surveys.between", low=first, high=last))


def _signed_cell(context: Context, figure: RegisterFigure, area: str) -> Cell:
    reading = context.register.reading(figure, area, context.month)
    return section_parts.reading_cell(context, reading, figure.decimals, signed=True)


def _wellbeing(context: Context) -> list[Part]:
    translator = context.translator
    columns = ("change", "interval", "pairs", "attrition")
    names = [translator(f"register_surveys.{column}") for column in columns]
    rows = [
        (
            context.area_name(area),
            [
                _signed_cell(context, CHANGE, area),
                _interval_cell(context, CHANGE_LOW, CHANGE_HIGH, context.month, area),
                section_parts.figure_cell(context, PAIRS, area),
                section_parts.figure_cell(context, ATTRITION, area),
            ],
        )
        for area in context.register_areas
    ]
    return [
        translator("register_surveys.wellbeing"),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            rows,
            "tbl-register-wellbeing",
            translator("register_surveys.caption_wellbeing", month=translator.month(context.month)),
        ),
    ]
