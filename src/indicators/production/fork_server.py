"""The fork server that kernels are forked from, with the libraries of a report loaded.

It is Python's own, started by exec, so that it has none of the threads and locks of the process
that starts it, and it stays single-threaded, which alone makes a fork safe. This module imports
nothing of Jupyter: it is at work before any kernel is wanted.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indicators.errors import UsageError

# Names of the package's own kernels.
FORKED, FRESH = "indicators", "indicators-fresh"

KERNELS = Path(__file__).with_name("kernels")
MODULE = "indicators.production.fork_provisioner"

# What most of a report's notebooks import. Only modules whose import changes nothing for those who
# do not use them: a notebook must not see that they were there already. So nothing that sets a
# look or a backend is here, and nothing that starts threads.
PRELOADED = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "numpy",
    "pyarrow.parquet",
    "pandas",
    "statsmodels.tsa.seasonal",
    "babel.dates",
    "babel.numbers",
    "holidays.countries",
    "indicators.reporting.monthly",
    MODULE,
)
# As ipykernel sets it; matplotlib looks when it is imported, which may be before the fork.
BACKEND = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}

# Bytes that a socket's path may have: 107 on Linux, 103 on macOS.
LONGEST_SOCKET = 103
# What multiprocessing and jupyter_client put behind the folder.
LONGEST_FOLDER = LONGEST_SOCKET - len("/pymp-12345678/listener-12345678")

_starting = threading.Lock()


def can_fork() -> bool:
    """Whether this system lets a process be forked from one that has the libraries loaded."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def prepare() -> None:
    """Start loading the libraries in the fork server, where the system can fork."""
    if can_fork():
        from multiprocessing import forkserver

        with fork_server():
            forkserver.ensure_running()


def socket_folder() -> str:
    """A folder for sockets: that of temporary files, if its path is short enough for them.

    Raises:
        UsageError: Neither that folder nor one of the system's will do.
    """
    ours = tempfile.gettempdir()
    for path in (ours, os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp"):
        fits = path and len(os.fsencode(Path(path).absolute())) <= LONGEST_FOLDER
        if fits and os.access(path, os.W_OK | os.X_OK):
            return path
    raise UsageError(
        f"{ours}: too long a path for the sockets of processes; set TMPDIR to a folder that can be "
        f"written to, with a path of at most {LONGEST_FOLDER} letters"
    )


@contextmanager
def fork_server() -> Iterator[Any]:
    """The fork server, which is started, if it is not at work, with what it needs.

    Its socket must have a short path, and its libraries one thread: so both are set meanwhile.
    """
    specification = json.loads((KERNELS / FORKED / "kernel.json").read_text(encoding="utf-8"))
    wanted = {**specification["env"], **BACKEND}
    with _starting:
        before = {name: os.environ.get(name) for name in wanted}
        folder, tempfile.tempdir = tempfile.tempdir, socket_folder()
        os.environ.update(wanted)
        try:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(list(PRELOADED))
            yield context
        finally:
            tempfile.tempdir = folder
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
