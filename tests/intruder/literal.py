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

from intruder.figures import (
    COHORT,
    DIMENSIONS,
    OVERLAPPING,
    PARTS_OF,
    RINGS,
    SHARES,
    SUMS,
)
from intruder.releases import Release
from intruder.towns import Key

Unknown = tuple[Key, int, str]
"""A count, what it is, and the vintage that tells it: empty where it is shown as that in any."""

_UNWRITTEN = ("by ", "in common")
"""How the vintage of a count begins that no row holds: it may be 0, and nobody says so."""

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
    equations = {made for view in views for made in _equations(view, shown)}
    differences = {made for view in views for made in _differences(view, shown)}
    equations |= {(terms, 0) for terms in differences}
    bounds = {(terms, 1) for view in views for terms in _inequalities(view, shown)}
    known = {one: one[1] for one in held if not one[2]}
    unwritten = {one for terms in differences for one, _ in terms} - held
    hidden = tuple(sorted({one for one in held if one[2]} | unwritten))
    plain = {keys[-1] for one in releases for keys in one.sides}
    shares = frozenset(one[0] for one in hidden) - plain
    return Told(known, hidden, shares, frozenset(equations | bounds))


@dataclass(frozen=True, eq=False)
class _View:
    """Counts that are read together, with the vintage that tells each; those left out are 0."""

    truth: Mapping[Key, int]
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
    return _View(truth, of.truth, held, carried)


def _equations(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[tuple[frozenset[tuple[Unknown, int]], int]]:
    """Terms with their signs, the total's −1, and the sign of a slack where there is one."""
    areas = {key[2] for key in view.held}
    for total in view.held:
        for parts in _parts(total, areas):
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


def _parts(total: Key, areas: set[str]) -> Iterator[list[Key]]:
    name, month, area, population, dimension, category = total
    if dimension == "total":
        for by, categories in DIMENSIONS.items():
            yield [(name, month, area, population, by, one) for one in categories]
    for members in _members(area, areas):
        yield [(name, month, one, population, dimension, category) for one in members]
    if name in SUMS:
        yield [(one, month, area, population, dimension, category) for one in SUMS[name]]


def _members(area: str, areas: set[str]) -> Iterator[tuple[str, ...]]:
    towns = tuple(sorted(one for one in areas if one.startswith("KU") and "+" not in one))
    if "+" in area:
        yield tuple(area.split("+"))
    elif not area.startswith("KU") and towns:
        yield towns
    if area == "SSS" and "MK07" in areas:
        yield ("MK07",)


def _differences(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[frozenset[tuple[Unknown, int]]]:
    """Counts that are told by a whole less a part: terms that come to nothing."""
    for whole, part, rest in _wholes(view):
        if whole in view.held and part in view.held:
            value = view.truth[whole] - view.truth[part]
            if value < 0:
                assert view.mixes(whole, part)
                continue
            if rest in view.held:
                # Where it is told as well, it is the same only if all are of one vintage.
                if view.truth[rest] == value:
                    terms = {(whole, 1), (part, -1), (rest, -1)}
                    yield frozenset((view.unknown(key, shown), sign) for key, sign in terms)
                continue
            yield frozenset(
                {
                    (view.unknown(whole, shown), 1),
                    (view.unknown(part, shown), -1),
                    ((rest, value, f"{_UNWRITTEN[0]}{view.held[whole]} {view.held[part]}"), -1),
                }
            )
    yield from _in_common(view, shown)


def _wholes(view: _View) -> Iterator[tuple[Key, Key, Key]]:
    """A whole, a part of it, and the count that they tell."""
    for whole in view.held:
        name, month, area, population, dimension, category = whole
        place = (dimension, category)
        for above, below in SHARES:
            if name == above and above in ("labour_force", "foreign_force", "young_force"):
                only = {
                    "foreign_force": ("origin", "foreign"),
                    "young_force": ("age_group", "15-24"),
                }
                key = (below, month, area, population, *only.get(above, place))
                yield whole, key, (f"{above} - {below}", month, area, population, *place)
            elif name == above:
                others = [one for one in SUMS.get(above, ()) if one != below]
                rest = others[0] if len(others) == 1 else f"{above} - {below}"
                part = (below, month, area, population, *place)
                yield whole, part, (rest, month, area, population, *place)
        if name in COHORT:
            later = COHORT[COHORT.index(name) + 1 :]
            for at, one in enumerate(later):
                part = (one, month, area, population, *place)
                between = [(mid, *part[1:]) for mid in later[:at]]
                if not any(mid in view.held for mid in between):
                    yield whole, part, (f"{name} - {one}", month, area, population, *place)
        for large, small in RINGS:
            if population == large:
                part = (name, month, area, small, *place)
                yield whole, part, (name, month, area, f"{large} - {small}", *place)
        if "+" in area:
            members = area.split("+")
            smaller = {key[2] for key in view.held if key[2].startswith("KU") and "+" in key[2]}
            for other in smaller:
                inside = other.split("+")
                if set(inside) < set(members):
                    rest = "+".join(one for one in members if one not in inside)
                    rest = f"{name} of {rest}" if name in OVERLAPPING else rest
                    part = (name, month, other, population, *place)
                    yield whole, part, (name, month, rest, population, *place)


def _in_common(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[frozenset[tuple[Unknown, int]]]:
    """Groups that overlap: each is what they have in common and what it has alone."""
    for whole in view.held:
        name, month, area, *place = whole
        groups = {key[2] for key in view.held if "+" in key[2]}
        for other in groups if "+" in area and name not in OVERLAPPING else ():
            mine, theirs = area.split("+"), other.split("+")
            both, alone = set(mine) & set(theirs), set(mine) - set(theirs)
            key = (name, month, other, *place)
            if both and alone and set(theirs) - set(mine) and key in view.held:
                pieces = ["+".join(one for one in mine if one in of) for of in (both, alone)]
                keys = [(name, month, piece, *place) for piece in pieces]
                if sum(view.newest.get(one, -1) for one in keys) != view.truth[whole]:
                    continue
                terms = {(view.unknown(whole, shown), 1)}
                for one in keys:
                    if one in view.held:
                        terms.add((view.unknown(one, shown), -1))
                    else:
                        terms.add(((one, view.newest[one], _UNWRITTEN[1]), -1))
                if sum(of[1] * sign for of, sign in terms) == 0:
                    yield frozenset(terms)


def _inequalities(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[frozenset[tuple[Unknown, int]]]:
    """Parts with sign 1 that are at most the whole, with −1."""
    for whole in view.held:
        name, month, area, population, dimension, _ = whole
        lists = [[(one, *whole[1:]) for one in parts] for parts in PARTS_OF.get(name, ())]
        if name in OVERLAPPING:
            if dimension == "total":
                lists += [
                    [(name, month, area, population, by, one)]
                    for by, every in DIMENSIONS.items()
                    for one in every
                ]
            if "+" in area:
                lists += [[(name, month, one, *whole[3:])] for one in area.split("+")]
        for parts in lists:
            told = [one for one in parts if one in view.held]
            if told and sum(view.truth[one] for one in told) <= view.truth[whole]:
                terms = {(one, 1) for one in told} | {(whole, -1)}
                yield frozenset((view.unknown(key, shown), sign) for key, sign in terms)


class Attacker:
    """Bounds of hidden counts, by linear programming over all that is told.

    Args:
        told: What is told.
        zeros_known: Whether it is known that a count of 0 is never hidden for its own sake.
    """

    def __init__(self, told: Told, *, zeros_known: bool) -> None:
        self._place = {one: at for at, one in enumerate(told.hidden)}
        self._left, self._right = _matrix(told, self._place)
        floors = [
            float(zeros_known and one[0] not in told.shares and not one[2].startswith(_UNWRITTEN))
            for one in told.hidden
        ]
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
    # What is in common to two groups is told by no difference of two counts.
    small = [one for one in told.hidden if 1 <= one[1] <= hidden_up_to and one[2] != _UNWRITTEN[1]]
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
