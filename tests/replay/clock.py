"""A clock that whoever sleeps moves on: nobody waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class ReplayClock:
    """Shared by the client and the server of a test."""

    def __init__(self, start: datetime = datetime(2026, 7, 21, 6, tzinfo=UTC)) -> None:
        self._start = start
        self._seconds = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._seconds += seconds
