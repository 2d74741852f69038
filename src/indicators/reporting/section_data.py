"""The tidy table of what a section shows: the protected rows of its series, with names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from indicators.processed.reading import Processed
from indicators.reporting.context import Context
from indicators.reporting.readings import SERIES_COLUMNS, SeriesKey

if TYPE_CHECKING:
    import pandas as pd


def rows_of_series(processed: Processed, series: Iterable[SeriesKey]) -> pd.DataFrame:
    """The rows of some series in a month's protected tables, in the order of these.

    Args:
        processed: The month's tables.
        series: Which series, each of the published tables or of the register's.

    Returns:
        A long table.
    """
    import pandas as pd

    from indicators import table

    wanted: dict[bool, list[tuple[str, ...]]] = {True: [], False: []}
    for key in series:
        wanted[key.of_register].append(key.values)
    frames = {False: (processed.indicators, processed.context), True: (processed.register,)}
    found = []
    for of_register, keys in wanted.items():
        index = pd.MultiIndex.from_tuples(keys, names=SERIES_COLUMNS) if keys else None
        for frame in frames[of_register]:
            if frame is not None and index is not None:
                own = pd.MultiIndex.from_frame(frame[[*SERIES_COLUMNS]].astype(str))
                found.append(frame[own.isin(index)])
    return table.concat(found or [processed.indicators.iloc[:0]]).reset_index(drop=True)


def labelled(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """A long table with the month's first day and names in the report's language."""
    import pandas as pd

    language, catalogue = context.translator.language, context.catalogue
    names = {
        entry.id: entry.name[language] for entry in (*catalogue.indicators, *catalogue.context)
    }
    labels = catalogue.labels["category"]
    pairs = list(zip(frame["dimension"].astype(str), frame["category"].astype(str), strict=True))
    categories = {
        pair: labels[".".join(pair)].label[language] if ".".join(pair) in labels else pair[1]
        for pair in set(pairs)
    }
    areas = {area: context.area_name(area) for area in frame["area"].astype(str).unique()}
    return frame.assign(
        date=pd.to_datetime(frame["month"].astype(str), format="%Y-%m"),
        indicator_name=[names[name] for name in frame["indicator"].astype(str)],
        area_name=[areas[name] for name in frame["area"].astype(str)],
        category_name=[categories[pair] for pair in pairs],
    )
