"""``data/processed/YYYY-MM/<vintage>/``: the protected tables a month's notebooks read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from indicators import files, table
from indicators.calendar import shift_month
from indicators.computing import Computed
from indicators.disclosure import protect
from indicators.errors import DataError
from indicators.settings import Settings

INDICATORS = "indicators.parquet"
CONTEXT = "context.parquet"
SOURCES = "sources.json"
REGISTER = "register.parquet"
ABOUT_REGISTER = "register.json"
# A register's figures are told so many months back from the one reported.
REGISTER_MONTHS = 24


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
class FromRegister:
    """What a register gives, unprotected.

    Attributes:
        table: Long table of all months and areas asked.
        made_up: Whether the register is made up, so that nobody in it lives.
    """

    table: pd.DataFrame
    made_up: bool


@dataclass(frozen=True, slots=True)
class Processed:
    """A month's protected tables.

    Attributes:
        month: The month reported, ``YYYY-MM``; no row is of a later one.
        vintage: Newest publication date of the sources.
        indicators: Long table of the indicators, for the areas of the report.
        context: Long table of the series told beside them.
        sources: What they were made from, newest first.
        register: Long table of a register's figures, of the last 24 months and the reported one,
            or None where no register was given.
        made_up: Whether that register is made up.
    """

    month: str
    vintage: str
    indicators: pd.DataFrame
    context: pd.DataFrame
    sources: tuple[Source, ...]
    register: pd.DataFrame | None = None
    made_up: bool = False


def areas_of(settings: Settings) -> tuple[str, ...]:
    """The areas a monthly report tells of: the group, its members, what stands beside them."""
    report = settings.report
    members = settings.groups[report.group].members
    return (report.group, *members, *report.comparisons, report.country)


def register_window(month: str) -> tuple[str, str]:
    """First and last month of a register's figures in a month's report."""
    return shift_month(month, -REGISTER_MONTHS), month


def publish(
    settings: Settings, month: str, computed: Computed, register: FromRegister | None = None
) -> Path:
    """Protect a month's tables and put them in place, all at once.

    Args:
        settings: The project.
        month: ``YYYY-MM``.
        computed: What the published sources give.
        register: What a register gives, if there is one.

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
            _write(protect(_until(frame, month, areas_of(settings))), aside / name)
        if register is not None:
            _publish_register(settings, month, register, aside)
        sources = [asdict(source) for source in _sources(computed)]
        text = json.dumps({"sources": sources}, ensure_ascii=False, indent=2)
        (aside / SOURCES).write_text(text + "\n", encoding="utf-8")
    return folder


def _publish_register(settings: Settings, month: str, register: FromRegister, aside: Path) -> None:
    first, last = register_window(month)
    told = _until(register.table, last, areas_of(settings), first)
    _write(protect(told, made_up=register.made_up), aside / REGISTER)
    text = json.dumps({"made_up": register.made_up})
    (aside / ABOUT_REGISTER).write_text(text + "\n", encoding="utf-8")


def _write(told: pd.DataFrame, path: Path) -> None:
    """As Parquet for the notebooks and as CSV for people."""
    table.write(told, path)
    table.write(told, path.with_suffix(".csv"))


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
    register, made_up = _read_register(folder)
    return Processed(
        month=month,
        vintage=folder.name,
        indicators=table.read(folder / INDICATORS),
        context=table.read(folder / CONTEXT),
        sources=_read_sources(folder / SOURCES),
        register=register,
        made_up=made_up,
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


def _read_register(folder: Path) -> tuple[pd.DataFrame | None, bool]:
    """The register's table and whether it is made up, where there is one."""
    if not (folder / REGISTER).exists():
        return None, False
    path = folder / ABOUT_REGISTER
    try:
        made_up = bool(json.loads(path.read_text(encoding="utf-8"))["made_up"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error
    return table.read(folder / REGISTER), made_up


def _until(
    frame: pd.DataFrame, month: str, areas: tuple[str, ...], first: str = ""
) -> pd.DataFrame:
    """The rows of some areas up to a month, without the categories of all others."""
    months = [one for one in frame["month"].cat.categories if first <= one <= month]
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
