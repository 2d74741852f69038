"""Which further rows to hide, so that what must be hidden is safe: as few as possible.

The attack is asked why a count is not safe, and each reason is a set of counts of which one at
least must be hidden. The cheapest rows that satisfy all reasons met so far are then hidden, and
the attack is asked again, until it finds nothing: rows chosen so are the fewest there are, by the
argument of Benders' decomposition. (Fischetti & Salazar-González, Management Science 47, 2001.)
That is for small tables; large ones are left to :mod:`indicators.disclosure.witnesses`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from scipy import optimize, sparse  # type: ignore[import-untyped]

from indicators.disclosure.cells import Flags
from indicators.disclosure.linear import blocks
from indicators.disclosure.rows import Rows
from indicators.disclosure.safety import System, leaks
from indicators.disclosure.tight import tight
from indicators.disclosure.witnesses import choose_by_witnesses, without_lost

_MANY = 60
"""Reasons beyond which the fewest rows are not looked for any longer: few are enough."""

_NODES = 100
_GAP = 0.02
"""Search nodes in one choice, and how far it may be from the cheapest: exact on small tables."""

Reason = frozenset[int]


def choose(system: System, rows: Rows, guarded: Flags) -> Flags | None:
    """Choose the rows to hide.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.

    Returns:
        Hidden rows, those that must be among them; None if hiding everything would not help.
    """
    guarded = without_lost(system, rows, guarded)
    try:
        return _Search(system, rows, guarded).fewest()
    except _TooLargeError:
        return choose_by_witnesses(system, rows, guarded)


class _TooLargeError(Exception):
    """The table is too large for the fewest rows to be found."""


class _Search:
    """The search for the fewest rows to hide, with what it has found out.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
    """

    def __init__(self, system: System, rows: Rows, guarded: Flags) -> None:
        self._system, self._rows, self._guarded = system, rows, guarded
        self._found: set[Reason] = set()
        self._known: dict[bytes, list[Reason]] = {}

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
            if len(self._found) > _MANY:
                raise _TooLargeError
            hidden = self._rows.hidden | _cheapest(self._rows, sorted(self._found, key=sorted))
        return hidden

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
                told = leaks(self._system, block, self._guarded)
                self._known[mark] = [leak.reason for leak in islice(told, _MANY + 1)]
            found.extend(self._known[mark])
            if len(found) > _MANY:
                break
        return found


def _cheapest(rows: Rows, reasons: Sequence[Reason]) -> Flags:
    """The cheapest rows that, with those that must be hidden, satisfy every reason.

    Variables are rows and counts: a count is hidden only if every row that shows it is.
    """
    counts = sorted({one for reason in reasons for one in reason})
    place = {one: at for at, one in enumerate(counts)}
    shows = np.isin(rows.count, counts) & ~rows.hidden[rows.row]
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
