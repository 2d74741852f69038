"""Small multiples and bars: what is drawn and said, and that it is the same each time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import svg
from made_register import every_month, with_register
from recording_canvas import RecordingCanvas, record_drawings

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


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[RecordingCanvas]:
    """What figures are drawn on."""
    return record_drawings(monkeypatch)


def line(*values: float, **cells: Any) -> Curve:
    """A line whose last months have these values, and those before them the first of them."""
    full = [values[0]] * (len(INDEX) - len(values)) + list(values)
    return Curve(**{"name": "", "values": pd.Series(full, index=INDEX, dtype=float), **cells})


def test_the_same_figures_give_the_same_bytes(context_of: ContextFactory, in_tmp: Path) -> None:
    panels = [Panel("Ensin", [line(1, 5)]), Panel("Sitten", [line(2, 3)])]
    for name in ("a.svg", "b.svg"):
        small_multiples(context_of(), name, panels, INDICATORS)
    assert (in_tmp / "a.svg").read_bytes() == (in_tmp / "b.svg").read_bytes()


@pytest.mark.parametrize("made_up", [True, False])
def test_the_mark_stands_in_the_picture_only_if_it_is_made_up(
    context_of: ContextFactory, in_tmp: Path, made_up: bool
) -> None:
    context = context_of(made_up=made_up)
    drawn = small_multiples(context, "a.svg", [Panel("Ensin", [line(1, 5)])], INDICATORS)
    bars = bar_chart(context, "b.svg", [BarPanel("Nyt", [Bar("Lahti", 3)])], "2022-02")
    word = context.translator("register.mark")
    assert (word in svg.texts(in_tmp / "a.svg")) is made_up
    assert (word in svg.texts(in_tmp / "b.svg")) is made_up
    assert [item.alt.startswith(word) for item in (drawn, bars)] == [made_up] * 2


def highest(canvas: RecordingCanvas, colour: str = drawing.NAVY) -> list[float]:
    """How high the lines of a colour go, from the left upper panel on."""
    return [float(np.nanmin(y)) for _, y, drawn in canvas.lines if drawn == colour]


def test_panels_of_one_scale_show_all_of_every_line(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    panels = [Panel("Matala", [line(1, 2)]), Panel("Korkea", [line(80, 90)])]
    small_multiples(context_of(), "a.svg", panels, INDICATORS, sharey=True)
    small_multiples(context_of(), "b.svg", panels, INDICATORS)
    one_scale, own_scales = canvases
    low, high = highest(one_scale)
    assert low > high
    assert one_scale.words.count("80") == 1
    low, high = highest(own_scales)
    assert low == pytest.approx(high)


TITLES = ["Ajantasaisten suunnitelmien osuus", "Kompetensutvecklingstjänster", "Yhteensä"]


@pytest.mark.parametrize("sharey", [True, False])
def test_titles_are_whole_and_do_not_touch(
    context_of: ContextFactory, canvases: list[RecordingCanvas], sharey: bool
) -> None:
    panels = [Panel(title, [line(1)]) for title in TITLES]
    small_multiples(context_of(), "a.svg", panels, INDICATORS, sharey=sharey)
    [canvas] = canvases
    drawn = [item for item in canvas.texts if " ".join(item.words.split()) in TITLES]
    assert [" ".join(item.words.split()) for item in drawn] == TITLES
    assert drawn[0].right < drawn[1].left
    assert drawn[1].right < drawn[2].left
    assert drawn[2].right <= canvas.width


def test_no_two_texts_lie_upon_each_other(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    names = [line(7, 3, 5, name="3 kk"), line(7, 3, 5.1, name="6 kk"), line(1, name="12 kk")]
    panels = [Panel(title, names) for title in (*TITLES, *TITLES)]
    small_multiples(context_of(), "a.svg", panels, INDICATORS, height=172.8, sharey=True)
    bars = [Bar("Lahti", 140.4), Bar("Hollola", nan), Bar("Yhteensä", 143.0)]
    bar_chart(
        context_of(), "b.svg", [BarPanel("Suhde", bars), BarPanel("Osuus, %", bars, 1)], "2022-02"
    )
    for canvas in canvases:
        pairs = combinations(canvas.texts, 2)
        assert [(item.words, two.words) for item, two in pairs if item.touches(two)] == []
        assert all(item.left >= 0 and item.right <= canvas.width for item in canvas.texts)


def test_nothing_but_zeros_has_a_scale_and_a_line_never_known_has_no_name(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    panels = [Panel("Nollia", [line(0)]), Panel("Osin", [line(nan, name="x"), line(1, name="y")])]
    drawn = small_multiples(context_of(), "a.svg", panels, INDICATORS)
    [canvas] = canvases
    # Of both panels' scales, and the zeros' newest value.
    assert canvas.words.count("0") == 3
    assert canvas.words.count("1") == 2
    assert "y" in canvas.words
    assert "x" not in canvas.words
    assert "Osin, x: ei saatavilla." in drawn.alt


def test_a_panel_without_any_value_is_left_out(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    panels = [Panel("Ei mitään", [line(nan)]), Panel("Jotain", [line(1)])]
    drawn = small_multiples(context_of(), "a.svg", panels, INDICATORS)
    assert "Jotain" in canvases[0].words
    assert "Ei mitään" not in canvases[0].words
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


def test_a_stack_is_as_high_as_its_parts(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    parts = [line(10, 20), line(1, 2)]
    small_multiples(
        context_of(), "a.svg", [Panel("Summa", [line(11, 22)], stack=parts)], INDICATORS
    )
    [canvas] = canvases
    lower, upper = canvas.areas
    assert np.array_equal(lower[2], upper[1])
    assert float(upper[2].min()) == highest(canvas)[0]
    heights = lower[1][-1] - lower[2][-1], upper[1][-1] - upper[2][-1]
    assert heights[0] == pytest.approx(10 * heights[1])


def test_breaks_within_the_months_are_marked_and_told(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    drawn = small_multiples(context_of(), "a.svg", [Panel("Kesto", [line(1)])], INDICATORS)
    assert [series_break.month for series_break in drawn.breaks] == ["2020-03"]
    assert (drawn.first, drawn.last) == ("2020-02", "2022-02")
    assert "a" in canvases[0].words


def test_bars_say_their_values_beside_them_and_in_the_words(
    context_of: ContextFactory, in_tmp: Path
) -> None:
    first = BarPanel("Suhde", [Bar("Lahti", 140.4), Bar("Hollola", nan), Bar("Yhteensä", 143.0)])
    second = BarPanel("Osuus, %", [Bar("Lahti", 79.66), Bar("Hollola", 20.34)], 1)
    drawn = bar_chart(context_of(), "a.svg", [first, second], "2022-02")
    text = svg.texts(in_tmp / "a.svg")
    assert {"140", "143", "79,7", "20,3", "ei saatavilla"} <= set(text)
    assert text.count("Lahti") == 1  # rows are named once, at the left
    assert "Suhde: Lahti 140; Hollola ei saatavilla; Yhteensä 143." in drawn.alt
    assert "Osuus, %: Lahti 79,7; Hollola 20,3." in drawn.alt
    assert (drawn.first, drawn.last) == ("2022-02", "2022-02")


def test_points_have_their_intervals(
    context_of: ContextFactory, canvases: list[RecordingCanvas]
) -> None:
    bars = [Bar("Kohtelu", 4.04, 3.95, 4.13), Bar("Osallisuus", nan)]
    drawn = bar_chart(context_of(), "a.svg", [BarPanel("Keskiarvo", bars, 2, (1, 5))], "2022-02")
    assert "Kohtelu 4,04 (3,95–4,13)" in drawn.alt
    [canvas] = canvases
    places = {
        word: (canvas.text_drawn(word).left + canvas.text_drawn(word).right) / 2 for word in "12345"
    }
    step = places["2"] - places["1"]
    [(ends, _, _)] = canvas.lines
    assert ends == pytest.approx([places["1"] + step * (item - 1) for item in (3.95, 4.13)])
