"""What every time series carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from recording_canvas import RecordingCanvas

from indicators.reporting.charts import axes, drawing
from indicators.reporting.charts.axes import (
    Box,
    EndName,
    PanelAxes,
    axis_numbers,
    day_since_1970,
    upper_limit,
)
from indicators.reporting.wording import Translator

FIRST, LAST = date(2012, 1, 1), date(2022, 2, 1)
START, END = date(2021, 3, 1), date(2023, 6, 30)
BOX = Box(40, 50, 500, 180)
AxesFactory = Callable[..., PanelAxes]


@pytest.fixture
def canvas() -> RecordingCanvas:
    """A drawing that remembers."""
    return RecordingCanvas()


@pytest.fixture
def axes_of(canvas: RecordingCanvas) -> AxesFactory:
    """A panel of ten years, from 0 to 20."""

    def build(
        first: date = FIRST, last: date = LAST, box: Box = BOX, high: float = 20
    ) -> PanelAxes:
        return PanelAxes(canvas, box, 60, day_since_1970(first), day_since_1970(last), high)

    return build


def test_lines_end_where_their_names_begin(axes_of: AxesFactory) -> None:
    frame = axes_of()
    assert frame.place(FIRST) == BOX.left
    assert frame.place(LAST) == BOX.right - frame.room
    assert frame.height(0) == BOX.bottom
    assert frame.height(20) == BOX.top


def test_the_trials_band_ends_with_the_figure(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    frame = axes_of()
    axes.draw_trial_band(frame, START, END, LAST, "trial")
    [(left, top, width, height, colour)] = canvas.rectangles
    assert (left, left + width) == pytest.approx((frame.place(START), frame.place(LAST)))
    assert (top, top + height, colour) == (BOX.top, BOX.bottom, drawing.PALE)
    assert canvas.text_drawn("trial").bottom < BOX.top


def test_the_band_begins_with_the_figure_and_its_name_stays_on_the_drawing(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    narrow = axes_of(date(2022, 1, 1), LAST, Box(40, 50, canvas.width, 180))
    axes.draw_trial_band(narrow, START, END, LAST, "a very long name of the trial" * 3)
    assert canvas.rectangles[0][0] == BOX.left
    assert canvas.texts[0].right <= canvas.width


@pytest.mark.parametrize("last", [date(2021, 2, 1), START])
def test_there_is_no_band_before_the_trial(
    axes_of: AxesFactory, canvas: RecordingCanvas, last: date
) -> None:
    axes.draw_trial_band(axes_of(), START, END, last, "trial")
    assert not canvas.rectangles
    assert not canvas.texts


@pytest.mark.parametrize("right", [500, 180, 130])
def test_years_do_not_touch_and_narrow_panels_have_fewer(
    axes_of: AxesFactory, canvas: RecordingCanvas, right: float
) -> None:
    axes.draw_time_axis(axes_of(box=Box(40, 50, right, 180)), FIRST, LAST)
    years = canvas.texts
    assert years[0].words == "2012"
    assert all(item.right < other.left for item, other in pairwise(years))
    assert len(years) == {500: 11, 180: 2, 130: 1}[right]


def test_one_month_has_an_axis(axes_of: AxesFactory, canvas: RecordingCanvas) -> None:
    frame = axes_of(LAST, LAST)
    axes.draw_time_axis(frame, LAST, LAST)
    assert frame.place(LAST) == BOX.left
    assert not canvas.texts


def test_numbers_begin_at_zero_and_are_written_as_the_language_does(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    axes.draw_number_axis(axes_of(high=16000), Translator("fi"))
    assert canvas.words == ["0", "5\u00a0000", "10\u00a0000", "15\u00a0000"]
    assert all(text.right < BOX.left for text in canvas.texts)
    assert len(canvas.lines) == 4


def test_numbers_may_be_left_to_the_panel_beside(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    axes.draw_number_axis(axes_of(), Translator("fi"), named=False)
    assert not canvas.texts
    assert canvas.lines


@pytest.mark.parametrize(
    ("high", "numbers"),
    [
        (1.0, [0, 1]),
        (0.4, [0]),
        (5.2, [0, 2, 4]),
        (22, [0, 5, 10, 15, 20]),
        (110, [0, 25, 50, 75, 100]),
        (2600, [0, 1000, 2000]),
    ],
)
def test_numbers_are_whole_round_and_few(high: float, numbers: list[float]) -> None:
    assert axis_numbers(high) == numbers


def test_a_panel_goes_a_little_beyond_its_highest_value() -> None:
    assert upper_limit(pd.Series([1.0, np.nan, 10.0]), pd.Series([np.nan])) == 10.5
    assert upper_limit(pd.Series([0.0])) == 1
    assert upper_limit(pd.Series([np.nan])) == 1


def test_letters_of_breaks_follow_their_order_and_do_not_touch(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    axes.draw_break_lines(axes_of(), ["2014-01", "2020-03", "2020-04", "2020-05"])
    assert canvas.words == ["a", "b", "c", "d"]
    tops = [item.top for item in canvas.texts]
    assert tops[0] == tops[1] == tops[3] > tops[2]
    assert not any(item.touches(other) for item, other in pairwise(canvas.texts))
    assert len(canvas.lines) == 4


def test_names_of_lines_that_end_together_stand_apart(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    moment = pd.Timestamp(LAST)
    axes.write_end_names(
        axes_of(), [EndName("upper\n1", 10.1, "k"), EndName("lower\n0", 10.0, "k")], moment
    )
    lower, upper = canvas.texts
    assert (lower.words, upper.words) == ("lower\n0", "upper\n1")
    assert upper.bottom < lower.top


def test_names_far_apart_stand_where_their_lines_end(
    axes_of: AxesFactory, canvas: RecordingCanvas
) -> None:
    frame = axes_of()
    names = [EndName("upper", 18, "k"), EndName("lower", 3, "k")]
    axes.write_end_names(frame, names, pd.Timestamp(LAST))
    for name in names:
        text = canvas.text_drawn(name.text)
        assert (text.top + text.bottom) / 2 == pytest.approx(frame.height(name.value))
        assert frame.place(LAST) < text.left
        assert text.right < frame.place(LAST) + axes.end_names_width(canvas, names)
