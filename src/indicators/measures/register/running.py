"""Chunks of persons through all measures, in this process or shared among others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context

from indicators.measures.register import (
    activation,
    durations,
    exits,
    flows,
    offers,
    plans,
    services,
    stocks,
    structural,
)
from indicators.measures.register.chunk import Chunk, read_chunk
from indicators.measures.register.job import Job
from indicators.tallies import Tallies
from indicators.tallies.tallies import add_up, narrowed

CHUNK_ROWS = 1_000_000
"""Rows of ``employment_code`` in a chunk; memory grows with it."""

_MEASURES = {
    "stocks": stocks.count,
    "exits": exits.count,
    "durations": durations.count,
    "structural": structural.count,
    "flows": flows.count,
    "activation": activation.count,
    "services": services.count,
    "offers": offers.count,
    "plans": plans.count,
}

PersonRange = tuple[int, int]


def tally(
    job: Job, *, workers: int = 1, executor: Executor | None = None, chunk_rows: int = CHUNK_ROWS
) -> Tallies:
    """The tallies of the whole register.

    Args:
        job: What is computed.
        workers: Number of processes, where no executor is given.
        executor: Any; the register of the job must be picklable for processes or machines.
        chunk_rows: Rows of ``employment_code`` in a chunk.
    """
    ranges = job.register.person_ranges(chunk_rows)
    if executor is not None:
        return _shared(job, ranges, executor, len(ranges))
    workers = min(workers, len(ranges))
    if workers == 1:
        return tally_ranges(job, ranges)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return _shared(job, ranges, pool, workers)


def _shared(job: Job, ranges: Sequence[PersonRange], executor: Executor, parts: int) -> Tallies:
    """One task a part: what comes back is far larger than what is sent."""
    tasks = [executor.submit(tally_narrowed, job, ranges[part::parts]) for part in range(parts)]
    return add_up(task.result() for task in tasks)


def tally_narrowed(job: Job, ranges: Sequence[PersonRange]) -> Tallies:
    """The tallies of some chunks, as small as can be sent."""
    return narrowed(tally_ranges(job, ranges))


def tally_ranges(job: Job, ranges: Sequence[PersonRange]) -> Tallies:
    """The tallies of some chunks, one after the other: memory is that of one."""
    return add_up(part for persons in ranges for part in _measured(read_chunk(job, persons)))


def _measured(chunk: Chunk) -> Iterator[Tallies]:
    for name, measure in _MEASURES.items():
        yield measure(chunk).of(name)
