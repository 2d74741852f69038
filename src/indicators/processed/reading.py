"""A month's protected tables read back, and nothing taken on trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.errors import DataError
from indicators.processed import revised, vintages
from indicators.processed.model import (
    ABOUT_REGISTER,
    CONTEXT,
    INDICATORS,
    REGISTER,
    SOURCES,
    Processed,
    Source,
)

if TYPE_CHECKING:
    import pandas as pd


def read(root: Path, month: str, vintage: str = vintages.LATEST) -> Processed:
    """Read a month's protected tables.

    Args:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: Name of a vintage, such as ``2023-12-05``, or ``latest`` for the one published
            last.

    Raises:
        DataError: They are not there, or cannot be read.
    """
    from indicators import table

    folder = vintages.folder_of(root, month, vintage)
    register, made_up = _read_register(folder)
    return Processed(
        month=month,
        vintage=vintages.day_of(folder.name),
        indicators=table.read(folder / INDICATORS),
        context=table.read(folder / CONTEXT),
        sources=_read_sources(folder / SOURCES),
        register=register,
        made_up=made_up,
        revisions=revised.read(folder),
    )


def _read_sources(path: Path) -> tuple[Source, ...]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return tuple(Source(**source) for source in listed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error


def _read_register(folder: Path) -> tuple[pd.DataFrame | None, bool]:
    """The register's table and whether it is made up, where there is one."""
    from indicators import table

    if not (folder / REGISTER).exists():
        return None, False
    return table.read(folder / REGISTER), is_made_up(folder)


def is_made_up(folder: Path) -> bool:
    """Whether the register of a vintage is made up.

    Raises:
        DataError: Nothing that can be read says so.
    """
    path = folder / ABOUT_REGISTER
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["made_up"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error
