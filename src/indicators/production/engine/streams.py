"""What cells print, gathered as a kernel does: by stream, sent after a moment or on a flush."""

from __future__ import annotations

import fcntl
import io
import os
import select
import sys
import termios
import threading
from collections.abc import Callable

# As ipykernel's, whose outputs these must equal.
FLUSH_SECONDS = 0.2
NUMBERS = {"stdout": 1, "stderr": 2}
# Told apart from anything that a program would write.
_END = b"\x00end of what was written\x00"


class Stream(io.TextIOBase):
    """Stands for ``sys.stdout`` or ``sys.stderr`` in a notebook's process.

    Args:
        name: ``stdout`` or ``stderr``.
        send: Given the name and the text of each message.
    """

    def __init__(self, name: str, send: Callable[[str, str], None]) -> None:
        self.name = name
        self._send = send
        self._lock = threading.RLock()
        self._parts: list[str] = []
        self._timer: threading.Timer | None = None
        self._process = os.getpid()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As a kernel says it."""
        return "UTF-8"

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, text: str, /) -> int:
        """Keep a text until the next flush."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:
            # A process that a cell has forked: what it says comes through the descriptor.
            os.write(NUMBERS[self.name], text.encode(errors="replace"))
            return len(text)
        with self._lock:
            self._parts.append(text)
            if self._timer is None:
                self._timer = threading.Timer(FLUSH_SECONDS, self.flush)
                self._timer.daemon = True
                self._timer.start()
        return len(text)

    def flush(self) -> None:
        """Send what was kept."""
        if os.getpid() != self._process:
            return
        with self._lock:
            text = "".join(self._parts)
            self._parts.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if text:
                self._send(self.name, text)


class Descriptor:
    """Takes what goes past Python to a file descriptor, such as a program's output.

    Args:
        stream: Where it is written instead; its name says which descriptor.
    """

    def __init__(self, stream: Stream) -> None:
        self._number = NUMBERS[stream.name]
        self._stream = stream
        self._kept = b""
        self._reached_end = threading.Event()
        self._reading = threading.Lock()
        self._source, sink = os.pipe()
        os.dup2(sink, self._number)
        os.close(sink)
        threading.Thread(target=self._read, daemon=True, name=stream.name).start()

    def drain(self) -> None:
        """Wait until all that was written so far is with the stream."""
        with self._reading:
            if not self._unread():
                return
        self._reached_end.clear()
        os.write(self._number, _END)
        self._reached_end.wait()

    def _unread(self) -> bool:
        """Whether something waits to be read; most cells write nothing past Python."""
        count = fcntl.ioctl(self._source, termios.FIONREAD, bytes(4))
        return int.from_bytes(count, sys.byteorder) > 0 or bool(self._kept)

    def _read(self) -> None:
        while True:
            select.select([self._source], [], [])
            # Who drains may be sure: what is no more in the pipe is with the stream.
            with self._reading:
                data = os.read(self._source, 65536)
                if not data:
                    return
                text, end, rest = (self._kept + data).partition(_END)
                if not end and _may_have_begun(text):
                    self._kept = text
                    continue
                self._kept = b""
                if text or rest:
                    self._stream.write((text + rest).decode(errors="replace"))
                if end:
                    self._reached_end.set()


def _may_have_begun(data: bytes) -> bool:
    """Whether the mark of the end may have arrived in part."""
    return any(data.endswith(_END[:length]) for length in range(1, len(_END)))
