"""Who became unemployed and who ceased to be, counted from the register's spells by themselves.

The stocks of the long table are counted on count days; this counts days on which unemployment
begins and ends, in a municipality. So the stock of a count day must be that of the one before,
and those who came since then, less those who went.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.areas.mergers import MUNICIPALITY_PREFIX
from indicators.calendar import count_day
from indicators.measures.register import arrays
from indicators.measures.register.interval_ops import (
    END_OF_LINE,
    UNEMPLOYED,
    Intervals,
    day_key,
    day_of,
    distinct_keys,
    intersect,
    merge,
)
from indicators.measures.register.people import apply_mergers
from indicators.measures.register.placement import Municipalities, build_axes
from indicators.reconciliation.cubes import Cubes, Numbers
from indicators.reconciliation.report import IdentityComparison, compare_identity
from indicators.register.store import RegisterSource
from indicators.tallies.axes import COUNTRY

_STOCK = ("unemployment_duration", "mean_weeks")
_CHUNK_ROWS = 2_000_000

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """Entries and exits since the count day before; before the first month, since ever.

    Attributes:
        areas: Municipalities and ``SSS``.
        entries: Shape (months, areas).
        exits: The same.
    """

    areas: tuple[str, ...]
    entries: Counts
    exits: Counts

    def values(self, area: str, members: Iterable[str] = ()) -> Numbers | None:
        """Entries less exits of an area or, added up, of a group's members; shape (months,)."""
        among = {area, *members}
        places = [position for position, code in enumerate(self.areas) if code in among]
        change = (self.entries - self.exits)[:, places].sum(axis=1)
        return change.astype(np.float64) if places else None


def count_turnover(register: RegisterSource, months: Sequence[str]) -> Turnover:
    """Count entries into and exits from unemployment in one pass over the register.

    Moving while unemployed is an exit from one municipality and an entry into another, and so is
    a residence recorded anew in the same one. Codes 02 and 03 that touch or overlap are one time
    of unemployment, whatever the spells of indicator 5.

    Args:
        register: A canonical register.
        months: ``YYYY-MM`` in order.
    """
    marks = np.array([arrays.day_number(count_day(month)) for month in months], np.int64)
    lived_in = arrays.as_dictionary(register.read("residence", ["municipality"], encoded=True)[0])
    axes, municipalities = build_axes(set(lived_in.dictionary.to_pylist()), {}, months)
    names = axes.municipalities
    shape = (len(names) + 1, len(marks) + 1)
    moves = np.zeros((2, *shape), np.int64)
    for persons in register.person_ranges(_CHUNK_ROWS):
        runs, place = _unemployed_intervals(register, persons, municipalities, len(names))
        for kind, key in enumerate((runs.start, runs.stop)):
            # The first count day on which who came is there, or who went is there no more.
            mark = np.searchsorted(marks, day_of(key), side="left")
            cell = place * shape[1] + mark
            moves[kind] += np.bincount(cell, minlength=moves[kind].size).reshape(shape)
    areas = tuple(f"KU{name}" for name in names)
    return Turnover((*areas, COUNTRY), *(kind[:, :-1].T for kind in moves))


def _unemployed_intervals(
    register: RegisterSource,
    persons: tuple[int, int],
    municipalities: Municipalities,
    everywhere_at: int,
) -> tuple[Intervals, NDArray[np.int64]]:
    """Times of unemployment in each municipality and, at the place after these, in all."""
    read = partial(register.read, persons=persons, encoded=True)
    codes = read("employment_code", ["person_id", "code", "start", "end"])
    codes = codes.filter(pc.is_in(codes["code"], pa.array(sorted(UNEMPLOYED))))
    ids = distinct_keys(arrays.whole_numbers(codes["person_id"]))
    spells = _spell_intervals(codes, ids)
    everywhere = merge(spells.start, spells.stop)

    lived = read("residence", ["person_id", "municipality", "start", "end"])
    lived = lived.filter(pc.is_in(lived["person_id"], pa.array(ids)))
    home = arrays.code_positions(lived["municipality"], municipalities.places, -1)
    called, home = apply_mergers(_spell_intervals(lived, ids), home, municipalities.renamed)
    stays, order = _one_spell_per_day(called)
    pieces = intersect(everywhere, stays)
    municipality = home[order][pieces.right]
    runs = Intervals(
        np.concatenate([everywhere.start, pieces.start]),
        np.concatenate([everywhere.stop, pieces.stop]),
    )
    return runs, np.concatenate([np.full(len(everywhere), everywhere_at), municipality])


def _spell_intervals(rows: pa.Table, ids: NDArray[np.int64]) -> Intervals:
    """Spells on the line of days, in the order of the rows."""
    person = np.searchsorted(ids, arrays.whole_numbers(rows["person_id"]))
    return Intervals(
        day_key(person, arrays.start_days(rows)), day_key(person, arrays.stop_days(rows))
    )


def _one_spell_per_day(spells: Intervals) -> tuple[Intervals, NDArray[np.intp]]:
    """Runs in order, each ended by a later start (contract, section 2), and which spell it is."""
    order = np.argsort(spells.start, kind="stable")
    start, stop = spells.start[order], spells.stop[order]
    stop = np.minimum(stop, np.append(start[1:], END_OF_LINE)[: len(stop)])
    some = start < stop
    return Intervals(start[some], stop[some]), order[some]


def constant_members(areas: Sequence[str], months: Sequence[str]) -> tuple[str, ...] | None:
    """A group's members where they are the same people in all months, else None."""
    since = mergers.load_mergers().members(area.removeprefix(MUNICIPALITY_PREFIX) for area in areas)
    if not months or any(months[0] < month <= months[-1] for month in since.values()):
        return None
    return tuple(
        f"{MUNICIPALITY_PREFIX}{code}" for code, month in since.items() if month <= months[0]
    )


def stock_comparisons(
    cubes: Cubes, moves: Turnover, groups: Mapping[str, Sequence[str]]
) -> Iterator[IdentityComparison]:
    """The unemployed on each count day are those of the one before, plus entries, less exits.

    Args:
        cubes: The long table.
        moves: Of the same months.
        groups: Member areas by group code.
    """
    if not cubes.has(_STOCK, "denominator"):
        return
    residents = cubes.populations.index("residents")
    members = {group: constant_members(codes, cubes.months) for group, codes in groups.items()}
    unemployed = cubes.values(_STOCK, "denominator")[:, :, residents, 0]
    before = np.concatenate([np.zeros((1, len(cubes.areas))), unemployed[:-1]])
    for position, area in enumerate(cubes.areas):
        inside = members.get(area, ())
        # Who becomes a member during the months comes with people that nobody has seen come.
        change = None if inside is None else moves.values(area, inside)
        if change is not None:
            places, figure_name = (cubes.months, (area,)), " ".join(_STOCK)
            after = (before[:, position] + change)[:, None]
            yield compare_identity("stock", figure_name, places, unemployed[:, [position]], after)
