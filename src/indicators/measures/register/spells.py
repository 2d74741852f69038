"""Spells joined from records: unemployment, and services with their renewals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.days import OPEN
from indicators.measures.register.runs import (
    Keys,
    Mask,
    Runs,
    day_key,
    day_of,
    distinct,
    merge,
    person_of,
)
from indicators.register.schema import SERVICE_GROUPS

UNEMPLOYED = {"02": 2, "03": 3}
"""Employment codes of the unemployed: unemployed, and laid off full time."""

GROUPS = {group: at for at, group in enumerate(SERVICE_GROUPS)}
"""Place of each service group."""


@dataclass(frozen=True, slots=True)
class Services:
    """Service spells with their renewals.

    Attributes:
        runs: On the line of days, sorted by start; a person's may overlap.
        group: Place of the service group of each.
    """

    intervals: Runs
    group: NDArray[np.int64]

    @property
    def ended(self) -> Runs:
        """Those that have ended, in the same order."""
        return self.intervals.where(has_ended(self.intervals))


def has_ended(intervals: Runs) -> Mask:
    """Which spells on the line of days are not open."""
    ended: Mask = day_of(intervals.stop) <= OPEN
    return ended


@dataclass(frozen=True, slots=True)
class Unemployment:
    """Unemployment spells, and the days in them on which a person is unemployed.

    Attributes:
        spells: On the line of days, sorted by start; where codes 02 and 03 are apart a person's
            may overlap, as one may begin in a gap of the other.
        days: Runs of unemployed days, sorted by start: a spell without its gaps.
        spell: Position of the spell that each run of days is of.
    """

    spells: Runs
    days: Runs
    spell: NDArray[np.intp]


def unemployment_spells(
    codes: Runs, code: NDArray[np.int64], *, merge_layoff: bool, gap: int
) -> Unemployment:
    """Unemployment spells (contract, section 4): chains of codes 02 and 03.

    Args:
        codes: Employment-code spells on the line of days, in any order.
        code: A value of :data:`UNEMPLOYED`; any other for other codes.
        merge_layoff: Whether the two make one spell; else each is a spell apart.
        gap: A code spell belongs to the chain before it if it starts at most so many days after
            the latest end in it.
    """
    kinds = [code > 0] if merge_layoff else [code == value for value in UNEMPLOYED.values()]
    # Ends are exclusive here: what starts the day after another ends starts where that one stops.
    chains = [merge(codes.start[kind], codes.stop[kind], gap - 1) for kind in kinds]
    spells, order = _by_start(chains)
    if gap <= 1:
        return Unemployment(spells, spells, np.arange(len(spells)))
    pieces = [merge(codes.start[kind], codes.stop[kind]) for kind in kinds]
    of = [
        np.searchsorted(chain.start, piece.start, side="right") - 1
        for chain, piece in zip(chains, pieces, strict=True)
    ]
    before = np.cumsum([0, *map(len, chains)])[:-1]
    place = np.argsort(order)  # where each chain came to stand
    spell = place[np.concatenate([value + first for value, first in zip(of, before, strict=True)])]
    days, order = _by_start(pieces)
    return Unemployment(spells, days, spell[order])


def _by_start(parts: Sequence[Runs]) -> tuple[Runs, NDArray[np.intp]]:
    """All runs of some parts in order of start, and the order they are taken in."""
    start = np.concatenate([part.start for part in parts])
    stop = np.concatenate([part.stop for part in parts])
    order = np.argsort(start, kind="stable")
    return Runs(start[order], stop[order]), order


def joined_services(
    services: Runs, group: NDArray[np.int64], kind: NDArray[np.int64], gap: int
) -> Services:
    """Service spells with their renewals (contract, section 4).

    Args:
        services: Service spells on the line of days, in any order.
        group: Place of the service group of each.
        kind: Number of the kind of each, from 0.
        gap: A spell of the same person, group and kind renews those before if it starts at most
            so many days after the latest end among them.
    """
    # One lane a person, group and kind: joining is merging on a line of lanes.
    groups = len(GROUPS) + 1
    many = int(kind.max(initial=0)) + 1
    of = (person_of(services.start) * many + kind) * groups + group
    lanes = distinct(of)
    lane = np.searchsorted(lanes, of)
    joined = merge(_moved(lane, services.start), _moved(lane, services.stop), gap - 1)
    owner = lanes[person_of(joined.start)]
    person = owner // groups // many
    start, stop = _moved(person, joined.start), _moved(person, joined.stop)
    order = np.argsort(start, kind="stable")
    return Services(Runs(start[order], stop[order]), (owner % groups)[order])


def _moved(person: NDArray[np.int64], key: Keys) -> Keys:
    """The same days of other persons."""
    return day_key(person, day_of(key))
