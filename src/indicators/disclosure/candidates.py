"""The cheapest way to move a hidden count, so that all equations still hold."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indicators.disclosure.counts import Flags, Floats, Ints, SuppressibleRows
from indicators.disclosure.feasibility import (
    TOLERANCE,
    UNBOUNDED,
    Block,
    bounded_program,
    highs_model,
    quiet_solver,
    solve,
)


class MinimalShift:
    """Moves counts of one block away from what they are, at the least cost.

    One programme is set up for all: every count is what it is, plus a rise, less a fall. A count
    that stands in one equation alone and costs nothing has no variable: it is what the others of
    the equation leave, and its limits are the equation's.

    Args:
        block: Counts that may move, and the equations between them.
        fall: How far each may fall, by column of the block.
        rise: Likewise; without end if not given.
        free: Counts that cost nothing, by column; none if not given.
    """

    def __init__(
        self,
        block: Block,
        fall: Floats,
        rise: Floats | None = None,
        free: Flags | None = None,
    ) -> None:
        size = len(block.columns)
        self._rise = np.full(size, UNBOUNDED) if rise is None else np.fmin(rise, UNBOUNDED)
        self._fall = np.fmin(fall, UNBOUNDED)
        self._row, self._sign = _eliminated_counts(block, free)
        self._kept = np.flatnonzero(self._row < 0)
        self._place = np.full(size, -1)
        self._place[self._kept] = np.arange(len(self._kept))
        self._matrix = sparse.csc_array(block.matrix[:, self._kept])
        both = sparse.csc_array(sparse.hstack([self._matrix, -self._matrix]))
        self._most = np.concatenate([self._rise[self._kept], self._fall[self._kept]])
        self._low, self._high = np.zeros(len(block.right)), np.zeros(len(block.right))
        for column in np.flatnonzero(self._row >= 0).tolist():
            ends = self._ends(column, -self._fall[column], self._rise[column])
            self._low[self._row[column]], self._high[self._row[column]] = ends
        self._program = bounded_program(
            both, (self._low, self._high), (np.zeros(len(self._most)), self._most)
        )
        # Programmes of few iterations: exact weights of edges cost more than they save.
        self._program.setOptionValue("simplex_dual_edge_weight_strategy", 1)
        self._size = len(self._kept)
        self._cost = np.zeros(2 * self._size)
        self._barred = np.zeros(0, np.int32)

    def _ends(self, column: int, least: float, most: float) -> tuple[float, float]:
        """Between what the others of an equation may come to, for a count that is left over."""
        ends = -self._sign[column] * np.array([least, most])
        return float(ends.min()), float(ends.max())

    def price(self, cost: Floats) -> None:
        """Set what moving a count by one costs, by column of the block."""
        both = np.tile(cost[self._kept], 2)
        changed = np.flatnonzero(both != self._cost).astype(np.int32)
        self._program.changeColsCost(len(changed), changed, both[changed])
        self._cost = both

    def bar(self, columns: Ints) -> None:
        """Let all move but these, which must cost something."""
        self._limit(self._barred, self._most[self._barred])
        own = self._place[columns]
        self._barred = np.concatenate([own, own + self._size]).astype(np.int32)
        self._limit(self._barred, np.zeros(len(self._barred)))

    def _limit(self, columns: NDArray[np.int32], most: Floats) -> None:
        self._program.changeColsBounds(len(columns), columns, np.zeros(len(columns)), most)

    def move(self, column: int, by: float) -> Floats | None:
        """How all counts move where one is moved; None where it cannot be.

        Args:
            column: The count, which is not barred.
            by: How far at least, down if negative.
        """
        if abs(by) > (self._rise if by > 0 else self._fall)[column] + TOLERANCE:
            return None
        force = self._force_count if self._row[column] < 0 else self._force_left_over
        return force(column, by)

    def _force_count(self, column: int, by: float) -> Floats | None:
        upward, downward = self._place[column], self._place[column] + self._size
        if by < 0:
            upward, downward = downward, upward
        self._program.changeColBounds(upward, abs(by), max(abs(by), self._most[upward]))
        self._program.changeColBounds(downward, 0.0, 0.0)
        values = self._solved()
        for variable in (upward, downward):
            self._program.changeColBounds(variable, 0.0, self._most[variable])
        return values

    def _force_left_over(self, column: int, by: float) -> Floats | None:
        row = int(self._row[column])
        least, most = (by, self._rise[column]) if by > 0 else (-self._fall[column], by)
        self._program.changeRowBounds(row, *self._ends(column, least, max(least, most)))
        values = self._solved()
        self._program.changeRowBounds(row, self._low[row], self._high[row])
        return values

    def _solved(self) -> Floats | None:
        # Few counts move: from rest they are found sooner than from where others were moved.
        self._program.setBasis()
        if not solve(self._program):
            return None
        values = np.array(self._program.getSolution().col_value)
        shift = np.zeros(len(self._row))
        shift[self._kept] = values[: self._size] - values[self._size :]
        over = self._matrix @ shift[self._kept]
        left = np.flatnonzero(self._row >= 0)
        shift[left] = -over[self._row[left]] / self._sign[left]
        return shift


def _eliminated_counts(block: Block, free: Flags | None) -> tuple[Ints, Floats]:
    """The equation of each count that has no variable, −1 for the others; and its sign there."""
    size = len(block.columns)
    row, sign = np.full(size, -1), np.ones(size)
    if free is None:
        return row, sign
    matrix = block.matrix
    alone = np.flatnonzero(free & (np.diff(matrix.indptr) == 1))
    first = matrix.indptr[alone]
    # One count an equation.
    _, chosen = np.unique(matrix.indices[first], return_index=True)
    row[alone[chosen]] = matrix.indices[first[chosen]]
    sign[alone[chosen]] = matrix.data[first[chosen]]
    return row, sign


def shifted_counts(shift: Floats) -> Flags:
    """Which counts a movement moves."""
    shifted: Flags = abs(shift) > TOLERANCE
    return shifted


# The cheapest rows of which each reason has a count hidden: integer programming.


_MAX_NODES = 100
_OPTIMALITY_GAP = 0.02
"""Search nodes in one choice, and how far it may be from the cheapest: exact on small tables."""

CoverConstraint = frozenset[int]
"""Shown counts of which one at least must be hidden."""


def cheapest_cover(rows: SuppressibleRows, reasons: Sequence[CoverConstraint]) -> Flags:
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
    satisfied = sparse.csr_array(sparse.hstack([none, _incidence_matrix(reasons, place)]))
    least = np.concatenate([np.zeros(pairs), np.ones(len(reasons))])
    cost = np.concatenate([rows.cost[used], np.zeros(len(counts))])
    taken = _solve_binary(sparse.csc_array(sparse.vstack([link, satisfied])), least, cost)
    chosen = np.zeros(len(rows.cost), bool)
    chosen[used[taken[: len(used)]]] = True
    return chosen


def _incidence_matrix(
    reasons: Sequence[CoverConstraint], place: dict[int, int]
) -> sparse.csr_array:
    at = np.repeat(np.arange(len(reasons)), [len(element) for element in reasons])
    column = np.array([place[element] for reason in reasons for element in sorted(reason)], int)
    return sparse.csr_array((np.ones(len(at)), (at, column)), shape=(len(reasons), len(place)))


def _solve_binary(matrix: sparse.csc_array, least: Floats, cost: Floats) -> Flags:
    """Which variables, each 0 or 1, to take: ``matrix @ x ≥ least`` at the least cost."""
    solver, size = quiet_solver(), len(cost)
    lp = highs_model(matrix, (least, np.full(len(least), np.inf)), (np.zeros(size), np.ones(size)))
    lp.col_cost_ = cost
    lp.integrality_ = [highspy.HighsVarType.kInteger] * size
    solver.setOptionValue("mip_max_nodes", _MAX_NODES)
    solver.setOptionValue("mip_rel_gap", _OPTIMALITY_GAP)
    solver.passModel(lp)
    solver.run()
    taken: Flags = np.array(solver.getSolution().col_value) > 0.5
    return taken
