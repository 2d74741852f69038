"""Release of a register's months: found in the release store, or protected with all that is in it.

Only the rows that the report shows are released. A month whose stored release still holds is not
protected again; the others are protected together, and safe together with every earlier release.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators import table
from indicators.areas import areas
from indicators.areas.mergers import codes_of_all_months
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES
from indicators.disclosure import protect
from indicators.disclosure.counts import CELL_COLUMNS, numbered_rows, table_counts
from indicators.disclosure.memberships import attach_groups
from indicators.disclosure.policy import Policy, find_policy, matches_any
from indicators.disclosure.rounding import round_means
from indicators.provenance import FileHashes, hash_bytes, hash_memory_file
from indicators.releases.store import (
    ProtectedBatch,
    Release,
    concat_tables,
    read_releases,
    read_rows,
    records_folder,
    released_rows,
    releases_folder,
    store_releases,
)

if TYPE_CHECKING:
    import pandas as pd

    from indicators.settings.model import Settings


REAL_REGISTER = "register"
_TEXT_COLUMNS = tuple(
    name for name in table.COLUMNS if name not in table.NUMBERS and name != "status"
)
# Counts are whole numbers.
_COUNT_TOLERANCE = 0.5
# Sums of the same numbers in a different order differ by less.
_NUMBER_TOLERANCE = 1e-9


# Which rows are released.


def reported_areas(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The areas that a definition's reported rows call members, group and country."""
    group = settings.report.group
    return {
        "members": (*codes_of_all_months(settings.groups[group].members), group),
        "group": (group,),
        "country": (settings.report.country,),
    }


def reported_rows(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The rows that the report shows, in their order, but for what is left out.

    What is not shown need not be protected, and hides nothing of what is.

    Args:
        table: A register's figures, of all populations and dimensions.
        settings: Its report's group and country are the areas reported.
    """
    areas = reported_areas(settings)
    kept = np.zeros(len(table), bool)
    for indicator in load_catalogue().indicators:
        for selection in indicator.reported:
            kept |= (
                (table["indicator"] == indicator.id)
                & table["statistic"].isin(selection.statistics)
                & table["population"].isin(selection.populations)
                & table["dimension"].isin(selection.dimensions)
                & table["area"].isin(areas[selection.areas])
            ).to_numpy()
    kept &= ~matches_any(table, settings.disclosure.leave_out)
    return table[kept].reset_index(drop=True)


def officially_published_rows(official: pd.DataFrame, internal: pd.DataFrame) -> pd.DataFrame:
    """The official rows that reveal what a register's table would hide.

    A figure that the register counts differently reveals nothing of the register's; taken as
    known, it would leave a small count unprotected.

    Args:
        official: StatFin's rows, of any areas and months.
        internal: The register's, nothing of it hidden.
    """
    alike = official["area"].isin(internal["area"]) & official["month"].isin(internal["month"])
    comparable = official[alike].reset_index(drop=True)
    published, own_counts = (table_counts(numbered_rows(frame)) for frame in (comparable, internal))
    published = published[~published["hidden"]]
    counted = own_counts.drop_duplicates(list(CELL_COLUMNS))[[*CELL_COLUMNS, "value"]]
    both = published.merge(counted, on=list(CELL_COLUMNS), how="left", suffixes=("", "_counted"))
    differ = (both["value"] - both["value_counted"]).abs() > _COUNT_TOLERANCE
    agreeing = np.setdiff1d(published["row"], both.loc[differ, "row"])
    return comparable.iloc[agreeing].reset_index(drop=True)


# Whether an earlier release still holds, and which releases came out together.


def release_matches(released: pd.DataFrame, internal: pd.DataFrame) -> bool:
    """Whether a release has the rows of an internal table, and the numbers of those it shows.

    What it hides stays hidden whatever the number has become.

    Args:
        released: A month's released rows.
        internal: The month's rows as they are counted now.
    """
    if len(released) != len(internal) or not _same_texts(released, internal):
        return False
    shown = (released["status"] != "suppressed").to_numpy()
    released_side, internal_side = (
        _shown_numbers(frame, shown) for frame in (released, round_means(internal))
    )
    return released_side[0] == internal_side[0] and np.allclose(
        released_side[1], internal_side[1], rtol=_NUMBER_TOLERANCE, atol=0, equal_nan=True
    )


def _shown_numbers(frame: pd.DataFrame, shown: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Statuses and numbers of the rows that are shown."""
    rows = frame[shown]
    return rows["status"].astype(str).tolist(), rows[list(table.NUMBERS)].to_numpy(float)


def _same_texts(released: pd.DataFrame, internal: pd.DataFrame) -> bool:
    def filled(frame: pd.DataFrame, name: str) -> np.ndarray:
        return frame[name].astype(object).fillna("").to_numpy()

    return all(
        np.array_equal(filled(released, column), filled(internal, column))
        for column in _TEXT_COLUMNS
    )


def release_layers(releases: Iterable[Release]) -> list[pd.DataFrame]:
    """Released rows as tables that came out one after the other.

    Releases of one extract never contradict each other: a run of them is one table as long as no
    month comes twice. The fewer tables, the quicker they are protected and attacked.

    Args:
        releases: Oldest first.
    """
    runs: list[list[Release]] = []
    for release in releases:
        last = runs[-1] if runs else []
        fits = (
            last
            and last[-1].extract == release.extract
            and _group_members(last[-1]) == _group_members(release)
        )
        if fits and release.month not in {other.month for other in last}:
            last.append(release)
        else:
            runs.append([release])
    return [
        attach_groups(
            concat_tables([read_rows(release.file) for release in run]), _group_members(run[0])
        )
        for run in runs
    ]


def _group_members(release: Release) -> dict[str, list[str]]:
    """Members of groups as they were when a month was released."""
    return {code: list(members) for code, members in release.terms["groups"].items()}


# The release itself.


@dataclass(frozen=True, slots=True)
class RegisterSource:
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
    """The terms under which a register's figures are released.

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
    known = areas.load_areas(settings)
    report = settings.report
    shown = [*settings.groups[report.group].members, report.group, report.country]
    return Terms(
        find_policy(settings.disclosure.policy),
        {code: group.members for code, group in settings.groups.items()},
        {language: {code: known.name(code, language) for code in shown} for language in LANGUAGES},
    )


@dataclass(frozen=True, slots=True)
class ReleasedFigures:
    """A register's released figures.

    Attributes:
        table: Long table of all months requested, protected.
        releases: The releases it comes from, one a month.
    """

    table: pd.DataFrame
    releases: tuple[Release, ...]


def release(
    rows: pd.DataFrame,
    source: RegisterSource,
    terms: Terms,
    root: Path,
    *,
    official: pd.DataFrame | None = None,
) -> ReleasedFigures:
    """Release the months of a table, each once, in the project's store of releases.

    A month that was released before, under the same policy and saying the same, stays as it is.
    All others are protected together, safe with every release of the register there is.

    Args:
        rows: A register's figures that are to be out; the table is neither written nor kept.
        source: Which register they are of.
        terms: The policy, and the groups of areas that add up.
        root: The project's folder, under which releases and the reviewer's records lie.
        official: StatFin's figures: what they reveal of the register's counts is known, too.

    Raises:
        DisclosureError: The months cannot be made safe; nothing was written.
        DataError: An earlier release cannot be read.
        UsageError: The releases cannot be written.
    """
    store = releases_folder(root, register_name(source, root))
    earlier = read_releases(store)
    recorded = terms.recorded()
    found = {
        str(month): _matching_release(earlier, recorded, of_month)
        for month, of_month in rows.groupby("month", observed=True)
    }
    missing = sorted(month for month, release_of_month in found.items() if release_of_month is None)
    if missing:
        to_release = rows[rows["month"].isin(missing)].reset_index(drop=True)
        known = (
            []
            if source.made_up or official is None
            else [officially_published_rows(official, to_release)]
        )
        batch = _protect_batch(to_release, known, earlier, terms)
        number = max((release_of_month.number for release_of_month in earlier), default=0) + 1
        # They have no name yet.
        drafts = [
            Release(store, month, source.extract, number, source.made_up, recorded, {})
            for month in missing
        ]
        for release_of_month in _with_progress(
            store_releases(batch, drafts, records_folder(root), terms.names), missing
        ):
            found[release_of_month.month] = release_of_month
    released = tuple(
        release_of_month
        for _, release_of_month in sorted(found.items())
        if release_of_month is not None
    )
    return ReleasedFigures(
        released_rows([release_of_month.folder for release_of_month in released])
        if released
        else rows,
        released,
    )


def register_name(source: RegisterSource, root: Path) -> str:
    """The name of a register's folder of releases.

    Extracts of the real register are of the same persons, whatever they are called. Made-up ones
    have nothing to do with each other: each has a folder of its own.

    Args:
        source: The register.
        root: The project's folder.
    """
    if not source.made_up:
        return REAL_REGISTER
    hashes = FileHashes(hash_memory_file(root))
    files = sorted(path for path in source.folder.iterdir() if path.is_file())
    listed = "".join(f"{path.name} {hashes.sha256_of(path)}\n" for path in files)
    hashes.keep()
    return f"made-up-{hash_bytes(listed.encode())[:8]}"


def _matching_release(
    earlier: Sequence[Release], terms: Mapping[str, Any], rows: pd.DataFrame
) -> Release | None:
    """The newest release of a month whose terms and rows are those of now."""
    month = str(rows["month"].iloc[0])
    alike = (
        candidate
        for candidate in reversed(earlier)
        if candidate.month == month and candidate.terms == terms
    )
    return next(
        (candidate for candidate in alike if release_matches(read_rows(candidate.file), rows)), None
    )


def _protect_batch(
    rows: pd.DataFrame, known: list[pd.DataFrame], earlier: Sequence[Release], terms: Terms
) -> ProtectedBatch:
    """Protect months together, safe with all that is out."""
    begun = time.monotonic()
    groups = {code: codes_of_all_months(members) for code, members in terms.groups.items()}
    protected, attack = protect.protect_and_audit(
        rows,
        [*known, *release_layers(earlier)],
        terms.policy,
        groups,
        os.cpu_count() or 1,
    )
    names = [release_of_month.file.name for release_of_month in earlier]
    return ProtectedBatch(protected, attack, names, time.monotonic() - begun)


def _with_progress(releases: Iterator[Release], months: Sequence[str]) -> Iterator[Release]:
    """Progress on a terminal, and nothing in a pipe."""
    from tqdm import tqdm

    yield from tqdm(releases, "releasing", len(months), disable=None, leave=False, unit="month")
