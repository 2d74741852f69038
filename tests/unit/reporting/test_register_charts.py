"""Small multiples and bars: what is drawn and said, and that it is the same each time."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import figure_reading
import pandas as pd
import pytest
import svg
from made_register import every_month, with_register
from matplotlib.collections import FillBetweenPolyCollection

from indicators.reporting.charts import drawing
from indicators.reporting.charts.bars import Bar, BarPanel, bar_chart
from indicators.reporting.charts.small_multiples import Curve, Panel, small_multiples
from indicators.reporting.context import Context
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")
INDEX = pd.date_range("2020-02", periods=25, freq="MS")
INDICATORS = ["unemployment_duration"]
ContextFactory = Callable[..., Context]


@pytest.fixture
def context_of(project: Settings) -> ContextFactory:
    """A context with a register."""

    def build(language: str = "fi", made_up: bool = True) -> Context:
        rows = every_month("flow_over_3_months", {})
        return Context(project, with_register(rows, made_up=made_up), Translator(language))

    return build


def line(*values: float, **cells: Any) -> Curve:
    """A line whose last months have these values, and those before them the first of them."""
    full = [values[0]] * (len(INDEX) - len(values)) + list(values)
    return Curve(**{"name": "", "values": pd.Series(full, index=INDEX, dtype=float), **cells})


def test_the_same_figures_give_the_same_bytes(context_of: ContextFactory, in_tmp: Path) -> None:
    panels = [Panel("Ensin", [line(1, 5)]), Panel("Sitten", [line(2, 3)])]
    for name in ("a.svg", "b.svg"):
        small_multiples(context_of(), name, panels, INDICATORS).save()
    assert (in_tmp / "a.svg").read_bytes() == (in_tmp / "b.svg").read_bytes()


@pytest.mark.parametrize("made_up", [True, False])
def test_the_mark_stands_in_the_picture_only_if_it_is_made_up(
    context_of: ContextFactory, in_tmp: Path, made_up: bool
) -> None:
    context = context_of(made_up=made_up)
    drawn = small_multiples(context, "a.svg", [Panel("Ensin", [line(1, 5)])], INDICATORS)
    bars = bar_chart(context, "b.svg", [BarPanel("Nyt", [Bar("Lahti", 3)])], "2022-02")
    word = context.translator("register.mark")
    drawn.save()
    bars.save()
    assert (word in svg.texts(in_tmp / "a.svg")) is made_up
    assert (word in svg.texts(in_tmp / "b.svg")) is made_up
    assert [item.alt.startswith(word) for item in (drawn, bars)] == [made_up] * 2


def test_panels_of_one_scale_show_all_of_every_line(context_of: ContextFactory) -> None:
    panels = [Panel("Matala", [line(1, 2)]), Panel("Korkea", [line(80, 90)])]
    shared = small_multiples(context_of(), "a.svg", panels, INDICATORS, sharey=True).figure
    own = small_multiples(context_of(), "b.svg", panels, INDICATORS).figure
    (low, high), (own_low, own_high) = shared.axes, own.axes
    assert low.get_ylim() == high.get_ylim() == own_high.get_ylim()
    assert low.get_ylim()[1] > 90
    assert own_low.get_ylim() == (0, pytest.approx(2.1))
    assert figure_reading.words(shared).count("80") == 1


TITLES = ["Ajantasaisten suunnitelmien osuus", "Kompetensutvecklingstjänster", "Yhteensä"]


@pytest.mark.parametrize("sharey", [True, False])
def test_titles_are_whole_and_do_not_touch(context_of: ContextFactory, sharey: bool) -> None:
    panels = [Panel(title, [line(1)]) for title in TITLES]
    figure = small_multiples(context_of(), "a.svg", panels, INDICATORS, sharey=sharey).figure
    assert [" ".join(axes.get_title().split()) for axes in figure.axes] == TITLES
    texts = figure_reading.texts(figure)
    drawn = [item for item in texts if " ".join(item.words.split()) in TITLES]
    assert [" ".join(item.words.split()) for item in drawn] == TITLES
    assert drawn[0].right < drawn[1].left
    assert drawn[1].right < drawn[2].left
    assert drawn[2].right <= drawing.WIDE


def test_no_two_texts_lie_upon_each_other(context_of: ContextFactory) -> None:
    names = [line(7, 3, 5, name="3 kk"), line(7, 3, 5.1, name="6 kk"), line(1, name="12 kk")]
    panels = [Panel(title, names) for title in (*TITLES, *TITLES)]
    small = small_multiples(context_of(), "a.svg", panels, INDICATORS, height=172.8, sharey=True)
    bars = [Bar("Lahti", 140.4), Bar("Hollola", nan), Bar("Yhteensä", 143.0)]
    two = [BarPanel("Suhde", bars), BarPanel("Osuus, %", bars, 1)]
    for drawn in (small, bar_chart(context_of(), "b.svg", two, "2022-02")):
        assert figure_reading.touching(drawn.figure) == []
        assert figure_reading.outside(drawn.figure) == []


def test_nothing_but_zeros_has_a_scale_and_a_line_never_known_has_no_name(
    context_of: ContextFactory,
) -> None:
    panels = [Panel("Nollia", [line(0)]), Panel("Osin", [line(nan, name="x"), line(1, name="y")])]
    drawn = small_multiples(context_of(), "a.svg", panels, INDICATORS)
    words = figure_reading.words(drawn.figure)
    # Of both panels' scales, and the zeros' newest value.
    assert words.count("0") == 3
    assert words.count("1") == 2
    assert "y" in words
    assert "x" not in words
    assert "Osin, x: ei saatavilla." in drawn.alt


def test_a_panel_without_any_value_is_left_out(context_of: ContextFactory) -> None:
    panels = [Panel("Ei mitään", [line(nan)]), Panel("Jotain", [line(1)])]
    drawn = small_multiples(context_of(), "a.svg", panels, INDICATORS)
    assert [axes.get_title() for axes in drawn.figure.axes] == ["Jotain"]
    assert "Ei mitään" not in drawn.alt


def test_few_lines_are_told_in_full_and_many_by_their_newest_value(
    context_of: ContextFactory,
) -> None:
    few = small_multiples(context_of(), "a.svg", [Panel("Kesto", [line(7, 3, 5)])], INDICATORS)
    assert "Kesto: 5 (helmikuu 2022); suurin 7 (" in few.alt
    assert "pienin 3 (tammikuu 2022)" in few.alt
    many = [Panel(f"Ruutu {number}", [line(7, number)]) for number in range(9)]
    many.append(Panel("Viimeinen", [line(7, nan)]))
    result = small_multiples(context_of(), "b.svg", many, INDICATORS).alt
    assert "Ruutu 4: 4." in result
    assert "suurin" not in result
    assert "Viimeinen: ei saatavilla." in result


def test_lines_of_a_panel_are_told_apart_in_the_words(context_of: ContextFactory) -> None:
    lines = [line(5, name="3 kk"), line(2, name="6 kk")]
    result = small_multiples(context_of(), "a.svg", [Panel("Naiset", lines)], INDICATORS).alt
    assert "Naiset, 3 kk: 5" in result
    assert "Naiset, 6 kk: 2" in result


def test_a_stack_is_as_high_as_its_parts(context_of: ContextFactory) -> None:
    parts = [line(10, 20), line(1, 2)]
    drawn = small_multiples(
        context_of(), "a.svg", [Panel("Summa", [line(11, 22)], stack=parts)], INDICATORS
    )
    [axes] = drawn.figure.axes
    areas = [item for item in axes.collections if isinstance(item, FillBetweenPolyCollection)]
    tops = [float(area.get_paths()[0].vertices[:, 1].max()) for area in areas]
    assert tops == [20, 22]
    assert max(figure_reading.line(axes, "Summa").get_ydata()) == 22  # type: ignore[arg-type]
    assert areas[1].get_paths()[0].vertices[:, 1].min() == 10


def test_breaks_within_the_months_are_marked_and_told(context_of: ContextFactory) -> None:
    drawn = small_multiples(context_of(), "a.svg", [Panel("Kesto", [line(1)])], INDICATORS)
    assert [series_break.month for series_break in drawn.breaks] == ["2020-03"]
    assert (drawn.first, drawn.last) == ("2020-02", "2022-02")
    assert "a" in figure_reading.words(drawn.figure)


def test_bars_say_their_values_beside_them_and_in_the_words(context_of: ContextFactory) -> None:
    first = BarPanel("Suhde", [Bar("Lahti", 140.4), Bar("Hollola", nan), Bar("Yhteensä", 143.0)])
    second = BarPanel("Osuus, %", [Bar("Lahti", 79.66), Bar("Hollola", 20.34)], 1)
    drawn = bar_chart(context_of(), "a.svg", [first, second], "2022-02")
    text = figure_reading.words(drawn.figure)
    assert [patch.get_width() for patch in drawn.figure.axes[1].patches] == [79.66, 20.34]
    assert {"140", "143", "79,7", "20,3", "ei saatavilla"} <= set(text)
    assert text.count("Lahti") == 1  # rows are named once, at the left
    assert "Suhde: Lahti 140; Hollola ei saatavilla; Yhteensä 143." in drawn.alt
    assert "Osuus, %: Lahti 79,7; Hollola 20,3." in drawn.alt
    assert (drawn.first, drawn.last) == ("2022-02", "2022-02")


def test_points_have_their_intervals(context_of: ContextFactory) -> None:
    bars = [Bar("Kohtelu", 4.04, 3.95, 4.13), Bar("Osallisuus", nan)]
    drawn = bar_chart(context_of(), "a.svg", [BarPanel("Keskiarvo", bars, 2, (1, 5))], "2022-02")
    assert "Kohtelu 4,04 (3,95–4,13)" in drawn.alt
    [axes] = drawn.figure.axes
    [intervals] = axes.collections
    [(start, end), *_] = (segment[:, 0] for segment in intervals.get_segments())  # type: ignore[attr-defined]
    assert (start, end) == pytest.approx((3.95, 4.13))
    assert [word for word in figure_reading.words(drawn.figure) if len(word) == 1] == list("12345")


@pytest.mark.parametrize("scale", [None, (1.0, 5.0)])
def test_bars_of_which_none_is_known_have_their_rows(
    context_of: ContextFactory, scale: tuple[float, float] | None
) -> None:
    bars = [Bar("Lahti", nan), Bar("Lahti", nan, hidden=True)]
    drawn = bar_chart(context_of(), "a.svg", [BarPanel("Nyt", bars, 0, scale)], "2022-02")
    drawn.save()
    words = figure_reading.words(drawn.figure)
    assert words.count("Lahti") == 2
    assert {"ei saatavilla", "salattu"} <= set(words)
