"""The attack written from the contract's text: every count an unknown, every identity an equation.

The attacker is the strongest the contract allows: of each identity it is known whether it holds
for everybody in that cell or only up to some who are counted in the total alone (no residence on
record). A count is one in all tables of a vintage; whether a later vintage has changed it is
seen only where both show it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from intruder.figures import DIMENSIONS, SUMS
from intruder.releases import Release
from intruder.towns import Key

Unknown = tuple[Key, int, str]
"""A count, what it is, and the vintage that tells it: empty where it is shown as that in any."""

SMALL = 1e-6
FAR = 1e5


@dataclass(frozen=True, eq=False)
class Told:
    """What some releases tell together; ``shares`` are told only above the line of a share.

    Those may be 0 and hidden all the same: with a denominator that is small.
    """

    known: Mapping[Unknown, int]
    hidden: tuple[Unknown, ...]
    shares: frozenset[Key]
    equations: frozenset[tuple[frozenset[tuple[Unknown, int]], int]]


def read(releases: Sequence[Release]) -> Told:
    """Everything that the releases show and hide, and what adds up."""
    shown: set[tuple[Key, int]] = set()
    for one in releases:
        secret = (one.rows["status"] == "suppressed").to_numpy()
        for at in np.flatnonzero(~secret):
            shown |= {(key, one.truth[key]) for key in one.sides[at]}
    views = list(_views(releases))
    held = {view.unknown(key, shown) for view in views for key in view.held}
    equations = frozenset(made for view in views for made in _equations(view, shown))
    hidden = tuple(sorted(one for one in held if one[2]))
    plain = {keys[-1] for one in releases for keys in one.sides}
    shares = frozenset(one[0] for one in hidden) - plain
    return Told({one: one[1] for one in held if not one[2]}, hidden, shares, equations)


@dataclass(frozen=True, eq=False)
class _View:
    """Counts that are read together, with the vintage that tells each; those left out are 0."""

    truth: Mapping[Key, int]
    groups: Mapping[str, tuple[str, ...]]
    newest: Mapping[Key, int]
    held: Mapping[Key, str]
    carried: frozenset[tuple[str, int, str, str]]

    def unknown(self, key: Key, shown: set[tuple[Key, int]]) -> Unknown:
        one = (key, self.truth[key])
        return (*one, "" if one in shown else self.held[key])

    def mixes(self, *keys: Key) -> bool:
        """Whether some are of an older vintage than the newest: they need not add up."""
        return any(self.truth.get(one) != self.newest.get(one) for one in keys)

    def has(self, key: Key) -> bool:
        return key in self.held or self.zero(key)

    def zero(self, key: Key) -> bool:
        name, month, _, population, dimension, _ = key
        left_out = (name, month, population, dimension) in self.carried
        return key not in self.held and left_out and self.truth.get(key) == 0


def _views(releases: Sequence[Release]) -> Iterator[_View]:
    """Each release by itself, and all of them together as the newest tells each count."""
    truths: dict[Key, int] = {}
    every: dict[Key, str] = {}
    for one in releases:
        vintage = "".join(one.rows["vintage"].unique())
        held = {key: vintage for keys in one.sides for key in keys}
        truths |= {key: one.truth[key] for key in held}
        every |= held
        yield _view(one.truth, one, held)
    if len(releases) > 1:
        yield _view(releases[-1].truth | truths, releases[-1], every)


def _view(truth: Mapping[Key, int], of: Release, held: Mapping[Key, str]) -> _View:
    carried = frozenset((name, month, who, by) for name, month, _, who, by, _ in held)
    return _View(truth, of.groups, of.truth, held, carried)


def _equations(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[tuple[frozenset[tuple[Unknown, int]], int]]:
    """Terms with their signs, the total's −1, and the sign of a slack where there is one."""
    areas = {key[2] for key in view.held}
    for total in view.held:
        for parts in _parts(total, areas, view.groups):
            there = [one for one in parts if view.has(one)]
            told = [one for one in there if not view.zero(one)]
            gap = sum(view.truth[one] for one in told) - view.truth[total]
            if gap and view.mixes(total, *there):
                continue
            # Parts that nobody tells are not below zero.
            if len(there) < len(parts) and (gap > 0 or not told):
                continue
            terms = {(one, 1) for one in told} | {(total, -1)}
            named = frozenset((view.unknown(key, shown), sign) for key, sign in terms)
            yield named, 1 if len(there) < len(parts) else int(np.sign(-gap))


def _parts(
    total: Key, areas: set[str], groups: Mapping[str, tuple[str, ...]]
) -> Iterator[list[Key]]:
    name, month, area, population, dimension, category = total
    if dimension == "total":
        for by, categories in DIMENSIONS.items():
            yield [(name, month, area, population, by, one) for one in categories]
    for members in _members(area, areas, groups):
        yield [(name, month, one, population, dimension, category) for one in members]
    if name in SUMS:
        yield [(one, month, area, population, dimension, category) for one in SUMS[name]]


def _members(
    area: str, areas: set[str], groups: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    towns = tuple(sorted(one for one in areas if one.startswith("KU")))
    if area in groups:
        yield groups[area]
    elif not area.startswith("KU") and towns:
        yield towns
    if area == "SSS" and "MK07" in areas:
        yield ("MK07",)


class Attacker:
    """Bounds of hidden counts, by linear programming over all that is told.

    Args:
        told: What is told.
        zeros_known: Whether it is known that a count of 0 is never hidden for its own sake.
    """

    def __init__(self, told: Told, *, zeros_known: bool) -> None:
        self._place = {one: at for at, one in enumerate(told.hidden)}
        self._left, self._right = _matrix(told, self._place)
        floors = [float(zeros_known and one[0] not in told.shares) for one in told.hidden]
        slacks = self._left.shape[1] - len(floors)
        self._limits = [(low, FAR) for low in floors] + [(0.0, FAR)] * slacks
        self._met = np.empty((0, len(self._limits)))

    def met(self, one: Unknown) -> tuple[float, float]:
        """Smallest and largest value of a count in the solutions met so far."""
        column = self._met[:, self._place[one]]
        return (column.min(), column.max()) if len(column) else (np.inf, -np.inf)

    def bounds(self, one: Unknown) -> tuple[float, float]:
        """Smallest and largest value a count can have."""
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self._limits))
            cost[self._place[one]] = sign
            self._met = np.vstack([self._met, self._solve(cost)])
        return self.met(one)

    def _solve(self, cost: np.ndarray) -> np.ndarray:
        solved = linprog(cost, A_eq=self._left, b_eq=self._right, bounds=self._limits)
        assert solved.status == 0, solved.message
        return solved.x


def _matrix(told: Told, place: Mapping[Unknown, int]) -> tuple[np.ndarray, np.ndarray]:
    """Equations between the hidden counts; one that holds none is checked and left out."""
    left, right, slack = [], [], []
    for terms, loose in told.equations:
        row, rest = np.zeros(len(place)), 0.0
        for one, sign in terms:
            if one in place:
                row[place[one]] += sign
            else:
                rest += sign * told.known[one]
        if row.any():
            left.append(row)
            right.append(-rest)
            slack.append(loose)
    signs = np.diag(np.array(slack, float))[:, np.flatnonzero(slack)] if slack else np.zeros((0, 0))
    rows = np.array(left) if left else np.zeros((0, len(place)))
    return np.hstack([rows, signs]), np.array(right)


def unsafe(releases: Sequence[Release], hidden_up_to: int) -> list[Unknown]:
    """Hidden counts of 1 up to a limit that are not safe, as section 6 of the contract has it."""
    told = read(releases)
    anything, positive = (Attacker(told, zeros_known=known) for known in (False, True))
    small = [one for one in told.hidden if 1 <= one[1] <= hidden_up_to]
    return [
        one
        for one in small
        if not (_any_of(anything, one, hidden_up_to) and _two_values(positive, one))
    ]


def _any_of(attacker: Attacker, one: Unknown, hidden_up_to: int) -> bool:
    """Whether it may still be any of 1 … the limit."""
    for ask in (attacker.met, attacker.bounds):
        low, high = ask(one)
        if low <= 1 + SMALL and high >= hidden_up_to - SMALL:
            return True
    return False


def _two_values(attacker: Attacker, one: Unknown) -> bool:
    """Whether it is not told exactly."""
    for ask in (attacker.met, attacker.bounds):
        low, high = ask(one)
        if high > -np.inf and np.floor(high + SMALL) > np.ceil(low - SMALL):
            return True
    return False
