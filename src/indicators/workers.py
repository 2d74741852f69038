"""Who work is shared with: helper processes here, or a cluster's workers.

Helper processes end with the one that started them, however that ended.

A pool's processes wait for work in a pipe that they hold open themselves: of a parent that was
killed they would never hear, and they would wait or work on for ever. So each of them has a thread
that waits for the end of a pipe of which the parent alone holds the other end: the system closes it
when the parent is killed, and the parent itself when it wants no more of them.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from hashlib import sha256
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

from indicators.errors import UsageError

SPAWN: SpawnContext = multiprocessing.get_context("spawn")
"""How a pool's processes are started: fresh, with none of this one's threads and locks."""

REACHED_SECONDS = 20
"""How long a cluster's scheduler may take to answer."""


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
    parent_end, child_end = SPAWN.Pipe()
    pool = ProcessPoolExecutor(workers, SPAWN, _start_process, (child_end, initializer, arguments))
    try:
        yield pool
    except BrokenProcessPool as error:
        text = "a helper process was ended from outside, perhaps for lack of memory"
        raise UsageError(f"{text}; try --workers 1") from error
    except BaseException:
        parent_end.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        parent_end.close()
        child_end.close()


@contextmanager
def cluster(address: str, register: Path) -> Iterator[Executor]:
    """The workers of a dask.distributed cluster to share work with.

    What is not done when the ``with`` block ends, however it ends, is cancelled.

    Args:
        address: Of its scheduler, such as ``tcp://10.0.0.1:8786``.
        register: Folder of a canonical register, an absolute path; each worker must see the same
            register there.

    Raises:
        UsageError: dask is not installed here, no scheduler answers, it has no workers, a worker
            has a different version of this package or does not see the register, or is lost.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        problem = "needs the package distributed; install indicators with its extra `dask`"
        raise UsageError(f"--scheduler {problem}") from error
    # What it logs of a scheduler or worker that is lost is in our own error.
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
    try:
        client = distributed.Client(address, timeout=REACHED_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        problem = "no scheduler answers there; start one, or leave the option out"
        raise UsageError(f"--scheduler {address}: {problem}") from error
    with client:
        _check_workers(client, address, register)
        # Not pure: a register that has changed meanwhile has the same name and different rows.
        executor: Executor = client.get_executor(pure=False)
        try:
            yield executor
        except Exception as error:
            if not _lost(error):
                raise
            problem = f"a worker of the cluster was lost ({type(error).__name__}); run again"
            raise UsageError(f"--scheduler {address}: {problem}") from error
        finally:
            executor.shutdown(wait=False)


def _check_workers(client: Any, address: str, register: Path) -> None:
    """Refuse a cluster that would count otherwise than this machine, or not at all."""
    wanted = _abilities(register)
    try:
        found = client.run(_abilities, register)
    except (ImportError, AttributeError) as error:
        problem = "a worker of the cluster has not this version of indicators; install it there"
        raise UsageError(f"--scheduler {address}: {problem}") from error
    except OSError as error:
        problem = f"a worker of the cluster cannot read {register}; let all see it under that path"
        raise UsageError(f"--scheduler {address}: {problem}") from error
    if not found:
        raise UsageError(f"--scheduler {address}: it has no workers; start some")
    for worker, (code, meta) in sorted(found.items()):
        if code != wanted[0]:
            problem = "has another version of indicators; install the same one"
            raise UsageError(f"--scheduler {address}: the worker {worker} {problem}")
        if meta != wanted[1]:
            problem = f"sees another register under {register}; let all see the same one"
            raise UsageError(f"--scheduler {address}: the worker {worker} {problem}")


def _abilities(register: Path) -> tuple[str, str]:
    """Hashes of this process's package and of what it sees of a register."""
    from indicators.provenance import package_code

    sizes = [(path.name, path.stat().st_size) for path in sorted(register.glob("*.parquet"))]
    seen = (register / "meta.json").read_bytes() + repr(sizes).encode()
    return package_code().sha256, sha256(seen).hexdigest()


def _lost(error: Exception) -> bool:
    """Whether an error is dask's own, not one of the work."""
    return isinstance(error, CancelledError) or type(error).__module__.startswith("distributed")


def kill_group(leader: int) -> None:
    """End a process group; nothing if it is gone, or its leader has not made it yet."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def _start_process(
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
