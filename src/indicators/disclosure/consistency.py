"""Equations that contradict each other, and how to do without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import optimize, sparse

from indicators.disclosure.cells import Flags, Floats
from indicators.disclosure.linear import TOLERANCE, Block, Reach, blocks
from indicators.disclosure.safety import System

_CHEAP = 1e-3
"""What it costs that a doubtful equation does not hold, as a share of what another costs."""


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
        if reach.is_feasible():
            return reach.low
    return least.astype(float)


def consistent(block: Block, doubtful: Flags | None = None) -> Block:
    """The block without equations that contradict the others.

    They do where an identity that holds for most people does not hold for all (a person in two
    categories, say), and what is shown does not tell.

    Args:
        block: The block.
        doubtful: Which of its equations go first.
    """
    left = block
    cost = np.ones(len(block.right))
    if doubtful is not None:
        cost[doubtful] = _CHEAP
    while not _is_possible(left):
        gap = _smallest_gap(left, cost)
        kept = np.flatnonzero(gap < TOLERANCE)
        if len(kept) == len(gap):
            return left
        left = replace(
            left,
            equations=left.equations[kept],
            matrix=sparse.csc_array(sparse.csr_array(left.matrix)[kept]),
            right=left.right[kept],
        )
        cost = cost[kept]
    return left


def _is_possible(block: Block) -> bool:
    size = len(block.columns)
    none = np.zeros(size)
    return Reach(block, none, none).is_feasible()


def _smallest_gap(block: Block, each: Floats) -> Floats:
    """By how much each equation must be missed, at the least cost in all."""
    equations, counts = block.matrix.shape
    every = sparse.eye_array(equations)
    cost = np.concatenate([np.zeros(counts), each, each])
    solved = optimize.linprog(
        cost, A_eq=sparse.hstack([block.matrix, every, -every]), b_eq=block.right, method="highs"
    )
    over, under = solved.x[counts : counts + equations], solved.x[counts + equations :]
    return np.asarray(over + under)
