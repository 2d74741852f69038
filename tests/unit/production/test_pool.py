"""Processes side by side: nobody waits for whoever takes the results."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from indicators.errors import NotebookError
from indicators.production.pool import Pool


def _touch(path: Path) -> str:
    path.touch()
    return path.name


def _appears(path: Path) -> bool:
    end = time.monotonic() + 60
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return path.exists()


def _die_once(path: Path) -> str:
    """Ends its own process where a file of that name is; the file is gone then."""
    if path.exists():
        path.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def test_a_worker_goes_on_while_its_last_result_is_taken(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abcd"]
    with Pool(1, warm=False, most=4) as pool:
        results = pool.each(_touch, paths)
        assert next(results) == (paths[0], "a")
        # Two more are made though nobody has asked for them yet; the one after them waits.
        assert _appears(paths[1])
        assert _appears(paths[2])
        assert not paths[3].exists()
        assert [name for _, name in results] == ["b", "c", "d"]


def test_a_lost_worker_costs_one_piece_of_work_alone(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abcdef"]
    paths[1].touch()
    with Pool(1, warm=False, most=4) as pool:
        made = dict(pool.each(_die_once, paths))
    assert isinstance(made.pop(paths[1]), NotebookError)
    assert list(made.values()) == ["a", "c", "d", "e", "f"]


def test_there_may_be_nothing_to_do() -> None:
    with Pool(1, warm=False) as pool:
        assert list(pool.each(_touch, [])) == []
