"""The panel of municipalities and months: published counts, outcomes, and building it.

Counts add up over municipalities, and each outcome is a function of counts. Every step that leaves
something out is written down (:class:`~indicators.evaluation.sample.Attrition`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from indicators.areas.areas import Areas
from indicators.calendar import last_day, shift_month
from indicators.errors import UsageError
from indicators.evaluation.result import Floats
from indicators.evaluation.sample import (
    Attrition,
    HiddenCellValue,
    SampleRules,
    assign_regions,
    municipality_roles,
)
from indicators.measures.published import HIDDEN_LEAST, HIDDEN_MIDDLE, HIDDEN_MOST
from indicators.sources.statfin.snapshots import Snapshots

#: Columns of counts; some cells of services and some counts of long-term unemployed are hidden.
PANEL_COUNTS = ("labour_force", "unemployed", "services", "long_term")
#: Counts of the full table that no indicator has: columns of table 12r5 by name here.
FURTHER_COUNTS: Mapping[str, str] = MappingProxyType(
    {"laid_off": "LOMAUTETTU", "under25": "TYOTTOMAT25", "foreign": "TYOTTOMATULK"}
)
HIDEABLE = ("services", "long_term", *FURTHER_COUNTS)
BOUNDS = tuple(f"{name}_{end}" for name in HIDEABLE for end in ("low", "high"))


def municipality_counts(table: pd.DataFrame) -> pd.DataFrame:
    """The long table of municipalities, turned to one row a municipality and month.

    Args:
        table: Of ``indicators.compute`` from StatFin: one row a figure.

    Returns:
        Columns ``unit``, ``month``, those of :data:`PANEL_COUNTS` and :data:`BOUNDS`, in persons.
        What no vintage holds is missing. A hidden cell (1–4) counts as 2.5, with its bounds
        beside, for a region is the sum of municipalities of which some hide a few persons.
    """
    kept = table[table["area"].astype(str).str.startswith("KU")]
    share = _pivot_figures(kept, "unemployment_share", "value", ("numerator", "denominator"))
    extended = _pivot_figures(kept, "extended_unemployment", "value", ("value", "low", "high"))
    unemployed = share["numerator"]
    found = {
        "labour_force": share["denominator"],
        "unemployed": unemployed,
        "services": extended["value"] - unemployed,
        "services_low": extended["low"].fillna(extended["value"]) - unemployed,
        "services_high": extended["high"].fillna(extended["value"]) - unemployed,
    }
    return pd.DataFrame(found | _long_term_counts(kept)).reset_index()


def _long_term_counts(table: pd.DataFrame) -> dict[str, pd.Series]:
    found = _pivot_figures(table, "structural_unemployment", "long_term", ("value", "status"))
    hidden = found["status"].astype(str) == "suppressed"
    counted = {
        "long_term_low": HIDDEN_LEAST,
        "long_term": HIDDEN_MIDDLE,
        "long_term_high": HIDDEN_MOST,
    }
    return {name: found["value"].mask(hidden, count) for name, count in counted.items()}


def further_counts(
    snapshots: Snapshots, months: Sequence[str], wanted: Mapping[str, str] = FURTHER_COUNTS
) -> pd.DataFrame:
    """Counts of table 12r5 that are in no indicator, by municipality and month.

    Args:
        snapshots: StatFin's vintages; each figure is the newest's that holds it.
        months: ``YYYY-MM``.
        wanted: The table's columns by name here.

    Returns:
        Columns ``unit``, ``month``, the counts by name and their bounds, in persons;
        missing where no vintage holds them. A hidden cell (1–4) counts as 2.5, its bounds beside.
    """
    rows = [row for row, area in enumerate(snapshots.areas) if area.startswith("KU")]
    units = [snapshots.areas[row] for row in rows]
    index = pd.MultiIndex.from_product([units, list(months)], names=["unit", "month"])
    found: dict[str, Floats] = {}
    for name, column in wanted.items():
        ends = {f"{name}_low": HIDDEN_LEAST, name: HIDDEN_MIDDLE, f"{name}_high": HIDDEN_MOST}
        values = {end: np.full((len(rows), len(months)), np.nan) for end in ends}
        for vintage, holds in enumerate(snapshots.holding([column], months)[:, rows, :]):
            total = snapshots.total(vintage, [column], months)
            for end, hidden in ends.items():
                new = holds & np.isnan(values[end])
                values[end][new] = total.at(hidden)[rows][new]
        found |= {end: numbers.ravel() for end, numbers in values.items()}
    return pd.DataFrame(found, index=index).reset_index()


def _pivot_figures(
    table: pd.DataFrame, indicator: str, statistic: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    chosen = table[(table["indicator"] == indicator) & (table["statistic"] == statistic)]
    keys = [chosen["area"].astype(str).rename("unit"), chosen["month"].astype(str)]
    return chosen[list(columns)].set_index(keys).sort_index()


def add_up(counts: pd.DataFrame, groups: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Counts of groups of municipalities, each as one unit.

    Args:
        counts: Of :func:`municipality_counts`.
        groups: Members by the group's own code; at least one.

    Returns:
        The same columns, one row a group and month; missing where a member's count is.
    """
    names = [name for name in (*PANEL_COUNTS, *FURTHER_COUNTS, *BOUNDS) if name in counts]
    wide = counts.pivot(index="month", columns="unit", values=names)
    months = wide.index
    frames = []
    for code, members in groups.items():
        sums = {name: wide[name][list(members)].to_numpy(float).sum(axis=1) for name in names}
        frames.append(pd.DataFrame({"unit": code, "month": months, **sums}))
    return pd.concat(frames, ignore_index=True)


def bounds_width(counts: pd.DataFrame) -> pd.Series:
    """How much hidden cells leave open in services, in percentage points of the labour force."""
    open_ = counts["services_high"] - counts["services_low"]
    return pd.Series(100 * np.divide(open_, counts["labour_force"]), counts.index)


# --- outcomes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome.

    Attributes:
        id: Column of the panel.
        numerator: Counts added up above the line.
        denominator: Counts added up below it; none for the logarithm of the numerator.
        less: Counts taken off above the line.
    """

    id: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    less: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, ...]:
        """All counts it is made of."""
        return (*self.numerator, *self.denominator, *self.less)

    def of(self, counts: pd.DataFrame) -> pd.Series:
        """Percent, or the natural logarithm of a count; missing where it is not known or zero."""
        above = counts[list(self.numerator)].sum(axis=1, skipna=False)
        if self.less:
            above -= counts[list(self.less)].sum(axis=1, skipna=False)
        if not self.denominator:
            return pd.Series(np.log(above.where(above > 0)))
        below = counts[list(self.denominator)].sum(axis=1, skipna=False)
        return 100 * above / below.where(below > 0)


EXTENDED = ("unemployed", "services")
#: Unemployment, extended unemployment and activation are always reported together: a trial that
#: moves people from “unemployed” to “in services” lowers the first and raises the last.
JOINT_OUTCOMES = (
    Outcome("unemployment_share", ("unemployed",), ("labour_force",)),
    Outcome("extended_share", EXTENDED, ("labour_force",)),
    Outcome("activation_rate", ("services",), EXTENDED),
)
FURTHER_OUTCOMES = (
    Outcome("long_term_share", ("long_term",), ("labour_force",)),
    Outcome("log_unemployed", ("unemployed",)),
    Outcome("log_extended", EXTENDED),
    Outcome("log_long_term", ("long_term",)),
)
#: Unemployment without those laid off in full, and proxies of the trial's target groups.
GROUP_OUTCOMES = (
    Outcome("without_layoffs", ("unemployed",), ("labour_force",), less=("laid_off",)),
    Outcome("extended_without_layoffs", EXTENDED, ("labour_force",), less=("laid_off",)),
    Outcome("under25_share", ("under25",), ("labour_force",)),
    Outcome("foreign_share", ("foreign",), ("labour_force",)),
)
OUTCOMES = {
    outcome.id: outcome for outcome in (*JOINT_OUTCOMES, *FURTHER_OUTCOMES, *GROUP_OUTCOMES)
}


def with_outcomes(counts: pd.DataFrame, hidden: HiddenCellValue = "middle") -> pd.DataFrame:
    """Counts with a column for each outcome that they allow.

    Args:
        counts: Of :func:`indicators.evaluation.panel.municipality_counts`, or groups' sums of them.
        hidden: What a hidden cell counts as: 1, 2.5 or 4.
    """
    if hidden != "middle":
        counts = counts.assign(
            **{name: counts[f"{name}_{hidden}"] for name in HIDEABLE if name in counts}
        )
    known = {
        name: outcome for name, outcome in OUTCOMES.items() if set(outcome.counts) <= {*counts}
    }
    return counts.assign(**{name: outcome.of(counts) for name, outcome in known.items()})


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


def build_panel(
    table: pd.DataFrame,
    snapshots: Snapshots,
    areas: Areas,
    rules: SampleRules,
    belonging: pd.DataFrame | None = None,
) -> Panel:
    """Build the panel.

    Args:
        table: The long table of StatFin's figures, of every area and month.
        snapshots: What it was computed from.
        areas: Trials and mergers.
        rules: Who and what is in it.
        belonging: Of :func:`indicators.evaluation.sample.assign_regions`, for many panels of the
            same snapshots; found here without it.

    Raises:
        DataError: The region of a municipality does not follow from the snapshots.
        UsageError: The rules leave no treated or no control municipality.
    """
    if belonging is None:
        belonging = assign_regions(snapshots)
    units = municipality_roles(areas, belonging, rules)
    panel_frame = municipality_counts(table)
    panel_frame = panel_frame[panel_frame["month"].between(rules.first_month, rules.last_month)]
    # Areas of vintages of other months are of other divisions.
    months = [month for month in snapshots.months if rules.first_month <= month <= rules.last_month]
    panel_frame = panel_frame[panel_frame["unit"].isin(snapshots.of(months).areas)]
    panel_frame = panel_frame.merge(
        further_counts(snapshots, sorted(panel_frame["month"].unique())),
        on=["unit", "month"],
        how="left",
    )
    steps = Attrition.begin(panel_frame, units)
    steps = steps.keep_units("no_role", units.index[units["role"] != ""])
    steps = _exclude_merged(steps, areas, rules)
    steps = _exclude_small(steps, units, rules)
    if rules.widest_bounds is not None:
        width = bounds_width(steps.counts).groupby(steps.counts["unit"]).mean()
        steps = steps.keep_units("hidden_cells", width.index[~(width > rules.widest_bounds)])
    steps = steps.keep_months(
        "covid",
        [candidate for candidate in panel_frame["month"].unique() if rules.keeps(candidate)],
    )
    sized = units.assign(labour_force=_labour_force_size(panel_frame, rules))
    sized.loc[~sized.index.isin(steps.counts["unit"]) & (sized["role"] != ""), "reason"] = "rules"
    sized.loc[sized["reason"] == "rules", "role"] = ""
    panel = Panel(rules, sized, steps.counts.reset_index(drop=True), steps.table)
    _check_panel(panel)
    return panel


def build_with_all_months(
    table: pd.DataFrame,
    snapshots: Snapshots,
    areas: Areas,
    rules: SampleRules,
    belonging: pd.DataFrame | None = None,
) -> Panel:
    """The municipalities that the rules choose, in all months: COVID is shown, not cut out.

    Who is in it is that of :func:`build_panel`: measured on the months that the rules keep.
    """
    if belonging is None:
        belonging = assign_regions(snapshots)
    chosen = build_panel(table, snapshots, areas, rules, belonging)
    every = replace(rules, covid=None, least_labour_force=0, widest_bounds=None)
    counts = build_panel(table, snapshots, areas, every, belonging).counts
    kept = counts["unit"].isin(set(chosen.counts["unit"]))
    return replace(
        chosen, rules=replace(rules, covid=None), counts=counts[kept].reset_index(drop=True)
    )


def change_rules(panel_rules: SampleRules, **changes: object) -> SampleRules:
    """The rules with some of them changed."""
    return replace(panel_rules, **changes)  # type: ignore[arg-type]


def with_time(frame: pd.DataFrame, rules: SampleRules) -> pd.DataFrame:
    """Add the time since the trial began.

    Returns:
        The frame with ``t``, calendar months since the start (0 is the first treated month);
        ``period``, the same counted over the months kept, so that −1 is the last one before the
        window left out; ``trial_year``, twelve periods from March on (0 is the first year); and
        ``calendar_year``, twelve calendar months likewise, which keeps its distance over a window
        left out.
    """
    months = sorted(frame["month"].unique())
    t = {month: _months_between(rules.start, month) for month in months}
    before = [month for month in months if month < rules.start]
    period = {month: number - len(before) for number, month in enumerate(before)}
    period |= {month: t[month] for month in months if month >= rules.start}
    timed = frame.assign(t=frame["month"].map(t), period=frame["month"].map(period))
    return timed.assign(
        trial_year=np.floor_divide(timed["period"], 12),
        calendar_year=np.floor_divide(timed["t"], 12),
    )


def _months_between(start: str, month: str) -> int:
    return (int(month[:4]) - int(start[:4])) * 12 + int(month[5:]) - int(start[5:])


def _sample_base_month(rules: SampleRules) -> str:
    return shift_month(rules.covid[0] if rules.covid else rules.start, -1)


def _labour_force_size(found: pd.DataFrame, rules: SampleRules) -> pd.Series:
    at = found[found["month"] == _sample_base_month(rules)]
    return at.set_index("unit")["labour_force"]


def _exclude_merged(steps: Attrition, areas: Areas, rules: SampleRules) -> Attrition:
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


def _exclude_small(steps: Attrition, units: pd.DataFrame, rules: SampleRules) -> Attrition:
    size = _labour_force_size(steps.counts, rules).reindex(units.index)
    return steps.keep_units("small", size.index[size >= rules.least_labour_force])


def _check_panel(panel: Panel) -> None:
    for role in ("treated", "control"):
        if not panel.of_role(role):
            raise UsageError(f"the sample rules leave no {role} municipality; loosen them")
