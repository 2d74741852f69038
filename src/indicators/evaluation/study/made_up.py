"""The register's methods on made-up people, with an effect planted in them that must be found.

Nobody here lives. A made-up register is written, spells of unemployment are read from it, and in
the trial's target group, in the trial's municipalities, from the trial's start on, leaving for
open-market work is made more frequent by a known ratio. What the estimators find is held against
that ratio, and against one where nothing was planted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from indicators.evaluation.individuals.triple import triple_difference
from indicators.evaluation.study.people import MadeUp
from indicators.evaluation.survival.causes import CAUSES
from indicators.evaluation.survival.hazards import Hazards, cox_hazard, discrete_hazard
from indicators.evaluation.survival.incidence import cumulative_incidence
from indicators.evaluation.survival.person_months import person_months
from indicators.evaluation.survival.planting import plant
from indicators.evaluation.survival.spells import unemployment_spells
from indicators.register.store import open_register
from indicators.sources.synthetic import synthesise

PLANTED_CAUSE = "open_market"
#: Days since the start of a spell at which shares that left are given.
DAYS = (90, 180, 365)
#: The treated's, and what stands for what differs between areas, groups and times anyway.
EFFECT = "treated"
TERMS = ("trial", "target", "trial_target", "trial_after", "target_after", EFFECT)


def made_up(members: Sequence[str], start: str, choices: MadeUp) -> dict[str, pd.DataFrame]:
    """Run the register's methods on a made-up register.

    Args:
        members: Area codes of the trial's municipalities.
        start: Its first month, ``YYYY-MM``.
        choices: What is made up.

    Returns:
        ``made_up_hazards``, one row a version (``planted``, ``nothing``), model and cause;
        ``made_up_triple``, one row a version; ``made_up_incidence``, shares that left by cause.
    """
    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        register = Path(folder) / "register"
        synthesise(
            register,
            persons=choices.persons,
            seed=choices.seed,
            layout="canonical",
            last_month=choices.last_month,
        )
        spells = unemployment_spells(open_register(register), choices.first, choices.last)
    # Those laid off have a job to go back to: their return is no finding of work.
    spells = spells[~spells["laid_off"]].reset_index(drop=True)
    spells["trial"] = spells["municipality"].isin([code.removeprefix("KU") for code in members])
    nothing = with_terms(person_months(spells, most=choices.months), start)
    treated = nothing[EFFECT]
    planted = plant(nothing, treated, PLANTED_CAUSE, choices.ratio, choices.seed)
    versions = {"planted": planted, "nothing": nothing}
    return {
        "made_up_hazards": _hazards(versions, choices),
        "made_up_triple": _triple(versions, start, choices),
        "made_up_incidence": _incidence(spells, start, choices),
    }


def with_terms(frame: pd.DataFrame, start: str) -> pd.DataFrame:
    """Person-months with the terms of a triple difference, and their quarter."""
    trial, target = frame["trial"], frame["target_group"]
    after = frame["month"] >= start
    return frame.assign(
        quarter=pd.PeriodIndex(frame["month"], freq="M").asfreq("Q").astype(str),
        target=target,
        trial_target=trial & target,
        trial_after=trial & after,
        target_after=target & after,
        treated=trial & target & after,
    )


def _hazards(versions: dict[str, pd.DataFrame], choices: MadeUp) -> pd.DataFrame:
    rows = []
    for version, frame in versions.items():
        for cause in CAUSES if version == "planted" else (PLANTED_CAUSE,):
            rows.append(_hazard(version, "cloglog", cause, _by_month(frame, cause), choices))
        rows.append(_hazard(version, "cox", PLANTED_CAUSE, _cox(frame), choices))
    figures = ["ratio", "ci_low", "ci_high", "p_value"]
    return _without_small(pd.DataFrame(rows), figures, choices)


def _by_month(frame: pd.DataFrame, cause: str) -> Hazards:
    baseline = ("duration", "quarter")
    return discrete_hazard(frame, cause=cause, terms=TERMS, baseline=baseline, link="cloglog")


def _cox(frame: pd.DataFrame) -> Hazards:
    """The same by partial likelihood: every quarter has a baseline of its own, free in duration."""
    episodes = frame.assign(entry=frame["duration"] - 1, exit=frame["duration"])
    return cox_hazard(episodes, cause=PLANTED_CAUSE, terms=TERMS, strata="quarter")


def _hazard(
    version: str, model: str, cause: str, found: Hazards, choices: MadeUp
) -> dict[str, object]:
    [row] = found.table[found.table["term"] == EFFECT].to_dict("records")
    is_planted = version == "planted" and cause == PLANTED_CAUSE
    return {
        "version": version,
        "model": model,
        "cause": cause,
        "truth": choices.ratio if is_planted else 1.0,
        "ratio": row["ratio"],
        "ci_low": np.exp(row["ci_low"]),
        "ci_high": np.exp(row["ci_high"]),
        "p_value": row["p_value"],
        "rows": found.rows,
        "events": found.events,
    }


def _triple(versions: dict[str, pd.DataFrame], start: str, choices: MadeUp) -> pd.DataFrame:
    rows = []
    for version, frame in versions.items():
        panel = rates(frame, choices.least_rows)
        treated = sorted(panel.loc[panel["trial"], "municipality"].unique())
        found = triple_difference(
            panel,
            area="municipality",
            group="target_group",
            time="month",
            outcome="rate",
            treated_from=dict.fromkeys(treated, start),
        )
        rows.append(
            {"version": version, "truth": _truth(frame, version, choices)}
            | found.table.drop(columns="term").iloc[0].to_dict()
            | {"areas": panel["municipality"].nunique(), "treated": len(treated)}
        )
    return pd.DataFrame(rows)


def rates(frame: pd.DataFrame, least_rows: float) -> pd.DataFrame:
    """Monthly rate of leaving for open-market work, percent, by municipality and group."""
    keys = ["municipality", "trial", "target_group", "month"]
    left = (frame["event"] == PLANTED_CAUSE).groupby([frame[key] for key in keys])
    panel = left.agg(["mean", "size"]).reset_index()
    usual = panel.groupby("municipality")["size"].transform("mean")
    return panel.assign(rate=100 * panel["mean"])[usual >= least_rows]


def _truth(frame: pd.DataFrame, version: str, choices: MadeUp) -> float:
    """Percentage points that the planted ratio adds to the treated's monthly rate."""
    if version != "planted":
        return 0.0
    rate = 100 * float((frame.loc[frame[EFFECT], "event"] == PLANTED_CAUSE).mean())
    return rate * (1 - 1 / choices.ratio)


def _incidence(spells: pd.DataFrame, start: str, choices: MadeUp) -> pd.DataFrame:
    began = spells[spells["start"] >= f"{start}-01"]
    table = cumulative_incidence(began, days=DAYS, by=["trial", "target_group"])
    return _without_small(table, ["share", "std_error", "ci_low", "ci_high"], choices)


def _without_small(table: pd.DataFrame, columns: list[str], choices: MadeUp) -> pd.DataFrame:
    """Hide what too few people stand behind: it could tell of one of them."""
    hidden = table["events"] < choices.least_events
    table.loc[hidden, [*columns, "events"]] = np.nan
    return table
