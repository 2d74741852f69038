"""The way through the door: computed tables protected, checked, and put in place for good."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.processed import checks, manifest, revised, vintages
from indicators.processed.model import (
    ABOUT_REGISTER,
    CONTEXT,
    INDICATORS,
    REGISTER,
    SOURCES,
    FromRegister,
    Source,
    areas_of,
    register_window,
)
from indicators.processed.placing import Placed, place
from indicators.processed.revised import Revisions
from indicators.provenance import hash_file

if TYPE_CHECKING:
    import pandas as pd

    from indicators.computing import Computed
    from indicators.settings import Settings
    from indicators.sources.statfin import Snapshots


def publish(
    settings: Settings,
    month: str,
    computed: Computed,
    register: FromRegister | None = None,
    revisions: Revisions | None = None,
) -> Path:
    """As :func:`publish_vintage`; gives the folder alone."""
    return publish_vintage(settings, month, computed, register, revisions).folder


def publish_vintage(
    settings: Settings,
    month: str,
    computed: Computed,
    register: FromRegister | None = None,
    revisions: Revisions | None = None,
) -> Placed:
    """Publish a month's tables as a vintage: what is public, and what was released.

    Args:
        settings: The project.
        month: ``YYYY-MM``.
        computed: What the published sources give.
        register: What was released of a register, if there is one.
        revisions: What later vintages of the published sources changed, of public figures alone.

    Returns:
        The vintage, named after the newest day of the sources: one of the same bytes that was
        there before, or else a new one. What was published before is never changed.

    Raises:
        DisclosureError: A row is neither public nor released, or tells of a person.
        DataError: The tables do not come back as they were written.
        UsageError: The folder cannot be written.
    """
    from indicators.scanning import refuse

    def write(folder: Path) -> None:
        _write_tables(settings, month, computed, register, folder)
        if revisions is not None:
            revised.write(revisions.until(month), folder)
        refuse([folder])

    def describe(folder: Path, before: Path | None, name: str) -> str:
        passed = checks.check(folder, month, areas_of(settings))
        described = manifest.make(
            settings,
            month,
            name,
            computed=computed,
            register=register,
            folder=folder,
            checks=passed,
        )
        return manifest.write(described, folder, before)

    folder = vintages.month_folder(settings.root, month)
    return place(folder, _day(computed, register, month), write, describe)


def _day(computed: Computed, register: FromRegister | None, month: str) -> str:
    """Newest day of the sources: of StatFin's vintages and of the register's extract.

    A vintage that holds later months alone is no source of this one.
    """
    known = computed.snapshots.until(month)
    days = [snapshot.vintage.isoformat() for snapshot in known.vintages]
    return max([*days, *(register.days if register else [])])


def _write_tables(
    settings: Settings,
    month: str,
    computed: Computed,
    register: FromRegister | None,
    folder: Path,
) -> None:
    from indicators.disclosure import admit

    for name, frame in ((INDICATORS, computed.indicators), (CONTEXT, computed.context)):
        _write(admit(_until(frame, month, areas_of(settings))), folder / name)
    if register is not None:
        _write_register(settings, month, register, folder)
    sources = [asdict(source) for source in _sources(computed.snapshots.until(month))]
    _write_json({"sources": sources}, folder / SOURCES)


def _write_register(settings: Settings, month: str, register: FromRegister, folder: Path) -> None:
    from indicators.disclosure import admit
    from indicators.releases import released_rows

    first, last = register_window(month)
    rows = _until(register.table, last, areas_of(settings), first)
    releases = register.releases_in_window(month)
    released = released_rows(releases) if releases else None
    _write(admit(rows, released=released), folder / REGISTER)
    _write_json({"made_up": register.made_up}, folder / ABOUT_REGISTER)


def _write(frame: pd.DataFrame, path: Path) -> None:
    """As Parquet for the notebooks and as CSV for people."""
    from indicators import table

    table.write(frame, path)
    table.write(frame, path.with_suffix(".csv"))


def _write_json(content: object, path: Path) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _until(
    frame: pd.DataFrame, month: str, areas: tuple[str, ...], first: str = ""
) -> pd.DataFrame:
    """The rows of some areas up to a month, without the categories of all others."""
    months = [
        candidate for candidate in frame["month"].cat.categories if first <= candidate <= month
    ]
    rows = frame[frame["month"].isin(months) & frame["area"].isin(areas)].copy()
    for name in rows.select_dtypes("category"):
        rows[name] = rows[name].cat.remove_unused_categories()
    return rows.reset_index(drop=True)


def _sources(snapshots: Snapshots) -> list[Source]:
    """Each vintage as its provenance tells it; what nobody wrote down stays empty."""
    listed = snapshots.provenance
    return [
        Source(
            file=snapshot.file.name,
            table="12r5",
            source=known.source if known else "",
            vintage=snapshot.vintage.isoformat(),
            first_month=snapshot.months[0],
            last_month=snapshot.months[-1],
            licence=known.licence if known else "",
            sha256=known.sha256 if known else hash_file(snapshot.file),
        )
        for snapshot in snapshots.vintages
        for known in [listed.get(snapshot.file.name)]
    ]
