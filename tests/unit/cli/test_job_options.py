"""What `run` and `report` take, and that wrong use stops before anything begins."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.cli.main import main
from indicators.cli.parser import build_parser
from indicators.cli.run_commands import read_run_request, step_progress
from indicators.errors import UsageError
from indicators.production.options import RunRequest

ROOT = Path(__file__).resolve().parents[3]


def job(*arguments: str) -> RunRequest:
    options = build_parser().parse_args(["run", "--project", str(ROOT), *arguments])
    return read_run_request(options, options.months)


def test_the_settings_say_what_is_not_said() -> None:
    result = job()
    assert result.months == result.settings.report.months
    assert result.languages == result.settings.report.languages
    assert result.given == {}
    assert result.settings.root == ROOT


def test_what_is_said_goes_before_the_settings() -> None:
    result = job(
        "--months", "2021-03..2021-05,2019-01", "--lang", "en,fi", "-p", "vintage=2022-05-01"
    )
    assert result.months == ("2019-01", "2021-03", "2021-04", "2021-05")
    assert result.languages == ("en", "fi")
    assert result.given == {"vintage": "2022-05-01"}


def test_the_register_is_the_one_asked_for_else_that_of_the_settings_if_it_is_there(
    tmp_path: Path,
) -> None:
    def register_of(*arguments: str) -> Path | None:
        options = build_parser().parse_args(["report", "--project", str(tmp_path), *arguments])
        return read_run_request(options, options.month).register

    settings = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(settings)
    assert register_of() is None
    named = tmp_path / "data" / "synthetic" / "register"
    named.mkdir(parents=True)
    assert register_of() == named
    assert register_of("--no-register") is None
    assert register_of("--register", "elsewhere") == Path("elsewhere")
    table = '[register]\ndirectory = "data/synthetic/register"\n'
    (tmp_path / "indicators.toml").write_text(settings.replace(table, ""))
    assert register_of() is None


def test_a_register_and_none_at_once_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="not allowed with"):
        job("--register", "one", "--no-register")


WRONG = [
    (["--months", "2022-13"], "2022-13"),
    (["--months", ""], "month"),
    (["--lang", "de"], "de"),
    (["--lang", ""], "language"),
    (["--workers", "0"], "--workers 0"),
    (["-p", "vintage"], "NAME=VALUE"),
    (["-p", "vintage=a", "-p", "vintage=b"], "twice"),
    (["-p", "month=2022-02"], "--month"),
    (["-p", "language=fi"], "--lang"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG)
def test_wrong_use_is_told(arguments: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        job(*arguments)


# What happens in a process of its own: exit status, and what it imported on the way.
WATCHED = """
import contextlib, io, json, sys
from indicators.cli.main import main
told = io.StringIO()
with contextlib.redirect_stderr(told):
    status = main(sys.argv[1:])
heavy = [name for name in ("papermill", "jupyter_client", "nbclient") if name in sys.modules]
print(json.dumps([status, told.getvalue(), heavy]))
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-p", "mont=2022-02"], "unknown parameter mont"),
        (["-p", "vintage"], "NAME=VALUE"),
        (["-p", "vintage=newest"], "vintage"),
        (["-p", "month=2022-02"], "--month"),
        (["--months", "2022-13"], "2022-13"),
        (["--months", "2031-01"], "2031-01"),
        (["--workers", "many"], "many"),
    ],
)
def test_wrong_use_stops_before_papermill_is_even_loaded(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    for name in ("indicators.toml", "notebooks", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = [sys.executable, "-c", WATCHED, "run", "--project", str(tmp_path), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    status, message, heavy = json.loads(answer.stdout)
    assert status == 2
    assert told in message
    assert message.count("\n") == 1
    assert heavy == []
    assert not (tmp_path / "reports").exists()


def test_parameters_of_indicators_are_held_against_the_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    (tmp_path / "indicators.toml").write_text(f"{text}\n[parameters.plan_coverage]\nno_such = 1\n")
    assert main(["run", "--project", str(tmp_path)]) == 2
    assert "plan_coverage" in capsys.readouterr().err


def test_a_folder_without_settings_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--project", str(tmp_path)]) == 2
    assert "indicators.toml" in capsys.readouterr().err


def test_progress_is_silent_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with step_progress(job(), steps_each=2) as progress:
        progress("tables 2022-02")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_progress_on_a_terminal_counts_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    class Bar:
        def __init__(self, total: int, **options: object) -> None:
            seen.update(total=total, steps=0, **options)

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            seen["closed"] = True

        def set_description(self, text: str) -> None:
            seen["text"] = text

        def update(self) -> None:
            seen["steps"] += 1

    monkeypatch.setattr("tqdm.tqdm", Bar)
    result = job("--months", "2022-02,2023-06", "--lang", "fi,sv,en")
    with step_progress(result, steps_each=2) as progress:
        progress("notebook 2022-02 fi")
    # The monthly report and the leaders' page.
    assert seen["total"] == 2 * (1 + 2 * 3 * 2)
    assert (seen["steps"], seen["text"]) == (1, "notebook 2022-02 fi")
    assert seen["disable"] is None  # tqdm's word for: only on a terminal
    assert seen["closed"]
