"""Which further rows to hide, so that what must be hidden is safe: as few as possible.

The attack is asked why a count is not safe, and each reason is a set of counts of which one at
least must be hidden. The cheapest rows that satisfy all reasons met so far are then hidden, and
the attack is asked again, until it finds nothing: rows chosen so are the fewest there are, by the
argument of Benders' decomposition. (Fischetti & Salazar-González, Management Science 47, 2001.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import blocks
from indicators.disclosure.safety import System, leaks
from indicators.disclosure.tight import tight

_EXACT_REASONS = 120
"""Reasons beyond which chosen rows stay chosen: what large tables need is found in a few rounds."""

_NODES = 100
_GAP = 0.02
"""Search nodes in one choice, and how far it may be from the cheapest: exact on small tables."""

Reason = frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that show counts.

    Attributes:
        row: With ``count``: pairs of a row and a count that it shows.
        count: See ``row``.
        cost: Of hiding a row, by row; infinite for rows that cannot be hidden.
        hidden: Which rows must be hidden in any case, by row.
    """

    row: Ints
    count: Ints
    cost: Floats
    hidden: Flags

    def leave_hidden(self, hidden: Flags, counts: int) -> Flags:
        """Which counts no row shows any more.

        Args:
            hidden: Hidden rows.
            counts: How many counts there are; those that no row ever showed are hidden too.
        """
        shown = np.zeros(counts, bool)
        shown[self.count[~hidden[self.row]]] = True
        return ~shown


def choose(system: System, rows: Rows, guarded: Flags) -> Flags | None:
    """Choose the rows to hide.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.

    Returns:
        Hidden rows, those that must be among them; None if hiding everything would not help.
    """
    search = _Search(system, rows, guarded)
    hidden = search.cover(rows.hidden)
    if hidden is None:
        return None
    return search.cover(search.without_needless(hidden))


class _Search:
    """The search for rows to hide, with what it has found out.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
    """

    def __init__(self, system: System, rows: Rows, guarded: Flags) -> None:
        self._system, self._rows, self._guarded = system, rows, guarded
        self._found: set[Reason] = set()
        self._known: dict[bytes, list[Reason]] = {}

    @property
    def _large(self) -> bool:
        return len(self._found) > _EXACT_REASONS

    def cover(self, hidden: Flags) -> Flags | None:
        """Hide more rows, until the attack finds nothing; None if there are none that help."""
        while True:
            reasons = self._reasons(hidden)
            if not reasons:
                return hidden
            if frozenset() in reasons:
                return None
            self._found.update(reasons)
            kept, met = self._rows.hidden, self._found
            if self._large:
                kept, met = hidden, set(reasons)
            hidden = kept | _cheapest(self._rows, kept, sorted(met, key=sorted))

    def _reasons(self, hidden: Flags) -> list[Reason]:
        """Why counts are not safe; what a single equation tells comes before the attack."""
        counts = self._rows.leave_hidden(hidden, len(self._system.value))
        if plain := tight(self._system, counts, self._guarded):
            return plain
        found: list[Reason] = []
        for block in blocks(self._system.matrix, counts, self._system.value):
            # A block met before is not attacked again.
            mark = block.columns.tobytes()
            if mark not in self._known:
                self._known[mark] = [
                    leak.reason for leak in leaks(self._system, block, self._guarded)
                ]
            found.extend(self._known[mark])
        return found

    def without_needless(self, hidden: Flags) -> Flags:
        """Show again what need not be hidden, the dearest first.

        A reason holds whatever else is hidden: most rows turn out to be needed without an attack.
        """
        extra = np.flatnonzero(hidden & ~self._rows.hidden)
        for one in extra[np.argsort(-self._rows.cost[extra], kind="stable")].tolist():
            less = hidden.copy()
            less[one] = False
            why = self._why_not(less, one)
            if not why:
                hidden = less
            self._found.update(why)
        return hidden

    def _why_not(self, less: Flags, shown: int) -> Sequence[Reason]:
        """Why a row must not be shown again; nothing if no reason was found."""
        counts = self._rows.leave_hidden(less, len(self._system.value))
        still = set(np.flatnonzero(counts).tolist())
        if met := next((one for one in self._found if one.isdisjoint(still)), None):
            return [met]
        if plain := tight(self._system, counts, self._guarded):
            return plain
        near = _near(self._system, self._rows, shown)
        every = blocks(self._system.matrix, counts, self._system.value)
        touched = [block for block in every if near[block.columns].any()]
        guarded = self._guarded
        asked = [guarded & near, guarded]
        found = (
            leak.reason
            for some in asked
            for block in touched
            for leak in leaks(self._system, block, some)
        )
        return list(islice(found, 1))


def _cheapest(rows: Rows, kept: Flags, reasons: Sequence[Reason]) -> Flags:
    """The cheapest rows that, with those kept hidden, satisfy every reason.

    Variables are rows and counts: a count is hidden only if every row that shows it is.
    """
    counts = sorted({one for reason in reasons for one in reason})
    place = {one: at for at, one in enumerate(counts)}
    shows = np.isin(rows.count, counts) & ~kept[rows.row]
    row, of = rows.row[shows], np.array([place[one] for one in rows.count[shows].tolist()], int)
    used, row = np.unique(row, return_inverse=True)
    cover = _incidence(reasons, place)
    pairs = len(row)
    at = np.arange(pairs)
    # row − count ≥ 0 for each pair.
    link = sparse.csr_array(
        (np.repeat([1.0, -1.0], pairs), (np.tile(at, 2), np.concatenate([row, len(used) + of]))),
        shape=(pairs, len(used) + len(counts)),
    )
    met = sparse.csr_array(sparse.hstack([sparse.csr_array((len(reasons), len(used))), cover]))
    cost = np.concatenate([rows.cost[used], np.zeros(len(counts))])
    limits = optimize.LinearConstraint(
        sparse.vstack([link, met]), np.concatenate([np.zeros(pairs), np.ones(len(reasons))])
    )
    solved = optimize.milp(
        cost,
        constraints=limits,
        bounds=optimize.Bounds(0, 1),
        integrality=np.ones(len(cost)),
        options={"node_limit": _NODES, "mip_rel_gap": _GAP},
    )
    chosen = np.zeros(len(rows.cost), bool)
    chosen[used[solved.x[: len(used)] > 0.5]] = True
    return chosen


def _incidence(reasons: Sequence[Reason], place: dict[int, int]) -> sparse.csr_array:
    at = np.repeat(np.arange(len(reasons)), [len(one) for one in reasons])
    column = np.array([place[one] for reason in reasons for one in sorted(reason)], int)
    return sparse.csr_array((np.ones(len(at)), (at, column)), shape=(len(reasons), len(place)))


def _near(system: System, rows: Rows, row: int) -> Flags:
    """The counts that stand in an equation with a count of a row."""
    there = np.zeros(len(system.value), bool)
    there[rows.count[rows.row == row]] = True
    matrix = abs(system.matrix)
    near: Flags = matrix.T @ (matrix @ there) > 0
    return near
