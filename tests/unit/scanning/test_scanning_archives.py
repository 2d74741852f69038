"""Archives that are bombs, locked, deep or broken; odd files of other types."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import socket
import struct
import time
import zipfile
import zlib
from pathlib import Path

import numpy as np
import planting
import pyarrow as pa
import pytest
from planting import code
from pyarrow import parquet

from indicators.scanning import limits
from indicators.scanning.reading import containers
from indicators.scanning.reading.texts import embedded_files
from indicators.scanning.scanner import scan_paths


def reasons(path: Path) -> list[str]:
    found = scan_paths([path])
    assert found.findings == ()
    return [item.reason for item in found.unreadable]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little may come out of packed files."""
    monkeypatch.setattr(limits, "UNPACKED", 2000)
    monkeypatch.setattr(limits, "UNPACKED_TIMES", 0)


def zipped(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def bombs() -> dict[str, bytes]:
    text = b"a" * 5000
    inner = zipped({f"{n}.txt": b"a" * 500 for n in range(3)})
    return {
        "a.txt.gz": gzip.compress(text),
        "a.zip": zipped({"a.txt": text}),
        "nested.zip": zipped({f"{n}.zip": inner for n in range(3)}),
        "twice.gz": gzip.compress(gzip.compress(text)),
    }


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("name", bombs())
def test_what_grows_beyond_measure_is_told_and_what_came_first_is_read(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(bombs()[name])
    found = scan_paths([tmp_path])
    assert found.findings == ()
    assert {item.in_part for item in found.unreadable} == {True}
    assert "not scanned whole: it is more than 0 MiB unpacked; part it" in found.text()
    (tmp_path / name).write_bytes(zipped({"a.txt": code().encode() + b" " + b"a" * 5000}))
    assert len(scan_paths([tmp_path]).findings) == 1


def test_too_many_members_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMBERS", 5)
    inner = zipped({f"{n}.txt": b"a" for n in range(3)})
    (tmp_path / "a.zip").write_bytes(zipped({f"{n}.zip": inner for n in range(3)}))
    assert reasons(tmp_path) == ["it holds more than 5 files; unpack it"]


@pytest.mark.parametrize("name", ["a.zip", "a.html", "a.txt"])
def test_a_file_that_takes_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(limits, "SECONDS", -1.0)
    data = zipped({"a.txt": b"a"}) if name == "a.zip" else b"<!doctype html><p>a</p>"
    (tmp_path / name).write_bytes(data)
    [found] = scan_paths([tmp_path]).unreadable
    assert (found.in_part, "takes longer than" in found.reason) == (True, True)


@pytest.mark.slow
def test_a_gigabyte_of_zeros_does_not_hold_us_up(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wb") as packed:
        for _ in range(1024):
            packed.write(bytes(1 << 20))
    begun = time.monotonic()
    assert any("128 MiB" in reason for reason in reasons(tmp_path))
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("sign", ["<!-", "<!--", "<a ", "</a ", "<script>x", "&", "<![CDATA["])
def test_markup_that_never_closes_is_given_up(tmp_path: Path, sign: str) -> None:
    (tmp_path / "a.html").write_text(f"<!doctype html>{code()}{sign * 200_000}")
    begun = time.monotonic()
    found = scan_paths([tmp_path])
    assert len(found.findings) == 1
    assert len(found.unreadable) == 1
    assert time.monotonic() - begun < 30


def test_a_locked_member_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "nothing")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert reasons(path) == ["encrypted; take it away, or scan it unpacked"]


def test_a_broken_member_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", os.urandom(500))
        archive.writestr("b.txt", code())
    data = bytearray(path.read_bytes())
    data[60:120] = b"\xff" * 60
    path.write_bytes(bytes(data))
    found = scan_paths([path])
    assert len(found.unreadable) == 1
    assert [finding.place for finding in found.findings] == ["b.txt, line 1"]


def test_what_is_packed_too_deep_is_told(tmp_path: Path) -> None:
    data = code().encode()
    for _ in range(10):
        data = gzip.compress(data)
    (tmp_path / "a.gz").write_bytes(data)
    assert reasons(tmp_path) == ["packed too deep; unpack it"]
    assert "not scanned whole" in scan_paths([tmp_path]).text()


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as opened, contextlib.chdir(tmp_path):
        opened.bind("socket")
        assert reasons(tmp_path) == ["is no file; take it away"] * 2


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert reasons(tmp_path) == ["No such file or directory; make it readable"]


def test_a_folder_that_cannot_be_entered_is_told_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As root every folder can be entered: the system's answer is put in its mouth.
    (tmp_path / "closed").mkdir()
    planting.text(tmp_path, code())
    entered = os.scandir

    def refused(folder: str) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return entered(folder)

    monkeypatch.setattr(os, "scandir", refused)
    found = scan_paths([tmp_path])
    assert len(found.findings) == 1
    assert [item.reason for item in found.unreadable] == [
        "cannot be entered (Permission denied); make it readable"
    ]


def test_a_png_without_an_end_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = planting.png_bytes(b"tEXt", code())
    (tmp_path / "a.png").write_bytes(whole[: whole.index(b"IDAT") - 4])
    found = scan_paths([tmp_path])
    assert len(found.findings) == 1


def test_a_bomb_in_a_png_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_LARGEST_TEXT", 100)
    text = b"Comment\0\0" + zlib.compress(b"a" * 10_000)
    part = struct.pack(">I", len(text)) + b"zTXt" + text + b"\0" * 4
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + part)
    assert [reason.split(":")[0] for reason in reasons(tmp_path)] == ["damaged"]


def test_base64_that_is_none_is_left_alone() -> None:
    digest = "0123456789abcdef" * 4
    assert list(embedded_files(f"{digest} {'-' * 70}x", "")) != []
    assert list(embedded_files(digest, "")) == []
    assert list(embedded_files("data:,plain", "")) == []
    [blob] = embedded_files("data:text/csv;base64,YQ==", "here")
    assert (blob.place, blob.stream.read()) == ("here, data text/csv", b"a")


def test_what_only_may_be_a_file_makes_no_trouble(tmp_path: Path) -> None:
    import base64

    broken = base64.b64encode(b"PK\x03\x04" + b"\0" * 60).decode()
    (tmp_path / "a.txt").write_text(broken)
    assert reasons(tmp_path) == []


def test_columns_of_every_kind(tmp_path: Path) -> None:
    table = pa.table(
        {
            "map": pa.array([[("k", code())]], pa.map_(pa.string(), pa.string())),
            "large": pa.array([code(number=951)], pa.large_string()),
            "bytes": pa.array([code(number=952).encode()], pa.large_binary()),
            "view": pa.array([code(number=953)], pa.string_view()),
            "flag": [True],
            "day": pa.array([1], pa.date32()),
            "unsigned": pa.array([2**64 - 1], pa.uint64()),
            "share": [0.5],
            "nothing": pa.nulls(1),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet", compression="gzip")
    from indicators.scanning.person_ids import PersonIds

    found = scan_paths([tmp_path], PersonIds(np.array([10**9])))
    assert sum(finding.count for finding in found.findings if "column" in finding.place) == 4


def test_a_workbook_with_a_broken_part_is_told(tmp_path: Path) -> None:
    path = planting.workbook_inline(tmp_path, code())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = b"<not xml"
    del parts["xl/sharedStrings.xml"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    found = scan_paths([tmp_path])
    assert [item.place for item in found.unreadable] == ["sheets"]
    assert len(found.findings) == 1


def test_numbers_of_a_workbook_stand_in_their_own_columns(tmp_path: Path) -> None:
    path = planting.workbook_inline(tmp_path, "x")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>person_id</t></si><si><t>17</t></si></sst>"
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"worksheets", b"/xl/worksheets"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    [found] = scan_paths([tmp_path]).findings
    assert (found.kind, found.place) == (
        "column of person ids",
        "sheet People, column A, column person_id",
    )
