"""The cheapest way to move a hidden count, so that all equations still hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import FAR, TOLERANCE, Block, program, run


class Movement:
    """Moves counts of one block away from what they are, at the least cost.

    One programme is set up for all: every count is what it is, plus a rise, less a fall.

    Args:
        block: Counts that may move, and the equations between them.
        fall: How far each may fall, by column of the block.
    """

    def __init__(self, block: Block, fall: Floats) -> None:
        size = len(block.columns)
        both = sparse.csc_array(sparse.hstack([block.matrix, -block.matrix]))
        self._most = np.concatenate([np.full(size, FAR), fall])
        self._program = program(both, np.zeros(len(block.right)), np.zeros(2 * size), self._most)
        self._size = size
        self._cost = np.zeros(2 * size)
        self._barred = np.zeros(0, np.int32)

    def price(self, cost: Floats) -> None:
        """Set what moving a count by one costs, by column of the block."""
        both = np.concatenate([cost, cost])
        changed = np.flatnonzero(both != self._cost).astype(np.int32)
        self._program.changeColsCost(len(changed), changed, both[changed])
        self._cost = both

    def bar(self, columns: Ints) -> None:
        """Let all move but these."""
        self._limit(self._barred, self._most[self._barred])
        self._barred = np.concatenate([columns, columns + self._size]).astype(np.int32)
        self._limit(self._barred, np.zeros(len(self._barred)))

    def _limit(self, columns: NDArray[np.int32], most: Floats) -> None:
        self._program.changeColsBounds(len(columns), columns, np.zeros(len(columns)), most)

    def move(self, column: int, by: float) -> Floats | None:
        """How all counts move where one is moved; None where it cannot be.

        Args:
            column: The count, which is not barred.
            by: How far at least, down if negative.
        """
        there, back = column, column + self._size
        if by < 0:
            there, back = back, there
        if abs(by) > self._most[there] + TOLERANCE:
            return None
        self._program.changeColBounds(there, abs(by), max(abs(by), self._most[there]))
        self._program.changeColBounds(back, 0.0, 0.0)
        # Few counts move: from rest they are found sooner than from where others were moved.
        self._program.setBasis()
        met = run(self._program)
        values = np.array(self._program.getSolution().col_value) if met else None
        for one in (there, back):
            self._program.changeColBounds(one, 0.0, self._most[one])
        return None if values is None else values[: self._size] - values[self._size :]


def moved(movement: Floats) -> Flags:
    """Which counts a movement moves."""
    told: Flags = abs(movement) > TOLERANCE
    return told
