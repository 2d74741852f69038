"""How a figure of the register came about: who was counted, who was left out and why.

A second, plain way to the figures of one month, for the reader who doubts them: records are left
out one reason after the other, and what is left must give the figure of the long table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from indicators.measures.register.accounts import (
    activation,
    durations,
    exits,
    flows,
    long_term,
    offers,
    plans,
    reported,
    shares,
    starts,
    structural,
    surveys,
)
from indicators.measures.register.accounts.model import (
    AreaCode,
    Made,
    Month,
    Note,
    Question,
    RegisterAccount,
    Step,
    Strand,
    Tally,
    Value,
)

__all__ = [
    "ACCOUNTS",
    "AreaCode",
    "Made",
    "Month",
    "Note",
    "Question",
    "RegisterAccount",
    "Step",
    "Strand",
    "Tally",
    "Value",
    "account_for",
]

ACCOUNTS: Mapping[str, Callable[[Question], RegisterAccount]] = {
    **dict.fromkeys(shares.BASES, shares.account),
    "job_search_exits": exits.account,
    "unemployment_duration": durations.account,
    "extended_unemployment": activation.account,
    "structural_unemployment": structural.account,
    **dict.fromkeys(flows.LIMITS, flows.account),
    "activation_rate": activation.account,
    "long_term_activation_rate": long_term.account,
    "service_starts": starts.account,
    **dict.fromkeys(offers.TABLES, offers.account),
    "caseload": reported.caseload,
    "plan_coverage": plans.account,
    "kela_benefits": reported.benefits,
    "satisfaction": surveys.satisfaction,
    "wellbeing_change": surveys.wellbeing,
}
"""The account of each indicator, by its id."""

_SERVICE = ("extended_unemployment", "activation_rate", "long_term_activation_rate")
_NEEDS = {
    **dict.fromkeys((*_SERVICE, "structural_unemployment", "service_starts"), "service"),
    **offers.TABLES,
    "plan_coverage": "plan",
    "kela_benefits": "kela",
    "caseload": "caseload",
    **dict.fromkeys(("satisfaction", "wellbeing_change"), "survey"),
}
_NOT_OF_PERSONS = ("kela_benefits", "caseload", "satisfaction", "wellbeing_change")


def account_for(question: Question) -> RegisterAccount:
    """Account for the figures of an indicator in one month, area, population and category.

    Args:
        question: What is asked; it must be a figure that the long table may have.

    Returns:
        Counts, and the numerators and denominators that follow from them.

    Raises:
        DataError: A table cannot be read.
    """
    made = ACCOUNTS[question.indicator](question)
    lacking = tuple(Note("missing_table", {"table": table}) for table in _missing(question))
    return replace(made, why=(*lacking, *made.why))


def _missing(question: Question) -> list[str]:
    """Tables that the figure needs and the register lacks."""
    needed = [_NEEDS[question.indicator]] if question.indicator in _NEEDS else []
    if question.indicator not in _NOT_OF_PERSONS:
        needed += [] if question.is_whole else ["residence"]
        needed += ["office"] if question.population == "trial_office" else []
    return [table for table in needed if not question.register.has(table)]
