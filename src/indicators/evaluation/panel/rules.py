"""Who and what is in the sample: every choice a named field that can be switched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Hidden = Literal["low", "middle", "high"]


@dataclass(frozen=True, slots=True)
class SampleRules:
    """The sample of the evaluation. Months are ``YYYY-MM``, both ends included.

    Attributes:
        first_month: First month of the panel.
        last_month: Last month of the panel.
        start: First treated month of the trial.
        covid: First and last month of the window that is left out, or None to keep it: layoffs of
            spring 2020 hit municipalities by their industries, and no month there is a fair base.
        treated_grades: How sure a municipality's membership must be to count as treated
            (``data/raw/areas/README.md``); one of another grade is in no group at all.
        drop_doubtful: Leave out municipalities listed as no clean controls.
        drop_aland: Leave out Åland, which has labour market services of its own.
        drop_earlier_trials: Leave out controls that were in a trial of 2012–2018.
        drop_merged_since: Leave out municipalities that took in another on this month or later;
            figures are back-cast to today's borders, so that a merger makes no jump of itself.
        least_labour_force: Smallest labour force in the month before the window that is left out.
        widest_bounds: Largest mean width, in percentage points of the labour force, of what
            hidden cells leave open in extended unemployment; None for no limit.
        hidden: What a hidden cell (1–4) counts as: 1, 2.5 or 4.
    """

    first_month: str = "2006-01"
    last_month: str = "2023-06"
    start: str = "2021-03"
    covid: tuple[str, str] | None = ("2020-03", "2021-02")
    treated_grades: tuple[str, ...] = ("A", "B")
    drop_doubtful: bool = True
    drop_aland: bool = True
    drop_earlier_trials: bool = False
    drop_merged_since: str | None = None
    least_labour_force: int = 1000
    widest_bounds: float | None = 0.5
    hidden: Hidden = "middle"

    def keeps(self, month: str) -> bool:
        """Whether a month is in the panel."""
        inside = self.first_month <= month <= self.last_month
        return inside and not (self.covid and self.covid[0] <= month <= self.covid[1])
