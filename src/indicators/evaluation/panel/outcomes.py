"""The outcomes, each a function of additive counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.evaluation.panel.counts import HIDEABLE
from indicators.evaluation.panel.rules import Hidden


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome.

    Attributes:
        id: Column of the panel.
        numerator: Counts added up above the line.
        denominator: Counts added up below it; none for the logarithm of the numerator.
    """

    id: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()

    def of(self, counts: pd.DataFrame) -> pd.Series:
        """Percent, or the natural logarithm of a count; missing where it is not known or zero."""
        above = counts[list(self.numerator)].sum(axis=1, skipna=False)
        if not self.denominator:
            return pd.Series(np.log(above.where(above > 0)))
        below = counts[list(self.denominator)].sum(axis=1, skipna=False)
        return 100 * above / below.where(below > 0)


EXTENDED = ("unemployed", "services")
#: Unemployment, extended unemployment and activation are always told together: a trial that
#: moves people from “unemployed” to “in services” lowers the first and raises the last.
TOGETHER = (
    Outcome("unemployment_share", ("unemployed",), ("labour_force",)),
    Outcome("extended_share", EXTENDED, ("labour_force",)),
    Outcome("activation_rate", ("services",), EXTENDED),
)
FURTHER = (
    Outcome("long_term_share", ("long_term",), ("labour_force",)),
    Outcome("log_unemployed", ("unemployed",)),
    Outcome("log_extended", EXTENDED),
    Outcome("log_long_term", ("long_term",)),
)
OUTCOMES = {outcome.id: outcome for outcome in (*TOGETHER, *FURTHER)}


def with_outcomes(counts: pd.DataFrame, hidden: Hidden = "middle") -> pd.DataFrame:
    """Counts with a column for each outcome.

    Args:
        counts: Of :func:`indicators.evaluation.panel.counts.counts`, or groups' sums of them.
        hidden: What a hidden cell counts as: 1, 2.5 or 4.
    """
    if hidden != "middle":
        counts = counts.assign(**{name: counts[f"{name}_{hidden}"] for name in HIDEABLE})
    return counts.assign(**{name: outcome.of(counts) for name, outcome in OUTCOMES.items()})
