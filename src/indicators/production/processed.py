"""``data/processed/YYYY-MM/<vintage>/``: the protected tables a month's notebooks read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from indicators import files, table
from indicators.computing import Computed
from indicators.disclosure import protect
from indicators.errors import DataError
from indicators.settings import Settings

INDICATORS = "indicators.parquet"
CONTEXT = "context.parquet"
SOURCES = "sources.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A received file that the tables were made from."""

    file: str
    table: str
    source: str
    vintage: str
    first_month: str
    last_month: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Processed:
    """A month's protected tables.

    Attributes:
        month: The month reported, ``YYYY-MM``; no row is of a later one.
        vintage: Newest publication date of the sources.
        indicators: Long table of the indicators, for the areas of the report.
        context: Long table of the series told beside them.
        sources: What they were made from, newest first.
    """

    month: str
    vintage: str
    indicators: pd.DataFrame
    context: pd.DataFrame
    sources: tuple[Source, ...]


def areas_of(settings: Settings) -> tuple[str, ...]:
    """The areas a monthly report tells of: the group, its members, what stands beside them."""
    report = settings.report
    members = settings.groups[report.group].members
    return (report.group, *members, *report.comparisons, report.country)


def publish(settings: Settings, month: str, computed: Computed) -> Path:
    """Protect a month's tables and put them in place, all at once.

    Returns:
        The folder, named after the newest vintage.

    Raises:
        DisclosureError: A row is not public and not protected.
        UsageError: The folder cannot be written.
    """
    vintage = computed.snapshots.vintages[0].vintage.isoformat()
    folder = _folder(settings.root, month) / vintage
    with files.replacing_folder(folder) as aside:
        for name, frame in ((INDICATORS, computed.indicators), (CONTEXT, computed.context)):
            told = protect(_until(frame, month, areas_of(settings)))
            table.write(told, aside / name)
            table.write(told, (aside / name).with_suffix(".csv"))
        sources = [asdict(source) for source in _sources(computed)]
        text = json.dumps({"sources": sources}, ensure_ascii=False, indent=2)
        (aside / SOURCES).write_text(text + "\n", encoding="utf-8")
    return folder


def read(root: Path, month: str, vintage: str = "latest") -> Processed:
    """Read a month's protected tables.

    Args:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: ``YYYY-MM-DD``, or ``latest`` for the newest there is.

    Raises:
        DataError: They are not there, or cannot be read.
    """
    folder = folder_of(root, month, vintage)
    return Processed(
        month=month,
        vintage=folder.name,
        indicators=table.read(folder / INDICATORS),
        context=table.read(folder / CONTEXT),
        sources=_read_sources(folder / SOURCES),
    )


def folder_of(root: Path, month: str, vintage: str = "latest") -> Path:
    """The folder of a month's tables; takes what :func:`read` does.

    Raises:
        DataError: It is not there.
    """
    if vintage == "latest":
        return _newest_folder(root, month)
    folder = _folder(root, month) / vintage
    if not folder.is_dir():
        raise DataError(f"{folder}: not there; the vintages are the folders beside it")
    return folder


def _newest_folder(root: Path, month: str) -> Path:
    there = sorted(_folder(root, month).glob("????-??-??"))
    if not there:
        advice = f"run `indicators run --months {month}`"
        raise DataError(f"{_folder(root, month)}: no tables of this month; {advice}")
    return there[-1]


def _folder(root: Path, month: str) -> Path:
    return root / "data" / "processed" / month


def _read_sources(path: Path) -> tuple[Source, ...]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return tuple(Source(**source) for source in listed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error


def _until(frame: pd.DataFrame, month: str, areas: tuple[str, ...]) -> pd.DataFrame:
    """The rows of some areas up to a month, without the categories of all others."""
    months = [one for one in frame["month"].cat.categories if one <= month]
    kept = frame[frame["month"].isin(months) & frame["area"].isin(areas)].copy()
    for name in kept.select_dtypes("category"):
        kept[name] = kept[name].cat.remove_unused_categories()
    return kept.reset_index(drop=True)


def _sources(computed: Computed) -> list[Source]:
    """Each vintage as its provenance tells it; what nobody wrote down stays empty."""
    listed = computed.snapshots.provenance
    return [
        Source(
            file=snapshot.file.name,
            table="12r5",
            source=known.source if known else "",
            vintage=snapshot.vintage.isoformat(),
            first_month=snapshot.months[0],
            last_month=snapshot.months[-1],
            licence=known.licence if known else "",
            sha256=known.sha256 if known else "",
        )
        for snapshot in computed.snapshots.vintages
        for known in [listed.get(snapshot.file.name)]
    ]
