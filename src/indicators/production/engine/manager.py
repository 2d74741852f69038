"""The engine's side: what nbclient takes for a kernel manager and its client."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty
from typing import Any

from jupyter_client.session import Session

from indicators.production.engine import processes
from indicators.production.engine.hanging import Recorder
from indicators.production.engine.kernel import IOPUB, SHELL, serve


class Channel:
    """Messages of one kind, in the order they came."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, message: dict[str, Any]) -> None:
        """Add one."""
        self._messages.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next one; ``Empty`` if none comes in so many seconds."""
        if not self._messages.empty():
            return self._messages.get_nowait()
        try:
            async with asyncio.timeout(timeout):
                return await self._messages.get()
        except TimeoutError:
            raise Empty from None


class PipeClient:
    """Asks a notebook's process through its pipe."""

    def __init__(self, pipe: Connection, process: BaseProcess) -> None:
        self.allow_stdin = False
        self.shell_channel = Channel()
        self.iopub_channel = Channel()
        self._pipe = pipe
        self._process = process
        self._session = Session()
        self._parent = multiprocessing.parent_process()

    def start_channels(self) -> None:
        """Listen from now on: to the process, and for the end of who waits for this one."""
        loop = asyncio.get_event_loop()
        loop.add_reader(self._pipe.fileno(), self._receive)
        if self._parent is not None:
            loop.add_reader(self._parent.sentinel, self._abandon)

    def stop_channels(self) -> None:
        """Listen no more."""
        loop = asyncio.get_event_loop()
        loop.remove_reader(self._pipe.fileno())
        if self._parent is not None:
            loop.remove_reader(self._parent.sentinel)

    def close(self) -> None:
        """Close the pipe."""
        self.stop_channels()
        self._pipe.close()

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """A request waits in the pipe until the process is ready."""

    def is_alive(self) -> bool:
        """Whether the process is there."""
        return bool(self._process.is_alive())

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask to execute a cell; returns the request's id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        return self._ask("execute_request", content)

    def kernel_info(self) -> str:
        """Ask what the process speaks; returns the request's id."""
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        message = self._session.msg(kind, content)
        with suppress(BrokenPipeError):  # it is dead, which nbclient finds by itself
            self._pipe.send_bytes(self._session.pack(message))
        return str(message["msg_id"])

    def _abandon(self) -> None:
        """Nobody waits for this process any more: end it, and the notebook's first."""
        processes.kill(self._process)
        os._exit(1)

    def _receive(self) -> None:
        try:
            channel, packed, buffers = self._pipe.recv()
        except (EOFError, OSError):
            self.stop_channels()
            return
        message = self._session.unpack(packed)
        message["buffers"] = buffers
        {IOPUB: self.iopub_channel, SHELL: self.shell_channel}[channel].put(message)


class ForkManager:
    """Starts and ends a notebook's process.

    Args:
        memory: Bytes that the cells may take.
    """

    def __init__(self, memory: int | None = None) -> None:
        self._memory = memory
        self._process: BaseProcess | None = None
        self._client: PipeClient | None = None
        self._recorder = Recorder()

    @property
    def has_kernel(self) -> bool:
        """Whether it was started."""
        return self._process is not None

    def start_kernel(self, **_: Any) -> None:
        """Start it; what kernels are told on their command line does not concern it."""
        ours, theirs = multiprocessing.Pipe()
        record = str(self._recorder.path)
        self._process = processes.start(serve, theirs, self._memory, record)
        theirs.close()
        self._client = PipeClient(ours, self._process)

    def client(self) -> PipeClient | None:
        """The way to ask it."""
        return self._client

    def line(self) -> int | None:
        """Which line of its cell it is at, if that can be said."""
        process = self._process
        if process is None or process.pid is None or not process.is_alive():
            return None
        return self._recorder.line(process.pid)

    def end(self) -> None:
        """End it, and all its cells have started."""
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            processes.kill(self._process)
        self._recorder.close()
