"""What the codes of the figures are called, and where the figures come from, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from indicators.areas.areas import Areas, load_areas
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import Indicator
from indicators.errors import UsageError
from indicators.explorer.figures import Figures, distinct
from indicators.labels import label
from indicators.reporting.wording import Texts, Translator, load_texts_from
from indicators.settings.model import Settings
from indicators.version import __version__

if TYPE_CHECKING:
    import pandas as pd

KINDS = (
    "country",
    "group",
    "trial_area",
    "employment_area",
    "region",
    "evk",
    "ely",
    "subregion",
    "municipality",
    "other",
)
"""Kinds of areas, in the order in which they are listed."""

DECIMALS = {"percent": 1, "weeks": 1, "per_fte": 1, "score": 2, "euros": 0}
"""Decimals that values are shown with; of other units none where they are whole, else one."""

LICENCE = "CC BY 4.0"
"""Of the figures, as of the sources that they are computed from."""


@cache
def page_texts() -> Texts:
    """The explorer's texts by key and language."""
    texts = load_texts_from(resources.files("indicators.explorer") / "words")
    return {key.removeprefix("explorer."): text for key, text in texts.items()}


def page_text(key: str, language: str, **values: str) -> str:
    """A text of the explorer with names and numbers put in."""
    return page_texts()[key][language].format_map(values)


@dataclass(frozen=True, slots=True)
class Description:
    """The words for a project's figures.

    Attributes:
        settings: The project.
        figures: What is described.
        areas: Names and kinds of areas.
        catalogue: What the indicators are, with the parameters in force.
    """

    settings: Settings
    figures: Figures
    areas: Areas
    catalogue: Catalogue

    @classmethod
    def of(cls, settings: Settings, figures: Figures) -> Description:
        """The description of a project's figures.

        Raises:
            DataError: A key of areas cannot be read.
        """
        catalogue = load_catalogue().in_force(settings.parameters.indicators)
        return cls(settings, figures, load_areas(settings), catalogue)

    def area_codes(self) -> list[str]:
        """The areas that have figures, by kind and then as their codes are ordered."""
        codes = {
            str(code) for table in self.figures.tables.values() for code in table["area"].unique()
        }
        return sorted(codes, key=lambda code: (KINDS.index(self.kind(code)), code))

    def kind(self, code: str) -> str:
        """What sort of area a code stands for; ``other`` for those that StatFin cannot place."""
        try:
            kind = str(self.areas.kind(code))
        except UsageError:
            return "other"
        return kind if kind in KINDS else "other"

    def indicators(self) -> list[Indicator]:
        """The indicators that have figures, in the catalogue's order."""
        found = {
            str(each)
            for table in self.figures.tables.values()
            for each in table["indicator"].unique()
        }
        known = (*self.catalogue.indicators, *self.catalogue.context)
        return [indicator for indicator in known if indicator.id in found]

    def citation(self, language: str) -> str:
        """How the figures as a whole are cited."""
        translator = Translator(language)
        return page_text(
            "citation_data",
            language,
            publisher=self.settings.report.publisher[language],
            trial=self.settings.trial.name[language],
            month=translator.month(self.figures.month),
            vintage=translator.day(date.fromisoformat(self.figures.vintage)),
            sources=" ".join(self.source_texts(language)),
            version=__version__,
            licence=LICENCE,
        )

    def source_texts(self, language: str, table: pd.DataFrame | None = None) -> Iterator[str]:
        """A sentence on each source of some figures, with its vintages; of all if not given."""
        tables = list(self.figures.tables.values()) if table is None else [table]
        for source in sorted({each for rows in tables for each in distinct(rows["source"])}):
            days = {
                day
                for rows in tables
                for day in distinct(rows.loc[rows["source"] == source, "vintage"])
            }
            sentence = self.catalogue.explanation("source", source, language)
            yield f"{sentence.removesuffix('.')} ({', '.join(sorted(days))})."

    def names(self, columns: Sequence[str], wanted: str, language: str) -> dict[str, str]:
        """Names of the codes of one or two columns, by the codes with a full stop between them.

        Args:
            columns: Columns of the long table, such as ``("dimension", "category")``.
            wanted: The column of names that :func:`indicators.labels.label` gives for them.
            language: ``fi``, ``sv`` or ``en``.
        """
        import pandas as pd

        parts = [
            table[list(columns)].drop_duplicates().astype(str)
            for table in self.figures.tables.values()
        ]
        codes = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
        named = label(codes, language)
        keys = named[list(columns)].agg(".".join, axis=1)
        return dict(zip(keys, named[wanted].astype(str), strict=True))

    def label_names(self, language: str) -> dict[str, Mapping[str, str]]:
        """Names of all codes but areas, indicators and statistics, by kind and code."""
        of_kind = {
            "population": ("population",),
            "dimension": ("dimension",),
            "unit": ("unit",),
            "source": ("source",),
        }
        names: dict[str, Mapping[str, str]] = {
            kind: self.names(columns, f"{kind}_name", language) for kind, columns in of_kind.items()
        }
        names["category"] = self.names(("dimension", "category"), "category_name", language)
        for kind in ("status", "source"):
            codes = list(self.catalogue.labels[kind])
            names[kind] = {code: self.catalogue.label(kind, code, language) for code in codes}
            names[f"{kind}_text"] = {
                code: self.catalogue.explanation(kind, code, language) for code in codes
            }
        return names
