"""Months before the trial, and the first there are: no year before, no trend, no break."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from section_names import ALWAYS, LANGUAGES

from indicators.reporting.context import Context

SectionsFactory = Callable[[str, str], Mapping[str, str]]
Open = Callable[..., Context]
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("month", ["2006-01", "2006-03", "2019-05", "2021-03"])
def test_the_report_can_be_made(month_sections: SectionsFactory, month: str) -> None:
    sections = month_sections(month, "en")
    assert all(sections[name].startswith(("#", ":")) for name in ALWAYS)


@pytest.mark.parametrize("month", ["2006-03", "2019-05", "2021-03"])
def test_a_band_that_is_not_drawn_is_not_told(
    month_sections: SectionsFactory, open_month: Open, month: str
) -> None:
    context = open_month(month, "en")
    start = context.translator.day(context.settings.trial.start)
    note = context.translator("notes.trial", start=start)
    assert note not in month_sections(month, "en")["unemployment_share"]
    assert note in month_sections("2022-02", "en")["unemployment_share"]


def test_a_year_before_that_is_not_there_is_not_available(
    month_sections: SectionsFactory, open_month: Open
) -> None:
    context = open_month("2006-03", "en")
    [line] = [
        item
        for item in month_sections("2006-03", "en")["headline"].splitlines()
        if "jobseekers" in item
    ]
    assert line.count(context.formatter.status("not_available")) == 2
    result = context.translator("key_figures.year_change", change="")
    assert result not in month_sections("2006-03", "en")["key_figures"]
    assert result in month_sections("2022-02", "en")["key_figures"]


def test_two_months_make_no_trend(month_sections: SectionsFactory, open_month: Open) -> None:
    trend = open_month("2006-03", "en").translator("notes.trend")
    assert trend not in month_sections("2006-03", "en")["unemployment_share"]
    assert trend in month_sections("2019-05", "en")["unemployment_share"]


@every_language
def test_before_all_breaks_there_is_no_empty_table(language: str, open_month: Open) -> None:
    from indicators.reporting.openings_and_method import series_breaks

    context = open_month("2019-05", language)
    text = series_breaks(context).markdown
    assert "<table>" not in text
    assert (
        context.translator("breaks.none", from_first=context.translator.from_month("2020-03"))
        in text
    )
