"""How often methods err: the fast path is the package's regression, and draws are as asked for."""

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
    Comparison,
)
from indicators.evaluation.study.monte_carlo import Shocks


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


def test_changes_are_drawn_with_the_variances_asked_for(small):
    design = small[0]
    changes = design.draw(np.random.default_rng(1), 20_000)
    found = changes @ changes.T / changes.shape[1]
    own = 0.2 + 0.1 * design.size.mean() / design.size
    assert np.diag(found) == pytest.approx(0.3 + 0.4 + own, rel=0.06)
    assert found[0, 1:5] == pytest.approx([0.7] * 4, abs=0.04)
    assert found[0, 5:15] == pytest.approx([0.3] * 10, abs=0.04)
    assert found[0, 15:] == pytest.approx([0.0] * 45, abs=0.04)
