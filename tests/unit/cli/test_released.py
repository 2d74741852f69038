"""What a run says of its releases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from fixtures.released import store_releases_as_they_are
from fixtures.small_tables import random_table
from indicators.cli import run_commands
from indicators.releases.store import write_description


def test_each_call_since_then_is_a_line_and_nothing_is_said_of_what_was_there(
    tmp_path: Path,
) -> None:
    assert run_commands.release_folders(tmp_path) == frozenset()
    assert run_commands.releases_since(tmp_path, frozenset()) == []
    store_releases_as_they_are(random_table(1, "2022-01"), tmp_path)
    before = run_commands.release_folders(tmp_path)
    assert len(before) == 1
    assert run_commands.releases_since(tmp_path, before) == []
    both = pd.concat([random_table(1, month) for month in ("2022-02", "2022-03")])
    for item in store_releases_as_they_are(both, tmp_path):
        write_description(replace(item, statuses={"normal": 10, "suppressed": 3}), item.folder)
    store_releases_as_they_are(random_table(2, "2022-03"), tmp_path)
    assert run_commands.releases_since(tmp_path, before) == [
        "released: 2 months of 2022-02..2022-03, 6 of 26 figures hidden (tyonv5); "
        "why: data/internal/releases/test/0002",
        f"released: 1 month of 2022-03, 0 of {len(random_table(2))} figures hidden (tyonv5); "
        "why: data/internal/releases/test/0003",
    ]
