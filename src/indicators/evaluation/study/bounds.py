"""How far trends may differ before a finding about all trial municipalities fails."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from indicators.evaluation.sensitivity.relative import relative_bounds
from indicators.evaluation.study.effects import by_trial_year, yearly
from indicators.evaluation.study.samples import Sample

#: Largest step after the start over the largest step before it.
RATIOS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
FIRST_YEAR = (0,)


def bounds(sample: Sample, outcomes: Iterable[str]) -> pd.DataFrame:
    """Intervals of the first year's effect by how far trends may differ.

    Returns:
        Columns ``outcome``, ``step_ratio``, ``ci_low``, ``ci_high``.
    """
    by_year = yearly(sample.frame)
    frames = []
    for outcome in outcomes:
        found = by_trial_year(by_year, sample, outcome)
        table = relative_bounds(found, RATIOS, events=FIRST_YEAR)
        frames.append(table.assign(outcome=outcome))
    return pd.concat(frames, ignore_index=True)
