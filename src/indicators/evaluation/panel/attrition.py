"""What every rule left out: units and unit-months, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from indicators.evaluation.panel.roles import CONTROL, TREATED

COLUMNS = ("step", "units", "treated", "controls", "rows")


@dataclass(frozen=True)
class Attrition:
    """Counts on their way to the sample, and what stood after each step.

    Attributes:
        counts: What is left: columns ``unit``, ``month`` and counts.
        roles: Role of each unit.
        steps: One dict of :data:`COLUMNS` a step.
    """

    counts: pd.DataFrame
    roles: pd.Series
    steps: tuple[dict[str, object], ...] = ()

    @classmethod
    def begin(cls, counts: pd.DataFrame, units: pd.DataFrame) -> Attrition:
        """Everything that is published."""
        return cls(counts, units["role"])._with_step("published")

    @property
    def units(self) -> list[str]:
        """The units that are left, sorted."""
        return sorted(self.counts["unit"].unique())

    @property
    def table(self) -> pd.DataFrame:
        """One row a step: what was left after it."""
        return pd.DataFrame(self.steps, columns=list(COLUMNS))

    def keep_units(self, step: str, kept: Iterable[str]) -> Attrition:
        """Leave out units that are not among ``kept``."""
        is_kept = self.counts["unit"].isin(set(kept))
        return replace(self, counts=self.counts[is_kept])._with_step(step)

    def keep_months(self, step: str, kept: Iterable[str]) -> Attrition:
        """Leave out months that are not among ``kept``."""
        is_kept = self.counts["month"].isin(set(kept))
        return replace(self, counts=self.counts[is_kept])._with_step(step)

    def _with_step(self, step: str) -> Attrition:
        role = self.roles.reindex(self.units)
        told: dict[str, object] = {
            "step": step,
            "units": len(role),
            "treated": int((role == TREATED).sum()),
            "controls": int((role == CONTROL).sum()),
            "rows": len(self.counts),
        }
        return replace(self, steps=(*self.steps, told))
