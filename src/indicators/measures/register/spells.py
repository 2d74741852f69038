"""Spells joined from records: unemployment, and services with their renewals."""

from __future__ import annotations

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

    runs: Runs
    group: NDArray[np.int64]

    @property
    def ended(self) -> Runs:
        """Those that have ended, in the same order."""
        return self.runs.where(has_ended(self.runs))


def has_ended(runs: Runs) -> Mask:
    """Which spells on the line of days are not open."""
    ended: Mask = day_of(runs.stop) <= OPEN
    return ended


def unemployment_spells(codes: Runs, code: NDArray[np.int64], *, merge_layoff: bool) -> Runs:
    """Unemployment spells (contract, section 4): chains of codes 02 and 03.

    Args:
        codes: Employment-code spells on the line of days, in any order.
        code: A value of :data:`UNEMPLOYED`; any other for other codes.
        merge_layoff: Whether the two make one spell; else each is a spell apart.
    """
    kinds = [code > 0] if merge_layoff else [code == one for one in UNEMPLOYED.values()]
    # A spell that starts the day after another ends starts where that one stops.
    chains = [merge(codes.start[kind], codes.stop[kind]) for kind in kinds]
    start = np.concatenate([chain.start for chain in chains])
    stop = np.concatenate([chain.stop for chain in chains])
    order = np.argsort(start, kind="stable")
    return Runs(start[order], stop[order])


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
