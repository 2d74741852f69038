"""Chunks of persons through all measures, in this process or shared among others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial

from indicators.measures.register.chunk import READ, Chunk, read_chunk
from indicators.measures.register.job import Job
from indicators.measures.register.measure import Measure
from indicators.measures.register.progress import Progress, one_more, share, silent, watch
from indicators.measures.register.registry import families
from indicators.register.invariants import person_faults
from indicators.register.schema import TABLES
from indicators.tallies import Tallies
from indicators.tallies.tallies import add_up, narrowed
from indicators.workers import SPAWN, process_pool

CHUNK_ROWS = 500_000
"""Rows of ``employment_code`` in a chunk; memory grows with it."""

_OF_ALL = ("persons", "residence", "office", "service_line", "employment_code")
"""Tables of persons that are read whatever is counted."""

PersonRange = tuple[int, int]
Count = Callable[[Sequence[PersonRange]], Tallies]


def tally(
    job: Job,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    chunk_rows: int = CHUNK_ROWS,
    measures: Sequence[str],
    progress: Progress = silent,
    checked: bool = False,
) -> Tallies:
    """The tallies of the whole register.

    Args:
        job: What is computed.
        workers: Number of processes, where no executor is given.
        executor: Any; the register of the job must be picklable for processes or machines.
        chunk_rows: Rows of ``employment_code`` in a chunk.
        measures: Names of the families that are counted.
        progress: Is told of the chunks that are done.
        checked: Whether invariants are checked; see :attr:`Tallies.faults`.
    """
    ranges = job.register.person_ranges(chunk_rows)
    if executor is not None:
        count = partial(tally_ranges, job, measures, checked=checked)
        tasks = _shared(count, ranges, executor, len(ranges))
        return add_up(_results(tasks, progress))
    workers = min(workers, len(ranges))
    if workers == 1:
        done = iter(range(1, len(ranges) + 1))

        def count_chunk() -> None:
            progress(next(done), len(ranges))

        return tally_ranges(job, measures, ranges, count_chunk, checked=checked)
    count = partial(tally_ranges, job, measures, done=one_more, checked=checked)
    counter = SPAWN.Value("i")
    with process_pool(workers, share, counter) as pool:
        tasks = _shared(count, ranges, pool, workers)
        watch(tasks, counter, len(ranges), progress)
        return add_up(_results(tasks, silent))


def _shared(
    count: Count, ranges: Sequence[PersonRange], executor: Executor, parts: int
) -> list[Future[Tallies]]:
    """One task a part: what comes back is far larger than what is sent."""
    return [executor.submit(counted_narrowly, count, ranges[part::parts]) for part in range(parts)]


def _results(tasks: list[Future[Tallies]], progress: Progress) -> Iterator[Tallies]:
    """What the tasks give, in order; each is forgotten as soon as it is added up."""
    tasks_in_all = len(tasks)
    while tasks:
        yield tasks.pop(0).result()
        progress(tasks_in_all - len(tasks), tasks_in_all)


def counted_narrowly(count: Count, ranges: Sequence[PersonRange]) -> Tallies:
    """The tallies of some chunks, as small as can be sent."""
    return narrowed(count(ranges))


def tally_ranges(
    job: Job,
    measures: Sequence[str],
    ranges: Sequence[PersonRange],
    done: Callable[[], None] = lambda: None,
    *,
    checked: bool = False,
) -> Tallies:
    """The tallies of some chunks, one after the other: memory is that of one.

    Args:
        job: What is computed.
        measures: Names of the families that are counted.
        ranges: Of the ids of each chunk's persons.
        done: Is called after each chunk.
        checked: Whether invariants are checked.
    """
    needed = dict.fromkeys([*_OF_ALL, *(table for name in measures for table in _tables_of(name))])

    def parts() -> Iterator[Tallies]:
        for persons in ranges:
            yield from _measured(read_chunk(job, persons, needed), measures)
            done()

    return add_up(_checked(job, measures, ranges, needed, done) if checked else parts())


def _checked(
    job: Job,
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
            yield from _measured(chunk, measures)
        done()


def _counted(family: str) -> list[Measure]:
    """The measures of a family that persons are counted for."""
    return [one for one in families()[family] if one.is_of_persons]


def _tables_of(family: str) -> Iterator[str]:
    for one in _counted(family):
        for tables in one.tables.values():
            # The others are of no persons, and read when the rows are made.
            yield from (table for table in tables if table in READ)


def _measured(chunk: Chunk, measures: Sequence[str]) -> Iterator[Tallies]:
    for family in measures:
        # Measures may share their counting: each is done once.
        for count in dict.fromkeys(one.count for one in _counted(family)):
            if count is not None:
                yield count(chunk).of(family)
