"""The notebook's side: ipykernel's own kernel, whose messages go through a pipe, not a socket.

So streams, rich outputs, tracebacks and execution counts are made by the code that makes them in
any Jupyter kernel. What is new here is the way they leave the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sys
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any
from unittest import mock

import zmq
from ipykernel import ipkernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Type
from traitlets.config import Config

from indicators.production.engine import hanging, preload
from indicators.production.engine.limits import limit_memory
from indicators.production.engine.streams import Descriptor, Stream
from indicators.workers import end_with_parent

# The history of a notebook's cells is nobody's to read later: no database of it is made.
# Nor does it wait for sockets to be emptied: there are none.
CONFIG = Config({"HistoryManager": {"enabled": False}, "PipeKernel": {"_execute_sleep": 0.0}})
IOPUB, SHELL = "iopub", "shell"
# What jupyter_client's own Session.send takes after the parent, in order.
_FURTHER = ("ident", "buffers", "track", "header", "metadata")


class PipeSession(Session):
    """Sends each message as JSON through a pipe, with the channel it belongs to."""

    def attach(self, pipe: Connection) -> None:
        """Say which pipe."""
        self._pipe = pipe
        self._one_at_a_time = threading.Lock()
        self.replied = False

    def send(  # type: ignore[override]
        self,
        stream: str | None,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        *more: Any,
        **named: Any,
    ) -> dict[str, Any]:
        """Send a message: to iopub if that is the stream, else as a reply."""
        given = dict(zip(_FURTHER, more, strict=False)) | named
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            header, metadata = given.get("header"), given.get("metadata")
            message = self.msg(msg_or_type, content, parent, header, metadata)
        raw = [bytes(one) for one in given.get("buffers") or message.get("buffers", [])]
        with self._one_at_a_time:
            self._pipe.send((stream or SHELL, self.pack(message), raw))
        self.replied |= stream is None
        return message


class _NoDebugger:
    """Nobody steps through a notebook here; the real one listens on a socket."""

    def __init__(self, *_: Any) -> None:
        pass


class _NoModules:
    """Stands for ``sys`` while a kernel is made, which lists the files of all modules.

    That is for the debugger; here it would have a forked process copy thousands of pages.
    """

    modules: Mapping[str, object] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class _OneShell:
    """Stands where newer kernels have the thread that listens for several shells."""

    @property
    def parent_thread(self) -> threading.Thread:
        """Where cells are executed."""
        return threading.main_thread()


class PipeKernel(IPythonKernel):
    """A Python kernel without streams, sockets and threads of its own."""

    debugger_class = Type(_NoDebugger)
    shell_channel_thread = _OneShell()
    _supports_kernel_subshells = False

    def start(self) -> None:
        """Nothing to listen on; but cells may reach for the loop."""
        self.io_loop = IOLoop.current()
        if self.shell is not None:
            self.shell.exit_now = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """The other side asks for nothing more after a failure."""


def serve(pipe: Connection, memory: int | None, record: str) -> None:
    """Answer requests until the pipe is closed.

    Args:
        pipe: To the engine.
        memory: Bytes that cells may take, beyond what the libraries have taken already.
        record: File to write to when asked which line it is at.
    """
    hanging.answer(record)
    end_with_parent()
    _as_a_kernel_is()
    limit_memory(memory)
    asyncio.run(_serve(pipe))


def _as_a_kernel_is() -> None:
    """Undo what a forked process has of its parent, and begin as a kernel begins."""
    os.environ.setdefault("MPLBACKEND", preload.BACKEND)
    sys.path[:] = preload.PATH
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


async def _serve(pipe: Connection) -> None:
    session = PipeSession()
    session.attach(pipe)
    log = logging.getLogger(__name__)
    with mock.patch.object(ipkernel, "sys", _NoModules()):
        kernel: Any = PipeKernel(session=session, iopub_socket=IOPUB, config=CONFIG, log=log)  # type: ignore[no-untyped-call]
    # Some magics look for the kernel at the application's, which needs no more of one than this.
    IPKernelApp.instance(kernel=kernel, shell=kernel.shell)
    kernel.start()
    descriptors = _redirect(kernel)
    arrived = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), arrived.set)
    while True:
        await arrived.wait()
        try:
            request = session.unpack(pipe.recv_bytes())
        except EOFError:
            return
        arrived.clear()
        session.replied = False
        await kernel.dispatch_shell(_parts(session, request))
        if not session.replied:
            # ipykernel only logs what goes wrong in itself, and the other side would wait.
            raise RuntimeError("the kernel did not answer")
        for one in descriptors:
            one.drain()


def _parts(session: Session, request: dict[str, Any]) -> list[zmq.Frame]:
    """A request as it comes off the wire."""
    return [zmq.Frame(part) for part in session.serialize(request)]


def _redirect(kernel: Any) -> list[Descriptor]:
    """Take over what cells print, and what programs they start print."""

    def send(name: str, text: str) -> None:
        parent = kernel.get_parent("shell")
        kernel.session.send(IOPUB, "stream", {"name": name, "text": text}, parent)

    sys.stdout, sys.stderr = streams = Stream("stdout", send), Stream("stderr", send)
    return [Descriptor(stream) for stream in streams]
