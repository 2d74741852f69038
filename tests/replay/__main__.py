"""``python -m replay`` (in ``tests/``): the server by itself, with a clock that runs."""

from __future__ import annotations

import threading
import time

from replay.clock import ReplayClock
from replay.server import ReplayServer
from replay.tables import made_up_tables, official


class _RunningClock(ReplayClock):
    def monotonic(self) -> float:
        return time.monotonic()


if __name__ == "__main__":
    with ReplayServer(
        [official(with_older=True), *made_up_tables()], clock=_RunningClock()
    ).running() as server:
        print(f"indicators fetch statfin --base-url {server.base_url}", flush=True)
        threading.Event().wait()
