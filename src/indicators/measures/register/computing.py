"""All indicators from a canonical register: count chunks of persons, add up, make rows.

Chunks of persons go through all measures, in this process or shared among others; the rows of the
long table are made of the sums of their tallies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from indicators.areas import mergers
from indicators.areas.divisions import is_key_area
from indicators.areas.mergers import MUNICIPALITY_PREFIX
from indicators.catalogue.catalogue import EVERY, Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError
from indicators.measures.register import arrays
from indicators.measures.register.arrays import Clock
from indicators.measures.register.chunk import COLUMNS_READ, Chunk, read_chunk
from indicators.measures.register.job import Choices, CountingJob
from indicators.measures.register.measure import RESIDENCE, Measure, Rows, Totals
from indicators.measures.register.placement import build_axes
from indicators.measures.register.registry import families, longest_look_back
from indicators.measures.register.rows import RowBuilder
from indicators.problems import raise_errors
from indicators.register.check import aggregate_faults, failures, read_aggregates
from indicators.register.invariants import Faults, person_faults
from indicators.register.schema import TABLES
from indicators.register.store import PersonRange, Register, RegisterSource
from indicators.tallies.axes import COUNTRY, PLAIN, Breakdown
from indicators.tallies.tallies import Tallies, add_up, forget, narrowed
from indicators.workers import SPAWN, process_pool

Progress = Callable[[int, int], None]
"""Called with the number of chunks done, and of all chunks."""

CountRanges = Callable[[Sequence[PersonRange]], Tallies]
"""Counts the persons of some ranges of ids."""

CHUNK_ROWS = 500_000
"""Rows of ``employment_code`` in a chunk; memory grows with it."""

_ALWAYS_READ = ("persons", "residence", "office", "service_line", "employment_code")
"""Tables of persons that are read whatever is counted."""

_SHARED_FAMILY = "stocks"
"""The rows of several families are made of the unemployed."""

_POLL_SECONDS = 0.25


def no_progress(done: int, chunks: int) -> None:
    """Nothing is reported."""


def compute_register(
    register: RegisterSource,
    months: Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]],
    trial_offices: Collection[str],
    parameters: Choices | None = None,
    breakdown: Breakdown = PLAIN,
    workers: int = 1,
    executor: Executor | None = None,
    merge_layoff: bool = True,
    chunk_rows: int | None = None,
    progress: Progress | None = None,
    checked: bool = False,
) -> pd.DataFrame:
    """The long table (contract, section 3) of everything a register gives.

    No result depends on chunks, workers or the order of rows.

    Args:
        register: A canonical register, such as :func:`indicators.register.store.open_register`
            gives.
        months: ``YYYY-MM``, in any order.
        groups: Member areas (``KU398`` …) by group code.
        trial_offices: Office codes of the trial.
        parameters: Parameters by indicator id that replace the catalogue's defaults.
        breakdown: Dimensions that are crossed, and persons that are counted: see
            :func:`indicators.measures.register.breakdown.read_breakdown`.
        workers: Number of processes, where no executor is given.
        executor: Any ``concurrent.futures.Executor``, also of a cluster.
        merge_layoff: Whether codes 02 and 03 that touch make one unemployment spell.
        chunk_rows: Rows of ``employment_code`` held at once, about; memory grows with it.
        progress: Called with the number of chunks done, and of all chunks.
        checked: Whether the register's invariants are checked before anything is counted, as
            :func:`indicators.register.check.check_register` does; a register that breaks them may
            give any figures.

    Returns:
        One row a figure, with the columns of :mod:`indicators.table`. Where persons are
        restricted, what cannot be of some of them alone is not available.

    Raises:
        UsageError: A parameter is unknown, or a group has the code of an area.
        DataError: A table cannot be read, or breaks an invariant.
    """
    definitions = load_catalogue()
    choices = _effective_choices(definitions, parameters or {}, merge_layoff=merge_layoff)
    job = build_job(register, months, groups, trial_offices, choices, breakdown=breakdown)
    faults = aggregate_faults(read_aggregates(register), register) if checked else Faults()
    tallies = tally_register(
        job,
        workers=workers,
        executor=executor,
        chunk_rows=chunk_rows or CHUNK_ROWS,
        # Where a figure cannot be right, persons are checked and not counted.
        measures=[] if faults else tuple(families()),
        progress=progress or no_progress,
        checked=checked,
    )
    folder = register.folder if isinstance(register, Register) else Path()
    raise_errors(failures(faults + tallies.faults, folder))
    builder = _rows(Totals(job, tallies), definitions, workers)
    forget(tallies, _SHARED_FAMILY)
    return builder.table()


def _rows(totals: Totals, definitions: Catalogue, workers: int) -> RowBuilder:
    """The rows of all families in order; threads, as most of the time is spent in NumPy."""

    def family_rows(name: str, family: Sequence[Measure]) -> RowBuilder:
        part = RowBuilder(definitions)
        for measure in family:
            measure.rows(totals, Rows(measure, totals, part))
        if name != _SHARED_FAMILY:
            forget(totals.tallies, name)
        return part

    builder = RowBuilder(definitions)
    with ThreadPoolExecutor(workers) as threads:
        for part in threads.map(family_rows, families(), families().values()):
            builder.extend(part)
    return builder


def _effective_choices(definitions: Catalogue, changed: Choices, *, merge_layoff: bool) -> Choices:
    """All parameters of all indicators; raises a UsageError for one that no indicator has."""
    defaults = definitions.defaults()
    known = {**defaults, EVERY: {name for own in defaults.values() for name in own}}
    unknown = [
        f"{indicator}.{name}"
        for indicator, own in changed.items()
        for name in own
        if name not in known.get(indicator, {})
    ]
    if unknown:
        raise UsageError(
            f"parameter {', '.join(sorted(unknown))}: no indicator has it; "
            "`indicators catalogue --format json` lists them"
        )
    choices = definitions.values(changed)
    if not merge_layoff:
        for own in choices.values():
            if "merge_layoff" in own:
                own["merge_layoff"] = False
    return choices


def build_job(
    register: RegisterSource,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    trial_offices: Collection[str],
    choices: Choices,
    *,
    breakdown: Breakdown = PLAIN,
) -> CountingJob:
    """Everything the chunks of a register need to know to be counted.

    Raises:
        UsageError: A group has the code of an area.
    """
    municipalities = _municipalities(register, groups)
    taken = sorted(set(groups) & {COUNTRY, *(f"KU{code}" for code in municipalities)})
    if taken:
        raise UsageError(f"group {', '.join(taken)}: an area has this code; rename the group")
    clock = Clock.of(months, register.extract_date)
    members = {
        code: mergers.load_mergers().members(
            area.removeprefix(MUNICIPALITY_PREFIX) for area in areas
        )
        for code, areas in groups.items()
    }
    axes, places = build_axes(municipalities, members, clock.months, breakdown)
    offices, months_back = frozenset(trial_offices), longest_look_back()
    return CountingJob(register, clock, axes, places, members, offices, choices, months_back)


def held_groups(
    register: RegisterSource, groups: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The groups that a register can be counted for.

    A group of the settings is their own affair; an area of the keys (``TA31``, ``TRIAL-lahti``) is
    one only if the register holds residents of all its municipalities, as they are called today:
    of a part of them a sum would be taken for the whole.

    Args:
        register: The register.
        groups: Municipalities by area code.
    """
    if not any(is_key_area(code) for code in groups):
        return {code: tuple(members) for code, members in groups.items()}
    known = mergers.load_mergers()
    held: set[str] = set()
    if register.has(RESIDENCE):
        codes = arrays.as_dictionary(register.read(RESIDENCE, ["municipality"], encoded=True)[0])
        held = {
            known.current(code, mergers.AFTER_ALL_MERGERS)
            for code in codes.dictionary.to_pylist()
            if code is not None
        }
    return {
        code: tuple(members)
        for code, members in groups.items()
        if not is_key_area(code)
        or {
            known.current(member.removeprefix(MUNICIPALITY_PREFIX), mergers.AFTER_ALL_MERGERS)
            for member in members
        }
        <= held
    }


def _municipalities(
    register: RegisterSource, groups: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Codes of residence; without the table, those of groups and of the labour force."""
    if register.has(RESIDENCE):
        codes = arrays.as_dictionary(register.read(RESIDENCE, ["municipality"], encoded=True)[0])
        return tuple(sorted(set(codes.dictionary.to_pylist())))
    members = {
        area.removeprefix(MUNICIPALITY_PREFIX) for areas in groups.values() for area in areas
    }
    with_base = set(register.read("labour_force", ["municipality"])[0].to_pylist())
    return tuple(sorted((members | with_base) - {COUNTRY}))


# --- counting chunks of persons -------------------------------------------------------------------


def tally_register(
    job: CountingJob,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    chunk_rows: int = CHUNK_ROWS,
    measures: Sequence[str],
    progress: Progress = no_progress,
    checked: bool = False,
) -> Tallies:
    """The tallies of the whole register.

    Args:
        job: What is computed.
        workers: Number of processes, where no executor is given.
        executor: Any; the register of the job must be picklable for processes or machines.
        chunk_rows: Rows of ``employment_code`` in a chunk.
        measures: Names of the families that are counted.
        progress: Called as chunks are done.
        checked: Whether invariants are checked; see :attr:`Tallies.faults`.
    """
    ranges = job.register.person_ranges(chunk_rows)
    if executor is not None:
        count = partial(tally_ranges, job, measures, checked=checked)
        tasks = _run_in_parts(count, ranges, executor, len(ranges))
        return add_up(_results_in_order(tasks, progress))
    workers = min(workers, len(ranges))
    if workers == 1:
        done = iter(range(1, len(ranges) + 1))

        def count_chunk() -> None:
            progress(next(done), len(ranges))

        return tally_ranges(job, measures, ranges, count_chunk, checked=checked)
    count = partial(tally_ranges, job, measures, done=count_done, checked=checked)
    counter = SPAWN.Value("i")
    with process_pool(workers, share_counter, counter) as pool:
        tasks = _run_in_parts(count, ranges, pool, workers)
        report_progress(tasks, counter, len(ranges), progress)
        return add_up(_results_in_order(tasks, no_progress))


def _run_in_parts(
    count: CountRanges, ranges: Sequence[PersonRange], executor: Executor, parts: int
) -> list[Future[Tallies]]:
    """One task a part: what comes back is far larger than what is sent."""
    return [executor.submit(tally_compactly, count, ranges[part::parts]) for part in range(parts)]


def _results_in_order(tasks: list[Future[Tallies]], progress: Progress) -> Iterator[Tallies]:
    """What the tasks give, in order; each is forgotten as soon as it is added up."""
    tasks_in_all = len(tasks)
    while tasks:
        yield tasks.pop(0).result()
        progress(tasks_in_all - len(tasks), tasks_in_all)


def tally_compactly(count: CountRanges, ranges: Sequence[PersonRange]) -> Tallies:
    """The tallies of some chunks, as small as can be sent."""
    return narrowed(count(ranges))


def tally_ranges(
    job: CountingJob,
    measures: Sequence[str],
    ranges: Sequence[PersonRange],
    done: Callable[[], None] = lambda: None,
    *,
    checked: bool = False,
) -> Tallies:
    """The tallies of some chunks, counted in turn: memory is that of a single chunk.

    Args:
        job: What is computed.
        measures: Names of the families that are counted.
        ranges: Of the ids of each chunk's persons.
        done: Is called after each chunk.
        checked: Whether invariants are checked.
    """
    needed = dict.fromkeys(
        [*_ALWAYS_READ, *(table for name in measures for table in _tables_of(name))]
    )

    def parts() -> Iterator[Tallies]:
        for persons in ranges:
            yield from _chunk_tallies(read_chunk(job, persons, needed), measures)
            done()

    return add_up(_checked_tallies(job, measures, ranges, needed, done) if checked else parts())


def _checked_tallies(
    job: CountingJob,
    measures: Sequence[str],
    ranges: Sequence[PersonRange],
    needed: Collection[str],
    done: Callable[[], None],
) -> Iterator[Tallies]:
    """Each chunk checked before it is counted; nothing is counted once a fault is found."""
    delivered = [name for name, table in TABLES.items() if table.person and job.register.has(name)]
    tables = dict.fromkeys([*delivered, *needed])
    sound = True
    for persons in ranges:
        chunk = read_chunk(job, persons, tables, whole=True)
        rows = {name: chunk.tables[name] for name in delivered}
        faults = person_faults(rows, job.register.extract_date, chunk.line)
        yield Tallies({}, faults=faults)
        sound &= not faults
        if sound:
            yield from _chunk_tallies(chunk, measures)
        done()


def _counted(family: str) -> list[Measure]:
    """The measures of a family that persons are counted for."""
    return [measure for measure in families()[family] if measure.is_of_persons]


def _tables_of(family: str) -> Iterator[str]:
    """The tables of persons that a family is counted from."""
    for measure in _counted(family):
        for tables in measure.tables.values():
            # The others are of no persons, and read when the rows are made.
            yield from (table for table in tables if table in COLUMNS_READ)


def _chunk_tallies(chunk: Chunk, measures: Sequence[str]) -> Iterator[Tallies]:
    for family in measures:
        # Measures may share their counting: each is done once.
        for count in dict.fromkeys(measure.count for measure in _counted(family)):
            if count is not None:
                yield count(chunk).of(family)


# --- progress over processes ----------------------------------------------------------------------


class Counter(Protocol):
    """A number that processes share: a ``multiprocessing.Value``."""

    value: int

    def get_lock(self) -> AbstractContextManager[Any]:
        """The lock under which it changes."""


_counters: list[Counter] = []


def share_counter(counter: Counter) -> None:
    """Count into this from now on: what a process of the pool starts with."""
    _counters[:] = [counter]


def count_done() -> None:
    """Count a chunk that is done in this process; nothing happens without a shared counter."""
    for counter in _counters:
        with counter.get_lock():
            counter.value += 1


def report_progress(
    tasks: list[Future[Any]], counter: Counter, chunks: int, progress: Progress
) -> None:
    """Report the chunks done until all tasks are."""
    while wait(tasks, _POLL_SECONDS).not_done:
        progress(counter.value, chunks)
    progress(counter.value, chunks)
