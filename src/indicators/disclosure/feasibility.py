"""How far one hidden count can go, given everything that is shown: linear programming."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from indicators.disclosure.counts import Flags, Floats, Ints

# HiGHS, the solver of linear programmes, without a word on standard output.


def quiet_solver() -> highspy.Highs:
    """A solver that says nothing and keeps to one thread."""
    _silence_greeting()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


@cache
def _silence_greeting() -> None:
    """Let its one greeting pass unheard: it would stand in the output of a command."""
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:
        # Standard output is closed, and nobody hears it.
        return
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            highspy.Highs()  # type: ignore[no-untyped-call]
        finally:
            os.dup2(kept, 1)
            os.close(kept)


TOLERANCE = 1e-6
UNBOUNDED = 1e7
"""As far as a count is followed where nothing bounds it; larger than any count there is."""

NO_INDICES = np.zeros(0, np.int64)
"""No places at all."""

_PERTURBATIONS = (
    "primal_simplex_bound_perturbation_multiplier",
    "dual_simplex_cost_perturbation_multiplier",
)
_MAX_ITERATIONS = 1_000_000
_FINAL_STATUSES = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)

CountsDecided = Callable[[Ints], Flags]
"""Which of some counts need not be moved any more, by what was met so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Hidden counts that hang together, and the equations between them.

    Attributes:
        columns: Places of the counts in the whole system.
        equations: Places of the equations.
        matrix: Shape (equations, columns).
        right: What the shown counts leave for the hidden ones, by equation.
    """

    columns: Ints
    equations: Ints
    matrix: sparse.csc_array
    right: Floats


def independent_blocks(
    matrix: sparse.csr_array,
    hidden: Flags,
    value: Floats,
    *,
    together: int = 1,
    wanted: Flags | None = None,
) -> list[Block]:
    """Split what is hidden into parts that tell nothing of each other.

    Args:
        matrix: Shape (equations, counts): ``matrix @ counts = 0``.
        hidden: By count.
        value: By count; used where it is shown.
        together: Counts up to which smaller parts are put into one block: a programme for each
            costs more than it saves.
        wanted: By count; blocks without any of these are left out. All blocks if not given.
    """
    columns = np.flatnonzero(hidden)
    inside = matrix[:, columns]
    equations = np.flatnonzero(np.diff(inside.indptr))
    inside = inside[equations]
    right = -(matrix[equations] @ np.where(hidden, 0.0, value))
    graph = sparse.block_array([[None, abs(inside)], [abs(inside).T, None]])
    _, label = connected_components(graph, directed=False)
    if wanted is not None:
        # What is not asked for has no block.
        wanted_labels = np.zeros(int(label.max(initial=-1)) + 1, bool)
        wanted_labels[label[len(equations) :][wanted[columns]]] = True
        kept, columns = wanted_labels[label], columns[wanted_labels[label[len(equations) :]]]
        of_rows, of_columns = kept[: len(equations)], kept[len(equations) :]
        inside = sparse.csr_array(inside[np.flatnonzero(of_rows)][:, np.flatnonzero(of_columns)])
        equations, right, label = equations[of_rows], right[of_rows], label[kept]
    label = _merge_small_labels(label, len(equations), together)
    rows_of, columns_of = (
        positions_by_label(label[: len(equations)]),
        positions_by_label(label[len(equations) :]),
    )
    made = []
    for number, here in columns_of.items():
        rows = rows_of.get(number, NO_INDICES)
        part = sparse.csc_array(inside[rows][:, here])
        made.append(Block(columns[here], equations[rows], part, right[rows]))
    return made


def positions_by_label(label: Ints) -> dict[int, Ints]:
    """Places of each label that there is."""
    order = np.argsort(label, kind="stable")
    names, starts = np.unique(label[order], return_index=True)
    ends = np.append(starts, len(order))[1:]
    return {
        name: order[start:end]
        for name, start, end in zip(names.tolist(), starts, ends, strict=True)
    }


def _merge_small_labels(label: Ints, equations: int, together: int) -> Ints:
    """Neighbouring labels made one, as long as they have few columns."""
    _, label = np.unique(label, return_inverse=True)
    size = np.bincount(label[equations:], minlength=int(label.max(initial=-1)) + 1)
    batch: Ints = (np.cumsum(size) - size) // together
    return batch[label]


class FeasibleRange:
    """The values that the counts of one block can take together.

    Linear programs are set up once and solved again and again from where the last one ended.

    Args:
        block: The counts and their equations.
        lowest: Smallest value of each count, by column of the block.
        knee: Value that each count is to reach, where many are moved together: it would be no use
            to bring a few of them further.
        limits: Least and most of each count, beside the equations.

    Attributes:
        low: The smallest value met so far, by column; infinite before the first move.
        high: The largest one.
        most: What each count is proved not to exceed.
        solved: How many moves were made.
        prices: What one more of the right side of each equation would be worth to the last move.
    """

    def __init__(
        self,
        block: Block,
        lowest: Floats,
        target: Floats,
        limits: tuple[Floats, Floats] | None = None,
    ) -> None:
        self._size = len(block.columns)
        least, most = (
            (np.zeros(self._size), np.full(self._size, UNBOUNDED)) if limits is None else limits
        )
        self._block, self._lowest = block, np.fmax(lowest, least)
        self._highest = np.fmax(np.fmin(most, UNBOUNDED), self._lowest)
        self._target = np.clip(target, self._lowest, self._highest)
        self.low = np.full(self._size, np.inf)
        self.high = np.full(self._size, -np.inf)
        self.most = self._highest.copy()
        self.solved = 0
        self.prices = np.zeros(len(block.right))

    @cached_property
    def _program(self) -> highspy.Highs:
        return equality_program(self._block.matrix, self._block.right, self._lowest, self._highest)

    @cached_property
    def _split_program(self) -> highspy.Highs:
        """Each count is the sum of two variables, below and above its knee."""
        matrix = sparse.csc_array(sparse.hstack([self._block.matrix, self._block.matrix]))
        lowest = np.concatenate([self._lowest, np.zeros(self._size)])
        highest = np.concatenate([self._target, self._highest - self._target])
        return equality_program(matrix, self._block.right, lowest, highest)

    def is_feasible(self) -> bool:
        """Whether any values satisfy the equations at all."""
        return self._solve(self._program, np.zeros(self._size))

    def move_one(self, count: int, sign: float) -> bool:
        """Move one count as far up (1) or down (−1) as it goes."""
        weight = np.zeros(self._size)
        weight[count] = sign
        if not self._solve(self._program, weight):
            return False
        if sign > 0:
            self.most[count] = min(self.most[count], self._objective(self._program))
        return True

    def fixed(self, counts: Ints) -> Ints:
        """Those of some counts that have one value only; none where there are no values at all."""
        left, draw = counts, np.random.default_rng(0)
        while len(left):
            # By weights of no pattern: counts that vary against each other may have one sum.
            weight = np.zeros(self._size)
            weight[left] = 1 + draw.random(len(left))
            if not self._solve(self._program, weight):
                return left[:0]
            most = self._objective(self._program)
            self._solve(self._program, -weight)
            least = -self._objective(self._program)
            # The sum does not vary: nor does any of them.
            moves = self.high[left] - self.low[left] >= TOLERANCE
            if most - least < TOLERANCE or not moves.any():
                break
            left = left[~moves]
        return left

    def maximise_together(self, counts: Ints, enough: CountsDecided) -> Ints:
        """Bring counts up to their knees together; those that need to be moved alone are left."""
        return self._move_together(counts, enough, 1.0)

    def minimise_together(self, counts: Ints, enough: CountsDecided) -> Ints:
        """The same down to their knees."""
        return self._move_together(counts, enough, -1.0)

    def _move_together(self, counts: Ints, enough: CountsDecided, sign: float) -> Ints:
        counts = counts[~enough(counts)]
        while len(counts):
            weight = np.zeros(2 * self._size)
            weight[counts if sign > 0 else counts + self._size] = sign
            if self._solve(self._split_program, weight) and sign > 0:
                self._bound(counts, self._objective(self._split_program))
            left = counts[~enough(counts)]
            if len(left) == len(counts):
                break
            counts = left
        return counts

    def _bound(self, counts: Ints, total: float) -> None:
        """No count of some can rise by more than all of them together, short of their knees."""
        rise = total - float(self._lowest[counts].sum())
        if rise < (self._target - self._lowest)[counts].min() - TOLERANCE:
            self.most[counts] = np.fmin(self.most[counts], self._lowest[counts] + rise)

    def _objective(self, program: highspy.Highs) -> float:
        return -float(program.getInfo().objective_function_value)

    def _solve(self, program: highspy.Highs, weight: Floats) -> bool:
        """Make the weighted sum of the variables as large as it can be, and note what was met."""
        program.changeColsCost(len(weight), np.arange(len(weight), dtype=np.int32), -weight)
        self.solved += 1
        if not solve(program):
            return False
        solution = program.getSolution()
        values = np.array(solution.col_value).reshape(-1, self._size).sum(axis=0)
        np.minimum(self.low, values, out=self.low)
        np.maximum(self.high, values, out=self.high)
        self.prices = -np.array(solution.row_dual)
        return True


def solve(program: highspy.Highs) -> bool:
    """Solve; perturbed only where it goes round in circles, which small programmes seldom do.

    Returns:
        Whether there is a solution.
    """
    for perturbed in (0.0, 1.0):
        for name in _PERTURBATIONS:
            program.setOptionValue(name, perturbed)
        if perturbed:
            program.clearSolver()
        program.run()
        if program.getModelStatus() in _FINAL_STATUSES:
            break
    return bool(program.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def equality_program(
    matrix: sparse.csc_array, right: Floats, lowest: Floats, highest: Floats
) -> highspy.Highs:
    """A linear programme ``matrix @ x = right`` within bounds, fit to be solved many times."""
    return bounded_program(matrix, (right, right), (lowest, highest))


def bounded_program(
    matrix: sparse.csc_array, rows: tuple[Floats, Floats], columns: tuple[Floats, Floats]
) -> highspy.Highs:
    """A linear programme with least and most of ``matrix @ x`` and of ``x``."""
    program = quiet_solver()
    # A last solution to begin with is worth more than a smaller programme.
    program.setOptionValue("presolve", "off")
    program.setOptionValue("simplex_iteration_limit", _MAX_ITERATIONS)
    program.passModel(highs_model(matrix, rows, columns))
    return program


def highs_model(
    matrix: sparse.csc_array, rows: tuple[Floats, Floats], columns: tuple[Floats, Floats]
) -> highspy.HighsLp:
    """A linear model without costs, as HiGHS takes it.

    Args:
        matrix: Shape (rows, columns).
        rows: Least and most of ``matrix @ x``.
        columns: Least and most of ``x``.
    """
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = columns
    lp.row_lower_, lp.row_upper_ = rows
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    return lp
