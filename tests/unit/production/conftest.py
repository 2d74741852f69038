"""Projects to make months in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import plant
import pytest

from indicators import settings as project_settings
from indicators.computing import Computed, compute_all
from indicators.settings import Settings


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Sequence[str]], Settings]:
    """Lays out a project whose notebook has some cells, and reads its settings."""

    def made(cells: Sequence[str] = ("print(month, language)",)) -> Settings:
        return project_settings.load(plant.set_up(tmp_path / "project", cells))

    return made


@pytest.fixture(scope="session")
def computed() -> Computed:
    """What the real snapshots give."""
    settings = project_settings.load(plant.ROOT)
    groups = {code: group.members for code, group in settings.groups.items()}
    return compute_all(["2022-02"], statfin=settings.statfin.directory, groups=groups)
