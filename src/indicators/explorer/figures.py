"""The protected figures of a project: those that the explorer and the data tree show.

Read from ``data/processed`` alone: what is not protected cannot get here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.calendar import parse_month
from indicators.errors import DataError, UsageError
from indicators.processed import reading, vintages
from indicators.processed.reading import Processed, Source

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

OFFICIAL, REGISTER = "official", "register"
"""The data sets: figures of public sources, and released figures of the project's register."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All protected figures of a project.

    Attributes:
        month: The newest month published, ``YYYY-MM``.
        vintage: Newest day of its sources.
        tables: Long table by data set, :data:`OFFICIAL` first.
        made_up: Whether the register is made up.
        sources: The files that the official figures were computed from, newest first.
    """

    month: str
    vintage: str
    tables: dict[str, pd.DataFrame]
    made_up: bool
    sources: tuple[Source, ...]

    def is_made_up(self, dataset: str) -> bool:
        """Whether the figures of a data set are of nobody."""
        return self.made_up and dataset == REGISTER


def distinct(column: pd.Series) -> list[str]:
    """The texts of a column, each once and in order; missing ones are left out."""
    return sorted(str(each) for each in column.dropna().unique() if each != "")


def positions(column: pd.Series, names: Sequence[str]) -> NDArray[np.int64]:
    """For each row the position of its text among some names; −1 where it is missing."""
    import numpy as np

    # A few texts stand for many rows.
    texts = column.astype("category").cat
    place = {name: at for at, name in enumerate(names)}
    of_category = [place.get(str(text), -1) for text in texts.categories]
    found: NDArray[np.int64] = np.array([*of_category, -1], np.int64)[texts.codes.to_numpy()]
    return found


def published_months(root: Path) -> list[str]:
    """The months that have protected tables, newest first."""
    folder = root / "data" / "processed"
    months = [path.name for path in folder.glob("????-??") if _has_tables(path)]
    return sorted(months, reverse=True)


def _has_tables(folder: Path) -> bool:
    try:
        parse_month(folder.name)
    except UsageError:
        return False
    return vintages.latest_target(folder) is not None or bool(vintages.list_vintages(folder))


def read_folders(root: Path) -> list[Path]:
    """The folders of the vintages that :func:`read_figures` reads; empty if none is published.

    The newest month holds the official figures of all months. Register figures reach 24 months
    back, so that of earlier months those are read that begin before.
    """
    folders: list[Path] = []
    # No register is read yet: whichever month has one is of use.
    begins = ""
    for month in published_months(root):
        folder = vintages.vintage_folder(root, month)
        has_register = (folder / reading.REGISTER).exists()
        if not folders or (has_register and (not begins or month < begins)):
            folders.append(folder)
            if has_register:
                begins = reading.register_window(month)[0]
    return folders


def read_figures(root: Path) -> Figures:
    """Read the protected figures of a project.

    Raises:
        DataError: No month is published, or a table cannot be read.
    """
    folders = read_folders(root)
    if not folders:
        raise DataError(f"{root / 'data' / 'processed'}: no month is published; run the reports")
    newest = folders[0].parent.name
    months = [reading.read_month(root, each.parent.name, each.name) for each in folders]
    tables = {OFFICIAL: months[0].indicators}
    registers = [each for each in months if each.register is not None]
    made_up = bool(registers) and registers[0].made_up
    if registers:
        from indicators import table

        tables[REGISTER] = table.concat(list(_register_rows(registers, made_up=made_up)))
    return Figures(newest, months[0].vintage, tables, made_up, months[0].sources)


def _register_rows(months: Sequence[Processed], *, made_up: bool) -> Iterator[pd.DataFrame]:
    """Register figures, newest first, each month of figures from one vintage alone.

    A made-up register and a real one are never mixed: the newest one decides.
    """
    seen: set[str] = set()
    for processed in months:
        rows = processed.register
        if rows is None or processed.made_up != made_up:
            continue
        yield rows[~rows["month"].isin(seen)]
        seen |= set(distinct(rows["month"]))
