"""What the report leads with: the jackknife, the region's error, and how often methods err."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest
import pytest

from fixtures.evaluation_panel import studied
from indicators.errors import DataError
from indicators.evaluation.shrinkage import ChangeVariance
from indicators.evaluation.study import monte_carlo
from indicators.evaluation.study.changes import (
    EQUAL,
    LABOUR_FORCE,
    MUNICIPALITY,
    TRIAL_AREA,
    Comparison,
    OutcomeCube,
)
from indicators.evaluation.study.headline import RegionShocks, control_shares, jackknife
from indicators.evaluation.study.placebos import PlaceboRegions
from indicators.evaluation.study.region_gaps import RegionCube
from indicators.evaluation.study.specifications import RegionSample

AREA = np.repeat(np.arange(8), [3, 1, 4, 2, 5, 2, 3, 4])
SIZE = np.random.default_rng(5).uniform(1000, 9000, len(AREA))
GROUPS = Comparison(
    AREA < 3,
    {EQUAL: np.ones(len(AREA)), LABOUR_FORCE: SIZE},
    {MUNICIPALITY: np.arange(len(AREA)), TRIAL_AREA: AREA},
)
CHANGES = np.random.default_rng(6).normal(size=(len(AREA), 2))


# pyfixest calls pandas so.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("weights", [EQUAL, LABOUR_FORCE])
def test_the_jackknife_is_pyfixests(weights: str) -> None:
    estimates, errors = jackknife(GROUPS, CHANGES, weights)
    frame = pd.DataFrame({"treated": GROUPS.treated.astype(float), "area": AREA, "size": SIZE})
    for number, (estimate, error) in enumerate(zip(estimates, errors, strict=True)):
        found = pyfixest.feols(
            "change ~ treated",
            frame.assign(change=CHANGES[:, number]),
            vcov={"CRV3": "area"},
            weights="size" if weights == LABOUR_FORCE else None,
            ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        )
        assert estimate == pytest.approx(found.coef()["treated"], abs=1e-10)
        # Without its corrections pyfixest has no factor (G - 1) / G.
        assert error == pytest.approx(found.se()["treated"] * np.sqrt(7 / 8), rel=1e-6)


def test_the_only_treated_area_cannot_be_left_out() -> None:
    alone = Comparison(AREA == 0, GROUPS.weights, GROUPS.clusters)
    with pytest.raises(DataError, match="all that there is"):
        jackknife(alone, CHANGES, EQUAL)


def sample() -> tuple[OutcomeCube, RegionSample]:
    """Two members and eight controls of three maakunnat whose labour force stays as it is."""
    random = np.random.default_rng(7)
    names = [f"KU{number:03}" for number in range(10)]
    size = random.uniform(1000, 9000, 10)
    unemployed = size[:, None] * random.uniform(0.05, 0.15, (10, 2))
    months = np.array(["2021-02", "2021-03"])
    subregion = ["own", "own", "a", "a", "b", "b", "c", "c", "d", "d"]
    region = ["own", "own", "x", "x", "x", "x", "y", "y", "z", "z"]
    units = pd.DataFrame(
        {
            "treated": [True] * 2 + [False] * 8,
            "trial_area": ["own"] * 2 + [""] * 8,
            "region": region,
            "subregion": subregion,
            "cluster": subregion,
            "weight": size,
        },
        index=pd.Index(names, name="unit"),
    )
    shares = 100 * unemployed / size[:, None]
    cube = OutcomeCube(units, months, {"unemployment_share": shares})
    none = np.zeros((10, 2))
    counts = {
        name: {"unemployed": unemployed, "labour_force": np.repeat(size[:, None], 2, axis=1)}.get(
            name, none
        )
        for name in all_counts()
    }
    sets = np.array(
        [["KU002", "KU003"], ["KU003", "KU004"], ["KU006", "KU007"], ["KU008", "KU009"]]
    )
    regions = ["x", "x", "y", "z"]
    controls = RegionCube(
        units.iloc[2:][["region", "subregion", "weight"]],
        months,
        {name: values[2:] for name, values in counts.items()},
        {name: values[:2].sum(axis=0) for name, values in counts.items()},
    )
    placebos = PlaceboRegions(sets, pd.DataFrame({"region": regions}), {}, {})
    return cube, RegionSample(controls, placebos, ("KU000", "KU001"))


def all_counts() -> tuple[str, ...]:
    from indicators.evaluation.panel import FURTHER_COUNTS, PANEL_COUNTS

    return (*PANEL_COUNTS, *FURTHER_COUNTS)


@pytest.mark.parametrize("weights", [EQUAL, LABOUR_FORCE])
def test_shares_of_the_controls_give_the_regions_difference(weights: str) -> None:
    cube, region = sample()
    base, after = ("2021-02", "2021-02"), ("2021-03", "2021-03")
    gaps = region.cube.gaps("unemployment_share", region.placebos, weights)
    found = gaps.change(base, after)
    assert found is not None
    change = cube.change("unemployment_share", base, after)
    assert change is not None
    own = np.average(change[:2], weights=cube.units["weight"].iloc[:2])
    whole = own + control_shares(region, weights) @ change[2:]
    assert whole == pytest.approx(found.estimate, abs=1e-9)


def test_the_regions_error_is_that_of_many_draws() -> None:
    """Twin: shocks drawn, the difference taken, its standard deviation."""
    cube, region = sample()
    model = ChangeVariance(0.5, 0.2, 0.1, float(cube.units["weight"].iloc[2:].mean()))
    random, draws = np.random.default_rng(8), 200_000
    size = cube.units["weight"].to_numpy()
    area = pd.factorize(cube.units["subregion"])[0]
    shocks = np.sqrt(0.5) * random.standard_normal((area.max() + 1, draws))[area]
    shocks += np.sqrt(model.own(size))[:, None] * random.standard_normal((len(size), draws))
    own = size[:2] / size[:2].sum() @ shocks[:2]
    differences = own + control_shares(region, EQUAL) @ shocks[2:]
    error = RegionShocks(cube, region).error_of(model, EQUAL)
    assert error == pytest.approx(differences.std(), rel=0.01)


def test_the_kept_table_is_of_this_code_and_reaches_the_marks() -> None:
    table, content = monte_carlo.kept_table()
    assert content["code"] == monte_carlo.current_code(), (
        "monte_carlo.json is of other code: run benchmarks/evaluation_monte_carlo.py"
    )
    own = table[table["setting"] != monte_carlo.LITERATURE]
    leading = own[own["method"].isin(monte_carlo.LEADING)]
    noise = 2 * np.sqrt(0.05 * 0.95 / leading["replications"])
    assert (leading["size"] < 0.06 + noise).all()
    assert (leading["size"] > 0.04 - noise).all()
    assert (leading["coverage"] > 0.93 - noise).all()
    assert (leading["coverage"] < 0.97 + noise).all()
    # What the literature says of them: too small by municipality, useless for a lone area.
    known = table[table["setting"] == monte_carlo.LITERATURE].set_index("method")["size"]
    assert known["municipality"] > 0.3
    assert 0.6 < known["one_area"] < 0.9
    assert known["trial_area"] < 0.1


@pytest.mark.slow
def test_the_study_leads_with_them() -> None:
    frames = studied()
    headline = frames["headline"].set_index(["design", "window", "outcome", "weights"])
    row = headline.loc["all_trials", "first_year", "unemployment_share", "equal"]
    curve = frames["specifications"]
    same = curve[
        curve["headline"]
        & (curve["design"] == "all_trials")
        & (curve["window"] == "first_year")
        & (curve["outcome"] == "unemployment_share")
    ]
    assert row["estimate"] == pytest.approx(same["estimate"].iloc[0], abs=1e-9)
    assert row["std_error"] > same["std_error"].iloc[0]
    # Sample, region and placebo regions are those that the table was made of.
    assert {"jackknife", "placebo", "area_variance"} <= set(frames["monte_carlo"]["method"])
