"""From snapshots and keys to the panel, each step that leaves something out written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from indicators.areas import Areas
from indicators.calendar import last_day, shift_month
from indicators.errors import UsageError
from indicators.evaluation.panel.attrition import Attrition
from indicators.evaluation.panel.belonging import belonging
from indicators.evaluation.panel.counts import add_up, bounds_width, counts
from indicators.evaluation.panel.outcomes import with_outcomes
from indicators.evaluation.panel.roles import roles
from indicators.evaluation.panel.rules import SampleRules
from indicators.sources.statfin import Snapshots


@dataclass(frozen=True)
class Panel:
    """Municipality × month.

    Attributes:
        rules: What the sample follows.
        units: Index ``unit``; columns ``region``, ``subregion``, ``role``, ``trial_area``,
            ``start``, ``reason``, ``labour_force`` (of the month before the window left out).
        counts: One row a unit with a role and month kept, in persons.
        attrition: What each rule left out, step by step.
    """

    rules: SampleRules
    units: pd.DataFrame
    counts: pd.DataFrame
    attrition: pd.DataFrame

    def of_role(self, role: str) -> tuple[str, ...]:
        """Codes of the treated or the control municipalities, sorted."""
        return tuple(self.units.index[self.units["role"] == role])

    def outcomes(self) -> pd.DataFrame:
        """The counts with outcomes and time: see :func:`with_time`."""
        return with_time(with_outcomes(self.counts, self.rules.hidden), self.rules)

    def summed_groups(self, groups: dict[str, tuple[str, ...]]) -> pd.DataFrame:
        """The same for groups of municipalities, each added up to one unit."""
        return with_time(with_outcomes(add_up(self.counts, groups), self.rules.hidden), self.rules)


def build(table: pd.DataFrame, snapshots: Snapshots, areas: Areas, rules: SampleRules) -> Panel:
    """Build the panel.

    Args:
        table: The long table of StatFin's figures, of every area and month.
        snapshots: What it was made from.
        areas: Trials and mergers.
        rules: Who and what is in it.

    Raises:
        DataError: The snapshots do not tell which region a municipality is in.
        UsageError: The rules leave no treated or no control municipality.
    """
    units = roles(areas, belonging(snapshots), rules)
    panel_frame = counts(table)
    panel_frame = panel_frame[panel_frame["month"].between(rules.first_month, rules.last_month)]
    # Areas of vintages of other months are of other divisions.
    months = [month for month in snapshots.months if rules.first_month <= month <= rules.last_month]
    panel_frame = panel_frame[panel_frame["unit"].isin(snapshots.of(months).areas)]
    steps = Attrition.begin(panel_frame, units)
    steps = steps.keep_units("no_role", units.index[units["role"] != ""])
    steps = _by_mergers(steps, areas, rules)
    steps = _by_size(steps, units, rules)
    if rules.widest_bounds is not None:
        width = bounds_width(steps.counts).groupby(steps.counts["unit"]).mean()
        steps = steps.keep_units("hidden_cells", width.index[~(width > rules.widest_bounds)])
    steps = steps.keep_months(
        "covid",
        [candidate for candidate in panel_frame["month"].unique() if rules.keeps(candidate)],
    )
    sized = units.assign(labour_force=_size(panel_frame, rules))
    sized.loc[~sized.index.isin(steps.counts["unit"]) & (sized["role"] != ""), "reason"] = "rules"
    sized.loc[sized["reason"] == "rules", "role"] = ""
    panel = Panel(rules, sized, steps.counts.reset_index(drop=True), steps.table)
    _check(panel)
    return panel


def switched(panel_rules: SampleRules, **changes: object) -> SampleRules:
    """The rules with some of them changed."""
    return replace(panel_rules, **changes)  # type: ignore[arg-type]


def with_time(frame: pd.DataFrame, rules: SampleRules) -> pd.DataFrame:
    """Add the time since the trial began.

    Returns:
        The frame with ``t``, calendar months since the start (0 is the first treated month);
        ``period``, the same counted over the months kept, so that −1 is the last one before the
        window left out; and ``trial_year``, twelve periods from March on (0 is the first year).
    """
    months = sorted(frame["month"].unique())
    t = {month: _months_between(rules.start, month) for month in months}
    before = [month for month in months if month < rules.start]
    period = {month: number - len(before) for number, month in enumerate(before)}
    period |= {month: t[month] for month in months if month >= rules.start}
    timed = frame.assign(t=frame["month"].map(t), period=frame["month"].map(period))
    return timed.assign(trial_year=np.floor_divide(timed["period"], 12))


def _months_between(start: str, month: str) -> int:
    return (int(month[:4]) - int(start[:4])) * 12 + int(month[5:]) - int(start[5:])


def _base_month(rules: SampleRules) -> str:
    return shift_month(rules.covid[0] if rules.covid else rules.start, -1)


def _size(found: pd.DataFrame, rules: SampleRules) -> pd.Series:
    at = found[found["month"] == _base_month(rules)]
    return at.set_index("unit")["labour_force"]


def _by_mergers(steps: Attrition, areas: Areas, rules: SampleRules) -> Attrition:
    if rules.drop_merged_since is None:
        return steps
    first = date.fromisoformat(f"{rules.drop_merged_since}-01")
    # A merger counts from the day after the last day of the municipality that went.
    grown = {
        f"KU{municipality.successor}"
        for municipality in areas.municipalities.values()
        if municipality.valid_to is not None
        and first <= municipality.valid_to < last_day(rules.last_month)
    }
    return steps.keep_units("merged", [unit for unit in steps.units if unit not in grown])


def _by_size(steps: Attrition, units: pd.DataFrame, rules: SampleRules) -> Attrition:
    size = _size(steps.counts, rules).reindex(units.index)
    return steps.keep_units("small", size.index[size >= rules.least_labour_force])


def _check(panel: Panel) -> None:
    for role in ("treated", "control"):
        if not panel.of_role(role):
            raise UsageError(f"the sample rules leave no {role} municipality; loosen them")
