"""How a figure of the municipally co-financed benefits came about, for ``explain``."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from indicators.areas.areas import Areas, load_areas
from indicators.calendar import month_range, shift_month
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator
from indicators.computing import Choices, compute, published_groups
from indicators.measures.cofinanced import COFINANCED_ID
from indicators.reporting.explaining import exact_number, result_lines
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings
from indicators.sources.kela.folder import is_made_up_folder
from indicators.sources.kela.listing import holds_data


def explain_money(
    month: str,
    area: str,
    settings: Settings,
    statfin: Path,
    catalogue: Catalogue,
    *,
    language: str,
) -> str:
    """The months that a figure adds up, and the figures that result; or how to get Kela's files.

    Args:
        month: ``YYYY-MM``.
        area: Code of the area.
        settings: The project.
        statfin: Table 12r5, for the labour force.
        catalogue: The definitions.
        language: ``fi``, ``sv`` or ``en``.

    Returns:
        Lines of plain text.
    """
    translator, keys = Translator(language), load_areas(settings)
    directory, parameters = settings.kela.directory, settings.parameters.indicators
    if not holds_data(directory):
        return translator("explain.no_kela", folder=str(directory)) + "\n"
    rolling = int(catalogue.values(parameters)[COFINANCED_ID]["rolling_months"])
    table = compute(
        month_range(shift_month(month, 1 - rolling), month),
        statfin=statfin,
        kela=directory,
        groups={code: group.members for code, group in settings.groups.items()},
        areas=published_groups(settings),
        keys=keys,
        choices=Choices(settings.trial.offices, parameters),
    )
    return _explain_benefits(
        catalogue.indicator(COFINANCED_ID),
        area,
        table[table["indicator"] == COFINANCED_ID],
        areas=keys,
        catalogue=catalogue,
        translator=translator,
        made_up=is_made_up_folder(directory),
    )


def _explain_benefits(
    indicator: Indicator,
    area: str,
    table: pd.DataFrame,
    *,
    areas: Areas,
    catalogue: Catalogue,
    translator: Translator,
    made_up: bool,
) -> str:
    """The months of Kela's that are added up, and each figure that results.

    Args:
        indicator: The municipally co-financed benefits.
        area: Code of the area.
        table: Its long table of the months added up; the last is the month explained.
        areas: Names of areas.
        catalogue: Words for statistics, units and statuses.
        translator: The language.
        made_up: Whether Kela's folder says that its figures are made up.

    Returns:
        Lines of plain text.
    """
    language = translator.language
    own = table[table["area"] == area]
    months = sorted(own["month"].astype(str).unique())
    if not months:
        return f"{translator('explain.no_benefits', area=areas.name(area, language))}\n"
    title = translator(
        "explain.title",
        name=indicator.short[language],
        area=areas.name(area, language),
        month=translator.month(months[-1]),
    )
    lines = []
    for statistic in indicator.statistics:
        for month in months if statistic.id == "municipal_euros" else months[-1:]:
            found = own[(own["statistic"] == statistic.id) & (own["month"] == month)]
            row: Mapping[str, Any] = {str(key): value for key, value in found.iloc[0].items()}
            parts = [text for _, text in result_lines(translator, catalogue, row)[:-1]]
            if not isnan(row["denominator"]):
                above, below = (
                    exact_number(translator, row[name]) for name in ("numerator", "denominator")
                )
                parts.append(f"{above} / {below}")
            parts.append(catalogue.label("status", str(row["status"]), language))
            label = statistic.label[language]
            lines.append(f"{label}, {translator.month(month)}: {'; '.join(parts)}\n")
    mark = f"{translator('register.mark')}\n\n" if made_up else ""
    return f"{title}\n\n{mark}" + "".join(lines)
