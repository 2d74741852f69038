"""When a hidden count is safe (contract, section 6), and what shows that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import TOLERANCE, Block, Reach, Settled, blocks


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
        unwritten: Counts that no row could show: differences, and those that no table names.
        rise: How far each count may be thought to rise, beside the equations.
        fall: Likewise; both stand for inequalities that are far from tight (see :func:`loosened`).
        doubtful: Which equations may not hold, where they contradict others; none if not given.
    """

    matrix: sparse.csr_array
    value: Floats
    at_least_one: Flags
    coverable: Flags
    hidden_up_to: int
    unwritten: Flags
    rise: Floats | None = None
    fall: Floats | None = None
    doubtful: Flags | None = None

    def with_equations(self, chosen: Flags) -> System:
        """The system with some of its equations alone."""
        doubtful = None if self.doubtful is None else self.doubtful[chosen]
        return replace(self, matrix=self.matrix[np.flatnonzero(chosen)], doubtful=doubtful)

    def doubts(self) -> Flags:
        """``doubtful``, by equation."""
        none = np.zeros(self.matrix.shape[0], bool)
        return none if self.doubtful is None else self.doubtful

    def limits(self) -> tuple[Floats, Floats]:
        """``rise`` and ``fall``, infinite where there is no limit."""
        none = np.full(len(self.value), np.inf)
        return none if self.rise is None else self.rise, none if self.fall is None else self.fall


_WIDE = 2
"""A margin leaves each count so many times the largest hidden count: then it is no matter."""


def loosened(system: System, guarded: Flags) -> System:
    """The system without inequalities that are far from tight.

    Instead, no count may use up more than its share of the margin. That is a little stricter than
    the inequality, so what is safe with it is safe; and counts that have to do with each other
    only by such an inequality need not be looked at together.

    Args:
        system: The attacker's.
        guarded: Counts that must be safe.
    """
    matrix, value = system.matrix, system.value
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column, sign = matrix.indices, matrix.data
    times = np.bincount(column, minlength=len(value))
    terms = np.diff(matrix.indptr)[rows] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = value[column] / terms
    free = system.unwritten & ~guarded & (times == 1)
    wide = free[column] & (share >= _WIDE * system.hidden_up_to)
    margin, side = np.full(matrix.shape[0], np.nan), np.zeros(matrix.shape[0])
    margin[rows[wide]], side[rows[wide]] = share[wide], sign[wide]
    out = ~np.isnan(margin)
    inside = out[rows] & ~(free[column] & (column == _last(rows[wide], column[wide], rows)))
    rise, fall = (limit.copy() for limit in system.limits())
    up = inside & (sign * side[rows] > 0)
    down = inside & (sign * side[rows] < 0)
    np.minimum.at(rise, column[up], margin[rows[up]])
    np.minimum.at(fall, column[down], margin[rows[down]])
    return replace(system.with_equations(~out), rise=rise, fall=fall)


def _last(rows: Ints, column: Ints, of: Ints) -> Ints:
    """The column that one of the rows has given, for each of some rows; −1 where none has."""
    column_of_row = np.full(int(of.max(initial=-1)) + 1, -1)
    column_of_row[rows] = column
    given: Ints = column_of_row[of]
    return given


def known_where_told(system: System, wanted: Flags, touched: Flags) -> tuple[System, Flags]:
    """The system with counts that nobody holds, where those that are held tell them exactly.

    Equations that contradict each other are left out: an identity was thought to hold for all.

    Args:
        system: The attacker's, with missing values.
        wanted: The counts that are asked for.
        touched: Counts that have anything to do with a table to be protected: what contradicts
            itself elsewhere is left as it is.

    Returns:
        The system, and which counts are still not known and may be small.
    """
    from indicators.disclosure.consistency import consistent

    may_be_small = np.zeros(len(wanted), bool)
    unknown, value = np.isnan(system.value), system.value.copy()
    kept = np.ones(system.matrix.shape[0], bool)
    for block in blocks(system.matrix, unknown, np.nan_to_num(system.value), wanted=touched):
        possible = consistent(block, system.doubts()[block.equations])
        kept[np.setdiff1d(block.equations, possible.equations)] = False
        inside = np.flatnonzero(wanted[block.columns])
        if not len(inside):
            continue
        none = np.zeros(len(block.columns))
        reach = Reach(possible, none, np.full(len(none), float(system.hidden_up_to)))
        exact = reach.fixed(inside)
        value[block.columns[exact]] = reach.low[exact].round()
        # So are those that only someone can tell who knows that zeros are shown.
        left = np.setdiff1d(inside, exact)
        knowing = Reach(possible, system.at_least_one[block.columns].astype(float), none)
        told = knowing.fixed(left)
        value[block.columns[told]] = knowing.low[told].round()
        left = np.setdiff1d(left, told)
        may_be_small[block.columns[left[_may_be_small(reach, left, system.hidden_up_to)]]] = True
    return replace(system.with_equations(kept), value=value), may_be_small


def _may_be_small(reach: Reach, counts: Ints, hidden_up_to: int) -> Flags:
    """Which of some counts may be 1 or more, and as few as are hidden, maybe not at once."""

    def small(some: Ints) -> Flags:
        return reach.low[some] <= hidden_up_to + TOLERANCE

    def any_at_all(some: Ints) -> Flags:
        return reach.high[some] >= 1 - TOLERANCE

    for count in reach.minimise_together(counts, small).tolist():
        _gets_there(reach, count, -1.0, small)
    for count in reach.maximise_together(counts, any_at_all).tolist():
        _gets_there(reach, count, 1.0, any_at_all)
    return small(counts) & any_at_all(counts)


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
    limits = _limits(system, block)
    up = Reach(block, lowest, np.full(size, float(system.hidden_up_to)), limits)
    down = Reach(block, lowest, np.ones(size), limits)

    def large(counts: Ints) -> Flags:
        reached: Flags = np.fmax(up.high, down.high)[counts] >= system.hidden_up_to - TOLERANCE
        return reached

    def small(counts: Ints) -> Flags:
        reached: Flags = np.fmin(up.low, down.low)[counts] <= 1 + TOLERANCE
        return reached

    for count in up.maximise_together(inside, large).tolist():
        if not _gets_there(up, count, 1.0, large):
            yield Leak(int(block.columns[count]), _helpful(system, block, up.prices, least))
    for count in down.minimise_together(inside, small).tolist():
        if not _gets_there(down, count, -1.0, small):
            yield Leak(int(block.columns[count]), _helpful(system, block, down.prices, least))


def _told(system: System, block: Block, inside: Ints) -> Iterator[Leak]:
    """The counts with one whole value only, for someone who knows that zeros are shown."""
    least = system.at_least_one.astype(float)
    lowest, value = least[block.columns], system.value[block.columns]
    limits = _limits(system, block)
    up, down = (Reach(block, lowest, value + far, limits) for far in (1, -1))

    def two(counts: Ints) -> Flags:
        more = np.fmax(up.high, down.high)[counts] >= value[counts] + 1 - TOLERANCE
        less = np.fmin(up.low, down.low)[counts] <= value[counts] - 1 + TOLERANCE
        reached: Flags = more | less
        return reached

    for count in down.minimise_together(up.maximise_together(inside, two), two).tolist():
        if _gets_there(up, count, 1.0, two):
            continue
        reason = _helpful(system, block, up.prices, least)
        # What lets the count fall would do as well; a count of 1 can only be more.
        if value[count] > 1:
            if _gets_there(down, count, -1.0, two):
                continue
            reason |= _helpful(system, block, down.prices, least)
        yield Leak(int(block.columns[count]), reason)


def _limits(system: System, block: Block) -> tuple[Floats, Floats]:
    """Least and most of the counts of a block, beside the equations."""
    rise, fall = (limit[block.columns] for limit in system.limits())
    value = np.nan_to_num(system.value[block.columns])
    return np.fmax(value - fall, 0.0), value + rise


def _gets_there(reach: Reach, count: int, sign: float, enough: Settled) -> bool:
    single = np.array([count])
    if not enough(single).all():
        reach.move_one(count, sign)
    return bool(enough(single).all())


def _helpful(system: System, block: Block, prices: Floats, least: Floats) -> frozenset[int]:
    """Shown counts by whose hiding the last move could have gone further."""
    worth = -(prices @ system.matrix[block.equations])
    can_fall = system.value > least + TOLERANCE
    helpful = (worth > TOLERANCE) | ((worth < -TOLERANCE) & can_fall)
    helpful &= system.coverable
    helpful[block.columns] = False
    return frozenset(np.flatnonzero(helpful).tolist())
