"""`indicators scan` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import in_process as indicators

CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# Of the range that nobody gets.
CODE = "010190-950" + CONTROL[10190950 % 31]


def plant(path: Path, text: str) -> None:
    path.write_text(json.dumps([{"a": text}]), encoding="utf-8")


def test_a_clean_folder_is_status_0(tmp_path: Path) -> None:
    plant(tmp_path / "a.json", "nobody")
    called = indicators("scan", ".", project=tmp_path)
    assert (called.returncode, called.stderr) == (0, "")
    assert called.stdout == "1 files: nothing found\n"


def test_a_finding_is_status_4_and_its_value_is_nowhere(tmp_path: Path) -> None:
    plant(tmp_path / f"of {CODE}.json", f"the person {CODE}")
    called = indicators("scan", ".", project=tmp_path)
    assert called.returncode == 4
    assert "of [hetu].json" in called.stdout
    assert "column a, row 1" in called.stdout
    for item in (called.stdout, called.stderr):
        assert CODE not in item
        assert CODE[:6] not in item
        assert "Traceback" not in item


def test_ids_of_a_list_are_looked_for(tmp_path: Path) -> None:
    plant(tmp_path / "a.json", "case 8101234567890123456")
    (tmp_path / "ids.txt").write_text("8101234567890123456\n")
    assert indicators("scan", "a.json", project=tmp_path).returncode == 0
    called = indicators("scan", "a.json", "--ids", "ids.txt", project=tmp_path)
    assert called.returncode == 4
    assert "8101234567890123456" not in called.stdout + called.stderr


def test_a_file_that_cannot_be_read_is_status_3(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04nothing\0")
    called = indicators("scan", ".", project=tmp_path)
    assert called.returncode == 3
    assert "a.zip" in called.stderr


@pytest.mark.parametrize("arguments", [["none"], ["."], []])
def test_wrong_use_is_status_2(tmp_path: Path, arguments: list[str]) -> None:
    more = ["--ids", "none"] if arguments == ["."] else []
    called = indicators("scan", *arguments, *more, project=tmp_path)
    assert called.returncode == 2
    assert called.stdout == ""
    assert called.stderr.count("\n") == 1


def test_what_is_not_looked_through_is_told_and_the_rest_of_the_list_stays_short(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    (tmp_path / "inside").mkdir()
    outside.mkdir()
    plant(outside / "a.json", CODE)
    (tmp_path / "inside" / "link").symlink_to(outside)
    called = indicators("scan", "inside", project=tmp_path)
    assert called.returncode == 3
    assert "inside/link: not scanned: a link to a folder outside" in called.stdout
    assert "inside/link" in called.stderr
    for number in range(20):
        plant(tmp_path / "inside" / f"{number}.json", CODE)
    called = indicators("scan", "inside", project=tmp_path)
    assert called.returncode == 4
    assert called.stdout.count("\n") == 21
    assert called.stderr.count("\n") == 1
