"""How a figure of the register came about: who was counted, who was left out and why.

A second, plain way to the figures of one month, for the reader who doubts them: records are left
out one reason after the other, and what is left must give the figure of the long table.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

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
from indicators.measures.register.measure import OF_DIMENSION, RESIDENCE, Measure

__all__ = [
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
    # Not above: the measures name their accounts.
    from indicators.measures.register.registry import measures

    measure = measures()[question.indicator]
    made = measure.account(question)
    missing = _missing(question, measure)
    lacking = tuple(Note("missing_table", {"table": table}) for table in missing)
    strands = tuple(
        replace(line, parts=tuple(part for part in line.parts if not set(part.needs) & missing))
        for line in made.strands
        if not set(line.needs) & missing
    )
    figures = {
        statistic: figure if _is_known(question, measure, statistic) else NOT_AVAILABLE
        for statistic, figure in made.figures.items()
    }
    return replace(made, strands=strands, figures=figures, why=(*lacking, *made.why))


def _is_known(question: Question, measure: Measure, statistic: str) -> bool:
    """Whether every table was delivered that a statistic needs in the cell."""
    needed = [*measure.tables[statistic], *_needed_by_cell(question, measure)]
    return all(map(question.register.has, needed))


def _missing(question: Question, measure: Measure) -> Set[str]:
    """Tables that the figures need and the register lacks, in order."""
    needed = {name: None for of in measure.tables.values() for name in of}
    needed |= dict.fromkeys(_needed_by_cell(question, measure))
    return {table: None for table in needed if not question.register.has(table)}.keys()


def _needed_by_cell(question: Question, measure: Measure) -> list[str]:
    """Tables that the population, the dimension and the area need."""
    wanted = [measure.of_population.get(question.population)]
    if measure.is_of_persons:
        wanted += [OF_DIMENSION.get(question.dimension)]
        wanted += [None if question.is_whole else RESIDENCE]
    return [table for table in wanted if table]
