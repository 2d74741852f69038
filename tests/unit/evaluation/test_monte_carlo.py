"""How often the methods err: fast paths against the package's functions, and the table kept."""

import numpy as np
import pandas as pd
import pytest

from indicators.evaluation import difference_in_differences
from indicators.evaluation.study import monte_carlo
from indicators.evaluation.study.changes import (
    EQUAL,
    LABOUR_FORCE,
    MUNICIPALITY,
    TRIAL_AREA,
    WEIGHTS,
    Comparison,
)
from indicators.evaluation.study.headline import jackknife
from indicators.evaluation.study.monte_carlo import LEADING, Shocks


@pytest.fixture(scope="module")
def kept():
    return monte_carlo.kept_table()[0].set_index(["setting", "method", "weights"])


@pytest.fixture(scope="module")
def small():
    """Twelve areas of five municipalities, four of them treated, drawn changes."""
    area = np.repeat(np.arange(12), 5)
    random = np.random.default_rng(5)
    size = random.uniform(1, 9, 60)
    groups = Comparison(
        area < 4,
        {EQUAL: np.ones(60), LABOUR_FORCE: size},
        {MUNICIPALITY: np.arange(60), TRIAL_AREA: area},
    )
    design = monte_carlo.Design(groups, area, area // 3, size, Shocks(0.3, 0.4, 0.2, 0.1))
    return design, design.draw(random, 3)


@pytest.mark.parametrize("cluster", [MUNICIPALITY, TRIAL_AREA])
def test_many_panels_at_once_are_the_packages_regression(small, cluster):
    design, changes = small
    p_values, estimates = monte_carlo.clustered(design.groups, EQUAL, cluster)(changes)
    for number, change in enumerate(changes.T):
        frame = pd.DataFrame(
            [
                (unit, month, change[unit] * (month >= 6), design.area[unit])
                for unit in range(len(change))
                for month in range(18)
            ],
            columns=["unit", "month", "outcome", "area"],
        )
        slow = difference_in_differences(
            frame, unit="unit", time="month", outcome="outcome",
            treated_from=dict.fromkeys(range(20), 6),
            cluster=None if cluster == MUNICIPALITY else "area",
        )  # fmt: skip
        row = slow.table.iloc[0]
        assert estimates[number] == pytest.approx(row["estimate"], abs=1e-9)
        assert p_values[number] == pytest.approx(row["p_value"], abs=1e-9)


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_jackknife_is_pyfixests(small, weights):
    pyfixest = pytest.importorskip("pyfixest")
    design, changes = small
    estimates, errors = jackknife(design.groups, changes, weights)
    for number, change in enumerate(changes.T):
        frame = pd.DataFrame({"y": change, "area": design.area, "w": design.size})
        frame["treated"] = design.groups.treated.astype(float)
        fit = pyfixest.feols(
            "y ~ treated", data=frame, weights=None if weights == EQUAL else "w",
            vcov={"CRV3": "area"}, ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        )  # fmt: skip
        assert estimates[number] == pytest.approx(fit.coef()["treated"], abs=1e-9)
        # It leaves (G − 1) / G out, which MacKinnon, Nielsen and Webb have.
        assert errors[number] == pytest.approx(fit.se()["treated"] * np.sqrt(11 / 12), abs=1e-9)


def test_changes_are_drawn_with_the_variances_asked_for(small):
    design = small[0]
    changes = design.draw(np.random.default_rng(1), 20_000)
    found = changes @ changes.T / changes.shape[1]
    own = 0.2 + 0.1 * design.size.mean() / design.size
    assert np.diag(found) == pytest.approx(0.3 + 0.4 + own, rel=0.06)
    assert found[0, 1:5] == pytest.approx([0.7] * 4, abs=0.04)
    assert found[0, 5:15] == pytest.approx([0.3] * 10, abs=0.04)
    assert found[0, 15:] == pytest.approx([0.0] * 45, abs=0.04)


# --- the table that is kept -----------------------------------------------------------------------


def test_the_literatures_panels_are_recognised(kept):
    size = kept.loc["literature"]["size"].droplevel("weights")
    assert size["municipality"] == pytest.approx(0.38, abs=0.05)
    assert size["trial_area"] == pytest.approx(0.08, abs=0.02)
    assert size["one_area"] == pytest.approx(0.76, abs=0.05)
    assert size["randomisation_areas"] == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("setting", ["areas", "areas_and_regions"])
@pytest.mark.parametrize("method", LEADING)
def test_what_the_report_leads_with_errs_as_often_as_it_says(kept, setting, method):
    row = kept.loc[(setting, method, EQUAL)]
    assert 0.04 <= row["size"] <= 0.06
    assert 0.93 <= row["coverage"] <= 0.97
    assert abs(row["bias"]) < 0.03
    assert row["replications"] >= 1000
