"""The figures of the contract's section 4 that count somebody, and what adds up to what."""

from dataclasses import dataclass
from itertools import combinations, product


@dataclass(frozen=True)
class Figure:
    """A figure of the long table: the counts in its columns, by name.

    ``numerator`` None means no count stands there: a median has none, a mean a sum of weeks.
    ``months_before``: both are of so many months before. ``status``: of its rows.
    """

    indicator: str
    statistic: str
    unit: str
    numerator: str | None
    denominator: str | None = None
    months_before: int = 0
    status: str = "normal"

    @property
    def of_residents_in_total_only(self) -> bool:
        return self.indicator.endswith("unemployment_share")


PARTS = ("long_term", "recurrent", "returned_from_service", "service_to_service")
EXITS = (
    "open_market", "layoff_return", "subsidised", "entrepreneurship", "studies", "abroad",
    "other", "unknown",
)  # fmt: skip


def _structural(name: str) -> Figure:
    return Figure("structural_unemployment", name, "persons", name)


def _flow(months: int) -> Figure:
    name = f"flow_over_{months}_months"
    return Figure(name, "value", "percent", f"open_{months}", "started", months)


FAMILIES: dict[str, tuple[Figure, ...]] = {
    "structural": tuple(map(_structural, (*PARTS, "total"))),
    "exits": tuple(
        Figure("job_search_exits", name, "spells", f"exits_{name}") for name in (*EXITS, "total")
    ),
    "extended": (Figure("extended_unemployment", "value", "persons", "extended"),),
    "activation": (Figure("activation_rate", "value", "percent", "in_service", "extended"),),
    "duration": (
        Figure("unemployment_duration", "mean_weeks", "weeks", None, "unemployed"),
        Figure("unemployment_duration", "median_weeks", "weeks", None, "unemployed"),
    ),
    "long-term activation": (
        Figure(
            "long_term_activation_rate", "value", "percent",
            "activated_long_term", "extended_long_term",
        ),
        _structural("long_term"),
    ),
    "plans": (
        Figure("plan_coverage", "valid_share", "percent", "valid_plan", "plan_due"),
        Figure("plan_coverage", "debt_never", "persons", "debt_never"),
        Figure("plan_coverage", "debt_expired", "persons", "debt_expired"),
        Figure("plan_coverage", "debt", "persons", "debt"),
    ),
    "flows": tuple(map(_flow, (3, 6, 12))),
    "offers": (
        Figure("job_offers", "offers", "offers", "offers"),
        Figure("job_offers", "persons", "persons", "offered_persons"),
        Figure("job_offers", "employed_30_days", "percent", "employed_30", "offers"),
    ),
    "satisfaction": (
        Figure("satisfaction", "mean", "score", None, "answers"),
        Figure("satisfaction", "respondents", "persons", "respondents"),
    ),
    "wellbeing": (
        Figure("wellbeing_change", "mean_change", "score", None, "pairs"),
        Figure("wellbeing_change", "pairs", "persons", "pairs"),
        Figure("wellbeing_change", "attrition_share", "percent", "once", "people"),
    ),
    "shares": (
        Figure("unemployment_share", "value", "percent", "unemployed", "labour_force"),
        Figure("foreign_unemployment_share", "value", "percent", "unemployed", "foreign_force"),
        Figure("youth_unemployment_share", "value", "percent", "unemployed", "young_force"),
    ),
}  # fmt: skip

FATES = ("open_market", "unemployed", "in_service", "other")

SERVICE_FAMILIES: dict[str, tuple[Figure, ...]] = {
    "time to service": (
        Figure("time_to_service", "within_3_months", "percent", "served_spells", "started", 3),
        Figure("time_to_service", "median_weeks", "weeks", None, "served_spells", 3),
        Figure("time_to_plan", "within_3_months", "percent", "planned_spells", "started", 3),
        Figure("time_to_plan", "median_weeks", "weeks", None, "planned_spells", 3),
        _flow(3),
    ),
    "after service": tuple(
        Figure(
            "after_service", f"{name}_3_months", "percent", f"ended_to_{name}", "ended_services", 3
        )
        for name in FATES
    ),
    "paths": (
        Figure("service_paths", "none", "persons", "path_none"),
        Figure("service_paths", "one", "persons", "path_one"),
        Figure("service_paths", "several", "persons", "path_several"),
        Figure("service_paths", "mean_services", "services", None, "long_term"),
        Figure("service_sequences", "value", "persons", "long_term"),
        _structural("long_term"),
    ),
    "path costs": (
        Figure("path_costs", "euros_per_person", "euros_per_person", None, "long_term", 24),
        Figure("path_costs", "open_market_share", "percent", "worked", "long_term", 24),
        Figure("path_costs", "euros_per_open_market_month", "euros_per_month", None, "worked", 24),
        _structural("long_term"),
    ),
    "costs": (
        Figure("service_costs", "euros_per_person", "euros_per_person", None, "served_persons"),
        Figure("service_starts", "persons", "persons", "starters"),
        Figure("service_starts", "spells", "spells", "starts"),
    ),
}
"""Those of services, apart from the others: the seeds of older trials would change with them."""

FOLLOWED = Figure(
    "job_offers", "employed_90_days", "percent", "employed_90", "followed_90", status="provisional"
)  # fmt: skip
"""Of the offers that have been followed for long enough; later, when all have been, of them all."""

ALL_FOLLOWED = Figure("job_offers", "employed_90_days", "percent", "employed_90_all", "offers")

ONLY_OF = {
    "foreign_unemployment_share": ("origin", "foreign"),
    "youth_unemployment_share": ("age_group", "15-24"),
}
"""Figures without a dimension whose numerator is of one category."""

SUMS: dict[str, tuple[str, ...]] = {
    "total": PARTS,
    "exits_total": tuple(f"exits_{name}" for name in EXITS),
    "extended": ("unemployed", "in_service"),
    "extended_long_term": ("long_term", "activated_long_term"),
    "debt": ("debt_never", "debt_expired"),
    "plan_due": ("valid_plan", "debt"),
    "people": ("once", "pairs"),
    "long_term": ("path_none", "path_one", "path_several"),
    "ended_services": tuple(f"ended_to_{name}" for name in FATES),
}
"""Counts that are the sum of others in every cell."""

OVERLAPPING = ("offered_persons", "served_persons", "starters")
"""Counts of distinct persons: one can be in two areas."""

DIMENSIONS = {
    "sex": ("men", "women"),
    "age_group": ("15-24", "25-29", "30-49", "50-"),
    "origin": ("finnish", "foreign"),
}

CROSSED = tuple("*".join(names) for many in (2, 3) for names in combinations(DIMENSIONS, many))
"""Every two or three dimensions together."""


def categories(dimension: str) -> list[str]:
    """The categories of a dimension, or of crossed ones."""
    return ["*".join(each) for each in product(*(DIMENSIONS[one] for one in dimension.split("*")))]


def within(dimension: str, category: str, crossed: str) -> list[str] | None:
    """The categories of crossed dimensions that are in another's; None if it is not one of them."""
    names = crossed.split("*")
    own = dict(zip(dimension.split("*"), category.split("*"), strict=True))
    if dimension == "total":
        return categories(crossed)
    if not set(own) < set(names):
        return None
    return [
        each
        for each in categories(crossed)
        if all(own.get(of, part) == part for of, part in zip(names, each.split("*"), strict=True))
    ]


SURVEYS = ("satisfaction", "wellbeing_change")
"""Indicators of which figures of fewer than five answers are left out by the count itself."""

PARTS_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "unemployed": (("long_term", "recurrent", "returned_from_service"), ("plan_due",)),
    "in_service": (("service_to_service",), ("activated_long_term",)),
    "offers": (("offered_persons",), ("followed_90",)),
    "employed_90_all": (("employed_90",),),
    "answers": (("respondents",),),
    # Whoever starts a service is in one from that day on.
    "served_persons": (("starters",),),
    "starts": (("starters",),),
}
"""Counts that are at least as many as each list of their parts together."""

COHORT = ("open_3", "open_6", "open_12")
"""Of one cohort each is a part of the one before; so many were open then and no longer later."""

RINGS = (("residents", "target_group"), ("residents", "trial_office"))
"""Populations of which one is part of the other: the difference counts somebody too."""

SHARES = tuple(
    {
        (one.denominator, one.numerator)
        for figures in (*FAMILIES.values(), *SERVICE_FAMILIES.values(), (FOLLOWED, ALL_FOLLOWED))
        for one in figures
        if one.unit == "percent" and one.numerator and one.denominator
    }
)
"""Denominators and numerators of shares: the difference are those who did not."""
