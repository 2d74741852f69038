"""Answers a question: the rows of the long table, and the account that must agree with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import isclose, isnan
from typing import Any

import pandas as pd

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator
from indicators.errors import IndicatorsError, UsageError
from indicators.measures.register.accounts.model import (
    NOT_AVAILABLE,
    Figure,
    Note,
    Question,
    Records,
    RegisterAccount,
)
from indicators.measures.register.computing import compute_register
from indicators.measures.register.measure import OF_DIMENSION, RESIDENCE, Measure
from indicators.measures.register.registry import measures
from indicators.register.store import RegisterSource
from indicators.table import CROSSING

Row = Mapping[str, Any]

# Sums of floats in a different order.
_RELATIVE = 1e-9


def account_agrees(figure: Figure, row: Mapping[str, Any]) -> bool:
    """Whether an account's figure is a row's: numerator, denominator, value and status."""
    return figure.status == row["status"] and all(
        _is_same_number(getattr(figure, name), row[name])
        for name in ("numerator", "denominator", "value")
    )


def _is_same_number(ours: float | None, theirs: float) -> bool:
    if ours is None or isnan(theirs):
        return ours is None and isnan(theirs)
    return isclose(ours, theirs, rel_tol=_RELATIVE, abs_tol=_RELATIVE)


def account_for(question: Question) -> RegisterAccount:
    """Account for the figures of an indicator in one month, area, population and category.

    Args:
        question: Which figure; it must be one that the long table may have.

    Returns:
        Counts, and the figures that follow from them. What needs a table that was not delivered
        is left out or not available, and the table is named.

    Raises:
        DataError: A table cannot be read.
    """
    measure = measures()[question.indicator]
    account = measure.account(question)
    missing = _missing(question, measure)
    lacking = tuple(Note("missing_table", {"table": table}) for table in missing)
    strands = tuple(
        replace(line, parts=tuple(part for part in line.parts if not set(part.needs) & missing))
        for line in account.strands
        if not set(line.needs) & missing
    )
    figures = {
        statistic: figure if _is_known(question, measure, statistic) else NOT_AVAILABLE
        for statistic, figure in account.figures.items()
    }
    return replace(account, strands=strands, figures=figures, why=(*lacking, *account.why))


def _is_known(question: Question, measure: Measure, statistic: str) -> bool:
    """Whether every table was delivered that a statistic needs in the cell."""
    needed = [*measure.tables[statistic], *_needed_by_cell(question, measure)]
    return all(map(question.register.has, needed))


def _missing(question: Question, measure: Measure) -> Set[str]:
    """Tables that the figures need and the register lacks, in order."""
    needed = {name: None for tables in measure.tables.values() for name in tables}
    needed |= dict.fromkeys(_needed_by_cell(question, measure))
    return {table: None for table in needed if not question.register.has(table)}.keys()


def _needed_by_cell(question: Question, measure: Measure) -> list[str]:
    """Tables that the population, the dimension and the area need."""
    wanted = [measure.of_population.get(question.population)]
    if measure.is_of_persons:
        wanted += [OF_DIMENSION.get(name) for name in question.dimension.split(CROSSING)]
        wanted += [None if question.is_whole else RESIDENCE]
    return [table for table in wanted if table]


@dataclass(frozen=True, slots=True)
class FigureKey:
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
class CountingRun:
    """How the register is counted.

    Attributes:
        register: The register.
        groups: Member areas by group code.
        trial_offices: Office codes of the trial.
        parameters: Those that are not the catalogue's.
        checked: Whether the register's invariants are checked first.
    """

    register: RegisterSource
    groups: Mapping[str, Sequence[str]]
    trial_offices: Collection[str]
    parameters: Mapping[str, Mapping[str, Any]]
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The figures of a key and how they came about.

    Attributes:
        question: The key, complete.
        account: How the figures came about.
        rows: By statistic, the row of the long table; that of the total where a category with
            nothing behind it has none.
        reported: The statistics that have a row of their own.
    """

    question: Question
    account: RegisterAccount
    rows: Mapping[str, Row]
    reported: frozenset[str]


def explain_figure(
    indicator: Indicator, wanted: FigureKey, run: CountingRun, catalogue: Catalogue
) -> Explanation:
    """Compute the month, account for the figure, and compare the two.

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
    rows = table[table["indicator"] == indicator.id]
    _refuse_unknown(indicator, wanted, rows, catalogue)
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
    total = _figure_rows(rows, question, "total", "total")
    own = _figure_rows(rows, question, wanted.dimension, wanted.category)
    account = account_for(question)
    _refuse_disagreement(account, own, question)
    return Explanation(question, account, {**total, **own}, frozenset(own))


def _population(indicator: Indicator, wanted: FigureKey) -> str:
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
    indicator: Indicator, wanted: FigureKey, rows: pd.DataFrame, catalogue: Catalogue
) -> None:
    areas = set(rows["area"].astype(str))
    if wanted.area not in areas:
        # Groups and the country alone: a register of the country knows hundreds of municipalities.
        others = ", ".join(sorted(area for area in areas if not area.startswith("KU")))
        raise UsageError(
            f"no figure of {wanted.area}: {indicator.id} is computed from this register for its "
            f"{'municipalities and ' if len(areas) > 1 else ''}{others or 'no other area'}"
        )
    in_dimension = rows["dimension"] == wanted.dimension
    known = set(rows.loc[in_dimension, "category"].astype(str)) | {
        label.partition(".")[2]
        for label in catalogue.labels["category"]
        if label.partition(".")[0] == wanted.dimension
    }
    if wanted.category not in known:
        raise UsageError(
            f"{wanted.dimension} has no category {wanted.category}; "
            f"choose one of {', '.join(' '.join(word.split()) for word in sorted(known))}"
        )


def _figure_rows(
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
    wrong = [name for name, row in rows.items() if not account_agrees(account.figures[name], row)]
    if wrong:
        raise IndicatorsError(
            f"{question.indicator}, {question.month}, {question.area}: the account does not give "
            f"the figure of {', '.join(wrong)}; this is a defect of the program, report it"
        )
