"""The project's settings: one file, ``indicators.toml``, read and checked as a whole."""

from indicators.settings.file import FILE_NAME, load
from indicators.settings.model import (
    LANGUAGES,
    Disclosure,
    Group,
    Inflections,
    Parameters,
    Reconciliation,
    Register,
    Report,
    Resources,
    Settings,
    StatFin,
    Text,
    Trial,
    Value,
)
from indicators.settings.overrides import check_overrides

__all__ = [
    "FILE_NAME",
    "LANGUAGES",
    "Disclosure",
    "Group",
    "Inflections",
    "Parameters",
    "Reconciliation",
    "Register",
    "Report",
    "Resources",
    "Settings",
    "StatFin",
    "Text",
    "Trial",
    "Value",
    "check_overrides",
    "load",
]
