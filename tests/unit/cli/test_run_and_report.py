"""The commands `run` and `report`: what they print, and how they fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indicators.cli import run_commands
from indicators.cli.main import main
from indicators.disclosure import protect
from indicators.errors import DisclosureError, RenderingError
from indicators.production import runner, site
from indicators.production.options import Engine, Limits, RunOptions, RunRequest
from indicators.production.steps import RunOutcome
from indicators.rendering.render import Rendered
from indicators.synthetic.synthesise import synthesise

ROOT = Path(__file__).resolve().parents[3]
MONTH = "2022-02"


def plant(root: Path, *cells: str) -> Path:
    """A project that has the repository's data and a notebook of these cells."""
    for name in ("indicators.toml", "data/raw", "index.qmd", "_quarto.yml", "reports/_theme"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    book = json.loads((ROOT / "notebooks" / "monthly_report.ipynb").read_text(encoding="utf-8"))
    parameters, like = book["cells"][0], book["cells"][1]
    book["cells"] = [
        parameters,
        *({**like, "id": f"c{number}", "source": cell} for number, cell in enumerate(cells)),
    ]
    (root / "notebooks").mkdir()
    (root / "notebooks" / "monthly_report.ipynb").write_text(json.dumps(book))
    return root


@pytest.mark.slow
def test_run_says_where_the_notebooks_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path, "print(month)")
    assert main(["run", "--project", str(root), "--months", MONTH, "--lang", "fi"]) == 0
    shown = capsys.readouterr()
    path, empty, *table = shown.out.splitlines()
    assert empty == ""
    assert [line.split()[:3] for line in table] == [
        ["month", "tables", "fi"],
        [MONTH, "2023-12-05", "made"],
    ]
    assert path == f"reports/{MONTH}/fi/monthly-report-{MONTH}-fi.ipynb"
    assert (root / path).exists()
    assert shown.err == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("value = 1\nraise ValueError('no such thing')", "cell 2, line 2 failed: ValueError"),
        ("import os\nos._exit(1)", "kernel died"),
    ],
)
def test_a_failing_notebook_is_status_5_in_one_line_and_nothing_is_left(
    cell: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path, cell)
    assert main(["report", "--project", str(root), "--month", MONTH, "--lang", "fi"]) == 5
    shown = capsys.readouterr()
    assert told in shown.err
    assert "monthly_report.ipynb" in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""
    assert [path.name for path in (root / "reports").iterdir()] == ["_theme"]
    assert not (root / "_site").exists()


@pytest.mark.slow
def test_months_that_went_well_are_told_beside_one_that_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path, "assert month != '2022-03', 'not this one'")
    results = ["--months", f"{MONTH},2022-03", "--lang", "fi"]
    assert main(["run", "--project", str(root), *results]) == 5
    shown = capsys.readouterr()
    first, _, head, fine, failed = shown.out.splitlines()
    assert first == f"reports/{MONTH}/fi/monthly-report-{MONTH}-fi.ipynb"
    assert fine.split()[2] == "made"
    assert failed.split()[2] == "failed"
    assert head.split() == ["month", "tables", "fi", "seconds"]
    assert "2022-03 fi: " in shown.err
    assert "cell 2, line 1 failed: AssertionError: not this one" in shown.err
    assert shown.err.count("\n") == 1
    assert not (root / "reports" / "2022-03").exists()


def test_the_means_are_those_asked_for(quick: list[RunRequest]) -> None:
    results = ["--engine", "kernel", "--cell-seconds", "5", "--memory-gb", "0.5"]
    assert main(["report", "--project", str(ROOT), *results, "--renderer", "embedded"]) == 0
    [result] = quick
    assert result.run_options == RunOptions(None, Engine.KERNEL, Limits(5, 0.5))


@pytest.mark.parametrize(
    "wrong", [["--cell-seconds", "0"], ["--memory-gb", "nan"], ["--engine", "hot"]]
)
def test_wrong_means_are_wrong_use(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--project", str(ROOT), *wrong]) == 2
    assert wrong[0] in capsys.readouterr().err


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    """Reports that are made in no time; keeps the requests."""
    results: list[RunRequest] = []

    def make(request: RunRequest, *_: object, **__: object) -> site.Site:
        results.append(request)
        folder = request.settings.root / "_site"
        pages = [
            Rendered(folder / f"{language}.html", folder / f"{language}.pdf")
            for language in request.languages
        ]
        return site.Site(tuple(pages), folder / "index.html", RunOutcome((), ()))

    monkeypatch.setattr(site, "build_site", make)
    # There are no pages to be looked through.
    monkeypatch.setattr(run_commands, "_scan_pages", lambda *_: 3)
    return results


def test_report_names_the_renderer_and_every_file(
    quick: list[RunRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["report", "--project", str(ROOT), "--month", MONTH, "--lang", "fi,sv"]
    assert (
        main([*arguments, "--renderer", "embedded", "--workers", "1", "-p", "vintage=latest"]) == 0
    )
    shown = capsys.readouterr()
    register, first, *files = shown.out.splitlines()
    assert register.startswith("register: ")
    assert first.startswith("renderer: embedded ")
    assert "pandoc" in first
    assert files[:2] == ["_site/fi.html _site/fi.pdf", "_site/sv.html _site/sv.pdf"]
    assert "_site/index.html" in files[2]
    assert files[3] == "scanned: 3 files made, nothing found that tells of a person"
    [request] = quick
    assert request.months == (MONTH,)
    assert request.languages == ("fi", "sv")
    assert request.run_options == RunOptions(workers=1)
    assert request.given == {"vintage": "latest"}


def test_report_names_the_register_or_says_that_there_is_none(
    quick: list[RunRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path / "project")
    arguments = ["report", "--project", str(root), "--renderer", "embedded"]

    def told(*more: str) -> str:
        assert main([*arguments, *more]) == 0
        return capsys.readouterr().out.splitlines()[0]

    alone = "the reports have their published part alone"
    assert told() == f"register: none at data/synthetic/register; {alone}"
    assert told("--register", "/safe/register") == "register: /safe/register"
    (root / "data" / "synthetic" / "register").mkdir(parents=True)
    assert told() == "register: data/synthetic/register"
    assert told("--no-register") == f"register: none; {alone}"
    named = root / "data" / "synthetic" / "register"
    assert [item.register for item in quick] == [None, Path("/safe/register"), named, None]


def test_a_renderer_that_is_not_there_is_status_6(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    quick: list[RunRequest],
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["report", "--project", str(ROOT), "--renderer", "quarto"]) == 6
    shown = capsys.readouterr()
    assert "quarto" in shown.err.lower()
    assert shown.err.count("\n") == 1
    assert quick == []


def test_a_report_that_cannot_be_rendered_is_status_6(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RenderingError("report.qmd, line 3: unknown shortcode; take it out")

    monkeypatch.setattr(site, "build_site", fails)
    assert main(["report", "--project", str(ROOT)]) == 6
    assert "line 3" in capsys.readouterr().err


def test_a_run_that_is_stopped_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", stopped)
    assert main(["run", "--project", str(ROOT)]) == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run", "--months"], ["report", "--month"]])
def test_figures_that_cannot_be_protected_are_status_4_and_nothing_is_left(
    command: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise DisclosureError("too small to be protected")

    monkeypatch.setattr(protect, "protect_and_audit", refused)
    root = plant(tmp_path / "project", "print(month)")
    synthesise(tmp_path / "register", persons=100, seed=1, layout="canonical")
    arguments = ["--project", str(root), "--lang", "fi", "--register", str(tmp_path / "register")]
    assert main([command[0], *arguments, command[1], MONTH]) == 4
    output = capsys.readouterr()
    # How far the register agrees with StatFin is all that is said, without a figure of an area.
    assert output.out.startswith("Register and StatFin: ")
    assert "KU" not in output.out
    assert output.err == "indicators: too small to be protected\n"
    for name in ("data/processed", "data/released", "data/internal", "_site"):
        assert not (root / name).exists()
