"""A register's months as they are released: found on the shelf, or protected now with all of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.areas.mergers import under_all_names
from indicators.disclosure import door
from indicators.disclosure.policy import policy_of
from indicators.provenance import FileHashes, hash_bytes
from indicators.provenance.state import memory_of_hashes
from indicators.releases.comparing import layers, says
from indicators.releases.official import told_officially
from indicators.releases.shelf import (
    Release,
    all_releases,
    read_rows,
    released_rows,
    releases_folder,
)
from indicators.releases.told import reported_rows
from indicators.releases.writing import Batch, put

if TYPE_CHECKING:
    import pandas as pd

    from indicators.settings import Settings

REAL = "register"


@dataclass(frozen=True, slots=True)
class Source:
    """Which register the figures are of.

    Attributes:
        folder: The canonical register.
        extract: The last day it knows about, ``YYYY-MM-DD``.
        made_up: Whether nobody in it lives.
    """

    folder: Path
    extract: str
    made_up: bool


@dataclass(frozen=True, slots=True)
class Released:
    """A register's figures as they are out.

    Attributes:
        table: Long table of all months asked, protected.
        releases: Where it comes from, one a month.
    """

    table: pd.DataFrame
    releases: tuple[Release, ...]


def release(
    internal: pd.DataFrame,
    source: Source,
    settings: Settings,
    *,
    official: pd.DataFrame | None = None,
) -> Released:
    """Release the months of a table, each once.

    A month that was released before, under the same policy and saying the same, stays as it is.
    All others are protected together, safe with every release of the register there is.

    Args:
        internal: A register's figures; it is neither written nor kept.
        source: Which register they are of.
        settings: The project.
        official: StatFin's figures: what they tell of the register's counts is known, too.

    Raises:
        DisclosureError: The months cannot be made safe; nothing was written.
        DataError: An earlier release cannot be read.
        UsageError: The releases cannot be written.
    """
    told = reported_rows(internal, settings)
    held = all_releases(releases_folder(settings.root, name_of(source, settings.root)))
    terms = _terms(settings)
    found = {
        str(month): _found(held, terms, rows)
        for month, rows in told.groupby("month", observed=True)
    }
    missing = sorted(month for month, one in found.items() if one is None)
    if missing:
        wanted = told[told["month"].isin(missing)].reset_index(drop=True)
        known = [] if source.made_up or official is None else [told_officially(official, wanted)]
        batch = _protected(wanted, known, held, settings)
        for one in _shown(put(batch, _drafts(missing, source, held, settings), settings), missing):
            found[one.month] = one
    kept = tuple(one for _, one in sorted(found.items()) if one is not None)
    return Released(released_rows([one.folder for one in kept]) if kept else told, kept)


def name_of(source: Source, root: Path) -> str:
    """The name of a register's folder of releases.

    Extracts of the real register are of the same persons, whatever they are called. Made-up ones
    have nothing to do with each other: each has a folder of its own.

    Args:
        source: The register.
        root: The project's folder.
    """
    if not source.made_up:
        return REAL
    hashes = FileHashes(memory_of_hashes(root))
    files = sorted(path for path in source.folder.iterdir() if path.is_file())
    listed = "".join(f"{path.name} {hashes.of(path)}\n" for path in files)
    hashes.keep()
    return f"made-up-{hash_bytes(listed.encode())[:8]}"


def _terms(settings: Settings) -> dict[str, Any]:
    policy = policy_of(settings.disclosure.policy)
    limits = {name: limit for name, limit in asdict(policy).items() if name != "name"}
    groups = {code: list(group.members) for code, group in settings.groups.items()}
    return {"policy": policy.name, "limits": limits, "groups": groups}


def _found(held: Sequence[Release], terms: Mapping[str, Any], rows: pd.DataFrame) -> Release | None:
    """The newest release that has a month's rows and says what would be said now."""
    month = str(rows["month"].iloc[0])
    alike = (one for one in reversed(held) if one.month == month and one.terms == terms)
    return next((one for one in alike if says(read_rows(one.file), rows)), None)


def _protected(
    wanted: pd.DataFrame, known: list[pd.DataFrame], held: Sequence[Release], settings: Settings
) -> Batch:
    """Protect months together, safe with all that is out."""
    begun = time.monotonic()
    groups = {code: under_all_names(one.members) for code, one in settings.groups.items()}
    made, attack = door.protect_and_attack(
        wanted,
        [*known, *layers(held)],
        policy_of(settings.disclosure.policy),
        groups,
        os.cpu_count() or 1,
    )
    names = [one.file.name for one in held]
    return Batch(made, attack, names, time.monotonic() - begun)


def _drafts(
    months: Sequence[str], source: Source, held: Sequence[Release], settings: Settings
) -> list[Release]:
    """The releases to be, which have no name yet."""
    shelf = releases_folder(settings.root, name_of(source, settings.root))
    number = max((one.number for one in held), default=0) + 1
    terms = _terms(settings)
    return [
        Release(shelf, month, source.extract, number, source.made_up, terms, {}) for month in months
    ]


def _shown(releases: Iterator[Release], months: Sequence[str]) -> Iterator[Release]:
    """Progress on a terminal, and nothing in a pipe."""
    from tqdm import tqdm

    yield from tqdm(releases, "releasing", len(months), disable=None, leave=False, unit="month")
