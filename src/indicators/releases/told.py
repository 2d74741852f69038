"""Which rows of a register's table are released: those that the report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indicators import catalogue
from indicators.areas.mergers import under_all_names
from indicators.disclosure.leaving_out import left_out

if TYPE_CHECKING:
    import pandas as pd

    from indicators.settings import Settings


def reported_areas(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The areas behind the names that :class:`~indicators.catalogue.ReportedRows` has for them."""
    group = settings.report.group
    return {
        "members": (*under_all_names(settings.groups[group].members), group),
        "group": (group,),
        "country": (settings.report.country,),
    }


def reported_rows(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The rows that the report shows, in their order, but for what is left out.

    What is not shown need not be protected, and hides nothing of what is.

    Args:
        table: A register's figures, of all populations and dimensions.
        settings: Name the areas.
    """
    areas = reported_areas(settings)
    kept = np.zeros(len(table), bool)
    for indicator in catalogue.load().indicators:
        for one in indicator.reported:
            kept |= (
                (table["indicator"] == indicator.id)
                & table["statistic"].isin(one.statistics)
                & table["population"].isin(one.populations)
                & table["dimension"].isin(one.dimensions)
                & table["area"].isin(areas[one.areas])
            ).to_numpy()
    kept &= ~left_out(table, settings.disclosure.leave_out)
    return table[kept].reset_index(drop=True)
