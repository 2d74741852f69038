"""Commands whose output is closed, left, full or lacks letters: done, with their own status."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from indicators.cli import streams

ROOT = Path(__file__).parents[3]
COMMAND = f"{shlex.quote(sys.executable)} -m indicators"


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("indicators", COMMAND)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("indicators catalogue --lang fi >&-", 0),
        ("indicators catalogue --lang fi 2>&- >&- <&-", 0),
        ("indicators catalogue --lang fi | head -1 >/dev/null", 0),
        ("indicators catalogue --format csv | true", 0),
        ("indicators catalogue >/dev/full", 2),
        ("indicators explain nothing 2>&-", 2),
        ("indicators explain nothing 2>/dev/full", 2),
        ("indicators --help | true", 0),
    ],
)
def test_a_stream_that_takes_nothing_changes_no_status(line: str, status: int) -> None:
    done = shell(line)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


def test_a_reader_who_leaves_does_not_hide_what_was_found(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.txt").write_text("hetu 010190-999W\n")
    done = shell(f"indicators scan {tmp_path} | head -1 > {tmp_path}/first")
    assert done.returncode == 4
    assert (tmp_path / "first").read_text().count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "ascii:strict", "utf-16"])
def test_every_letter_is_written_in_any_encoding(encoding: str) -> None:
    codec = encoding.partition(":")[0]
    for line in (
        "catalogue --lang fi",
        "catalogue --lang sv --format csv",
        "explain ä–x",
    ):
        done = shell(f"indicators {line}", PYTHONIOENCODING=encoding)
        assert done.returncode == (2 if "ä" in line else 0)
        done.stdout.decode(codec)
    result = shell("indicators catalogue --format json", PYTHONIOENCODING=encoding).stdout
    assert json.loads(result.decode(codec)) == json.loads(catalogue_in_utf8())


@cache
def catalogue_in_utf8() -> bytes:
    return shell("indicators catalogue --format json", PYTHONIOENCODING="utf-8").stdout


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_names_that_are_not_ascii_in_a_plain_locale(tmp_path: Path, more: dict[str, str]) -> None:
    place = tmp_path / "työ – ä"
    place.mkdir()
    result = shell(
        f"indicators synthesise {shlex.quote(str(place))}/u --persons 50 --seed 1",
        LC_ALL="C",
        **more,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    read = shell(f"cd {shlex.quote(str(place))} && indicators import u ulos", LC_ALL="C", **more)
    assert (read.returncode, read.stderr) == (0, b"")


def test_a_name_of_no_letters_and_a_folder_that_is_gone_are_wrong_use(tmp_path: Path) -> None:
    named = shell("indicators check $'x\\xe4y'")
    assert (named.returncode, named.stderr.count(b"\n")) == (2, 1)
    assert b"not in UTF-8" in named.stderr
    gone = shell(
        f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; indicators doctor"
    )
    assert gone.returncode == 2
    assert b"working folder" in gone.stderr


def test_letters_that_are_lacking_are_written_as_near_as_can_be() -> None:
    streams.codecs.register_error(streams.CLOSEST, streams._replace_unencodable)
    text = "työ–aste 5\N{NO-BREAK SPACE}% “å” \udce4 漢"
    assert text.encode("ascii", streams.CLOSEST) == b"tyo-aste 5 % 'a' \\xe4 ?"
    assert "5 % – €".encode("cp1252", streams.CLOSEST).decode("cp1252") == "5 % – €"
