"""The figures: what is drawn, what is said of it, and that they are the same every time."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import figure_reading
import pytest
import seaborn as sns
import svg

from indicators.reporting.charts.series import (
    DrawnFigure,
    extended_chart,
    groups_chart,
    municipalities_chart,
    share_chart,
    vacancies_chart,
)
from indicators.reporting.context import Context

Chart = Callable[[Context, str], DrawnFigure]
pytestmark = pytest.mark.usefixtures("in_tmp")
Small = Callable[..., Context]
CHARTS = [share_chart, municipalities_chart, extended_chart, groups_chart, vacancies_chart]
LANGUAGES = ("fi", "sv", "en")
every_chart = pytest.mark.parametrize("chart", CHARTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_chart
def test_the_same_figures_give_the_same_bytes(chart: Chart, small: Small, in_tmp: Path) -> None:
    first = chart(small(), "figures/first.svg")
    second = chart(small(), "figures/second.svg")
    assert not (in_tmp / first.file).exists()
    first.save()
    second.save(in_tmp)
    second.save(in_tmp)
    assert (in_tmp / first.file).read_bytes() == (in_tmp / second.file).read_bytes()
    assert first.alt == second.alt
    assert svg.texts(in_tmp / first.file)


@every_chart
def test_other_figures_give_another_picture(chart: Chart, small: Small, in_tmp: Path) -> None:
    chart(small(), "a.svg").save()
    chart(small(first="2018-12"), "b.svg").save()
    assert (in_tmp / "a.svg").read_bytes() != (in_tmp / "b.svg").read_bytes()


@every_chart
def test_a_picture_speaks_its_language(chart: Chart, small: Small) -> None:
    values = {}
    for language in LANGUAGES:
        context = small(language)
        drawn = chart(context, "figure.svg")
        assert (drawn.first, drawn.last) == ("2019-01", "2022-02")
        assert context.translator.month(drawn.first) in drawn.alt
        assert context.translator.month(drawn.last) in drawn.alt
        values[language] = drawn.alt
    assert len(set(values.values())) == len(LANGUAGES)


@every_language
def test_the_words_have_last_most_and_least_from_the_figures(language: str, small: Small) -> None:
    group = "LAHTI5"
    world: dict[str, Any] = {
        "changed": {
            ("open_vacancies", group, "2020-03"): {"value": 4321.0},
            ("open_vacancies", group, "2020-07"): {"value": 1.0},
            ("open_vacancies", group, "2022-02"): {"value": 765.0},
        }
    }
    context = small(language, **world)
    alt = vacancies_chart(context, "v.svg").alt
    voice = context.translator
    for value, month in ((765, "2022-02"), (4321, "2020-03"), (1, "2020-07")):
        assert f"{voice.number(value)} ({voice.month(month)})" in alt
    assert context.area_name(group) in alt


def test_every_line_of_a_figure_is_in_the_words(small: Small) -> None:
    context = small("en")
    members = municipalities_chart(context, "m.svg").alt
    assert all(f"{context.area_name(member)}: " in members for member in context.members)
    assert str(len(context.members)) in members
    extended = extended_chart(context, "e.svg").alt
    for key in ("unemployed", "services", "extended"):
        assert f"{context.translator(f'extended.band_{key}')}: " in extended
    assert extended.count("20.0 (") >= 2  # the rate of the group and of the country


def test_what_is_hidden_or_unknown_leaves_a_gap_and_no_text(small: Small) -> None:
    hidden = {"value": nan, "numerator": nan, "denominator": nan, "status": "suppressed"}
    changed = {("unemployment_share", "KU316", month): hidden for month in ("2021-05", "2022-02")}
    drawn = municipalities_chart(small("en", changed=changed), "m.svg")
    texts = figure_reading.words(drawn.figure)
    assert not any("nan" in text.lower() for text in [*texts, drawn.alt])
    context = small("en")
    panel = drawn.figure.axes[context.members.index("KU316")]
    line = figure_reading.line(panel, context.area_name("KU316"))
    assert figure_reading.known_stretches(line) == [28, 8]
    assert "May 2021" not in drawn.alt
    shown = municipalities_chart(small("en"), "n.svg")
    assert drawn.alt != shown.alt


def test_a_series_that_is_not_known_at_all_is_said_so(small: Small) -> None:
    months = [f"{year}-{month:02d}" for year in (2019, 2020, 2021, 2022) for month in range(1, 13)]
    hidden = {"value": nan, "numerator": nan, "denominator": nan, "status": "suppressed"}
    changed = {("unemployment_share", "KU316", month): hidden for month in months}
    context = small("en", changed=changed)
    drawn = municipalities_chart(context, "m.svg")
    assert f"{context.area_name('KU316')}: {context.formatter.status('not_available')}" in drawn.alt
    assert not any("nan" in text.lower() for text in figure_reading.words(drawn.figure))


def test_a_figure_ends_where_its_series_ends_and_so_do_its_breaks(small: Small) -> None:
    ended = dict.fromkeys(("extended_unemployment", "activation_rate"), "2020-03")
    drawn = extended_chart(small(missing_from=ended), "e.svg")
    assert drawn.last == "2020-02"
    assert list(drawn.breaks) == []
    to_the_end = extended_chart(small(), "e.svg")
    assert [series_break.month for series_break in to_the_end.breaks] == ["2020-03"]
    drawn = vacancies_chart(small(missing_from={"open_vacancies": "2020-03"}), "v.svg")
    assert drawn.last == "2020-02"


@every_chart
def test_breaks_marked_are_within_the_months_drawn(chart: Chart, small: Small) -> None:
    late = chart(small(first="2021-06", last="2023-06"), "late.svg")
    assert all(late.first <= series_break.month <= late.last for series_break in late.breaks)
    letters = {text for text in figure_reading.words(late.figure) if text in "abcdefgh"}
    assert len(letters) == len(late.breaks)


@pytest.mark.parametrize("chart", [share_chart, vacancies_chart])
def test_a_trend_wants_a_long_series(chart: Chart, small: Small) -> None:
    assert not chart(small(first="2019-01"), "short.svg").has_trend
    assert chart(small(first="2016-01"), "long.svg").has_trend


@every_chart
def test_one_month_is_enough_for_a_figure(chart: Chart, small: Small, in_tmp: Path) -> None:
    drawn = chart(small(first="2022-02"), "one.svg")
    assert drawn.first == drawn.last == "2022-02"
    drawn.save()
    assert svg.texts(in_tmp / "one.svg")


def test_the_trial_is_named_only_once_it_has_begun(small: Small) -> None:
    label = small().translator("charts.trial")
    before = share_chart(small(last="2021-02"), "before.svg")
    assert label not in figure_reading.words(before.figure)
    during = share_chart(small(), "during.svg")
    assert label in figure_reading.words(during.figure)


@every_chart
@every_language
def test_no_text_lies_upon_another_or_is_cut_off(chart: Chart, small: Small, language: str) -> None:
    for world in ({"first": "2012-01"}, {}, {"first": "2022-01"}):
        figure = chart(small(language, **world), "a.svg").figure
        assert figure_reading.touching(figure) == []
        assert figure_reading.outside(figure) == []


def test_a_users_change_stands_in_the_picture(small: Small, in_tmp: Path) -> None:
    """A title, a colour, bars instead of a line: as in any figure of matplotlib."""
    drawn = vacancies_chart(small(), "v.svg")
    [axes] = drawn.figure.axes
    axes.set_title("Oma otsikko")
    line = axes.lines[0]
    assert line.get_label() == small().area_name("LAHTI5")
    line.set_color("#ff0000")
    drawn.save()
    assert "Oma otsikko" in svg.texts(in_tmp / "v.svg")
    assert "#ff0000" in (in_tmp / "v.svg").read_text()
    months, values = line.get_data()
    line.remove()
    sns.barplot(x=months, y=values, native_scale=True, color="#00ff00", saturation=1, ax=axes)
    drawn.save()
    text = (in_tmp / "v.svg").read_text()
    assert "#00ff00" in text
    assert "#ff0000" not in text
    assert "2020" in svg.texts(in_tmp / "v.svg")
