"""The two designs as long panels: every trial municipality, and the treated region as one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from indicators.evaluation.panel import Panel

ALL_TRIALS, REGION = "all_trials", "region"


@dataclass(frozen=True)
class Sample:
    """A long panel and who is treated in it.

    Attributes:
        id: ``all_trials`` or ``region``.
        frame: One row a unit and month, with outcomes and time.
        treated: Units that are treated, all from one month on.
    """

    id: str
    frame: pd.DataFrame
    treated: tuple[str, ...]

    def until(self, month: str) -> pd.DataFrame:
        """The rows up to a month."""
        return self.frame[self.frame["month"] <= month]


def all_trials(panel: Panel) -> Sample:
    """Every municipality of every trial area, and the controls."""
    return Sample(ALL_TRIALS, panel.outcomes(), panel.of_role("treated"))


def region(panel: Panel, code: str, members: Sequence[str]) -> Sample:
    """The members of a region added up to one treated unit, and the controls."""
    return Sample(REGION, with_region(panel, code, members, panel.of_role("control")), (code,))


def with_region(
    panel: Panel, code: str, members: Sequence[str], controls: Sequence[str]
) -> pd.DataFrame:
    """Outcomes of some members as one unit, below those of the controls."""
    frame = panel.outcomes()
    rest = frame[frame["unit"].isin(set(controls) - set(members))]
    return pd.concat([rest, panel.summed_groups({code: tuple(members)})], ignore_index=True)
