"""The trend of a monthly series, seasonal variation removed.

A calculation of this package's own, not an official statistic: STL (Cleveland, Cleveland, McRae
and Terpenning 1990) as statsmodels has it, in its robust form, since the spring of 2020 must not
bend the years around it.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd

PERIOD = 12


def trend(series: pd.Series, least_months: int) -> pd.Series | None:
    """The trend of a series, or None if no stretch of it is long enough.

    Nothing is known of a gap, so each stretch without one has a trend of its own.

    Args:
        series: Monthly values indexed by month, NaN where not known.
        least_months: Fewest months that make a trend.

    Returns:
        As long as the part of the series that has values; NaN in gaps and in stretches that are
        too short.
    """
    known = series.loc[series.first_valid_index() : series.last_valid_index()]
    values = known.to_numpy(float)
    found = np.full(len(values), np.nan)
    for unknown, places in groupby(range(len(values)), key=lambda at: bool(np.isnan(values[at]))):
        stretch = list(places)
        if not unknown and len(stretch) >= max(least_months, 2 * PERIOD + 1):
            from statsmodels.tsa.seasonal import STL

            found[stretch] = STL(values[stretch], period=PERIOD, robust=True).fit().trend
    return None if np.isnan(found).all() else pd.Series(found, index=known.index)
