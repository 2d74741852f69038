"""What every time series carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import num2date

from indicators.reporting.charts import marks
from indicators.reporting.charts.marks import EndName
from indicators.reporting.voice import Voice

FIRST, LAST = pd.Timestamp("2012-01-01"), pd.Timestamp("2022-02-01")
START, END = date(2021, 3, 1), date(2023, 6, 30)


@pytest.fixture
def axes() -> Iterator[Axes]:
    figure, made = plt.subplots()
    marks.time_axis(made, FIRST, LAST)
    yield made
    plt.close(figure)


def test_the_trials_band_ends_with_the_figure(axes: Axes) -> None:
    marks.trial_band(axes, START, END, LAST, "trial")
    [band] = axes.patches
    left, right = (num2date(edge).date() for edge in band.get_extents().transformed(
        axes.transData.inverted()).intervalx)  # fmt: skip
    assert (left, right) == (START, LAST.date())
    assert [text.get_text() for text in axes.texts] == ["trial"]


@pytest.mark.parametrize("last", ["2021-02-01", "2021-03-01"])
def test_there_is_no_band_before_the_trial(axes: Axes, last: str) -> None:
    marks.trial_band(axes, START, END, pd.Timestamp(last), "trial")
    assert not axes.patches
    assert not axes.texts


def test_names_have_room_and_small_panels_fewer_years(axes: Axes) -> None:
    wide = axes.get_xlim()[1]
    years = len(axes.get_xticks())
    marks.time_axis(axes, FIRST, LAST, named=False)
    assert axes.get_xlim()[1] < wide
    assert len(axes.get_xticks()) < years
    assert years <= marks.MOST_YEARS


def test_one_month_has_an_axis(axes: Axes) -> None:
    marks.time_axis(axes, LAST, LAST)
    low, high = axes.get_xlim()
    assert high > low


def test_numbers_begin_at_zero_and_are_written_as_the_language_does(axes: Axes) -> None:
    axes.plot([FIRST, LAST], [11000, 16000])
    marks.number_axis(axes, Voice("fi"))
    assert axes.get_ylim()[0] == 0
    assert axes.yaxis.get_major_formatter()(12000, 0) == "12\u00a0000"


def test_letters_of_breaks_follow_their_order_and_do_not_touch(axes: Axes) -> None:
    marks.break_lines(axes, ["2014-01", "2020-03", "2020-04", "2020-05"])
    letters = [(text.get_text(), text.xyann[1]) for text in axes.texts]
    assert [name for name, _ in letters] == ["a", "b", "c", "d"]
    heights = [height for _, height in letters]
    assert heights[0] == heights[1] == heights[3] == marks.LETTERS
    assert heights[2] == marks.HIGHER_LETTERS
    assert len(axes.lines) == 4


def test_names_of_lines_that_end_together_stand_apart(axes: Axes) -> None:
    axes.set_ylim(0, 20)
    marks.end_names(axes, [EndName("upper", 10.1, "k"), EndName("lower", 10.0, "k")], LAST)
    places = {text.get_text(): text.xyann[1] for text in axes.texts}
    assert places["lower"] == 10.0
    assert places["upper"] - places["lower"] >= 20 * 0.07


def test_names_far_apart_stand_where_their_lines_end(axes: Axes) -> None:
    axes.set_ylim(0, 20)
    marks.end_names(axes, [EndName("upper", 18, "k"), EndName("lower", 3, "k")], LAST)
    assert {text.get_text(): text.xyann[1] for text in axes.texts} == {"lower": 3, "upper": 18}
