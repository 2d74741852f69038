"""Customers for each person-year moved to a municipality, and each one's share of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.readings import Reading
from indicators.reporting.register import telling
from indicators.reporting.register.bars import BarPanel, bar_chart, bar_of
from indicators.reporting.register.parts import area_heads
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Cell, Row

# Customers of the trial office: unemployed or in a service on the calculation date.
CUSTOMERS = Figure("extended_unemployment", population="trial_office")


@dataclass(frozen=True, slots=True)
class Share:
    """A municipality's part, or that of all together.

    Attributes:
        area: Its code.
        customers: Of the trial office.
        person_years: Moved by the agreement.
        total: Customers of all municipalities together.
        share_of_years: Of all person-years, per cent.
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


def resources(context: Context) -> Fragment:
    """Two rows of bars, and the table they come from."""
    translator = context.translator
    shares = shares_of(context)
    drawn = bar_chart(
        context, "figures/register-resources.svg", _panels(context, shares), context.month
    )
    columns = ("customers", "share", "person_years", "share_of_years", "per_year")
    names = [translator(f"register_resources.{item}") for item in columns]
    month = translator.month(context.month)
    return join(
        heading(translator("register_resources.title"), "sec-register-resources", 3),
        translator("register_resources.intro", years=translator.number(shares[-1].person_years, 1)),
        telling.shown(
            context,
            drawn,
            "fig-register-resources",
            translator("register_resources.caption_figure", month=month),
        ),
        telling.tabled(
            context,
            area_heads(context, names),
            [_row(context, item) for item in shares],
            "tbl-register-resources",
            translator("register_resources.caption_table", month=month),
        ),
    )


def shares_of(context: Context) -> list[Share]:
    """Every municipality with person-years of the agreement, then all of them together."""
    years = context.settings.resources.transferred_person_years
    total = context.register.reading(CUSTOMERS, context.group, context.month)
    all_years = sum(years[area] for area in context.members)
    found = []
    for area in (*context.members, context.group):
        person_years = all_years if area == context.group else years[area]
        customers = context.register.reading(CUSTOMERS, area, context.month)
        found.append(Share(area, customers, total, person_years, 100 * person_years / all_years))
    return found


def _panels(context: Context, shares: list[Share]) -> list[BarPanel]:
    per_year = [bar_of(context.area_name(share.area), share.per_year) for share in shares]
    # All together are a hundred per cent: that needs no bar.
    members = [bar_of(context.area_name(share.area), share.share) for share in shares[:-1]]
    return [
        BarPanel(context.translator("register_resources.per_year"), per_year),
        BarPanel(context.translator("register_resources.share"), members, 1),
    ]


def _row(context: Context, share: Share) -> Row:
    return context.area_name(share.area), [
        telling.told(context, share.customers, 0),
        telling.told(context, share.share, 1),
        Cell(context.translator.number(share.person_years, 1)),
        Cell(context.translator.number(share.share_of_years, 1)),
        telling.told(context, share.per_year, 0),
    ]
