"""Finds ``indicators.toml`` and reads it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from indicators.errors import MissingSettingsError, UsageError
from indicators.settings.model import Settings
from indicators.settings.parse import parse

FILE_NAME = "indicators.toml"


def load(start: Path | None = None) -> Settings:
    """Reads the settings of a project.

    Args:
        start: The project's folder, if the caller names one (``--project``). Otherwise the
            nearest folder at or above the current one that holds the file, and last the source
            checkout this package lies in.

    Raises:
        UsageError: There is no file, or it cannot be used; all its problems are named with
            their key paths.
    """
    path = _find(start)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}; mend that place") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; make it readable") from None
    return parse(values, path)


def _find(start: Path | None) -> Path:
    if start is not None:
        folders = [start.absolute()]
        where = f"in {folders[0]}"
    else:
        checkout = Path(__file__).resolve().parents[3]
        folders = [Path.cwd(), *Path.cwd().parents, checkout]
        where = f"in {folders[0]} or a folder above it"
    for folder in folders:
        if (folder / FILE_NAME).exists():
            return folder / FILE_NAME
    raise MissingSettingsError(f"No {FILE_NAME} {where}; name the project's folder with --project")
