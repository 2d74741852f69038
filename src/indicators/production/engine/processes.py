"""Processes that are warm from the start: forked from one that has loaded the libraries.

Python's own fork server is that one: started fresh, by exec, so that it has none of the threads and
locks of the process that asks for it. It stays single-threaded, which alone makes a fork safe.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from indicators.production.engine import sockets
from indicators.workers import kill_group

ZYGOTE = "indicators.production.engine.zygote"
# Threads of libraries: a warm process may have none, and the figures must not depend on how many
# cores a machine has. Set for kernels too, so that both engines count alike.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def can_fork() -> bool:
    """Whether this system lets a process be forked from a warm one."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def single_threaded() -> bool:
    """Whether this process has one thread; libraries' own threads count where they can be seen."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) == 1 if tasks.is_dir() else threading.active_count() == 1


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes started within have single-threaded libraries."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def prepare() -> None:
    """Have the libraries loaded meanwhile: warm processes will be wanted soon."""
    if can_fork():
        from multiprocessing import forkserver

        multiprocessing.get_context("forkserver").set_forkserver_preload([ZYGOTE])
        with one_thread(), sockets.room():
            forkserver.ensure_running()


def start(target: Callable[..., None], *arguments: Any, warm: bool = True) -> BaseProcess:
    """Start a process: warm if asked and to be had, else a fresh one.

    From a warm process it is forked at once, with all that this one has read since.

    Args:
        target: What it does; a function of a module.
        arguments: What the function is given; pipes may be among them.
        warm: Whether libraries are to be loaded already.
    """
    here = multiprocessing.current_process()
    if here.daemon:
        # Such a process may have no children, lest they outlive it; ours watch for its end.
        here.daemon = False
    process = _context(warm).Process(  # type: ignore[attr-defined]
        target=_begin, args=(dict(os.environ), target, arguments)
    )
    with one_thread(), sockets.room():
        process.start()
    started: BaseProcess = process
    return started


def _context(warm: bool) -> BaseContext:
    if not (warm and can_fork()):
        return multiprocessing.get_context("spawn")
    if may_fork():
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([ZYGOTE])
    return context


def may_fork() -> bool:
    """Whether this very process is warm, and safe to be forked from."""
    # The fork server alone imports the zygote; its children have it from there.
    return can_fork() and ZYGOTE in sys.modules and single_threaded()


def _begin(
    environment: Mapping[str, str], target: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """First words of every process: the starter's environment, and a group of its own.

    The group takes along whatever a cell starts when it is ended, and Ctrl-C does not reach it:
    who started the process ends it.
    """
    os.environ.clear()
    os.environ.update({**environment, **ONE_THREAD})
    if hasattr(os, "setsid"):
        os.setsid()
    target(*arguments)


def kill(process: BaseProcess) -> None:
    """End a process and all it started, now."""
    if process.is_alive() and process.pid is not None:
        kill_group(process.pid)
        process.kill()
    process.join()
