"""Who is treated, who is a control, who is neither and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from indicators.areas import Areas
from indicators.evaluation.panel.rules import SampleRules

TREATED, CONTROL = "treated", "control"
ALAND = "MK21"
#: Kuhmoinen joined Pirkanmaa in 2021; whether it joined the trial is not known.
UNCLEAR = ("291",)


def roles(areas: Areas, belonging: pd.DataFrame, rules: SampleRules) -> pd.DataFrame:
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
    for reason, units in _left_out(areas, belonging, rules, first):
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
    told = pd.DataFrame.from_dict(
        found, orient="index", columns=["role", "trial_area", "start", "reason"]
    )
    return belonging.join(told)


def _left_out(
    areas: Areas, belonging: pd.DataFrame, rules: SampleRules, first: date
) -> list[tuple[str, Sequence[str]]]:
    """Reasons and the municipalities they hold for; the later reason is the one that is told."""

    def named(codes: Sequence[str]) -> list[str]:
        return [f"KU{areas.successor(code, first)}" for code in codes]

    left: list[tuple[str, Sequence[str]]] = []
    if rules.drop_earlier_trials:
        before = [trial.municipality for trial in areas.trials if trial.end and trial.end < first]
        left.append(("earlier_trial", named(before)))
    if rules.drop_doubtful:
        doubtful = [trial.municipality for trial in areas.doubtful_controls]
        left.append(("doubtful", named([*doubtful, *UNCLEAR])))
    # A place that was chosen and then stayed out was ready to be treated: no clean control.
    left.append(("planned", named([trial.municipality for trial in areas.planned])))
    if rules.drop_aland:
        left.append(("aland", list(belonging.index[belonging["region"] == ALAND])))
    return left
