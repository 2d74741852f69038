"""Publication of a month's tables: through the release check, verified, in place for good."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.calendar import shift_month
from indicators.errors import DataError
from indicators.processed import manifest, reading, vintages
from indicators.processed.reading import (
    CONTEXT,
    INDICATORS,
    KELA,
    REGISTER,
    REGISTER_FACTS,
    SOURCES,
    BenefitFacts,
    BenefitSource,
    RegisterTables,
    Revisions,
    Source,
    register_window,
    reported_areas,
)
from indicators.processed.vintages import PublishedVintage, place_vintage
from indicators.provenance import hash_file
from indicators.settings.model import COUNTRY

if TYPE_CHECKING:
    import pandas as pd

    from indicators.computing import Computed
    from indicators.settings.model import Settings
    from indicators.sources.kela.folder import CofinancedBenefits
    from indicators.sources.statfin.further_tables import FurtherTable, FurtherTables
    from indicators.sources.statfin.snapshots import Snapshots


TABLES = (INDICATORS, CONTEXT, KELA, REGISTER)
# What has happened before anything is written here: no vintage comes about without it.
EARLIER_CHECKS = ("sources_read_whole", "passed_release_check")


def check_vintage(folder: Path, month: str, areas: Sequence[str]) -> tuple[str, ...]:
    """Read a vintage's tables back and check them before the vintage gets its name.

    Args:
        folder: Holds the tables, not yet published.
        month: The month reported; no row may be of a later month.
        areas: The areas of the monthly report; no row of a CSV or of a register may be of any
            other.

    Returns:
        The names of the checks passed, as the manifest has them.

    Raises:
        DataError: A check failed: a defect of the program or of the disk.
    """
    from indicators import table

    for name in TABLES:
        if not (folder / name).exists():
            continue
        parquet, csv = (
            table.read(folder / file_name) for file_name in (name, Path(name).with_suffix(".csv"))
        )
        for description, holds in CHECKS.items():
            if not holds(parquet, csv, month, areas):
                text = "nothing was published; try again, and report it if it stays"
                raise DataError(f"{name}: the check {description!r} failed; {text}")
    return (*EARLIER_CHECKS, *CHECKS)


def _csv_equals_parquet(parquet: pd.DataFrame, csv: pd.DataFrame, *_: object) -> bool:
    """The CSV, read back, is the Parquet file's rows of its areas."""
    from indicators import table

    # Published figures are kept of every area; the CSV has those of the monthly report.
    same_areas = parquet["area"].isin(csv["area"].unique())
    rows = parquet[same_areas].reset_index(drop=True)
    return all(_plain_column(rows[name]).equals(_plain_column(csv[name])) for name in table.COLUMNS)


def _plain_column(column: pd.Series) -> pd.Series:
    return column.astype(float) if column.dtype.kind in "fi" else column.astype(object)


def _keys_unique(parquet: pd.DataFrame, *_: object) -> bool:
    """No figure stands there twice."""
    from indicators import table

    return not parquet.duplicated([*table.KEY, "source"]).any()


def _statuses_known(parquet: pd.DataFrame, *_: object) -> bool:
    """Every row says why its value is there or not."""
    from indicators import table

    return bool(parquet["status"].isin(table.STATUSES).all())


def _hidden_values_empty(parquet: pd.DataFrame, *_: object) -> bool:
    """A hidden figure has neither a value nor bounds."""
    hidden = parquet[parquet["status"] == "suppressed"]
    return bool(hidden[["value", "low", "high"]].isna().all(axis=None))


def _within_month_and_areas(
    parquet: pd.DataFrame, csv: pd.DataFrame, month: str, areas: Sequence[str]
) -> bool:
    """No row is of a later month, and none of the CSV of an area that is not reported."""
    months = parquet["month"].astype(object)
    return bool((months <= month).all() and csv["area"].isin(areas).all())


Check = Callable[["pd.DataFrame", "pd.DataFrame", str, Sequence[str]], bool]
CHECKS: dict[str, Check] = {
    "same_in_csv_and_parquet": _csv_equals_parquet,
    "every_figure_once": _keys_unique,
    "every_status_known": _statuses_known,
    "hidden_values_empty": _hidden_values_empty,
    "month_and_areas_as_asked": _within_month_and_areas,
}


def publish(
    settings: Settings,
    month: str,
    computed: Computed,
    register: RegisterTables | None = None,
    revisions: Revisions | None = None,
) -> Path:
    """As :func:`publish_vintage`; gives the folder alone."""
    return publish_vintage(settings, month, computed, register, revisions).folder


def publish_vintage(
    settings: Settings,
    month: str,
    computed: Computed,
    register: RegisterTables | None = None,
    revisions: Revisions | None = None,
) -> PublishedVintage:
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
        DisclosureError: A row is neither public nor released, or a file holds personal data.
        DataError: The tables do not come back as they were written.
        UsageError: The folder cannot be written.
    """
    from indicators.scanning.scanner import refuse_personal_data

    def write(folder: Path) -> None:
        _write_tables(settings, month, computed, register, folder)
        if revisions is not None:
            reading.write_revisions(revisions.until(month), folder)
        refuse_personal_data([folder])

    def describe(folder: Path, before: Path | None, name: str) -> str:
        passed = check_vintage(folder, month, reported_areas(settings))
        described = manifest.build(
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
    return place_vintage(folder, _newest_day(computed, register, month), write, describe)


def _newest_day(computed: Computed, register: RegisterTables | None, month: str) -> str:
    """Newest day of the sources: of StatFin's vintages and of the register's extract.

    A vintage that holds later months alone is no source of this one.
    """
    known = computed.snapshots.until(month)
    days = [snapshot.vintage.isoformat() for snapshot in known.vintages]
    days += [each.vintage.isoformat() for each in _tables_until(computed.tables, month)]
    if computed.benefits is not None:
        days += [source.vintage for source in computed.benefits.until(month) if source.vintage]
    return max([*days, *(register.days if register else [])])


def _write_tables(
    settings: Settings,
    month: str,
    computed: Computed,
    register: RegisterTables | None,
    folder: Path,
) -> None:
    from indicators.disclosure.protect import release_check

    for name, frame in ((INDICATORS, computed.indicators), (CONTEXT, computed.context)):
        _write_areas(release_check(_rows_until(frame, month)), settings, folder / name)
    if computed.benefits is not None and computed.cofinanced is not None:
        _write_kela(settings, month, computed.cofinanced, computed.benefits, folder)
    if register is not None:
        _write_register(settings, month, register, folder)
    records = [
        *_source_records(computed.snapshots.until(month)),
        *_table_records(_tables_until(computed.tables, month), settings.statfin.directory),
    ]
    sources = [asdict(source) for source in records]
    _write_json({"sources": sources}, folder / SOURCES)


def _write_areas(rows: pd.DataFrame, settings: Settings, path: Path) -> None:
    """All rows as Parquet; for people those of the monthly report's areas, as all are 80 MB."""
    from indicators import table

    table.write(rows, path)
    last = max(rows["month"].cat.categories, default="")
    table.write(_rows_until(rows, last, reported_areas(settings)), path.with_suffix(".csv"))


def _write_kela(
    settings: Settings,
    month: str,
    cofinanced: pd.DataFrame,
    benefits: CofinancedBenefits,
    folder: Path,
) -> None:
    from indicators.disclosure.protect import release_check
    from indicators.measures.cofinanced import BENEFIT_MONTHS, unknown_share

    rows = _rows_until(cofinanced, month, first=shift_month(month, 1 - BENEFIT_MONTHS))
    _write_areas(release_check(rows), settings, folder / KELA)
    sources = tuple(
        BenefitSource(
            source.file.name,
            source.title,
            source.vintage,
            source.first_month,
            source.last_month,
            source.sha256,
        )
        for source in benefits.until(month)
    )
    whole = rows[(rows["area"] == COUNTRY) & (rows["statistic"] == "rolling_euros")]
    known = (whole["month"] == month) & whole["value"].notna()
    share = unknown_share(benefits, month) if known.any() else None
    facts = BenefitFacts(benefits.made_up, sources, share)
    reading.write_benefit_facts(facts, folder)


def _write_register(settings: Settings, month: str, register: RegisterTables, folder: Path) -> None:
    from indicators.disclosure.protect import release_check
    from indicators.releases.store import released_rows

    first, last = register_window(month)
    rows = _rows_until(register.table, last, reported_areas(settings), first)
    releases = register.releases_in_window(month)
    released = released_rows(releases) if releases else None
    _write_table(release_check(rows, released=released), folder / REGISTER)
    _write_json({"made_up": register.made_up}, folder / REGISTER_FACTS)


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    """As Parquet for the notebooks and as CSV for people."""
    from indicators import table

    table.write(frame, path)
    table.write(frame, path.with_suffix(".csv"))


def _write_json(content: object, path: Path) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _rows_until(
    frame: pd.DataFrame, month: str, areas: Sequence[str] | None = None, first: str = ""
) -> pd.DataFrame:
    """The rows up to a month, of some areas or all, without the categories of all others."""
    months = [
        candidate for candidate in frame["month"].cat.categories if first <= candidate <= month
    ]
    chosen = frame["month"].isin(months)
    if areas is not None:
        chosen &= frame["area"].isin(areas)
    rows = frame[chosen].copy()
    for name in rows.select_dtypes("category"):
        rows[name] = rows[name].cat.remove_unused_categories()
    return rows.reset_index(drop=True)


def _source_records(snapshots: Snapshots) -> list[Source]:
    """Each snapshot with its provenance; what nobody wrote down stays empty."""
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


def _tables_until(tables: FurtherTables, month: str) -> list[FurtherTable]:
    """The vintages of further tables that hold anything up to a month."""
    return [each for each in tables.vintages if each.periods[0] <= month]


def _table_records(tables: Sequence[FurtherTable], place: Path) -> list[Source]:
    """Each file of the further tables, with what was written down when it was fetched."""
    from indicators.sources.statfin.provenance import read_answers

    listed = read_answers(place)
    records = []
    for each in tables:
        for path in each.files:
            name = path.relative_to(place).as_posix()
            known = listed.get(name, {})
            records.append(
                Source(
                    file=name,
                    table=each.id,
                    source=str(known.get("source", "")),
                    vintage=each.vintage.isoformat(),
                    first_month=_month_of(each.periods[0], "01"),
                    last_month=_month_of(each.periods[-1], "12"),
                    licence=str(known.get("licence", "")),
                    sha256=hash_file(path),
                )
            )
    return records


def _month_of(period: str, month_of_year: str) -> str:
    """A month; of a year its first or last."""
    return period if "-" in period else f"{period}-{month_of_year}"
