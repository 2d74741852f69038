"""Small multiples and bars: what is drawn and said, and that it is the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import svg
from made_register import every_month, with_register
from matplotlib.figure import Figure as Picture

from indicators.reporting.charts import style
from indicators.reporting.context import Context
from indicators.reporting.register.bars import Bar, BarPanel, bar_chart
from indicators.reporting.register.charts import Curve, Panel, small_multiples
from indicators.reporting.voice import Voice
from indicators.settings import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")
INDEX = pd.date_range("2020-02", periods=25, freq="MS")
INDICATORS = ["unemployment_duration"]
Of = Callable[..., Context]


@pytest.fixture
def of(project: Settings) -> Of:
    """A context with a register."""

    def made(language: str = "fi", made_up: bool = True) -> Context:
        rows = every_month("flow_over_3_months", {})
        return Context(project, with_register(rows, made_up=made_up), Voice(language))

    return made


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Picture]]:
    """The pictures as they are when saved."""
    pictures: list[Picture] = []
    monkeypatch.setattr(style, "save", lambda picture, _: pictures.append(picture))
    yield pictures
    for one in pictures:
        style.plt.close(one)


def line(*values: float, **cells: Any) -> Curve:
    """A line whose last months have these values, and those before them the first of them."""
    full = [values[0]] * (len(INDEX) - len(values)) + list(values)
    return Curve(**{"name": "", "values": pd.Series(full, index=INDEX, dtype=float), **cells})


def test_the_same_figures_give_the_same_bytes(of: Of, in_tmp: Path) -> None:
    panels = [Panel("Ensin", [line(1, 5)]), Panel("Sitten", [line(2, 3)])]
    for name in ("a.svg", "b.svg"):
        small_multiples(of(), name, panels, INDICATORS)
    assert (in_tmp / "a.svg").read_bytes() == (in_tmp / "b.svg").read_bytes()


@pytest.mark.parametrize("made_up", [True, False])
def test_the_mark_stands_in_the_picture_only_if_it_is_made_up(
    of: Of, in_tmp: Path, made_up: bool
) -> None:
    context = of(made_up=made_up)
    drawn = small_multiples(context, "a.svg", [Panel("Ensin", [line(1, 5)])], INDICATORS)
    bars = bar_chart(context, "b.svg", [BarPanel("Nyt", [Bar("Lahti", 3)])], "2022-02")
    word = context.voice("register.mark")
    assert (word in svg.texts(in_tmp / "a.svg")) is made_up
    assert (word in svg.texts(in_tmp / "b.svg")) is made_up
    assert [one.alt.startswith(word) for one in (drawn, bars)] == [made_up] * 2


def test_panels_of_one_scale_show_all_of_every_line(of: Of, saved: list[Picture]) -> None:
    panels = [Panel("Matala", [line(1, 2)]), Panel("Korkea", [line(80, 90)])]
    small_multiples(of(), "a.svg", panels, INDICATORS, sharey=True)
    small_multiples(of(), "b.svg", panels, INDICATORS)
    one_scale, own_scales = ([axes.get_ylim() for axes in one.axes[:2]] for one in saved)
    assert one_scale[0] == one_scale[1]
    assert one_scale[0][0] == 0
    assert one_scale[0][1] >= 90
    assert own_scales[0][1] < 10


@pytest.mark.parametrize("sharey", [True, False])
def test_titles_are_whole_and_do_not_touch(of: Of, saved: list[Picture], sharey: bool) -> None:
    titles = ["Ajantasaisten suunnitelmien osuus", "Kompetensutvecklingstjänster", "Yhteensä"]
    panels = [Panel(title, [line(1)]) for title in titles]
    small_multiples(of(), "a.svg", panels, INDICATORS, sharey=sharey)
    [picture] = saved
    picture.canvas.draw()
    drawn = [axes._left_title for axes in picture.axes[:3]]
    assert [" ".join(one.get_text().split()) for one in drawn] == titles
    places = [one.get_window_extent() for one in drawn]
    assert places[0].x1 < places[1].x0
    assert places[1].x1 < places[2].x0
    assert places[2].x1 <= picture.bbox.width


def test_nothing_but_zeros_has_a_scale_and_a_line_never_known_has_no_name(
    of: Of, saved: list[Picture]
) -> None:
    panels = [Panel("Nollia", [line(0)]), Panel("Osin", [line(nan, name="x"), line(1, name="y")])]
    drawn = small_multiples(of(), "a.svg", panels, INDICATORS)
    zeros, partly = saved[0].axes[:2]
    assert zeros.get_ylim() == (0, 1)
    assert "0" in [text.get_text() for text in zeros.texts]
    names = {text.get_text() for text in partly.texts}
    assert "y" in names
    assert "x" not in names
    assert "Osin, x: ei saatavilla." in drawn.alt


def test_a_panel_without_any_value_is_left_out(of: Of, saved: list[Picture]) -> None:
    panels = [Panel("Ei mitään", [line(nan)]), Panel("Jotain", [line(1)])]
    drawn = small_multiples(of(), "a.svg", panels, INDICATORS)
    titles = [axis.get_title(loc="left") for axis in saved[0].axes if axis.axison]
    assert titles == ["Jotain"]
    assert "Ei mitään" not in drawn.alt


def test_few_lines_are_told_in_full_and_many_by_their_newest_value(of: Of) -> None:
    few = small_multiples(of(), "a.svg", [Panel("Kesto", [line(7, 3, 5)])], INDICATORS)
    assert "Kesto: 5 (helmikuu 2022); suurin 7 (" in few.alt
    assert "pienin 3 (tammikuu 2022)" in few.alt
    many = [Panel(f"Ruutu {number}", [line(7, number)]) for number in range(9)]
    many.append(Panel("Viimeinen", [line(7, nan)]))
    told = small_multiples(of(), "b.svg", many, INDICATORS).alt
    assert "Ruutu 4: 4." in told
    assert "suurin" not in told
    assert "Viimeinen: ei saatavilla." in told


def test_lines_of_a_panel_are_told_apart_in_the_words(of: Of) -> None:
    lines = [line(5, name="3 kk"), line(2, name="6 kk")]
    told = small_multiples(of(), "a.svg", [Panel("Naiset", lines)], INDICATORS).alt
    assert "Naiset, 3 kk: 5" in told
    assert "Naiset, 6 kk: 2" in told


def test_a_stack_is_as_high_as_its_parts(of: Of, saved: list[Picture]) -> None:
    parts = [line(10, 20), line(1, 2)]
    small_multiples(of(), "a.svg", [Panel("Summa", [line(11, 22)], stack=parts)], INDICATORS)
    areas = saved[0].axes[0].collections
    assert len(areas) == 2
    tops = [max(path.vertices[:, 1].max() for path in one.get_paths()) for one in areas]
    assert tops == [20, 22]


def test_breaks_within_the_months_are_marked_and_told(of: Of, saved: list[Picture]) -> None:
    drawn = small_multiples(of(), "a.svg", [Panel("Kesto", [line(1)])], INDICATORS)
    assert [one.month for one in drawn.breaks] == ["2020-03"]
    assert (drawn.first, drawn.last) == ("2020-02", "2022-02")
    assert "a" in [text.get_text() for text in saved[0].axes[0].texts]


def test_bars_say_their_values_beside_them_and_in_the_words(of: Of, in_tmp: Path) -> None:
    first = BarPanel("Suhde", [Bar("Lahti", 140.4), Bar("Hollola", nan), Bar("Yhteensä", 143.0)])
    second = BarPanel("Osuus, %", [Bar("Lahti", 79.66), Bar("Hollola", 20.34)], 1)
    drawn = bar_chart(of(), "a.svg", [first, second], "2022-02")
    said = svg.texts(in_tmp / "a.svg")
    assert {"140", "143", "79,7", "20,3", "ei saatavilla"} <= set(said)
    assert said.count("Lahti") == 1  # rows are named once, at the left
    assert "Suhde: Lahti 140; Hollola ei saatavilla; Yhteensä 143." in drawn.alt
    assert "Osuus, %: Lahti 79,7; Hollola 20,3." in drawn.alt
    assert (drawn.first, drawn.last) == ("2022-02", "2022-02")


def test_points_have_their_intervals(of: Of, saved: list[Picture]) -> None:
    bars = [Bar("Kohtelu", 4.04, 3.95, 4.13), Bar("Osallisuus", nan)]
    drawn = bar_chart(of(), "a.svg", [BarPanel("Keskiarvo", bars, 2, (1, 5))], "2022-02")
    assert "Kohtelu 4,04 (3,95–4,13)" in drawn.alt
    [axes] = saved[0].axes
    assert axes.get_xlim() == (1, 5)
    assert [list(one.get_xdata()) for one in axes.lines] == [[3.95, 4.13], [4.04]]
    ticks = [text.get_text() for text in axes.get_xticklabels()]
    assert ticks == ["1", "2", "3", "4", "5"]
