"""From a request to the rows of the long table and the account that gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from indicators.catalogue import Catalogue, Indicator
from indicators.errors import IndicatorsError, UsageError
from indicators.measures.register import compute_register
from indicators.measures.register.accounts import (
    Question,
    Records,
    RegisterAccount,
    account_for,
)
from indicators.measures.register.accounts.agreement import agrees
from indicators.measures.register.job import Source
from indicators.measures.register.registry import measures

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The key of a figure, as a person gives it.

    Attributes:
        month: ``YYYY-MM``.
        area: Its code.
        population: The indicator's first one if not given.
        dimension: As in the contract's section 3.
        category: Likewise.
    """

    month: str
    area: str
    population: str | None = None
    dimension: str = "total"
    category: str = "total"


@dataclass(frozen=True, slots=True)
class Run:
    """How the register is counted.

    Attributes:
        register: The register.
        groups: Member areas by group code.
        trial_offices: Office codes of the trial.
        parameters: Those that are not the catalogue's.
        checked: Whether the register's invariants are checked first.
    """

    register: Source
    groups: Mapping[str, Sequence[str]]
    trial_offices: Collection[str]
    parameters: Mapping[str, Mapping[str, Any]]
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to tell.

    Attributes:
        question: The key, complete.
        account: How the figures came about.
        rows: By statistic, the row of the long table; that of the total where a category with
            nothing behind it has none.
        told: The statistics that have a row of their own.
    """

    question: Question
    account: RegisterAccount
    rows: Mapping[str, Row]
    reported: frozenset[str]


def answer(indicator: Indicator, wanted: Wanted, run: Run, catalogue: Catalogue) -> Answer:
    """Compute the month, account for the figure, and hold the two against each other.

    Args:
        indicator: Of the catalogue.
        wanted: Which figure.
        run: Of which register, counted how.
        catalogue: Knows parameters and categories.

    Raises:
        UsageError: The indicator has no such figure.
        DataError: A table cannot be read, or breaks an invariant.
        IndicatorsError: The account does not give the figure: a defect.
    """
    population = _population(indicator, wanted)
    table = compute_register(
        run.register,
        [wanted.month],
        groups=run.groups,
        trial_offices=run.trial_offices,
        parameters=run.parameters,
        checked=run.checked,
    )
    of = table[table["indicator"] == indicator.id]
    _refuse_unknown(indicator, wanted, of, catalogue)
    question = Question(
        Records(run.register),
        indicator.id,
        wanted.month,
        wanted.area,
        tuple(run.groups.get(wanted.area, (wanted.area,))),
        population,
        wanted.dimension,
        wanted.category,
        frozenset(run.trial_offices),
        catalogue.values(run.parameters)[indicator.id],
    )
    total = _rows(of, question, "total", "total")
    own = _rows(of, question, wanted.dimension, wanted.category)
    account = account_for(question)
    _refuse_disagreement(account, own, question)
    return Answer(question, account, {**total, **own}, frozenset(own))


def _population(indicator: Indicator, wanted: Wanted) -> str:
    if indicator.id not in measures():
        raise UsageError(f"{indicator.id} is no register indicator; leave out --register")
    population = wanted.population or indicator.populations[0]
    if population not in indicator.populations:
        known = ", ".join(indicator.populations)
        raise UsageError(f"{indicator.id} has no population {population}; choose one of {known}")
    if wanted.dimension not in indicator.dimensions:
        known = ", ".join(indicator.dimensions)
        raise UsageError(
            f"{indicator.id} has no dimension {wanted.dimension}; choose one of {known}"
        )
    return population


def _refuse_unknown(
    indicator: Indicator, wanted: Wanted, rows: pd.DataFrame, catalogue: Catalogue
) -> None:
    areas = set(rows["area"].astype(str))
    if wanted.area not in areas:
        # Groups and the country alone: a register of the country knows hundreds of municipalities.
        others = ", ".join(sorted(area for area in areas if not area.startswith("KU")))
        raise UsageError(
            f"no figure of {wanted.area}: {indicator.id} is computed from this register for its "
            f"{'municipalities and ' if len(areas) > 1 else ''}{others or 'no other area'}"
        )
    of = rows["dimension"] == wanted.dimension
    known = set(rows.loc[of, "category"].astype(str)) | {
        label.partition(".")[2]
        for label in catalogue.labels["category"]
        if label.partition(".")[0] == wanted.dimension
    }
    if wanted.category not in known:
        raise UsageError(
            f"{wanted.dimension} has no category {wanted.category}; "
            f"choose one of {', '.join(' '.join(word.split()) for word in sorted(known))}"
        )


def _rows(
    rows: pd.DataFrame, question: Question, dimension: str, category: str
) -> dict[str, dict[str, Any]]:
    here = rows[
        (rows["area"] == question.area)
        & (rows["population"] == question.population)
        & (rows["dimension"] == dimension)
        & (rows["category"] == category)
    ]
    return {str(row["statistic"]): row for row in here.to_dict("records")}  # type: ignore[misc]


def _refuse_disagreement(
    account: RegisterAccount, rows: Mapping[str, Row], question: Question
) -> None:
    wrong = [name for name, row in rows.items() if not agrees(account.figures[name], row)]
    if wrong:
        raise IndicatorsError(
            f"{question.indicator}, {question.month}, {question.area}: the account does not give "
            f"the figure of {', '.join(wrong)}; this is a defect of the program, report it"
        )
