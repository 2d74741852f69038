"""Which rows of a register's table are released: those that the report tells."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from indicators.areas.mergers import under_all_names
from indicators.disclosure.leaving_out import left_out

if TYPE_CHECKING:
    import pandas as pd

    from indicators.settings import Settings


@dataclass(frozen=True, slots=True)
class Told:
    """Figures that are told: every combination of what is named.

    Attributes:
        indicators: Their ids, as all else, of the contract, section 3.
        statistics: Likewise.
        populations: Likewise.
        dimensions: With all of their categories.
        areas: ``members`` (the report's municipalities and their group), ``group`` or ``country``.
    """

    indicators: tuple[str, ...]
    statistics: tuple[str, ...]
    populations: tuple[str, ...]
    dimensions: tuple[str, ...]
    areas: str


@cache
def all_told() -> tuple[Told, ...]:
    """All that is told, as ``told.toml`` has it."""
    text = files("indicators.releases").joinpath("told.toml").read_text(encoding="utf-8")
    return tuple(
        Told(
            indicators=tuple(one["indicators"]),
            statistics=tuple(one["statistics"]),
            populations=tuple(one["populations"]),
            dimensions=tuple(one["dimensions"]),
            areas=one["areas"],
        )
        for one in tomllib.loads(text)["told"]
    )


def areas_told(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The areas behind the names that :class:`Told` has for them."""
    group = settings.report.group
    return {
        "members": (*under_all_names(settings.groups[group].members), group),
        "group": (group,),
        "country": (settings.report.country,),
    }


def told_rows(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The rows of a long table that the report tells, in their order, but for what is left out.

    Args:
        table: A register's figures, of all populations and dimensions.
        settings: Name the areas.
    """
    areas = areas_told(settings)
    kept = np.zeros(len(table), bool)
    for one in all_told():
        kept |= (
            table["indicator"].isin(one.indicators)
            & table["statistic"].isin(one.statistics)
            & table["population"].isin(one.populations)
            & table["dimension"].isin(one.dimensions)
            & table["area"].isin(areas[one.areas])
        ).to_numpy()
    kept &= ~left_out(table, settings.disclosure.leave_out)
    return table[kept].reset_index(drop=True)
