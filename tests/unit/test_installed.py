"""Packages that are gone are noticed, whatever a stamp says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from indicators import installed
from indicators.errors import UsageError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution of one module, installed in a folder of its own."""
    about = tmp_path / "some_thing-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: some-thing\nVersion: 1.0\n")
    listed = ["some_thing/__init__.py,,", "some_thing/__pycache__/__init__.pyc,,"]
    (about / "RECORD").write_text("\n".join([*listed, f"{about.name}/METADATA,,"]))
    (tmp_path / "some_thing").mkdir()
    (tmp_path / "some_thing" / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def test_a_package_is_whole_until_a_file_of_it_is_gone(package: Path) -> None:
    assert installed.missing_distributions(["some-thing", "pandas"]) == []
    (package / "some_thing" / "__init__.py").unlink()
    assert installed.missing_distributions(["some-thing", "pandas", "never-was"]) == [
        "some-thing",
        "never-was",
    ]


def test_what_was_installed_is_remembered_and_looked_for(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = tmp_path / "stamp"
    installed.main(["remember", str(stamp)])
    installed.main(["check", str(stamp)])
    assert capsys.readouterr().out.split() == []
    (package / "some_thing" / "__init__.py").unlink()
    installed.main(["check", str(stamp)])
    assert capsys.readouterr().out.split() == ["some-thing"]


def test_long_work_does_not_begin_without_a_package(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.require_distributions()
    assert "pyarrow" in installed.required_distributions()
    monkeypatch.setattr(installed, "required_distributions", lambda: ["some-thing", "never-was"])
    with pytest.raises(UsageError, match="package never-was is missing: run `make setup`"):
        installed.require_distributions()
    (package / "some_thing" / "__init__.py").unlink()
    with pytest.raises(UsageError, match="packages some-thing, never-was are missing"):
        installed.require_distributions()
