"""What a vintage must stand up to before it gets its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.errors import DataError
from indicators.processed.model import CONTEXT, INDICATORS, REGISTER

if TYPE_CHECKING:
    import pandas as pd

TABLES = (INDICATORS, CONTEXT, REGISTER)
# What has happened before anything is written here: no vintage comes about without it.
BEFORE = ("sources_read_whole", "passed_the_door")


def check(folder: Path, month: str, areas: Sequence[str]) -> tuple[str, ...]:
    """Read a vintage's tables back and hold them against what they must be.

    Args:
        folder: Of the tables, not yet published.
        month: No row may be of a later one.
        areas: No row may be of another one.

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
    return (*BEFORE, *CHECKS)


def _same_in_both(parquet: pd.DataFrame, csv: pd.DataFrame, *_: object) -> bool:
    """The CSV and the Parquet file, read back, are the same table."""
    from indicators import table

    return all(_plain(parquet[name]).equals(_plain(csv[name])) for name in table.COLUMNS)


def _plain(column: pd.Series) -> pd.Series:
    return column.astype(float) if column.dtype.kind in "fi" else column.astype(object)


def _keys_once(parquet: pd.DataFrame, *_: object) -> bool:
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


def _month_and_areas(parquet: pd.DataFrame, _: object, month: str, areas: Sequence[str]) -> bool:
    """No row is of a later month or of an area that is not told of."""
    months = parquet["month"].astype(object)
    return bool((months <= month).all() and parquet["area"].isin(areas).all())


Check = Callable[["pd.DataFrame", "pd.DataFrame", str, Sequence[str]], bool]
CHECKS: dict[str, Check] = {
    "same_in_csv_and_parquet": _same_in_both,
    "every_figure_once": _keys_once,
    "every_status_known": _statuses_known,
    "hidden_values_empty": _hidden_values_empty,
    "month_and_areas_as_asked": _month_and_areas,
}
