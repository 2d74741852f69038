"""Which code and tools are at work."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path

import pytest

import indicators
from indicators import provenance
from indicators.provenance import (
    FileHashes,
    FileRecord,
    current_environment,
    environment_from_json,
    file_from_json,
    hash_tree,
    path_from,
    record_files,
)


def git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    command = ["git", "-C", str(folder), *names, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A package in a checkout, committed."""
    package = tmp_path / "src" / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    return package


def test_the_commit_and_whether_everything_is_committed(checkout: Path) -> None:
    commit = git(checkout, "rev-parse", "HEAD")
    assert provenance._git_state(checkout) == (commit, True)
    (checkout / "new.py").write_text("")
    assert provenance._git_state(checkout) == (commit, False)


def test_a_package_that_the_checkout_does_not_track_has_no_commit(checkout: Path) -> None:
    installed = checkout.parent / "site-packages"
    installed.mkdir()
    (installed / "__init__.py").write_text("")
    assert provenance._git_state(installed) == (None, None)


def test_without_git_there_is_no_commit(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    assert provenance._git_state(elsewhere) == (None, None)
    monkeypatch.setenv("PATH", "")
    assert provenance._git_state(checkout) == (None, None)


def test_the_code_of_this_process() -> None:
    found = provenance.package_code()
    assert found.version == indicators.__version__
    assert found.sha256 != hash_tree(provenance.PACKAGE)
    assert provenance.catalogue_hash() == hash_tree(
        provenance.PACKAGE / "catalogue" / "definitions"
    )


def test_versions_are_those_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "TOOLS", ("pandas", "no-such-tool"))
    versions = provenance.tool_versions()
    assert versions["pandas"] == metadata.version("pandas")
    assert set(versions) == {"python", "pandas"}


def test_a_maker_comes_back_from_json_as_it_went(tmp_path: Path) -> None:
    from dataclasses import asdict

    result = current_environment(tmp_path)
    assert result.lock is None
    assert environment_from_json(asdict(result)) == result
    (tmp_path / "requirements.lock").write_text("x")
    assert current_environment(tmp_path).lock is not None


def test_files_are_recorded_once_by_their_path_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "project" / "a").mkdir(parents=True)
    inside, outside = tmp_path / "project" / "a" / "x", tmp_path / "y"
    inside.write_text("one")
    outside.write_text("two")
    found = record_files([outside, inside, inside.parent], tmp_path / "project", FileHashes())
    assert [file.path for file in found] == ["../y", "a/x"]
    assert [file.bytes for file in found] == [3, 3]
    assert path_from(tmp_path / "project", outside) == "../y"
    item = found[0]
    assert file_from_json({"path": item.path, "sha256": item.sha256, "bytes": 3}) == item
    assert isinstance(item, FileRecord)
