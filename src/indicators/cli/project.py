"""The project that a command works in."""

from __future__ import annotations

from pathlib import Path

from indicators import catalogue, settings
from indicators.settings import Settings


def load(start: Path | None) -> Settings:
    """Read the settings, and hold what they change of the definitions against the catalogue.

    Args:
        start: What ``--project`` names, if anything.

    Raises:
        UsageError: There are no settings, or they cannot be used.
    """
    project = settings.load(start)
    settings.check_overrides(project, catalogue.load().defaults())
    return project
