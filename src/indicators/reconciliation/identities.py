"""Accounting identities: the figures of a long table do not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from indicators import catalogue
from indicators.measures.register.job import Choices, Source
from indicators.reconciliation.cohorts import cohorts
from indicators.reconciliation.cubes import Cubes, cubes
from indicators.reconciliation.formulas import formulas
from indicators.reconciliation.outcomes import Identities, Outcome, settle
from indicators.reconciliation.parts import parts
from indicators.reconciliation.turnover import stocks, turnover
from indicators.reconciliation.unknown import unknown_dimensions


def check_identities(
    table: pd.DataFrame,
    register: Source,
    *,
    groups: Mapping[str, Sequence[str]],
    parameters: Choices | None = None,
) -> Identities:
    """Check that the figures made from a register do not contradict each other.

    Args:
        table: The long table made from the register; rows of other sources are left alone.
        register: The register; its spells are counted once more for the stocks.
        groups: Member areas by group code, as the table was made with.
        parameters: Parameters that replaced the catalogue's defaults, as the table was made with.

    Returns:
        How many comparisons were made.

    Raises:
        DataError: An identity is broken: the register breaks its invariants, or the package has a
            defect. Indicators, months and areas are named, and no figure.
    """
    choices = catalogue.load().values(parameters or {})
    return settle(_outcomes(cubes(_without_statfin(table)), register, groups, choices))


def _without_statfin(table: pd.DataFrame) -> pd.DataFrame:
    published = table["source"] == "statfin"
    # A country's table is large: it is not copied for nothing.
    return table[~published] if published.any() else table


def _outcomes(
    cubes_of_table: Cubes, register: Source, groups: Mapping[str, Sequence[str]], choices: Choices
) -> Iterator[Outcome]:
    yield from stocks(cubes_of_table, turnover(register, cubes_of_table.months), groups)
    yield from parts(cubes_of_table, groups, unknown_dimensions(register))
    yield from formulas(cubes_of_table)
    yield from cohorts(cubes_of_table, choices, groups)
