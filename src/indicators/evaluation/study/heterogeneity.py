"""Whether the effect differs by a municipality's size and by long-term unemployment before."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from indicators.evaluation.panel import Panel
from indicators.evaluation.study.effects import differences
from indicators.evaluation.study.samples import ALL_TRIALS, Sample, all_trials


def heterogeneity(panel: Panel, outcomes: Sequence[str], large: int) -> pd.DataFrame:
    """Effects in classes of municipalities, each held against the controls of its class.

    Args:
        panel: The sample.
        outcomes: Which outcomes.
        large: Labour force from which a municipality is called large.

    Returns:
        Columns ``moderator``, ``level``, ``treated``, ``controls`` (numbers of municipalities) and
        those of :func:`indicators.evaluation.study.effects.differences`.
    """
    frames = []
    for moderator, levels in _classes(panel, large).items():
        for level, units in levels.items():
            whole = all_trials(panel)
            treated = tuple(unit for unit in whole.treated if unit in units)
            frame = whole.frame[whole.frame["unit"].isin(units)]
            found = differences(Sample(ALL_TRIALS, frame, treated), outcomes)
            frames.append(
                found.assign(
                    moderator=moderator,
                    level=level,
                    treated=len(treated),
                    controls=frame["unit"].nunique() - len(treated),
                )
            )
    return pd.concat(frames, ignore_index=True)


def _classes(panel: Panel, large: int) -> dict[str, dict[str, set[str]]]:
    """Municipalities by class; the border of long-term unemployment is the treated median."""
    units = panel.units[panel.units["role"] != ""]
    is_large = units["labour_force"] >= large
    frame = panel.outcomes()
    before = frame[frame["trial_year"] < 0].groupby("unit")["long_term_share"].mean()
    border = before[list(panel.of_role("treated"))].median()
    high = before.reindex(units.index) >= border
    return {
        "size": {"large": set(units.index[is_large]), "small": set(units.index[~is_large])},
        "long_term": {"high": set(units.index[high]), "low": set(units.index[~high])},
    }
