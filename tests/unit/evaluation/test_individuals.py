"""Triple difference and matched persons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest
import pytest

from indicators.errors import DataError, UsageError
from indicators.evaluation.individuals import (
    match_controls,
    matched_difference,
    triple_difference,
)

NAMES = {"area": "area", "group": "target", "time": "time", "outcome": "y"}
STARTS = {"treated": list(range(4)), "start": 5}


def groups(effect: float = 2.0, seed: int = 0) -> pd.DataFrame:
    """Areas with shocks of their own, a trend of the target group, and the effect on it."""
    random = np.random.default_rng(seed)
    area, target, time = (
        part.ravel() for part in np.meshgrid(range(16), (0, 1), range(9), indexing="ij")
    )
    shock = random.normal(size=(16, 9))[area, time] * 5
    outcome = shock + 0.5 * target * time + random.normal(size=len(area)) * 0.3
    outcome = outcome + effect * (target == 1) * (area < 4) * (time >= 5)
    return pd.DataFrame({"area": area, "target": target == 1, "time": time, "y": outcome})


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_a_triple_difference_is_the_regression_with_all_pairs_of_effects():
    frame = groups().assign(
        treated=lambda f: (f["target"] & (f["area"] < 4) & (f["time"] >= 5)).astype(float)
    )
    frame["group"] = frame["target"].astype(int)
    fit = pyfixest.feols(
        "y ~ treated | area^group + area^time + group^time", frame, vcov={"CRV1": "area"}
    )
    found = triple_difference(groups(), **NAMES, **STARTS).table
    assert found["estimate"][0] == pytest.approx(float(fit.coef().iloc[0]), abs=1e-6)


def test_a_planted_effect_is_found_whatever_areas_and_groups_do():
    found = triple_difference(groups(), **NAMES, **STARTS).table.iloc[0]
    assert found["ci_low"] < 2 < found["ci_high"]
    assert found["p_value"] < 0.01
    nothing = triple_difference(groups(effect=0.0), **NAMES, **STARTS).table.iloc[0]
    assert nothing["p_value"] > 0.05


def test_one_treated_area_has_no_smaller_p_than_there_are_areas():
    """Five municipalities of one trial area are one: sixteen areas give 1 / 16 at least."""
    frame = groups().assign(trial=lambda f: f["area"] // 4)
    found = triple_difference(frame, **NAMES, **STARTS, cluster="trial")
    assert found.p_value == pytest.approx(1 / 4)
    assert any("5 % cannot be reached" in note for note in found.notes)


def test_errors_of_few_treated_clusters_are_not_given():
    frame = persons()
    weights = pd.Series(1.0, frame.index)
    one = frame["area"].mask(frame["treated"], 0)
    found = matched_difference(frame["change"], frame["treated"], weights, one)
    assert found["estimate"].notna().all()
    assert found[["std_error", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)


def test_groups_that_cannot_be_compared_are_refused():
    frame = groups()
    with pytest.raises(UsageError, match="column target: write true"):
        triple_difference(frame.assign(target="yes"), **NAMES, **STARTS)
    with pytest.raises(DataError, match="no area and time has both"):
        triple_difference(frame[frame["target"]], **NAMES, **STARTS)
    with pytest.raises(DataError, match="come twice"):
        triple_difference(pd.concat([frame, frame]), **NAMES, **STARTS)


def persons(number: int = 2000, effect: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """The treated are younger; change depends on age; so only the matched difference is right."""
    random = np.random.default_rng(seed)
    treated = np.arange(number) < number // 4
    age = np.where(treated, random.normal(30, 5, number), random.normal(40, 8, number))
    woman = random.random(number) < 0.5
    change = -0.2 * age + woman + effect * treated + random.normal(size=number)
    area = np.where(treated, random.integers(0, 12, number), random.integers(12, 60, number))
    return pd.DataFrame(
        {"treated": treated, "age": age, "woman": woman, "change": change, "area": area}
    )


def test_a_planted_effect_is_found_once_persons_are_alike():
    frame = persons()
    found = match_controls(frame, treated="treated", exact=["woman"], near=["age"], neighbours=3)
    row = matched_difference(frame["change"], frame["treated"], found.weights, frame["area"]).iloc[
        0
    ]
    assert row["ci_low"] < 1 < row["ci_high"]
    raw = frame.groupby("treated")["change"].mean()
    assert raw[True] - raw[False] > 2
    assert abs(found.balance["difference"][0]) < 0.1 < abs(found.balance["before"][0])


def test_the_effect_is_the_mean_gap_to_the_matches():
    frame = persons(number=60)
    found = match_controls(frame, treated="treated", exact=["woman"], near=["age"], neighbours=2)
    gaps, shares = [], pd.Series(0.0, frame.index)
    for _, item in frame[frame["treated"]].iterrows():
        others = frame[~frame["treated"] & (frame["woman"] == item["woman"])]
        nearest = (others["age"] - item["age"]).abs().nsmallest(2).index
        gaps.append(item["change"] - frame.loc[nearest, "change"].mean())
        shares[nearest] += 0.5
    shares[frame["treated"]] = 1.0
    assert found.weights.to_numpy() == pytest.approx(shares.to_numpy())
    table = matched_difference(frame["change"], frame["treated"], found.weights, frame["area"])
    assert table["estimate"][0] == pytest.approx(np.mean(gaps))


def test_who_is_like_nobody_is_left_out():
    frame = pd.DataFrame(
        {"treated": [True, True, True, False, False], "x": [0.0, 9.0, 0.0, 0.1, 0.2]}
    ).assign(cell=["a", "a", "b", "a", "a"])
    found = match_controls(frame, treated="treated", exact=["cell"], near=["x"], farthest=0.5)
    assert found.weights.tolist() == [1, 0, 0, 1, 0]
    assert found.unmatched == 2
    whole = match_controls(frame, treated="treated", exact=[], near=["x"], neighbours=9)
    assert whole.weights.tolist() == [1, 1, 1, 1.5, 1.5]


def test_what_cannot_be_matched_is_refused():
    frame = persons(number=40)
    with pytest.raises(UsageError, match="at least one column"):
        match_controls(frame, treated="treated", exact=["woman"], near=[])
    with pytest.raises(UsageError, match="no column height"):
        match_controls(frame, treated="treated", exact=["woman"], near=["height"])
    with pytest.raises(DataError, match="a trait is missing"):
        match_controls(frame.assign(age=np.nan), treated="treated", exact=[], near=["age"])
    with pytest.raises(DataError, match="both treated and others"):
        match_controls(frame[frame["treated"]], treated="treated", exact=[], near=["age"])
    with pytest.raises(DataError, match="nobody treated has anybody alike"):
        match_controls(
            frame.assign(cell=frame["treated"]), treated="treated", exact=["cell"], near=["age"]
        )
    weights = pd.Series(1.0, frame.index)
    with pytest.raises(DataError, match="missing for some matched"):
        matched_difference(
            frame["change"].mask(frame.index == 3), frame["treated"], weights, frame["area"]
        )
