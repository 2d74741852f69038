"""`indicators evaluation`: what is asked for, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.cli.main import main
from indicators.errors import NotebookError
from indicators.production import evaluation_report
from indicators.production.evaluation_report import EvaluationOptions, EvaluationSite

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    settings = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(settings, encoding="utf-8")
    return tmp_path


def call(root: Path, *arguments: str) -> int:
    return main(["evaluation", "--project", str(root), "--renderer", "embedded", *arguments])


@pytest.mark.parametrize("renewed", [True, False])
def test_what_was_asked_for_and_where_it_is(
    root: Path,
    renewed: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[EvaluationOptions] = []

    def make(settings, _, asked, *, progress):
        progress("a step")
        seen.append(asked)
        place = settings.root / "_site"
        pages = ((place / "a.html", place / "a.pdf"), (place / "b.html", place / "b.pdf"))
        return EvaluationSite(pages, (settings.root / "results",), renewed)

    monkeypatch.setattr(evaluation_report, "build_evaluation", make)
    assert call(root, "--draws", "200", "--force", "--area", "TRIAL-turku") == 0
    assert [(item.matching.draws, item.force, item.area) for item in seen] == [
        (200, True, "TRIAL-turku")
    ]
    lines = capsys.readouterr().out.splitlines()
    word = "made" if renewed else "unchanged"
    assert lines[0].startswith("renderer: embedded")
    assert lines[1:] == [
        "results: results",
        f"{word}: _site/a.html _site/a.pdf",
        f"{word}: _site/b.html _site/b.pdf",
    ]
    [log] = (root / ".indicators" / "log").glob("*-evaluation.jsonl")
    assert '"a step"' in log.read_text(encoding="utf-8")


def test_too_few_draws_are_wrong_use(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(root, "--draws", "10") == 2
    assert "draws 10: give 100 or more" in capsys.readouterr().err


def test_a_failing_notebook_has_its_status(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(*_: object, **__: object) -> EvaluationSite:
        raise NotebookError("cell 3 failed")

    monkeypatch.setattr(evaluation_report, "build_evaluation", make)
    assert call(root) == 5
