"""When a hidden count is safe (contract, section 6), and what shows that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import TOLERANCE, Block, Reach, Settled


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


def leaks(system: System, block: Block, guarded: Flags) -> Iterator[Leak]:
    """The guarded counts of a block that are not safe, some of them for several reasons.

    A count is safe if it may be 1 and may be as much as is hidden, where counts need only not be
    negative; and if it can take a second whole value where hidden counts are at least 1.

    Args:
        system: The attacker's.
        block: Hidden counts that hang together.
        guarded: Which counts must be safe, by count.
    """
    inside = np.flatnonzero(guarded[block.columns])
    yield from _bounded(system, block, inside)
    # Of a count that only an earlier table could tell, no second value can be asked for.
    yield from _told(system, block, inside[~np.isnan(system.value[block.columns[inside]])])


def _bounded(system: System, block: Block, inside: Ints) -> Iterator[Leak]:
    """The counts that cannot be as large, or as small, as one that is hidden may be."""
    least = np.zeros(len(system.value))
    lowest, size = least[block.columns], len(block.columns)
    up = Reach(block, lowest, np.full(size, float(system.hidden_up_to)))
    down = Reach(block, lowest, np.ones(size))

    def large(counts: Ints) -> Flags:
        met: Flags = np.fmax(up.high, down.high)[counts] >= system.hidden_up_to - TOLERANCE
        return met

    def small(counts: Ints) -> Flags:
        met: Flags = np.fmin(up.low, down.low)[counts] <= 1 + TOLERANCE
        return met

    for count in up.raised(inside, large).tolist():
        if not _gets_there(up, count, 1.0, large):
            yield Leak(int(block.columns[count]), _helpful(system, block, up.prices, least))
    for count in down.lowered(inside, small).tolist():
        if not _gets_there(down, count, -1.0, small):
            yield Leak(int(block.columns[count]), _helpful(system, block, down.prices, least))


def _told(system: System, block: Block, inside: Ints) -> Iterator[Leak]:
    """The counts with one whole value only, for someone who knows that zeros are shown."""
    least = system.at_least_one.astype(float)
    lowest, value = least[block.columns], system.value[block.columns]
    up, down = Reach(block, lowest, value + 1), Reach(block, lowest, value - 1)

    def two(counts: Ints) -> Flags:
        more = np.fmax(up.high, down.high)[counts] >= value[counts] + 1 - TOLERANCE
        less = np.fmin(up.low, down.low)[counts] <= value[counts] - 1 + TOLERANCE
        met: Flags = more | less
        return met

    for count in down.lowered(up.raised(inside, two), two).tolist():
        if _gets_there(up, count, 1.0, two):
            continue
        reason = _helpful(system, block, up.prices, least)
        # What lets the count fall would do as well; a count of 1 can only be more.
        if value[count] > 1:
            if _gets_there(down, count, -1.0, two):
                continue
            reason |= _helpful(system, block, down.prices, least)
        yield Leak(int(block.columns[count]), reason)


def _gets_there(reach: Reach, count: int, sign: float, enough: Settled) -> bool:
    one = np.array([count])
    if not enough(one).all():
        reach.alone(count, sign)
    return bool(enough(one).all())


def _helpful(system: System, block: Block, prices: Floats, least: Floats) -> frozenset[int]:
    """Shown counts by whose hiding the last move could have gone further."""
    worth = -(prices @ system.matrix[block.equations])
    can_fall = system.value > least + TOLERANCE
    helpful = (worth > TOLERANCE) | ((worth < -TOLERANCE) & can_fall)
    helpful &= system.coverable
    helpful[block.columns] = False
    return frozenset(np.flatnonzero(helpful).tolist())
