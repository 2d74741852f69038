"""The smallest effect that a design could have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from indicators.errors import DataError
from indicators.evaluation.inference import critical_value
from indicators.evaluation.result import LEVEL, Floats

DEFAULT_POWER = 0.8


@dataclass(frozen=True, slots=True)
class Detectable:
    """Smallest effects found with the power wanted.

    Attributes:
        fall: The smallest fall, below 0.
        rise: The smallest rise, above 0.
    """

    fall: float
    rise: float


def detectable_by_placebos(draws: Floats, power: float = DEFAULT_POWER) -> Detectable:
    """From placebo effects: what shifts so large a share of them beyond the critical value.

    The treated region's own chance deviation is taken to be distributed as the placebo effects.

    Args:
        draws: Effects of placebo regions.
        power: Probability with which the effect shall be found, at 5 % two-sided.

    Raises:
        DataError: There are too few draws for a test at 5 %.
    """
    reach = critical_value(draws)
    if not np.isfinite(reach):
        raise DataError(f"placebo regions: {len(draws)} are too few for a test at 5 %; draw more")
    low = float(np.quantile(draws, 1 - power, method="lower"))
    high = float(np.quantile(draws, power, method="higher"))
    return Detectable(-reach - high, reach - low)


def power_curve(draws: Floats, effects: Floats) -> pd.DataFrame:
    """Probability of finding each of some effects, from placebo effects.

    Args:
        draws: Effects of placebo regions.
        effects: The effects.

    Returns:
        Columns ``effect`` and ``power``.
    """
    reach = critical_value(draws)
    found = [float((np.abs(draws + effect) > reach).mean()) for effect in effects]
    return pd.DataFrame({"effect": effects, "power": found})


def detectable_by_error(
    std_error: float, degrees: float, power: float = DEFAULT_POWER
) -> Detectable:
    """From a standard error, as usual: (t of 97.5 % + t of the power) times the error.

    Args:
        std_error: Standard error of the effect.
        degrees: Degrees of freedom of the t distribution.
        power: Probability with which the effect shall be found.
    """
    size = std_error * (stats.t.ppf((1 + LEVEL) / 2, degrees) + stats.t.ppf(power, degrees))
    return Detectable(-float(size), float(size))
