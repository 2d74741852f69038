"""What a single equation gives away: the plainest reasons, found without a linear programme."""

from __future__ import annotations

import numpy as np

from indicators.disclosure.cells import Flags
from indicators.disclosure.linear import TOLERANCE
from indicators.disclosure.safety import System


def tight(system: System, hidden: Flags, guarded: Flags) -> list[frozenset[int]]:
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
        _others(system, hidden, equation)
        for equation in np.flatnonzero(concerns_guarded & (alone | one_side & little)).tolist()
    ]


def _others(system: System, hidden: Flags, equation: int) -> frozenset[int]:
    start, end = system.matrix.indptr[equation : equation + 2]
    counts = system.matrix.indices[start:end]
    return frozenset(counts[system.coverable[counts] & ~hidden[counts]].tolist())
