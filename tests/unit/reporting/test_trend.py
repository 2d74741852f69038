"""The trend of a series: found where there is one, refused where there is too little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.reporting.charts.series import trend

MONTHS = 120
LEAST = 60
INDEX = pd.date_range("2010-01-01", periods=MONTHS, freq="MS")
# The line and the wave are STL's own ideas of trend and season: only the ends differ a little.
CLOSE = 0.01
# A wild month leaves a little behind; without the robust form it is more than ten times this.
NEARLY = 0.02


def known_series() -> tuple[pd.Series, pd.Series]:
    """A straight line, and the same with a yearly wave upon it."""
    line = pd.Series(1000 + 5.0 * np.arange(MONTHS), index=INDEX)
    wave = 200 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    return line, line + wave


def test_a_known_trend_is_found_under_its_season() -> None:
    line, with_wave = known_series()
    found = trend(with_wave, LEAST)
    assert found is not None
    assert list(found.index) == list(INDEX)
    assert float(((found - line) / line).abs().max()) < CLOSE


def test_one_wild_month_does_not_bend_the_trend() -> None:
    line, with_wave = known_series()
    wild = with_wave.copy()
    wild.iloc[60] += 5000
    found = trend(wild, LEAST)
    assert found is not None
    assert float(((found - line) / line).abs().max()) < NEARLY


def test_a_series_shorter_than_asked_has_no_trend() -> None:
    series = known_series()[1]
    assert trend(series.iloc[: LEAST - 1], LEAST) is None
    assert trend(series.iloc[:LEAST], LEAST) is not None


def test_two_years_are_never_enough() -> None:
    series = known_series()[1]
    assert trend(series.iloc[:24], 1) is None
    assert trend(series.iloc[:25], 1) is not None


def test_a_gap_parts_a_series_and_each_part_has_its_own_trend() -> None:
    series = known_series()[1]
    alone = trend(series.iloc[51:], LEAST)
    series.iloc[50] = np.nan
    found = trend(series, LEAST)
    assert found is not None
    assert alone is not None
    # Fifty months before the gap are too few.
    assert found.iloc[:51].isna().all()
    assert found.iloc[51:].tolist() == alone.tolist()
    series.iloc[100] = np.nan
    assert trend(series, LEAST) is None


def test_months_before_the_first_and_after_the_last_figure_are_left_out() -> None:
    series = known_series()[1]
    series.iloc[:3] = np.nan
    series.iloc[-2:] = np.nan
    found = trend(series, LEAST)
    assert found is not None
    assert list(found.index) == list(INDEX[3:-2])


def test_nothing_has_no_trend() -> None:
    assert trend(pd.Series(np.nan, index=INDEX), LEAST) is None
