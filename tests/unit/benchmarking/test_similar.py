"""Similar areas: distances against a slow twin, and what is not known."""

from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest

from indicators.benchmarking.similar import distances, nearest, standardise


def slow_distances(rows: np.ndarray, place: int, weights: list[float]) -> list[float]:
    columns = []
    for column in rows.T:
        known = [value for value in column if not isnan(value)]
        mean = sum(known) / len(known)
        spread = sqrt(sum((value - mean) ** 2 for value in known) / len(known))
        columns.append([(value - mean) / spread for value in column])
    found = []
    own = [column[place] for column in columns]
    whole = sum(weight for weight, value in zip(weights, own, strict=True) if not isnan(value))
    for row in range(len(rows)):
        pairs = [
            (weight, column[row] - mine)
            for weight, column, mine in zip(weights, columns, own, strict=True)
            if not isnan(column[row] - mine)
        ]
        shared = sum(weight for weight, _ in pairs)
        enough = shared >= whole / 2 and shared > 0
        found.append(sqrt(sum(w * d * d for w, d in pairs) / shared) if enough else nan)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_distances_are_those_of_the_slow_twin(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(5, 3, (12, 4))
    rows[random.random(rows.shape) < 0.25] = nan
    rows[:2] = [[1, 2, 3, 4], [4, 3, 2, 1]]
    weights = [3.0, 1.0, 1.0, 0.5]
    for place in range(12):
        np.testing.assert_allclose(
            distances(rows, place, weights=weights), slow_distances(rows, place, weights)
        )


def test_units_do_not_matter_and_a_heavier_covariate_counts_more() -> None:
    rows = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [3.0, 3.0]])
    alike = distances(rows * [1, 1000], 0)
    assert alike[1] == pytest.approx(alike[2])
    heavy = distances(rows, 0, weights=[9, 1])
    assert heavy[1] > heavy[2]


def test_a_covariate_that_is_the_same_everywhere_tells_nothing() -> None:
    rows = np.array([[1.0, 7.0], [2.0, 7.0], [4.0, 7.0]])
    assert np.isnan(standardise(rows)[:, 1]).all()
    assert nearest(distances(rows, 0), 0, 2).tolist() == [1, 2]


def test_the_area_itself_and_unknown_ones_are_not_near() -> None:
    assert nearest([0.0, nan, 2.0, 1.0], 0, 5).tolist() == [3, 2]
    assert nearest([nan, nan], 0, 5).tolist() == []
