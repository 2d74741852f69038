"""Situations that the made-up register of the two months does not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import nan

import pytest
from made_register import LAST, every_month, register_row, with_register
from section_names import LANGUAGES, REGISTER_SECTIONS

from indicators.calendar import month_range
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.resource_sections import kela, resources, surveys
from indicators.reporting.section_parts import year_cells
from indicators.reporting.service_sections import exits
from indicators.reporting.spell_sections import flows
from indicators.reporting.tables import Cell
from indicators.reporting.wording import Translator
from indicators.settings.model import Resources, Settings

pytestmark = pytest.mark.usefixtures("in_tmp")


def test_a_survey_not_yet_made_is_said_and_nothing_is_drawn(
    project: Settings,
) -> None:
    unknown = dict.fromkeys(month_range("2020-02", LAST), nan)
    rows = every_month(
        "satisfaction", unknown, statistic="mean", population="target_group",
        status="not_available",
    )  # fmt: skip
    context = Context(project, with_register(rows), Translator("en"))
    text = surveys(context).markdown
    assert context.translator("register_surveys.none") in text
    assert "![" not in text
    assert "tbl-register-wellbeing" in text


def test_no_figure_of_flows_that_are_all_left_out_is_referred_to(
    project: Settings,
) -> None:
    context = Context(
        project, with_register(every_month("kela_benefits", {LAST: 5.0})), Translator("en")
    )
    told = flows(context).markdown
    assert context.translator("register_flows.intro_no_figures") in told
    assert "@fig-" not in told
    assert "![" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_that_the_register_does_not_cover_is_said_and_nothing_is_drawn(
    project: Settings, language: str
) -> None:
    rows = [
        *every_month("job_search_exits", {LAST: nan}, statistic="total"),
        register_row("extended_unemployment", nan, status="incomplete"),
        register_row("kela_benefits", 5.0, statistic="recipients", source="kela"),
    ]
    report = MonthlyReport(Context(project, with_register(rows), Translator(language)))
    voice = report.context.translator
    text = report.register_opening().markdown
    extract, month = voice.day(date(2022, 3, 15)), voice.month(LAST)
    assert voice("register.not_covered", extract=extract, month=month) in text
    assert ".synthetic-notice" in text
    assert "#sec-register-" not in text
    others = [item for item in REGISTER_SECTIONS if item != "register_opening"]
    assert {getattr(report, item)().markdown for item in others} == {""}
    assert voice("register.ahead") not in report.opening().markdown
    assert ".zip" not in report.opening().markdown
    assert [len(report.section(item).figures) for item in others] == [0] * len(others)


def test_a_section_of_which_nothing_is_known_is_said_and_nothing_is_drawn(
    project: Settings,
) -> None:
    rows = [
        *every_month("job_search_exits", {}, statistic="total"),
        *every_month("extended_unemployment", {LAST: nan}, population="trial_office"),
        register_row("caseload", nan, statistic="customers_per_fte", status="not_available"),
    ]
    report = MonthlyReport(Context(project, with_register(rows), Translator("en")))
    unknown = report.context.translator("register.unknown")
    # Bars of the month alone have nothing to show, whatever was known of earlier months.
    for section in ("caseload", "kela", "resources", "populations", "offers"):
        text = getattr(report, section)().markdown
        title = report.context.translator(f"register_{section}.title")
        assert text == f"### {title} {{#sec-register-{section}}}\n\n{unknown}\n"
    assert unknown not in report.exits().markdown
    assert "figures/register-exits.svg" in report.exits().markdown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("now", "before", "mark"),
    [
        ("normal", "normal", None),
        ("provisional", "normal", "provisional"),
        ("normal", "provisional", "provisional"),
        ("provisional", "provisional", "provisional"),
    ],
)
def test_a_change_is_as_provisional_as_the_figures_it_is_of(
    project: Settings, language: str, now: str, before: str, mark: str | None
) -> None:
    rows = [
        register_row("job_search_exits", 12.0, statistic="total", status=now),
        register_row("job_search_exits", 10.0, statistic="total", month="2021-02", status=before),
    ]
    context = Context(project, with_register(rows), Translator(language))
    *_, change = year_cells(context, RegisterFigure("job_search_exits", "total"))
    text = f"({context.formatter.status(mark)})" if mark else ""
    assert change == Cell("+2", text)


@pytest.mark.parametrize("made_up", [True, False])
def test_only_made_up_benefits_are_said_to_be_made_up(project: Settings, made_up: bool) -> None:
    rows = every_month("kela_benefits", {}, statistic="recipients", source="kela")
    context = Context(project, with_register(rows, made_up=made_up), Translator("sv"))
    text = kela(context).markdown
    assert (context.translator("register_kela.made_up") in text) is made_up
    assert "Utbetalda förmåner,\N{NO-BREAK SPACE}€</th>" in text


def test_a_change_of_wellbeing_has_its_sign_and_its_interval_in_words(project: Settings) -> None:
    values = {"mean_change": 0.16, "ci_low": -0.02, "ci_high": 0.3, "pairs": 40}
    rows = [
        register_row(
            "wellbeing_change", value, statistic=name, population="target_group", source="survey"
        )
        for name, value in values.items()
    ]
    reported = {
        language: surveys(Context(project, with_register(rows), Translator(language)))
        for language in LANGUAGES
    }
    assert "+0.16</td>" in reported["en"].markdown
    assert "−0.02\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+0.30</td>" in reported["en"].markdown
    assert "−0,02…+0,30</td>" in reported["fi"].markdown


def test_the_person_years_told_are_those_of_the_settings(project: Settings) -> None:
    rows = [register_row("extended_unemployment", 9.0, population="trial_office")]
    changed = replace(
        project, resources=Resources(dict.fromkeys(project.groups["LAHTI5"].members, 2.0))
    )
    context = Context(changed, with_register(rows), Translator("en"))
    assert "transferred 10.0 person-years" in resources(context).markdown


@pytest.mark.parametrize(("total", "said"), [(400.0, True), (0.0, False), (nan, False)])
def test_the_share_of_unknown_reasons_is_told_where_it_is_known(
    project: Settings, total: float, said: bool
) -> None:
    rows = [
        register_row("job_search_exits", 100.0, statistic="unknown"),
        register_row("job_search_exits", total, statistic="total"),
    ]
    context = Context(project, with_register(rows), Translator("en"))
    sentence = context.translator("register_exits.unknown", share="25.0%")
    text = exits(context).markdown
    assert (sentence in text) is said
    assert ("remained unknown" in text) is said
