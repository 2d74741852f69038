"""Helper processes end with the one that started them, however that ended.

A pool's processes wait for work in a pipe that they hold open themselves: of a parent that was
killed they would never hear, and they would wait or work on for ever. So each of them has a thread
that waits for the end of a pipe of which the parent alone holds the other end: the system closes it
when the parent is killed, and the parent itself when it wants no more of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from typing import Any

from indicators.errors import UsageError

SPAWN: SpawnContext = multiprocessing.get_context("spawn")
"""How a pool's processes are started: fresh, with none of this one's threads and locks."""


@contextmanager
def process_pool(
    workers: int, initializer: Callable[..., None] | None = None, *arguments: Any
) -> Iterator[Executor]:
    """Processes to share work with.

    They end with the ``with`` block, at once if it is left by an error or Ctrl-C, which reaches
    this process alone.

    Args:
        workers: How many.
        initializer: What each does first; a function of a module.
        arguments: What it is given.

    Raises:
        UsageError: One of them was ended by somebody else.
    """
    ours, theirs = SPAWN.Pipe()
    pool = ProcessPoolExecutor(workers, SPAWN, _begin, (theirs, initializer, arguments))
    try:
        yield pool
    except BrokenProcessPool as error:
        told = "a helper process was ended from outside, perhaps for lack of memory"
        raise UsageError(f"{told}; try --workers 1") from error
    except BaseException:
        ours.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


def end_with_parent() -> None:
    """Have this process end when the one that started it does; nothing in a main process.

    For processes of :mod:`multiprocessing`, which have such a pipe of their own.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_after(parent.join)


def kill_group(leader: int) -> None:
    """End a process group; nothing if it is gone, or its leader has not made it yet."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def _begin(
    pipe: Connection, initializer: Callable[..., None] | None, arguments: tuple[Any, ...]
) -> None:
    """First words of a pool's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing is ever sent: it returns at the pipe's end.
    end_after(lambda: pipe.poll(None))
    if initializer is not None:
        initializer(*arguments)


def end_after(wait: Callable[[], object]) -> None:
    """Have this process end, and with a group of its own all in it, when a call comes back.

    Args:
        wait: Called in a thread; an OSError ends the wait too.
    """

    def watch() -> None:
        with suppress(OSError):
            wait()
        # With a group of its own goes what this process has started, and then the process itself.
        kill_group(os.getpid())
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch").start()
