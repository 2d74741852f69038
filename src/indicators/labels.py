"""A long table as people read it: names in place of codes, days in place of months."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.areas.areas import KEY_FOLDER, Areas
from indicators.areas.keys import raise_key_problems, read_municipalities, read_regions
from indicators.calendar import parse_month, shift_month
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES
from indicators.errors import DataError, MissingSettingsError, UsageError
from indicators.settings.loading import load_settings
from indicators.settings.model import Group
from indicators.table import CROSSING

_BETWEEN_DIMENSIONS, _BETWEEN_CATEGORIES = " × ", ", "
_MOST_NAMED = 5


def label(table: pd.DataFrame, language: str = "fi") -> pd.DataFrame:
    """A long table with names beside its codes, a day beside its month, and months in order.

    Examples:
        >>> import pandas as pd
        >>> rows = pd.DataFrame(
        ...     {"month": ["2022-05"], "area": ["KU398"], "indicator": ["activation_rate"],
        ...      "dimension": ["sex*age_group"], "category": ["women*50-"], "value": [28.5]}
        ... )
        >>> named = label(rows, "en")
        >>> named[["date", "area_name", "category_name"]].to_dict("records")
        [{'date': Timestamp('2022-05-01 00:00:00'), 'area_name': 'Lahti', \
'category_name': 'Women, Aged 50 or over'}]

    Args:
        table: A long table (contract, section 3), computed or protected, or some of its columns:
            what a name needs must be there, ``dimension`` beside ``category`` and ``indicator``
            beside ``statistic``. It is not changed.
        language: ``fi``, ``sv`` or ``en``. Municipalities have no English names of their own.

    Returns:
        The same rows and columns. ``month`` is an ordered categorical of all months between the
        first and the last, so that tables and charts have them in order and show gaps; files get
        ``YYYY-MM`` as before. Further columns: ``date`` (the first day of the month), and
        ``indicator_name``, ``statistic_name``, ``area_name``, ``population_name``,
        ``dimension_name``, ``category_name``, ``unit_name``, ``status_name`` and ``source_name``
        of the columns that are there: texts, so that charts show the names alone that a query
        has left. A code that nothing is known of is its own name; of crossed
        dimensions each part is named. Names of areas and groups are those of the keys and of the
        settings, where there are any.

    Raises:
        UsageError: There is no such language, or the table has none of the columns.
        DataError: A month is none.
    """
    if language not in LANGUAGES:
        raise UsageError(f"no language {language!r}; known are {', '.join(LANGUAGES)}")
    names = _Names(language)
    makers = _makers(names)
    found = [made for made in makers if set(made.columns) <= set(table.columns)]
    if not found and "month" not in table.columns:
        wanted = dict.fromkeys(column for made in makers for column in made.columns)
        raise UsageError(
            f"the table has none of the columns month, {', '.join(wanted)}: give a long table, as "
            "compute and protect make them"
        )
    labelled = table.copy()
    if "month" in table.columns:
        months = _ordered_months(table["month"])
        labelled["month"] = months
        # A missing month has the code −1, and so the last of these days.
        days = np.array([*months.categories, "NaT"], "datetime64[M]").astype("datetime64[ns]")
        labelled["date"] = days[months.codes]
    for made in found:
        labelled[made.name] = _named([table[column] for column in made.columns], made.name_of)
    return labelled


def _ordered_months(column: pd.Series) -> pd.Categorical[str]:
    """The months as an ordered categorical, with those between the first and the last."""
    codes, texts = pd.factorize(column)
    months = [str(text) for text in texts]
    wrong = [month for month in months if not _is_month(month)]
    if wrong:
        more = f" and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        named = ", ".join(map(repr, wrong[:_MOST_NAMED]))
        raise DataError(f"column month: {named}{more}: is no month; write YYYY-MM")
    every = _months_between(months)
    place = {month: at for at, month in enumerate(every)}
    places = np.array([*(place[month] for month in months), -1], np.int64)
    return pd.Categorical.from_codes(
        places[codes], categories=pd.Index(every, dtype=str), ordered=True
    )


def _is_month(text: str) -> bool:
    try:
        return parse_month(text) == text
    except UsageError:
        return False


def _months_between(months: Sequence[str]) -> list[str]:
    every = [min(months)] if months else []
    while every and every[-1] < max(months):
        every.append(shift_month(every[-1], 1))
    return every


# --- names ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    """What codes are called in a language; a code that is not known is its own name."""

    language: str

    @cached_property
    def catalogue(self) -> Catalogue:
        """The definitions."""
        return load_catalogue()

    @cached_property
    def areas(self) -> Areas:
        """Names of areas; groups have theirs in the settings of a project, if this is one."""
        problems: list[str] = []
        areas = Areas(
            municipalities=read_municipalities(KEY_FOLDER / "municipalities.csv", problems),
            regions=read_regions(KEY_FOLDER / "regions.csv", problems),
            groups=_groups(),
            trials=(),
            planned=(),
            doubtful_controls=(),
        )
        raise_key_problems(problems)
        return areas

    def area(self, code: str) -> str:
        """The name of an area."""
        return self.areas.name(code, self.language)

    def of(self, kind: str) -> Callable[[str], str]:
        """The names of a kind of the catalogue's labels."""
        return lambda code: self._label(kind, code, code)

    def statistic(self, indicator: str, statistic: str) -> str:
        """The name of an indicator's statistic."""
        return self._label("statistic", f"{indicator}.{statistic}", statistic)

    def dimension(self, code: str) -> str:
        """The name of a dimension, or of each of crossed ones."""
        parts = (self._label("dimension", part, part) for part in code.split(CROSSING))
        return _BETWEEN_DIMENSIONS.join(parts)

    def category(self, dimension: str, category: str) -> str:
        """The name of a category, or of each of crossed ones."""
        dimensions = dimension.split(CROSSING)
        parts = category.split(CROSSING) if len(dimensions) > 1 else [category]
        if len(parts) != len(dimensions):
            return category
        return _BETWEEN_CATEGORIES.join(
            self._label("category", f"{of}.{part}", part)
            for of, part in zip(dimensions, parts, strict=True)
        )

    def _label(self, kind: str, code: str, otherwise: str) -> str:
        dimension, _, category = code.partition(".")
        if kind == "category" and dimension == DURATION:
            return duration_label(category, self.language) or otherwise
        try:
            return self.catalogue.label(kind, code, self.language)
        except UsageError:
            return otherwise


def category_label(dimension: str, category: str, language: str) -> str:
    """What a category of a dimension is called; its code where nothing is known of it."""
    return _Names(language).category(dimension, category)


DURATION = "duration"
"""The dimension whose categories are the source's own classes, such as ``months 3-5``."""

_DURATION = re.compile(r"(days|weeks|months|years) ([0-9]+)-([0-9]*)")
_UNITS_OF_TIME = {
    "fi": {"days": "päivää", "weeks": "viikkoa", "months": "kk", "years": "vuotta"},
    "sv": {"days": "dagar", "weeks": "veckor", "months": "mån.", "years": "år"},
    "en": {"days": "days", "weeks": "weeks", "months": "months", "years": "years"},
}
_ONE_OF_TIME = {
    "fi": {"days": "päivä", "weeks": "viikko", "months": "kk", "years": "vuosi"},
    "sv": {"days": "dag", "weeks": "vecka", "months": "mån.", "years": "år"},
    "en": {"days": "day", "weeks": "week", "months": "month", "years": "year"},
}
_UNDER = {"fi": "alle", "sv": "under", "en": "under"}
_AT_LEAST = {"fi": "vähintään", "sv": "minst", "en": "at least"}


def duration_label(category: str, language: str) -> str:
    """A class of duration in words, ``3–5 kk``; empty where it is none.

    Args:
        category: ``months 3-5``, both numbers within it; ``months 24-`` is open.
        language: ``fi``, ``sv`` or ``en``.
    """
    found = _DURATION.fullmatch(category)
    if found is None:
        return ""
    low, last = int(found[2]), found[3]
    number = (int(last) + 1 if low == 0 else int(last)) if last else low
    units = _ONE_OF_TIME if number == 1 else _UNITS_OF_TIME
    unit = units[language][found[1]]
    if not last:
        return f"{_AT_LEAST[language]} {low}\N{NO-BREAK SPACE}{unit}"
    if low == 0:
        return f"{_UNDER[language]} {int(last) + 1}\N{NO-BREAK SPACE}{unit}"
    span = str(low) if low == int(last) else f"{low}\N{EN DASH}{last}"
    return f"{span}\N{NO-BREAK SPACE}{unit}"


def _groups() -> Mapping[str, Group]:
    try:
        return load_settings().groups
    except MissingSettingsError:
        return {}


@dataclass(frozen=True, slots=True)
class _Maker:
    """A column of names.

    Attributes:
        name: Of the column.
        columns: Those whose codes are named.
        name_of: The name of one row's codes.
    """

    name: str
    columns: tuple[str, ...]
    name_of: Callable[..., str]


def _makers(names: _Names) -> tuple[_Maker, ...]:
    return (
        _Maker("indicator_name", ("indicator",), names.of("indicator")),
        _Maker("statistic_name", ("indicator", "statistic"), names.statistic),
        _Maker("area_name", ("area",), names.area),
        _Maker("population_name", ("population",), names.of("population")),
        _Maker("dimension_name", ("dimension",), names.dimension),
        _Maker("category_name", ("dimension", "category"), names.category),
        _Maker("unit_name", ("unit",), names.of("unit")),
        _Maker("status_name", ("status",), names.of("status")),
        _Maker("source_name", ("source",), names.of("source")),
    )


def _named(columns: Sequence[pd.Series], name_of: Callable[..., str]) -> pd.Series:
    """A name for each row; missing where one of the codes is. Few names stand for many rows."""
    coded = [pd.factorize(column) for column in columns]
    key = np.zeros(len(columns[0]), np.int64)
    missing = np.zeros(len(key), bool)
    for codes, texts in coded:
        key = key * (len(texts) + 1) + codes + 1
        missing |= codes < 0
    # Each combination of codes is named once, in the order in which the rows have them.
    numbers, first = pd.factorize(np.where(missing, -1, key))
    rows = np.unique(numbers, return_index=True)[1].tolist()
    called = [
        None if code == -1 else name_of(*(str(column.iloc[rows[at]]) for column in columns))
        for at, code in enumerate(first.tolist())
    ]
    # Texts, no categories: charts and regressions would show those that a query has left out.
    named = pd.array(called, dtype="str").take(numbers)
    return pd.Series(named, index=columns[0].index)
