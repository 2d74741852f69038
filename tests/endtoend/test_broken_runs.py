"""Runs that are killed, starved, crossed: nothing published is touched, and the next one goes on.

What a run of notebooks alone does when one of its processes is killed is tested beside this, in
``test_run_stopped.py``; what ``verify`` says of a harmed file in ``test_production.py``.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import CELL, MONTH, set_up, write_notebook

from conftest import contents, in_process, indicators
from indicators.processed import manifest, vintages
from indicators.processed.manifest import damaged_outputs
from indicators.production.operations import unfinished_paths

RUN = ("run", "--months", MONTH, "--lang", "fi")
REPORT = ("report", "--month", MONTH, "--lang", "fi", "--renderer", "embedded")
# `make stress` kills more often.
KILLS = int(os.environ.get("INDICATORS_KILLS", "4"))
LISTING = "reports/_index.md"
DISK_BYTES = 300_000
pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return set_up(tmp_path / "project")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose report is published."""
    root = set_up(tmp_path_factory.mktemp("project"))
    goes_on(root)
    return root


@pytest.fixture
def made(first: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    root = tmp_path / "copy"
    shutil.copytree(first, root, symlinks=True)
    return root


def start(
    root: Path, *arguments: str, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "indicators", *arguments],
        cwd=root,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=before,  # noqa: PLW1509 - it only sets a limit
    )


def published(root: Path) -> dict[str, bytes]:
    """Every file under a published name."""
    found = {}
    for name in ("data/processed", "reports", "_site"):
        present = contents(root / name) if (root / name).is_dir() else {}
        found.update({f"{name}/{item}": content for item, content in present.items()})
    found.pop(LISTING, None)
    return found


def refused(
    root: Path, status: int, *arguments: str, before: Callable[[], None] | None = None
) -> str:
    """A run that fails and leaves everything as it was; gives the line it said."""
    computed = published(root)
    process = start(root, *arguments, before=before)
    _, result = process.communicate(timeout=120)
    assert process.returncode == status, result
    assert result.count("\n") == 1
    assert published(root) == computed
    assert list(unfinished_paths(root)) == []
    return result


def goes_on(root: Path) -> None:
    """The next run makes everything, and it is as recorded."""
    called = indicators(*REPORT, project=root)
    assert called.returncode == 0, called.stderr
    assert list(unfinished_paths(root)) == []
    verified = in_process("verify", MONTH, "--no-rebuild", project=root)
    assert verified.returncode == 0, verified.stderr


def whole(root: Path) -> None:
    """Whatever stands under a published name stands there whole."""
    folder = vintages.month_folder(root, MONTH)
    for name in vintages.list_vintages(folder):
        assert damaged_outputs(folder / name, manifest.read(folder / name)) == []
    assert (folder / "latest").resolve().name in vintages.list_vintages(folder)
    for book in root.glob("reports/2*/*/*.ipynb"):
        assert json.loads(book.read_text(encoding="utf-8"))["cells"][-1]["outputs"]
    for page in root.glob("_site/**/*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    for paper in root.glob("_site/**/*.pdf"):
        assert paper.read_bytes().rstrip().endswith(b"%%EOF")


def test_killed_at_random_moments_nothing_is_half_published_and_every_resume_succeeds(
    root: Path,
) -> None:
    begin = time.monotonic()
    goes_on(root)
    longest = time.monotonic() - begin
    moments = random.Random(2022)
    provenance = root / "data" / "raw" / "statfin" / "provenance.json"
    text = provenance.read_text(encoding="utf-8")
    for number in range(KILLS):
        # Other bytes every time, so that there is a vintage to publish when the axe falls.
        provenance.write_text(text.replace("CC BY 4.0", f"CC BY 4.0, {number}"), encoding="utf-8")
        process = start(root, *REPORT, "--force")
        time.sleep(moments.uniform(0, longest))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        whole(root)
        goes_on(root)
        whole(root)
    assert len(vintages.list_vintages(vintages.month_folder(root, MONTH))) == KILLS + 1


def small_disk() -> None:
    """Files may not grow beyond a size: what a full disk says, but of another number."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK_BYTES, DISK_BYTES))


def other_sources(root: Path) -> None:
    (root / "data" / "raw" / "statfin" / "provenance.json").unlink()


def large_output(root: Path) -> None:
    write_notebook(root, f"print('x' * {DISK_BYTES})")


def other_text(root: Path) -> None:
    """A notebook that is published and whose page is still to be made."""
    write_notebook(root, CELL.replace("Rows", "All rows"))
    assert indicators(*RUN, project=root).returncode == 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (other_sources, f"data/processed/{MONTH}/"),
        (large_output, "reports/_work-"),
        (other_text, f"_site/reports/{MONTH}/fi/"),
    ],
    ids=["tables", "notebook", "page"],
)
def test_a_full_disk_touches_nothing(
    made: Path, change: Callable[[Path], None], where: str
) -> None:
    change(made)
    result = refused(made, 2, *REPORT, before=small_disk)
    assert where in result
    assert "cannot be written (File too large)" in result
    goes_on(made)


def test_an_input_that_cannot_be_read_is_told_and_touches_nothing(made: Path) -> None:
    [snapshot] = (made / "data" / "raw" / "statfin").glob("*2022-10-31*")
    remaining = snapshot.read_bytes()
    snapshot.unlink()
    snapshot.mkdir()
    assert snapshot.name in refused(made, 3, *REPORT)
    snapshot.rmdir()
    snapshot.write_bytes(remaining[:-10])
    assert snapshot.name in refused(made, 3, *REPORT)
    snapshot.write_bytes(remaining)
    goes_on(made)


FAILS = "a = 1\nraise ValueError('no such thing')"
HANGS = "import time\ntime.sleep(600)"
EATS = "a = []\nwhile True: a.append(bytearray(10**8))"
CRASHES = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    ("cell", "more", "status", "told"),
    [
        (CELL, ("--parameter", "vintag=latest"), 2, "unknown parameter vintag"),
        (FAILS, (), 5, "cell 2, line 2 failed: ValueError: no such thing; nothing was published"),
        (HANGS, ("--cell-seconds", "1"), 5, "cell 2 did not end within 1 seconds"),
        (EATS, ("--memory-gb", "0.5"), 5, "cell 2, line 2 failed: MemoryError"),
        (CRASHES, (), 5, "cell 2 failed: its kernel died"),
    ],
    ids=["mistyped", "failing", "hanging", "eating", "crashing"],
)
def test_a_notebook_that_goes_wrong_is_told_with_its_place_and_touches_nothing(
    made: Path, cell: str, more: tuple[str, ...], status: int, told: str
) -> None:
    write_notebook(made, cell)
    assert told in refused(made, status, *REPORT, *more)
    write_notebook(made, CELL)
    goes_on(made)


def test_two_runs_at_once_are_one_and_a_refusal(root: Path) -> None:
    begun, end = root / "begun", root / "end"
    waits = (
        f"import time\nfrom pathlib import Path\nPath({str(begun)!r}).touch()\n"
        f"while not Path({str(end)!r}).exists(): time.sleep(0.05)"
    )
    write_notebook(root, waits)
    process = start(root, *RUN)
    while not begun.exists():
        assert process.poll() is None
        time.sleep(0.05)
    for second in (RUN, ("verify", MONTH)):
        called = indicators(*second, project=root)
        assert called.returncode == 2
        assert called.stderr == (
            f"indicators: {root}: another run is at work there (process {process.pid}); "
            "wait for it\n"
        )
    end.touch()
    stream, result = process.communicate(timeout=60)
    assert process.returncode == 0, result
    assert f"monthly-report-{MONTH}-fi.ipynb" in stream


def test_every_run_leaves_a_log_of_its_own(made: Path) -> None:
    write_notebook(made, "raise ValueError('131052-908T')")
    refused(made, 5, *REPORT)
    first, failed = (
        [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        for log in sorted((made / ".indicators" / "log").iterdir())
    )
    assert [item["event"] for item in (first[0], first[-1])] == ["start", "end"]
    assert {item["what"] for item in first if item["event"] == "done"} >= {f"page {MONTH} fi"}
    assert {item["step"] for item in first if item["event"] == "cache"} >= {f"tables {MONTH}"}
    assert (failed[-1]["status"], failed[-1]["error"]) == (5, "NotebookError")
    assert "131052" not in json.dumps(failed)
