"""A register's months as they are released: found on the shelf, or protected now with all of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.areas import areas
from indicators.areas.mergers import under_all_names
from indicators.catalogue import LANGUAGES
from indicators.disclosure import door
from indicators.disclosure.policy import Policy, policy_of
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
from indicators.releases.writing import Batch, put, records_folder

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
class Terms:
    """Under what a register's figures are released.

    Attributes:
        policy: The policy of disclosure control.
        groups: Member areas by group code.
        names: Names of the areas in the reviewer's records, by language and code.
    """

    policy: Policy
    groups: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Mapping[str, str]]

    def recorded(self) -> dict[str, Any]:
        """The terms as a release keeps them, to be compared with those of a later run."""
        limits = {name: limit for name, limit in asdict(self.policy).items() if name != "name"}
        groups = {code: list(members) for code, members in self.groups.items()}
        return {"policy": self.policy.name, "limits": limits, "groups": groups}


def terms_of(settings: Settings) -> Terms:
    """The terms that a project's settings lay down."""
    known = areas.load(settings)
    report = settings.report
    shown = [*settings.groups[report.group].members, report.group, report.country]
    return Terms(
        policy_of(settings.disclosure.policy),
        {code: group.members for code, group in settings.groups.items()},
        {language: {one: known.name(one, language) for one in shown} for language in LANGUAGES},
    )


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
    rows: pd.DataFrame,
    source: Source,
    terms: Terms,
    root: Path,
    *,
    official: pd.DataFrame | None = None,
) -> Released:
    """Release the months of a table, each once, in the project's store of releases.

    A month that was released before, under the same policy and saying the same, stays as it is.
    All others are protected together, safe with every release of the register there is.

    Args:
        rows: A register's figures that are to be out; the table is neither written nor kept.
        source: Which register they are of.
        terms: The policy, and the groups of areas that add up.
        root: The project's folder, under which releases and the reviewer's records lie.
        official: StatFin's figures: what they tell of the register's counts is known, too.

    Raises:
        DisclosureError: The months cannot be made safe; nothing was written.
        DataError: An earlier release cannot be read.
        UsageError: The releases cannot be written.
    """
    store = releases_folder(root, name_of(source, root))
    earlier = all_releases(store)
    recorded = terms.recorded()
    found = {
        str(month): _found(earlier, recorded, of_month)
        for month, of_month in rows.groupby("month", observed=True)
    }
    missing = sorted(month for month, release_of_month in found.items() if release_of_month is None)
    if missing:
        to_release = rows[rows["month"].isin(missing)].reset_index(drop=True)
        known = (
            [] if source.made_up or official is None else [told_officially(official, to_release)]
        )
        batch = _protected(to_release, known, earlier, terms)
        number = max((release_of_month.number for release_of_month in earlier), default=0) + 1
        # They have no name yet.
        drafts = [
            Release(store, month, source.extract, number, source.made_up, recorded, {})
            for month in missing
        ]
        for release_of_month in _shown(
            put(batch, drafts, records_folder(root), terms.names), missing
        ):
            found[release_of_month.month] = release_of_month
    released = tuple(
        release_of_month
        for _, release_of_month in sorted(found.items())
        if release_of_month is not None
    )
    return Released(
        released_rows([release_of_month.folder for release_of_month in released])
        if released
        else rows,
        released,
    )


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
    listed = "".join(f"{path.name} {hashes.sha256_of(path)}\n" for path in files)
    hashes.keep()
    return f"made-up-{hash_bytes(listed.encode())[:8]}"


def _found(
    earlier: Sequence[Release], terms: Mapping[str, Any], rows: pd.DataFrame
) -> Release | None:
    """The newest release that has a month's rows and says what would be said now."""
    month = str(rows["month"].iloc[0])
    alike = (
        candidate
        for candidate in reversed(earlier)
        if candidate.month == month and candidate.terms == terms
    )
    return next((candidate for candidate in alike if says(read_rows(candidate.file), rows)), None)


def _protected(
    rows: pd.DataFrame, known: list[pd.DataFrame], earlier: Sequence[Release], terms: Terms
) -> Batch:
    """Protect months together, safe with all that is out."""
    begun = time.monotonic()
    groups = {code: under_all_names(members) for code, members in terms.groups.items()}
    protected, attack = door.protect_and_attack(
        rows,
        [*known, *layers(earlier)],
        terms.policy,
        groups,
        os.cpu_count() or 1,
    )
    names = [item.file.name for item in earlier]
    return Batch(protected, attack, names, time.monotonic() - begun)


def _shown(releases: Iterator[Release], months: Sequence[str]) -> Iterator[Release]:
    """Progress on a terminal, and nothing in a pipe."""
    from tqdm import tqdm

    yield from tqdm(releases, "releasing", len(months), disable=None, leave=False, unit="month")
