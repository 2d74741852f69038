"""The fewest rows that must be hidden, by every choice there is.

To hide more never makes anything less safe. So if a choice is not safe, at least one row outside
it must be hidden, and the same of any larger choice that is still not safe: all choices are
written down, and those that such findings rule out are struck off until the smallest left is safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from intruder.literal import unsafe
from intruder.releases import Release

Safe = Callable[[np.ndarray], bool]


def must_hide(release: Release, hidden_up_to: int, least_behind: int) -> np.ndarray:
    """Rows that tell a small count, or a figure of too few."""
    flags = []
    for keys, unit in zip(release.sides, release.rows["unit"], strict=True):
        counts = [release.truth[key] for key in keys]
        few = unit not in ("persons", "spells", "offers") and 0 < counts[-1] < least_behind
        flags.append(few or any(1 <= count <= hidden_up_to for count in counts))
    return np.array(flags, bool) & (release.rows["source"] == "register").to_numpy()


def may_hide(release: Release, first: np.ndarray) -> np.ndarray:
    """Places of the rows that may be hidden or shown: a zero is shown, what is out already too."""
    zero = np.array([all(release.truth[key] == 0 for key in keys) for keys in release.sides], bool)
    return np.flatnonzero(~first & ~zero & (release.rows["source"] == "register").to_numpy())


def fewest(release: Release, hidden_up_to: int, least_behind: int) -> int:
    """How many rows beside those that must be hidden anyway.

    Args:
        release: An internal table.
        hidden_up_to: Counts of 1 up to this are hidden.
        least_behind: Smallest denominator that is shown.
    """
    first = must_hide(release, hidden_up_to, least_behind)
    rows = may_hide(release, first)

    def safe(chosen: np.ndarray) -> bool:
        hidden = first.copy()
        hidden[rows[chosen]] = True
        return not unsafe([hide(release, hidden)], hidden_up_to)

    choices = _choices(len(rows))
    while True:
        smallest = choices[choices.sum(axis=1).argmin()]
        if safe(smallest):
            return int(smallest.sum())
        outside = ~_largest_unsafe(smallest, safe)
        choices = choices[(choices & outside).any(axis=1)]


def _choices(rows: int) -> np.ndarray:
    """Every choice of so many rows, one a row."""
    numbers = np.arange(2**rows)[:, None]
    return (numbers >> np.arange(rows)) % 2 == 1


def _largest_unsafe(chosen: np.ndarray, safe: Safe) -> np.ndarray:
    """A choice with this in it that is not safe, and is with any further row."""
    for at in np.flatnonzero(~chosen):
        more = chosen.copy()
        more[at] = True
        if not safe(more):
            chosen = more
    return chosen


def hide(release: Release, hidden: np.ndarray) -> Release:
    status = np.where(hidden, "suppressed", release.rows["status"])
    return replace(release, rows=release.rows.assign(status=status))


def hopeless(
    release: Release, published: Sequence[Release], hidden_up_to: int, least_behind: int
) -> bool:
    """Whether a table cannot be published beside others, or only with nothing shown."""
    first = must_hide(release, hidden_up_to, least_behind)
    rows = may_hide(release, first)
    hidden = first.copy()
    hidden[rows] = True
    if unsafe([*published, hide(release, hidden)], hidden_up_to):
        return True
    if not hidden.all():
        return False
    for shown in rows:
        less = hidden.copy()
        less[shown] = False
        if not unsafe([*published, hide(release, less)], hidden_up_to):
            return False
    return True
