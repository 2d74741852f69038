"""A made-up register that is not written down: for evaluations of methods over many seeds.

It holds the tables that spells and what they ended by are read from, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from indicators.calendar import last_day, shift_month
from indicators.register.schema import TABLES, arrow_schema
from indicators.synthetic.blocks import Period, draw_lives
from indicators.synthetic.events import service_table
from indicators.synthetic.model import (
    Array,
    Model,
    Timelines,
    first_day_of_month,
    load_model,
    load_records,
    make_timelines,
)
from indicators.synthetic.planted import PlantedExits
from indicators.synthetic.synthesise import register_period
from indicators.synthetic.writing import BLOCK_PERSONS, SOURCE, as_arrow, persons_frame


@dataclass(frozen=True, eq=False, slots=True)
class MadeUpRegister:
    """Some of a made-up register's tables, read as one of a folder is.

    Attributes:
        tables: Canonical tables by name, in order of persons.
        extract_date: The last day it knows about.
    """

    tables: dict[str, pa.Table]
    extract_date: date

    @property
    def folder(self) -> Path:
        """No folder: what stands in messages."""
        return Path("made-up register")

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return SOURCE

    def has(self, table: str) -> bool:
        """Whether it holds a table."""
        return table in self.tables

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        persons: tuple[int, int] | None = None,
        *,
        encoded: bool = False,
    ) -> pa.Table:
        """Columns of a table; as :meth:`indicators.register.store.Register.read`."""
        known = TABLES[table]
        found = self.tables.get(table, arrow_schema(known).empty_table())
        if persons is not None:
            ids = found["person_id"].to_numpy()
            found = found.filter(pa.array((ids >= persons[0]) & (ids <= persons[1])))
        found = found.select(list(known.names if columns is None else columns))
        if encoded:
            for place, field in enumerate(found.schema):
                if pa.types.is_string(field.type):
                    found = found.set_column(place, field.name, found[place].dictionary_encode())
        return found

    def person_ranges(self, chunk_rows: int) -> list[tuple[int, int]]:
        """All persons at once, however many rows."""
        del chunk_rows
        return [(-(2**63), 2**63 - 1)]


def made_up_register(
    persons: int,
    seed: int,
    *,
    region_persons: int,
    first_month: str = "2018-01",
    last_month: str = "2023-02",
    planted: PlantedExits | None = None,
    moves: bool = True,
    burn_in_months: int | None = None,
) -> MadeUpRegister:
    """Draw a register of persons, their homes, searches, codes and services.

    Args:
        persons: How many.
        seed: Of all draws.
        region_persons: So many of them live in the trial region's five municipalities.
        first_month: First month in which everything can be counted.
        last_month: The extract date is its last day.
        planted: An effect in it; none if not given.
        moves: Whether people move to other municipalities.
        burn_in_months: How long before the first month courses begin; the model's if not given.
    """
    model, timelines, period = _calendar(first_month, last_month, burn_in_months)
    population = {**model.population, "region_persons": region_persons}
    if not moves:
        population["moves_a_year"] = 0.0
    model = replace(model, population=population)
    firsts = range(1, persons + 1, BLOCK_PERSONS)
    seeds = np.random.SeedSequence(seed).spawn(len(firsts))
    parts: list[dict[str, pa.Table]] = []
    for low, own in zip(firsts, seeds, strict=True):
        ids: Array = np.arange(low, min(low + BLOCK_PERSONS, persons + 1), dtype=np.int64)
        lives = draw_lives(
            model, load_records(), timelines, period, ids=ids, seed=own, planted=planted
        )
        frames = {
            "persons": persons_frame(lives.context.people),
            "residence": lives.residence,
            "job_search": lives.searches,
            "employment_code": lives.codes,
            "service": service_table(lives.service, ids),
        }
        parts.append({name: as_arrow(name, frame) for name, frame in frames.items()})
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
    return MadeUpRegister(tables, last_day(last_month))


@lru_cache(maxsize=4)
def _calendar(
    first_month: str, last_month: str, burn_in_months: int | None
) -> tuple[Model, Timelines, Period]:
    model, period = load_model(), register_period(first_month, last_month)
    if burn_in_months is not None:
        begin = first_day_of_month(shift_month(first_month, -burn_in_months))
        period = replace(period, begin=begin)
    return model, make_timelines(model, period.begin, period.last + 1), period
