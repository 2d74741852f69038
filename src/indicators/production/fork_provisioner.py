"""Kernels forked from a process that has the libraries loaded, as jupyter_client knows them.

A *kernel provisioner* is jupyter_client's extension point for how a kernel's process comes to be;
:class:`ForkProvisioner` is registered under the name that ``kernels/indicators/kernel.json`` asks
for. The kernel itself is an ordinary ipykernel (:func:`main`), forked or fresh, and nbclient talks
to it as to any other.

Processes are forked by :mod:`indicators.production.fork_server`. Where the system cannot fork, the
kernel is started as jupyter_client starts any.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from indicators.production import guard
from indicators.production.fork_server import BACKEND, KERNELS, MODULE, can_fork, fork_server
from indicators.reporting.display import RUN_VARIABLE
from indicators.workers import end_after, kill_group

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

GIB = 1024**3
# The extension of IPython that shows figures and tables as a run needs them.
DISPLAY = "indicators.production.kernel_display"
# What a guarded kernel was refused, beside the guard's file.
NOTES = "refused"

_managers: weakref.WeakSet[NotebookKernelManager] = weakref.WeakSet()


class NotebookKernelManager(AsyncKernelManager):
    """Finds the package's own kernels, whatever kernels a user has registered under their names."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        _managers.add(self)

    @default("kernel_spec_manager")
    def _own_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by a fork of a process that has the libraries loaded."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; where the system cannot fork, as any other kernel.

        Args:
            cmd: As the kernel's specification has it; what stands behind the module's name is
                given to :func:`main`.
            kwargs: ``env`` and ``cwd`` as for a new process; nothing else concerns a fork.

        Returns:
            How to reach the kernel.
        """
        if not can_fork():
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(MODULE) + 1 :]
        process = _start(arguments, kwargs["env"], kwargs.get("cwd"))
        self.process = _Forked(process)  # type: ignore[assignment]
        # Its first act is to make a group of its own.
        self.pid = self.pgid = process.pid
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """End what the kernel has left behind: of a kernel that died, what its cells started."""
        if self.pgid is not None:
            kill_group(self.pgid)
        await super().cleanup(restart)


class _Forked:
    """A forked process as :class:`subprocess.Popen` shows one, which the base class works with."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()


def end_kernels() -> None:
    """End all kernels that this process has started, and what their cells have started."""
    for manager in list(_managers):
        group = getattr(manager.provisioner, "pgid", None)
        if group is not None:
            kill_group(group)


def _start(arguments: Sequence[str], environment: Mapping[str, str], cwd: Any) -> BaseProcess:
    with fork_server() as context:
        # A daemon, so that Python does not wait for it at its end, whatever went wrong.
        process: BaseProcess = context.Process(
            target=_begin, args=(list(arguments), dict(environment), cwd), daemon=True
        )
        process.start()
    return process


def _begin(arguments: list[str], environment: dict[str, str], cwd: str | None) -> None:
    """The first code of a forked process: give it the state of a process started fresh."""
    os.setsid()
    # Or it could not have such processes itself. It watches for its starter's end instead.
    multiprocessing.current_process().daemon = False
    # Its objects are shared with all kernels: a collector that looks at them copies their pages.
    gc.freeze()
    # Figures are made of very many small objects: looking at them as often as is usual takes an
    # eighth of a report's time.
    gc.set_threshold(10_000)
    os.environ.clear()
    os.environ.update({**BACKEND, **environment})
    if cwd is not None:
        os.chdir(cwd)
    sys.path[:] = _PATH
    # The random module does so by itself.
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    main(arguments)


def main(arguments: Sequence[str]) -> None:
    """Run an ordinary ipykernel in this process until it is asked to end.

    Args:
        arguments: ``-f`` and the connection file, as of any ipykernel, and some of our own:
            ``--memory-gb``, what the cells may take beyond what the libraries have taken;
            ``--scratch``, a folder that goes when the starter ends before the kernel does; and
            ``--guard``, a file with what the cells may not read, beside which is noted what they
            were refused.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--memory-gb", type=float)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--guard", type=Path)
    own, others = parser.parse_known_args(arguments)
    if own.guard is not None:
        _install_guard(own.guard, own.scratch)
    os.environ[RUN_VARIABLE] = "1"
    _end_with_starter(own.scratch)
    if own.memory_gb is not None:
        limit_memory(int(own.memory_gb * GIB))
    if os.name == "posix":
        # Else ipykernel watches too, and may be the first to end the process.
        os.environ.pop("JPY_PARENT_PID", None)
    from ipykernel.kernelapp import launch_new_instance

    # ipykernel repeats what programs print that cells start, which is in the notebook already.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    others = [*others, f"--InteractiveShellApp.extra_extensions={DISPLAY}"]
    sys.argv = [MODULE, *others]
    launch_new_instance(argv=others)


def _install_guard(specification: Path, scratch: Path | None) -> None:
    if scratch is not None:
        # What is new in the system's own folder may not be read if that holds something closed.
        os.environ["TMPDIR"] = str(scratch)
        tempfile.tempdir = None
    guard.install(
        guard.guard_from_json(specification.read_text(encoding="utf-8")),
        specification.with_name(NOTES),
    )


def _end_with_starter(scratch: Path | None) -> None:
    """Have this process end when the one that started it does, however that ended."""
    parent = multiprocessing.parent_process()
    starter = os.getppid()

    def wait() -> None:
        if parent is not None:
            parent.join()
        while parent is None and os.getppid() == starter:
            time.sleep(0.5)
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)

    end_after(wait)


def limit_memory(more: int) -> None:
    """Let this process and those it starts take so many bytes more than now; for good.

    A cell that asks for more fails with Python's MemoryError, in its own line. Where the system
    has no such limit, there is none.

    Args:
        more: Bytes of address space.
    """
    if os.name != "posix":
        return
    import resource

    most = _address_space() + more
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _address_space() -> int:
    """Bytes of address space of this process; 0 where that cannot be seen."""
    status = Path("/proc/self/status")
    found = re.search(r"VmSize:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


# Where a fresh process looks for modules, before any script has added its own folder: ipykernel
# itself adds the working directory.
_PATH = [entry for entry in sys.path if entry]

if __name__ == "__main__":
    # The working directory, which `python -m` puts first.
    with suppress(IndexError):
        del sys.path[0]
    main(sys.argv[1:])
