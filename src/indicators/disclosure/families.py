"""A table split into parts whose rows and counts have nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from indicators.disclosure.cells import Flags, Ints
from indicators.disclosure.linear import NONE, grouped
from indicators.disclosure.rows import Rows
from indicators.disclosure.safety import System


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One part.

    Attributes:
        rows: Places of its rows in the table.
        columns: Places of its counts in the whole system.
        system: The equations and counts of the part.
        shown: The rows of the part.
        guarded: Which of its counts must be safe.
    """

    rows: Ints
    columns: Ints
    system: System
    shown: Rows
    guarded: Flags


def families(system: System, rows: Rows, guarded: Flags) -> list[Family]:
    """Split a system by what hangs together through equations or rows.

    Args:
        system: Of the whole table.
        rows: Of the whole table.
        guarded: Counts that must be safe; parts without any are left out.
    """
    counts, equations = len(system.value), system.matrix.shape[0]
    size = counts + equations + len(rows.cost)
    links = system.matrix.tocoo()
    # A row that cannot be hidden ties nothing together.
    free = np.isfinite(rows.cost[rows.row])
    start = np.concatenate([links.col, rows.count[free]])
    end = np.concatenate([counts + links.row, counts + equations + rows.row[free]])
    graph = sparse.coo_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    # Where no row can be hidden, nothing can be done.
    open_to = np.isin(label[:counts], label[rows.count[free]])
    of_count, of_equation = label[:counts], label[counts : counts + equations]
    has_guarded = np.zeros(int(label.max(initial=-1)) + 1, bool)
    has_guarded[of_count[guarded & open_to]] = True
    columns_of, equations_of = grouped(of_count), grouped(of_equation)
    return [
        _family(system, rows, guarded, columns_of[number], equations_of.get(number, NONE))
        for number in np.flatnonzero(has_guarded).tolist()
    ]


def _family(system: System, rows: Rows, guarded: Flags, columns: Ints, equations: Ints) -> Family:
    rise, fall = system.limits()
    pairs = np.isin(rows.count, columns)
    places = np.unique(rows.row[pairs])
    return Family(
        rows=places,
        columns=columns,
        system=System(
            system.matrix[equations][:, columns],
            system.value[columns],
            system.at_least_one[columns],
            system.coverable[columns],
            system.hidden_up_to,
            system.unwritten[columns],
            rise[columns],
            fall[columns],
            system.doubts()[equations],
        ),
        shown=Rows(
            np.searchsorted(places, rows.row[pairs]),
            np.searchsorted(columns, rows.count[pairs]),
            rows.cost[places],
            rows.hidden[places],
        ),
        guarded=guarded[columns],
    )
