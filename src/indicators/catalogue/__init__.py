"""What each indicator is, as data in three languages.

The definitions are TOML files in ``definitions/``, one an indicator; ``load()`` reads and checks
them all.
"""

from __future__ import annotations

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.languages import LANGUAGES
from indicators.catalogue.loading import load, load_from
from indicators.catalogue.model import (
    Indicator,
    Label,
    Parameter,
    SeriesBreak,
    StatfinRecipe,
    Statistic,
    Text,
    Unit,
)

__all__ = [
    "LANGUAGES",
    "Catalogue",
    "Indicator",
    "Label",
    "Parameter",
    "SeriesBreak",
    "StatfinRecipe",
    "Statistic",
    "Text",
    "Unit",
    "load",
    "load_from",
]
