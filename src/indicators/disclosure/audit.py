"""The attack: what someone who has everything that is published can find out of the hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from indicators.disclosure.counts import (
    CELL_COLUMNS,
    CountRegistry,
    Flags,
    Floats,
    Ints,
    build_count_registry,
)
from indicators.disclosure.feasibility import TOLERANCE, Block, FeasibleRange, independent_blocks
from indicators.disclosure.identities import Groups, Identities, find_identities
from indicators.disclosure.memberships import separate_memberships
from indicators.disclosure.safety import drop_contradictions
from indicators.disclosure.worlds import Proof, Worlds, completed, satisfied
from indicators.disclosure.worlds import met as met_in
from indicators.errors import UsageError
from indicators.workers import process_pool

# Work shared with further processes, which load what they need while the work is prepared.


Item = TypeVar("Item")
Result = TypeVar("Result")

_ROWS_WORTH_SHARING = 2000
"""Rows from which on starting further processes pays."""


class TaskMap(Protocol):
    """Does pieces of work, alone or with others."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
    ) -> list[Result]:
        """Work on each item, the largest first; gives the results in the order of the items."""


def run_serially(
    work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
) -> list[Result]:
    """One after the other, in this process."""
    del sizes
    return [work(item) for item in items]


@contextmanager
def worker_map(workers: int, rows: int) -> Iterator[TaskMap]:
    """Other processes to share work with, as long as the ``with`` block lasts.

    Args:
        workers: Processes at work, this one among them.
        rows: Of the table that is worked on: a small one is nothing to share.

    Raises:
        UsageError: There is to be no process.
    """
    if workers < 1:
        raise UsageError(f"--workers {workers}: give 1 or more")
    if workers == 1 or rows < _ROWS_WORTH_SHARING:
        yield run_serially
        return
    with process_pool(workers - 1) as pool:
        for _ in range(workers - 1):
            pool.submit(_load_libraries)
        yield partial(_run_on_pool, pool)


def _run_on_pool(
    pool: Executor, work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
) -> list[Result]:
    order = np.argsort(np.negative(sizes), kind="stable").tolist()
    given = {at: pool.submit(work, items[at]) for at in order}
    # What nobody else has begun is done here.
    here = {at: work(items[at]) for at, future in given.items() if future.cancel()}
    return [here[at] if at in here else given[at].result() for at in range(len(items))]


def _load_libraries() -> None:
    """Load what will be asked for."""
    from indicators.disclosure import secondary

    del secondary


BoundsDecide = Callable[[Ints, Floats, Floats], Flags]
"""Whether the smallest and largest values of some counts met so far tell what is asked."""

VERDICTS = ("safe", "recovered")


_ONE = 1 - TOLERANCE
_COUNTS_PER_PROGRAM = 100
"""Counts that are bounded in one programme, if no more of them hang together."""


@dataclass(frozen=True, slots=True, eq=False)
class AuditResult:
    """What came out.

    Attributes:
        cells: One row a hidden count: what makes it (``count``, ``month``, ``area``,
            ``population``, ``dimension``, ``category``) and ``verdict``: ``recovered`` where a
            count that must be hidden can be derived, or bounded too closely; else ``safe``. Counts
            that nobody wrote down are there where they are recovered.
        problems: Linear programmes that were solved.
    """

    cells: pd.DataFrame
    problems: int

    @property
    def unsafe(self) -> pd.DataFrame:
        """The counts that are not safe."""
        return self.cells[self.cells["verdict"] == VERDICTS[1]]

    @property
    def recovered(self) -> int:
        """How many counts are not safe."""
        return len(self.unsafe)

    def describe_unsafe(self, most: int = 20) -> list[str]:
        """Where counts are not safe, a line each."""
        unsafe = self.unsafe
        head = unsafe.head(most)
        months = [f"{at // 12}-{at % 12 + 1:02d}" for at in head["month"].to_list()]
        keys = head[["count", "area", "population", "dimension", "category"]].to_numpy(str)
        lines = [f"{month} {' '.join(key)}" for month, key in zip(months, keys, strict=True)]
        return lines if len(unsafe) <= most else [*lines, f"and {len(unsafe) - most} more"]


def audit_tables(
    published: Sequence[pd.DataFrame],
    *,
    hidden_up_to: int,
    groups: Groups,
    last_only: bool = False,
    task_map: TaskMap = run_serially,
    proof: Proof | None = None,
) -> AuditResult:
    """Bound every hidden count of some long tables that are out together.

    Args:
        published: Long tables, oldest first.
        hidden_up_to: The policy's: counts of 1 up to this are hidden by rule.
        groups: Member areas by group code.
        last_only: Leave out counts of which the last table tells nothing.
        task_map: Does the work on each part.
        proof: Other values that hidden counts could have, of whoever has protected the last table.
            They spare linear programmes where they satisfy every equation that the attack knows;
            what they do not prove is bounded as if there were none.
    """
    renamed, known = separate_memberships(published, groups)
    registry = build_count_registry(None, renamed, about=renamed[-1] if last_only else None)
    identities = find_identities(registry, known, each=False)
    unwritten = np.ones(identities.unwritten, bool)
    hidden = np.concatenate([registry.withheld, unwritten])
    value = np.concatenate([registry.value, np.zeros(len(unwritten))])
    not_zero = np.concatenate([registry.not_zero, ~unwritten])
    derived = _guarded_differences(registry, identities)
    wanted = np.concatenate([registry.withheld, ~unwritten]) | derived
    linked = _linked_to_layer(registry, identities, len(published) if last_only else None)
    worlds = None if proof is None else proof.of_ledger(registry.appearances, len(hidden))
    cases = [
        _AuditCase(
            block,
            wanted[block.columns] & linked[block.columns],
            not_zero[block.columns],
            derived[block.columns],
            hidden_up_to,
            identities.doubtful[block.equations],
            None if worlds is None else worlds.of_counts(block.columns),
        )
        for block in independent_blocks(
            identities.matrix, hidden, value, together=_COUNTS_PER_PROGRAM, wanted=linked & wanted
        )
    ]
    judged = task_map(_verdicts_of_case, cases, [len(case.not_zero) for case in cases])
    verdict = np.full(len(hidden), VERDICTS[0], object)
    for case, judged_case in zip(cases, judged, strict=True):
        verdict[case.block.columns[case.wanted]] = judged_case.verdicts
    cells = pd.concat([registry.cells[list(CELL_COLUMNS)], identities.derived], ignore_index=True)
    written = len(cells)
    table_cells = cells.assign(verdict=verdict[:written])[
        wanted[:written] & (~derived[:written] | (verdict[:written] == VERDICTS[1]))
    ]
    solved = sum(judged_case.solved for judged_case in judged)
    return AuditResult(table_cells.reset_index(drop=True), solved)


def _guarded_differences(registry: CountRegistry, identities: Identities) -> Flags:
    """Differences that must be safe if they are small, and are not out already."""
    none = np.zeros(len(identities.slack_values), bool)
    guarded = np.concatenate([np.zeros(len(registry.cells), bool), identities.guarded, none])
    official = np.concatenate([registry.official, np.zeros(identities.unwritten, bool)])
    incidence = abs(identities.matrix)
    alone = incidence @ (~official).astype(float) < 1.5
    given: Flags = guarded & ~(incidence.T @ alone.astype(float) > 0)
    return given


def _linked_to_layer(registry: CountRegistry, identities: Identities, layer: int | None) -> Flags:
    """Counts that stand in a table, or in an equation with one that does; all for no table."""
    matrix = abs(identities.matrix)
    in_layer = np.full(matrix.shape[1], layer is None)
    if layer is not None:
        in_layer[registry.of_layer(layer)["cell"].to_numpy(np.int64)] = True
    linked: Flags = in_layer | (matrix.T @ (matrix @ in_layer.astype(float)) > 0)
    return linked


@dataclass(frozen=True, slots=True, eq=False)
class _AuditCase:
    """Counts that hang together.

    Attributes:
        block: The counts, and what is known of them.
        wanted: Which of them are judged.
        not_zero: Which of them are not 0 if they are hidden.
        derived: Which of them are differences: those may be 0 and nobody said so.
        hidden_up_to: The policy's.
        doubtful: Which equations of the block go first where they contradict each other.
        worlds: Other values that the counts could have, if anybody says so.
    """

    block: Block
    wanted: Flags
    not_zero: Flags
    derived: Flags
    hidden_up_to: int
    doubtful: Flags
    worlds: Worlds | None


@dataclass(frozen=True, slots=True)
class _CaseVerdicts:
    """Verdicts of the wanted counts of a case, and how many programmes they took."""

    verdicts: list[str]
    solved: int


def _verdicts_of_case(case: _AuditCase) -> _CaseVerdicts:
    """A verdict for each wanted count of a case."""
    block, wanted, worlds = case.block, np.flatnonzero(case.wanted), None
    if case.worlds is not None:
        worlds = completed(block, case.worlds)
    if worlds is None or not satisfied(block, worlds):
        block, worlds = drop_contradictions(block, case.doubtful), None
    derived, top = case.derived, float(case.hidden_up_to)

    def no_secret(counts: Ints, low: Floats, high: Floats) -> Flags:
        """Not small for sure: it may be larger, or a difference may be none at all."""
        return (high >= top + 1 - TOLERANCE) | derived[counts] & (low <= TOLERANCE)

    def open_to(counts: Ints, low: Floats, high: Floats) -> Flags:
        every = (low <= 1 + TOLERANCE) & (high >= top - TOLERANCE)
        return every | no_secret(counts, low, high)

    def several(counts: Ints, low: Floats, high: Floats) -> Flags:
        two = np.floor(high + TOLERANCE) > np.ceil(low - TOLERANCE)
        return no_secret(counts, low, high) | two

    anything, positive = np.zeros(len(derived)), case.not_zero.astype(float)
    # A difference is no secret if it may be 0.
    targets = np.where(derived, 0.0, 1.0), np.full(len(derived), top + 1)
    low, high, most, solved = _feasible_bounds(block, wanted, (anything, targets), open_to, worlds)
    unsafe = ~open_to(wanted, low, high) & (high >= _ONE)
    # A count that cannot be 1 or more is not hidden for its own sake, whatever else is known.
    left, targets = wanted[most >= _ONE], (anything, targets[1])
    low, high, _, more = _feasible_bounds(block, left, (positive, targets), several, worlds)
    unsafe[most >= _ONE] |= ~several(left, low, high) & (high >= _ONE)
    return _CaseVerdicts([VERDICTS[int(is_unsafe)] for is_unsafe in unsafe], solved + more)


def _feasible_bounds(
    block: Block,
    wanted: Ints,
    limits: tuple[Floats, tuple[Floats, Floats]],
    enough: BoundsDecide,
    worlds: Worlds | None,
) -> tuple[Floats, Floats, Floats, int]:
    """Values of counts, by no more programmes than tell what is asked.

    Args:
        block: The counts, and what is known of them.
        wanted: Which of them are asked for.
        limits: The smallest value of each, and how far down and up they are to be moved together.
        enough: What is asked.
        worlds: Values that satisfy the block's equations, if there are any.

    Returns:
        The smallest and the largest met, what none exceeds, and how many programmes it took.
    """
    lowest, targets = limits
    down, up = (FeasibleRange(block, lowest, target) for target in targets)
    if worlds is not None:
        up.low, up.high = met_in(block, worlds, lowest)

    def bounds_so_far(counts: Ints) -> tuple[Floats, Floats]:
        return np.fmin(up.low, down.low)[counts], np.fmax(up.high, down.high)[counts]

    def settled(counts: Ints) -> Flags:
        return enough(counts, *bounds_so_far(counts)) | (up.most[counts] < _ONE)

    up.maximise_together(wanted, settled)
    down.minimise_together(wanted, settled)
    up.maximise_together(wanted, settled)
    for count in wanted.tolist():
        if not settled(np.array([count])):
            up.move_one(count, 1.0)
            if not settled(np.array([count])):
                down.move_one(count, -1.0)
    return *bounds_so_far(wanted), up.most[wanted], up.solved + down.solved
