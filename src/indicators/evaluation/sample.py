"""The sample of the evaluation: rules, roles of municipalities, and what each rule left out.

Every choice is a named field of :class:`SampleRules` that can be switched. Which region and
sub-region a municipality is in is read off the published sums: a region's figures are the sums of
its municipalities' figures, month after month. With hundreds of months the sums leave one answer
open, so no key of borders has to be kept, and the answer is that of the very division the figures
are published in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas.areas import Areas
from indicators.errors import DataError
from indicators.sources.statfin.reader import Snapshot
from indicators.sources.statfin.snapshots import Snapshots

#: Never hidden, so it decides whether an answer is right.
_EXACT_COUNT = "TYOVOIMATK"
#: Counts of jobseekers; a hidden one of a tiny municipality is off by 1.5 at most.
_IDENTIFYING_COUNTS = ("TYOTTOMATLOPUSSA", "HAKIJALOPUSSA", "KASSASSA")
AREA_KINDS = {"region": "MK", "subregion": "SK"}
HIDDEN_CELL_VALUE = 2.5


def assign_regions(snapshots: Snapshots) -> pd.DataFrame:
    """The region and the sub-region of each municipality.

    Args:
        snapshots: StatFin's vintages; of those that have all the counts the longest is read, of
            several the newest.

    Returns:
        Index ``unit`` (``KU398`` …), columns ``region`` (``MK07``) and ``subregion`` (``SK071``).

    Raises:
        DataError: No vintage has the counts of enough months, or the published sums do not add up.
    """
    snapshot = _identifying_values(snapshots)
    units = _municipality_codes(snapshot)
    found = {
        kind: _area_of_municipality(snapshot, units, prefix) for kind, prefix in AREA_KINDS.items()
    }
    return pd.DataFrame(found, index=pd.Index(units, name="unit"))


def _identifying_values(snapshots: Snapshots) -> Snapshot:
    wanted = (_EXACT_COUNT, *_IDENTIFYING_COUNTS)
    whole = [
        vintage
        for vintage in snapshots.vintages
        if set(wanted) <= set(vintage.columns) and not set(wanted) & set(vintage.lacking)
    ]
    longest = max(whole, key=lambda vintage: len(vintage.months), default=None)
    # With fewer figures than municipalities the sums leave many answers open.
    if longest is not None and len(wanted) * len(longest.months) >= len(
        _municipality_codes(longest)
    ):
        return longest
    raise DataError(
        f"{snapshots.vintages[0].file.parent}: no vintage holds {', '.join(wanted)} of enough "
        "months, which tell the region of a municipality; add a full snapshot of table 12r5"
    )


def _municipality_codes(snapshot: Snapshot) -> list[str]:
    return [area for area in snapshot.areas if area.startswith("KU")]


def _area_of_municipality(snapshot: Snapshot, units: Sequence[str], prefix: str) -> list[str]:
    parents = [area for area in snapshot.areas if area.startswith(prefix)]
    row = {area: number for number, area in enumerate(snapshot.areas)}
    below, above = [row[unit] for unit in units], [row[parent] for parent in parents]
    columns = [
        np.nan_to_num(snapshot.columns[name], nan=HIDDEN_CELL_VALUE)
        for name in (_EXACT_COUNT, *_IDENTIFYING_COUNTS)
    ]
    position = match_parts_to_wholes(
        np.hstack([column[below] for column in columns]),
        np.hstack([column[above] for column in columns]),
    )
    exact = snapshot.columns[_EXACT_COUNT]
    sums = np.zeros((len(parents), exact.shape[1]))
    np.add.at(sums, position, exact[below])
    wrong = (sums != exact[above]).any(axis=1)
    if wrong.any():
        named = ", ".join(np.array(parents)[wrong])
        raise DataError(
            f"{snapshot.file}: {_EXACT_COUNT} of {named} is not the sum of municipalities; "
            f"restore it"
        )
    return [parents[number] for number in position]


def match_parts_to_wholes(
    parts: NDArray[np.float64], wholes: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Which whole each part goes into.

    Args:
        parts: Figures of the parts, shape (parts, figures).
        wholes: Figures of the wholes, shape (wholes, figures); each the sum of its parts, nearly.

    Returns:
        Shape (parts,): position among the wholes of the largest least-squares weight.
    """
    weights = np.linalg.lstsq(parts.T, wholes.T, rcond=None)[0]
    position: NDArray[np.intp] = weights.argmax(axis=1)
    return position


HiddenCellValue = Literal["low", "middle", "high"]


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
            (``data/raw/areas/README.md``); one of any other grade is in no group at all.
        drop_doubtful: Leave out municipalities listed as no clean controls.
        drop_aland: Leave out Åland, which has labour market services of its own.
        drop_earlier_trials: Leave out controls that were in a trial of 2012–2018.
        drop_merged_since: Leave out municipalities that others merged into in this month or later;
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
    hidden: HiddenCellValue = "middle"

    def keeps(self, month: str) -> bool:
        """Whether a month is in the panel."""
        inside = self.first_month <= month <= self.last_month
        return inside and not (self.covid and self.covid[0] <= month <= self.covid[1])


# --- roles: who is treated, who is a control, who is neither and why ------------------------------


TREATED, CONTROL = "treated", "control"
ALAND = "MK21"
#: Kuhmoinen joined Pirkanmaa in 2021; whether it joined the trial is not known.
UNCLEAR_MUNICIPALITIES = ("291",)


def municipality_roles(areas: Areas, belonging: pd.DataFrame, rules: SampleRules) -> pd.DataFrame:
    """Each municipality's role, from the dated key of trials.

    Args:
        areas: Trials, planned trials and doubtful controls.
        belonging: Index ``unit``, columns ``region`` and ``subregion``.
        rules: Which grades count and which controls are left out.

    Returns:
        The same index with ``role`` (``treated``, ``control`` or empty), ``trial_area``, ``start``
        (first treated month) and ``reason`` (why it has no role, else empty).
    """
    first = date.fromisoformat(f"{rules.start}-01")
    found = dict.fromkeys(belonging.index, (CONTROL, "", "", ""))
    for reason, units in _exclusions(areas, belonging, rules, first):
        found |= {unit: ("", "", "", reason) for unit in units if unit in found}
    for member in areas.trials:
        unit = f"KU{areas.successor(member.municipality, first)}"
        if not member.covers(first) or unit not in found:
            continue
        is_sure = member.grade in rules.treated_grades
        found[unit] = (
            (TREATED, member.trial_area, f"{member.start:%Y-%m}", "")
            if is_sure
            else ("", member.trial_area, "", "membership_unsure")
        )
    roles = pd.DataFrame.from_dict(
        found, orient="index", columns=["role", "trial_area", "start", "reason"]
    )
    return belonging.join(roles)


def _exclusions(
    areas: Areas, belonging: pd.DataFrame, rules: SampleRules, first: date
) -> list[tuple[str, Sequence[str]]]:
    """Reasons and the municipalities they hold for; of several the last is reported."""

    def named(codes: Sequence[str]) -> list[str]:
        return [f"KU{areas.successor(code, first)}" for code in codes]

    left: list[tuple[str, Sequence[str]]] = []
    if rules.drop_earlier_trials:
        before = [trial.municipality for trial in areas.trials if trial.end and trial.end < first]
        left.append(("earlier_trial", named(before)))
    if rules.drop_doubtful:
        doubtful = [trial.municipality for trial in areas.doubtful_controls]
        left.append(("doubtful", named([*doubtful, *UNCLEAR_MUNICIPALITIES])))
    # A place that was chosen and then stayed out was ready to be treated: no clean control.
    left.append(("planned", named([trial.municipality for trial in areas.planned])))
    if rules.drop_aland:
        left.append(("aland", list(belonging.index[belonging["region"] == ALAND])))
    return left


# --- attrition: units and unit-months that each rule left out -------------------------------------


ATTRITION_COLUMNS = ("step", "units", "treated", "controls", "rows")


@dataclass(frozen=True)
class Attrition:
    """Counts on their way to the sample, and what stood after each step.

    Attributes:
        counts: What is left: columns ``unit``, ``month`` and counts.
        roles: Role of each unit.
        steps: One dict of :data:`ATTRITION_COLUMNS` a step.
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
        return pd.DataFrame(self.steps, columns=list(ATTRITION_COLUMNS))

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
        row: dict[str, object] = {
            "step": step,
            "units": len(role),
            "treated": int((role == TREATED).sum()),
            "controls": int((role == CONTROL).sum()),
            "rows": len(self.counts),
        }
        return replace(self, steps=(*self.steps, row))
