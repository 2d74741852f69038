"""Money of fewer than ten persons that sums would give: what is hidden so that they do not.

An amount is hidden where too few persons stand behind it (contract, section 6). Where the whole and
all other parts of it are shown, it is what they leave: then a further part is hidden, so that what
is left is of ten persons or more. Counts are no matter of this module: to hide a row of money takes
nothing from what makes them safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.linalg import null_space
from scipy.sparse.csgraph import connected_components

from indicators.disclosure.count_names import MONEY_UNITS
from indicators.disclosure.counts import PUBLIC_SOURCES, Flags, Floats, Ints
from indicators.disclosure.memberships import Groups
from indicators.disclosure.rounding import PERSONS_BEHIND_EUROS, persons_behind

_COUNTRY, _MUNICIPALITY, _WHOLE = "SSS", "KU", "residents"
# Of more hidden amounts that hang together only sums with one unknown part are looked at.
_MOST_SOLVED = 400
_NOTHING = 1e-9
# A sum and the same a person are one amount; euros a month of work are of other persons.
_AMOUNT = frozenset({"euros", "euros_per_person"})
_CELL = ("indicator", "quantity", "month", "area", "population", "dimension", "category")


@dataclass(frozen=True, slots=True)
class _Family:
    """An amount and parts of it.

    Attributes:
        whole: Place of its cell.
        parts: Places of theirs.
        complete: Whether the parts are all there are; else others may be left.
    """

    whole: int
    parts: Ints
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Amounts:
    """Amounts of money, each in one or more rows.

    Attributes:
        persons: Behind each.
        is_some: Whether it is above 0: what is nothing for all takes no part in a sum.
        shown: Whether a row shows it; changed where more is hidden.
        families: How they add up.
    """

    persons: Floats
    is_some: Flags
    shown: Flags
    families: Sequence[_Family]

    def known(self, *, of_few: bool) -> Flags:
        """What a row shows, or what shown amounts and sums give.

        Args:
            of_few: Whether amounts of too few persons are among them, and all sums together are
                looked at; else only sums with one unknown part.
        """
        known = self.shown | ~self.is_some
        complete = [each for each in self.families if each.complete]
        if not complete:
            return known
        sums, many = _sums(complete, len(known)), of_few | (self.persons >= PERSONS_BEHIND_EUROS)
        while True:
            single = np.flatnonzero(abs(sums) @ (~known).astype(float) == 1)
            cells = np.unique(sums[single].indices)
            given = cells[many[cells] & ~known[cells]]
            if not len(given):
                return known | _determined(sums, ~known) if of_few else known
            known[given] = True

    def left(self, family: _Family, known: Flags) -> float:
        """Of how many persons it is what the known parts leave of the whole; 0 if of nobody."""
        if not known[family.whole] or not self.is_some[family.whole]:
            return 0.0
        parts = family.parts
        if family.complete:
            return float(self.persons[parts[~known[parts]]].sum())
        parts = parts[known[parts] & self.is_some[parts]]
        return float(self.persons[family.whole] - self.persons[parts].sum()) if len(parts) else 0.0

    def hide_more(self) -> bool:
        """Hide more where it is needed; False where it is not.

        A sum that leaves too few persons loses a further part, in all places in one go: what is
        hidden in one area often saves the same path of another. Then one amount more goes where
        several sums together still give one of too few.
        """
        known, changed = self.known(of_few=False), False
        for family in self.families:
            if 0 < self.left(family, known) < PERSONS_BEHIND_EUROS:
                parts = family.parts[self.shown[family.parts] & self.is_some[family.parts]]
                smallest = parts[np.argmin(self.persons[parts])] if len(parts) else family.whole
                changed |= bool(self.shown[smallest])
                self.shown[smallest] = known[smallest] = False
        return changed or self._hide_beside(self.known(of_few=True))

    def _hide_beside(self, known: Flags) -> bool:
        """Hide the amount of fewest persons near one of too few that is known all the same."""
        too_few = self.persons < PERSONS_BEHIND_EUROS
        told = np.flatnonzero(known & ~self.shown & self.is_some & too_few)
        candidates = np.flatnonzero(self.shown & self.is_some)
        if not len(told) or not len(candidates):
            return False
        near = [np.append(each.parts, each.whole) for each in self.families if each.complete]
        beside = [cells for cells in near if np.isin(told[0], cells)]
        chosen = np.intersect1d(candidates, np.concatenate([*beside, told[:0]]))
        chosen = chosen if len(chosen) else candidates
        self.shown[chosen[np.argmin(self.persons[chosen])]] = False
        return True


def _sums(families: Sequence[_Family], many: int) -> Any:
    """A row a family: its parts less its whole are nothing."""
    row = np.concatenate([np.full(len(each.parts) + 1, at) for at, each in enumerate(families)])
    column = np.concatenate([np.append(each.parts, each.whole) for each in families])
    sign = np.concatenate([np.append(np.ones(len(each.parts)), -1.0) for each in families])
    return sparse.csr_array((sign, (row, column)), shape=(len(families), many))


def _determined(sums: Any, unknown: Flags) -> Flags:
    """Unknown amounts that several sums together give: nothing that solves them moves these."""
    found, columns = np.zeros(len(unknown), bool), np.flatnonzero(unknown)
    matrix = sums[:, columns]
    _, part = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    for of in np.unique(part):
        inside = np.flatnonzero(part == of)
        if not 1 < len(inside) <= _MOST_SOLVED:
            continue
        block = matrix[:, inside].toarray()
        free = null_space(block[np.abs(block).any(axis=1)])
        found[columns[inside]] = (np.abs(free) < _NOTHING).all(axis=1)
    return found


def rows_that_sums_need_hidden(new: pd.DataFrame, hidden: Flags, groups: Groups) -> Flags:
    """Rows of money to hide so that no sum gives an amount of too few persons.

    Args:
        new: An internal long table, memberships apart.
        hidden: Rows that are hidden anyway.
        groups: Members by group code.
    """
    own = new["unit"].isin(MONEY_UNITS) & ~new["source"].isin(PUBLIC_SOURCES)
    rows = np.flatnonzero(own.to_numpy() & new["value"].notna().to_numpy())
    more = np.zeros(len(new), bool)
    if not len(rows) or not hidden[rows].any():
        return more
    place, amounts = _amounts(new.iloc[rows], hidden[rows], groups)
    before = amounts.shown.copy()
    while amounts.hide_more():
        pass
    more[rows] = (before & ~amounts.shown)[place] & ~hidden[rows]
    return more


def _amounts(rows: pd.DataFrame, hidden: Flags, groups: Groups) -> tuple[Ints, _Amounts]:
    """The amounts of rows of money, and the place of each row's."""
    quantity = rows["statistic"].astype(str).where(~rows["unit"].isin(_AMOUNT), "amount")
    cells = rows.assign(quantity=quantity)[list(_CELL)].astype(str)
    place: Ints = np.asarray(cells.groupby(list(_CELL), sort=False).ngroup(), np.int64)
    many = int(place.max()) + 1
    persons, is_some, shown = np.zeros(many), np.zeros(many, bool), np.zeros(many, bool)
    np.maximum.at(persons, place, np.nan_to_num(persons_behind(rows)))
    np.logical_or.at(is_some, place, rows["value"].to_numpy(float) != 0)
    np.logical_or.at(shown, place, ~hidden)
    unique = cells.assign(place=place).drop_duplicates("place")
    families = [*_by_dimension(unique), *_by_area(unique, groups), *_by_population(unique)]
    return place, _Amounts(persons, is_some, shown, families)


def _by_dimension(cells: pd.DataFrame) -> Iterator[_Family]:
    """The total and the categories of each dimension."""
    for _, alike in cells.groupby([name for name in _CELL if name not in _CELL[-2:]]):
        total = alike.loc[alike["dimension"] == "total", "place"]
        for _, parts in alike[alike["dimension"] != "total"].groupby("dimension"):
            if len(total):
                yield _Family(int(total.iloc[0]), parts["place"].to_numpy(np.int64), complete=True)


def _by_area(cells: pd.DataFrame, groups: Groups) -> Iterator[_Family]:
    """Groups and their members; the country and the municipalities that there are."""
    members = {code: set(of) - {code} for code, of in groups.items()}
    for _, alike in cells.groupby([name for name in _CELL if name != "area"]):
        place = dict(zip(alike["area"], alike["place"], strict=True))
        municipalities = {code for code in place if code.startswith(_MUNICIPALITY)}
        for code, of in {**members, _COUNTRY: municipalities}.items():
            parts = [place[each] for each in sorted(of) if each in place]
            if code in place and parts:
                # A member without a row has nothing; of the country some live nowhere on record.
                yield _Family(int(place[code]), np.array(parts, np.int64), code != _COUNTRY)


def _by_population(cells: pd.DataFrame) -> Iterator[_Family]:
    """Residents and each narrower population, which leaves others."""
    for _, alike in cells.groupby([name for name in _CELL if name != "population"]):
        place = dict(zip(alike["population"], alike["place"], strict=True))
        for population, part in place.items():
            if _WHOLE in place and population != _WHOLE:
                yield _Family(int(place[_WHOLE]), np.array([part], np.int64), complete=False)
