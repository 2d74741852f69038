"""The report's panels for estimators of one's own: of this trial and of earlier ones."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from indicators.areas.areas import Areas
from indicators.errors import UsageError
from indicators.evaluation.panel import (
    Panel,
    build_panel,
    build_with_all_months,
    frame_with_units,
    panel_frame,
)
from indicators.evaluation.sample import SampleRules

EarlierTrial = Literal["2012-15", "2017-18"]
# Base, first treated month and last month: three years before, and the trial itself.
_EARLIER: dict[str, tuple[str, str, str]] = {
    "2012-15": ("2009-09", "2012-09", "2015-12"),
    "2017-18": ("2014-08", "2017-08", "2018-12"),
}
_SIZE_MONTH = "2016-12"
_LEAST_LABOUR_FORCE = 1000


def trial_panel(
    statfin: Path | str | None = None,
    *,
    project: Path | str | None = None,
    all_months: bool = False,
    **rules: Any,
) -> pd.DataFrame:
    """The panel of municipalities and months of the evaluation report (its main sample).

    Examples:
        A difference-in-differences with errors by trial area::

            panel = indicators.trial_panel("data/raw/statfin", last_month="2022-02")
            result = indicators.evaluation.difference_in_differences(
                panel, unit="unit", time="month", outcome="unemployment_share",
                treated_from=panel.groupby("unit")["treated_from"].first(),
                cluster="cluster", weights="weight",
            )

    Args:
        statfin: Table 12r5 of StatFin, as of :func:`indicators.compute`; the project's snapshots
            if not given.
        project: Folder of the project, whose key of trials says who was treated; where it is run
            if not given.
        all_months: Whether the months of COVID, which the rules leave out, are given too, of the
            same municipalities.
        rules: Fields of :class:`indicators.evaluation.sample.SampleRules` in place of those of the
            main sample, such as ``last_month="2022-02"`` or ``drop_earlier_trials=True``.

    Returns:
        One row a municipality of the sample and month: ``unit`` (``KU398`` …) and ``month``;
        counts in persons (``labour_force``, ``unemployed``, ``services``, ``long_term``,
        ``laid_off``, ``under25``, ``foreign``, and ``_low`` and ``_high`` of those with hidden
        cells, which count as 2.5 where they stand for 1–4); outcomes in percent
        (``unemployment_share``, ``extended_share``, ``activation_rate``, ``long_term_share``,
        ``without_layoffs``, ``extended_without_layoffs``, ``under25_share``, ``foreign_share``;
        full-time layoffs are unemployed too) and natural logarithms
        (``log_unemployed`` …), missing where no vintage holds the counts; ``t``, months since the
        trial began, ``period``, the same without the months left out, ``trial_year`` and
        ``calendar_year``, twelve of either; ``treated`` (truth value), ``treated_from`` (first
        treated month, missing for controls), ``trial_area``, ``region``, ``subregion``;
        ``cluster``, where treatment was decided: the trial area, of controls the sub-region;
        ``weight``, the labour force of the month before the window left out (2/2020).
        ``attrs["attrition"]`` has a record for each rule with what it left.

    Raises:
        UsageError: There is no project, no such rule, no such file or folder, or the rules leave
            nobody.
        DataError: A source is damaged, or the region of a municipality does not follow from it.
    """
    from indicators.evaluation.study.plan import MAIN_RULES

    panel, _ = _load(statfin, project, replace(MAIN_RULES, **_known(rules)), all_months)
    frame = panel_frame(panel)
    frame.attrs["attrition"] = panel.attrition.to_dict("records")
    return frame


def earlier_trial_panel(
    trial: EarlierTrial,
    statfin: Path | str | None = None,
    *,
    project: Path | str | None = None,
) -> pd.DataFrame:
    """The same of an earlier trial, whose effects have been published: a known answer.

    Args:
        trial: ``2012-15`` or ``2017-18``.
        statfin: As of :func:`indicators.trial_panel`.
        project: As of :func:`indicators.trial_panel`.

    Returns:
        Columns as of ``trial_panel``, without ``t``, ``period`` and years. Municipalities are
        those with a clear role in 2021 (doubtful controls too, for they were none then) and a
        labour force of 1,000 in 12/2016; members of the earlier trial are treated, all others are
        controls. Months are the three years before its start and the trial.

    Raises:
        UsageError: There is no such trial, project, file or folder.
        DataError: As of :func:`indicators.trial_panel`.
    """
    if trial not in _EARLIER:
        raise UsageError(f"trial: write one of {', '.join(_EARLIER)}")
    panel, areas = _load(statfin, project, earlier_trial_rules(trial), all_months=False)
    return earlier_trial_frame(trial, panel, areas)


def earlier_trial_rules(trial: EarlierTrial) -> SampleRules:
    """Rules of the panel that an earlier trial's municipalities are chosen from."""
    return SampleRules(
        first_month=_EARLIER[trial][0],
        # The whole of the full table: its regions are those of the vintage that has them.
        last_month="2022-02",
        covid=None,
        drop_doubtful=False,
        least_labour_force=0,
        widest_bounds=None,
    )


def earlier_trial_frame(trial: EarlierTrial, panel: Panel, areas: Areas) -> pd.DataFrame:
    """An earlier trial's panel, as :func:`earlier_trial_panel` gives it, from one that is built.

    Args:
        trial: ``2012-15`` or ``2017-18``.
        panel: Of :func:`earlier_trial_rules`.
        areas: Trials and mergers.
    """
    _, start, last = _EARLIER[trial]
    members = _members(areas, start)
    counts = panel.counts
    size = counts[counts["month"] == _SIZE_MONTH].set_index("unit")["labour_force"]
    units = panel.units[size.reindex(panel.units.index) >= _LEAST_LABOUR_FORCE]
    units = units.assign(labour_force=size.reindex(units.index))
    area = pd.Series(members).reindex(units.index).fillna("")
    treated = area != ""
    kept = counts["unit"].isin(units.index) & (counts["month"] <= last)
    chosen = replace(panel, units=units, counts=counts[kept].reset_index(drop=True))
    frame = frame_with_units(chosen, treated, pd.Series(start, units.index).where(treated), area)
    return frame.drop(columns=["t", "period", "trial_year", "calendar_year"])


def _members(areas: Areas, start: str) -> dict[str, str]:
    """Trial area of each municipality of today that was in the trial which began in a month."""
    today = date(2021, 3, 1)
    return {
        f"KU{areas.successor(member.municipality, today)}": member.trial_area
        for member in areas.trials
        if member.start is not None and f"{member.start:%Y-%m}" == start
    }


def _known(rules: dict[str, Any]) -> dict[str, Any]:
    known = [field.name for field in fields(SampleRules)]
    if unknown := [name for name in rules if name not in known]:
        raise UsageError(
            f"trial_panel: no rule is called {', '.join(unknown)}; known are {', '.join(known)}"
        )
    return rules


def _load(
    statfin: Path | str | None, project: Path | str | None, rules: SampleRules, all_months: bool
) -> tuple[Panel, Areas]:
    from indicators.areas.areas import load_areas
    from indicators.computing import compute_all
    from indicators.settings.loading import load_settings

    settings = load_settings(None if project is None else Path(project))
    source = settings.statfin.directory if statfin is None else Path(statfin)
    # As in the report: vintages that hold later months alone have nothing to do with it.
    computed = compute_all([rules.last_month], statfin=source, until=rules.last_month)
    areas = load_areas(settings)
    build = build_with_all_months if all_months else build_panel
    return build(computed.indicators, computed.snapshots, areas, rules), areas
