"""What has been released of a register: read back, compared, put beside what was there.

``data/released/<register>/YYYY-MM/<extract>/`` holds a release of a month: its protected table and
``release.json`` (see ``release.schema.json``). Nothing of it is ever changed. A further release of
the same extract has a number: ``2023-06-30.2``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "release.json"
SCHEMA_VERSION = 1
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}(\.[1-9]\d*)?")


@dataclass(frozen=True, slots=True)
class Release:
    """A month's figures that are out.

    Attributes:
        folder: Where they are.
        month: ``YYYY-MM``.
        extract: The last day that the register knew about, ``YYYY-MM-DD``.
        number: Which of the register's calls for protection gave it, from 1: what was released
            together has one number, what came later a higher one.
        made_up: Whether nobody in the register lives.
        terms: What was hidden and why: the policy and its limits, members of groups.
        statuses: Rows by status.
    """

    folder: Path
    month: str
    extract: str
    number: int
    made_up: bool
    terms: Mapping[str, Any]
    statuses: Mapping[str, int]

    @property
    def file(self) -> Path:
        """The table; its name says what it is wherever it is taken."""
        return self.folder / table_name(self.month, self.folder.name)


def releases_folder(root: Path, register: str) -> Path:
    """Where the releases of a register are.

    Args:
        root: The project's folder.
        register: Its name there.
    """
    return root / "data" / "released" / register


def table_name(month: str, release: str) -> str:
    """The name of a release's table."""
    return f"{month}_{release}.parquet"


def free_name(folder: Path, extract: str) -> str:
    """The name of a further release of a month.

    Args:
        folder: Of the month's releases; it need not be there.
        extract: The day it is of.
    """
    names = (extract if number == 1 else f"{extract}.{number}" for number in count(1))
    return next(name for name in names if not (folder / name).exists())


def all_releases(folder: Path) -> list[Release]:
    """The releases of a register, oldest first.

    Args:
        folder: As :func:`releases_folder` has it; it need not be there.

    Raises:
        DataError: One cannot be read: what is out is not known then, and nothing can be released.
    """
    folders = [path for path in folder.glob("????-??/????-??-??*") if _NAME.fullmatch(path.name)]
    return sorted(
        (_read(path) for path in folders), key=lambda release: (release.number, release.month)
    )


def everything(root: Path) -> dict[Path, Release]:
    """The releases of all registers of a project, by their folders."""
    shelves = sorted((root / "data" / "released").glob("*/"))
    return {release.folder: release for folder in shelves for release in all_releases(folder)}


def describe(release: Release, folder: Path) -> None:
    """Write what is known of a release beside its table.

    Args:
        release: Its folder may not be there yet.
        folder: Holds the table.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "month": release.month,
        "extract": release.extract,
        "number": release.number,
        "made_up": release.made_up,
        **release.terms,
        "statuses": dict(release.statuses),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / ABOUT).write_text(text + "\n", encoding="utf-8")


def released_rows(releases: Sequence[Path]) -> pd.DataFrame:
    """The rows of some releases, below each other.

    Args:
        releases: Their folders, one or more.

    Raises:
        DataError: One cannot be read.
    """
    return below([read_rows(_read(folder).file) for folder in releases])


@lru_cache(maxsize=2048)
def read_rows(path: Path) -> pd.DataFrame:
    """A release's rows. It never changes, so it is read once; do not change what is given.

    Raises:
        DataError: It cannot be read.
    """
    from indicators import table

    return table.read(path)


def below(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Long tables below each other, texts as categories in order: the same rows, the same bytes."""
    import pandas as pd

    from indicators import table

    merged = {}
    for name in table.COLUMNS:
        if name in table.NUMBERS:
            merged[name] = pd.concat([frame[name] for frame in frames], ignore_index=True)
        else:
            texts = pd.concat([frame[name].astype(object) for frame in frames], ignore_index=True)
            merged[name] = texts.astype("category")
    return pd.DataFrame(merged)


def _read(folder: Path) -> Release:
    path = folder / ABOUT
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = Release(
            folder=folder,
            month=str(content["month"]),
            extract=str(content["extract"]),
            number=int(content["number"]),
            made_up=bool(content["made_up"]),
            terms={name: content[name] for name in ("policy", "limits", "groups")},
            statuses=content["statuses"],
        )
        version = content["schema_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = "put it back as it was released: what is out must be known"
        raise DataError(f"{path}: cannot be read as a release; {advice}") from error
    if version != SCHEMA_VERSION:
        raise DataError(f"{path}: is not of version {SCHEMA_VERSION}; a later program wrote it")
    return known
