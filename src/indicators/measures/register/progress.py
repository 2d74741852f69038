"""How many chunks are done, told while processes are at work on them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager
from typing import Any, Protocol

Progress = Callable[[int, int], None]
"""Is told how many chunks are done, and how many there are."""


def silent(done: int, chunks: int) -> None:
    """Tell nobody."""


EVERY = 0.25  # seconds between two looks


class Counter(Protocol):
    """A number that processes share: a ``multiprocessing.Value``."""

    value: int

    def get_lock(self) -> AbstractContextManager[Any]:
        """What keeps others away while it changes."""


_shared: list[Counter] = []


def share(counter: Counter) -> None:
    """Count into this from now on; a process at work is started with it."""
    _shared[:] = [counter]


def one_more() -> None:
    """Another chunk is done in this process; where nobody watches, nothing happens."""
    for counter in _shared:
        with counter.get_lock():
            counter.value += 1


def watch(tasks: list[Future[Any]], counter: Counter, chunks: int, progress: Progress) -> None:
    """Tell of the chunks until all tasks are done."""
    while wait(tasks, EVERY).not_done:
        progress(counter.value, chunks)
    progress(counter.value, chunks)
