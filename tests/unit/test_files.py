"""Files appear whole or not at all."""

import contextlib
import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indicators import files
from indicators.errors import UsageError


def test_a_file_takes_its_place_when_all_went_well(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with files.replacing(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def half_written(path: Path, error: BaseException) -> None:
    with files.replacing(path) as aside:
        aside.write_text("half")
        raise error


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_a_file_stays_as_it_was_when_something_fails(tmp_path, error):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(type(error)):
        half_written(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "words",
    # The system's own, and what pyarrow makes of them.
    [
        os.strerror(errno.ENOSPC),
        f"Error writing bytes to file. Detail: [errno {errno.ENOSPC}] full",
    ],
)
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, words):
    path = tmp_path / "x.csv"
    with pytest.raises(UsageError) as caught:
        half_written(path, OSError(errno.ENOSPC, words))
    assert str(caught.value) == f"{path}: cannot be written (No space left on device)"
    assert list(tmp_path.iterdir()) == []


def places(folder: Path) -> dict[str, tuple[Path, str]]:
    (folder / "file").write_text("")
    (folder / "folder.csv").mkdir()
    return {
        "no folder": (folder / "nowhere" / "x.csv", "there is no folder"),
        "below a file": (folder / "file" / "x.csv", "is a file and not a folder"),
        "a folder": (folder / "folder.csv", "is a folder; give the name of a file"),
        "too long": (folder / ("x" * 300) / "x.csv", "cannot be written (File name too long)"),
    }


@pytest.mark.parametrize("kind", ["no folder", "below a file", "a folder", "too long"])
def test_a_place_where_nothing_can_be_written_is_told(tmp_path, kind):
    path, result = places(tmp_path)[kind]
    before = sorted(tmp_path.iterdir())
    for attempt in (lambda: files.check_writable(path), lambda: files.replacing(path).__enter__()):
        with pytest.raises(UsageError) as caught:
            attempt()
        assert result in str(caught.value)
        assert str(caught.value).startswith(f"{path}: ")
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_without_leave_to_write_is_told(tmp_path, monkeypatch):
    # As root every folder can be written to: the system's answer is put in its mouth.
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(UsageError, match="nothing can be written in"):
        files.check_writable(tmp_path / "x.csv")


def test_a_folder_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "a" / "b"
    for text in ("old", "new"):
        with files.replacing_folder(path) as aside:
            (aside / text).write_text(text)
    assert [item.name for item in path.iterdir()] == ["new"]
    assert list(path.parent.iterdir()) == [path]


def half_made(path: Path) -> None:
    with files.replacing_folder(path) as aside:
        (aside / "half").write_text("half")
        raise ValueError("x")


def test_a_folder_stays_as_it_was_when_something_fails(tmp_path):
    path = tmp_path / "b"
    with files.replacing_folder(path) as aside:
        (aside / "old").write_text("old")
    with pytest.raises(ValueError, match="x"):
        half_made(path)
    assert [item.name for item in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_comes_back_when_the_new_one_cannot_take_its_place(tmp_path):
    path = tmp_path / "b"
    with files.replacing_folder(path) as aside:
        (aside / "old").write_text("old")
    with (
        pytest.raises(UsageError, match="cannot be written"),
        files.replacing_folder(path) as aside,
    ):
        aside.rmdir()
    assert [item.name for item in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "a" / "b"
    with pytest.raises(UsageError) as caught, files.replacing_folder(path):
        pytest.fail("nothing may be made there")
    assert str(caught.value) == f"{path}: cannot be written (Not a directory)"


KILLED = """
import os, signal, sys
from pathlib import Path
from indicators import files
target = Path(sys.argv[1])
with getattr(files, sys.argv[2])(target) as aside:
    inner = aside / "inner" if aside.is_dir() else aside.parent / "inner"
    inner.mkdir()
    (inner / "x").write_text("half")
    inner.chmod(0o555)
    if os.fork() == 0:
        signal.pause()  # the lock is passed on: what a helper still holds is not taken from it
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed():
    """Runs a writer that kills itself half-way; its forked child is ended when asked."""
    started = []

    def run(target: Path, how: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(target), how], start_new_session=True
        )
        started.append(process.pid)
        assert process.wait() == -signal.SIGKILL
        return process.pid

    yield run
    for group in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


@pytest.mark.parametrize("how", ["replacing", "replacing_folder", "temporary_folder"])
def test_the_next_one_sweeps_what_a_killed_one_left(tmp_path, killed, how):
    target = tmp_path if how == "temporary_folder" else tmp_path / "made"
    group = killed(target, how)
    [left] = tmp_path.iterdir()
    assert (left / "inner" / "x").exists() or list(left.glob("*/inner/x"))
    assert files.sweep_leftovers(tmp_path) == []
    os.killpg(group, signal.SIGKILL)
    wait_until_free(left)
    with files.replacing(tmp_path / "other.csv") as aside:
        aside.write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def wait_until_free(folder: Path) -> None:
    """A killed process lets its locks go a moment later."""
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    os.close(handle)


def test_what_others_write_and_folders_of_somebody_stay(tmp_path):
    (tmp_path / ".aside-notes-of-mine").mkdir()
    (tmp_path / ".aside-link1234").symlink_to(tmp_path)
    with files.replacing(tmp_path / "one.csv") as aside:
        with files.replacing_folder(tmp_path / "other"):
            assert files.sweep_leftovers(tmp_path) == []
        aside.write_text("x")
    assert {path.name for path in tmp_path.iterdir()} == {
        ".aside-notes-of-mine", ".aside-link1234", "one.csv", "other",
    }  # fmt: skip


def test_a_folder_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    flock, swept = fcntl.flock, []

    def late(handle: int, operation: int) -> None:
        if not swept:
            [aside] = tmp_path.iterdir()
            swept.append(aside)
            assert files.remove_leftover(aside)
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with files.replacing(tmp_path / "x.csv") as aside:
        assert aside.parent != swept[0]
        aside.write_text("x")
    assert (tmp_path / "x.csv").exists()


def test_where_there_are_no_locks_nothing_is_swept(tmp_path, monkeypatch):
    (tmp_path / ".aside-abcd1234").mkdir()
    monkeypatch.setattr(files, "fcntl", None)
    with files.replacing(tmp_path / "x.csv") as aside:
        aside.write_text("x")
    assert {path.name for path in tmp_path.iterdir()} == {".aside-abcd1234", "x.csv"}
