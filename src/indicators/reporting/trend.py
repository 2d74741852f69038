"""The trend of a monthly series, seasonal variation removed.

A calculation of this package's own, not an official statistic: STL (Cleveland, Cleveland, McRae
and Terpenning 1990) as statsmodels has it, in its robust form, since the spring of 2020 must not
bend the years around it.
"""

from __future__ import annotations

import pandas as pd

PERIOD = 12


def trend(series: pd.Series, least_months: int) -> pd.Series | None:
    """The trend of a series, or None if it is too short or has gaps.

    Args:
        series: Monthly values indexed by month, NaN only before the first and after the last.
        least_months: Fewest months that make a trend.

    Returns:
        As long as the part of the series that has values.
    """
    known = series.loc[series.first_valid_index() : series.last_valid_index()]
    if len(known) < max(least_months, 2 * PERIOD + 1) or known.isna().any():
        return None
    from statsmodels.tsa.seasonal import STL

    made = STL(known.to_numpy(), period=PERIOD, robust=True).fit()
    return pd.Series(made.trend, index=known.index)
