"""Which further rows to hide, so that what must be hidden is safe: as few as possible.

The attack is asked why a count is not safe, and each reason is a set of counts of which one at
least must be hidden. The cheapest rows that satisfy all reasons met so far are then hidden, and
the attack is asked again, until it finds nothing: rows chosen so are the fewest there are, by the
argument of Benders' decomposition. (Fischetti & Salazar-González, Management Science 47, 2001.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags, Floats, Ints
from indicators.disclosure.linear import blocks
from indicators.disclosure.safety import Leak, System, leaks
from indicators.disclosure.tight import tight

_EXACT_REASONS = 300
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
    hidden, found = rows.hidden, set[Reason]()
    known: dict[bytes, list[Reason]] = {}
    while True:
        counts = rows.leave_hidden(hidden, len(system.value))
        # What a single equation tells is mended before the attack is asked.
        reasons = tight(system, counts, guarded) or _reasons(system, counts, guarded, known)
        if not reasons:
            return _without_needless(system, rows, guarded, hidden, found)
        if frozenset() in reasons:
            return None
        found.update(reasons)
        if len(found) <= _EXACT_REASONS:
            hidden = rows.hidden | _cheapest(rows, rows.hidden, sorted(found, key=sorted))
        else:
            hidden = hidden | _cheapest(rows, hidden, sorted(set(reasons), key=sorted))


def _reasons(
    system: System, hidden: Flags, guarded: Flags, known: dict[bytes, list[Reason]]
) -> list[Reason]:
    """Why counts are not safe, block by block; a block met before is not attacked again."""
    found: list[Reason] = []
    for block in blocks(system.matrix, hidden, system.value):
        mark = block.columns.tobytes()
        if mark not in known:
            known[mark] = [leak.reason for leak in leaks(system, block, guarded)]
        found.extend(known[mark])
    return found


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


def _without_needless(
    system: System, rows: Rows, guarded: Flags, hidden: Flags, found: set[Reason]
) -> Flags:
    """Show again what need not be hidden, the dearest first.

    A reason holds whatever else is hidden: most rows turn out to be needed without an attack.
    """
    reasons = list(found)
    extra = np.flatnonzero(hidden & ~rows.hidden)
    for one in extra[np.argsort(-rows.cost[extra], kind="stable")].tolist():
        less = hidden.copy()
        less[one] = False
        counts = rows.leave_hidden(less, len(system.value))
        still = set(np.flatnonzero(counts).tolist())
        if any(reason.isdisjoint(still) for reason in reasons):
            continue
        if plain := tight(system, counts, guarded):
            reasons.extend(plain)
            continue
        leak = _first_leak(system, counts, guarded, _near(system, rows, one))
        if leak is None:
            hidden = less
        else:
            reasons.append(leak.reason)
    return hidden


def _near(system: System, rows: Rows, row: int) -> Flags:
    """The counts that stand in an equation with a count of a row."""
    there = np.zeros(len(system.value), bool)
    there[rows.count[rows.row == row]] = True
    matrix = abs(system.matrix)
    near: Flags = matrix.T @ (matrix @ there) > 0
    return near


def _first_leak(system: System, hidden: Flags, guarded: Flags, near: Flags) -> Leak | None:
    """A leak in the blocks of some counts, if there is any; it is looked for near them first."""
    touched = [
        block for block in blocks(system.matrix, hidden, system.value) if near[block.columns].any()
    ]
    asked = (guarded & near, guarded)
    return next(
        (leak for some in asked for one in touched for leak in leaks(system, one, some)), None
    )
