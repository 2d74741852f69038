"""When a hidden count is safe (contract, section 6), and what shows that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import TOLERANCE, Block, Reach


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """What an attacker works with.

    Attributes:
        matrix: Shape (equations, counts): ``matrix @ counts = 0``.
        value: What the counts are; for the hidden ones this is what must not come out. Missing for
            counts that an earlier table hides and the new one does not hold.
        at_least_one: Whether someone who knows that zeros are always shown knows that the count
            is not zero if it is hidden.
        coverable: Whether the count could be hidden too.
        hidden_up_to: Hidden counts of 1 up to this must stay possible, all of them.
    """

    matrix: sparse.csr_array
    value: Floats
    at_least_one: Flags
    coverable: Flags
    hidden_up_to: int


@dataclass(frozen=True, slots=True)
class Leak:
    """A count that is not safe.

    Attributes:
        count: Its place.
        reason: Shown counts: the count stays unsafe as long as none of them is hidden. Empty where
            nothing that can be hidden helps.
    """

    count: int
    reason: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class _Aim:
    """Where counts must be able to go.

    Attributes:
        sign: 1 for up, −1 for down.
        goal: By count of the system, what must be reached.
        zeros_known: Whether the attacker knows that no hidden count is 0.
    """

    sign: float
    goal: Floats
    zeros_known: bool


def leaks(system: System, block: Block, guarded: Flags) -> Iterator[Leak]:
    """The guarded counts of a block that are not safe, some of them for several reasons.

    A count is safe if it may be 1 and may be as much as is hidden, where counts need only not be
    negative; and if it can take a second whole value where hidden counts are at least 1.

    Args:
        system: The attacker's.
        block: Hidden counts that hang together.
        guarded: Which counts must be safe, by count.
    """
    inside = block.columns[guarded[block.columns]]
    if not len(inside):
        return
    value = system.value
    up = _Aim(1.0, np.full(len(value), float(system.hidden_up_to)), zeros_known=False)
    down = _Aim(-1.0, np.ones(len(value)), zeros_known=False)
    yield from _stuck(system, block, inside, up)
    yield from _stuck(system, block, inside, down)
    # Of a count that only an earlier table could tell, no second value can be asked for.
    yield from _told_exactly(system, block, inside[~np.isnan(value[inside])])


def _told_exactly(system: System, block: Block, inside: Ints) -> Iterator[Leak]:
    """The counts with one whole value only, for someone who knows that zeros are shown."""
    up = _Aim(1.0, system.value + 1, zeros_known=True)
    down = _Aim(-1.0, system.value - 1, zeros_known=True)
    stuck = {leak.count: leak.reason for leak in _stuck(system, block, inside, up)}
    # A count of 1 can only be more.
    above = np.array(sorted(one for one in stuck if system.value[one] > 1), np.int64)
    low = {leak.count: leak.reason for leak in _stuck(system, block, above, down)}
    for one, reason in stuck.items():
        # What lets the count fall would do as well.
        if one in low or system.value[one] <= 1:
            yield Leak(one, reason | low.get(one, frozenset()))


def _stuck(system: System, block: Block, inside: Ints, aim: _Aim) -> Iterator[Leak]:
    """The counts that cannot go where they must.

    They are moved together, the first ones with more weight, as long as that gets any there, then
    one by one; those that got there on the way of another need not be moved themselves.
    """
    if not len(inside):
        return
    reach = Reach(block, _lowest(system, block, aim))
    goal = aim.goal[block.columns]
    left = np.searchsorted(block.columns, inside)
    together = True
    while len(left):
        moved = left if together else left[:1]
        direction = np.zeros(len(goal))
        direction[moved] = aim.sign * np.geomspace(10, 1, len(moved))
        possible = reach.toward(direction)
        there = possible & (aim.sign * (reach.values[left] - goal[left]) >= -TOLERANCE)
        if not (together or there[0]):
            yield Leak(int(block.columns[moved[0]]), _helpful(system, block, reach.prices, aim))
            there[0] = True
        together = together and bool(there.any())
        left = left[~there]


def _lowest(system: System, block: Block, aim: _Aim) -> Floats:
    if aim.zeros_known:
        return system.at_least_one[block.columns].astype(float)
    return np.zeros(len(block.columns))


def _helpful(system: System, block: Block, prices: Floats, aim: _Aim) -> frozenset[int]:
    """Shown counts by whose hiding the last move could have gone further."""
    worth = -(prices @ system.matrix[block.equations])
    least = system.at_least_one.astype(float) if aim.zeros_known else 0.0
    can_fall = system.value > least + TOLERANCE
    helpful = (worth > TOLERANCE) | ((worth < -TOLERANCE) & can_fall)
    helpful &= system.coverable
    helpful[block.columns] = False
    return frozenset(np.flatnonzero(helpful).tolist())
