"""Individuals of a register: what is estimated of them, and what of it may be seen.

All that leaves this module is protected: no share, mean or hazard stands on fewer than ten persons
or ends (:attr:`IndividualsPlan.least`), nor on all but fewer than ten; nothing of a person is in a
frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from indicators.areas.areas import Areas
from indicators.errors import DataError
from indicators.evaluation.area_effects import hazard_effects
from indicators.evaluation.area_inference import compare_areas
from indicators.evaluation.entrants import (
    MONTHS,
    WORK,
    Cohorts,
    entrants,
    with_outcomes,
)
from indicators.evaluation.individuals import FEW_TREATED
from indicators.evaluation.spell_data import EXIT_CAUSES, spells_at_risk
from indicators.evaluation.study.individuals_monte_carlo import (
    estimates,
    kept_results,
    prepared_spells,
    risk_table,
)
from indicators.evaluation.survival import cox_hazard, cumulative_incidence
from indicators.register.check import check_register
from indicators.register.store import Register, RegisterSource
from indicators.synthetic.writing import SOURCE as MADE_UP_SOURCE

Progress = Callable[[str], object]

SHOWN, SUPPRESSED, NOT_AVAILABLE = "shown", "suppressed", "not_available"
#: Days since the start of a spell at which shares that left are given.
DAYS = (90, 180, 365)
TRIAL_AREA = "trial"
_ESTIMATE = ("estimate", "ci_low", "ci_high", "p_value")


@dataclass(frozen=True, slots=True)
class IndividualsPlan:
    """The choices of the study.

    Attributes:
        members: Treated municipalities, three-digit codes.
        area_of: Area of each municipality that may be compared; the treated are one.
        start: First treated day.
        least: Fewest persons or ends behind a figure that may be seen.
    """

    members: frozenset[str]
    area_of: Mapping[str, str]
    start: date
    least: int = 10

    def as_manifest(self) -> dict[str, Any]:
        """The choices as plain values."""
        return {
            "members": sorted(self.members),
            "areas": {code: self.area_of[code] for code in sorted(self.area_of)},
            "start": self.start.isoformat(),
            "least": self.least,
        }


def plan_of_region(areas: Areas, members: tuple[str, ...], start: date) -> IndividualsPlan:
    """The plan of a region: compared with sub-regions' municipalities that were in no trial.

    Args:
        areas: The keys of areas and trials.
        members: Area codes of the region's municipalities.
        start: First day of its trial.
    """
    own = frozenset(code.removeprefix("KU") for code in members)
    divisions = areas.divisions
    area_of = dict.fromkeys(own, TRIAL_AREA)
    for subregion in divisions.of_kind("subregion"):
        for member in divisions.by_code[subregion].members:
            code = member.removeprefix("KU")
            if code not in own and areas.trial_area(code, start) is None:
                area_of[code] = subregion
    return IndividualsPlan(own, area_of, start)


def evaluate_register(
    register: Register, plan: IndividualsPlan, progress: Progress = lambda _: None
) -> dict[str, pd.DataFrame]:
    """Evaluate a region's trial on a register's individuals.

    Args:
        register: A canonical register; its invariants are checked first.
        plan: Of :func:`plan_of_region`.
        progress: Called with each step in a few words.

    Returns:
        ``individuals``: effects by sample, method, outcome and months; ``individuals_hazards``:
        cause-specific hazard ratios; ``individuals_shares``: shares in open-market work 3, 6 and
        12 months after entry by group; ``individuals_incidence``: shares that left by cause;
        ``individuals_monte_carlo``: what the methods find where the truth is known. Each other
        row has ``status``: ``shown``, ``suppressed`` (too few behind it) or ``not_available``
        (nobody to compare with, or the register does not reach so far), and ``data``:
        ``made_up`` or ``register``.

    Raises:
        DataError: The register breaks an invariant, or knows nothing after the start.
    """
    progress("the register's invariants")
    check_register(register.folder)
    if register.extract_date <= plan.start:
        raise DataError(
            f"{register.folder}: the extract knows until {register.extract_date}, and the trial "
            f"began on {plan.start}; give a later extract"
        )
    frames = individual_frames(register, plan, progress)
    kind = "made_up" if register.source == MADE_UP_SOURCE else "register"
    found = {name: frame.assign(data=kind) for name, frame in frames.items()}
    # How far these methods can be relied on, from registers in which the truth is known.
    return found | {"individuals_monte_carlo": kept_results()[0].assign(data="made_up")}


def individual_frames(
    register: RegisterSource, plan: IndividualsPlan, progress: Progress = lambda _: None
) -> dict[str, pd.DataFrame]:
    """As :func:`evaluate_register`, of a register whose invariants are known to hold."""
    cohorts, extract = Cohorts(plan.start), register.extract_date
    first = (pd.Timestamp(cohorts.first) - pd.DateOffset(years=1)).date()
    progress("spells of unemployment")
    spells = spells_at_risk(register, first, extract)
    known = prepared_spells(spells, plan.area_of, plan.members)
    if not known["trial"].any():
        raise DataError(
            f"register: nobody unemployed lives in the trial's municipalities "
            f"({', '.join(sorted(plan.members))}); name the region of the extract in the settings"
        )
    progress("stock and flow")
    shares = pd.concat([_shares(known, cohorts, sample, extract) for sample in ("stock", "flow")])
    effects = _effects(spells, known, plan, extract)
    progress("hazards by cause")
    hazards = hazard_ratios(known, plan, extract)
    return {
        "individuals": effects,
        "individuals_hazards": hazards,
        "individuals_shares": hide_few_shares(shares.reset_index(drop=True), plan.least),
        "individuals_incidence": incidence_by_cause(known, plan),
    }


def _effects(
    spells: pd.DataFrame, known: pd.DataFrame, plan: IndividualsPlan, extract: date
) -> pd.DataFrame:
    behind = _few_behind(known, plan, extract)
    rows = []
    try:
        for facts, areas in estimates(spells, plan.area_of, plan.members, plan.start, extract):
            few = behind.get((facts["sample"], facts["outcome"], facts["months"]), np.inf)
            rows.append(facts | compared(areas, plan.least, few))
    except DataError:
        # Fewer than two areas without a trial: nothing can be compared, and that is told.
        rows = rows or [
            dict.fromkeys(("sample", "outcome", "months", "method"), "all") | _no_estimate()
        ]
    return pd.DataFrame(rows)


def compared(areas: pd.DataFrame, least: int, few: float = np.inf) -> dict[str, object]:
    """One figure's estimate among areas, or why there is none.

    Args:
        areas: Of :mod:`indicators.evaluation.area_effects`.
        least: Fewest persons or ends of the treated.
        few: Fewest of them that are known from elsewhere.
    """
    treated = areas[areas["treated"]]
    if not len(treated) or (~areas["treated"]).sum() < max(3, len(treated) + 1):
        return _no_estimate()
    if min(float(treated["least"].min()), few) < least:
        return _no_estimate(SUPPRESSED) | {"areas": int((~areas["treated"]).sum())}
    found = compare_areas(areas)
    row = found.table.iloc[0]
    return {name: float(row[name]) for name in _ESTIMATE} | {
        "areas": found.areas,
        "treated": found.treated,
        "inference": "areas",
        "status": SHOWN,
    }


def _no_estimate(status: str = NOT_AVAILABLE) -> dict[str, object]:
    nothing = dict.fromkeys(_ESTIMATE, np.nan)
    return nothing | {"areas": 0, "treated": 0, "inference": "areas", "status": status}


def _few_behind(
    known: pd.DataFrame, plan: IndividualsPlan, extract: date
) -> dict[tuple[object, object, object], float]:
    """Fewest of the treated that reached an outcome, or did not, in any of its four cells."""
    found: dict[tuple[object, object, object], float] = {}
    for sample in ("stock", "flow"):
        entered = with_outcomes(entrants(known, Cohorts(plan.start), sample), known, extract)
        own = entered[entered["trial"] & ~entered["laid_off"]]
        for outcome in ("left", "at_work"):
            for months in MONTHS:
                cells = own.groupby(["target_group", "after"])[f"{outcome}_{months}"]
                counts = pd.concat([cells.sum(), cells.count() - cells.sum()])
                found[sample, outcome, months] = float(counts.min()) if len(counts) else 0.0
    return found


def _shares(known: pd.DataFrame, cohorts: Cohorts, sample: str, extract: date) -> pd.DataFrame:
    entered = with_outcomes(entrants(known, cohorts, sample), known, extract)
    entered = entered[~entered["laid_off"]]
    keys = ["trial", "target_group", "after"]
    parts = []
    for outcome in ("left", "at_work"):
        for months in MONTHS:
            cells = entered.groupby(keys)[f"{outcome}_{months}"].agg(["sum", "count"])
            found = cells.rename(columns={"sum": "events", "count": "persons"}).reset_index()
            parts.append(found.assign(sample=sample, outcome=outcome, months=months))
    table = pd.concat(parts, ignore_index=True)
    table["share"] = table["events"] / table["persons"]
    return table[["sample", "outcome", "months", *keys, "share", "events", "persons"]]


def hide_few_shares(table: pd.DataFrame, least: int) -> pd.DataFrame:
    """Hide shares behind which few stand, and those whose difference would show a few.

    Args:
        table: ``sample``, ``outcome``, ``months``, group columns, ``share``, ``events`` and
            ``persons``.
        least: Fewest events, and fewest persons without one.
    """
    table = table.assign(status=SHOWN)
    table.loc[table["persons"] == 0, "status"] = NOT_AVAILABLE
    rest = table["persons"] - table["events"]
    few = (table["events"] < least) | (rest < least)
    table.loc[few & (table["persons"] > 0), "status"] = SUPPRESSED
    keys = ["sample", "outcome", "trial", "target_group", "after"]
    table = _hide_few_between(table, table["events"], "months", keys, least)
    table[["share", "events", "persons"]] = table[["share", "events", "persons"]].astype(float)
    table.loc[table["status"] != SHOWN, ["share", "events", "persons"]] = np.nan
    return table


def _hide_few_between(
    table: pd.DataFrame, counts: pd.Series, time: str, keys: list[str], least: int
) -> pd.DataFrame:
    """Hide one of two shown counts of the same people between which only a few come."""
    table = table.copy()
    for _, rows in table.sort_values(time).groupby(keys):
        last = None
        for place in rows.index[rows["status"] == SHOWN]:
            gap = np.inf if last is None else abs(counts[place] - counts[last])
            if 0 < gap < least:
                table.loc[place, "status"] = SUPPRESSED
            else:
                last = place
    return table


def hazard_ratios(known: pd.DataFrame, plan: IndividualsPlan, extract: date) -> pd.DataFrame:
    """Cause-specific hazard ratios of the treated's target group after the start.

    Returns:
        One row a cause of the model ``areas`` (observed against expected ends, held against other
        areas), and one of the model ``cox`` for open-market work; ``ratio``, ``ci_low``,
        ``ci_high``, ``p_value``, ``events`` (ends of the treated), ``areas``, ``status``. Cox's
        row has no interval where fewer than five areas were treated: errors clustered by area are
        far too small there, and errors by person know nothing of areas.
    """
    risk = risk_table(known, plan.start, extract)
    month = plan.start.year * 12 + plan.start.month - 1 - 1970 * 12
    treated = risk["trial"] & risk["target_group"] & (risk["month"] >= month)
    rows = []
    for cause in EXIT_CAUSES:
        ends = int((treated & risk["ended"] & (risk["cause"] == cause)).sum())
        try:
            found = compared(hazard_effects(risk, cause, start=month), plan.least)
        except DataError:
            found = _no_estimate()
        rows.append({"cause": cause, "model": "areas", "events": ends} | _as_ratio(found))
    rows.append(_cox_row(risk, month))
    table = pd.DataFrame(rows)
    table["events"] = table["events"].astype(float)
    table.loc[table["events"] < plan.least, "status"] = SUPPRESSED
    hidden = table["status"] != SHOWN
    table.loc[hidden, ["ratio", "ci_low", "ci_high", "p_value", "events"]] = np.nan
    return table


def _as_ratio(found: Mapping[str, Any]) -> dict[str, object]:
    # An estimate that the interval of has no end: the exponential of infinity is infinite.
    ends = {name: float(np.exp(found[name])) for name in ("ci_low", "ci_high")}
    ratio = float(np.exp(found["estimate"]))
    kept = {name: found[name] for name in ("p_value", "areas", "treated", "status")}
    return {"ratio": ratio} | ends | kept


def _cox_row(risk: pd.DataFrame, month: int) -> dict[str, object]:
    """Cox's ratio: baselines by quarter and number of the spell, free in duration."""
    # A spell's months of one quarter are one row: at risk from the days that had passed.
    risk = risk.assign(quarter=risk["month"] // 3)
    spans = risk.groupby(["spell", "quarter"], sort=False).agg(
        entry=("entry", "min"), exit=("exit", "max"), ended=("ended", "max")
    )
    heads = risk.drop_duplicates(["spell", "quarter"]).drop(columns=["entry", "exit", "ended"])
    risk = heads.reset_index(drop=True).join(spans.reset_index(drop=True))
    after = risk["month"] >= month
    treated = risk["trial"] & risk["target_group"] & after
    frame = risk.assign(
        event=risk["cause"].where(risk["ended"], ""),
        stratum=risk["quarter"] * 4 + risk["number"],
        target=risk["target_group"],
        trial_target=risk["trial"] & risk["target_group"],
        trial_after=risk["trial"] & after,
        target_after=risk["target_group"] & after,
        treated=treated,
    )
    terms = ["trial", "target", "trial_target", "trial_after", "target_after", "treated"]
    areas = int(risk.loc[~risk["trial"], "area"].nunique())
    number = int(risk.loc[risk["trial"], "area"].nunique())
    ends = int((treated & (frame["event"] == WORK)).sum())
    row: dict[str, object] = {"cause": WORK, "model": "cox", "events": ends, "areas": areas}
    row |= {"treated": number, "ratio": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    try:
        found = cox_hazard(frame, cause=WORK, terms=terms, strata="stratum", cluster="area")
    except DataError:
        return row | {"p_value": np.nan, "status": NOT_AVAILABLE}
    own = found.table.set_index("term").loc["treated"].to_dict()
    row |= {"ratio": float(own["ratio"]), "p_value": np.nan, "status": SHOWN}
    if number >= FEW_TREATED:
        row |= {name: float(np.exp(own[name])) for name in ("ci_low", "ci_high")}
        row["p_value"] = float(own["p_value"])
    return row


def incidence_by_cause(known: pd.DataFrame, plan: IndividualsPlan) -> pd.DataFrame:
    """Shares of the flow after the start that left by each cause."""
    began = known[(known["start"] >= pd.Timestamp(plan.start)) & ~known["laid_off"]]
    names = ["trial", "target_group", "cause", "days", "share", "std_error", "ci_low", "ci_high"]
    if not (began["cause"] != "").any():
        return pd.DataFrame(columns=[*names, "events", "status"])
    table = cumulative_incidence(began, days=DAYS, by=["trial", "target_group"])
    table = table[[*names, "events", "spells"]].assign(status=SHOWN)
    keys = ["trial", "target_group", "cause", "days"]
    counts = [
        ((began["trial"] == trial) & (began["target_group"] == target) & (began["cause"] == cause)
         & (began["days"] <= days)).sum()
        for trial, target, cause, days in table[keys].itertuples(index=False)
    ]  # fmt: skip
    within = pd.Series(counts, index=table.index)
    few = (within < plan.least) | (table["events"] < plan.least)
    few |= table["spells"] - table["events"] < plan.least
    # What is known of the groups' sizes is not said beside it: a hidden cause is no difference.
    table = table.drop(columns="spells").astype({"events": float})
    hidden = ["share", "std_error", "ci_low", "ci_high", "events"]
    table.loc[few, "status"] = SUPPRESSED
    table = _hide_few_between(table, within, "days", keys[:-1], plan.least)
    table.loc[table["status"] != SHOWN, hidden] = np.nan
    return table
