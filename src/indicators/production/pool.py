"""Processes that work side by side, and what becomes of the work when one of them dies."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from indicators.errors import IndicatorsError, NotebookError
from indicators.production.engine import processes
from indicators.workers import end_with_parent

MOST_WORKERS = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


class Hands(Protocol[Item, Result]):
    """Does pieces of work, here or elsewhere."""

    def each(
        self, work: Callable[[Item], Result], items: Sequence[Item], /
    ) -> Iterator[tuple[Item, Result | IndicatorsError]]:
        """Work on each item; gives it with the result, or our own error, as it is done."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection


class Pool:
    """Some processes on this machine; they end with the ``with`` block, however it ends.

    Args:
        workers: How many; by default the cores, at most four.
        warm: Whether they have the libraries loaded from the start and can be forked from.
        most: No more than so many.
    """

    def __init__(self, workers: int | None, *, warm: bool = True, most: int = 1) -> None:
        self._most = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), most)
        self._warm = warm
        self._idle: list[_Worker] = []
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.close()

    def each(
        self, work: Callable[[Item], Result], items: Sequence[Item]
    ) -> Iterator[tuple[Item, Result | IndicatorsError]]:
        """Work on each item: see :class:`Hands`. A defect of the work is raised as it is."""
        waiting = deque(items)
        busy: dict[Any, tuple[_Worker, deque[Item]]] = {}
        done: list[tuple[Item, Any]] = []
        while True:
            while waiting and len(busy) < self._most:
                worker = self._idle.pop() if self._idle else self._start()
                busy[worker.pipe] = worker, deque()
                self._give(work, waiting.popleft(), *busy[worker.pipe])
            for worker, given in busy.values():
                # Its next one is there when it ends: whoever takes the results may take his time.
                if len(given) == 1 and len(waiting) >= self._most:
                    self._give(work, waiting.popleft(), worker, given)
            yield from done
            if not busy:
                return
            done = []
            for pipe in connection.wait(list(busy)):
                worker, given = busy[pipe]
                # One that has died since it answered is found lost by its next piece of work.
                answer, lost = self._answer(worker)
                done.append((given.popleft(), answer))
                if lost:
                    # What it had not begun is for another.
                    waiting.extendleft(reversed(given))
                elif not given:
                    self._idle.append(worker)
                if lost or not given:
                    del busy[pipe]

    @staticmethod
    def _give(
        work: Callable[[Item], Result], item: Item, worker: _Worker, given: deque[Item]
    ) -> None:
        given.append(item)
        # Of one that is lost, nothing more will be heard.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send((work, item))

    def _start(self) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        process = processes.start(_serve, theirs, not self._warm, warm=self._warm)
        theirs.close()
        self._ends.callback(ours.close)
        self._ends.callback(processes.kill, process)
        return _Worker(process, ours)

    def _answer(self, worker: _Worker) -> tuple[Any, bool]:
        """What a worker made of its piece of work, and whether it was lost over it."""
        try:
            answer = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            processes.kill(worker.process)
            told = "its process was ended from outside, perhaps for lack of memory"
            return NotebookError(f"{told}; try --workers 1"), True
        if isinstance(answer, Exception) and not isinstance(answer, IndicatorsError):
            raise answer
        return answer, False


def _serve(pipe: Connection, watch: bool) -> None:
    """Work until the pipe is closed.

    Args:
        pipe: Brings work and takes answers.
        watch: Whether a thread may watch that the starter is there: a process that is forked from
            can have none, and watches while it waits for what it has forked.
    """
    # What libraries log of a failure is in our own error already.
    logging.disable(logging.CRITICAL)
    if watch:
        end_with_parent()
    while True:
        try:
            work, item = pipe.recv()
        except EOFError:
            return
        try:
            answer = work(item)
        except Exception as error:
            answer = error
        try:
            pipe.send(answer)
        except (TypeError, AttributeError, ValueError):
            pipe.send(RuntimeError(f"{type(answer).__name__} cannot be sent"))
