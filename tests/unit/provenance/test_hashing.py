"""Hashes of files, and when one that is remembered may be trusted."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from indicators import provenance
from indicators.provenance import (
    AT_REST_NANOSECONDS,
    FileHashes,
    files_below,
    hash_bytes,
    hash_file,
    hash_tree,
)


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file has been at rest for long enough to be remembered."""
    monkeypatch.setattr(provenance, "AT_REST_NANOSECONDS", -1)


def write(path: Path, text: str = "one") -> Path:
    path.write_text(text)
    return path


def test_a_files_hash_is_that_of_its_content(tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    path = tmp_path / "x"
    path.write_bytes(content)
    assert hash_file(path) == hash_bytes(content) == hashlib.sha256(content).hexdigest()
    assert FileHashes().sha256_of(path) == hash_bytes(content)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which files were really read."""
    read: list[Path] = []

    def hash_and_tell(path: Path) -> str:
        read.append(path)
        return hash_bytes(path.read_bytes())

    monkeypatch.setattr(provenance, "hash_file", hash_and_tell)
    return read


@pytest.mark.usefixtures("rested")
def test_what_has_not_been_touched_is_read_once(tmp_path: Path, counted: list[Path]) -> None:
    path, memory = write(tmp_path / "x"), tmp_path / "state" / "hashes.json"
    first = FileHashes(memory)
    assert first.sha256_of(path) == first.sha256_of(path)
    first.keep()
    assert FileHashes(memory).sha256_of(path) == hash_bytes(b"one")
    assert counted == [path]


@pytest.mark.usefixtures("rested")
def test_another_content_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "x")
    hashes = FileHashes()
    before = hashes.sha256_of(path), path.stat()
    path.write_text("two")
    os.utime(path, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))
    assert path.stat().st_mtime_ns == before[1].st_mtime_ns
    assert hashes.sha256_of(path) == hash_bytes(b"two") != before[0]


@pytest.mark.usefixtures("rested")
def test_another_file_under_the_name_is_seen(tmp_path: Path) -> None:
    path, other = write(tmp_path / "x"), write(tmp_path / "y", "two")
    hashes = FileHashes()
    stamp = path.stat().st_mtime_ns
    hashes.sha256_of(path)
    os.utime(other, ns=(stamp, stamp))
    other.replace(path)
    assert hashes.sha256_of(path) == hash_bytes(b"two")


def test_a_file_that_was_just_written_is_not_remembered(
    tmp_path: Path, counted: list[Path]
) -> None:
    path = write(tmp_path / "x")
    hashes = FileHashes()
    assert hashes.sha256_of(path) == hashes.sha256_of(path)
    assert counted == [path, path]
    assert AT_REST_NANOSECONDS > 2e9


def test_a_file_that_changes_while_it_is_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rested: None
) -> None:
    del rested
    path = write(tmp_path / "x")

    def slow(_: Path) -> str:
        time.sleep(0.02)
        path.write_text("two and more")
        return "0" * 64

    hashes = FileHashes()
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "hash_file", slow)
        hashes.sha256_of(path)
    assert hashes.sha256_of(path) == hash_bytes(b"two and more")


@pytest.mark.usefixtures("rested")
def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    memory = tmp_path / "hashes.json"
    item, other = write(tmp_path / "x"), write(tmp_path / "y")
    hashes = FileHashes(memory)
    hashes.sha256_of(item)
    hashes.sha256_of(other)
    item.unlink()
    hashes.keep()
    assert str(item) not in memory.read_text()
    assert str(other) in memory.read_text()


@pytest.mark.usefixtures("rested")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', '{"x": [[1, 2], "a"]}'])
def test_a_memory_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    memory = write(tmp_path / "hashes.json", content)
    hashes = FileHashes(memory)
    assert hashes.sha256_of(write(tmp_path / "x")) == hash_bytes(b"one")
    hashes.keep()
    assert FileHashes(memory).sha256_of(tmp_path / "x") == hash_bytes(b"one")


@pytest.mark.usefixtures("rested")
def test_a_memory_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path / "in the way")
    hashes = FileHashes(tmp_path / "in the way" / "hashes.json")
    hashes.sha256_of(tmp_path / "in the way")
    hashes.keep()
    assert (tmp_path / "in the way").read_text() == "one"


def test_a_trees_hash_is_of_names_and_contents_but_not_of_pythons_caches(tmp_path: Path) -> None:
    write(tmp_path / "a")
    (tmp_path / "b").mkdir()
    inner = write(tmp_path / "b" / "c")
    first = hash_tree(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    write(tmp_path / "__pycache__" / "a.pyc")
    assert hash_tree(tmp_path) == first
    assert files_below(tmp_path) == [tmp_path / "a", inner]
    inner.rename(tmp_path / "b" / "d")
    assert hash_tree(tmp_path) != first
