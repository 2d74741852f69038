"""Effects drawn towards their mean, and how changes vary where nothing was done."""

import numpy as np
import pandas as pd
import pytest

from indicators.errors import DataError
from indicators.evaluation.shrinkage import ChangeVariance, change_variance, shrink


def test_batting_averages_of_efron_and_morris():
    """Scientific American 236 (1977): a share of .212 of each distance from the mean, .265."""
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    averages = np.array(hits) / 45
    mean = averages.mean()
    errors = np.full(18, np.sqrt(mean * (1 - mean) / 45))
    found = shrink(averages, errors)
    assert found.mean == pytest.approx(0.265, abs=5e-4)
    assert found.effects[0] == pytest.approx(0.294, abs=5e-4)
    share = (found.effects[0] - mean) / (averages[0] - mean)
    assert share == pytest.approx(0.212, abs=2e-3)


def test_eight_schools_do_not_differ():
    """Rubin (1981): the mean is 7.7 with an error of 4.1, and nothing varies between schools."""
    effects = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    errors = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    found = shrink(effects, errors)
    assert (round(found.mean, 1), round(found.mean_error, 1)) == (7.7, 4.1)
    assert found.tau2 == pytest.approx(0, abs=1e-9)
    # Morris's factor of (k − 3) / (k − 1): even so they are not drawn the whole way.
    assert found.effects == pytest.approx(found.mean + 2 / 7 * (effects - found.mean))
    with pytest.raises(DataError, match="too few"):
        shrink(effects[:3], errors[:3])


def test_variances_are_those_of_a_mixed_model():
    """With areas alike in size: restricted maximum likelihood of statsmodels."""
    import statsmodels.formula.api as smf

    random = np.random.default_rng(3)
    area = np.repeat(np.arange(40), 4)
    change = 0.8 * random.standard_normal(40)[area] + 0.5 * random.standard_normal(160)
    found = change_variance(change, np.full(160, 7.0), area)
    data = pd.DataFrame({"change": change, "area": area})
    model = smf.mixedlm("change ~ 1", data, groups="area").fit(reml=True)
    assert found.area == pytest.approx(float(model.cov_re.iloc[0, 0]), rel=2e-3)
    assert float(found.own(np.array([7.0]))[0]) == pytest.approx(model.scale, rel=2e-3)
    with pytest.raises(DataError, match="three areas"):
        change_variance(change[:8], np.ones(8), area[:8])


def test_the_variance_of_a_mean_is_that_of_the_whole_matrix():
    model = ChangeVariance(0.3, 0.1, 0.05, 2.0)
    area, size = np.array([0, 0, 1, 2, 2, 2]), np.array([1.0, 2, 3, 4, 5, 6])
    weights = np.array([1.0, 3, 2, 2, 1, 1])
    matrix = 0.3 * (area[:, None] == area) + np.diag(0.1 + 0.05 * 2 / size)
    share = weights / weights.sum()
    assert model.of_mean(weights, size, area) == pytest.approx(share @ matrix @ share)
