"""Effects by trial area: each area's own, drawn towards the mean, and beside what areas were like.

An area's effect is the mean change of its municipalities less that of all controls. Its error
cannot come from itself, one area: it is read off the controls' sub-regions, as
:mod:`indicators.evaluation.shrinkage` says. The controls' error is common to all areas; it is in
each area's interval, and out of the test whether areas differ.

See ``docs/decisions/0055-known-answers.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources

import numpy as np
import pandas as pd
from scipy import stats

from indicators.areas.areas import Areas
from indicators.errors import DataError
from indicators.evaluation.inference import holm
from indicators.evaluation.panel import JOINT_OUTCOMES, Panel
from indicators.evaluation.result import LEVEL, Bools, Floats, Ints
from indicators.evaluation.shrinkage import ChangeVariance, Shrunken, change_variance, shrink
from indicators.evaluation.study.changes import LABOUR_FORCE, WEIGHTS, Span, span_name
from indicators.evaluation.study.plan import (
    AT_THE_START,
    BEFORE_COVID,
    FIRST_YEAR,
    YEAR_BEFORE_COVID,
)

OUTCOMES_BY_AREA = (*(outcome.id for outcome in JOINT_OUTCOMES), "long_term_share",
                    "without_layoffs")  # fmt: skip
#: Times that the first year is held against: the four years before COVID, its last year, and the
#: half-year before the trial.
AREA_BASES = (BEFORE_COVID, YEAR_BEFORE_COVID, AT_THE_START)
_START, _LAST = date(2021, 3, 1), FIRST_YEAR.last_month
_EARLIER = {"earlier_2012": date(2012, 9, 1), "earlier_2017": date(2017, 8, 1)}
_RANK_DRAWS, _SEED = 4000, 2021
_TILES = "area_tiles.csv"


def trial_area_tables(
    panel: Panel, areas: Areas, members: tuple[str, ...]
) -> dict[str, pd.DataFrame]:
    """Everything by trial area.

    Args:
        panel: The main sample in all months
            (:func:`indicators.evaluation.panel.build_with_all_months`).
        areas: Trials and names.
        members: Municipalities of the region whose agreement is known.

    Returns:
        ``trial_areas``, ``trial_area_spread``, ``trial_area_facts``, ``trial_area_traits`` and
        ``area_tiles``: see :func:`trial_areas`, :func:`area_facts`, :func:`trait_effects` and
        :func:`area_tiles`.
    """
    facts = area_facts(panel, areas, members)
    effects, spread = trial_areas(panel, facts)
    return {
        "trial_areas": effects,
        "trial_area_spread": spread,
        "trial_area_facts": facts,
        "trial_area_traits": trait_effects(effects, facts),
        "area_tiles": area_tiles(facts, areas),
    }


# --- what is known of the areas -------------------------------------------------------------------


def area_facts(panel: Panel, areas: Areas, members: tuple[str, ...]) -> pd.DataFrame:
    """What the keys say of each trial area, and that they say nothing of how it worked.

    Returns:
        One row an area, by code: ``area_code`` (``TRIAL-lahti``), ``trial_area`` (its name in the
        key), ``office_code``, ``region`` (maakunta of most of its labour force); ``start``, ``end``
        (``YYYY-MM-DD``); ``members`` (municipalities named in the key), ``unconfirmed`` (of them
        those of grade C), ``municipalities`` (in the sample); ``labour_force`` (persons, of the
        sample, in the month before COVID); ``earlier_2012`` and ``earlier_2017``, share of it in
        municipalities of the earlier trials; ``organisation``: ``agreement`` where an agreement on
        the trial is among the sources, else ``not_known``.

    Raises:
        DataError: An area of the sample has no code in the key.
    """
    treated = panel.units[panel.units["role"] == "treated"]
    codes = {
        areas.trial_area(code.removeprefix("KU"), _START): division.code
        for division in areas.divisions.by_code.values()
        if division.kind == "trial_area"
        for code in division.members
    }
    by_name = {area.trial_area: code for area, code in codes.items() if area is not None}
    if lacking := sorted(set(treated["trial_area"]) - set(by_name)):
        raise DataError(f"trial areas without a code in the key: {', '.join(lacking)}")
    started = {key: _members_of(areas, start) for key, start in _EARLIER.items()}
    rows = []
    for name, own in treated.groupby("trial_area"):
        everybody = [area for area in areas.trials if area.trial_area == name]
        everybody = [area for area in everybody if area.start == _START]
        known = set(members) <= {f"KU{area.municipality}" for area in everybody}
        size = own["labour_force"]
        shares = {
            key: float(size[own.index.isin(units)].sum() / size.sum())
            for key, units in started.items()
        }
        first = everybody[0]
        rows.append(
            {
                "area_code": by_name[str(name)],
                "trial_area": name,
                "office_code": first.office_code,
                "region": size.groupby(own["region"]).sum().idxmax(),
                "start": f"{first.start:%Y-%m-%d}",
                "end": f"{first.end:%Y-%m-%d}",
                "members": len(everybody),
                "unconfirmed": sum(area.grade == "C" for area in everybody),
                "municipalities": len(own),
                "labour_force": float(size.sum()),
                **shares,
                "organisation": "agreement" if known else "not_known",
            }
        )
    return pd.DataFrame(rows).sort_values("area_code", ignore_index=True)


def _members_of(areas: Areas, start: date) -> set[str]:
    """Today's codes of the municipalities of the trial that began on a day."""
    return {
        f"KU{areas.successor(member.municipality, _START)}"
        for member in areas.trials
        if member.start == start
    }


# --- effects --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Changes:
    """Mean change of each municipality, treated ones and controls.

    Attributes:
        change: Mean of the first year less that of the base, by municipality.
        size: Labour force.
        area: Trial area of the treated, sub-region of controls, as whole numbers from 0.
        treated: Which are treated.
        labels: Names by number of the area.
    """

    change: Floats
    size: Floats
    area: Ints
    treated: Bools
    labels: list[str]

    def weights(self, name: str) -> Floats:
        return self.size if name == LABOUR_FORCE else np.ones(len(self.size))


def trial_areas(panel: Panel, facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effect of the first year by trial area, and how far the effects differ.

    Args:
        panel: The main sample in all months.
        facts: Of :func:`area_facts`.

    Returns:
        Effects, one row an outcome, ``base``, ``weights`` (``equal``: of municipalities;
        ``labour_force``) and area: ``trial_area`` (its code), ``office_code``; ``estimate``,
        ``std_error`` (``own_error`` is it without the controls' part, which is common to all
        areas), ``ci_low``, ``ci_high``, ``p_value`` (t with one degree less than there are
        control sub-regions), ``p_adjusted`` (Holm's, over the areas), ``p_placebo`` (rank of the
        estimate over its error among those of the control sub-regions); ``shrunken``,
        ``shrunken_low``, ``shrunken_high``; ``rank``, ``rank_low``, ``rank_high`` (95 %; 1 is the
        lowest), ``lowest`` and ``highest``, the probability that the area is it;
        ``municipalities``.

        Spread, one row an outcome, base and weights: ``mean``, ``std_error`` (the controls' error
        in it), ``tau`` (standard deviation of true effects), ``statistic``, ``degrees``,
        ``p_value`` of equal effects, ``ordinary`` (standard deviation of a control area's own
        shock), ``areas``, ``control_areas``. Estimates and errors in percentage points.
    """
    effects, spreads = [], []
    frame = panel.outcomes()
    for outcome in OUTCOMES_BY_AREA:
        wide = frame.pivot(index="unit", columns="month", values=outcome)
        for base in AREA_BASES:
            changes = _changes(panel, wide, outcome, base)
            model = _control_variance(changes)
            for weights in WEIGHTS:
                labels = {"outcome": outcome, "base": span_name(base), "weights": weights}
                found, spread = _area_effects(changes, model, weights)
                effects.append(found.assign(**labels))
                spreads.append(labels | spread)
    known = facts.set_index("trial_area")[["area_code", "office_code", "municipalities"]]
    whole = pd.concat(effects, ignore_index=True).join(known, on="name")
    first = ["outcome", "base", "weights", "area_code", "office_code"]
    whole = whole[[*first, *whole.columns.difference([*first, "name"], sort=False)]]
    counted = dict.fromkeys(("degrees", "areas", "control_areas"), "int64")
    return whole.rename(columns={"area_code": "trial_area"}), pd.DataFrame(spreads).astype(counted)


def _changes(panel: Panel, wide: pd.DataFrame, outcome: str, base: Span) -> _Changes:
    start = panel.rules.start
    early, late = (
        wide.loc[:, (wide.columns >= first) & (wide.columns <= last)]
        for first, last in (base, (start, _LAST))
    )
    if early.empty or late.empty or early.isna().any(axis=None) or late.isna().any(axis=None):
        raise DataError(
            f"{outcome}: not known for every municipality in {'..'.join(base)} and {start}..{_LAST}"
        )
    units = panel.units.loc[wide.index]
    treated = (units["role"] == "treated").to_numpy()
    names = units["trial_area"].where(treated, units["subregion"])
    codes, labels = pd.factorize(names, sort=True)
    return _Changes(
        (late.mean(axis=1) - early.mean(axis=1)).to_numpy(float),
        units["labour_force"].to_numpy(float),
        np.asarray(codes, dtype=np.int64),
        treated,
        [str(label) for label in labels],
    )


def _control_variance(data: _Changes) -> ChangeVariance:
    control = ~data.treated
    return change_variance(data.change[control], data.size[control], data.area[control])


def _area_effects(
    data: _Changes, model: ChangeVariance, weights: str
) -> tuple[pd.DataFrame, dict[str, float]]:
    weight, control = data.weights(weights), ~data.treated
    codes = np.unique(data.area[control], return_inverse=True)[1]
    level = _mean(data, weight, control)
    common = model.of_mean(weight[control], data.size[control], codes)
    areas = np.unique(data.area[data.treated])
    estimates = np.array([_mean(data, weight, data.area == area) for area in areas]) - level
    own = np.array([_own_variance(data, weight, model, area) for area in areas])
    shrunken = shrink(estimates, np.sqrt(own))
    degrees = len(np.unique(codes)) - 1
    errors = np.sqrt(own + common)
    reach = stats.t.ppf((1 + LEVEL) / 2, degrees) * errors
    p_values = 2 * stats.t.sf(np.abs(estimates / errors), degrees)
    # The controls' error moves all areas together: it does not say which is which.
    drawn_errors = np.sqrt(shrunken.errors**2 + common)
    drawn_reach = stats.norm.ppf((1 + LEVEL) / 2) * drawn_errors
    frame = pd.DataFrame(
        {
            "name": [data.labels[area] for area in areas],
            "estimate": estimates,
            "std_error": errors,
            "own_error": np.sqrt(own),
            "ci_low": estimates - reach,
            "ci_high": estimates + reach,
            "p_value": p_values,
            "p_adjusted": holm(pd.Series(p_values)),
            "p_placebo": _placebo_ranks(data, weight, model, estimates / errors),
            "shrunken": shrunken.effects,
            "shrunken_low": shrunken.effects - drawn_reach,
            "shrunken_high": shrunken.effects + drawn_reach,
            **_ranks(shrunken),
        }
    )
    spread = {
        "mean": shrunken.mean,
        "std_error": float(np.sqrt(shrunken.mean_error**2 + common)),
        "tau": float(np.sqrt(shrunken.tau2)),
        "statistic": shrunken.statistic,
        "degrees": float(len(areas) - 1),
        "p_value": shrunken.p_value,
        "ordinary": float(np.sqrt(model.area)),
        "areas": float(len(areas)),
        "control_areas": float(degrees + 1),
    }
    return frame, spread


def _mean(data: _Changes, weight: Floats, rows: Bools) -> float:
    return float(np.average(data.change[rows], weights=weight[rows]))


def _own_variance(data: _Changes, weight: Floats, model: ChangeVariance, area: int) -> float:
    """Variance of the mean change of an area, its shock and its municipalities' own."""
    rows = data.area == area
    return model.of_mean(weight[rows], data.size[rows], np.zeros(int(rows.sum()), dtype=np.int64))


def _placebo_ranks(
    data: _Changes, weight: Floats, model: ChangeVariance, statistics: Floats
) -> Floats:
    """Each area's statistic among those of the control sub-regions, each against the others."""
    control, placebos = ~data.treated, []
    for area in np.unique(data.area[control]):
        inside = data.area == area
        rest = control & ~inside
        codes = np.unique(data.area[rest], return_inverse=True)[1]
        spread = _own_variance(data, weight, model, area)
        spread += model.of_mean(weight[rest], data.size[rest], codes)
        gap = _mean(data, weight, inside) - _mean(data, weight, rest)
        placebos.append(abs(gap) / np.sqrt(spread))
    larger = np.array(placebos)[:, None] >= np.abs(statistics) * (1 - 1e-12)
    return np.asarray((1 + larger.sum(axis=0)) / (1 + len(placebos)))


def _ranks(shrunken: Shrunken) -> dict[str, Floats]:
    """Ranks of the areas by their shrunken effects, and how sure they are."""
    random = np.random.default_rng(_SEED)
    count = len(shrunken.effects)
    noise = random.standard_normal((_RANK_DRAWS, count))
    order = (shrunken.effects + noise * shrunken.errors).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(
        order, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0, method="inverted_cdf"
    )
    return {
        "rank": (shrunken.effects.argsort(kind="stable").argsort() + 1).astype(float),
        "rank_low": low.astype(float),
        "rank_high": high.astype(float),
        "lowest": (order == 1).mean(axis=0),
        "highest": (order == count).mean(axis=0),
    }


# --- beside what areas were like ------------------------------------------------------------------

#: What of the areas can be set beside their effects; how they worked is known of none but one.
TRAITS = ("single_municipality", "earlier_2012", "earlier_2017", "log_labour_force")


def trait_effects(effects: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """How effects go with what the keys say of areas: regressions on one trait at a time.

    Random-effects meta-regression, weights 1 / (error² + τ²), errors of Knapp and Hartung (2003)
    not below those of the weights.

    Args:
        effects: Of :func:`trial_areas`.
        facts: Of :func:`area_facts`.

    Returns:
        One row an outcome, base, weights and trait: ``estimate`` (difference of areas that differ
        by one in the trait; of shares: all against nothing; of the labour force: e times as large),
        ``std_error``, ``ci_low``, ``ci_high``, ``p_value``, ``p_adjusted`` (Holm's, over the traits
        of a row's outcome, base and weights), ``areas``. Areas chose what they were: a description,
        no effect of the trait.
    """
    traits = facts.assign(
        single_municipality=(facts["members"] == 1).astype(float),
        log_labour_force=np.log(facts["labour_force"]),
    ).set_index("area_code")[list(TRAITS)]
    keys, rows = ["outcome", "base", "weights"], []
    for labels, own in effects.groupby(keys, sort=False):
        drawn = shrink(own["estimate"].to_numpy(), own["own_error"].to_numpy())
        variance = own["own_error"].to_numpy() ** 2 + drawn.tau2
        for trait in TRAITS:
            values = traits.loc[own["trial_area"], trait].to_numpy(float)
            slope = _slope(own["estimate"].to_numpy(), values, 1 / variance)
            rows.append({**dict(zip(keys, labels, strict=True)), "trait": trait, **slope})
    found = pd.DataFrame(rows)
    adjusted = found.groupby(keys, sort=False)["p_value"].transform(holm)
    return found.assign(p_adjusted=adjusted)


def _slope(effects: Floats, trait: Floats, weights: Floats) -> dict[str, float | int]:
    import statsmodels.api as sm

    if np.ptp(trait) == 0:
        names = ("estimate", "std_error", "ci_low", "ci_high", "p_value")
        return dict.fromkeys(names, np.nan) | {"areas": len(effects)}
    fit = sm.WLS(effects, sm.add_constant(trait), weights=weights).fit()
    estimate = float(fit.params[1])
    error = float(fit.bse[1]) / min(1.0, float(np.sqrt(fit.scale)))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, fit.df_resid)) * error
    return {
        "estimate": estimate,
        "std_error": error,
        "ci_low": estimate - reach,
        "ci_high": estimate + reach,
        "p_value": 2 * float(stats.t.sf(abs(estimate / error), fit.df_resid)),
        "areas": len(effects),
    }


# --- a map of tiles -------------------------------------------------------------------------------


def area_tiles(facts: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Where regions and trial areas stand on a map of tiles, placed by hand.

    Each region (maakunta) and each trial area has a tile of its own, about where it lies from its
    neighbours; tiles are of one size, whatever the area or its people.

    Args:
        facts: Of :func:`area_facts`.
        areas: Names.

    Returns:
        ``kind`` (``region``, ``trial_area``), ``code``, ``column`` and ``row`` (from 0, from the
        west and from the north), ``name`` (in Finnish).

    Raises:
        DataError: A trial area of the study has no tile.
    """
    with resources.files(__package__).joinpath(_TILES).open(encoding="utf-8") as lines:
        tiles = pd.read_csv(lines)
    if lacking := sorted(set(facts["area_code"]) - set(tiles["code"])):
        raise DataError(f"{_TILES}: no tile for {', '.join(lacking)}")
    return tiles.assign(name=[areas.name(code, "fi") for code in tiles["code"]])
