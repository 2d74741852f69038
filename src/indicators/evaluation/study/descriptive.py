"""What happened, without any comparison being called an effect."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from indicators.evaluation.panel import FURTHER, TOGETHER, Panel

CONTROLS, TRIALS = "controls", "trials"


def monitoring(panel: Panel, groups: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Outcomes of groups added up, by month.

    Args:
        panel: With every month, the window of COVID too.
        groups: Members by name; all trial municipalities and all controls are added.
    """
    named = {TRIALS: panel.of_role("treated"), CONTROLS: panel.of_role("control"), **groups}
    frame = panel.summed_groups(named)
    columns = ["unit", "month", "t", "trial_year", "labour_force", "unemployed", "services"]
    columns += ["long_term", *(outcome.id for outcome in (*TOGETHER, *FURTHER))]
    return frame[columns].sort_values(["unit", "month"], ignore_index=True)


def by_trial_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over the months of each trial-year, with the number of months behind each."""
    outcomes = [outcome.id for outcome in (*TOGETHER, *FURTHER)]
    grouped = frame.groupby(["unit", "trial_year"])
    return grouped[outcomes].mean().join(grouped["month"].nunique().rename("months")).reset_index()
