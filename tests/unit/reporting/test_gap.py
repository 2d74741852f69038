"""June 2026 after years of which nobody has figures: said, never drawn across, never compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd
import pytest
from section_names import ALWAYS, LANGUAGES

from indicators.reporting.charts.alt import ChartLine, common_gaps
from indicators.reporting.charts.series import _unemployed_line, line_trend, series_line
from indicators.reporting.context import Context

MONTH = "2026-06"
SectionsFactory = Callable[[str, str], Mapping[str, str]]
Open = Callable[..., Context]
every_language = pytest.mark.parametrize("language", LANGUAGES)
GAP = {
    "fi": "marraskuu 2023\u00a0– toukokuu 2026",
    "sv": "november 2023\u00a0– maj 2026",
    "en": "November 2023\u00a0– May 2026",
}


def test_the_official_figures_of_june_2026_are_told(open_month: Open) -> None:
    readings = open_month(MONTH).readings
    assert round(readings.reading("unemployment_share", "KU398").value, 4) == 17.8468
    assert round(readings.reading("unemployment_share", "LAHTI5").value, 4) == 15.9542
    assert readings.reading("unemployed", "LAHTI5").value == 12_776
    rate = readings.reading("activation_rate", "LAHTI5")
    assert [round(item, 4) for item in (rate.low, rate.value, rate.high)] == [
        13.6990,
        13.7340,
        13.7689,
    ]


@every_language
def test_every_section_is_made_and_every_figure_says_its_gap(
    month_sections: SectionsFactory, language: str
) -> None:
    sections = month_sections(MONTH, language)
    assert all(sections[name] for name in ALWAYS)
    for name in ("unemployment_share", "municipalities", "vacancies"):
        # In the note below, and in the alternative text.
        assert sections[name].count(GAP[language]) == 2
    for name in ("activation", "groups"):
        assert re.search("2022.*2026", sections[name])
    assert all(GAP[language] not in text for text in month_sections("2023-06", language).values())


@every_language
def test_nothing_is_compared_across_the_gap(
    month_sections: SectionsFactory, open_month: Open, language: str
) -> None:
    context = open_month(MONTH, language)
    none = context.formatter.status("not_available")
    rows = re.findall(r"<tr>.*?</tr>", month_sections(MONTH, language)["headline"], flags=re.DOTALL)
    figures = [row for row in rows if "<td" in row]
    assert len(figures) == 9
    # A month's and a year's change of the area and of the country.
    assert all(row.count(none) == 4 for row in figures)
    for key in ("more", "fewer"):
        words = context.translator(f"key_figures.{key}", change="#").partition("#")
        assert not all(
            part.strip() in month_sections(MONTH, language)["key_figures"] for part in words
        )
    assert (
        context.translator("key_figures.year_change", change="")
        not in month_sections(MONTH, language)["key_figures"]
    )


def test_the_trend_ends_where_the_figures_do(open_month: Open) -> None:
    context = open_month(MONTH)
    item = series_line(context, "unemployment_share", context.group)
    assert common_gaps([item]) == [("2023-11", "2026-05")]
    smooth = line_trend(context, item)
    assert smooth is not None
    assert f"{smooth.last_valid_index():%Y-%m}" == "2023-10"
    before = open_month("2023-10")
    alone = line_trend(before, series_line(before, "unemployment_share", context.group))
    assert alone is not None
    assert smooth.dropna().tolist() == alone.tolist()


def test_the_unemployed_are_not_stacked_where_the_services_are_not_known(open_month: Open) -> None:
    values = _unemployed_line(open_month(MONTH)).values
    assert values["2023-01-01"] != values["2023-01-01"]
    assert values["2022-02-01"] > 0
    assert values["2026-06-01"] == 12_776


def test_months_before_and_after_are_no_gap_and_one_line_fills_another() -> None:
    index = pd.date_range("2022-01-01", periods=6, freq="MS")
    nan = float("nan")
    item = ChartLine("a", "unemployed", pd.Series([nan, 1, nan, nan, 2, nan], index))
    other = ChartLine("b", "unemployed", pd.Series([nan, nan, 1, nan, nan, nan], index))
    assert common_gaps([item]) == [("2022-03", "2022-04")]
    assert common_gaps([item, other]) == [("2022-04", "2022-04")]
    assert common_gaps([ChartLine("c", "unemployed", pd.Series([nan], index[:1]))]) == []


@every_language
def test_the_trial_is_told_as_over(
    month_sections: SectionsFactory, open_month: Open, language: str
) -> None:
    context = open_month(MONTH, language)
    sections = month_sections(MONTH, language)
    start, end = (context.translator.day(item) for item in (context.settings.trial.start,
                                                     context.settings.trial.end))  # fmt: skip
    assert (
        context.translator("notes.trial_over", start=start, end=end)
        in sections["unemployment_share"]
    )
    assert context.translator("notes.trial", start=start) not in sections["unemployment_share"]
    over = context.translator("opening.scope_over", group_description="", count_day="").split(".")[
        2
    ]
    assert over in sections["opening"]
    assert over not in month_sections("2023-06", language)["opening"]


@every_language
def test_a_month_of_one_vintage_has_no_triangle(
    month_sections: SectionsFactory, language: str
) -> None:
    sections = month_sections(MONTH, language)["revisions"]
    assert "tbl-triangle" not in sections
    assert "tbl-usual" in sections
    assert "tbl-triangle" in month_sections("2023-06", language)["revisions"]
    assert "2026" not in month_sections("2023-06", language)["revisions"]
