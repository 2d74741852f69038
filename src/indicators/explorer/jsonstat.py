"""Figures of an indicator as a JSON-stat 2.0 dataset (https://json-stat.org/full/)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.calendar import month_range
from indicators.explorer.description import DECIMALS, LICENCE, Description, page_text
from indicators.explorer.figures import distinct, positions
from indicators.reporting.wording import Translator
from indicators.table import NUMBERS, STATUSES

if TYPE_CHECKING:
    import pandas as pd

DIMENSIONS = (
    "indicator",
    "source",
    "statistic",
    "population",
    "breakdown",
    "area",
    "month",
    "figure",
)
"""Of every dataset, in the order of its values."""

_TOTAL = "total"
_WITHOUT_STATUS = ("low", "high")


def breakdown_id(dimension: str, category: str) -> str:
    """A category of a dimension as one id: ``total``, ``sex:women``."""
    return _TOTAL if dimension == _TOTAL else f"{dimension}:{category}"


@dataclass(frozen=True, slots=True)
class _Dimension:
    """A dimension of a dataset: its ids in order, and what they are called."""

    ids: Sequence[str]
    name: Callable[[str], str]
    places: NDArray[np.int64]


def build_dataset(
    description: Description, name: str, indicator: str, language: str
) -> dict[str, object]:
    """The figures of an indicator in a data set, every number as the long table has it.

    A figure that is hidden or not known is null and has its status, and a value that is not
    normal has its status too. A combination that the table has no row of is null without status.

    Args:
        description: The figures and their names.
        name: Of the data set, :data:`indicators.explorer.figures.OFFICIAL` or ``REGISTER``.
        indicator: Its id.
        language: Of the labels.
    """
    table = description.figures.tables[name]
    rows = table[table["indicator"] == indicator]
    dimensions = _dimensions(description, rows, indicator, language)
    figures = [each for each in NUMBERS if each == "value" or rows[each].notna().any()]
    sizes = [len(each.ids) for each in dimensions.values()]
    cells = np.ravel_multi_index([each.places for each in dimensions.values()], sizes)
    values = np.full((int(np.prod(sizes)), len(figures)), np.nan)
    values[cells] = rows[figures].to_numpy(np.float64)
    made_up = description.figures.is_made_up(name)
    mark = f"{page_text('made_up_mark', language)}. " if made_up else ""
    described = {key: _described(key, each, language) for key, each in dimensions.items()}
    described["statistic"]["category"]["unit"] = _units(description, rows, language)
    figure_names = _Dimension(figures, lambda each: page_text(each, language), cells)
    described["figure"] = _described("figures", figure_names, language)
    citation = description.citation(language)
    return {
        "version": "2.0",
        "class": "dataset",
        "label": mark + description.catalogue.indicator(indicator).name[language],
        "source": " ".join(description.source_texts(language, rows)),
        "updated": max(distinct(rows["vintage"]), default=description.figures.vintage),
        "note": [*([page_text("made_up", language)] if made_up else []), citation],
        "id": list(DIMENSIONS),
        "size": [*sizes, len(figures)],
        "role": {"time": ["month"], "geo": ["area"], "metric": ["statistic", "figure"]},
        "dimension": described,
        "value": _json_numbers(values.ravel()),
        "status": _statuses(rows, figures, cells, len(values)),
        "extension": {
            "dataset": name,
            "made_up": made_up,
            "licence": LICENCE,
            "citation": citation,
            "language": language,
            "vintages": distinct(rows["vintage"]),
            "series_breaks": _breaks(description, rows, language),
        },
    }


def _dimensions(
    description: Description, rows: pd.DataFrame, indicator: str, language: str
) -> dict[str, _Dimension]:
    """All but the last, each with the place of every row."""
    catalogue, translator = description.catalogue, Translator(language)
    known = catalogue.indicator(indicator)
    statistics = {each.id: each.label[language] for each in known.statistics}
    months = distinct(rows["month"])
    lists: dict[str, tuple[Sequence[str], Callable[[str], str]]] = {
        "indicator": ([indicator], lambda _: known.short[language]),
        "source": (
            list(catalogue.labels["source"]),
            lambda each: catalogue.label("source", each, language),
        ),
        "statistic": (list(statistics), statistics.__getitem__),
        "population": (
            list(catalogue.labels["population"]),
            lambda each: catalogue.label("population", each, language),
        ),
        "area": (
            description.area_codes(),
            lambda each: description.areas.name(each, language),
        ),
    }
    found = {}
    for key, (ordered, name) in lists.items():
        there = set(distinct(rows[key]))
        ids = [each for each in ordered if each in there]
        found[key] = _Dimension(ids, name, positions(rows[key], ids))
    every_month = month_range(months[0], months[-1])
    found["month"] = _Dimension(
        every_month, translator.month, positions(rows["month"], every_month)
    )
    found["breakdown"] = _breakdown(description, rows, language)
    return {key: found[key] for key in DIMENSIONS if key in found}


def _breakdown(description: Description, rows: pd.DataFrame, language: str) -> _Dimension:
    """Dimension and category as one: the total first."""
    names = description.names(("dimension", "category"), "category_name", language)
    pairs = rows[["dimension", "category"]].astype(str).drop_duplicates()
    ids = {breakdown_id(*pair): ".".join(pair) for pair in pairs.itertuples(index=False, name=None)}
    ordered = sorted(ids, key=lambda each: (each != _TOTAL, each))
    texts = {each: at for at, each in enumerate(ordered)}
    dimensions, categories = distinct(rows["dimension"]), distinct(rows["category"])
    table = np.array(
        [[texts.get(breakdown_id(a, b), -1) for b in categories] for a in dimensions], np.int64
    )
    places = table[
        positions(rows["dimension"], dimensions), positions(rows["category"], categories)
    ]
    return _Dimension(ordered, lambda each: names[ids[each]], places)


def _described(key: str, dimension: _Dimension, language: str) -> dict[str, dict[str, object]]:
    """A dimension as JSON-stat has it."""
    word = "dimension" if key == "breakdown" else key
    described: dict[str, object] = {
        "index": list(dimension.ids),
        "label": {each: dimension.name(each) for each in dimension.ids},
    }
    return {"label": page_text(word, language), "category": described}  # type: ignore[dict-item]


def _units(
    description: Description, rows: pd.DataFrame, language: str
) -> dict[str, dict[str, object]]:
    pairs = rows[["statistic", "unit"]].astype(str).drop_duplicates("statistic")
    return {
        statistic: {
            "label": description.catalogue.label("unit", unit, language),
            "decimals": DECIMALS.get(unit, 1),
        }
        for statistic, unit in pairs.itertuples(index=False)
    }


def _json_numbers(values: NDArray[np.float64]) -> list[float | int | None]:
    """Numbers that JSON gives back to the last bit; null for missing."""
    return [
        None if number != number else int(number) if number.is_integer() else number  # noqa: PLR0124
        for number in values.tolist()
    ]


def _statuses(
    rows: pd.DataFrame, figures: Sequence[str], cells: NDArray[np.int64], size: int
) -> list[str]:
    """The status of each value that is not normal, and of its parts where they are missing.

    Of all others an empty text, as JSON-stat has no place for none.
    """
    codes = np.zeros((size, len(figures)), np.int64)
    status = positions(rows["status"], STATUSES)
    for place, figure in enumerate(figures):
        if figure not in _WITHOUT_STATUS:
            told = status if figure == "value" else np.where(rows[figure].isna(), status, 0)
            codes[cells, place] = told
    names = ["", *STATUSES[1:]]
    return [names[code] for code in codes.ravel().tolist()]


def _breaks(description: Description, rows: pd.DataFrame, language: str) -> list[dict[str, str]]:
    """The series breaks that fall in the months of some figures."""
    there = set(distinct(rows["series_break"]))
    return [
        {
            "id": each.id,
            "month": each.month,
            "label": each.label[language],
            "sentence": each.sentence[language],
        }
        for each in description.catalogue.breaks
        if each.id in there
    ]
