"""Blocks of persons, made and written one after another: memory is bounded by a block."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np

from indicators.register import store
from indicators.register.schema import TABLES
from indicators.sources.synthetic import dirt, figures, sourcefiles, surveys
from indicators.sources.synthetic.blocks import Block, Period, make_block
from indicators.sources.synthetic.canonical import as_arrow, canonical_tables
from indicators.sources.synthetic.csvfiles import CsvFolder
from indicators.sources.synthetic.days import Array, Frame, count_days, stack, take
from indicators.sources.synthetic.parameters import load_model, load_records
from indicators.sources.synthetic.people import country, region_of_file
from indicators.sources.synthetic.register_layout import register_tables
from indicators.sources.synthetic.stocks import Stocks, count_stocks
from indicators.sources.synthetic.timelines import make_timelines

BLOCK = 25_000
"""Persons made at a time. The draws depend on it."""
_SHARED = ("KTYOKOU", "YPAIKKA")  # no persons' tables: blocks tell the same course or vacancy


@dataclass(frozen=True)
class Order:
    """What is to be made.

    Attributes:
        persons: How many.
        seed: Of all draws.
        period: Dates.
        months: ``YYYY-MM``, the first to the last.
    """

    persons: int
    seed: int
    period: Period
    months: tuple[str, ...]


def write_canonical(folder: Path, order: Order, progress: Callable[[int], object]) -> None:
    """Write the canonical tables of an order into a folder."""
    counted: list[Stocks] = []
    with ExitStack() as files:
        writers = {
            name: files.enter_context(store.writer(folder / f"{name}.parquet", table))
            for name, table in TABLES.items()
            if table.person
        }
        for block, _ in _blocks(order, progress):
            for name, rows in canonical_tables(block).items():
                writers[name].write_table(rows)
            counted.append(_stocks(order, block))
    for name, frame in _figures(order, reduce(add, counted)).items():
        store.write_table(folder, name, as_arrow(name, frame))


def write_register(
    folder: Path, order: Order, progress: Callable[[int], object], *, with_faults: bool
) -> None:
    """Write the register's own tables of an order into a folder, with or without dirt."""
    records, law = load_records(), load_model().days["law"]
    counted: list[Stocks] = []
    shared: dict[str, list[Frame]] = {name: [] for name in _SHARED}
    planted: dirt.Counts = {}
    with CsvFolder(folder, dirt.LATIN if with_faults else ()) as out:
        for block, left in _blocks(order, progress):
            tables = register_tables(records, block)
            if with_faults:
                tables = dirt.plant(tables, (order.period.last, law), left, planted)
            for name, frame in tables.items():
                if name in shared:
                    shared[name].append(frame)
                else:
                    out.write(name, frame)
            counted.append(_stocks(order, block))
        for name, frames in shared.items():
            out.write(name, _once(stack(frames)))
    sourcefiles.write_figures(folder, _figures(order, reduce(add, counted)))
    if with_faults:
        text = json.dumps({"made_up": True, "planted": planted}, indent=2, sort_keys=True)
        (folder / "planted.json").write_text(text + "\n", encoding="utf-8")


def _blocks(
    order: Order, progress: Callable[[int], object]
) -> Iterator[tuple[Block, np.random.SeedSequence]]:
    """Blocks in order of person id, each with a stream of draws that is left over."""
    model, records, period = load_model(), load_records(), order.period
    timelines = make_timelines(model, period.begin, period.last + 1)
    firsts = range(1, order.persons + 1, BLOCK)
    seeds = np.random.SeedSequence(order.seed).spawn(len(firsts) + 1)[1:]
    for low, seed in zip(firsts, seeds, strict=True):
        ids = np.arange(low, min(low + BLOCK, order.persons + 1), dtype=np.int64)
        own, left = seed.spawn(2)
        yield make_block(model, records, timelines, period, ids=ids, seed=own), left
        progress(len(ids))


def _once(frame: Frame) -> Frame:
    """Rows whose first column has been there before are left out."""
    key = next(iter(frame.values()))
    return take(frame, np.unique(key, return_index=True)[1])


def _stocks(order: Order, block: Block) -> Stocks:
    return count_stocks(block, count_days(order.months[0], order.months[-1])[1])


def _figures(order: Order, stocks: Stocks) -> dict[str, Frame]:
    """The tables that are not of persons, by canonical name and with canonical columns."""
    given, months = load_records(), order.months
    # The first stream of the seed: blocks have the others.
    streams = np.random.SeedSequence(order.seed).spawn(1)[0].spawn(3)
    kela, caseload, survey = (np.random.Generator(np.random.PCG64(stream)) for stream in streams)
    rows = figures.inhabited(stocks)
    answers, rounds = surveys.make_surveys(given["survey"], stocks, months, survey)
    return {
        "labour_force": figures.labour_force(
            given["labour_force"], rows, _scale(order.persons)[rows], months, order.period.last
        ),
        "kela": figures.kela(given["kela"], stocks, months, kela),
        "caseload": figures.caseload(given["caseload"], stocks, months, caseload),
        "survey": answers,
        "survey_round": rounds,
    }


def _scale(persons: int) -> Array:
    """Made-up persons of each municipality per real one, so that shares keep their size."""
    region = load_model().population["region_persons"]
    unemployed, inside = country()["unemployed"], region_of_file()
    rest = region * unemployed[~inside].sum() / unemployed[inside].sum()
    scale: Array = np.where(inside, min(persons, region) / region, max(persons - region, 0) / rest)
    return scale
