"""A small server on the loopback with the manners of StatFin's, and files of other sources.

Its limits are those of ``?config``, counted over a sliding window by a clock of its own; a refused
request counts too. What goes wrong is put into ``faults``, one for each request to come, or is
done by ``after``, which is called when a number of queries have been answered.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from replay.clock import ReplayClock
from replay.tables import Table, cells_of, recording

API = "/PxWeb/api/v1/fi"
WEB_PAGE = b"<!DOCTYPE html><html><body>403 - Forbidden: Access is denied.</body></html>"
ERRORS = {
    (entry["status"], entry.get("headers", {}).get("Content-Type")): entry["body"]
    for entry in recording("errors.json")
}


@dataclass
class Reply:
    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    # Only so much of the body is sent, and then the connection is cut.
    sent: int | None = None
    # Nothing at all is sent until the server closes.
    late: bool = False


def as_json(content: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(content, ensure_ascii=False).encode())


CUT = Reply(200, b'{"id": [' + b" " * 1000, sent=500)
SLOW = Reply(200, b"", late=True)
UNAVAILABLE = Reply(503, b"", "text/plain")
PAGE_INSTEAD = Reply(200, b"<html>Maintenance</html>", "text/html")


class ReplayServer:
    """The server's state; ``running()`` gives it an address."""

    def __init__(
        self,
        tables: Iterable[Table] = (),
        *,
        clock: ReplayClock | None = None,
        files: Mapping[str, bytes] | None = None,
        plain_errors: bool = True,
        **limits: int,
    ) -> None:
        self.tables = {f"{table.folder}/{table.id}.px": table for table in tables}
        self.clock = clock or ReplayClock()
        self.files = dict(files or {})
        self.plain_errors = plain_errors
        self.config = recording("config.json") | limits
        # The method, the path and the values selected of each request that came.
        self.requests: list[tuple[str, str, dict[str, list[str]] | None]] = []
        self.refused = 0
        self.faults: deque[Reply | None] = deque()
        self.after: dict[int, Callable[[], None]] = {}
        self.base_url = ""
        self._calls: deque[float] = deque()
        self._closing = threading.Event()
        self._lock = threading.Lock()

    @property
    def queries(self) -> list[tuple[str, dict[str, list[str]]]]:
        """Path and selection of each query for more than one cell."""
        return [
            (path.rpartition("/")[2], chosen)
            for _, path, chosen in self.requests
            if chosen and cells_of(chosen) > 1
        ]

    @contextmanager
    def running(self) -> Iterator[ReplayServer]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.base_url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self._closing.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def wait_for_end(self) -> None:
        self._closing.wait(30)

    def reply(self, method: str, path: str, body: bytes) -> Reply:
        with self._lock:
            if self._is_over_limit():
                self.refused += 1
                self.requests.append((method, path, None))
                window = str(self.config["timeWindow"])
                refusal = as_json(ERRORS[429, None], 429)
                refusal.headers = {"Retry-After": window}
                return refusal
            fault = self.faults.popleft() if self.faults else None
            chosen, reply = self._answer(method, path, body)
            self.requests.append((method, path, chosen))
            if fault is None and chosen and cells_of(chosen) > 1:
                self.after.pop(len(self.queries), lambda: None)()
            return fault or reply

    def _is_over_limit(self) -> bool:
        now, window = self.clock.monotonic(), self.config["timeWindow"]
        while self._calls and now - self._calls[0] >= window:
            self._calls.popleft()
        self._calls.append(now)
        return len(self._calls) > self.config["maxCalls"]

    def _answer(
        self, method: str, path: str, body: bytes
    ) -> tuple[dict[str, list[str]] | None, Reply]:
        files = {f"{API}/?config": json.dumps(self.config).encode()} | self.files
        if path in files:
            return None, Reply(200, files[path])
        name = urlsplit(path).path.removeprefix(f"{API}/StatFin/")
        listed = [
            {
                "id": f"{one.id}.px",
                "type": "t",
                "text": one.listed,
                "updated": "2026-06-06T21:04:30",
            }
            for one in self.tables.values()
            if one.folder == name
        ]
        if method == "GET" and listed:
            return None, as_json(listed)
        if name not in self.tables:
            return None, self._bad_request()
        table = self.tables[name]
        return (None, as_json(table.metadata())) if method == "GET" else self._data(table, body)

    def _data(self, table: Table, body: bytes) -> tuple[dict[str, list[str]] | None, Reply]:
        try:
            chosen = table.selected(json.loads(body))
        except (ValueError, KeyError, TypeError):
            chosen = None
        if chosen is None:
            return None, self._bad_request()
        if cells_of(chosen) > self.config["maxCells"]:
            return None, self._too_large()
        return chosen, as_json(table.answer(chosen))

    def _bad_request(self) -> Reply:
        if self.plain_errors:
            return Reply(400, ERRORS[400, "text/plain"].encode(), "text/plain")
        return as_json(ERRORS[400, "application/json"], 400)

    def _too_large(self) -> Reply:
        if self.plain_errors:
            return Reply(403, WEB_PAGE, "text/html")
        return as_json(ERRORS[403, "application/json"], 403)


def _handler(state: ReplayServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(state.reply("GET", self.path, b""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._send(state.reply("POST", self.path, body))

        def _send(self, reply: Reply) -> None:
            if reply.late:
                state.wait_for_end()
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])

        def log_message(self, *_arguments: object) -> None:
            """Nothing: tests look at `requests`."""

    return Handler
