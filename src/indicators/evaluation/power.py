"""The smallest effect that a design could have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.bootstrap import BootstrapResult
from indicators.evaluation.inference import critical_value
from indicators.evaluation.randomisation import RandomisationInference
from indicators.evaluation.result import LEVEL, Estimates, Floats, Shown
from indicators.evaluation.survival import Hazards
from indicators.evaluation.synthetic_variants import SyntheticDifference

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


@dataclass(frozen=True, eq=False, slots=True)
class DetectableEffect(Shown):
    """The smallest effects that a design finds with the power wanted.

    Attributes:
        table: One row an effect of the result it was made from: ``term`` or ``event_time``,
            ``estimate`` (the smallest effect found, a size above 0 in the outcome's units),
            ``std_error`` (of the result), ``ci_low``, ``ci_high`` (smallest fall and rise) and
            ``p_value`` (missing), ``power`` and ``level``.
        rows: Rows or units behind the result.
        notes: Those of the result.
    """

    table: pd.DataFrame
    rows: int
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was computed, in a line."""
        first = self.table.iloc[0]
        return f"Smallest effect found with {first['power']:.0%} at {first['level']:.0%}"

    @property
    def n(self) -> int:
        """Rows or units behind the result."""
        return self.rows

    @property
    def effect(self) -> float:
        """The smallest effect of the first row."""
        return float(self.table["estimate"].iloc[0])


_WITH_ERRORS = (Estimates, BootstrapResult, SyntheticDifference, Hazards)


def minimum_detectable_effect(
    result: Estimates | BootstrapResult | SyntheticDifference | Hazards | RandomisationInference,
    *,
    power: float = DEFAULT_POWER,
    level: float = 0.05,
) -> DetectableEffect:
    """The smallest effect that a test would have found with some power.

    Args:
        result: Of an estimator that has standard errors, or of randomisation inference.
        power: Probability with which the effect is found, above the level and below 1.
        level: Size of the two-sided test, between 0 and 1.

    Returns:
        With standard errors (t of 1 − level / 2 plus t of the power) times the error (Bloom 1995,
        *Evaluation Review* 19); with placebo sets the shift that pushes so large a share of their
        effects beyond the critical value, the larger of fall and rise.

    Raises:
        UsageError: Power or level is no such share, or the result has no error.
        DataError: There are too few placebo sets for a test at the level.
    """
    for name, share in (("power", power), ("level", level)):
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1:
            raise UsageError(f"{name}: write a share between 0 and 1, such as 0.8 or 0.05")
    if power <= level:
        raise UsageError("power: it is above the level; a test finds anything as often as that")
    if isinstance(result, RandomisationInference):
        found = detectable_by_placebos(result.draws, power, level)
        falls, rises = np.array([found.fall]), np.array([found.rise])
    elif isinstance(result, _WITH_ERRORS):
        rises = result.table["std_error"].to_numpy(dtype=float) * _reach(
            result.degrees, power, level
        )
        falls = -rises
    else:
        raise UsageError(
            "result: it has no standard error; give that of difference_in_differences, "
            "event_study, wild_bootstrap, randomisation_inference, "
            "synthetic_difference_in_differences or cox_hazard"
        )
    label = str(result.table.columns[0])
    table = pd.DataFrame(
        {
            label: result.table[label],
            "estimate": np.maximum(-falls, rises),
            "std_error": result.table["std_error"],
            "ci_low": falls,
            "ci_high": rises,
            "p_value": np.nan,
            "power": float(power),
            "level": float(level),
        }
    )
    return DetectableEffect(table, result.n, result.notes)


def _reach(degrees: float, power: float, level: float) -> float:
    """Standard errors between no effect and the smallest that is found."""
    return float(stats.t.ppf(1 - level / 2, degrees) + stats.t.ppf(power, degrees))


def detectable_by_placebos(
    draws: Floats, power: float = DEFAULT_POWER, level: float = 1 - LEVEL
) -> Detectable:
    """From placebo effects: what shifts so large a share of them beyond the critical value.

    The treated region's own chance deviation is taken to be distributed as the placebo effects.

    Args:
        draws: Effects of placebo regions.
        power: Probability with which the effect shall be found.
        level: Size of the two-sided test.

    Raises:
        DataError: There are too few draws for a test at the level.
    """
    reach = critical_value(draws, 1 - level)
    if not np.isfinite(reach):
        few = f"{len(draws)} are too few for a test at {100 * level:g} %"
        raise DataError(f"placebo regions: {few}; draw more")
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
    size = std_error * _reach(degrees, power, 1 - LEVEL)
    return Detectable(-size, size)
