"""The gap table: the register's figure less StatFin's, wherever both give it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from indicators.reconciliation.report import COLUMNS, Comparison, Reconciliation
from indicators.table import KEY

_COUNTRY = "SSS"
_PUBLISHED_AREA = r"SSS|(?:KU|SK)[0-9]{3}|(?:MK|ELY)[0-9]{2}"
_SHARED = ["indicator", "statistic", "month", "area"]
_NUMBERS = ["numerator", "denominator", "value"]


def reconcile(
    register_table: pd.DataFrame,
    statfin_table: pd.DataFrame,
    *,
    tolerance: float,
    made_up: bool,
    tolerance_persons: float = 0,
    areas: Collection[str] | None = None,
    looser: Mapping[tuple[str, str], Comparison] | None = None,
) -> Reconciliation:
    """Compare the register's figures with StatFin's.

    The same figure has the same indicator, statistic, month and area, is of all residents and of
    no category. Where a share has no value in one of them because its denominator is not known
    (StatFin's indicators 2 and 3), the numerators are compared.

    Args:
        register_table: The long table of a register.
        statfin_table: The long table of StatFin's snapshots.
        tolerance: Largest gap that is accepted, as a share of the published figure.
        made_up: Whether the register is made up; then gaps are only reported.
        tolerance_persons: Largest gap in persons that is accepted where it is wider than that.
            Percentages are compared with it by way of the published denominator.
        areas: Areas of which the extract holds every jobseeker; ``SSS`` among them, or None,
            stands for every area that both tables have.
        looser: Figures whose official definition differs, by indicator and statistic.

    Returns:
        The gap table. Nothing is raised here: write it first, then call its ``check``.
    """
    published = _totals(statfin_table, "statfin", areas)
    pairs = published.merge(
        _totals(register_table, "register", areas)[[*_SHARED, *_NUMBERS]],
        on=_SHARED,
        suffixes=("_statfin", "_register"),
    )
    looser = looser or {}
    table = _gap_table(_comparable(pairs), tolerance, tolerance_persons, looser)
    present = set(zip(table["indicator"], table["statistic"], strict=True))
    compared = {figure: looser[figure] for figure in looser if figure in present}
    return Reconciliation(table, tolerance, tolerance_persons, made_up, compared)


def _totals(table: pd.DataFrame, source: str, areas: Collection[str] | None) -> pd.DataFrame:
    """A row a figure of all residents, with plain texts as keys."""
    selected = (
        (table["source"] == source)
        & (table["population"] == "residents")
        & (table["dimension"] == "total")
    )
    if areas is not None and _COUNTRY not in areas:
        selected &= table["area"].isin(set(areas))
    chosen = table.loc[selected, [*KEY, *_NUMBERS, "low", "high", "unit", "status"]]
    return chosen.astype(dict.fromkeys(_SHARED, str))


def _comparable(pairs: pd.DataFrame) -> pd.DataFrame:
    """Which figure of each pair is compared: the values or, failing these, the numerators."""
    values = pairs["value_statfin"].notna() & pairs["value_register"].notna()
    # Where a cell is hidden a numerator may be a guess, and has no bounds to show it.
    exact = (pairs["status"] == "normal") | (
        (pairs["status"] == "not_available") & pairs["area"].str.fullmatch(_PUBLISHED_AREA)
    )
    both = pairs["numerator_statfin"].notna() & pairs["numerator_register"].notna()
    numerators = ~values & exact & both
    pairs["compared"] = np.where(values, "value", "numerator")
    for side in ("statfin", "register"):
        pairs[side] = pairs[f"value_{side}"].where(values, pairs[f"numerator_{side}"])
    return pairs[values | numerators]


def _gap_table(
    pairs: pd.DataFrame,
    tolerance: float,
    persons: float,
    looser: Mapping[tuple[str, str], Comparison],
) -> pd.DataFrame:
    """The gap table; a bounded figure agrees with everything between its bounds."""
    figures = zip(pairs["indicator"], pairs["statistic"], strict=True)
    own = [looser[figure].tolerance if figure in looser else 0.0 for figure in figures]
    tolerances = np.maximum(np.array(own, float), tolerance)
    published, gap = pairs["statfin"], pairs["register"] - pairs["statfin"]
    beyond = np.maximum(
        pairs["low"].fillna(published) - pairs["register"],
        pairs["register"] - pairs["high"].fillna(published),
    )
    is_percent = (pairs["unit"] == "percent") & (pairs["compared"] == "value")
    persons_a_unit = np.where(is_percent, pairs["denominator_statfin"] / 100, 1)
    # A gap of exactly the tolerance is within it, however its last digit was rounded.
    slack = 1e-9 * (1 + published)
    within = (beyond <= tolerances * published + slack) | (
        beyond * persons_a_unit <= persons + slack
    )
    share = gap / published.where(published > 0)
    table = pairs.assign(gap=gap, share=share, within=within)
    return table[list(COLUMNS)].reset_index(drop=True)
