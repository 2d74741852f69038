"""A fetch that is killed: nothing half-written, and the next one goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from indicators.sources.statfin.snapshots import read_snapshots
from replay.server import ReplayServer
from replay.tables import official

pytestmark = pytest.mark.slow


def begin(project: Path, server: ReplayServer) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "indicators", "fetch", "statfin", "--base-url", server.base_url]
    return subprocess.Popen(
        line, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_killed_fetch_goes_on_where_it_was(tmp_path: Path) -> None:
    shutil.copy(ROOT / "indicators.toml", tmp_path)
    table = official().of(timeperiod_m=("2026M03", "2026M04", "2026M05", "2026M06"))
    with ReplayServer([table], maxCalls=1000, maxCells=421 * 23).running() as server:
        first = begin(tmp_path, server)
        server.after[3] = first.kill
        _, errors = first.communicate(timeout=60)
        assert first.returncode < 0, errors
        folder = tmp_path / "data" / "raw" / "statfin"
        assert [path.name for path in folder.iterdir()] == [".fetching"]
        came = [chosen["timeperiod_m"] for _, chosen in server.queries]
        assert came == [["2026M03"], ["2026M04"], ["2026M05"]]
        server.requests.clear()
        second = begin(tmp_path, server)
        output, errors = second.communicate(timeout=60)
        assert second.returncode == 0, errors
    assert output.startswith("statfin 12r5: 2026-07-21 fetched (4 answers)\n")
    # The third had been answered and may not have come; the first two had.
    asked = [chosen["timeperiod_m"] for _, chosen in server.queries]
    assert asked in ([["2026M06"]], [["2026M05"], ["2026M06"]])
    assert read_snapshots(folder).months == ("2026-03", "2026-04", "2026-05", "2026-06")
