"""Means, medians and money as they are shown: rounded, and without the sums behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.disclosure.count_names import COUNT_UNITS, MEAN_UNITS, MONEY_UNITS
from indicators.disclosure.counts import PUBLIC_SOURCES, Floats
from indicators.table import KEY

ROUNDING_STEPS = (0.1, 0.5, 1.0, 5.0, 10.0)
"""What a mean or a median may be rounded to (contract, section 6)."""

PERSONS_BEHIND_EUROS = 10
"""Money is shown where at least so many persons stand behind it (contract, section 6)."""

_EURO_STEP, _EUROS_PER_PERSON_STEP = 100.0, 1.0
_ONE_TO_FIVE, _CHANGE, _UP_TO_TEN, _CHANGE_OF_TEN = 2.0, 4.0, 5.0, 10.0
"""Half the width of the scale of scores, and of the changes between two of them."""

_CHANGE_INDICATOR = "wellbeing_change"
_INTERVAL_LIMITS = ("ci_low", "ci_high")


def rounding_steps(long: pd.DataFrame) -> Floats:
    """What each row's value is rounded to.

    The step is the smallest with which the value of one person, for somebody who knows all
    others, stays open by 13 weeks, or half the scale of a score, either way.

    Returns:
        By row: missing where nothing is rounded, infinite where no step is enough or where it is
        not known how many persons stand behind a figure.
    """
    unit = long["unit"].astype(object).fillna("").to_numpy(object)
    behind = long["denominator"].to_numpy(float)
    step = np.full(len(long), np.nan)
    for name, width in MEAN_UNITS.items():
        of = unit == name
        widths = _half_scale_widths(long[of]) if width is None else np.full(int(of.sum()), width)
        step[of] = _smallest_step(behind[of], widths)
    # Counts over counts, such as services a person.
    mean = (
        np.isin(unit, list(COUNT_UNITS)) & ~np.isnan(behind) & long["numerator"].notna().to_numpy()
    )
    step[mean] = _smallest_step(behind[mean], np.full(int(mean.sum()), MEAN_UNITS["services"]))
    money = np.isin(unit, list(MONEY_UNITS))
    persons = persons_behind(long)[money]
    each = np.where(np.isnan(behind[money]), _EURO_STEP, _EUROS_PER_PERSON_STEP)
    step[money] = np.where(persons >= PERSONS_BEHIND_EUROS, each, np.inf)
    known = long["value"].notna().to_numpy() & ~long["source"].isin(PUBLIC_SOURCES).to_numpy()
    return np.where(known, step, np.nan)


def round_means(long: pd.DataFrame) -> pd.DataFrame:
    """The table with its means, medians and money as they are shown.

    Rows of which no step is enough are left as they are: they are not shown.
    """
    step = rounding_steps(long)
    chosen = np.isfinite(step)
    if not chosen.any():
        return long
    made = long.copy()
    for name in ("value", "low", "high"):
        column = made[name].to_numpy(float).copy()
        # Rounded to decimals once more: multiples of 0.1 are to be written as such.
        column[chosen] = (np.rint(column[chosen] / step[chosen]) * step[chosen]).round(1) + 0.0
        made[name] = column
    made["numerator"] = np.where(chosen, np.nan, made["numerator"].to_numpy(float))
    return made


def _smallest_step(behind: Floats, width: Floats) -> Floats:
    """The smallest step that leaves enough open, for so many persons."""
    steps_ = np.full(len(behind), np.inf)
    for step in reversed(ROUNDING_STEPS):
        steps_[behind * step / 2 >= width - 1e-9] = step
    return steps_


def _half_scale_widths(long: pd.DataFrame) -> Floats:
    """Half the width of the scale that each score is of.

    Answers are from 1 to 5, unless a mean of the same indicator and category lies beyond (answers
    from 0 to 10). A mean over several categories is of the widest scale among them.
    """
    change = (long["indicator"] == _CHANGE_INDICATOR).to_numpy()
    value = long["value"].where(~long["statistic"].isin(_INTERVAL_LIMITS)).to_numpy(float)
    low, high = np.where(change, -_CHANGE, 1.0), np.where(change, _CHANGE, 5.0)
    wide = pd.Series((value < low) | (value > high), index=long.index)
    alike = [long[name].astype(object) for name in ("indicator", "dimension", "category")]
    of_item = wide.groupby(alike).transform("any")
    of_all = wide.groupby(alike[0]).transform("any") & (long["dimension"] == "total")
    is_wide = (of_item | of_all).to_numpy(bool)
    of_answers = np.where(is_wide, _UP_TO_TEN, _ONE_TO_FIVE)
    return np.where(change, np.where(is_wide, _CHANGE_OF_TEN, _CHANGE), of_answers)


def persons_behind(long: pd.DataFrame) -> Floats:
    """How many persons stand behind each row of money: its own denominator, or that of the mean.

    Returns:
        By row; missing where no row tells.
    """
    place = [name for name in KEY if name != "statistic"]
    behind = long["denominator"].to_numpy(float)
    keys = pd.MultiIndex.from_frame(long[place].astype(object).fillna(""))
    money = long["unit"].isin(MONEY_UNITS).to_numpy() & ~np.isnan(behind)
    persons_by_mean = (
        pd.Series(behind[money], index=keys[money]).groupby(level=list(range(len(place)))).min()
    )
    of_mean = (
        persons_by_mean.reindex(keys).to_numpy(float)
        if len(persons_by_mean)
        else np.full(len(long), np.nan)
    )
    return np.where(np.isnan(behind), of_mean, behind)
