"""How long a run takes beside plain Papermill with a kernel for each notebook: ``make bench``.

Everything happens in a copy of the repository. Each line is a command of its own; busy is the
processor time of all its processes. Plain Papermill executes one notebook after the other, as a
loop over months does; ours has as many kernels at work as there are cores.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.calendar import parse_months

ROOT = Path(__file__).parents[1]
MONTHS = "2021-03..2023-06"
LANGUAGES = ("fi", "sv", "en")
PERSONS = 60_000
SUBREAPER = 36  # of Linux's prctl: processes left by a command become ours, and their time too
NOTEBOOK = Path("notebooks") / "monthly_report.ipynb"
EMPTY = 'month: str = "2022-02"\nlanguage: str = "fi"\nvintage: str = "latest"'


@dataclass(frozen=True)
class Took:
    """What a command took.

    Attributes:
        seconds: By the clock.
        busy: Processor time of all its processes.
    """

    seconds: float
    busy: float

    def __str__(self) -> str:
        return f"{self.seconds:8.1f} s  {self.busy:8.1f} s busy"


def took(*line: str | Path, project: Path) -> Took:
    """Run a command and wait for all its processes."""
    before, start = _busy(), time.perf_counter()
    subprocess.run(list(map(str, line)), cwd=project, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    return Took(seconds, _busy() - before)


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def indicators(*arguments: str, project: Path) -> Took:
    return took(sys.executable, "-m", "indicators", *arguments, project=project)


def plain(project: Path, months: Sequence[str]) -> None:
    """Papermill as its manual has it: a kernel for each notebook, one after the other."""
    import papermill

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    for month in months:
        folder = project / "plain" / month
        folder.mkdir(parents=True)
        papermill.execute_notebook(
            project / NOTEBOOK,
            folder / "out.ipynb",
            {"month": month, "language": "fi"},
            kernel_name="python3",
            cwd=folder,
            progress_bar=False,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )


def copy(target: Path) -> Path:
    """What git knows of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def forget(project: Path, *what: str) -> None:
    """Remove what was made, so that it is made again; tables stay."""
    for folder in what:
        shutil.rmtree(project / folder, ignore_errors=True)
    for made in (project / "reports").glob("[0-9]*"):
        shutil.rmtree(made)


def empty_notebook(project: Path) -> None:
    """A notebook that does nothing: all it takes is ours."""
    path = project / NOTEBOOK
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"] = [{**book["cells"][0], "source": EMPTY}]
    path.write_text(json.dumps(book), encoding="utf-8")


def against_plain(project: Path, months: str) -> None:
    """Finnish notebooks of all months, by plain Papermill and by a run."""
    fi = ("run", "--months", months, "--lang", "fi", "--no-register")
    whole = indicators(*fi, project=project)
    forget(project)
    ours = indicators(*fi, project=project)
    theirs = took(
        sys.executable, __file__, "--plain", months, "--project", project, project=project
    )
    show("plain Papermill, a kernel each", theirs)
    show("indicators run, tables too", whole, faster(theirs, whole))
    show("indicators run, tables there", ours, f"{faster(theirs, ours)} (mark: 4 ×)")
    shutil.rmtree(project / "plain")


def faster(theirs: Took, ours: Took) -> str:
    by_clock, busy = theirs.seconds / ours.seconds, theirs.busy / ours.busy
    return f"{by_clock:.1f} × faster, {busy:.1f} × less busy"


def overhead(project: Path, months: str) -> None:
    """What a notebook takes above its own work: one worker, many notebooks and one."""
    empty_notebook(project)
    run = ("run", "--lang", ",".join(LANGUAGES), "--no-register", "--workers", "1", "--months")
    count = len(parse_months(months)) * len(LANGUAGES)
    forget(project)
    many = indicators(*run, months, project=project)
    forget(project)
    few = indicators(*run, parse_months(months)[0], project=project)
    each = (many.seconds - few.seconds) / (count - len(LANGUAGES))
    show(f"{count} empty notebooks, one worker", many, f"{each:.2f} s each")
    shutil.copyfile(ROOT / NOTEBOOK, project / NOTEBOOK)


def reports(project: Path, months: str, *more: str) -> None:
    """Pages and PDFs in three languages, everything made anew but what is unchanged."""
    everything = ("report", "--month", months, "--renderer", "embedded", *more)
    one = ("report", "--month", parse_months(months)[0], "--renderer", "embedded", *more)
    forget(project, "_site", ".indicators")
    show("one month, three languages", indicators(*one, project=project), "(mark: 20 s)")
    forget(project, "_site", ".indicators")
    show("all months, three languages", indicators(*everything, project=project), "(mark: 300 s)")
    # The first time all that is new is hashed once.
    for what in ("the same again, unchanged", "and once more"):
        show(what, indicators(*everything, project=project), "(mark: 1 s)")


def show(what: str, took: Took, more: str = "") -> None:
    print(f"{what:<36} {took}  {more}".rstrip(), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", default=MONTHS, help=f"default: {MONTHS}")
    parser.add_argument("--plain", help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plain:
        plain(asked.project, parse_months(asked.plain))
        return
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        print(f"{len(parse_months(asked.months))} months, {os.cpu_count()} cores")
        against_plain(project, asked.months)
        overhead(project, asked.months)
        reports(project, asked.months, "--no-register")
        register = "data/synthetic/register"
        people = ("--persons", str(PERSONS), "--seed", "2021", "--layout", "canonical")
        (project / "data" / "synthetic").mkdir(exist_ok=True)
        indicators("synthesise", register, *people, project=project)
        print(f"with a second part, from a made-up register of {PERSONS:,} persons")
        reports(project, asked.months)


if __name__ == "__main__":
    main()
