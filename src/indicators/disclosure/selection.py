"""Which further rows to hide, so that what must be hidden is safe: as few as possible.

The attack is asked why a count is not safe, and each reason is a set of counts of which one at
least must be hidden. The cheapest rows that satisfy all reasons met so far are then hidden, and
the attack is asked again, until it finds nothing: rows chosen so are the fewest there are, by the
argument of Benders' decomposition. (Fischetti & Salazar-González, Management Science 47, 2001.)
That is for small tables; large ones are left to :mod:`indicators.disclosure.witnesses`.
"""

from __future__ import annotations

from itertools import islice

from indicators.disclosure.cells import Flags
from indicators.disclosure.covering import Reason, cheapest_cover
from indicators.disclosure.linear import blocks
from indicators.disclosure.rows import Rows
from indicators.disclosure.safety import System, leaks
from indicators.disclosure.tight import tight
from indicators.disclosure.witnesses import choose_by_witnesses, without_lost
from indicators.disclosure.worlds import Worlds

_MANY = 30
"""Reasons beyond which the fewest rows are not looked for any longer: few are enough."""


def choose(system: System, rows: Rows, guarded: Flags) -> tuple[Flags, Worlds] | None:
    """Choose the rows to hide.

    Args:
        system: What the attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.

    Returns:
        Hidden rows, those that must be among them, and other values that the counts could have, as
        far as any were met; None if hiding everything would not help.
    """
    guarded = without_lost(system, rows, guarded)
    try:
        fewest = _Search(system, rows, guarded).fewest()
    except _TooLargeError:
        fewest = None
    # Where counts are not known the prices of a programme need not name what helps.
    if fewest is None:
        return choose_by_witnesses(system, rows, guarded)
    return fewest, Worlds.of(system.value, [])


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
            hidden = self._rows.hidden | cheapest_cover(self._rows, sorted(self._found, key=sorted))
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
                unsafe = leaks(self._system, block, self._guarded)
                self._known[mark] = [leak.reason for leak in islice(unsafe, _MANY + 1)]
            found.extend(self._known[mark])
            if len(found) > _MANY:
                break
        return found
