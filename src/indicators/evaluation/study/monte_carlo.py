"""How often the methods of the study err: size, coverage and power on panels with area shocks.

Each method is given changes of municipalities (mean after less mean before: on a balanced panel
with one start the two-way regression sees nothing else), drawn many times: areas have shocks of
their own, municipalities a rest. The shocks are those of the real sample before COVID, whose
municipalities, areas and sizes are kept; one setting is that of the literature, to be recognised.
The table is computed once and kept beside this module. ``docs/decisions/0055-known-answers.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indicators.evaluation import wild_bootstrap
from indicators.evaluation.inference import placebo_p_values, region_effects
from indicators.evaluation.result import LEVEL, Bools, Floats, Ints
from indicators.evaluation.shrinkage import change_variance
from indicators.evaluation.study.changes import (
    EQUAL,
    LABOUR_FORCE,
    MUNICIPALITY,
    TRIAL_AREA,
    Comparison,
    OutcomeCube,
    Span,
)
from indicators.evaluation.study.headline import (
    AREA_VARIANCE,
    JACKKNIFE,
    RegionShocks,
    jackknife,
    placebo_gap_shares,
)
from indicators.evaluation.study.kept import code_hash
from indicators.evaluation.study.placebos import member_positions
from indicators.evaluation.study.specifications import RegionSample
from indicators.provenance import hash_bytes

WILD_BOOTSTRAP, RANDOMISATION = "wild_bootstrap", "randomisation_areas"
ONE_AREA, PLACEBO = "one_area", "placebo"
LITERATURE, AREAS, AREAS_AND_REGIONS = "literature", "areas", "areas_and_regions"
OUTCOME = "unemployment_share"
#: Changes like the headline's, from a half-year to the year after it, when there was no trial.
QUIET_YEARS = (2017, 2018, 2019)
#: What the report leads with: all trials, and the region alone.
LEADING = (JACKKNIFE, AREA_VARIANCE)


@dataclass(frozen=True, slots=True)
class MonteCarloPlan:
    """The settings of the study.

    Attributes:
        replications: Panels drawn of each setting.
        fitted_replications: Where a variance is fitted to each panel.
        bootstrap_replications: Of the wild bootstrap.
        draws: Sets of the randomisation, and draws of the bootstrap.
        effect: What is planted where power and coverage are asked for, percentage points.
        seed: Of the draws.
    """

    replications: int = 4000
    fitted_replications: int = 2000
    bootstrap_replications: int = 400
    draws: int = 499
    effect: float = -1.0
    seed: int = 2021


@dataclass(frozen=True, slots=True)
class Shocks:
    """Variances of changes: of a maakunta, of an area, of a municipality (see ChangeVariance)."""

    region: float
    area: float
    municipality: float
    by_size: float


@dataclass(frozen=True, eq=False)
class Design:
    """Who is treated, and how changes are drawn.

    Attributes:
        groups: Treated units, weights and clusters.
        area: Area of each unit, whole numbers from 0.
        region: Maakunta of each unit, whole numbers from 0.
        size: Labour force.
        shocks: Their variances.
    """

    groups: Comparison
    area: Ints
    region: Ints
    size: Floats
    shocks: Shocks

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Changes where nothing was done, units × count."""
        shocks, parts = self.shocks, np.zeros((len(self.size), count))
        for variance, group in ((shocks.region, self.region), (shocks.area, self.area)):
            common = random.standard_normal((int(group.max()) + 1, count))
            parts += np.sqrt(variance) * common[group]
        own = np.sqrt(shocks.municipality + shocks.by_size * self.size.mean() / self.size)
        return np.asarray(parts + own[:, None] * random.standard_normal(parts.shape))


#: P values of no effect and estimates, k each, of changes (units × k).
Method = Callable[[Floats], tuple[Floats, Floats]]


# --- what changes are like ------------------------------------------------------------------------


def quiet_shocks(cube: OutcomeCube) -> tuple[Shocks, Shocks]:
    """Shocks of the sample in quiet years: of areas alone, and of areas within maakunnat.

    The first are by restricted maximum likelihood. The second part what neighbours share by
    moments: the mean product of two municipalities of one area, of one maakunta but two areas,
    and of two maakunnat.
    """
    area, region, size = _places(cube)
    treated = cube.units["treated"].to_numpy(bool)
    same_area, same_region = (group[:, None] == group for group in (area, region))
    others = ~np.eye(len(size), dtype=bool)
    fitted, shared = [], []
    for year in QUIET_YEARS:
        base, after = _quiet_spans(year)
        change = cube.change(OUTCOME, base, after)
        assert change is not None
        for side in (treated, ~treated):
            change = np.where(side, change - change[side].mean(), change)
        model = change_variance(change, size, area)
        fitted.append((model.area, model.municipality, model.by_size))
        products = np.outer(change, change)
        far = products[~same_region & ~same_area].mean()
        shared.append(
            (
                products[same_region & ~same_area].mean() - far,
                products[same_area & others].mean() - products[same_region & ~same_area].mean(),
            )
        )
    of_area, municipality, by_size = (float(value) for value in np.mean(fitted, axis=0))
    within = [float(max(value, 0.0)) for value in np.mean(shared, axis=0)]
    return (
        Shocks(0.0, of_area, municipality, by_size),
        Shocks(within[0], within[1], municipality, by_size),
    )


def _quiet_spans(year: int) -> tuple[Span, Span]:
    return (f"{year - 1}-09", f"{year}-02"), (f"{year}-03", f"{year + 1}-02")


def _places(cube: OutcomeCube) -> tuple[Ints, Ints, Floats]:
    area, region = (
        np.asarray(pd.factorize(cube.units[name])[0], dtype=np.int64)
        for name in ("cluster", "region")
    )
    return area, region, cube.units["weight"].to_numpy(float)


def literature_groups() -> Comparison:
    """40 regions of four municipalities, ten of the regions treated."""
    place = np.repeat(np.arange(_REGIONS, dtype=np.int64), _MEMBERS)
    units, even = np.arange(len(place), dtype=np.int64), np.ones(len(place))
    return Comparison(
        place < _TREATED,
        {EQUAL: even, LABOUR_FORCE: even},
        {MUNICIPALITY: units, TRIAL_AREA: place},
    )


_REGIONS, _MEMBERS, _TREATED = 40, 4, 10


def literature_changes(random: np.random.Generator, count: int) -> Floats:
    """Changes of those municipalities (units × count): shocks of a region by month, AR(1) of 0.7.

    Four years before and one after; a month's shock has variance 1, each municipality's own rest
    a quarter of it (Bertrand, Duflo and Mullainathan 2004 have such panels).
    """
    regions, before, after = _REGIONS, 48, 12
    place = np.repeat(np.arange(regions), _MEMBERS)
    level = random.standard_normal((regions, count)) / np.sqrt(1 - 0.7**2)
    means = np.zeros((2, regions, count))
    for month in range(before + after):
        means[int(month >= before)] += level
        level = 0.7 * level + random.standard_normal((regions, count))
    shock = means[1] / after - means[0] / before
    rest = 0.5 * np.sqrt(1 / after + 1 / before) * random.standard_normal((len(place), count))
    return np.asarray(shock[place] + rest)


# --- the methods ----------------------------------------------------------------------------------


def clustered(groups: Comparison, weights: str, cluster: str) -> Method:
    """Errors clustered by municipality or area, t with a degree less than there are clusters."""

    def found(changes: Floats) -> tuple[Floats, Floats]:
        # One change at a time: fixest's factor is that of a single regressor.
        effect = groups.effect(changes, weights, cluster, times=18, regressors=1)
        return _by_t(effect.estimates, effect.errors, effect.clusters), effect.estimates

    return found


def jackknifed(groups: Comparison, weights: str) -> Method:
    """The cluster jackknife by area."""

    def found(changes: Floats) -> tuple[Floats, Floats]:
        estimates, errors = jackknife(groups, changes, weights)
        return _by_t(estimates, errors, len(np.unique(groups.clusters[TRIAL_AREA]))), estimates

    return found


def bootstrapped(groups: Comparison, draws: int, seed: int) -> Method:
    """The wild cluster bootstrap by area."""
    units = np.arange(len(groups.treated))
    base = pd.DataFrame({"unit": units, "cluster": groups.clusters[TRIAL_AREA]})
    starts = dict.fromkeys(units[groups.treated].tolist(), 0)

    def found(changes: Floats) -> tuple[Floats, Floats]:
        rows = []
        for change in changes.T:
            panel = pd.concat(
                [base.assign(time=-1, outcome=0.0), base.assign(time=0, outcome=change)],
                ignore_index=True,
            )
            result = wild_bootstrap(
                panel, unit="unit", time="time", outcome="outcome", cluster="cluster",
                treated_from=starts, draws=draws, seed=seed,
            )  # fmt: skip
            rows.append((result.p_value, float(result.table["estimate"].iloc[0])))
        p_values, estimates = np.array(rows).T
        return p_values, estimates

    return found


def randomised(groups: Comparison, draws: int, seed: int) -> Method:
    """As many whole areas as were treated, drawn: the effect's rank among theirs."""
    random = np.random.default_rng(seed)
    area = groups.clusters[TRIAL_AREA]
    count, number = int(area.max()) + 1, len(np.unique(area[groups.treated]))
    sets = np.zeros((draws, count), dtype=bool)
    for row in sets:
        row[random.permutation(count)[:number]] = True
    weight = groups.weights[EQUAL]

    def found(changes: Floats) -> tuple[Floats, Floats]:
        own = region_effects(changes.T, groups.treated[None, :], weight)[0]
        return placebo_p_values(own, region_effects(changes.T, sets[:, area], weight)), own

    return found


def among_placebos(design: Design, region: RegionSample, units: list[str]) -> Method:
    """The region's rank among placebo regions of the controls."""
    controls, own, gaps = _region_parts(design, region, units)

    def found(changes: Floats) -> tuple[Floats, Floats]:
        rest = changes[controls]
        placebo = gaps @ rest
        middle = placebo.mean(axis=0)
        estimates = own @ changes - rest.mean(axis=0) - middle
        return placebo_p_values(estimates, placebo - middle), estimates

    return found


def by_area_variance(design: Design, region: RegionSample, cube: OutcomeCube) -> Method:
    """The region against the variance that shocks of the controls' areas have."""
    shocks = RegionShocks(cube, region)
    estimate = among_placebos(design, region, list(cube.units.index))

    def found(changes: Floats) -> tuple[Floats, Floats]:
        estimates = estimate(changes)[1]
        errors = np.array([shocks.error(change, EQUAL) for change in changes.T])
        return _by_t(estimates, errors, shocks.areas), estimates

    return found


def _region_parts(
    design: Design, region: RegionSample, units: list[str]
) -> tuple[Ints, Floats, Floats]:
    """Positions of the controls, what each unit adds to the region, and the placebos' gaps."""
    names = list(region.cube.units.index)
    controls = np.array([units.index(name) for name in names], dtype=np.int64)
    own = np.zeros(len(units))
    members = [units.index(name) for name in region.members]
    own[members] = design.size[members] / design.size[members].sum()
    size = region.cube.units["weight"].to_numpy(float)
    placed = member_positions(names, region.placebos.members)
    return controls, own, placebo_gap_shares(placed, size, np.ones(len(size)))


def _by_t(estimates: Floats, errors: Floats, clusters: int) -> Floats:
    return np.asarray(2 * stats.t.sf(np.abs(estimates / errors), clusters - 1))


# --- many panels ----------------------------------------------------------------------------------


def run(
    cube: OutcomeCube,
    region: RegionSample,
    plan: MonteCarloPlan,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """The whole table.

    Args:
        cube: The main sample, all months.
        region: The region and its placebo regions.
        plan: The settings.
        progress: Told each row in a few words.

    Returns:
        One row a ``setting`` (``literature``, ``areas``, ``areas_and_regions``), ``method`` and
        ``weights``: ``size`` (share of panels without effect in which the test rejects at 5 %),
        ``coverage`` (share of panels with the effect in which the truth is not rejected: the
        intervals are those tests turned round), ``power`` and ``bias`` (with the effect,
        percentage points), ``replications``.
    """
    rows = []
    for case in _cases(cube, region, plan):
        progress(f"{case.setting} {case.method} {case.weights}")
        random = np.random.default_rng(plan.seed)
        chunks = [min(_CHUNK, case.count - start) for start in range(0, case.count, _CHUNK)]
        parts = [case.errors(plan.effect, random, count) for count in chunks]
        whole = {name: np.concatenate([part[name] for part in parts]) for name in _ERRORS}
        labels = {"method": case.method, "setting": case.setting, "weights": case.weights}
        means = {name: float(values.mean()) for name, values in whole.items()}
        rows.append(labels | means | {"replications": case.count})
    return pd.DataFrame(rows)


_ERRORS = ("size", "coverage", "power", "bias")
_CHUNK = 250


@dataclass(frozen=True, eq=False)
class _Case:
    """A row of the table: how panels are drawn, who is treated, and what is done with them."""

    setting: str
    method: str
    weights: str
    count: int
    draw: Callable[[np.random.Generator, int], Floats]
    treated: Bools
    found: Method

    def errors(self, effect: float, random: np.random.Generator, count: int) -> dict[str, Floats]:
        """Of some panels without and some with the effect: whether each is judged rightly."""
        alpha = 1 - LEVEL + 1e-12
        nothing, other = self.draw(random, count), self.draw(random, count)
        p_values, estimates = self.found(other + effect * self.treated[:, None])
        return {
            "size": (self.found(nothing)[0] <= alpha).astype(float),
            # Every one of these tests says of the truth what it says of no effect without it.
            "coverage": (self.found(other)[0] > alpha).astype(float),
            "power": (p_values <= alpha).astype(float),
            "bias": estimates - effect,
        }


def _cases(cube: OutcomeCube, region: RegionSample, plan: MonteCarloPlan) -> Iterator[_Case]:
    many = plan.replications
    groups = literature_groups()
    alone = Comparison(groups.clusters[TRIAL_AREA] == 0, groups.weights, groups.clusters)

    for method, found in (
        (MUNICIPALITY, clustered(groups, EQUAL, MUNICIPALITY)),
        (TRIAL_AREA, clustered(groups, EQUAL, TRIAL_AREA)),
        (JACKKNIFE, jackknifed(groups, EQUAL)),
        (RANDOMISATION, randomised(groups, plan.draws, plan.seed)),
    ):
        yield _Case(LITERATURE, method, EQUAL, many, literature_changes, groups.treated, found)
    for method, found in (
        (ONE_AREA, clustered(alone, EQUAL, TRIAL_AREA)),
        (f"{RANDOMISATION}_one", randomised(alone, plan.draws, plan.seed)),
    ):
        yield _Case(LITERATURE, method, EQUAL, many, literature_changes, alone.treated, found)

    area, maakunta, size = _places(cube)
    groups, units = cube.groups(), list(cube.units.index)
    own = cube.units.index.isin(region.members)
    for setting, shocks in zip((AREAS, AREAS_AND_REGIONS), quiet_shocks(cube), strict=True):
        design = Design(groups, area, maakunta, size, shocks)
        for method, weights, count, found in (
            (MUNICIPALITY, EQUAL, many, clustered(groups, EQUAL, MUNICIPALITY)),
            (TRIAL_AREA, EQUAL, many, clustered(groups, EQUAL, TRIAL_AREA)),
            (TRIAL_AREA, LABOUR_FORCE, many, clustered(groups, LABOUR_FORCE, TRIAL_AREA)),
            (JACKKNIFE, EQUAL, many, jackknifed(groups, EQUAL)),
            (JACKKNIFE, LABOUR_FORCE, many, jackknifed(groups, LABOUR_FORCE)),
            (
                WILD_BOOTSTRAP,
                EQUAL,
                plan.bootstrap_replications,
                bootstrapped(groups, plan.draws, plan.seed),
            ),
            (RANDOMISATION, EQUAL, many, randomised(groups, plan.draws, plan.seed)),
        ):
            yield _Case(setting, method, weights, count, design.draw, groups.treated, found)
        for method, count, found in (
            (PLACEBO, many, among_placebos(design, region, units)),
            (AREA_VARIANCE, plan.fitted_replications, by_area_variance(design, region, cube)),
        ):
            yield _Case(setting, method, EQUAL, count, design.draw, own, found)


# --- the table, kept ------------------------------------------------------------------------------

RESULTS = Path(__file__).with_name("monte_carlo.json")


_CODE = (
    *("evaluation/bootstrap.py", "evaluation/inference.py", "evaluation/shrinkage.py"),
    *("evaluation/study/changes.py", "evaluation/study/headline.py"),
    "evaluation/study/monte_carlo.py",
)


def table_depends_on(
    cube: OutcomeCube, region: RegionSample, plan: MonteCarloPlan
) -> dict[str, Any]:
    """What the table depends on: ``plan``, ``shocks``, ``code`` and :func:`sample_hashes`."""
    shocks = [asdict(each) for each in quiet_shocks(cube)]
    return {
        "plan": asdict(plan),
        "shocks": [{name: round(value, 6) for name, value in each.items()} for each in shocks],
        **sample_hashes(cube, region),
        "code": current_code(),
    }


def sample_hashes(cube: OutcomeCube, region: RegionSample) -> dict[str, str]:
    """Hashes of the sample (``trials``) and of the region with its placebo regions (``region``)."""
    members = [" ".join(names) for names in (region.members, *region.placebos.members)]
    return {
        "trials": hash_bytes(cube.units.to_csv(float_format="%.6g").encode()),
        "region": hash_bytes("\n".join(members).encode()),
    }


def current_code() -> str:
    """A hash of the code that the table depends on."""
    return code_hash(_CODE)


def write_table(found: pd.DataFrame, content: Mapping[str, Any]) -> None:
    """Keep a table of :func:`run` with what it depends on."""
    rounded = found.round(dict.fromkeys(_ERRORS, 5))
    text = json.dumps({**content, "rows": rounded.to_dict("records")}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def kept_table() -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table that is kept, and what it depends on (:func:`table_depends_on`)."""
    content = json.loads(RESULTS.read_text(encoding="utf-8"))
    rows = content.pop("rows")
    return pd.DataFrame(rows), content


def monte_carlo_table(cube: OutcomeCube, region: RegionSample) -> pd.DataFrame | None:
    """The table that is kept, as far as it is of a sample; None if the sample is another.

    What it says of the region alone holds for the region and placebo regions that it was made of.
    """
    table, content = kept_table()
    found = sample_hashes(cube, region)
    if found["trials"] != content["trials"]:
        return None
    if found["region"] != content["region"]:
        table = table[~table["method"].isin((PLACEBO, AREA_VARIANCE))]
    return table.reset_index(drop=True)
