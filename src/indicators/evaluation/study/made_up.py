"""The register's methods on made-up people, with an effect planted in the register itself.

Nobody here lives. In the planted version the trial's target group, in the trial's municipalities,
from the trial's start on, finds open-market work more often by a known ratio; in the other version
nothing is planted. Both have the same areas' shocks. What the estimators find in the two registers
is held against what planting changed, and against nothing; one register proves little, so the
table of 200 stands beside (``individuals_monte_carlo.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from indicators.areas.divisions import Divisions
from indicators.calendar import last_day
from indicators.evaluation.area_effects import hazard_effects, mean_effects
from indicators.evaluation.area_inference import compare_areas
from indicators.evaluation.entrants import WORK, Cohorts, entrants, with_outcomes
from indicators.evaluation.spell_data import spells_at_risk
from indicators.evaluation.study.individuals import (
    IndividualsPlan,
    hazard_ratios,
    incidence_by_cause,
)
from indicators.evaluation.study.individuals_monte_carlo import (
    kept_results,
    prepared_spells,
    risk_table,
    study_areas,
)

#: Months after the spell began at which the triple difference asks for open-market work.
MONTHS = 6
# Smaller sub-regions of a region are one area.
_LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class MadeUpPlan:
    """The choices of a made-up study.

    Attributes:
        persons: How many; those beyond ``region_persons`` live outside the trial.
        region_persons: How many live in the trial's region.
        seed: Of the register and of the areas' shocks.
        last_month: The register's last month.
        ratio: What the treated's hazard of open-market work is multiplied by.
        spread: Standard deviation of the logarithm of what it is multiplied by in each area and
            group before and after, by chance.
        least_events: Fewest ends by a cause of which a figure may be published.
    """

    persons: int = 90_000
    region_persons: int = 30_000
    seed: int = 2021
    last_month: str = "2023-06"
    ratio: float = 1.5
    spread: float = 0.04
    least_events: int = 10

    @property
    def extract_date(self) -> date:
        """The last day that the register knows of."""
        return last_day(self.last_month)

    def as_manifest(self) -> dict[str, Any]:
        """The choices as plain values, for a manifest."""
        return asdict(self)


def evaluate_made_up(
    members: Sequence[str], start: str, choices: MadeUpPlan, divisions: Divisions
) -> dict[str, pd.DataFrame]:
    """Run the register's methods on two made-up registers, one with an effect planted in it.

    Args:
        members: Area codes of the trial's municipalities.
        start: Its first month, ``YYYY-MM``.
        choices: Of the made-up registers and of the effect planted in one.
        divisions: The key of areas; sub-regions are what chance is read from.

    Returns:
        ``made_up_hazards``, one row a version (``planted``, ``nothing``), model and cause;
        ``made_up_triple``, one row a version; ``made_up_incidence``, shares that left by cause
        where nothing was planted; ``made_up_monte_carlo``, 200 registers.
    """
    own = frozenset(code.removeprefix("KU") for code in members)
    area_of = study_areas(divisions, _LEAST_SHARE, own)
    plan = IndividualsPlan(
        own, area_of, date.fromisoformat(f"{start}-01"), least=choices.least_events
    )
    known = {
        version: _spells(plan, choices, ratio)
        for version, ratio in (("planted", choices.ratio), ("nothing", 1.0))
    }
    return {
        "made_up_hazards": _hazard_results(known, plan, choices),
        "made_up_triple": _triple_differences(known, plan, choices),
        "made_up_incidence": incidence_by_cause(known["nothing"], plan),
        "made_up_monte_carlo": kept_results()[0],
    }


def _spells(plan: IndividualsPlan, choices: MadeUpPlan, ratio: float) -> pd.DataFrame:
    from indicators.synthetic.in_memory import made_up_register
    from indicators.synthetic.model import first_day_of_month
    from indicators.synthetic.people import municipality_frame
    from indicators.synthetic.planted import planted_exits

    codes = municipality_frame()["municipality"]
    planted = planted_exits(
        first_day_of_month(f"{plan.start:%Y-%m}"),
        np.isin(codes, list(plan.members)),
        ratio=ratio,
        areas=np.unique([plan.area_of[code] for code in codes], return_inverse=True)[1],
        spread=choices.spread,
        seed=choices.seed,
    )
    register = made_up_register(
        choices.persons,
        choices.seed,
        region_persons=choices.region_persons,
        last_month=choices.last_month,
        planted=planted,
        moves=False,
    )
    first = (pd.Timestamp(Cohorts(plan.start).first) - pd.DateOffset(years=1)).date()
    spells = spells_at_risk(register, first, choices.extract_date)
    return prepared_spells(spells, plan.area_of, plan.members)


def _hazard_results(
    known: dict[str, pd.DataFrame], plan: IndividualsPlan, choices: MadeUpPlan
) -> pd.DataFrame:
    month = plan.start.year * 12 + plan.start.month - 1 - 1970 * 12
    own = {}
    for version, spells in known.items():
        areas = hazard_effects(
            risk_table(spells, plan.start, choices.extract_date), WORK, start=month
        )
        own[version] = float(areas.loc[areas["treated"], "effect"].mean())
    moved = float(np.exp(own["planted"] - own["nothing"]))
    parts = []
    for version, spells in known.items():
        table = hazard_ratios(spells, plan, choices.extract_date)
        if version == "nothing":
            table = table[table["cause"] == WORK]
        work = (table["cause"] == WORK) & (version == "planted")
        parts.append(table.assign(version=version, truth=np.where(work, moved, 1.0)))
    found = pd.concat(parts, ignore_index=True)
    names = ["version", "model", "cause", "truth", "ratio", "ci_low", "ci_high", "p_value"]
    return found[[*names, "events", "areas", "treated", "status"]]


def _triple_differences(
    known: dict[str, pd.DataFrame], plan: IndividualsPlan, choices: MadeUpPlan
) -> pd.DataFrame:
    """Percentage points of the flow in open-market work half a year after their spell began."""
    rows, own = [], {}
    for version, spells in known.items():
        entered = with_outcomes(
            entrants(spells, Cohorts(plan.start), "flow"), spells, choices.extract_date, [MONTHS]
        )
        areas = mean_effects(entered[~entered["laid_off"]], f"at_work_{MONTHS}")
        own[version] = float(areas.loc[areas["treated"], "effect"].mean())
        found = compare_areas(areas)
        row = found.table.iloc[0]
        figures = {name: 100 * float(row[name]) for name in ("estimate", "ci_low", "ci_high")}
        rows.append(
            {"version": version, "truth": 0.0}
            | figures
            | {"p_value": float(row["p_value"]), "areas": found.areas, "treated": found.treated}
        )
    rows[0]["truth"] = 100 * (own["planted"] - own["nothing"])
    return pd.DataFrame(rows)
