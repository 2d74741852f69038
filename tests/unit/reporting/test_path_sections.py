"""Sections on ways through services: what is hidden or lacks a price is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from math import isnan, nan
from typing import Any

import pytest
from made_register import every_month, register_row, with_register
from made_tables import frame
from section_names import LANGUAGES

from indicators.processed.reading import BenefitFacts
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


def path_cost_rows(numbers: dict[str, tuple[float, float, float]]) -> list[dict[str, Any]]:
    """Of each path its persons, euros a person and euros a month in work."""
    rows = []
    for path, (persons, each, a_month) in numbers.items():
        kind = {} if path == "total" else {"dimension": "following_sequence", "category": path}
        of = (
            ("euros_per_person", each, persons),
            ("open_market_share", 25.0, persons),
            ("euros_per_open_market_month", a_month, persons / 4),
        )
        for statistic, value, number in of:
            cells: dict[str, Any] = {"denominator": number}
            if isnan(persons) or isnan(value):
                cells = HIDDEN | {"value": nan}
            rows.append(
                register_row(
                    "path_costs", **{"value": value, "statistic": statistic, **kind, **cells}
                )
            )
    return rows


def test_costs_by_path_are_of_paths_that_may_be_shown(of_rows: Open) -> None:
    paths_costed = {
        "total": (1000.0, 3000.0, 9000.0),
        "none": (800.0, 500.0, 700.0),
        "work": (20.0, 8000.0, nan),
        "coaching>work": (60.0, 9000.0, 9500.0),
        "training": (nan, nan, nan),
    }
    rows = [*cost_rows({"training": 50_000.0}, 50_000.0), *path_cost_rows(paths_costed)]
    content = costs(of_rows(rows)).markdown
    table = content.split("Avoimilla työmarkkinoilla käyneet")[1].split("</table>")[0]
    names = re.findall(r'<th scope="row">(.*?)</th>', table)
    assert len(names) == 4
    assert names.index("Valmennus → työ") < names.index("Työ")
    assert "salattu" in table.split("Työ</th>")[-1]
    assert "3\u00a0000 euroa henkilöä kohden" in content
    assert "kohden se on 9\u00a0000 euroa" in content


@pytest.mark.parametrize("language", LANGUAGES)
def test_benefits_stand_beside_services_where_both_are_made_up_or_neither(
    of_rows: Open, language: str
) -> None:
    context = of_rows(cost_rows({"rehabilitative": 70_000.0, "training": 50_000.0}, nan), language)
    assert context.translator("register_beside.absent") in costs(context).markdown
    benefits = frame(
        [
            register_row("cofinanced_benefits", value, month="2022-01", statistic=name)
            for name, value in (("euros", 900_000.0), ("municipal_euros", 500_000.0))
        ]
    )
    facts = BenefitFacts(sources=(), unknown_share=None, made_up=True)
    both = replace(context, processed=replace(context.processed, kela=benefits, kela_facts=facts))
    content = costs(both).markdown
    month = context.translator.month("2022-01")
    assert context.translator("register_beside.other_month", month=month) in content
    number = context.translator.number
    for euros in (400_000, 500_000, 70_000):
        assert f">{number(euros)}</td>" in content
    other = replace(both, processed=replace(both.processed, made_up=False))
    assert context.translator("register_beside.mixed") in costs(other).markdown


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
