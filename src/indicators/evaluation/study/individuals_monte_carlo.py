"""What the register's methods find over many made-up registers in which the truth is known.

In each register the effect is planted before anybody's life is drawn
(:mod:`indicators.synthetic.planted`), or nothing is; areas have shocks of their own either way.
The methods see nothing but the register's tables. ``docs/decisions/0053-individuals.md`` says why
these settings.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indicators.areas.divisions import Divisions
from indicators.calendar import last_day
from indicators.evaluation.area_effects import (
    LEAST,
    hazard_effects,
    matched_effects,
    mean_effects,
)
from indicators.evaluation.area_inference import compare_areas
from indicators.evaluation.entrants import (
    MONTHS,
    WORK,
    Cohorts,
    entrants,
    numbered,
    risk_months,
    with_outcomes,
)
from indicators.evaluation.spell_data import SpellRegister, spells_at_risk
from indicators.evaluation.study.kept import code_hash
from indicators.provenance import hash_bytes

EXACT = ("woman", "foreign", "age_group")
NEAR = ("age", "lasted", "days_before")
#: p values up to it reject (what differs by rounding alone is equal).
REJECTED = 0.05 + 1e-12
#: Limits of the age groups of exact matching.
AGES = (25, 30, 50)


@dataclass(frozen=True, slots=True)
class MonteCarloPlan:
    """The settings of the study.

    Attributes:
        persons: Of each register.
        region_persons: How many of them live in the treated region.
        ratio: What the treated's hazard of open-market work is multiplied by.
        spread: Standard deviation of the logarithm of what it is multiplied by in each area and
            group before and after, by chance.
        start: First treated month.
        last_month: The registers' last month.
        burn_in_months: How long before the first month courses begin.
        least: Fewest persons in each part of an area's figure, or ends expected.
        least_share: Areas with a smaller share of the country's unemployed are not drawn apart:
            all of them together are one.
    """

    persons: int = 36_000
    region_persons: int = 6_000
    ratio: float = 1.5
    spread: float = 0.08
    start: str = "2021-03"
    last_month: str = "2023-02"
    burn_in_months: int = 24
    least: int = 5
    least_share: float = 0.01

    def as_manifest(self) -> dict[str, Any]:
        """The settings as plain values."""
        return asdict(self)


def estimates(
    spells: pd.DataFrame,
    area_of: Mapping[str, str],
    members: frozenset[str],
    start: date,
    extract: date,
    *,
    least: int = LEAST,
) -> Iterator[tuple[dict[str, object], pd.DataFrame]]:
    """All figures by area that are compared, each with what it is.

    Args:
        spells: Of ``unemployment_spells``.
        area_of: Area of each municipality (three-digit code) that may be compared.
        members: The treated municipalities.
        start: First treated day.
        extract: The last day that the register knows of.
        least: Areas with fewer persons, or ends expected, behind a part are left out.

    Yields:
        ``sample``, ``method``, ``outcome`` and ``months``; and a frame of
        :mod:`indicators.evaluation.area_effects`.
    """
    known = prepared_spells(spells, area_of, members)
    cohorts = Cohorts(start)
    for sample in ("stock", "flow"):
        entered = with_outcomes(entrants(known, cohorts, sample), known, extract)
        # Those laid off have a job to go back to: their return is no finding of work.
        entered = entered[~entered["laid_off"]]
        for outcome in ("left", "at_work"):
            for months in MONTHS:
                facts: dict[str, object] = {"sample": sample, "outcome": outcome, "months": months}
                column = f"{outcome}_{months}"
                yield (
                    facts | {"method": "triple_difference"},
                    mean_effects(entered, column, least=least),
                )
        target = entered[entered["target_group"] & entered["after"]]
        target = target.assign(age_group=np.searchsorted(AGES, target["age"], side="right"))
        facts = {"sample": sample, "outcome": "unemployed_days", "months": 12}
        yield (
            facts | {"method": "matched_difference"},
            matched_effects(target, "change", exact=EXACT, near=NEAR, least=least),
        )
    risk = risk_table(known, start, extract)
    month = start.year * 12 + start.month - 1 - 1970 * 12
    facts = {"sample": "all_spells", "outcome": "hazard", "months": 24}
    yield facts | {"method": "hazard_ratio"}, hazard_effects(risk, WORK, start=month, least=least)


def prepared_spells(
    spells: pd.DataFrame, area_of: Mapping[str, str], members: frozenset[str]
) -> pd.DataFrame:
    """Spells of municipalities that may be compared, with ``area``, ``trial`` and ``number``."""
    known = spells[spells["municipality"].isin(list(area_of))].reset_index(drop=True)
    area = known["municipality"].map(area_of)
    return numbered(known.assign(area=area, trial=known["municipality"].isin(members)))


def risk_table(known: pd.DataFrame, start: date, extract: date) -> pd.DataFrame:
    """Time at risk in the two years before and after the start, of people not laid off."""
    begin = (pd.Timestamp(start) - pd.DateOffset(years=2)).date()
    until = (pd.Timestamp(start) + pd.DateOffset(years=2) - pd.Timedelta(days=1)).date()
    kept = known[~known["laid_off"]].reset_index(drop=True)
    risk = risk_months(kept, begin, min(until, extract))
    names = ["area", "trial", "target_group", "number", "cause", "person_id"]
    return risk.assign(**{name: kept[name].to_numpy()[risk["spell"]] for name in names})


# --- one register after the other -----------------------------------------------------------------


def study_areas(
    divisions: Divisions, least_share: float, members: Collection[str] = ()
) -> dict[str, str]:
    """Area of each municipality: ``trial``, else its sub-region, the small of a region together.

    Args:
        divisions: The key of areas.
        least_share: Sub-regions with a smaller share of the country's unemployed are small.
        members: Treated municipalities (three-digit codes); the five of the made-up region if
            none are given.
    """
    from indicators.synthetic.people import is_in_trial_region, municipality_frame

    where = municipality_frame()
    codes = where["municipality"].tolist()
    inside = [code in members for code in codes] if members else is_in_trial_region()
    subregion, region = (
        {
            member.removeprefix("KU"): code
            for code in divisions.of_kind(kind)
            for member in divisions.by_code[code].members
        }
        for kind in ("subregion", "region")
    )
    unemployed = pd.Series(where["unemployed"] / where["unemployed"].sum(), index=codes)
    share = unemployed.groupby(lambda code: subregion.get(code, "")).sum()
    return {
        code: "trial"
        if mine
        else subregion[code]
        if share[subregion.get(code, "")] >= least_share and code in subregion
        else f"rest of {region.get(code, 'the country')}"
        for code, mine in zip(codes, inside, strict=True)
    }


def draw_register(
    plan: MonteCarloPlan, area_of: Mapping[str, str], seed: int, ratio: float
) -> SpellRegister:
    """A register of the study: the same seed gives the same areas' shocks."""
    from indicators.synthetic.in_memory import made_up_register
    from indicators.synthetic.model import first_day_of_month
    from indicators.synthetic.people import is_in_trial_region
    from indicators.synthetic.planted import planted_exits

    planted = planted_exits(
        first_day_of_month(plan.start),
        is_in_trial_region(),
        ratio=ratio,
        areas=np.unique(list(area_of.values()), return_inverse=True)[1],
        spread=plan.spread,
        seed=seed,
    )
    return made_up_register(
        plan.persons,
        seed,
        region_persons=plan.region_persons,
        last_month=plan.last_month,
        planted=planted,
        moves=False,
        burn_in_months=plan.burn_in_months,
    )


def replicate(plan: MonteCarloPlan, area_of: Mapping[str, str], seed: int) -> pd.DataFrame:
    """All estimates of one seed, from a register with the effect and one without.

    Returns:
        One row a version (``planted``, ``nothing``) and figure: ``version``, ``sample``,
        ``method``, ``outcome``, ``months``, ``estimate``, ``ci_low``, ``ci_high``, ``p_value``,
        ``areas`` and ``treated_mean``, the treated area's own figure.
    """
    members = frozenset(code for code, area in area_of.items() if area == "trial")
    start, extract = date.fromisoformat(f"{plan.start}-01"), last_day(plan.last_month)
    first = pd.Timestamp(Cohorts(start).first) - pd.DateOffset(years=1)
    rows = []
    for version, ratio in (("planted", plan.ratio), ("nothing", 1.0)):
        register = draw_register(plan, area_of, seed, ratio)
        spells = spells_at_risk(register, first.date(), extract)
        for facts, areas in estimates(spells, area_of, members, start, extract, least=plan.least):
            own = float(areas.loc[areas["treated"], "effect"].mean())
            found = compare_areas(areas)
            numbers = found.table.drop(columns=["term", "std_error"]).iloc[0].to_dict()
            row = {"version": version, "seed": seed} | facts | numbers
            row |= {"areas": found.areas, "treated_figure": own}
            rows.append(row | {"by_person": _p_by_person(areas)})
    return pd.DataFrame(rows)


def _p_by_person(areas: pd.DataFrame) -> float:
    """The p value that chance among persons alone would give: what is not to be done."""
    weights = 1 / areas["variance"]
    gap = [
        (part["effect"] * weights[part.index]).sum() / weights[part.index].sum()
        for _, part in areas.groupby("treated")
    ]
    error = np.sqrt((1 / weights.groupby(areas["treated"]).sum()).sum())
    return float(2 * stats.norm.sf(abs(gap[1] - gap[0]) / error))


def summarise(found: pd.DataFrame) -> pd.DataFrame:
    """Bias, coverage, size and power of each figure.

    Args:
        found: Rows of :func:`replicate` of many seeds.

    Returns:
        One row a figure: ``sample``, ``method``, ``outcome``, ``months``; ``truth``, the mean,
        over the registers, of what planting changed in the treated area's own figure (of a
        hazard the logarithm: the planted ratio, less what is lost because those with good
        prospects are gone sooner); ``estimate`` and ``spread`` (mean and standard deviation
        where it was planted), ``bias``, ``bias_error`` (of the Monte Carlo), ``coverage`` and
        ``power`` (where it was planted), ``coverage_nothing`` and ``size`` (where nothing was),
        ``size_by_person``, the size if errors were by person, ``areas`` (on average) and
        ``replications``.
    """
    keys = ["sample", "method", "outcome", "months"]
    rows = []
    for key, group in found.groupby(keys, sort=False):
        wide = {version: part.set_index("seed") for version, part in group.groupby("version")}
        planted, nothing = wide["planted"], wide["nothing"].loc[wide["planted"].index]
        moved = planted["treated_figure"] - nothing["treated_figure"]
        truth = float(moved.mean())
        miss = planted["estimate"] - truth
        figures = {
            "truth": truth,
            "estimate": float(planted["estimate"].mean()),
            "spread": float(planted["estimate"].std()),
            "bias": float(miss.mean()),
            # Both the estimate and the truth are means over the same registers.
            "bias_error": float((planted["estimate"] - moved).std() / np.sqrt(len(miss))),
            "coverage": _share_covered(planted, truth),
            "power": float((planted["p_value"] <= REJECTED).mean()),
            "coverage_nothing": _share_covered(nothing, 0.0),
            "size": float((nothing["p_value"] <= REJECTED).mean()),
            "size_by_person": float((nothing["by_person"] <= REJECTED).mean()),
            "areas": float(planted["areas"].mean()),
            "replications": len(planted),
        }
        rows.append(dict(zip(keys, key, strict=True)) | figures)
    return pd.DataFrame(rows)


def _share_covered(found: pd.DataFrame, truth: float) -> float:
    return float(((found["ci_low"] <= truth) & (found["ci_high"] >= truth)).mean())


# --- the study's results, kept --------------------------------------------------------------------

RESULTS = Path(__file__).with_name("individuals_monte_carlo.json")
_CODE = (
    *("evaluation/area_effects.py", "evaluation/area_inference.py", "evaluation/entrants.py"),
    *("evaluation/spell_data.py", "evaluation/study/individuals_monte_carlo.py"),
    *("synthetic/in_memory.py", "synthetic/planted.py"),
    *("synthetic/model.toml", "synthetic/records.toml"),
)


def content_hash(plan: MonteCarloPlan, area_of: Mapping[str, str]) -> str:
    """A hash of all that the results depend on: settings, areas and code, its comments apart."""
    settings = [json.dumps(plan.as_manifest(), sort_keys=True), json.dumps(area_of, sort_keys=True)]
    return hash_bytes("\n".join([*settings, code_hash(_CODE)]).encode())


def write_results(found: pd.DataFrame, plan: MonteCarloPlan, area_of: Mapping[str, str]) -> None:
    """Keep the results of many seeds: the summary, with what it depends on."""
    summary = summarise(found)
    rounded = summary.round(dict.fromkeys(summary.select_dtypes("float").columns, 5))
    content = {
        "content": content_hash(plan, area_of),
        "plan": plan.as_manifest(),
        "rows": rounded.to_dict("records"),
    }
    text = json.dumps(content, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def kept_results() -> tuple[pd.DataFrame, MonteCarloPlan, str]:
    """The table of :func:`summarise` that is kept, its settings, and its content's hash."""
    content = json.loads(RESULTS.read_text(encoding="utf-8"))
    return pd.DataFrame(content["rows"]), MonteCarloPlan(**content["plan"]), content["content"]
