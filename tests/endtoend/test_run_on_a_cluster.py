"""The same run by the workers of a dask.distributed cluster on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import begin, project

from conftest import contents

distributed = pytest.importorskip("distributed")

MONTHS, LANGUAGES = ("2022-02", "2022-03"), ("fi", "sv")
DRAWS = """\
import os
from pathlib import Path
import pandas
from indicators import processed, settings
Path('figures').mkdir()
Path('figures/a.svg').write_text(language)
tables = processed.read(settings.load().root, month)
print(len(tables.indicators), tables.vintage)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def made(root: Path) -> dict[str, bytes]:
    files = contents(root / "reports")
    return {name: data for name, data in files.items() if Path(name).name != "manifest.json"}


def ended(root: Path, *more: str) -> tuple[int, str, str]:
    run = begin(root, MONTHS, LANGUAGES, *more)
    out, told = run.process.communicate(timeout=200)
    return run.process.returncode, out, told


@pytest.mark.slow
def test_it_makes_the_same_files(address: str, tmp_path: Path) -> None:
    here, there = (project(tmp_path / name, DRAWS) for name in ("here", "there"))
    assert ended(here)[::2] == (0, "")
    assert ended(there, "--scheduler", address)[::2] == (0, "")
    assert made(there) == made(here)
    assert len(made(here)) == 2 * len(MONTHS) * len(LANGUAGES)
    assert not list((there / "reports").glob("_work-*"))


@pytest.mark.slow
def test_a_failing_cell_is_told_as_if_it_had_been_here(address: str, tmp_path: Path) -> None:
    fails = "if (month, language) == ('2022-02', 'sv'):\n    raise ValueError('odd')"
    root = project(tmp_path / "project", fails)
    status, out, told = ended(root, "--scheduler", address)
    assert status == 5
    assert "2022-02 sv: " in told
    assert "cell 2, line 2 failed: ValueError: odd" in told
    assert out.splitlines()[0] == "reports/2022-03/fi/monthly-report-2022-03-fi.ipynb"
    assert not (root / "reports" / "2022-02").exists()


def test_a_scheduler_that_is_not_there_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.errors import UsageError
    from indicators.production import remote

    monkeypatch.setattr(remote, "REACHED_SECONDS", 1)
    with (
        pytest.raises(UsageError, match=r"tcp://127.0.0.1:9: no scheduler answers there"),
        remote.cluster("tcp://127.0.0.1:9"),
    ):
        pass
