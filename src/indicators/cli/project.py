"""The project that a command works in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indicators import catalogue, settings
from indicators.catalogue import Catalogue
from indicators.errors import MissingSettingsError
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


def definitions(start: Path | None) -> Catalogue:
    """The definitions with the values of parameters that are in force.

    Args:
        start: What ``--project`` names, if anything; without a project the defaults are in force.

    Raises:
        UsageError: The settings cannot be used.
    """
    try:
        project = load(start)
    except MissingSettingsError:
        if start is not None:
            raise
        return catalogue.load()
    return catalogue.load().in_force(project.parameters.indicators)
