"""What `doctor` looks at: one fault does not hide the next."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import plant
import pytest

from indicators import rendering
from indicators.errors import RenderingError
from indicators.production import health
from indicators.settings import Settings

Project = Callable[..., Settings]


def lacking(project: Path) -> list[str]:
    return [one.name for one in health.examine(project) if not one.fine]


def found(project: Path, name: str) -> str:
    [finding] = [one for one in health.examine(project) if one.name == name]
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
    assert "20" in found(whole, "catalogue")
    assert "2006-01..2023-10" in found(whole, "statfin")
    assert "2022-05-01" in found(whole, "statfin")
    assert "lahti" in found(whole, "settings")


def test_a_library_that_is_not_installed(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version

    def without_typst(name: str) -> str:
        if name == "seaborn":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without_typst)
    assert lacking(whole) == ["seaborn"]
    assert "make setup" in found(whole, "seaborn")


def test_a_renderer_that_cannot_be_had(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_renderer() -> None:
        raise RenderingError("no renderer; install one")

    monkeypatch.setattr(rendering, "detect", no_renderer)
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
