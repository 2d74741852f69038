"""Months × languages: nothing begins with a wrong parameter, nothing is left of a failed run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import plant
import pytest

from indicators.errors import DataError, NotebookError, UsageError
from indicators.production import runner
from indicators.settings import Settings

Project = Callable[..., Settings]
MONTH = "2022-02"
DRAWN = """\
from pathlib import Path
Path('figures').mkdir()
Path('figures/a.svg').write_text(language)"""
# The Swedish notebook fails, the Finnish one does not.
FAILS = "fine = 1\nassert language == 'fi', 'only Finnish'"


def left_over(settings: Settings) -> list[str]:
    return [path.name for path in (settings.root / "reports").iterdir() if path.name[0] in "_."]


def test_a_folder_a_month_and_language(project: Project) -> None:
    settings, told = project([DRAWN]), []
    reports = runner.run(settings, [MONTH], ["sv", "fi"], workers=2, progress=told.append)
    assert [(one.month, one.language) for one in reports] == [(MONTH, "sv"), (MONTH, "fi")]
    for one in reports:
        folder = settings.root / "reports" / MONTH / one.language
        assert one.notebook == folder / f"monthly-report-{MONTH}-{one.language}.ipynb"
        assert one.notebook.exists()
        assert (folder / "figures" / "a.svg").read_text() == one.language
    assert left_over(settings) == []
    assert len(told) == 3  # the tables and two notebooks
    tables = settings.root / "data" / "processed" / MONTH
    assert [path.name for path in tables.iterdir()] == ["2023-12-05"]


def test_a_second_run_gives_the_same_bytes_and_drops_what_is_no_longer_made(
    project: Project,
) -> None:
    settings = project([DRAWN])
    runner.run(settings, [MONTH], ["fi"])
    first = plant.contents(settings.root / "reports")
    (settings.root / "reports" / MONTH / "fi" / "stale.svg").write_text("of an older run")
    runner.run(settings, [MONTH], ["fi"])
    assert plant.contents(settings.root / "reports") == first


def test_a_failing_cell_publishes_nothing_and_leaves_what_was_there(project: Project) -> None:
    settings = project(["earlier = 1"])
    runner.run(settings, [MONTH], ["fi"])
    before = plant.contents(settings.root / "reports")
    assert before
    plant.write_notebook(settings.root, [FAILS])
    with pytest.raises(NotebookError, match=r"cell 2, line 2.*only Finnish"):
        runner.run(settings, [MONTH], ["fi", "sv"], workers=1)
    assert plant.contents(settings.root / "reports") == before
    assert left_over(settings) == []


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

    monkeypatch.setattr(runner, "_execute_all", started)
    settings = project()
    with pytest.raises(error):
        runner.run(settings, [MONTH], ["fi"], given=given)
    assert plant.contents(settings.root / "reports") == {} if error is DataError else True
    assert not (settings.root / "reports" / MONTH).exists()


@pytest.mark.parametrize("months", [["2031-01"], [MONTH, "2031-01"]])
def test_a_month_that_is_not_held_stops_before_anything_is_written(
    project: Project, months: list[str]
) -> None:
    settings = project()
    with pytest.raises(UsageError, match="2031-01"):
        runner.run(settings, months, ["fi"])
    assert not (settings.root / "reports").exists()
    assert not (settings.root / "data" / "processed").exists()


def test_a_notebook_without_parameters_is_told_before_anything_is_written(
    project: Project,
) -> None:
    settings = project()
    source = settings.root / "notebooks" / "monthly_report.ipynb"
    source.write_text(plant.notebook(["a = 1"], tagged=False))
    with pytest.raises(NotebookError, match="no cell has the tag"):
        runner.run(settings, [MONTH], ["fi"])
    assert not (settings.root / "data" / "processed").exists()


def test_a_place_that_cannot_be_written_is_wrong_use(project: Project) -> None:
    settings = project()
    (settings.root / "reports").write_text("a file in the way")
    with pytest.raises(UsageError, match="reports"):
        runner.run(settings, [MONTH], ["fi"])
    assert (settings.root / "reports").read_text() == "a file in the way"


def test_the_path_of_a_report(project: Project) -> None:
    settings = project()
    path = runner.report_path(settings, MONTH, "en").relative_to(settings.root)
    assert path == Path("reports/2022-02/en/monthly-report-2022-02-en.ipynb")


def test_a_process_that_is_ended_from_outside_is_told(project: Project) -> None:
    settings = project(["import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"])
    with pytest.raises(NotebookError, match="ended from outside"):
        runner.run(settings, [MONTH], ["fi"])
    assert plant.contents(settings.root / "reports") == {}
    assert left_over(settings) == []
