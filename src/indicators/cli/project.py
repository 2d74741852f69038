"""The project that a command works in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indicators import catalogue, settings
from indicators.settings import Settings, StatFin


def load(start: Path | None, statfin: Path | None = None) -> Settings:
    """Read the settings, and hold what they change of the definitions against the catalogue.

    Args:
        start: What ``--project`` names, if anything.
        statfin: What ``--statfin`` names instead of the settings' folder, if anything.

    Raises:
        UsageError: There are no settings, or they cannot be used.
    """
    project = settings.load(start)
    settings.check_overrides(project, catalogue.load().defaults())
    return replace(project, statfin=StatFin(statfin.absolute())) if statfin else project
