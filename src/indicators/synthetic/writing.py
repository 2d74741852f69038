"""Writes a made-up register: canonical tables, source files, and the notice that all is made up.

Blocks of persons are drawn and written in turn: memory is bounded by a block.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import pyarrow as pa

from indicators.register import store
from indicators.register.schema import TABLES, arrow_schema
from indicators.synthetic import aggregates, fault_injection
from indicators.synthetic.aggregates import Stocks, count_stocks
from indicators.synthetic.blocks import Block, Period, make_block
from indicators.synthetic.model import (
    NO_DAY,
    OPEN,
    Array,
    Frame,
    count_days,
    load_model,
    load_records,
    make_timelines,
    stack_frames,
    take_rows,
)
from indicators.synthetic.people import is_in_trial_region, municipality_frame
from indicators.synthetic.register_layout import CsvFolder, register_tables

NOTICE = "MADE_UP.md"
SOURCE = "synthetic (made up)"
"""What ``meta.json`` says of the source."""

BLOCK_PERSONS = 25_000
"""Persons of a block. The draws depend on it."""
_SHARED = ("KTYOKOU", "YPAIKKA")  # no persons' tables: blocks share courses and vacancies

_TOTAL_LABEL = "Yhteensä"

_NOTICE_TEXT = """# Made up

Nobody in these files lives. `indicators synthesise` made them from a small model: {persons}
persons, seed {seed}{dirt}. The same arguments give the same bytes.

Stocks are near the published ones (StatFin, Työnvälitystilasto, table 12r5, CC BY 4.0) where
the model was fitted to them; everything else may be far from the truth. No figure made from these
files is a statistic. Kela's, the surveys' and the caseload's figures are made up as well.
"""

_KELA_HEADERS = (
    *("kuntanumero", "kunta", "aikajakso", "etuuslaji", "korvausperuste", "sukupuoli", "ikaryhma"),
    *("saajat", "maksetut_etuudet_euroa", "korvatut_paivat", "euroa_paiva", "vuosi", "kuukausi"),
)


# --- canonical tables (contract, section 2) -------------------------------------------------------


def canonical_tables(block: Block) -> dict[str, pa.Table]:
    """Canonical tables of some persons, sorted by person."""
    frames = {
        "persons": persons_frame(block.people),
        "residence": block.residence,
        "office": block.office,
        "service_line": block.lines,
        "job_search": block.searches,
        "employment_code": block.codes,
        "service": block.service,
        "plan": block.plan,
        "job_offer": block.job_offer,
        "introduction": block.introduction,
        "statement": block.statement,
    }
    return {name: as_arrow(name, frame) for name, frame in frames.items()}


def as_arrow(table: str, frame: Frame) -> pa.Table:
    """One canonical table from a frame that has its columns, and maybe others."""
    schema = arrow_schema(table)
    return pa.table([_column(frame[field.name], field.type) for field in schema], schema=schema)


def _column(values: Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(values.astype(np.int32), mask=values >= OPEN).cast(kind)
    if pa.types.is_string(kind):
        # A column has few different codes: only those become Arrow strings.
        codes, rows = np.unique(values, return_inverse=True)
        indices = pa.array(rows.astype(np.int32), mask=values == "")
        return pa.DictionaryArray.from_arrays(indices, pa.array(codes, kind)).dictionary_decode()
    if pa.types.is_floating(kind):
        return pa.array(values.astype(float), kind, mask=np.isnan(values.astype(float)))
    return pa.array(values.astype(np.int64)).cast(kind)


def persons_frame(people: Frame) -> Frame:
    """The canonical columns of persons."""
    year = people["born"].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    return {
        "person_id": people["person_id"],
        "birth_year": year,
        # The register's extracts for research hold the year of birth alone.
        "birth_date": np.full(len(year), NO_DAY),
        "sex": np.where(people["woman"], "2", "1"),
        "citizenship": people["citizenship"],
        "language": people["language"],
        "fund_member": people["fund_member"],
    }


# --- the figures in the form of their real sources, and the notice --------------------------------


def write_notice(folder: Path, persons: int, seed: int, *, with_faults: bool) -> None:
    """Say in the folder that everything in it is made up."""
    text = _NOTICE_TEXT.format(
        persons=persons, seed=seed, dirt=", with dirt" if with_faults else ""
    )
    (folder / NOTICE).write_text(text, encoding="utf-8")


def may_replace(folder: Path) -> bool:
    """Whether a folder is empty or holds a made-up register."""
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(meta, dict) and meta.get("source") == SOURCE


def write_figures(folder: Path, figures: dict[str, Frame]) -> None:
    """Write labour force, Kela, caseload, surveys and prices as CSV files.

    Kela's file has the columns and the dialect of its open data (``;``, decimal comma, ``NA``, rows
    of totals); the others have the canonical columns.
    """
    for name, frame in figures.items():
        if name == "kela":
            _write_csv(folder / "kela.csv", _KELA_HEADERS, _kela_rows(frame))
        else:
            columns = [_cell_text(name_, column) for name_, column in frame.items()]
            _write_csv(folder / f"{name}.csv", tuple(frame), zip(*columns, strict=True))


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [";".join(header), *(";".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell_text(name: str, column: Array) -> list[str]:
    if name == "vintage":
        return [str(day) for day in column.astype("datetime64[D]")]
    return [
        _number_text(value, ".") if column.dtype.kind == "f" else str(value) for value in column
    ]


def _number_text(value: float, comma: str) -> str:
    if np.isnan(value):
        return "NA"
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}".replace(".", comma)


def _kela_rows(frame: Frame) -> Iterator[tuple[str, ...]]:
    """Rows by benefit and basis and, for each municipality and month, their total."""
    names = dict(
        zip(municipality_frame()["municipality"], municipality_frame()["name"], strict=True)
    )
    groups: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(frame["municipality"], frame["month"], strict=True)):
        groups.setdefault(key, []).append(row)
    sums = np.stack([frame["recipients"], frame["euros"], frame["days"]], axis=1)
    for (municipality, month), rows in groups.items():
        place = (str(int(municipality)), str(names[municipality]), "kuukausi")
        when = (str(int(month[:4])), str(int(month[5:])))
        for row in rows:
            kind = (str(frame["benefit"][row]), str(frame["basis"][row]))
            yield *place, *kind, _TOTAL_LABEL, _TOTAL_LABEL, *_kela_figures(sums[row]), *when
        yield (
            *place,
            _TOTAL_LABEL,
            _TOTAL_LABEL,
            _TOTAL_LABEL,
            _TOTAL_LABEL,
            *_kela_figures(sums[rows].sum(axis=0)),
            *when,
        )


def _kela_figures(values: Array) -> tuple[str, ...]:
    """Recipients, euros, days, euros a day."""
    return tuple(_number_text(value, ",") for value in (*values, values[1] / values[2]))


# --- writing an order -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SyntheticOrder:
    """The register to be written.

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


def write_canonical(folder: Path, order: SyntheticOrder, progress: Callable[[int], object]) -> None:
    """Write the canonical tables of an order into a folder."""
    counted: list[Stocks] = []
    with ExitStack() as files:
        writers = {
            name: files.enter_context(store.table_writer(folder / f"{name}.parquet", table))
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
    folder: Path, order: SyntheticOrder, progress: Callable[[int], object], *, with_faults: bool
) -> None:
    """Write the register's own tables of an order into a folder, with or without faults."""
    records, law = load_records(), load_model().days["law"]
    counted: list[Stocks] = []
    shared: dict[str, list[Frame]] = {name: [] for name in _SHARED}
    planted: fault_injection.FaultCounts = {}
    with CsvFolder(folder, fault_injection.LATIN_1_TABLES if with_faults else ()) as out:
        for block, left in _blocks(order, progress):
            tables = register_tables(records, block)
            if with_faults:
                tables = fault_injection.inject_faults(
                    tables, (order.period.last, law), left, planted
                )
            for name, frame in tables.items():
                if name in shared:
                    shared[name].append(frame)
                else:
                    out.write(name, frame)
            counted.append(_stocks(order, block))
        for name, frames in shared.items():
            out.write(name, _without_repeated(stack_frames(frames)))
    write_figures(folder, _figures(order, reduce(add, counted)))
    if with_faults:
        text = json.dumps({"made_up": True, "planted": planted}, indent=2, sort_keys=True)
        (folder / "planted.json").write_text(text + "\n", encoding="utf-8")


def _blocks(
    order: SyntheticOrder, progress: Callable[[int], object]
) -> Iterator[tuple[Block, np.random.SeedSequence]]:
    """Blocks in order of person id, each with a stream of draws that is left over."""
    model, records, period = load_model(), load_records(), order.period
    timelines = make_timelines(model, period.begin, period.last + 1)
    firsts = range(1, order.persons + 1, BLOCK_PERSONS)
    seeds = np.random.SeedSequence(order.seed).spawn(len(firsts) + 1)[1:]
    for low, seed in zip(firsts, seeds, strict=True):
        ids = np.arange(low, min(low + BLOCK_PERSONS, order.persons + 1), dtype=np.int64)
        own, left = seed.spawn(2)
        yield make_block(model, records, timelines, period, ids=ids, seed=own), left
        progress(len(ids))


def _without_repeated(frame: Frame) -> Frame:
    """Rows whose first column has been there before are left out."""
    key = next(iter(frame.values()))
    return take_rows(frame, np.unique(key, return_index=True)[1])


def _stocks(order: SyntheticOrder, block: Block) -> Stocks:
    return count_stocks(block, count_days(order.months[0], order.months[-1])[1])


def _figures(order: SyntheticOrder, stocks: Stocks) -> dict[str, Frame]:
    """The tables that are not of persons, by canonical name and with canonical columns."""
    given, months = load_records(), order.months
    # The first stream of the seed: blocks have the others.
    streams = np.random.SeedSequence(order.seed).spawn(1)[0].spawn(3)
    kela, caseload, survey = (np.random.Generator(np.random.PCG64(stream)) for stream in streams)
    rows = aggregates.inhabited(stocks)
    answers, rounds = aggregates.make_surveys(given["survey"], stocks, months, survey)
    return {
        "labour_force": aggregates.make_labour_force(
            given["labour_force"],
            rows,
            _population_scale(order.persons)[rows],
            months,
            order.period.last,
        ),
        "kela": aggregates.make_kela(given["kela"], stocks, months, kela),
        "caseload": aggregates.make_caseload(given["caseload"], stocks, months, caseload),
        "survey": answers,
        "survey_round": rounds,
        "service_price": aggregates.make_prices(given["service_price"], months),
    }


def _population_scale(persons: int) -> Array:
    """Made-up persons of each municipality per real one, so that shares keep their size."""
    region = load_model().population["region_persons"]
    unemployed, inside = municipality_frame()["unemployed"], is_in_trial_region()
    rest = region * unemployed[~inside].sum() / unemployed[inside].sum()
    scale: Array = np.where(inside, min(persons, region) / region, max(persons - region, 0) / rest)
    return scale
