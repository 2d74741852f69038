"""How a figure of the register came about: who was counted, who was left out and why.

A second, plain way to the figures of one month, for the reader who doubts them: records are left
out one reason after the other, and what is left must give the figure of the long table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
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
from indicators.measures.register.accounts.figures import NOT_AVAILABLE, Figure
from indicators.measures.register.accounts.model import (
    AreaCode,
    Month,
    Note,
    Question,
    RegisterAccount,
    Step,
    Strand,
    Tally,
    Value,
)
from indicators.measures.register.accounts.records import Records
from indicators.measures.register.computing import NEEDS
from indicators.measures.register.needs import OF_DIMENSION, OF_POPULATION, RESIDENCE

__all__ = [
    "ACCOUNTS",
    "AreaCode",
    "Figure",
    "Month",
    "Note",
    "Question",
    "Records",
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

_NOT_OF_PERSONS = ("kela_benefits", "caseload", "satisfaction", "wellbeing_change")


def account_for(question: Question) -> RegisterAccount:
    """Account for the figures of an indicator in one month, area, population and category.

    Args:
        question: What is asked; it must be a figure that the long table may have.

    Returns:
        Counts, and the figures that follow from them. What needs a table that was not delivered
        is left out or not available, and the table is named.

    Raises:
        DataError: A table cannot be read.
    """
    made = ACCOUNTS[question.indicator](question)
    missing = _missing(question)
    lacking = tuple(Note("missing_table", {"table": table}) for table in missing)
    strands = tuple(
        replace(strand, parts=tuple(one for one in strand.parts if not set(one.needs) & missing))
        for strand in made.strands
        if not set(strand.needs) & missing
    )
    figures = {
        statistic: figure if _is_known(question, statistic) else NOT_AVAILABLE
        for statistic, figure in made.figures.items()
    }
    return replace(made, strands=strands, figures=figures, why=(*lacking, *made.why))


def _is_known(question: Question, statistic: str) -> bool:
    """Whether every table was delivered that a statistic needs in the cell."""
    needed = [*NEEDS[question.indicator][statistic], *_needed_by_cell(question)]
    return all(map(question.register.has, needed))


def _missing(question: Question) -> Set[str]:
    """Tables that the figures need and the register lacks, in order."""
    needed = {one: None for of in NEEDS[question.indicator].values() for one in of}
    needed |= dict.fromkeys(_needed_by_cell(question))
    return {table: None for table in needed if not question.register.has(table)}.keys()


def _needed_by_cell(question: Question) -> list[str]:
    """Tables that the population, the dimension and the area need."""
    wanted = [OF_POPULATION.get(question.population)]
    if question.indicator in _NOT_OF_PERSONS:
        # The answers' target group is who was asked: no persons are looked up.
        wanted = wanted if question.indicator == "caseload" else []
    else:
        wanted += [OF_DIMENSION.get(question.dimension)]
        wanted += [None if question.is_whole else RESIDENCE]
    return [table for table in wanted if table]
