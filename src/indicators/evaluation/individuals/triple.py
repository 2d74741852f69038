"""Triple difference: the target group against the others, in trial areas against elsewhere.

In each area and at each time the target group's outcome less that of the others; then the
difference-in-differences of these gaps. On a panel without holes that is the regression with
area-by-group, area-by-time and group-by-time effects. What moves a whole area, or a whole group
everywhere, cancels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.difference import difference_in_differences, event_study
from indicators.evaluation.longdata import require_columns
from indicators.evaluation.result import Estimates


def triple_difference(
    panel: pd.DataFrame,
    *,
    area: str,
    group: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
) -> Estimates:
    """Effect on the target group of treated areas, errors clustered by area.

    Args:
        panel: One row an area, group and time.
        area: Column of areas.
        group: Column of truth values: whether the row is of the target group.
        time: Column of times.
        outcome: Column of outcomes.
        treated_from: First treated time by area; areas not in it are never treated.

    Raises:
        UsageError: As of :func:`indicators.evaluation.difference_in_differences`.
        DataError: As there; also if the groups are not two, or a row comes twice.
    """
    gaps = group_gaps(panel, area=area, group=group, time=time, outcome=outcome)
    return difference_in_differences(
        gaps, unit=area, time=time, outcome=outcome, treated_from=treated_from
    )


def triple_event_study(
    panel: pd.DataFrame,
    *,
    area: str,
    group: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
    window: tuple[int, int] | None = None,
) -> Estimates:
    """The same by time since the start; arguments and errors as above, and the window."""
    gaps = group_gaps(panel, area=area, group=group, time=time, outcome=outcome)
    return event_study(
        gaps, unit=area, time=time, outcome=outcome, treated_from=treated_from, window=window
    )


def group_gaps(
    panel: pd.DataFrame, *, area: str, group: str, time: str, outcome: str
) -> pd.DataFrame:
    """Outcome of the target group less that of the others, one row an area and time.

    An area and time without one of the two is left out.
    """
    require_columns(panel, [area, group, time, outcome])
    if not panel[group].isin([True, False]).all():
        raise UsageError(f"panel, column {group}: write true for the target group, else false")
    if twice := int(panel.duplicated([area, group, time]).sum()):
        raise DataError(f"panel: {twice} rows of an area, group and time come twice")
    target = panel[group].astype(bool)
    keys = [area, time, outcome]
    both = panel.loc[target, keys].merge(
        panel.loc[~target, keys], on=[area, time], suffixes=("", "_other")
    )
    if both.empty:
        raise DataError(f"panel, column {group}: no area and time has both groups")
    both[outcome] = both[outcome] - both[f"{outcome}_other"]
    return both[keys]
