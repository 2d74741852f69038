"""Versions of what the figures, pages and PDFs are made with."""

from __future__ import annotations

import platform
from importlib import metadata

TOOLS = (
    "babel",
    "ipykernel",
    "matplotlib",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pypandoc-binary",
    "seaborn",
    "statsmodels",
    "typst",
)


def tool_versions() -> dict[str, str]:
    """Python and each of :data:`TOOLS` that is installed, by name."""
    found = {"python": platform.python_version()}
    for name in TOOLS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
