"""The register's figures in a long table against StatFin's, with the limits of the settings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES
from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.report import Comparison, Reconciliation, is_made_up
from indicators.register.store import open_register
from indicators.settings.model import Reconciliation as Limits


def reconcile_table(computed: pd.DataFrame, register: Path, limits: Limits) -> Reconciliation:
    """Compare the register's figures in a long table with StatFin's in the same table.

    Args:
        computed: Of :func:`indicators.computing.compute` with both sources.
        register: Folder of the register, which says whether it is made up.
        limits: The tolerance and the areas that are compared.

    Returns:
        The gap table; its ``check`` refuses a real extract beyond the tolerance.
    """
    published = computed["source"] == "statfin"
    source = open_register(register).source
    return reconcile_tables(computed[~published], computed[published], source, limits)


def reconcile_tables(
    counted: pd.DataFrame, published: pd.DataFrame, source: str, limits: Limits
) -> Reconciliation:
    """As :func:`reconcile_table`, of two long tables.

    Args:
        counted: Computed from a register.
        published: Computed from StatFin's snapshots.
        source: What the register says of where it comes from.
        limits: The tolerance and the areas that are compared.
    """
    return reconcile(
        counted,
        published,
        made_up=is_made_up(source),
        tolerance=limits.tolerance_share,
        tolerance_persons=limits.tolerance_persons,
        areas=limits.areas,
        looser=_looser_comparisons(load_catalogue()),
    )


def _looser_comparisons(catalogue: Catalogue) -> dict[tuple[str, str], Comparison]:
    """The figures whose official definition differs, as the catalogue has them."""
    return {
        (indicator.id, statistic): Comparison(
            recipe.tolerance,
            recipe.grade,
            {language: recipe.differs[language] for language in LANGUAGES},
        )
        for indicator in catalogue.indicators
        for recipe in indicator.official
        for statistic in (recipe.reasons or [recipe.statistic])
        if recipe.tolerance
    }
