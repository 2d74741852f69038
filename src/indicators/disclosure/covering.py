"""The cheapest rows of which each reason has a count hidden: integer programming."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from scipy import sparse

from indicators.disclosure.cells import Flags, Floats
from indicators.disclosure.linear import model
from indicators.disclosure.rows import Rows
from indicators.solver import quiet_solver

_NODES = 100
_GAP = 0.02
"""Search nodes in one choice, and how far it may be from the cheapest: exact on small tables."""

Reason = frozenset[int]
"""Shown counts of which one at least must be hidden."""


def cheapest_cover(rows: Rows, reasons: Sequence[Reason]) -> Flags:
    """The cheapest rows that, with those that must be hidden, satisfy every reason.

    Variables are rows and counts: a count is hidden only if every row that shows it is.

    Args:
        rows: What shows the counts.
        reasons: None of them empty.
    """
    counts = sorted({count for reason in reasons for count in reason})
    place = {count: at for at, count in enumerate(counts)}
    shows = np.isin(rows.count, counts) & ~rows.hidden[rows.row]
    row, of = rows.row[shows], np.array([place[count] for count in rows.count[shows].tolist()], int)
    used, row = np.unique(row, return_inverse=True)
    pairs = len(row)
    at = np.arange(pairs)
    # row − count ≥ 0 for each pair.
    link = sparse.csr_array(
        (np.repeat([1.0, -1.0], pairs), (np.tile(at, 2), np.concatenate([row, len(used) + of]))),
        shape=(pairs, len(used) + len(counts)),
    )
    none = sparse.csr_array((len(reasons), len(used)))
    satisfied = sparse.csr_array(sparse.hstack([none, _incidence(reasons, place)]))
    least = np.concatenate([np.zeros(pairs), np.ones(len(reasons))])
    cost = np.concatenate([rows.cost[used], np.zeros(len(counts))])
    taken = _solved(sparse.csc_array(sparse.vstack([link, satisfied])), least, cost)
    chosen = np.zeros(len(rows.cost), bool)
    chosen[used[taken[: len(used)]]] = True
    return chosen


def _incidence(reasons: Sequence[Reason], place: dict[int, int]) -> sparse.csr_array:
    at = np.repeat(np.arange(len(reasons)), [len(element) for element in reasons])
    column = np.array([place[element] for reason in reasons for element in sorted(reason)], int)
    return sparse.csr_array((np.ones(len(at)), (at, column)), shape=(len(reasons), len(place)))


def _solved(matrix: sparse.csc_array, least: Floats, cost: Floats) -> Flags:
    """Which variables, each 0 or 1, to take: ``matrix @ x ≥ least`` at the least cost."""
    solver, size = quiet_solver(), len(cost)
    lp = model(matrix, (least, np.full(len(least), np.inf)), (np.zeros(size), np.ones(size)))
    lp.col_cost_ = cost
    lp.integrality_ = [highspy.HighsVarType.kInteger] * size
    solver.setOptionValue("mip_max_nodes", _NODES)
    solver.setOptionValue("mip_rel_gap", _GAP)
    solver.passModel(lp)
    solver.run()
    taken: Flags = np.array(solver.getSolution().col_value) > 0.5
    return taken
