"""The rows of a table, and the counts that they show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.disclosure.cells import Flags, Floats, Ints


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
