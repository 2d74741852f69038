"""Indicator 25: which services the long-term unemployed have begun, one after another."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from indicators.catalogue.sequences import ARROW, LONGEST, NONE, SEQUENCES, STEP_OF, STEPS
from indicators.measures.register.accounts.paths import account_service_sequences
from indicators.measures.register.activation import long_term_stays
from indicators.measures.register.chunk import Chunk, days_at
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    day_key,
    day_of,
    distinct_keys,
    index_key,
    index_of,
    intersect,
    person_of,
    tiles,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, stock_status
from indicators.measures.register.stocks import stock_of
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "service_sequences"
_CATEGORIES = tuple(("sequence", sequence) for sequence in SEQUENCES)
_WINDOW = "sequence_window_months"


def count(chunk: Chunk) -> Tallies:
    """The long-term unemployed, and they by their sequence."""
    stays = long_term_stays(chunk, ID)
    services = chunk.services(chunk.job.choice(ID, "renewal_gap_days"))
    known = services.group < len(SERVICE_GROUPS)
    start, group = services.intervals.start[known], services.group[known]
    pieces = _pieces(chunk, stays, start)
    stock = chunk.stock(pieces)
    person = person_of(pieces.start)
    back = chunk.clock.back(chunk.job.choice(ID, _WINDOW))[index_of(pieces.start)]
    until = day_key(person, days_at(pieces.start, chunk.clock))
    sequence = sequence_places(start, group, day_key(person, back), until)
    own = tallies.OwnDimension(sequence[stock.stay], len(SEQUENCES))
    by_sequence = tallies.count_stock_by(chunk.axes, stock.entry, stock.leave, stock.code, own)
    return Tallies({"long_term": stock_of(chunk, stays), "by_sequence": by_sequence})


def _pieces(chunk: Chunk, stays: Intervals, start: Keys) -> Intervals:
    """The stays cut where a service comes into the window or goes out of it."""
    person, day = person_of(start), day_of(start)
    enters = index_key(person, chunk.clock.first_from(day))
    months = chunk.job.choice(ID, _WINDOW)
    leaves = index_key(person, chunk.clock.first_with_back(months, day))
    cuts = distinct_keys(np.concatenate([stays.start, enters, leaves]))
    return intersect(stays, tiles(cuts)).intervals


def sequence_places(
    start: Keys, group: NDArray[np.int64], after: Keys, until: Keys
) -> NDArray[np.int64]:
    """Place among all sequences of the one begun in each window: the first steps of the services.

    Args:
        start: First days of services, in order, on the line of days.
        group: Place of the group of each.
        after: Of each window the day before it, on the line of days.
        until: Of each window the last day, of the same person.
    """
    order = np.lexsort((group, start))
    start, kind = start[order], _STEP_OF_GROUP[group[order]]
    at = np.searchsorted(start, after, side="right")
    behind = np.searchsorted(start, until, side="right")
    following = np.append(_next_of_other_kind(kind), len(kind))
    kind = np.append(kind, len(STEPS))
    steps = np.full((LONGEST, len(after)), len(STEPS))
    for place in range(LONGEST):
        there = at < behind
        steps[place, there] = kind[at[there]]
        at = np.where(there, following[np.minimum(at, len(kind) - 1)], at)
    places: NDArray[np.int64] = _PLACE[tuple(steps)]
    return places


def _next_of_other_kind(kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each service the next one, of whomever, that is of another kind of step."""
    changes = np.flatnonzero(kind[1:] != kind[:-1]) + 1
    places: NDArray[np.int64] = np.append(changes, len(kind))
    return places[np.searchsorted(changes, np.arange(len(kind)), side="right")]


def _places() -> NDArray[np.int64]:
    """Place of the sequence of every three kinds of step, the last kind being none."""
    names, places = [*STEPS, ""], {name: at for at, name in enumerate(SEQUENCES)}
    table = np.full((len(names),) * LONGEST, -1)
    for steps in product(range(len(names)), repeat=LONGEST):
        sequence = ARROW.join(names[step] for step in steps if names[step]) or NONE
        table[steps] = places.get(sequence, -1)
    return table


_PLACE = _places()
_STEP_OF_GROUP = np.array([[*STEPS].index(STEP_OF[group]) for group in SERVICE_GROUPS])


def add_rows(totals: Totals, rows: Rows) -> None:
    """Persons, in all and by sequence."""
    persons = np.concatenate(
        [
            totals.stock("service_sequences.long_term"),
            totals.stock_by("service_sequences.by_sequence"),
        ],
        axis=-1,
    )
    figures = count_figures(persons, stock_status(totals.clock))
    rows.add("value", figures, categories=(*totals.categories, *_CATEGORIES))


MEASURE = Measure(
    ID,
    tables={"value": ("employment_code", "service")},
    count=count,
    rows=add_rows,
    account=account_service_sequences,
    # What a definition's parameters make of it by default.
    looks_back={"value": 24},
)
