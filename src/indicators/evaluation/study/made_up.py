"""The register's methods on made-up people, with an effect planted in them that must be found.

Nobody here lives. A made-up register is written, spells of unemployment are read from it, and in
the trial's target group, in the trial's municipalities, from the trial's start on, leaving for
open-market work is made more frequent by a known ratio. What the estimators find is held against
that ratio, and against one where nothing was planted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indicators.calendar import last_day
from indicators.errors import UsageError
from indicators.evaluation.individuals import triple_difference
from indicators.evaluation.spell_data import EXIT_CAUSES, person_months, spells_begun
from indicators.evaluation.survival import (
    Hazards,
    cox_hazard,
    cumulative_incidence,
    discrete_hazard,
)
from indicators.register.store import open_register
from indicators.synthetic.synthesise import synthesise

PLANTED_CAUSE = "open_market"
#: Days since the start of a spell at which shares that left are given.
DAYS = (90, 180, 365)
#: The treated's, and what stands for what differs between areas, groups and times anyway.
EFFECT_TERM = "treated"
TERMS = ("trial", "target", "trial_target", "trial_after", "target_after", EFFECT_TERM)


def plant_effect(
    frame: pd.DataFrame, treated: pd.Series, cause: str, ratio: float, seed: int
) -> pd.DataFrame:
    """Person-months in which the treated leave more often by a cause.

    Args:
        frame: Of :func:`person_months`, from a made-up register.
        treated: Whether each row is treated.
        cause: The cause.
        ratio: The treated's hazard of the cause becomes so many times what it is, at every
            duration; above 1.
        seed: Of the draw.

    Returns:
        The frame in which some months without an event have become ends by the cause, and what
        would have come after them is left out.

    Raises:
        UsageError: The ratio is not above 1.
    """
    if ratio <= 1:
        raise UsageError("ratio: only a ratio above 1 can be planted")
    chosen = treated.to_numpy(dtype=bool)
    by_duration = frame.groupby([frame["duration"], chosen])["event"]
    hazard = by_duration.transform(lambda event: (event == cause).mean())
    quiet = by_duration.transform(lambda event: (event == "").mean())
    chance = ((ratio - 1) * hazard / quiet.where(quiet > 0, 1)).clip(upper=1)
    drawn = np.random.default_rng(seed).random(len(frame)) < chance
    new = drawn & chosen & (frame["event"] == "")
    ended = new.groupby(frame["spell"]).cumsum() - new > 0
    planted: pd.DataFrame = frame.assign(event=frame["event"].mask(new, cause))[~ended]
    return planted.reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class MadeUpPlan:
    """The choices of a made-up study.

    Attributes:
        persons: How many; those beyond 60 000 live outside the trial.
        seed: Of the register and of the planting.
        last_month: The register's last month.
        first: First day on which a spell may begin.
        last: Last such day.
        months: Months of duration followed.
        ratio: How many times as often the treated leave for open-market work.
        least_rows: Fewest people at risk, on average, of an area's group in a month.
        least_events: Fewest ends by a cause of which a figure may be published.
    """

    persons: int = 100_000
    seed: int = 2021
    last_month: str = "2023-06"
    first: date = date(2019, 9, 1)
    last: date = date(2022, 8, 31)
    months: int = 6
    ratio: float = 1.3
    least_rows: float = 10.0
    least_events: int = 10

    @property
    def extract_date(self) -> date:
        """The last day that the register knows of."""
        return last_day(self.last_month)

    def as_manifest(self) -> dict[str, Any]:
        """The choices as plain values, for a manifest."""
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return asdict(self) | days


def evaluate_made_up(
    members: Sequence[str], start: str, choices: MadeUpPlan
) -> dict[str, pd.DataFrame]:
    """Run the register's methods on a made-up register.

    Args:
        members: Area codes of the trial's municipalities.
        start: Its first month, ``YYYY-MM``.
        choices: Of the made-up register and of the effect planted in it.

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
        spells = spells_begun(open_register(register), choices.first, choices.last)
    # Those laid off have a job to go back to: their return is no finding of work.
    spells = spells[~spells["laid_off"]].reset_index(drop=True)
    spells["trial"] = spells["municipality"].isin([code.removeprefix("KU") for code in members])
    nothing = with_terms(person_months(spells, most=choices.months), start)
    treated = nothing[EFFECT_TERM]
    planted = plant_effect(nothing, treated, PLANTED_CAUSE, choices.ratio, choices.seed)
    versions = {"planted": planted, "nothing": nothing}
    return {
        "made_up_hazards": _hazard_results(versions, choices),
        "made_up_triple": _triple_differences(versions, start, choices),
        "made_up_incidence": _incidence_results(spells, start, choices),
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


def _hazard_results(versions: dict[str, pd.DataFrame], choices: MadeUpPlan) -> pd.DataFrame:
    rows = []
    for version, frame in versions.items():
        for cause in EXIT_CAUSES if version == "planted" else (PLANTED_CAUSE,):
            rows.append(
                _hazard_row(version, "cloglog", cause, _monthly_hazard(frame, cause), choices)
            )
        rows.append(_hazard_row(version, "cox", PLANTED_CAUSE, _cox_hazard(frame), choices))
    figures = ["ratio", "ci_low", "ci_high", "p_value"]
    return _hide_small(pd.DataFrame(rows), figures, choices)


def _monthly_hazard(frame: pd.DataFrame, cause: str) -> Hazards:
    baseline = ("duration", "quarter")
    return discrete_hazard(frame, cause=cause, terms=TERMS, baseline=baseline, link="cloglog")


def _cox_hazard(frame: pd.DataFrame) -> Hazards:
    """The same by partial likelihood: every quarter has a baseline of its own, free in duration."""
    episodes = frame.assign(entry=frame["duration"] - 1, exit=frame["duration"])
    return cox_hazard(episodes, cause=PLANTED_CAUSE, terms=TERMS, strata="quarter")


def _hazard_row(
    version: str, model: str, cause: str, found: Hazards, choices: MadeUpPlan
) -> dict[str, object]:
    [row] = found.table[found.table["term"] == EFFECT_TERM].to_dict("records")
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


def _triple_differences(
    versions: dict[str, pd.DataFrame], start: str, choices: MadeUpPlan
) -> pd.DataFrame:
    rows = []
    for version, frame in versions.items():
        panel = leaving_rates(frame, choices.least_rows)
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
            {"version": version, "truth": _planted_difference(frame, version, choices)}
            | found.table.drop(columns="term").iloc[0].to_dict()
            | {"areas": panel["municipality"].nunique(), "treated": len(treated)}
        )
    return pd.DataFrame(rows)


def leaving_rates(frame: pd.DataFrame, least_rows: float) -> pd.DataFrame:
    """Monthly rate of leaving for open-market work, percent, by municipality and group."""
    keys = ["municipality", "trial", "target_group", "month"]
    left = (frame["event"] == PLANTED_CAUSE).groupby([frame[key] for key in keys])
    panel = left.agg(["mean", "size"]).reset_index()
    usual = panel.groupby("municipality")["size"].transform("mean")
    return panel.assign(rate=100 * panel["mean"])[usual >= least_rows]


def _planted_difference(frame: pd.DataFrame, version: str, choices: MadeUpPlan) -> float:
    """Percentage points that the planted ratio adds to the treated's monthly rate."""
    if version != "planted":
        return 0.0
    rate = 100 * float((frame.loc[frame[EFFECT_TERM], "event"] == PLANTED_CAUSE).mean())
    return rate * (1 - 1 / choices.ratio)


def _incidence_results(spells: pd.DataFrame, start: str, choices: MadeUpPlan) -> pd.DataFrame:
    began = spells[spells["start"] >= f"{start}-01"]
    table = cumulative_incidence(began, days=DAYS, by=["trial", "target_group"])
    return _hide_small(table, ["share", "std_error", "ci_low", "ci_high"], choices)


def _hide_small(table: pd.DataFrame, columns: list[str], choices: MadeUpPlan) -> pd.DataFrame:
    """Hide what too few people stand behind: it could reveal something about one of them."""
    hidden = table["events"] < choices.least_events
    table.loc[hidden, [*columns, "events"]] = np.nan
    return table
