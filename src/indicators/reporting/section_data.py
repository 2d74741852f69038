"""The tidy table of what a section shows: the protected rows of its series, with names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from indicators.catalogue.model import Indicator
from indicators.processed.reading import Processed
from indicators.reporting.context import Context
from indicators.reporting.definitions import definition_text
from indicators.reporting.readings import SERIES_COLUMNS, SeriesKey
from indicators.reporting.section import Definitions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SeriesSource:
    """What a section of the monthly report was written from.

    Attributes:
        context: The month, the language and the area.
        series: The series it shows.
        own_data: Gives the section's data, where they are more than the rows of the series.
    """

    context: Context
    series: frozenset[SeriesKey]
    own_data: Callable[[Context], pd.DataFrame] | None = None

    @property
    def language(self) -> str:
        """Of the report."""
        return self.context.translator.language

    def data(self) -> pd.DataFrame:
        """The protected rows of the series, of all months that the report has, with names."""
        if self.own_data is not None:
            return self.own_data(self.context)
        return labelled(rows_of_series(self.context.processed, self.series), self.context)

    def definitions(self) -> Definitions[Indicator]:
        """Of the series' indicators, with the values of parameters that are in force."""
        shown, catalogue = {key.indicator for key in self.series}, self.context.catalogue
        entries = [item for item in (*catalogue.indicators, *catalogue.context) if item.id in shown]
        return Definitions(entries, partial(definition_text, self.context), self.language)


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
    frames = {
        False: (processed.indicators, processed.context, processed.kela),
        True: (processed.register,),
    }
    found = []
    for of_register, keys in wanted.items():
        index = pd.MultiIndex.from_tuples(keys, names=SERIES_COLUMNS) if keys else None
        for frame in frames[of_register]:
            if frame is not None and index is not None:
                areas = {key[SERIES_COLUMNS.index("area")] for key in keys}
                rows = frame[frame["area"].isin(areas)]
                own = pd.MultiIndex.from_frame(rows[[*SERIES_COLUMNS]].astype(str))
                found.append(rows[own.isin(index)])
    return table.concat(found or [processed.indicators.iloc[:0]]).reset_index(drop=True)


def labelled(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """A long table as :func:`indicators.label` gives it, in the report's language.

    Names of groups are those of the report's project, wherever the notebook runs.
    """
    from indicators.labels import label

    codes = frame["area"].astype(str)
    names = {code: context.area_name(code) for code in codes.unique()}
    named = label(frame, context.translator.language).assign(area_name=codes.map(names))
    # Charts and regressions show every category of a column, those of other sections too.
    texts = named.select_dtypes("category").columns.drop("month")
    return named.astype(dict.fromkeys(texts, "str"))
