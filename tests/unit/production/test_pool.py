"""Processes side by side: nobody waits for whoever takes the results."""

from __future__ import annotations

import time
from pathlib import Path

from indicators.production.pool import Pool


def _touch(path: Path) -> str:
    path.touch()
    return path.name


def _appears(path: Path) -> bool:
    end = time.monotonic() + 60
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return path.exists()


def test_a_worker_goes_on_while_its_last_result_is_taken(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abc"]
    with Pool(1, warm=False, most=3) as pool:
        results = pool.each(_touch, paths)
        assert next(results) == (paths[0], "a")
        # The next is made though nobody has asked for it yet; the one after it waits.
        assert _appears(paths[1])
        assert not paths[2].exists()
        assert list(results) == [(paths[1], "b"), (paths[2], "c")]


def test_there_may_be_nothing_to_do() -> None:
    with Pool(1, warm=False) as pool:
        assert list(pool.each(_touch, [])) == []
