"""One run at a time, and a lock that goes with its process, however that ends."""

from __future__ import annotations

import builtins
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from indicators.errors import UsageError
from indicators.production.operations import project_lock, shared_project_lock

HOLD = """
import sys, time
from pathlib import Path
from indicators.production.operations import project_lock, shared_project_lock
with {lock}(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def other(root: Path, lock: str = "project_lock") -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD.format(lock=lock), str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_is_refused_and_told_which_is_at_work(tmp_path: Path) -> None:
    with other(tmp_path) as process:
        text = rf"another run is at work there \(process {process.pid}\); wait for it"
        with pytest.raises(UsageError, match=text), project_lock(tmp_path):
            pass
        with pytest.raises(UsageError, match="at work"), shared_project_lock(tmp_path):
            pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    with other(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (tmp_path / ".indicators" / "lock").exists()
        with project_lock(tmp_path):
            pass


FORK = """
import os, sys, time
from pathlib import Path
from indicators.production.operations import project_lock
with project_lock(Path(sys.argv[1])):
    child = os.fork()
    if child:
        print(child, flush=True)
        os.kill(os.getpid(), 9)
    time.sleep(60)
"""


def test_a_worker_that_outlives_its_run_keeps_nobody_out(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORK, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        try:
            process.wait()
            os.kill(worker, 0)
            with project_lock(tmp_path):
                pass
        finally:
            os.kill(worker, signal.SIGKILL)


def test_several_may_look_on_but_no_run_begins_meanwhile(tmp_path: Path) -> None:
    with other(tmp_path, "shared_project_lock"):
        with shared_project_lock(tmp_path):
            pass
        with (
            pytest.raises(UsageError, match="at work there"),
            project_lock(tmp_path),
        ):
            pass


def test_the_lock_is_free_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), project_lock(tmp_path):
        _ = 1 / 0
    with other(tmp_path):
        pass


def test_a_project_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".indicators").write_text("in the way")
    with pytest.raises(UsageError, match="make it writable"), project_lock(tmp_path):
        pass


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("refusal", [errno.EROFS, errno.EACCES])
def test_a_project_that_may_not_be_written_to_can_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, refusal: int
) -> None:
    # As root every folder can be written to: the system's answer is put in its mouth.
    opened = os.open

    def refused(path: Path, flags: int, *more: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(refusal, os.strerror(refusal), str(path))
        return opened(path, flags, *more)

    if there:
        with project_lock(tmp_path):
            pass
    monkeypatch.setattr(os, "open", refused)
    with shared_project_lock(tmp_path):
        pass
    with pytest.raises(UsageError, match="make it writable"), project_lock(tmp_path):
        pass
    monkeypatch.undo()
    if there:
        with other(tmp_path):
            monkeypatch.setattr(os, "open", refused)
            with pytest.raises(UsageError, match="at work there"), shared_project_lock(tmp_path):
                pass
            monkeypatch.undo()


def test_a_system_without_such_locks_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "fcntl":
            raise ImportError(name)
        return present(name, *more)

    with other(tmp_path):
        monkeypatch.setattr(builtins, "__import__", without)
        with project_lock(tmp_path):
            pass
        monkeypatch.undo()
