"""Sections on ways through services: what is hidden or lacks a price is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isnan, nan
from typing import Any

import pytest
from made_register import every_month, register_row, with_register
from section_names import LANGUAGES

from indicators.reporting.context import Context
from indicators.reporting.cost_sections import costs
from indicators.reporting.leaders_section import leaders
from indicators.reporting.path_sections import after_service, commonest_sequences, paths
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")
Open = Callable[..., Context]
HIDDEN: dict[str, Any] = {"numerator": nan, "denominator": nan, "status": "suppressed"}
LACKING: dict[str, Any] = {"numerator": nan, "denominator": nan, "status": "not_available"}


@pytest.fixture
def of_rows(project: Settings) -> Callable[..., Context]:
    def build(rows: list[dict[str, Any]], language: str = "fi") -> Context:
        known = every_month("service_starts", {}, statistic="persons")
        return Context(project, with_register([*known, *rows]), Translator(language))

    return build


def sequences(numbers: dict[str, float], total: float) -> list[dict[str, Any]]:
    rows = [register_row("service_sequences", total, statistic="value")]
    for category, number in numbers.items():
        cells = HIDDEN if isnan(number) else {}
        rows.append(
            register_row(
                "service_sequences", number, dimension="sequence", category=category, **cells
            )
        )
    return rows


def test_hidden_sequences_are_told_among_the_others_alone(of_rows: Open) -> None:
    numbers = {"none": 800.0, "work": 120.0, "coaching>work": 60.0, "training": nan, "study": nan}
    context = of_rows(sequences(numbers, 1000.0))
    assert [name for name, _ in commonest_sequences(context)] == ["work", "coaching>work"]
    content = paths(context).markdown
    assert "Muut järjestykset yhteensä 20 (2,0\u00a0%)" in content
    assert "800 (80,0\u00a0%) ei ollut aloittanut" in content
    assert ">Koulutus<" not in content


def test_where_the_whole_or_none_is_hidden_the_others_are_too(of_rows: Open) -> None:
    context = of_rows(sequences({"none": nan, "work": 120.0}, 1000.0))
    content = paths(context).markdown
    assert "Muut järjestykset yhteensä" in content
    assert "880" not in content
    assert "Pitkäaikaistyöttömiä oli 1\u00a0000." in content


def test_a_bar_with_a_hidden_part_shows_no_length_for_it(of_rows: Open) -> None:
    fates = {"open_market": nan, "unemployed": nan, "in_service": 25.0, "other": 35.0}
    rows = [
        register_row(
            "after_service", value, statistic=f"{fate}_3_months", numerator=nan, denominator=nan,
            status="suppressed" if isnan(value) else "normal",
        )
        for fate, value in fates.items()
    ]  # fmt: skip
    section = after_service(of_rows(rows)).markdown
    assert "Yhteensä: Avoimilla työmarkkinoilla salattu; Palvelussa 25\u00a0%" in section
    assert "40" not in section.split("fig-alt")[1].split("}")[0]


def cost_rows(euros: dict[str, float], total: float, **cells: Any) -> list[dict[str, Any]]:
    rows = [register_row("service_costs", total, statistic="euros", **cells)]
    for group, value in euros.items():
        lacks = LACKING if isnan(value) else {}
        for statistic in ("euros", "euros_per_person"):
            rows.append(
                register_row(
                    "service_costs", value, statistic=statistic, dimension="service_group",
                    category=group, **lacks,
                )
            )  # fmt: skip
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_prices_costs_say_how_to_give_them(of_rows: Open, language: str) -> None:
    context = of_rows(cost_rows({}, nan, **LACKING), language)
    content = costs(context).markdown
    assert context.translator("register_costs.no_prices") in content
    assert context.translator("register_costs.no_benefits") in content
    assert "<table>" not in content
    assert "![" not in content


def test_where_some_prices_are_lacking_costs_are_at_least_the_others(of_rows: Open) -> None:
    euros = {"training": 50_000.0, "trial": 7_000.0, "rehabilitative": nan}
    # What has no row is as little known as the whole.
    content = costs(of_rows(cost_rows(euros, nan, **LACKING))).markdown
    assert "vähintään 57\u00a0000 euroa" in content
    assert "Hinta puuttuu: " in content
    assert "Kuntouttava työtoiminta" in content.split("Hinta puuttuu: ")[1].split(".")[0]
    assert "kunta (valtio korvaa osan) ei saatavilla" in content


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaders_are_told_the_four_questions_of_a_real_register_alone(
    open_with_register: Open, language: str
) -> None:
    context = open_with_register("2022-02", language)
    start = context.translator("leaders.four_questions", **dict.fromkeys(
        ("within", "after", "none", "cost", "link_within", "link_after", "link_none", "link_cost"),
        "",
    )).split("[")[0]  # fmt: skip
    assert start not in leaders(context).markdown
    real = replace(context, processed=replace(context.processed, made_up=False))
    content = leaders(real).markdown
    assert start in content
    assert context.formatter.status("not_available") not in content.split(start)[1].split("\n")[0]
    hidden = real.processed.register
    assert hidden is not None
    lacking = hidden.assign(
        value=hidden["value"].where(hidden["indicator"] != "service_costs"),
        status=hidden["status"].where(hidden["indicator"] != "service_costs", "not_available"),
    )
    unpriced = replace(real, processed=replace(real.processed, register=lacking))
    line = leaders(unpriced).markdown.split(start)[1].split("\n")[0]
    assert context.formatter.status("not_available") in line
