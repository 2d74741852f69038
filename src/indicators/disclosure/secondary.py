"""Which further rows to hide in a large table: what each count needs, found one by one.

A hidden count is safe if the hidden counts may have other values, with which it is as large, as
small, or another than it is. Such values are a witness. Rows of counts that are not the true ones
in it must be hidden, and no row need be for another reason. The cheapest witness for one count
after the other is looked for, where rows that are hidden already cost next to nothing. Then each
row is tried to be shown again: do the witnesses that need it have others that cost less?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

import numpy as np
from scipy import sparse

from indicators.disclosure.candidates import (
    CoverConstraint,
    MinimalShift,
    cheapest_cover,
    shifted_counts,
)
from indicators.disclosure.counts import Flags, Floats, Ints, SuppressibleRows
from indicators.disclosure.feasibility import NO_INDICES, TOLERANCE, Block, independent_blocks
from indicators.disclosure.safety import (
    AttackerModel,
    determined_by_one_equation,
    find_unsafe_counts,
    with_feasible_values,
)
from indicators.disclosure.worlds import Worlds

_MAX_WORK = 300_000
"""Counts in all programmes after which rows are no longer tried to be shown again: the likeliest
to be of no use come first."""

_COST_IF_HIDDEN = 0.02
"""What a row that other witnesses need costs, as a share of what it would cost else."""

_NEW_ROW = 1.0
"""What moving a count costs at the least if a row must be hidden for it that nothing else needs."""


@dataclass(frozen=True, slots=True, eq=False)
class SuppressionSet:
    """Other values for hidden counts.

    Attributes:
        rows: It needs these beside those that are hidden in any case.
        counts: Which counts have another value, by their places in the system.
        by: How much more each is.
    """

    rows: frozenset[int]
    counts: Ints
    by: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SafetyTargets:
    """What counts of a block must be able to do, one aim each.

    Attributes:
        column: The count, by its column in the block.
        by: How far it must be able to move; negative down.
        either: Whether it would do to move as far the other way.
        knowing: Whether for someone who knows that zeros are shown.
    """

    column: Ints
    by: Floats
    either: Flags
    knowing: Flags

    def met(self, shift: Floats, *, zeros_known: bool) -> Flags:
        """Which aims a movement meets.

        Args:
            shift: By column of the block.
            zeros_known: Whether it leaves every hidden count what someone who knows of zeros
                expects.
        """
        far = shift[self.column]
        there = np.where(self.by > 0, far, -far) >= abs(self.by) - TOLERANCE
        back = self.either & (abs(far) >= abs(self.by) - TOLERANCE)
        met: Flags = (there | back) & (zeros_known | ~self.knowing)
        return met


def _safety_targets(
    value: Floats, unknown: Flags, column: Ints, hidden_up_to: int
) -> SafetyTargets:
    """What makes counts safe (see :func:`indicators.disclosure.safety.find_unsafe_counts`).

    Args:
        value: Of the block's counts, a possible one where it is not known.
        unknown: Which of them only an earlier table could tell: of these no second value can be
            asked for.
        column: The counts that must be safe.
        hidden_up_to: The policy's.
    """
    now, size = value[column], len(column)
    by = np.concatenate([hidden_up_to - now, 1.0 - now, np.ones(size)])
    second = np.repeat([False, False, True], size)
    wanted = np.concatenate([now < hidden_up_to, now > 1, ~unknown[column]])
    return SafetyTargets(np.tile(column, 3)[wanted], by[wanted], second[wanted], second[wanted])


def choose_heuristically(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags
) -> tuple[Flags, Worlds] | None:
    """Choose the rows to hide.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.

    Returns:
        Hidden rows, those that must be among them, and what proves that they are enough; None if
        hiding everything would not help.
    """
    search = _HeuristicSearch(system, rows, guarded)
    further = search.search()
    return None if further is None else (rows.hidden | further, search.worlds())


def without_unprotectable(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags, *, every: bool = False
) -> Flags:
    """The guarded counts but for those that only earlier tables hold, and that nothing can save.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
        every: Look at those that the new table holds too.
    """
    kept = guarded.copy()
    for part in _guarded_blocks(system, rows, guarded & (np.isnan(system.value) | every)):
        none = np.zeros(len(part.block.columns))
        while len(left := part.open):
            aim = int(left[0])
            if (shift := part.cheapest(aim, none)) is None:
                kept[part.block.columns[part.aims.column[aim]]] = False
                part.give_up(aim)
            else:
                part.close(left[part.met(shift)[left]])
    return kept


def _guarded_blocks(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags
) -> Iterator[_GuardedBlock]:
    """The blocks of all counts that are hidden or could be, if any of theirs is guarded."""
    if not guarded.any():
        return
    unknown, known = np.isnan(system.value), with_feasible_values(system)
    movable = rows.leave_hidden(rows.hidden, len(system.value)) | system.coverable
    rise, fall = system.limits()
    for block in independent_blocks(known.matrix, movable, known.value, wanted=guarded):
        column, of = np.flatnonzero(guarded[block.columns]), block.columns
        aims = _safety_targets(known.value[of], unknown[of], column, system.hidden_up_to)
        at_least_one, free = system.at_least_one[of], system.unwritten[of]
        limits = rise[of], fall[of]
        yield _GuardedBlock(block, aims, known.value[of], at_least_one, limits=limits, free=free)


class _GuardedBlock:
    """One block, what its guarded counts must be able to do, and the witnesses found so far.

    Args:
        block: Counts that are hidden or could be, and the equations between them.
        aims: Of its counts.
        value: Of its counts.
        at_least_one: Which of them someone who knows that zeros are shown knows not to be zero.
        limits: How far each may rise and fall beside the equations.
        free: Which of them no row could show.
    """

    def __init__(
        self,
        block: Block,
        aims: SafetyTargets,
        value: Floats,
        at_least_one: Flags,
        *,
        limits: tuple[Floats, Floats],
        free: Flags,
    ) -> None:
        self.block, self.aims = block, aims
        self._value, self._least = value, np.minimum(at_least_one, value)
        rise, fall = limits
        self._rise = rise
        self._falls = [
            np.fmin(value - least, fall) for least in (np.zeros(len(value)), self._least)
        ]
        self._free = free
        self._movements: dict[bool, MinimalShift] = {}
        self._barred = NO_INDICES
        self.hard: Counter[int] = Counter()
        self.suppressions: dict[int, SuppressionSet] = {}
        self._open = np.ones(len(aims.by), bool)

    @property
    def open(self) -> Ints:
        """The aims that have no witness yet."""
        return np.flatnonzero(self._open)

    @property
    def value(self) -> Floats:
        """Of the block's counts, a possible one where it is not known."""
        return self._value

    def give(self, aim: int, witness: SuppressionSet) -> None:
        """Let an aim have a witness."""
        self.suppressions[aim] = witness
        self._open[aim] = False

    def close(self, aims: Ints) -> None:
        """Ask no longer for some aims."""
        self._open[aims] = False

    def give_up(self, aim: int) -> None:
        """Let the count of an aim, all of its aims, be without a witness."""
        self._open[self.aims.column == self.aims.column[aim]] = False

    def with_row(self, row: int) -> Ints:
        """The aims whose witness needs a row."""
        return np.array([aim for aim, entry in self.suppressions.items() if row in entry.rows], int)

    def bar(self, counts: Ints) -> None:
        """Let no witness need some counts, by their places in the system."""
        self._barred = np.flatnonzero(np.isin(self.block.columns, counts))

    def cheapest(self, aim: int, cost: Floats) -> Floats | None:
        """The cheapest movement that meets an aim; None if there is none.

        Args:
            aim: Which.
            cost: Of a movement by one, by column of the block.
        """
        zeros_known = bool(self.aims.knowing[aim])
        if zeros_known not in self._movements:
            fall = self._falls[int(zeros_known)]
            self._movements[zeros_known] = MinimalShift(self.block, fall, self._rise, self._free)
        shift = self._movements[zeros_known]
        shift.bar(self._barred)
        shift.price(cost)
        return self._moved(shift, aim, int(self.aims.column[aim]), cost)

    def _moved(self, shift: MinimalShift, aim: int, column: int, cost: Floats) -> Floats | None:
        by = float(self.aims.by[aim])
        found: list[Floats] = []
        for far in (by, -by) if self.aims.either[aim] else (by,):
            if (values := shift.move(column, far)) is not None:
                found.append(values)
                if cost[shifted_counts(values)].max(initial=0.0) < _NEW_ROW:
                    break
        return min(found, key=lambda values: float(cost @ shifted_counts(values)), default=None)

    def met(self, shift: Floats) -> Flags:
        """Which aims a movement meets."""
        zeros_known = bool((self._value + shift >= self._least - TOLERANCE).all())
        return self.aims.met(shift, zeros_known=zeros_known)


class _PublishedAlone:
    """What the tables that are out give away without the new one.

    They were safe when they were protected, by whoever knew every count in them. If they seem to
    give one away now, an equation is believed that did not hold then (persons without residence
    are in a count that the new table does not have), and nothing hidden in the new table can help.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
    """

    def __init__(self, system: AttackerModel, rows: SuppressibleRows) -> None:
        size = len(system.value)
        out = ~np.isfinite(rows.cost[rows.row])
        self._public, held = np.zeros(size, bool), np.zeros(size, bool)
        self._public[rows.count[out]] = True
        held[rows.count[~out]] = True
        incidence = abs(system.matrix)
        beside_held = incidence.T @ (incidence @ held.astype(float)) > 0
        self._elsewhere = ~held & ~(system.unwritten & beside_held)
        self._system = system
        # Of a count that the new table has too, it is not asked who says that it is not zero.
        self._least = system.at_least_one & self._elsewhere
        self._shifts: dict[tuple[int, bool], MinimalShift] = {}

    @cached_property
    def _known(self) -> tuple[Floats, list[Block]]:
        """Possible values, and the counts that are not out, by what hangs together."""
        known = with_feasible_values(self._system)
        blocks = independent_blocks(
            known.matrix, ~self._public, known.value, wanted=self._elsewhere
        )
        return known.value, blocks

    def give_away(self, count: int, by: float, *, either: bool, knowing: bool) -> bool:
        """Whether a count that the new table tells nothing of could not be moved without it.

        Args:
            count: Its place in the system.
            by: How far it should move.
            either: Whether it would do to move as far the other way.
            knowing: Whether for someone who knows that zeros are shown.
        """
        if not self._elsewhere[count]:
            return False
        value, blocks = self._known
        at, block = next((at, one) for at, one in enumerate(blocks) if count in one.columns)
        if (at, knowing) not in self._shifts:
            now = value[block.columns]
            least = np.minimum(self._least[block.columns] & knowing, now)
            self._shifts[at, knowing] = MinimalShift(block, now - least)
        column = int(np.searchsorted(block.columns, count))
        far = (by, -by) if either else (by,)
        return all(self._shifts[at, knowing].move(column, some) is None for some in far)


class _HeuristicSearch:
    """The search for witnesses of all parts, which share rows.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
    """

    def __init__(self, system: AttackerModel, rows: SuppressibleRows, guarded: Flags) -> None:
        size = len(system.value)
        self._value = system.value
        self._parts = list(_guarded_blocks(system, rows, guarded))
        self._published = _PublishedAlone(system, rows)
        more = ~rows.hidden[rows.row]
        pairs = rows.count[more], rows.row[more]
        self._needs = sparse.csr_array(
            (np.ones(len(pairs[0])), pairs), shape=(size, len(rows.cost))
        )
        self._cost = np.where(np.isfinite(rows.cost), rows.cost, 0.0)
        self._used: Counter[int] = Counter()
        self._tried = 0

    def search(self) -> Flags | None:
        """The rows to hide beside those that must be; None if hiding everything would not help."""
        if not all(self._begin(part) for part in self._parts):
            return None
        for row in sorted(self._used, key=lambda row: (self._used[row], row)):
            if row in self._used and self._tried < _MAX_WORK:
                self._without(row)
        used = np.zeros(len(self._cost), bool)
        used[list(self._used)] = True
        return used

    def worlds(self) -> Worlds:
        """What proves that the counts are safe."""
        value = self._value.copy()
        for part in self._parts:
            value[part.block.columns] = part.value
        # Several aims may have the same witness.
        every = {id(one): one for part in self._parts for one in part.suppressions.values()}
        return Worlds.of(value, [(one.counts, one.by) for one in every.values()])

    def _begin(self, part: _GuardedBlock) -> bool:
        """Find a witness for each aim of a part; False if there is none for one of them."""
        while len(left := part.open):
            # Where a count moves far, others do too: the first witnesses serve many aims.
            aim = int(left[np.argmax(abs(part.aims.by[left]))])
            shift = part.cheapest(aim, self._costs(part, self._used))
            if shift is None:
                if not self._is_beyond_help(part, aim):
                    return False
                part.give_up(aim)
                continue
            suppressions = self._witness(part, shift)
            for met in left[part.met(shift)[left]].tolist():
                part.give(met, suppressions)
                self._used.update(suppressions.rows)
        return True

    def _is_beyond_help(self, part: _GuardedBlock, aim: int) -> bool:
        """Whether an aim that cannot be met is of a count that only earlier tables hold or tell."""
        aims = part.aims
        count = int(part.block.columns[aims.column[aim]])
        return bool(np.isnan(self._value[count])) or self._published.give_away(
            count,
            float(aims.by[aim]),
            either=bool(aims.either[aim]),
            knowing=bool(aims.knowing[aim]),
        )

    def _without(self, row: int) -> None:
        """Do without a row, if what must be hidden in its place costs less."""
        counts = self._needs[:, [row]].nonzero()[0]
        found, hidden = [], set(self._used) - {row}
        for part in self._parts:
            if not len(aims := part.with_row(row)):
                continue
            part.bar(counts)
            others = self._others(part, aims, hidden)
            part.bar(counts[:0])
            if others is None:
                return
            found.append((part, others))
        for part, others in found:
            for aim, suppressions in others.items():
                part.give(aim, suppressions)
        every = (entry.rows for part in self._parts for entry in part.suppressions.values())
        self._used = Counter(chain.from_iterable(every))

    def _others(
        self, part: _GuardedBlock, aims: Ints, hidden: set[int]
    ) -> dict[int, SuppressionSet] | None:
        """Other witnesses for some aims, added to ``hidden``; None if they would not cost less."""
        found: dict[int, SuppressionSet] = {}
        for aim in sorted(aims.tolist(), key=lambda aim: -part.hard[aim]):
            if aim in found:
                continue
            shift = part.cheapest(aim, self._costs(part, hidden))
            self._tried += len(part.block.columns)
            if shift is None:
                return None
            suppressions = self._witness(part, shift)
            found |= dict.fromkeys(aims[part.met(shift)[aims]].tolist(), suppressions)
            hidden |= suppressions.rows
            if self._total(hidden) >= self._total(self._used) - TOLERANCE:
                part.hard[aim] += 1
                return None
        return found

    def _witness(self, part: _GuardedBlock, shift: Floats) -> SuppressionSet:
        some = np.flatnonzero(shifted_counts(shift))
        counts = part.block.columns[some]
        needed = np.unique(self._needs[counts].indices)
        return SuppressionSet(frozenset(needed.tolist()), counts, shift[some])

    def _costs(self, part: _GuardedBlock, used: Collection[int]) -> Floats:
        """What moving each count of a part costs, with some rows hidden already."""
        cost = self._cost.copy()
        cost[list(used)] *= _COST_IF_HIDDEN
        needed: Floats = self._needs[part.block.columns] @ cost
        return needed

    def _total(self, used: Collection[int]) -> float:
        return float(self._cost[list(used)].sum())


# Which further rows to hide, so that what must be hidden is safe: as few as possible.
#
# The attack is asked why a count is not safe, and each reason is a set of counts of which one at
# least must be hidden. The cheapest rows that satisfy all reasons met so far are then hidden, and
# the attack is asked again, until it finds nothing: rows chosen so are the fewest there are, by the
# argument of Benders' decomposition. (Fischetti & Salazar-González, Management Science 47, 2001.)
# That is for small tables; large ones are left to :func:`choose_heuristically`.


_MAX_REASONS = 30
"""Reasons beyond which the fewest rows are not looked for any longer: few are enough."""


def choose_suppressions(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags
) -> tuple[Flags, Worlds] | None:
    """Choose the rows to hide.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.

    Returns:
        Hidden rows, those that must be among them, and other values that the counts could have, as
        far as any were met; None if hiding everything would not help.
    """
    try:
        fewest = _ExactSearch(system, rows, guarded).fewest()
        if fewest is None:
            saved = without_unprotectable(system, rows, guarded)
            fewest = _ExactSearch(system, rows, saved).fewest()
    except _TooLargeError:
        fewest = None
    # Where counts are not known the prices of a programme need not name what helps.
    if fewest is None:
        return choose_heuristically(system, rows, guarded)
    return fewest, Worlds.of(system.value, [])


class _TooLargeError(Exception):
    """The table is too large for the fewest rows to be found."""


class _ExactSearch:
    """The search for the fewest rows to hide, with what it has found out.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
    """

    def __init__(self, system: AttackerModel, rows: SuppressibleRows, guarded: Flags) -> None:
        self._system, self._rows, self._guarded = system, rows, guarded
        self._found: set[CoverConstraint] = set()
        self._known: dict[bytes, list[CoverConstraint]] = {}

    def fewest(self) -> Flags | None:
        """Hide more rows, until the attack finds nothing; None if there are none that help.

        Raises:
            _TooLargeError: There are too many to go on.
        """
        hidden = self._rows.hidden
        while reasons := self._reasons(hidden):
            if frozenset() in reasons:
                return None
            self._found.update(reasons)
            if len(self._found) > _MAX_REASONS:
                raise _TooLargeError
            hidden = self._rows.hidden | cheapest_cover(self._rows, sorted(self._found, key=sorted))
        return hidden

    def _reasons(self, hidden: Flags) -> list[CoverConstraint]:
        """Why counts are not safe; what a single equation tells comes before the attack."""
        counts = self._rows.leave_hidden(hidden, len(self._system.value))
        if plain := determined_by_one_equation(self._system, counts, self._guarded):
            return plain
        found: list[CoverConstraint] = []
        for block in independent_blocks(self._system.matrix, counts, self._system.value):
            # A block met before is not attacked again.
            mark = block.columns.tobytes()
            if mark not in self._known:
                unsafe = find_unsafe_counts(self._system, block, self._guarded)
                self._known[mark] = [leak.reason for leak in islice(unsafe, _MAX_REASONS + 1)]
            found.extend(self._known[mark])
            if len(found) > _MAX_REASONS:
                break
        return found
