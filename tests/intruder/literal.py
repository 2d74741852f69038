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
    CROSSED,
    DIMENSIONS,
    OVERLAPPING,
    PARTS_OF,
    RINGS,
    SHARES,
    SUMS,
    categories,
    within,
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
    for item in releases:
        secret = (item.rows["status"] == "suppressed").to_numpy()
        for at in np.flatnonzero(~secret):
            shown |= {(key, item.truth[key]) for key in item.sides[at]}
    views = list(_views(releases))
    counts = {view.unknown(key, shown) for view in views for key in view.held}
    equations = {equation for view in views for equation in _equations(view, shown)}
    differences = {equation for view in views for equation in _differences(view, shown)}
    equations |= {(terms, 0) for terms in differences}
    bounds = {(terms, 1) for view in views for terms in _inequalities(view, shown)}
    known = {item: item[1] for item in counts if not item[2]}
    unwritten = {item for terms in differences for item, _ in terms} - counts
    hidden = tuple(sorted({item for item in counts if item[2]} | unwritten))
    plain = {keys[-1] for item in releases for keys in item.sides}
    shares = frozenset(item[0] for item in hidden) - plain
    return Told(known, hidden, shares, frozenset(equations | bounds))


@dataclass(frozen=True, eq=False)
class _View:
    """Counts that are read together, with the vintage that tells each; those left out are 0."""

    truth: Mapping[Key, int]
    newest: Mapping[Key, int]
    held: Mapping[Key, str]
    carried: frozenset[tuple[str, int, str, str]]

    def unknown(self, key: Key, shown: set[tuple[Key, int]]) -> Unknown:
        count = (key, self.truth[key])
        return (*count, "" if count in shown else self.held[key])

    def mixes(self, *keys: Key) -> bool:
        """Whether some are of an older vintage than the newest: they need not add up."""
        return any(self.truth.get(key) != self.newest.get(key) for key in keys)

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
    for release in releases:
        vintage = "".join(release.rows["vintage"].unique())
        vintage_of_key = {key: vintage for keys in release.sides for key in keys}
        truths |= {key: release.truth[key] for key in vintage_of_key}
        every |= vintage_of_key
        yield _view(release.truth, release, vintage_of_key)
    if len(releases) > 1:
        yield _view(releases[-1].truth | truths, releases[-1], every)


def _view(
    truth: Mapping[Key, int], newest_release: Release, vintage_of_key: Mapping[Key, str]
) -> _View:
    carried = frozenset((name, month, group, by) for name, month, _, group, by, _ in vintage_of_key)
    return _View(truth, newest_release.truth, vintage_of_key, carried)


def _equations(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[tuple[frozenset[tuple[Unknown, int]], int]]:
    """Terms with their signs, the total's −1, and the sign of a slack where there is one."""
    areas = {key[2] for key in view.held}
    for total in view.held:
        for parts in _parts(total, areas):
            present = [part for part in parts if view.has(part)]
            not_zero = [part for part in present if not view.zero(part)]
            gap = sum(view.truth[part] for part in not_zero) - view.truth[total]
            if gap and view.mixes(total, *present):
                continue
            # Parts that nobody tells are not below zero.
            if len(present) < len(parts) and (gap > 0 or not not_zero):
                continue
            terms = {(part, 1) for part in not_zero} | {(total, -1)}
            named = frozenset((view.unknown(key, shown), sign) for key, sign in terms)
            yield named, 1 if len(present) < len(parts) else int(np.sign(-gap))
    yield from _alike(view, shown)


def _alike(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[tuple[frozenset[tuple[Unknown, int]], int]]:
    """Two crossings add up to the same by what they have in common, told or not."""
    places = {(key[:4], key[4]) for key in view.held if "*" in key[4]}
    for place, one in places:
        for other in (by for by in CROSSED if (place, by) in places and by > one):
            common = [name for name in one.split("*") if name in other.split("*")]
            margin = "*".join(common)
            if not common or margin in (one, other):
                continue
            for category in categories(margin):
                terms = {
                    ((*place, by, item), sign)
                    for by, sign in ((one, 1), (other, -1))
                    for item in within(margin, category, by) or ()
                }
                told = {(key, sign) for key, sign in terms if key in view.held}
                every = all(view.has(key) for key, _ in terms)
                if every and sum(view.truth[key] * sign for key, sign in told) == 0:
                    yield frozenset((view.unknown(key, shown), sign) for key, sign in told), 0


def _parts(total: Key, areas: set[str]) -> Iterator[list[Key]]:
    name, month, area, population, dimension, category = total
    if dimension == "total":
        for by, every in DIMENSIONS.items():
            yield [(name, month, area, population, by, item) for item in every]
    for by in CROSSED:
        inside = within(dimension, category, by)
        if inside is not None:
            yield [(name, month, area, population, by, item) for item in inside]
    for members in _members(area, areas):
        yield [(name, month, item, population, dimension, category) for item in members]
    if name in SUMS:
        yield [(item, month, area, population, dimension, category) for item in SUMS[name]]


def _members(area: str, areas: set[str]) -> Iterator[tuple[str, ...]]:
    towns = tuple(sorted(code for code in areas if code.startswith("KU") and "+" not in code))
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
                others = [item for item in SUMS.get(above, ()) if item != below]
                rest = others[0] if len(others) == 1 else f"{above} - {below}"
                part = (below, month, area, population, *place)
                yield whole, part, (rest, month, area, population, *place)
        if name in COHORT:
            later = COHORT[COHORT.index(name) + 1 :]
            for at, item in enumerate(later):
                part = (item, month, area, population, *place)
                between = [(mid, *part[1:]) for mid in later[:at]]
                if not any(mid in view.held for mid in between):
                    yield whole, part, (f"{name} - {item}", month, area, population, *place)
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
                    rest = "+".join(item for item in members if item not in inside)
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
            own_towns, other_towns = area.split("+"), other.split("+")
            both, alone = set(own_towns) & set(other_towns), set(own_towns) - set(other_towns)
            key = (name, month, other, *place)
            if both and alone and set(other_towns) - set(own_towns) and key in view.held:
                pieces = [
                    "+".join(item for item in own_towns if item in item_group)
                    for item_group in (both, alone)
                ]
                keys = [(name, month, piece, *place) for piece in pieces]
                if sum(view.newest.get(item, -1) for item in keys) != view.truth[whole]:
                    continue
                terms = {(view.unknown(whole, shown), 1)}
                for item in keys:
                    if item in view.held:
                        terms.add((view.unknown(item, shown), -1))
                    else:
                        terms.add(((item, view.newest[item], _UNWRITTEN[1]), -1))
                if sum(item_group[1] * sign for item_group, sign in terms) == 0:
                    yield frozenset(terms)


def _inequalities(
    view: _View, shown: set[tuple[Key, int]]
) -> Iterator[frozenset[tuple[Unknown, int]]]:
    """Parts with sign 1 that are at most the whole, with −1."""
    for whole in view.held:
        name, month, area, population, dimension, category = whole
        lists = [[(item, *whole[1:]) for item in parts] for parts in PARTS_OF.get(name, ())]
        if name in OVERLAPPING:
            if dimension == "total":
                lists += [
                    [(name, month, area, population, by, item)]
                    for by, every in DIMENSIONS.items()
                    for item in every
                ]
            lists += [
                [(name, month, area, population, by, item)]
                for by in CROSSED
                for item in within(dimension, category, by) or ()
            ]
            if "+" in area:
                lists += [[(name, month, item, *whole[3:])] for item in area.split("+")]
        for parts in lists:
            shown_parts = [item for item in parts if item in view.held]
            if shown_parts and sum(view.truth[item] for item in shown_parts) <= view.truth[whole]:
                terms = {(item, 1) for item in shown_parts} | {(whole, -1)}
                yield frozenset((view.unknown(key, shown), sign) for key, sign in terms)


class Attacker:
    """Bounds of hidden counts, by linear programming over all that is told.

    Args:
        told: What is told.
        zeros_known: Whether it is known that a count of 0 is never hidden for its own sake.
    """

    def __init__(self, evidence: Told, *, zeros_known: bool) -> None:
        self._place = {count: at for at, count in enumerate(evidence.hidden)}
        self._left, self._right = _matrix(evidence, self._place)
        floors = [
            float(
                zeros_known
                and count[0] not in evidence.shares
                and not count[2].startswith(_UNWRITTEN)
            )
            for count in evidence.hidden
        ]
        slacks = self._left.shape[1] - len(floors)
        self._limits = [(low, FAR) for low in floors] + [(0.0, FAR)] * slacks
        self._met = np.empty((0, len(self._limits)))

    def met(self, count: Unknown) -> tuple[float, float]:
        """Smallest and largest value of a count in the solutions met so far."""
        column = self._met[:, self._place[count]]
        return (column.min(), column.max()) if len(column) else (np.inf, -np.inf)

    def bounds(self, count: Unknown) -> tuple[float, float]:
        """Smallest and largest value a count can have."""
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self._limits))
            cost[self._place[count]] = sign
            self._met = np.vstack([self._met, self._solve(cost)])
        return self.met(count)

    def _solve(self, cost: np.ndarray) -> np.ndarray:
        solved = linprog(cost, A_eq=self._left, b_eq=self._right, bounds=self._limits)
        assert solved.status == 0, solved.message
        return solved.x


def _matrix(evidence: Told, place: Mapping[Unknown, int]) -> tuple[np.ndarray, np.ndarray]:
    """Equations between the hidden counts; one that holds none is checked and left out."""
    left, right, slack = [], [], []
    for terms, loose in evidence.equations:
        row, rest = np.zeros(len(place)), 0.0
        for count, sign in terms:
            if count in place:
                row[place[count]] += sign
            else:
                rest += sign * evidence.known[count]
        if row.any():
            left.append(row)
            right.append(-rest)
            slack.append(loose)
    signs = np.diag(np.array(slack, float))[:, np.flatnonzero(slack)] if slack else np.zeros((0, 0))
    rows = np.array(left) if left else np.zeros((0, len(place)))
    return np.hstack([rows, signs]), np.array(right)


def unsafe(releases: Sequence[Release], hidden_up_to: int) -> list[Unknown]:
    """Hidden counts of 1 up to a limit that are not safe, as section 6 of the contract has it."""
    evidence = read(releases)
    anything, positive = (Attacker(evidence, zeros_known=known) for known in (False, True))
    # What is in common to two groups is told by no difference of two counts.
    small = [
        count
        for count in evidence.hidden
        if 1 <= count[1] <= hidden_up_to and count[2] != _UNWRITTEN[1]
    ]
    return [
        count
        for count in small
        if not (_any_of(anything, count, hidden_up_to) and _two_values(positive, count))
    ]


def _any_of(attacker: Attacker, count: Unknown, hidden_up_to: int) -> bool:
    """Whether it may still be any of 1 … the limit."""
    for ask in (attacker.met, attacker.bounds):
        low, high = ask(count)
        if low <= 1 + SMALL and high >= hidden_up_to - SMALL:
            return True
    return False


def _two_values(attacker: Attacker, count: Unknown) -> bool:
    """Whether it is not told exactly."""
    for ask in (attacker.met, attacker.bounds):
        low, high = ask(count)
        if high > -np.inf and np.floor(high + SMALL) > np.ceil(low - SMALL):
            return True
    return False
