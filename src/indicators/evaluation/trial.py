"""The panel of the report, for estimators of one's own."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from indicators.errors import UsageError
from indicators.evaluation.sample import SampleRules

_OF_UNIT = ["region", "subregion", "trial_area"]


def trial_panel(
    statfin: Path | str | None = None, *, project: Path | str | None = None, **rules: Any
) -> pd.DataFrame:
    """The panel of municipalities and months of the evaluation report (its main sample).

    Examples:
        A difference-in-differences of one's own::

            panel = indicators.trial_panel("data/raw/statfin")
            result = indicators.evaluation.difference_in_differences(
                panel, unit="unit", time="month", outcome="unemployment_share",
                treated_from=panel.groupby("unit")["treated_from"].first(),
            )

    Args:
        statfin: Table 12r5 of StatFin, as of :func:`indicators.compute`; the project's snapshots
            if not given.
        project: Folder of the project, whose key of trials says who was treated; where it is run
            if not given.
        rules: Fields of :class:`indicators.evaluation.sample.SampleRules` in place of those of the
            main sample, such as ``last_month="2022-02"`` or ``drop_earlier_trials=True``.

    Returns:
        One row a municipality of the sample and month: ``unit`` (``KU398`` …) and ``month``;
        counts in persons (``labour_force``, ``unemployed``, ``services``, ``long_term``, and bounds
        of those with hidden cells); outcomes in percent (``unemployment_share``,
        ``extended_share``, ``activation_rate``, ``long_term_share``) and natural logarithms
        (``log_unemployed`` …), missing where no vintage holds the counts; ``t``, months since the
        trial began, ``period``, the same without the months left out, and ``trial_year``;
        ``treated`` (truth value), ``treated_from`` (first treated month, missing for controls),
        ``trial_area``, ``region`` and ``subregion``. ``attrs["attrition"]`` has a record for each
        rule with what it left.

    Raises:
        UsageError: There is no project, no such rule, no such file or folder, or the rules leave
            nobody.
        DataError: A source is damaged, or the region of a municipality does not follow from it.
    """
    from indicators.areas.areas import load_areas
    from indicators.computing import compute_all
    from indicators.evaluation.panel import build_panel
    from indicators.evaluation.study.plan import MAIN_RULES
    from indicators.settings.loading import load_settings

    known = [field.name for field in fields(SampleRules)]
    if unknown := [name for name in rules if name not in known]:
        raise UsageError(
            f"trial_panel: no rule is called {', '.join(unknown)}; known are {', '.join(known)}"
        )
    settings = load_settings(None if project is None else Path(project))
    chosen = replace(MAIN_RULES, **rules)
    source = settings.statfin.directory if statfin is None else Path(statfin)
    # As in the report: vintages that hold later months alone have nothing to do with it.
    computed = compute_all([chosen.last_month], statfin=source, until=chosen.last_month)
    panel = build_panel(computed.indicators, computed.snapshots, load_areas(settings), chosen)
    frame = panel.outcomes()
    units = panel.units.loc[frame["unit"]]
    treated = (units["role"] == "treated").to_numpy()
    started = units["start"].where(treated).to_numpy()
    frame = frame.assign(treated=treated, treated_from=started)
    frame = frame.assign(**{name: units[name].to_numpy() for name in _OF_UNIT})
    frame.attrs["attrition"] = panel.attrition.to_dict("records")
    return frame
