"""When a hidden count is safe (contract, section 6), and what shows that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, sparse

from indicators.disclosure.counts import Flags, Floats, Ints
from indicators.disclosure.feasibility import (
    TOLERANCE,
    Block,
    CountsDecided,
    FeasibleRange,
    independent_blocks,
)


@dataclass(frozen=True, slots=True, eq=False)
class AttackerModel:
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
        fall: Likewise; both stand for inequalities that are far from tight (see
            :func:`without_loose_inequalities`).
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

    def with_equations(self, chosen: Flags) -> AttackerModel:
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


_WIDE_MULTIPLE = 2
"""A margin leaves each count so many times the largest hidden count: then it is no matter."""


def without_loose_inequalities(system: AttackerModel, guarded: Flags) -> AttackerModel:
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
    wide = free[column] & (share >= _WIDE_MULTIPLE * system.hidden_up_to)
    margin, side = np.full(matrix.shape[0], np.nan), np.zeros(matrix.shape[0])
    margin[rows[wide]], side[rows[wide]] = share[wide], sign[wide]
    out = ~np.isnan(margin)
    inside = out[rows] & ~(free[column] & (column == _last_column(rows[wide], column[wide], rows)))
    rise, fall = (limit.copy() for limit in system.limits())
    up = inside & (sign * side[rows] > 0)
    down = inside & (sign * side[rows] < 0)
    np.minimum.at(rise, column[up], margin[rows[up]])
    np.minimum.at(fall, column[down], margin[rows[down]])
    return replace(system.with_equations(~out), rise=rise, fall=fall)


def _last_column(rows: Ints, column: Ints, of: Ints) -> Ints:
    """The column that one of the rows has given, for each of some rows; −1 where none has."""
    column_of_row = np.full(int(of.max(initial=-1)) + 1, -1)
    column_of_row[rows] = column
    given: Ints = column_of_row[of]
    return given


def resolve_determined(
    system: AttackerModel, wanted: Flags, touched: Flags
) -> tuple[AttackerModel, Flags]:
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
    may_be_small = np.zeros(len(wanted), bool)
    unknown, value = np.isnan(system.value), system.value.copy()
    kept = np.ones(system.matrix.shape[0], bool)
    for block in independent_blocks(
        system.matrix, unknown, np.nan_to_num(system.value), wanted=touched
    ):
        possible = drop_contradictions(block, system.doubts()[block.equations])
        kept[np.setdiff1d(block.equations, possible.equations)] = False
        inside = np.flatnonzero(wanted[block.columns])
        if not len(inside):
            continue
        none = np.zeros(len(block.columns))
        reach = FeasibleRange(possible, none, np.full(len(none), float(system.hidden_up_to)))
        exact = reach.fixed(inside)
        value[block.columns[exact]] = reach.low[exact].round()
        # So are those that only someone can tell who knows that zeros are shown.
        left = np.setdiff1d(inside, exact)
        knowing = FeasibleRange(possible, system.at_least_one[block.columns].astype(float), none)
        told = knowing.fixed(left)
        value[block.columns[told]] = knowing.low[told].round()
        left = np.setdiff1d(left, told)
        may_be_small[block.columns[left[_may_be_small(reach, left, system.hidden_up_to)]]] = True
    return replace(system.with_equations(kept), value=value), may_be_small


def _may_be_small(reach: FeasibleRange, counts: Ints, hidden_up_to: int) -> Flags:
    """Which of some counts may be 1 or more, and as few as are hidden, maybe not at once."""

    def small(some: Ints) -> Flags:
        return reach.low[some] <= hidden_up_to + TOLERANCE

    def any_at_all(some: Ints) -> Flags:
        return reach.high[some] >= 1 - TOLERANCE

    for count in reach.minimise_together(counts, small).tolist():
        _reaches(reach, count, -1.0, small)
    for count in reach.maximise_together(counts, any_at_all).tolist():
        _reaches(reach, count, 1.0, any_at_all)
    return small(counts) & any_at_all(counts)


@dataclass(frozen=True, slots=True)
class UnsafeCount:
    """A count that is not safe.

    Attributes:
        count: Its place.
        reason: Shown counts: the count stays unsafe as long as none of them is hidden. Empty where
            nothing that can be hidden helps.
    """

    count: int
    reason: frozenset[int]


def find_unsafe_counts(
    system: AttackerModel, block: Block, guarded: Flags
) -> Iterator[UnsafeCount]:
    """The guarded counts of a block that are not safe, some of them for several reasons.

    A count is safe if it may be 1 and may be as much as is hidden, where counts need only not be
    negative; and if it can take a second whole value where hidden counts are at least 1.

    Args:
        system: The attacker's.
        block: Hidden counts that hang together.
        guarded: Which counts must be safe, by count.
    """
    inside = np.flatnonzero(guarded[block.columns])
    yield from _too_narrow(system, block, inside)
    # Of a count that only an earlier table could tell, no second value can be asked for.
    yield from _single_valued(system, block, inside[~np.isnan(system.value[block.columns[inside]])])


def _too_narrow(system: AttackerModel, block: Block, inside: Ints) -> Iterator[UnsafeCount]:
    """The counts that cannot be as large, or as small, as one that is hidden may be."""
    least = np.zeros(len(system.value))
    lowest, size = least[block.columns], len(block.columns)
    limits = _block_limits(system, block)
    up = FeasibleRange(block, lowest, np.full(size, float(system.hidden_up_to)), limits)
    down = FeasibleRange(block, lowest, np.ones(size), limits)

    def large(counts: Ints) -> Flags:
        reached: Flags = np.fmax(up.high, down.high)[counts] >= system.hidden_up_to - TOLERANCE
        return reached

    def small(counts: Ints) -> Flags:
        reached: Flags = np.fmin(up.low, down.low)[counts] <= 1 + TOLERANCE
        return reached

    for count in up.maximise_together(inside, large).tolist():
        if not _reaches(up, count, 1.0, large):
            yield UnsafeCount(
                int(block.columns[count]), _helpful_counts(system, block, up.prices, least)
            )
    for count in down.minimise_together(inside, small).tolist():
        if not _reaches(down, count, -1.0, small):
            yield UnsafeCount(
                int(block.columns[count]), _helpful_counts(system, block, down.prices, least)
            )


def _single_valued(system: AttackerModel, block: Block, inside: Ints) -> Iterator[UnsafeCount]:
    """The counts with one whole value only, for someone who knows that zeros are shown."""
    least = system.at_least_one.astype(float)
    lowest, value = least[block.columns], system.value[block.columns]
    limits = _block_limits(system, block)
    up, down = (FeasibleRange(block, lowest, value + far, limits) for far in (1, -1))

    def two(counts: Ints) -> Flags:
        more = np.fmax(up.high, down.high)[counts] >= value[counts] + 1 - TOLERANCE
        less = np.fmin(up.low, down.low)[counts] <= value[counts] - 1 + TOLERANCE
        reached: Flags = more | less
        return reached

    for count in down.minimise_together(up.maximise_together(inside, two), two).tolist():
        if _reaches(up, count, 1.0, two):
            continue
        reason = _helpful_counts(system, block, up.prices, least)
        # What lets the count fall would do as well; a count of 1 can only be more.
        if value[count] > 1:
            if _reaches(down, count, -1.0, two):
                continue
            reason |= _helpful_counts(system, block, down.prices, least)
        yield UnsafeCount(int(block.columns[count]), reason)


def _block_limits(system: AttackerModel, block: Block) -> tuple[Floats, Floats]:
    """Least and most of the counts of a block, beside the equations."""
    rise, fall = (limit[block.columns] for limit in system.limits())
    value = np.nan_to_num(system.value[block.columns])
    return np.fmax(value - fall, 0.0), value + rise


def _reaches(reach: FeasibleRange, count: int, sign: float, enough: CountsDecided) -> bool:
    single = np.array([count])
    if not enough(single).all():
        reach.move_one(count, sign)
    return bool(enough(single).all())


def _helpful_counts(
    system: AttackerModel, block: Block, prices: Floats, least: Floats
) -> frozenset[int]:
    """Shown counts by whose hiding the last move could have gone further."""
    worth = -(prices @ system.matrix[block.equations])
    can_fall = system.value > least + TOLERANCE
    helpful = (worth > TOLERANCE) | ((worth < -TOLERANCE) & can_fall)
    helpful &= system.coverable
    helpful[block.columns] = False
    return frozenset(np.flatnonzero(helpful).tolist())


# Equations that contradict each other, and how to do without them.


_CHEAP = 1e-3
"""What it costs that a doubtful equation does not hold, as a share of what another costs."""


def with_feasible_values(system: AttackerModel) -> AttackerModel:
    """The system with a possible value for every count that nobody knows.

    Equations that no values satisfy are left out.
    """
    unknown = np.isnan(system.value)
    value, kept = system.value.copy(), np.ones(system.matrix.shape[0], bool)
    for block in independent_blocks(system.matrix, unknown, np.nan_to_num(system.value)):
        possible = drop_contradictions(block, system.doubts()[block.equations])
        kept[np.setdiff1d(block.equations, possible.equations)] = False
        value[block.columns] = _feasible_values(possible, system.at_least_one[block.columns])
    return replace(system.with_equations(kept), value=value)


def _feasible_values(block: Block, least: Flags) -> Floats:
    """Values that satisfy the equations, at least ``least`` each if there are such."""
    for lowest in (least.astype(float), np.zeros(len(least))):
        reach = FeasibleRange(block, lowest, lowest)
        if reach.is_feasible():
            return reach.low
    return least.astype(float)


def drop_contradictions(block: Block, doubtful: Flags | None = None) -> Block:
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
    while not _is_feasible(left):
        gap = _least_violations(left, cost)
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


def _is_feasible(block: Block) -> bool:
    size = len(block.columns)
    none = np.zeros(size)
    return FeasibleRange(block, none, none).is_feasible()


def _least_violations(block: Block, each: Floats) -> Floats:
    """By how much each equation must be missed, at the least cost in all."""
    equations, counts = block.matrix.shape
    every = sparse.eye_array(equations)
    cost = np.concatenate([np.zeros(counts), each, each])
    solved = optimize.linprog(
        cost, A_eq=sparse.hstack([block.matrix, every, -every]), b_eq=block.right, method="highs"
    )
    over, under = solved.x[counts : counts + equations], solved.x[counts + equations :]
    return np.asarray(over + under)


# What a single equation gives away: the plainest reasons, found without a linear programme.


def determined_by_one_equation(
    system: AttackerModel, hidden: Flags, guarded: Flags
) -> list[frozenset[int]]:
    """Reasons why guarded counts are not safe, of equations that tell it by themselves.

    An equation tells of its hidden counts if there is one only, or if they all stand on one side
    and add up to less than a hidden count may be, or to no more than one each.

    Args:
        system: The attacker's.
        hidden: By count.
        guarded: Which counts must be safe, by count.

    Returns:
        Of each such equation, the shown counts of which one at least must be hidden.
    """
    inside = system.matrix[:, np.flatnonzero(hidden)]
    each = abs(inside)
    number = np.diff(inside.indptr)
    side = inside.sum(axis=1)
    total = each @ system.value[hidden]
    least = each @ system.at_least_one[hidden].astype(float)
    one_side = (abs(side) > number - 0.5) & ~np.isnan(total)
    little = (total < system.hidden_up_to - TOLERANCE) | (total < least + 1 - TOLERANCE)
    alone = (number == 1) & ~np.isnan(total)
    concerns_guarded = each @ guarded[hidden].astype(float) > 0
    return [
        _other_counts(system, hidden, equation)
        for equation in np.flatnonzero(concerns_guarded & (alone | one_side & little)).tolist()
    ]


def _other_counts(system: AttackerModel, hidden: Flags, equation: int) -> frozenset[int]:
    start, end = system.matrix.indptr[equation : equation + 2]
    counts = system.matrix.indices[start:end]
    return frozenset(counts[system.coverable[counts] & ~hidden[counts]].tolist())
