"""A small project with the real theme, into which a test writes its sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rendering_kit import ROOT, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with `_quarto.yml` and the theme."""
    shutil.copy(ROOT / "_quarto.yml", tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "_theme").symlink_to(ROOT / "reports" / "_theme")
    return Project(tmp_path)
