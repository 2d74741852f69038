"""A slow, plain and obviously correct way to all twenty indicators from a register.

Written from the contract's text alone, never from the package's own measures, so that the two can
be compared. Readings of what the contract leaves open stand in ``README.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from oracle import (
    activation,
    caseload,
    durations,
    exits,
    flows,
    kela,
    offers,
    plans,
    satisfaction,
    shares,
    starts,
    structural,
    wellbeing,
)
from oracle.mergers import groups_in, tables_in
from oracle.rows import Row
from oracle.world import Record, World, all_parameters

FAMILIES = (
    shares,
    exits,
    durations,
    activation,
    structural,
    flows,
    starts,
    offers,
    caseload,
    plans,
    kela,
    satisfaction,
    wellbeing,
)
INDICATORS = tuple(one for family in FAMILIES for one in family.INDICATORS)


def compute(
    tables: Mapping[str, list[Record]],
    extract_date: date,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    trial_offices: Iterable[str],
    *,
    parameters: Mapping[str, Mapping[str, object]] | None = None,
    merge_layoff: bool = True,
    indicators: Iterable[str] | None = None,
) -> list[Row]:
    """Rows of the long table (contract, section 3) in the columns of ``indicators.table``.

    Args:
        tables: Canonical tables (contract, section 2) as lists of records; one that is not there
            is a source that is missing.
        extract_date: The last day the register knows about.
        months: ``YYYY-MM``.
        groups: Member areas (``KU398``) by group code.
        trial_offices: Office codes of the trial.
        parameters: Changed parameters by indicator id and parameter id.
        merge_layoff: Whether 02 and 03 make one unemployment spell.
        indicators: Ids of the indicators wanted; all twenty if not given.
    """
    worlds = [
        World(
            tables=tables_in(tables, month),
            extract_date=extract_date,
            months=(month,),
            groups=groups_in(groups, month),
            trial_offices=frozenset(trial_offices),
            parameters=all_parameters(parameters or {}),
            merge_layoff=merge_layoff,
        )
        for month in months
    ]
    wanted = set(INDICATORS if indicators is None else indicators)
    return [
        row
        for family in FAMILIES
        if wanted & set(family.INDICATORS)
        for world in worlds
        for row in family.rows(world)
        if row["indicator"] in wanted
    ]


__all__ = ["INDICATORS", "Record", "Row", "World", "compute"]
