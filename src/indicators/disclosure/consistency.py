"""Equations that contradict each other, and how to do without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import TOLERANCE, Block, Reach, blocks
from indicators.disclosure.safety import System


def settled(system: System) -> System:
    """The system with a possible value for every count that nobody knows.

    Equations that no values satisfy are left out.
    """
    unknown = np.isnan(system.value)
    value, kept = system.value.copy(), np.ones(system.matrix.shape[0], bool)
    for block in blocks(system.matrix, unknown, np.nan_to_num(system.value)):
        possible = consistent(block, system.doubts()[block.equations])
        kept[np.setdiff1d(block.equations, possible.equations)] = False
        value[block.columns] = _some_values(possible, system.at_least_one[block.columns])
    return replace(system.with_equations(kept), value=value)


def _some_values(block: Block, least: Flags) -> Floats:
    """Values that satisfy the equations, at least ``least`` each if there are such."""
    for lowest in (least.astype(float), np.zeros(len(least))):
        reach = Reach(block, lowest, lowest)
        if reach.possible():
            return reach.low
    return least.astype(float)


def consistent(block: Block, doubtful: Flags | None = None) -> Block:
    """The block without equations that contradict the others.

    They do where an identity that holds for most people does not hold for all (a person in two
    categories, say), and what is shown does not tell. Doubtful ones go together: which of them are
    wrong nobody can say, and a wrong one that is kept would tell false values.

    Args:
        block: The block.
        doubtful: Which of its equations go first.
    """
    if _is_possible(block):
        return block
    left = block if doubtful is None else _with(block, np.flatnonzero(~doubtful))
    while not _is_possible(left):
        gap = _smallest_gap(left)
        kept = np.flatnonzero(gap < TOLERANCE)
        if len(kept) == len(gap):
            return left
        left = _with(left, kept)
    return left


def _with(block: Block, equations: Ints) -> Block:
    """The block with some of its equations alone."""
    return replace(
        block,
        equations=block.equations[equations],
        matrix=sparse.csc_array(sparse.csr_array(block.matrix)[equations]),
        right=block.right[equations],
    )


def _is_possible(block: Block) -> bool:
    size = len(block.columns)
    none = np.zeros(size)
    return Reach(block, none, none).possible()


def _smallest_gap(block: Block) -> Floats:
    """By how much each equation must be missed, as little as possible in all."""
    equations, counts = block.matrix.shape
    every = sparse.eye_array(equations)
    cost = np.concatenate([np.zeros(counts), np.ones(2 * equations)])
    solved = optimize.linprog(
        cost, A_eq=sparse.hstack([block.matrix, every, -every]), b_eq=block.right, method="highs"
    )
    over, under = solved.x[counts : counts + equations], solved.x[counts + equations :]
    return np.asarray(over + under)
