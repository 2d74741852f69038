"""How far one hidden count can go, given everything that is shown: linear programming."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.solver import quiet_solver

TOLERANCE = 1e-6
_FAR = 1e7
"""As far as a count is followed where nothing bounds it; larger than any count there is."""


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


def blocks(matrix: sparse.csr_array, hidden: Flags, value: Floats) -> list[Block]:
    """Split what is hidden into parts that tell nothing of each other.

    Args:
        matrix: Shape (equations, counts): ``matrix @ counts = 0``.
        hidden: By count.
        value: By count; used where it is shown.
    """
    columns = np.flatnonzero(hidden)
    inside = matrix[:, columns]
    equations = np.flatnonzero(np.diff(inside.indptr))
    inside = inside[equations]
    right = -(matrix[equations] @ np.where(hidden, 0.0, value))
    graph = sparse.block_array([[None, abs(inside)], [abs(inside).T, None]])
    _, label = connected_components(graph, directed=False)
    of_equation, of_column = label[: len(equations)], label[len(equations) :]
    made = []
    for one in np.unique(of_column):
        rows, here = np.flatnonzero(of_equation == one), np.flatnonzero(of_column == one)
        part = sparse.csc_array(inside[rows][:, here])
        made.append(Block(columns[here], equations[rows], part, right[rows]))
    return made


class Reach:
    """The values that the counts of one block can take together.

    One linear program is set up and solved again and again from where the last one ended.

    Args:
        block: The counts and their equations.
        lowest: Smallest value of each count, by column of the block.
    """

    def __init__(self, block: Block, lowest: Floats) -> None:
        self._size = len(block.columns)
        self._program = _program(block, lowest)
        self.values = np.zeros(self._size)
        self.prices = np.zeros(len(block.right))

    def toward(self, direction: Floats) -> bool:
        """Move the counts as far in a direction as they go.

        Args:
            direction: Weight of each count.

        Returns:
            Whether any values satisfy the equations at all. They are then ``values``, and
            ``prices`` what one more of the right side of each equation would be worth.
        """
        every = np.arange(self._size, dtype=np.int32)
        self._program.changeColsCost(self._size, every, -direction)
        self._program.run()
        if self._program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        solution = self._program.getSolution()
        self.values = np.array(solution.col_value)
        self.prices = -np.array(solution.row_dual)
        return True


def _program(block: Block, lowest: Floats) -> highspy.Highs:
    program = quiet_solver()
    # A last solution to begin with is worth more than a smaller programme.
    program.setOptionValue("presolve", "off")
    told = highspy.HighsLp()
    told.num_col_, told.num_row_ = len(block.columns), len(block.right)
    told.col_cost_ = np.zeros(len(block.columns))
    told.col_lower_ = lowest
    told.col_upper_ = lowest + _FAR
    told.row_lower_ = told.row_upper_ = block.right
    told.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    told.a_matrix_.start_ = block.matrix.indptr
    told.a_matrix_.index_ = block.matrix.indices
    told.a_matrix_.value_ = block.matrix.data
    program.passModel(told)
    return program
