"""The log of a run: what happened and when, and nothing of persons."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from indicators.errors import DataError, NotebookError, UsageError
from indicators.production import operations
from indicators.production.operations import exclusive_run, run_log


def events(root: Path) -> list[dict[str, Any]]:
    [log] = sorted((root / ".indicators" / "log").glob("*.jsonl"))
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_a_run_has_a_log_from_start_to_end(tmp_path: Path) -> None:
    with exclusive_run(tmp_path, "run", months=["2022-02"]) as written:
        written.write("done", what="tables 2022-02")
    start, done, end = events(tmp_path)
    assert (start["event"], start["command"], start["months"]) == ("start", "run", ["2022-02"])
    assert done["what"] == "tables 2022-02"
    assert (end["event"], end["status"]) == ("end", 0)
    assert all(item["time"].endswith("+00:00") and item["seconds"] >= 0 for item in (start, end))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            DataError(
                "x.csv, row 3: is not a date",
                ["y.csv: neither", "2022-02 fi: book.ipynb: cell 2 failed: KeyError: 131052-908T"],
            ),
            {
                "status": 3,
                "error": "DataError",
                "text": "x.csv, row 3: is not a date",
                "details": ["y.csv: neither", "2022-02 fi: book.ipynb: cell 2 failed: KeyError"],
            },
        ),
        (ValueError("131052-908T"), {"status": 1, "error": "ValueError"}),
        (KeyboardInterrupt(), {"status": 130, "error": "KeyboardInterrupt"}),
    ],
)
def test_a_failure_is_told_in_our_own_words_and_no_others(
    tmp_path: Path, error: BaseException, told: dict[str, Any]
) -> None:
    with pytest.raises(type(error)), exclusive_run(tmp_path, "run"):
        raise error
    end = events(tmp_path)[-1]
    assert {name: end[name] for name in end if name not in ("time", "seconds", "event")} == told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "2022-02 fi: book.ipynb: cell 3, line 1 failed: ValueError: 131052-908T\nmore",
            "2022-02 fi: book.ipynb: cell 3, line 1 failed: ValueError",
        ),
        ("book.ipynb: said 131052-908T", "book.ipynb"),
    ],
)
def test_what_a_notebook_said_is_not_repeated(tmp_path: Path, message: str, told: str) -> None:
    with pytest.raises(NotebookError), exclusive_run(tmp_path, "run"):
        raise NotebookError(message, ["131052-908T"])
    end = events(tmp_path)[-1]
    assert end["text"] == told
    assert "131052" not in json.dumps(end)


def test_a_wrong_month_of_a_run_that_never_began_has_no_log(tmp_path: Path) -> None:
    (tmp_path / ".indicators").write_text("in the way")
    with pytest.raises(UsageError), exclusive_run(tmp_path, "run"):
        pass


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / ".indicators").mkdir()
    (tmp_path / ".indicators" / "log").write_text("in the way")
    with exclusive_run(tmp_path, "run") as written:
        written.write("done", what="x")
    assert (tmp_path / ".indicators" / "log").read_text() == "in the way"


def test_a_full_disk_does_not_stop_what_is_merely_told() -> None:
    class Full(StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    stream = Full()
    operations.Journal(stream).write("done", what="x")
    assert "done" in stream.getvalue()


def test_the_oldest_logs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_LOGS", 3)
    for number in range(5):
        with run_log(tmp_path, f"run{number}"):
            pass
    names = [path.stem[-4:] for path in sorted((tmp_path / ".indicators" / "log").iterdir())]
    assert names == ["run2", "run3", "run4"]


def test_what_a_broken_run_has_left_is_swept_and_told(tmp_path: Path) -> None:
    left = tmp_path / "reports" / "_work-abcd1234"
    left.mkdir(parents=True)
    with exclusive_run(tmp_path, "run"):
        assert not left.exists()
    assert events(tmp_path)[1]["left_by_a_broken_run"] == ["reports/_work-abcd1234"]
