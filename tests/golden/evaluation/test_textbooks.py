"""The evaluation's functions against published results on the published data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.evaluation import (
    cox_hazard,
    difference_in_differences,
    event_study,
    placebo_test,
    synthetic_control,
)
from indicators.evaluation.result import Estimates
from indicators.evaluation.survival import efron_score_residuals
from indicators.evaluation.synthetic_variants import synthetic_difference_in_differences
from indicators.evaluation.trend_bounds import breakdown_bound, relative_bounds, smoothness_bounds

DATA = Path(__file__).parent


def minimum_wage() -> tuple[pd.DataFrame, pd.Series]:
    counties = pd.read_csv(DATA / "minimum_wage.csv")
    treated = counties[counties["first_treated"] > 0]
    return counties, treated.groupby("county")["first_treated"].first()


def test_staggered_event_study_is_that_of_callaway_and_santanna():
    """`aggte(type = "dynamic")` of the R package did, never treated controls."""
    counties, first = minimum_wage()
    found = event_study(
        counties, unit="county", time="year", outcome="lemp", treated_from=first, window=(0, 3)
    ).table
    assert found["estimate"].tolist() == pytest.approx(
        [-0.0199, -0.0510, -0.1373, -0.1008], abs=5e-5
    )
    assert found["std_error"].tolist() == pytest.approx([0.0118, 0.0169, 0.0364, 0.0344], abs=6e-4)


def test_staggered_effect_is_not_the_biased_two_way_one():
    """The two-way regression gives −0.0365; the imputation estimator −0.0477 (Gardner's too)."""
    counties, first = minimum_wage()
    found = difference_in_differences(
        counties, unit="county", time="year", outcome="lemp", treated_from=first
    ).table
    assert found["estimate"][0] == pytest.approx(-0.0477, abs=5e-5)


def test_synthetic_california_from_outcomes():
    """Synthetic control of Arkhangelsky et al. (2021), table 1: −19.6 packs."""
    packs = pd.read_csv(DATA / "california.csv")
    found = synthetic_control(
        packs, unit="state", time="year", outcome="packs", treated="California", start=1989
    )
    assert found.effect == pytest.approx(-19.6, abs=0.15)
    largest = found.weights.sort_values(ascending=False).index[:4].tolist()
    assert largest == ["Utah", "Montana", "Nevada", "Connecticut"]
    test = placebo_test(
        packs, unit="state", time="year", outcome="packs", treated="California", start=1989
    )
    assert test.p_value == pytest.approx(3 / 39)


def test_synthetic_texas_from_predictors():
    """The weights of the Mixtape's table."""
    states = pd.read_csv(DATA / "texas.csv")
    found = synthetic_control(
        states,
        unit="state",
        time="year",
        outcome="prisoners",
        treated="Texas",
        start=1994,
        predictors={
            "income": (1985, 1993),
            "unemployment": (1985, 1993),
            "poverty": (1985, 1993),
            "prisoners": [1988, 1990, 1991, 1992],
            "alcohol": [1990],
            "aids": [1990, 1991],
            "black": [1990, 1991, 1992],
            "aged_15_19": [1990],
        },
    )
    weights = found.weights[found.weights > 0.005]
    published = {"California": 0.408, "Florida": 0.109, "Illinois": 0.360, "Louisiana": 0.122}
    assert weights.to_dict() == pytest.approx(published, abs=0.015)
    assert found.predictor_weights.sum() == pytest.approx(1.0)


def medicaid() -> Estimates:
    """The event study of HonestDiD's example: states that expanded in 2014, up to 2015."""
    states = pd.read_csv(DATA / "medicaid.csv")
    states = states[(states["year"] < 2016) & (states["expanded"] != 2015)]
    first = states.groupby("state")["expanded"].first()
    return event_study(
        states,
        unit="state",
        time="year",
        outcome="insured",
        treated_from=first[first == 2014],
    )


def test_relative_bounds_of_medicaid():
    """HonestDiD's printed example, on its grid of 0.0004."""
    found = relative_bounds(medicaid(), [0.5, 1.0, 1.5, 2.0])
    assert found["ci_low"].tolist() == pytest.approx([0.0240, 0.0170, 0.00824, -0.000916], abs=4e-4)
    assert found["ci_high"].tolist() == pytest.approx([0.0672, 0.0720, 0.0797, 0.0881], abs=4e-4)
    assert breakdown_bound(found) == 1.5


def test_smoothness_bounds_of_medicaid():
    """HonestDiD's printed example."""
    found = smoothness_bounds(medicaid(), [0.0, 0.01, 0.02, 0.03, 0.04, 0.05])
    assert found["ci_low"].tolist() == pytest.approx(
        [0.0259, 0.0132, 0.00286, -0.00714, -0.0171, -0.0271], abs=1e-4
    )
    assert found["ci_high"].tolist() == pytest.approx(
        [0.0607, 0.0787, 0.0907, 0.101, 0.111, 0.121], abs=4e-4
    )


def test_synthetic_difference_of_california():
    """Arkhangelsky et al. (2021), table 1: −15.6 packs; weights as their program prints them.

    Its error by placebos is 8.4 there and 9.9 in the authors' Stata program: both draw placebo
    states at random, ours takes each once.
    """
    packs = pd.read_csv(DATA / "california.csv")
    found = synthetic_difference_in_differences(
        packs, unit="state", time="year", outcome="packs", treated=["California"], start=1989
    )
    assert found.table["estimate"][0] == pytest.approx(-15.604, abs=0.01)
    assert 8.4 < found.table["std_error"][0] < 9.9
    largest = found.unit_weights.nlargest(5)
    published = {
        "Nevada": 0.124,
        "New Hampshire": 0.105,
        "Connecticut": 0.078,
        "Delaware": 0.070,
        "Colorado": 0.058,
    }
    assert largest.to_dict() == pytest.approx(published, abs=2e-3)
    times = found.time_weights[found.time_weights > 0.001]
    assert times.to_dict() == pytest.approx({1986: 0.366, 1987: 0.206, 1988: 0.427}, abs=2e-3)


# --- Cox's errors as R's survival prints them -----------------------------------------------------


def test_clustered_cox_errors_of_two_eyes():
    """`coxph(Surv(time, status) ~ trt + juvenile, cluster = id, data = diabetic)` of survival."""
    eyes = pd.read_csv(DATA / "diabetic.csv")
    frame = eyes.assign(exit=eyes["time"], event=eyes["status"].map({1: "blind", 0: ""}))
    found = cox_hazard(frame, cause="blind", terms=["trt", "juvenile"], cluster="id").table
    assert found["estimate"].tolist() == pytest.approx([-0.77893, -0.05388], abs=5e-6)
    assert found["std_error"].tolist() == pytest.approx([0.14851, 0.17864], abs=5e-6)


def test_clustered_cox_errors_of_recurring_tumours():
    """Wei, Lin and Weissfeld (1989), by Efron's ties as survival's examples print it.

    `coxph(Surv(stop, event) ~ (rx + size + number) * strata(enum), cluster = id, bladder1)`
    """
    tumours = pd.read_csv(DATA / "bladder.csv")
    frame = tumours.assign(exit=tumours["stop"], event=tumours["event"].map({1: "back", 0: ""}))
    names = ["rx", "size", "number"]
    terms = list(names)
    for name in names:
        for number in (2, 3, 4):
            frame[f"{name}{number}"] = frame[name] * (frame["enum"] == number)
            terms.append(f"{name}{number}")
    found = cox_hazard(frame, cause="back", terms=terms, strata="enum", cluster="id").table
    assert found["estimate"].tolist() == pytest.approx(
        [
            -0.52598,
            0.06961,
            0.23818,
            -0.10633,
            -0.17251,
            -0.10945,
            -0.14737,
            -0.28345,
            -0.27607,
            -0.10125,
            -0.06467,
            0.09429,
        ],
        abs=6e-6,
    )
    assert found["std_error"].tolist() == pytest.approx(
        [
            0.31524,
            0.08863,
            0.07459,
            0.33396,
            0.39868,
            0.50636,
            0.11409,
            0.1522,
            0.18904,
            0.11759,
            0.12035,
            0.11973,
        ],
        abs=6e-6,
    )


def test_score_residuals_with_delayed_entry_and_ties():
    """Data set 2 of Therneau and Grambsch (2000), appendix E, Efron's ties, by hand at β.

    The weights of each row at each of the ends, as survival's tests write them down.
    """
    begin = np.array([1, 2, 5, 2, 1, 7, 3, 4, 8, 8.0])
    end = np.array([2, 3, 6, 7, 8, 9, 9, 9, 14, 17.0])
    left = np.array([1, 1, 1, 1, 1, 1, 1, 0, 0, 0.0])
    x = np.array([1, 0, 0, 1, 0, 1, 1, 1, 0, 0.0])
    beta = 0.3
    risk = np.exp(beta * x)
    weights = risk[:, None] * np.column_stack(
        [(begin < time) & (end >= time) for time in (2, 3, 6, 7, 8, 9, 9)]
    )
    weights[5:7, 6] *= 0.5
    hazard = 1 / weights.sum(axis=0)
    means = (weights * x[:, None]).sum(axis=0) * hazard
    martingale = -weights * hazard
    martingale[range(5), range(5)] += 1
    martingale[5:7, 5:7] += 0.5
    expected = (martingale * (x[:, None] - means)).sum(axis=1)
    found = efron_score_residuals(begin, end, left, x[:, None], np.array([beta]))
    assert found[:, 0] == pytest.approx(expected)
