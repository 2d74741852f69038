"""What `doctor` looks at: one fault does not hide the next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import plant
import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.errors import RenderingError
from indicators.production import doctor, fork_server
from indicators.provenance import log_folder
from indicators.rendering import quarto
from indicators.settings.model import Settings

Project = Callable[..., Settings]
# They try what a run needs, processes and all.
pytestmark = pytest.mark.slow


def lacking(project: Path) -> list[str]:
    return [item.name for item in doctor.examine_installation(project) if not item.fine]


def found(project: Path, name: str) -> str:
    [finding] = [item for item in doctor.examine_installation(project) if item.name == name]
    return finding.text


@pytest.fixture
def whole(project: Project) -> Path:
    """A project that lacks nothing."""
    root = project().root
    (root / "reports").mkdir()
    (root / "reports" / "_theme").symlink_to(plant.ROOT / "reports" / "_theme")
    return root


def test_the_repository_lacks_nothing() -> None:
    assert lacking(plant.ROOT) == []


def test_what_is_found_is_told(whole: Path) -> None:
    assert lacking(whole) == []
    assert metadata.version("pandas") in found(whole, "pandas")
    assert "pandoc" in found(whole, "renderer")
    assert f"{len(load_catalogue().indicators)} indicators" in found(whole, "catalogue")
    assert "2006-01..2023-10" in found(whole, "statfin")
    assert "2022-05-01" in found(whole, "statfin")
    assert "lahti" in found(whole, "settings")


def test_how_notebooks_will_be_executed(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(whole, "engine").startswith("warm")
    monkeypatch.setattr(fork_server, "can_fork", lambda: False)
    assert found(whole, "engine").startswith("kernel")


def test_dask_may_be_missing(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version

    def without(name: str) -> str:
        if name == "distributed":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without)
    assert "only `compute --scheduler` needs it" in found(whole, "dask")
    assert lacking(whole) == []


def test_a_disk_that_is_nearly_full(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(whole)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    assert found(whole, "folder") == "0.1 GiB free; make room"
    assert lacking(whole) == ["folder"]


def test_a_folder_that_cannot_be_written(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert lacking(whole) == ["folder"]


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ('{"event": "start"}\n{"event": "end", "status": 5}\n', "status 5"),
        ('{"event": "start"}\n', "at work, or broken off"),
        ("", "its log cannot be read"),
        ("{", "its log cannot be read"),
    ],
)
def test_how_the_last_run_ended(whole: Path, log: str, told: str) -> None:
    assert found(whole, "log") == "none yet"
    folder = log_folder(whole)
    folder.mkdir(parents=True)
    (folder / "2022-03-01T010203Z-run.jsonl").write_text('{"event": "end", "status": 0}')
    (folder / "2022-03-02T010203Z-report.jsonl").write_text(log)
    assert found(whole, "log") == f"2022-03-02T010203Z-report: {told}"


def test_a_library_that_is_not_installed(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution = metadata.distribution

    def without_seaborn(name: str) -> metadata.Distribution:
        if name == "seaborn":
            raise metadata.PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr(metadata, "distribution", without_seaborn)
    assert lacking(whole) == ["seaborn"]
    assert "make setup" in found(whole, "seaborn")


def test_a_renderer_that_cannot_be_had(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_renderer() -> None:
        raise RenderingError("no renderer; install one")

    monkeypatch.setattr(quarto, "detect", no_renderer)
    assert lacking(whole) == ["renderer"]
    assert found(whole, "renderer") == "no renderer; install one"


def test_a_folder_without_settings(tmp_path: Path) -> None:
    assert lacking(tmp_path) == ["settings"]
    assert "indicators.toml" in found(tmp_path, "settings")


def test_settings_with_faults_name_them(whole: Path) -> None:
    settings = whole / plant.SETTINGS
    settings.write_text(settings.read_text().replace("trend_min_months", "trend_months"))
    assert lacking(whole) == ["settings"]
    assert "parameters.trend_months" in found(whole, "settings")


def test_snapshots_and_fonts_that_are_not_there(whole: Path) -> None:
    (whole / "data" / "raw").unlink()
    (whole / "reports" / "_theme").unlink()
    assert set(lacking(whole)) == {"statfin", "fonts"}
