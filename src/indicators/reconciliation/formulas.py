"""Statistics that add up to another, and counts that several indicators have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indicators.reconciliation.cubes import TOTAL, Category, Cubes, Figure, Numbers
from indicators.reconciliation.outcomes import Outcome, compare


@dataclass(frozen=True, slots=True)
class Term:
    """One count in a formula.

    Attributes:
        indicator: Its id.
        statistic: Its id.
        column: ``numerator`` or ``denominator``.
        sign: What it is multiplied by.
        category: The only category that is meant; every one where not given.
    """

    indicator: str
    statistic: str = "value"
    column: str = "numerator"
    sign: int = 1
    category: Category | None = None

    @property
    def figure(self) -> Figure:
        """Indicator and statistic."""
        return self.indicator, self.statistic

    def numbers(self, cubes: Cubes, categories: Sequence[Category]) -> Numbers:
        """The term's numbers, by the categories or of the one that is meant."""
        if self.category is None:
            return self.sign * cubes.values(self.figure, self.column, categories)
        # With the total, which tells where nothing is known.
        needed = list(dict.fromkeys([TOTAL, self.category]))
        return self.sign * cubes.values(self.figure, self.column, needed)[..., -1:]


@dataclass(frozen=True, slots=True)
class Formula:
    """``left`` is the sum of ``right``.

    Attributes:
        identity: Id of the identity.
        left: What it is told of.
        right: The terms added up.
    """

    identity: str
    left: Term
    right: tuple[Term, ...]


def _sum(indicator: str, total: str, *statistics: str) -> Formula:
    parts = tuple(Term(indicator, statistic) for statistic in statistics)
    return Formula("statistics", Term(indicator, total), parts)


_UNEMPLOYED = Term("unemployment_duration", "mean_weeks", "denominator")
_UNEMPLOYED_TOTAL = Term("unemployment_duration", "mean_weeks", "denominator", category=TOTAL)
_FOREIGN = Term(
    "unemployment_duration", "mean_weeks", "denominator", category=("origin", "foreign")
)
_DUE = Term("plan_coverage", "valid_share", "denominator")

FORMULAS = (
    _sum(
        "structural_unemployment",
        "total",
        "long_term",
        "recurrent",
        "returned_from_service",
        "service_to_service",
    ),
    _sum(
        "job_search_exits",
        "total",
        "open_market",
        "layoff_return",
        "subsidised",
        "entrepreneurship",
        "studies",
        "abroad",
        "other",
        "unknown",
    ),
    _sum("plan_coverage", "debt", "debt_never", "debt_expired"),
    Formula(
        "statistics",
        Term("plan_coverage", "debt"),
        (_DUE, Term("plan_coverage", "valid_share", sign=-1)),
    ),
    Formula("indicators", Term("extended_unemployment"), (_UNEMPLOYED, Term("activation_rate"))),
    Formula(
        "indicators",
        Term("extended_unemployment"),
        (Term("activation_rate", column="denominator"),),
    ),
    Formula("indicators", Term("unemployment_share", category=TOTAL), (_UNEMPLOYED_TOTAL,)),
    Formula("indicators", Term("foreign_unemployment_share", category=TOTAL), (_FOREIGN,)),
)
"""Contract, section 4: indicators 4, 7 and 17; 6 = unemployed + in service = denominator of 11; the
unemployed of 1 and 2 are those of 5."""


def formulas(cubes: Cubes) -> Iterator[Outcome]:
    """Every formula of whose terms the table has rows."""
    for formula in FORMULAS:
        terms = (formula.left, *formula.right)
        if not all(cubes.has(term.figure, term.column) for term in terms):
            continue
        categories = list(
            dict.fromkeys(category for term in terms for category in cubes.figures[term.figure])
        )
        left, *right = (term.numbers(cubes, categories) for term in terms)
        figure_name = " ".join(formula.left.figure)
        places = (cubes.months, cubes.areas)
        yield compare(formula.identity, figure_name, places, left, np.sum(right, axis=0))
