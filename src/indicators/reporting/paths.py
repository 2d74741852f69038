"""What a report's files are called, for those who write them and those who link to them."""

from __future__ import annotations

from pathlib import Path

#: Folder of the shipped font files, from the project's root.
FONTS = Path("reports") / "_theme" / "fonts"


def report_name(month: str, language: str) -> str:
    """Name of a month's notebook, page and PDF, without the ending."""
    return f"monthly-report-{month}-{language}"


def data_name(month: str) -> str:
    """Name of the figures' CSV beside the report."""
    return f"indicators-{month}.csv"


def register_name(month: str, *, made_up: bool) -> str:
    """Name of a register's packed figures; a file that has left the site still says what it is."""
    return f"register-made-up-{month}.zip" if made_up else f"register-{month}.zip"
