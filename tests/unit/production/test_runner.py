"""Months × languages: nothing begins with a wrong parameter, nothing is left of a failed run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import plant
import pytest

from indicators.errors import DataError, NotebookError, UsageError
from indicators.production import runner
from indicators.production.cache import StepCache
from indicators.production.options import Engine, Limits, RunOptions, RunRequest
from indicators.production.steps import Cache, NotebookState, Step, report_path, summary_table
from indicators.settings.model import Settings

Project = Callable[..., Settings]
MONTH = "2022-02"
DRAWN = """\
from pathlib import Path
Path('figures').mkdir()
Path('figures/a.svg').write_text(language)"""
# The Swedish notebook fails, the Finnish one does not.
FAILS = "fine = 1\nassert language == 'fi', 'only Finnish'"
# Months are made, with their tables and notebooks.
pytestmark = pytest.mark.slow


def left_over(settings: Settings) -> list[str]:
    return [path.name for path in (settings.root / "reports").iterdir() if path.name[0] in "_."]


def test_a_folder_a_month_and_language(project: Project) -> None:
    settings, messages = project([DRAWN]), []
    reports = runner.run(
        RunRequest(settings, [MONTH], ["sv", "fi"], run_options=RunOptions(workers=2)),
        progress=messages.append,
    ).reports
    assert [(report.month, report.language) for report in reports] == [(MONTH, "sv"), (MONTH, "fi")]
    for report in reports:
        folder = settings.root / "reports" / MONTH / report.language
        assert report.notebook == folder / f"monthly-report-{MONTH}-{report.language}.ipynb"
        assert report.notebook.exists()
        assert (folder / "figures" / "a.svg").read_text() == report.language
    assert left_over(settings) == []
    assert len(messages) == 3  # the tables and two notebooks
    tables = settings.root / "data" / "processed" / MONTH
    assert sorted(path.name for path in tables.iterdir()) == ["2023-12-05", "latest"]


def test_a_second_run_gives_the_same_bytes_and_drops_what_is_no_longer_made(
    project: Project,
) -> None:
    settings = project([DRAWN])
    request = RunRequest(settings, [MONTH], ["fi"])
    runner.run(request, cache=StepCache(settings.root, force=True)).check()
    first = plant.contents(settings.root / "reports")
    folder = settings.root / "reports" / MONTH / "fi"
    plant.write_notebook(settings.root, [DRAWN.replace("a.svg", "b.svg")])
    (folder / "figures" / "mine.svg").write_text("of no run")
    runner.run(request, cache=StepCache(settings.root, force=True)).check()
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["b.svg", "mine.svg"]
    (folder / "figures" / "mine.svg").unlink()
    plant.write_notebook(settings.root, [DRAWN])
    runner.run(request, cache=StepCache(settings.root, force=True)).check()
    assert plant.contents(settings.root / "reports") == first


def test_a_failing_cell_publishes_nothing_and_leaves_what_was_there(project: Project) -> None:
    settings = project(["earlier = 1"])
    runner.run(RunRequest(settings, [MONTH], ["fi"])).check()
    before = plant.contents(settings.root / "reports")
    assert before
    plant.write_notebook(settings.root, [FAILS])
    with pytest.raises(NotebookError, match=r"cell 2, line 2.*only Finnish"):
        runner.run(
            RunRequest(settings, [MONTH], ["fi", "sv"], run_options=RunOptions(workers=1))
        ).check()
    assert plant.contents(settings.root / "reports") == before
    assert left_over(settings) == []


def test_a_language_beside_an_unchanged_one_is_published(project: Project) -> None:
    settings = project([DRAWN])
    for languages in (["fi"], ["fi", "sv"]):
        request = RunRequest(settings, [MONTH], languages)
        outcome = runner.run(request, cache=StepCache(settings.root, force=False))
        outcome.check()
    assert outcome.rows[0].states == {"fi": NotebookState.UNCHANGED, "sv": NotebookState.MADE}
    assert all(report.notebook.exists() for report in outcome.reports)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"mont": MONTH}, UsageError),
        ({"vintage": "newest"}, UsageError),
        ({"vintage": "1999-01-01"}, DataError),
    ],
)
def test_a_wrong_parameter_stops_before_a_kernel_starts(
    project: Project,
    given: dict[str, str],
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def started(*_: object) -> None:
        pytest.fail("a notebook was executed")

    monkeypatch.setattr(runner, "_execute_notebooks", started)
    settings = project()
    with pytest.raises(error):
        runner.run(RunRequest(settings, [MONTH], ["fi"], given=given)).check()
    assert not (settings.root / "reports" / MONTH).exists()


@pytest.mark.parametrize("months", [["2031-01"], [MONTH, "2031-01"]])
def test_a_month_that_is_not_held_stops_before_anything_is_written(
    project: Project, months: list[str]
) -> None:
    settings = project()
    with pytest.raises(UsageError, match="2031-01"):
        runner.run(RunRequest(settings, months, ["fi"])).check()
    assert not (settings.root / "reports").exists()
    assert not (settings.root / "data" / "processed").exists()


def test_a_notebook_without_parameters_is_told_before_anything_is_written(
    project: Project,
) -> None:
    settings = project()
    source = settings.root / "notebooks" / "monthly_report.ipynb"
    source.write_text(plant.notebook(["a = 1"], tagged=False))
    with pytest.raises(NotebookError, match="no cell has the tag"):
        runner.run(RunRequest(settings, [MONTH], ["fi"])).check()
    assert not (settings.root / "data" / "processed").exists()


def test_a_place_that_cannot_be_written_is_wrong_use(project: Project) -> None:
    settings = project()
    (settings.root / "reports").write_text("a file in the way")
    with pytest.raises(UsageError, match="reports"):
        runner.run(RunRequest(settings, [MONTH], ["fi"])).check()
    assert (settings.root / "reports").read_text() == "a file in the way"


def test_the_path_of_a_report(project: Project) -> None:
    settings = project()
    path = report_path(settings.root, MONTH, "en").relative_to(settings.root)
    assert path == Path("reports/2022-02/en/monthly-report-2022-02-en.ipynb")


@pytest.mark.parametrize("engine", list(Engine))
def test_a_process_that_is_ended_from_outside_is_told(project: Project, engine: Engine) -> None:
    settings = project(["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"])
    with pytest.raises(NotebookError, match=r"2022-02 fi: .*cell 2 failed: its kernel died"):
        runner.run(
            RunRequest(settings, [MONTH], ["fi"], run_options=RunOptions(engine=engine))
        ).check()
    assert plant.contents(settings.root / "reports") == {}
    assert left_over(settings) == []


OTHER = "2022-03"
ONE_MONTH_FAILS = f"if month == {MONTH!r} and language == 'sv':\n    raise ValueError('odd')"


def test_a_month_that_fails_leaves_the_others_whole(project: Project) -> None:
    settings = project([ONE_MONTH_FAILS])
    outcome = runner.run(
        RunRequest(settings, [MONTH, OTHER], ["fi", "sv"], run_options=RunOptions(workers=2))
    )
    names = {(report.month, report.language) for report in outcome.reports}
    assert names == {(OTHER, "fi"), (OTHER, "sv")}
    assert all(report.notebook.exists() for report in outcome.reports)
    # The month's other language was made well, and still nothing of the month is published.
    assert not (settings.root / "reports" / MONTH).exists()
    failed, fine = outcome.rows
    assert failed.states == {"fi": NotebookState.HELD_BACK, "sv": NotebookState.FAILED}
    assert fine.states == {"fi": NotebookState.MADE, "sv": NotebookState.MADE}
    with pytest.raises(NotebookError, match=r"2022-02 sv: .*cell 2, line 2 failed: ValueError"):
        outcome.check()
    assert left_over(settings) == []


def test_all_that_failed_is_told(project: Project) -> None:
    settings = project(["raise ValueError(month)"])
    with pytest.raises(NotebookError) as caught:
        runner.run(RunRequest(settings, [MONTH, OTHER], ["fi"])).check()
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert sorted(line.split(":")[0].strip() for line in lines) == [f"{MONTH} fi", f"{OTHER} fi"]


@pytest.mark.parametrize(
    ("cell", "limits", "told"),
    [
        ("import time\ntime.sleep(600)", Limits(cell_seconds=1), "cell 2 did not end within 1"),
        ("a = 1\nb = bytearray(10**9)", Limits(memory_gb=0.2), "line 2 failed: MemoryError"),
    ],
)
def test_a_cell_that_hangs_or_eats_memory_ends_its_month_alone(
    project: Project, cell: str, limits: Limits, told: str
) -> None:
    lines = "".join(f"\n    {line}" for line in cell.splitlines())
    settings = project([f"if month == {MONTH!r}:{lines}"])
    outcome = runner.run(
        RunRequest(settings, [MONTH, OTHER], ["fi"], run_options=RunOptions(limits=limits))
    )
    assert [report.month for report in outcome.reports] == [OTHER]
    [failure] = outcome.failures
    assert told.replace("line 2", "line 3") in failure.message
    assert failure.exit_status == 5
    assert not (settings.root / "reports" / MONTH).exists()


class Remembers(Cache):
    """A cache that holds what was recorded."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.asked: list[str] = []

    def reason_to_run(self, step: Step) -> str | None:
        self.asked.append(str(step))
        assert step.inputs[-1].exists()  # a source, or the tables
        return None if str(step) in self.there else "is new"

    def record(self, step: Step, outputs: Sequence[Path] | None = None) -> None:
        assert outputs is None or all(path.exists() for path in outputs)
        assert step.target.exists()
        self.there.add(str(step))


def test_what_is_fresh_is_not_made_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, cache = project([DRAWN]), Remembers()
    runner.run(RunRequest(settings, [MONTH], ["fi"]), cache=cache).check()
    assert cache.there == {f"tables {MONTH}", f"notebook {MONTH} fi"}
    before = plant.contents(settings.root / "reports")

    def started(*_: object) -> None:
        pytest.fail("a process was started")

    monkeypatch.setattr(
        "indicators.production.fork_provisioner.ForkProvisioner.launch_kernel", started
    )
    monkeypatch.setattr("indicators.production.fork_server.prepare", started)
    messages: list[str] = []
    outcome = runner.run(
        RunRequest(settings, [MONTH], ["fi"]), cache=cache, progress=messages.append
    )
    assert messages == [f"tables {MONTH}", f"notebook {MONTH} fi"]
    assert outcome.rows[0].states == {"fi": NotebookState.UNCHANGED}
    assert len(outcome.reports) == 1
    assert plant.contents(settings.root / "reports") == before


def test_a_run_goes_on_where_one_was_stopped(project: Project) -> None:
    settings, cache = project([ONE_MONTH_FAILS]), Remembers()
    first = runner.run(RunRequest(settings, [MONTH, OTHER], ["sv"]), cache=cache)
    assert len(first.failures) == 1
    plant.write_notebook(settings.root, ["print(month)"])
    second = runner.run(RunRequest(settings, [MONTH, OTHER], ["sv"]), cache=cache)
    assert [row.states["sv"] for row in second.rows] == [
        NotebookState.MADE,
        NotebookState.UNCHANGED,
    ]


def test_the_summary_has_a_line_a_month(project: Project) -> None:
    settings = project([ONE_MONTH_FAILS])
    outcome = runner.run(RunRequest(settings, [MONTH, OTHER], ["fi", "sv"]))
    head, first, second = summary_table(outcome.rows).splitlines()
    assert head.split() == ["month", "tables", "fi", "sv", "seconds"]
    assert first.split()[:5] == [MONTH, "2023-12-05", "held", "back", "failed"]
    assert second.split()[:4] == [OTHER, "2023-12-05", "made", "made"]
    assert float(second.split()[4]) > 0
