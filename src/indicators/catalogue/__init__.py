"""What each indicator is, as data in three languages.

The definitions are TOML files in ``definitions/``, one an indicator; ``load()`` reads and checks
them all.
"""

from __future__ import annotations

from indicators.catalogue.catalogue import EVERY, Catalogue
from indicators.catalogue.languages import LANGUAGES
from indicators.catalogue.loading import load, load_from
from indicators.catalogue.model import (
    CountRelations,
    Indicator,
    Label,
    Parameter,
    ReportedRows,
    SeriesBreak,
    StatfinRecipe,
    Statistic,
    StatisticCounts,
    Text,
    Unit,
)

__all__ = [
    "EVERY",
    "LANGUAGES",
    "Catalogue",
    "CountRelations",
    "Indicator",
    "Label",
    "Parameter",
    "ReportedRows",
    "SeriesBreak",
    "StatfinRecipe",
    "Statistic",
    "StatisticCounts",
    "Text",
    "Unit",
    "load",
    "load_from",
]
