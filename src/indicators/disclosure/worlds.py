"""Other values that hidden counts could have: found while protecting, checked by the attack.

Who protects a table finds for each small count other values for what is hidden, with which it is as
large, as small, or another than it is. They prove that it is safe, if they satisfy every equation
that the attacker knows: that is a matter of multiplying, and needs no linear programme. The attack
believes nothing of them: what does not satisfy its own equations it does not use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from indicators.disclosure.counts import Flags, Floats, Ints
from indicators.disclosure.feasibility import TOLERANCE, Block
from indicators.disclosure.safety import AttackerModel

_ROUNDS = 3
"""How often what an equation leaves for its last count is worked out: pieces are made of others."""


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """Values that counts could have together.

    Attributes:
        value: What they could be, by count; missing where nothing is known of one.
        movements: Shape (counts, worlds): in which else they could be so much more.
    """

    value: Floats
    movements: sparse.csr_array

    @classmethod
    def of(cls, value: Floats, movements: Iterable[tuple[Ints, Floats]]) -> Worlds:
        """Worlds by the counts that move in each, and how far."""
        moves = list(movements)
        at = np.repeat(np.arange(len(moves)), [len(counts) for counts, _ in moves])
        none: list[tuple[Ints, Floats]] = [(np.zeros(0, np.int64), np.zeros(0))]
        counts, by = (np.concatenate(one) for one in zip(*(moves or none), strict=True))
        return cls(value, sparse.csr_array((by, (counts, at)), shape=(len(value), len(moves))))

    def with_further(self, more: int) -> Worlds:
        """The same with further counts, after the others, of which nothing is known."""
        moves = self.movements
        none = sparse.csr_array((more, moves.shape[1]))
        return Worlds(
            np.append(self.value, np.full(more, np.nan)),
            sparse.csr_array(sparse.vstack([moves, none])),
        )

    def of_counts(self, counts: Ints) -> Worlds:
        """What they say of some counts, in worlds in which one of these moves."""
        moves = sparse.csc_array(self.movements[counts])
        some = np.flatnonzero(np.diff(moves.indptr))
        return Worlds(self.value[counts], sparse.csr_array(moves[:, some]))


def joined(value: Floats, parts: Sequence[tuple[Ints, Worlds]]) -> Worlds:
    """The worlds of parts of a system, those of each with the numbers of their counts in it.

    Args:
        value: Of all counts, where no part says it.
        parts: Counts of a part, and its worlds.
    """
    told, moves = value.copy(), [sparse.csr_array((len(value), 0))]
    for columns, worlds in parts:
        told[columns] = worlds.value
        there = worlds.movements.tocoo()
        shape = (len(value), there.shape[1])
        moves.append(sparse.csr_array((there.data, (columns[there.row], there.col)), shape=shape))
    return Worlds(told, sparse.csr_array(sparse.hstack(moves)))


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """Worlds, and where the counts stand in the tables: another ledger has other numbers for them.

    Attributes:
        worlds: Of the counts of a ledger.
        places: ``layer`` (1 the oldest published table, the protected one last), ``row``, ``side``
            and ``cell`` of every place a count stands in.
    """

    worlds: Worlds
    places: pd.DataFrame

    def of_ledger(self, appearances: pd.DataFrame, size: int) -> Worlds:
        """The worlds of the counts of another ledger, of the same tables.

        Args:
            appearances: Where its counts stand.
            size: How many counts there are, those without a place last.
        """
        by = ["layer", "row", "side"]
        pairs = appearances[[*by, "cell"]].merge(self.places, on=by, suffixes=("", "_there"))
        # What the newest table says is meant.
        pairs = pairs.sort_values("layer", kind="stable").drop_duplicates("cell", keep="last")
        here, there = (pairs[one].to_numpy(np.int64) for one in ("cell", "cell_there"))
        value = np.full(size, np.nan)
        value[here] = self.worlds.value[there]
        moves = self.worlds.movements[there].tocoo()
        shape = (size, moves.shape[1])
        return Worlds(value, sparse.csr_array((moves.data, (here[moves.row], moves.col)), shape))


def completed(block: Block, worlds: Worlds) -> Worlds:
    """The worlds with the counts that nobody wrote down, as far as the equations tell them."""
    matrix, value, moves = sparse.csr_array(block.matrix), worlds.value.copy(), worlds.movements
    for _ in range(_ROUNDS):
        lacking = np.isnan(value)
        entry = matrix.tocoo()
        left = lacking[entry.col]
        alone = left & (np.bincount(entry.row[left], minlength=len(block.right))[entry.row] == 1)
        column, first = np.unique(entry.col[alone], return_index=True)
        if not len(column):
            break
        equation, sign = entry.row[alone][first], entry.data[alone][first]
        of = matrix[equation]
        value[column] = (block.right[equation] - of @ np.nan_to_num(value)) / sign
        found = sparse.coo_array(sparse.diags_array(-1.0 / sign) @ (of @ moves))
        more = (found.data, (column[found.row], found.col))
        moves = sparse.csr_array(moves + sparse.csr_array(more, shape=moves.shape))
    return Worlds(np.nan_to_num(value), moves)


def satisfied(block: Block, worlds: Worlds) -> bool:
    """Whether the values satisfy the equations of a block, and none is below zero."""
    gap = abs(block.matrix @ worlds.value - block.right).max(initial=0.0)
    return bool(gap < TOLERANCE and worlds.value.min(initial=0.0) > -TOLERANCE)


def met(block: Block, worlds: Worlds, lowest: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest value of each count in the worlds that are possible.

    Args:
        block: Its equations are satisfied by the worlds' values.
        worlds: Of the counts of the block.
        lowest: Smallest value of each count.
    """
    value = worlds.value
    if (value < lowest - TOLERANCE).any():
        return np.full(len(value), np.inf), np.full(len(value), -np.inf)
    entry, gap = worlds.movements.tocoo(), (block.matrix @ worlds.movements).tocoo()
    there = value[entry.row] + entry.data
    wrong: Flags = np.zeros(worlds.movements.shape[1], bool)
    wrong[gap.col[abs(gap.data) > TOLERANCE]] = True
    wrong[entry.col[there < lowest[entry.row] - TOLERANCE]] = True
    kept = ~wrong[entry.col]
    low, high = value.copy(), value.copy()
    np.minimum.at(low, entry.row[kept], there[kept])
    np.maximum.at(high, entry.row[kept], there[kept])
    return low, high


def proved_safe(system: AttackerModel, hidden: Flags, worlds: Worlds) -> Flags:
    """The counts that worlds show to be safe, by multiplication; none if they are not possible.

    Args:
        system: What the attacker works with.
        hidden: Counts that are hidden: the others are what they are in every world.
        worlds: Of the counts of the system.
    """
    rows, size = system.matrix.shape
    every = sparse.csc_array(system.matrix)
    block = Block(np.arange(size), np.arange(rows), every, np.zeros(rows))
    worlds = completed(block, worlds)
    value = worlds.value
    known = ~np.isnan(system.value)
    wrong = abs(value - system.value)[known].max(initial=0.0) > TOLERANCE
    if wrong or not satisfied(block, worlds):
        return np.zeros(size, bool)
    rise, fall = (np.where(hidden, limit, 0.0) for limit in system.limits())
    entry = worlds.movements.tocoo()
    too_far = entry.data > rise[entry.row] + TOLERANCE
    kept = np.setdiff1d(np.arange(worlds.movements.shape[1]), entry.col[too_far])
    worlds = Worlds(value, sparse.csr_array(worlds.movements[:, kept]))
    least = np.minimum(system.at_least_one, value)
    low, high = met(block, worlds, value - np.fmin(value, fall))
    open_to_all = (low <= 1 + TOLERANCE) & (high >= system.hidden_up_to - TOLERANCE)
    low, high = met(block, worlds, value - np.fmin(value - least, fall))
    second = (high >= value + 1 - TOLERANCE) | (low <= value - 1 + TOLERANCE)
    safe: Flags = open_to_all & (second | ~known)
    return safe
