"""What panels have around their data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from math import nan
from pathlib import Path

import figure_reading as drawn
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.dates import date2num

from indicators.errors import UsageError
from indicators.reporting.charts import axes, drawing
from indicators.reporting.charts.axes import EndName, spread, stand_alone, upper_limit
from indicators.reporting.charts.drawing import Box, PanelAxes
from indicators.reporting.files import FONTS
from indicators.reporting.wording import Translator

ROOT = Path(__file__).resolve().parents[3]
FIRST, LAST = date(2012, 1, 1), date(2022, 2, 1)
START, END = date(2021, 3, 1), date(2023, 6, 30)
BOX = Box(40, 50, 440, 180)
MONTHS = pd.date_range("2021-01", periods=6, freq="MS")
PanelFactory = Callable[..., PanelAxes]


@pytest.fixture
def panel() -> PanelFactory:
    """A panel of ten years, from 0 to 20."""

    def build(
        first: date = FIRST, last: date = LAST, box: Box = BOX, high: float = 20
    ) -> PanelAxes:
        figure = drawing.blank_figure(ROOT / FONTS, 200)
        made = drawing.add_panel(figure, box)
        with drawing.house_style():
            axes.set_time_axis(made, first, last)
            axes.set_number_axis(made, Translator("fi"), high)
        return made

    return build


def series(*values: float) -> pd.Series:
    return pd.Series(values, index=MONTHS[: len(values)], dtype=float)


def drawn_words(made: PanelAxes) -> list[str]:
    return drawn.words(made.figure)  # type: ignore[arg-type]


# Lines and areas.


def test_a_line_is_one_with_a_gap_where_it_is_not_known_and_a_month_alone_is_a_dot(
    panel: PanelFactory,
) -> None:
    made = panel(MONTHS[0].date(), MONTHS[-1].date())
    line = axes.draw_line(made, series(1, 2, nan, 4, nan, 6), "#123456", 0.8, label="a")
    assert drawn.known_stretches(line) == [2, 1, 1]
    assert line.get_marker() == "o"
    assert line.get_markevery() == [3, 5]
    assert line.get_markersize() >= 2 * axes.LEAST_DOT
    assert line.get_label() == "a"
    whole = axes.draw_line(made, series(1, 2, 3), "#123456", 0.8, label="b")
    assert whole.get_marker() == "None"


def test_an_area_is_open_where_an_edge_is_not_known_and_a_month_alone_is_a_bar(
    panel: PanelFactory,
) -> None:
    made = panel(MONTHS[0].date(), MONTHS[-1].date())
    upper = np.array([5, 5, nan, 7, nan, nan])
    axes.draw_area(made, MONTHS, upper * 0, upper, drawing.BLUE, label="a")
    [area] = made.collections
    [outline] = area.get_paths()
    first, second = date2num(MONTHS[:2])
    assert set(outline.vertices[:, 0]) == {first, second}
    [bar] = made.patches
    assert bar.get_height() == 7
    assert bar.get_x() < date2num(MONTHS[3]) < bar.get_x() + bar.get_width()


@pytest.mark.parametrize(
    ("values", "alone"),
    [([], []), ([nan, nan], []), ([1], [0]), ([1, 2], []), ([nan, 1, nan, 1, 1, nan, 1], [1, 6])],
)
def test_months_that_stand_alone(values: list[float], alone: list[int]) -> None:
    assert list(np.flatnonzero(stand_alone(np.array(values, dtype=float)))) == alone


# The trial and breaks.


def test_the_trials_band_ends_with_the_figure(panel: PanelFactory) -> None:
    made = panel()
    axes.shade_trial(made, START, END, "trial")
    [band] = made.patches
    ends = band.get_x(), band.get_x() + band.get_width()
    assert ends == pytest.approx((date2num(START), date2num(LAST)))
    assert to_hex(band.get_facecolor()) == drawing.PALE
    assert drawn.text(made.figure, "trial").bottom > 200 - BOX.top  # type: ignore[arg-type]


def test_the_band_begins_with_the_figure_and_its_name_stays_on_the_drawing(
    panel: PanelFactory,
) -> None:
    made = panel(date(2022, 1, 1), LAST, Box(40, 50, 500, 180))
    axes.shade_trial(made, START, END, "a very long name of the trial" * 3)
    [band] = made.patches
    assert band.get_x() == date2num(date(2022, 1, 1))
    assert drawn.outside(made.figure) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("last", [date(2021, 2, 1), START])
def test_there_is_no_band_before_the_trial(panel: PanelFactory, last: date) -> None:
    made = panel(last=last)
    axes.shade_trial(made, START, END, "trial")
    assert not made.patches
    assert "trial" not in drawn_words(made)


def test_letters_of_breaks_follow_their_order_and_do_not_touch(panel: PanelFactory) -> None:
    made = panel()
    months = ["2014-01", "2020-03", "2020-04", "2020-05"]
    axes.mark_breaks(made, months)
    letters = [item for item in drawn.texts(made.figure) if item.words in "abcd"]  # type: ignore[arg-type]
    assert [item.words for item in letters] == ["a", "b", "c", "d"]
    assert not any(item.touches(other) for item, other in pairwise(letters))
    [lines] = made.collections
    days = [segment[0][0] for segment in lines.get_segments()]
    assert days == [date2num(date.fromisoformat(f"{month}-01")) for month in months]


# Scales.


@pytest.mark.parametrize(("right", "count"), [(440, 11), (180, 4), (90, 1)])
def test_years_do_not_touch_and_narrow_panels_have_fewer(
    panel: PanelFactory, right: float, count: int
) -> None:
    made = panel(box=Box(40, 50, right, 180))
    years = [item for item in drawn.texts(made.figure) if item.words.startswith("20")]  # type: ignore[arg-type]
    years = [item for item in years if len(item.words) == 4]
    assert all(item.right < other.left for item, other in pairwise(years))
    assert abs(len(years) - count) <= 1
    assert years


def test_one_month_has_an_axis(panel: PanelFactory) -> None:
    made = panel(LAST, LAST)
    low, high = made.get_xlim()
    assert low == date2num(LAST)
    assert high - low == axes.MONTH_DAYS


@pytest.mark.parametrize(
    ("language", "high", "expected"),
    [
        ("fi", 16000, ["0", "5\u00a0000", "10\u00a0000", "15\u00a0000"]),
        ("en", 16000, ["0", "5,000", "10,000", "15,000"]),
        ("fi", 1.05, ["0", "1"]),
        ("fi", 5.2, ["0", "2", "4"]),
        ("fi", 110, ["0", "25", "50", "75", "100"]),
        ("sv", 0.4, ["0", "0,1", "0,2", "0,3", "0,4"]),
    ],
)
def test_numbers_begin_at_zero_are_few_and_written_as_the_language_does(
    panel: PanelFactory, language: str, high: float, expected: list[str]
) -> None:
    made = panel()
    axes.set_number_axis(made, Translator(language), high)
    scale = [item for item in drawn.texts(made.figure) if item.right <= BOX.left]  # type: ignore[arg-type]
    assert [item.words for item in scale] == expected
    widest = max(item.right - item.left for item in scale)
    assert axes.numbers_width(Translator(language), high) == pytest.approx(widest, abs=0.2)


def test_numbers_may_be_left_to_the_panel_beside(panel: PanelFactory) -> None:
    made = panel()
    axes.set_number_axis(made, Translator("fi"), 20, named=False)
    assert not [item for item in drawn.texts(made.figure) if item.right <= BOX.left]  # type: ignore[arg-type]
    assert made.yaxis.get_gridlines()[0].get_visible()


def test_a_panel_goes_a_little_beyond_its_highest_value() -> None:
    assert upper_limit(pd.Series([1.0, np.nan, 10.0]), pd.Series([np.nan])) == 10.5
    assert upper_limit(pd.Series([0.0])) == 1
    assert upper_limit(pd.Series([np.nan])) == 1


# Names at the ends of lines.


def test_names_stand_where_their_lines_end_and_apart(panel: PanelFactory) -> None:
    made = panel()
    names = [EndName("far", 18, "k"), EndName("upper\n1", 3.1, "k"), EndName("lower\n0", 3.0, "k")]
    axes.name_line_ends(made, names)
    far, lower, upper = (drawn.text(made.figure, name) for name in ("far", "lower\n0", "upper\n1"))  # type: ignore[arg-type]
    assert (far.bottom + far.top) / 2 == pytest.approx(20 + 130 * 18 / 20, abs=0.5)
    assert lower.top < upper.bottom
    room = axes.end_names_width(names)
    assert all(BOX.right < item.left < item.right < BOX.right + room for item in (far, lower))


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([], []),
        ([50], [50]),
        ([0], [5]),
        ([100], [95]),
        ([20, 22, 24], [20, 30, 40]),
        ([95, 97, 99], [75, 85, 95]),
        ([0, 1, 99], [5, 15, 95]),
    ],
)
def test_labels_are_spread_within_their_panel(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, [10.0] * len(wanted), 0, 100) == places


# The style and files.


def test_a_font_that_is_not_there_is_missed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Inter-Regular.otf: the figures' font is not there"):
        drawing.blank_figure(tmp_path, 100)


def test_widths_and_heights_grow_with_letters_size_and_weight() -> None:
    drawing.register_fonts(ROOT / FONTS)
    assert drawing.text_width("", 10) == 0
    assert drawing.text_width("ab\na", 10) == drawing.text_width("ab", 10)
    assert drawing.text_width("ab", 20) == pytest.approx(2 * drawing.text_width("ab", 10), rel=0.02)
    assert drawing.text_width("abc", 10, bold=True) > drawing.text_width("abc", 10)
    assert drawing.text_height("a\nb", 10) > 1.8 * drawing.text_height("a", 10)


def save(made: PanelAxes, path: Path) -> bytes:
    drawing.save_svg(made.figure, path)  # type: ignore[arg-type]
    return path.read_bytes()


def test_a_figure_has_the_house_look_whatever_style_is_in_use(
    panel: PanelFactory, tmp_path: Path
) -> None:
    def finished() -> PanelAxes:
        made = panel()
        made.set_title("Työttömät $5 & <6>")
        return made

    plain = save(finished(), tmp_path / "deeper" / "a.svg")
    with mpl.rc_context({"axes.titlesize": 30, "xtick.labelsize": 3, "ytick.alignment": "top",
                         "font.family": "monospace", "xtick.major.pad": 20}):  # fmt: skip
        made = finished()
        made.figure.draw_without_rendering()  # type: ignore[union-attr]
        assert save(made, tmp_path / "b.svg") == plain
    assert b"Inter-SemiBold" in plain
    assert b"<!-- Ty\xc3\xb6tt\xc3\xb6m\xc3\xa4t $5 &amp; &lt;6&gt; -->" in plain
    assert b"<dc:date>" not in plain
    assert mpl.rcParams["svg.hashsalt"] != "indicators"


def test_a_title_is_replaced_as_in_any_figure(panel: PanelFactory) -> None:
    made = panel()
    for title in ("Ensin", "Sitten"):
        made.set_title(title)
    assert made.get_title() == "Sitten"
    assert drawn_words(made).count("Sitten") == 1
    assert "Ensin" not in drawn_words(made)
    assert drawn.text(made.figure, "Sitten").left == pytest.approx(BOX.left, abs=1)  # type: ignore[arg-type]
