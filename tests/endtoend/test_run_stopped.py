"""A run that is stopped or killed: nothing half-made, no process left, and the next one goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from running import ENDING_SECONDS, begin, project

from conftest import contents

MONTHS, LANGUAGES = ("2022-02", "2022-03"), ("fi", "sv")
ROUNDS = int(os.environ.get("INDICATORS_KILLS", "6"))
# Long enough to be hit.
DRAWS = """\
import time
from contextlib import suppress
from pathlib import Path
Path('figures').mkdir()
for number in range(5):
    Path(f'figures/{number}.svg').write_text(f'{month} {language} {number}')
    time.sleep(0.1)
print('all', language)"""
HANGS = """\
import time
from pathlib import Path
Path({begun!r}).write_text('now')
time.sleep(600)"""

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")


def left_over(root: Path) -> list[str]:
    return [path.name for path in (root / "reports").glob("_work-*")]


def check_whole(root: Path) -> int:
    """Every report that is there is whole; gives how many there are."""
    # What a killed run has left aside has no published name; the next run takes it away.
    folders = list((root / "reports").glob("[0-9]*/[!.]*"))
    for folder in folders:
        month, language = folder.parent.name, folder.name
        book = json.loads((folder / f"monthly-report-{month}-{language}.ipynb").read_text())
        [shown] = book["cells"][-1]["outputs"]
        assert f"all {language}" in "".join(shown["data"]["text/markdown"])
        assert len(list((folder / "figures").iterdir())) == 5
    for tables in (root / "data" / "processed").glob("[0-9]*/[0-9]*"):
        assert (tables / "indicators.parquet").exists()
        assert (tables / "manifest.json").exists()
    return len(folders)


def reports(root: Path) -> dict[str, bytes]:
    result = contents(root / "reports")
    return {name: data for name, data in result.items() if Path(name).name != "manifest.json"}


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(20210301)
    root = project(tmp_path / "killed", DRAWS)
    for number in range(ROUNDS):
        # Forced, so that there is something to do each time.
        run = begin(root, MONTHS, LANGUAGES, *(["--force"] if number % 2 else []))
        time.sleep(chance.uniform(0.5, 7))
        present = run.processes()
        if present:
            victim = present[0] if number % 3 == 0 else chance.choice(present)
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        run.process.communicate(timeout=120)
        assert run.left() == []
        check_whole(root)
    last = begin(root, MONTHS, LANGUAGES)
    _, result = last.process.communicate(timeout=120)
    assert (last.process.returncode, result) == (0, "")
    assert check_whole(root) == len(MONTHS) * len(LANGUAGES)
    assert left_over(root) == []
    clean = project(tmp_path / "clean", DRAWS)
    run = begin(clean, MONTHS, LANGUAGES)
    run.process.communicate(timeout=120)
    assert run.process.returncode == 0
    assert reports(root) == reports(clean)


def wait_for(path: Path) -> None:
    end = time.monotonic() + ENDING_SECONDS * 2
    while not path.exists():
        assert time.monotonic() < end, "the notebook did not begin"
        time.sleep(0.05)


@pytest.mark.parametrize("engine", ["warm", "kernel"])
def test_ctrl_c_ends_everything_at_once(tmp_path: Path, engine: str) -> None:
    begun = tmp_path / "begun"
    starts = "import subprocess\nsubprocess.Popen(['sleep', '600'])"
    root = project(tmp_path / "project", starts, HANGS.format(begun=str(begun)))
    run = begin(root, MONTHS[:1], LANGUAGES[:1], "--engine", engine)
    wait_for(begun)
    # As a terminal does: to the whole group.
    os.killpg(run.process.pid, signal.SIGINT)
    _, result = run.process.communicate(timeout=60)
    assert run.process.returncode == 130
    assert result == "indicators: stopped; nothing half-done was published\n"
    assert run.left() == []
    assert list((root / "reports").iterdir()) == []


@pytest.mark.parametrize("victim", ["os.getpid()", "os.getppid()"], ids=["itself", "fork server"])
def test_a_kernel_that_is_killed_ends_its_month_alone(tmp_path: Path, victim: str) -> None:
    kills = f"import os, signal\nif month == '2022-02':\n    os.kill({victim}, signal.SIGKILL)"
    root = project(tmp_path / "project", kills, "import time\ntime.sleep(2)", DRAWS)
    run = begin(root, MONTHS, LANGUAGES[:1], "--workers", "1")
    out, told = run.process.communicate(timeout=120)
    assert run.process.returncode == 5
    assert told.startswith("indicators: 2022-02 fi: ")
    assert "its kernel died, perhaps for lack of memory" in told
    assert told.count("\n") == 1
    assert out.splitlines()[0] == "reports/2022-03/fi/monthly-report-2022-03-fi.ipynb"
    assert check_whole(root) == 1
    assert run.left() == []
