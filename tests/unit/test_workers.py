"""Helper processes end with the one that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indicators.errors import UsageError
from indicators.workers import process_pool

SHARES = """
import sys, time
from indicators.workers import process_pool
from test_workers import take_place
if __name__ == "__main__":
    with process_pool(2) as pool:
        # The third waits in vain.
        done = [pool.submit(take_place, sys.argv[1], number) for number in range(3)]
        print(done[0].result())
"""


def take_place(folder: str, number: int) -> None:
    """Say which process this is, and be at work: busily, without a pause, or idly."""
    (Path(folder) / f"{number}").write_text(str(os.getpid()))
    while number:
        pass
    time.sleep(600)


def fall(how: str) -> None:
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(600)


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_pool_ends_with_its_starter(tmp_path: Path, ended_by: signal.Signals) -> None:
    script = tmp_path / "shares.py"
    script.write_text(SHARES)
    (tmp_path / "at").mkdir()
    path = f"{Path(__file__).parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "at")],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
    ) as starter:
        wait_until(lambda: len([*(tmp_path / "at").iterdir()]) == 2)
        wait_until(lambda: all(item.read_text() for item in (tmp_path / "at").iterdir()))
        at_work = [int(item.read_text()) for item in (tmp_path / "at").iterdir()]
        assert all(map(alive, at_work))
        starter.send_signal(ended_by)
        starter.wait(30)
    wait_until(lambda: not any(map(alive, at_work)))


def test_what_is_at_work_is_not_waited_for_when_something_fails() -> None:
    begun = time.monotonic()

    def fail() -> None:
        with process_pool(1) as pool:
            pool.submit(fall, "idle")
            int("x")

    with pytest.raises(ValueError, match="invalid"):
        fail()
    assert time.monotonic() - begun < 60


def test_a_helper_that_is_lost_is_told() -> None:
    with pytest.raises(UsageError, match="ended from outside"), process_pool(1) as pool:
        pool.submit(fall, "killed").result()


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(holds) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
