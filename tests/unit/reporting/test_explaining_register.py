"""How a figure of the register came about, in the words of each language."""

from __future__ import annotations

import re

import pytest
from explained import explained_run, tables

from indicators.areas.areas import load_areas
from indicators.catalogue.loading import load_catalogue
from indicators.errors import IndicatorsError, UsageError
from indicators.measures.register.accounts import answering
from indicators.measures.register.accounts.answering import FigureKey, explain_figure
from indicators.measures.register.accounts.model import percentage
from indicators.measures.register.computing import compute_register
from indicators.measures.register.registry import measures
from indicators.reporting import wording
from indicators.reporting.explaining import explain_register_figure
from indicators.reporting.wording import Translator

LANGUAGES = ("fi", "sv", "en")
NB = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return explained_run(tmp_path_factory.mktemp("registers") / "whole")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A register without what is optional."""
    lacking = dict.fromkeys(["service", "plan", "office", "kela", "survey_round", "service_price"])
    few = {"survey": [], "caseload": tables()["caseload"][:1]}
    return explained_run(tmp_path_factory.mktemp("registers") / "bare", **lacking, **few)


@pytest.fixture(scope="module")
def kept_tables():
    return {}


@pytest.fixture
def tell(project, kept_tables, monkeypatch):
    def computed_once(register, months, **how):
        key = (register.folder, *months)
        if key not in kept_tables:
            kept_tables[key] = compute_register(register, months, **how)
        return kept_tables[key]

    monkeypatch.setattr(answering, "compute_register", computed_once)
    keys, definitions = load_areas(project), load_catalogue()

    def build(register, indicator, area="KU398", *, language="en", month="2022-05", **key):
        request = definitions.indicator(indicator)
        found = explain_figure(request, FigureKey(month, area, **key), register, definitions)
        return explain_register_figure(
            request, found, areas=keys, catalogue=definitions, translator=Translator(language)
        ).replace(NB, " ")

    return build


def test_a_flow_is_told_from_its_cohort_to_its_share(tell, whole):
    text = tell(whole, "flow_over_3_months")
    assert text == (
        "Flow into over 3 months' unemployment, Lahti, May 2022\n"
        "Unprotected: for the data holder's eyes only. Counts of 1–4 are shown; do not publish this"
        " or pass\n"
        "  it on.\n"
        "Population: Residents of the area\n"
        "Register extract, last day known: 10 July 2022\n"
        "\n"
        "Unemployment spells that began in February 2022\n"
        "  Spells of employment codes 02 and 03 that began in the month: 4 spells, 4 persons\n"
        "  Left out 1 spell, 1 person: goes on from unemployment that ended no earlier than the day"
        " before\n"
        "    (joined into one spell)\n"
        "  Left out 1 spell, 1 person: no municipality of residence on record (counted in the whole"
        " extract\n"
        "    only)\n"
        "  Left out 1 spell, 1 person: resident in another area\n"
        "  Left: 1 spell, 1 person\n"
        "  Of these 0 spells, 0 persons: still open on the last day of the extract\n"
        "  Of these 0 spells, 0 persons: ended on or after the limit (3 months from the start)\n"
        "  Of these 1 spell, 1 person: ended before the limit (3 months from the start)\n"
        "\n"
        "Figures\n"
        "  Over 3 months: numerator 0, denominator 1, value 0 %\n"
        "  Status: Normal. The figure is final according to the data used. The figure is observed"
        " in full\n"
        "    once data reach 28 May 2022; in this extract they reach 10 July 2022.\n"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Helmikuussa 2022 alkaneet työttömyysjaksot"),
        ("sv", "Arbetslöshetsperioder som började i februari 2022"),
    ],
)
def test_months_are_bent_as_each_language_does(tell, whole, language, said):
    assert said in tell(whole, "flow_over_3_months", language=language)


def test_who_is_not_of_the_population_or_category_is_told(tell, whole):
    text = tell(
        whole,
        "activation_rate",
        population="target_group",
        dimension="sex",
        category="men",
    )
    assert "Population: Target group of the trial\nSex: Men\n" in text
    assert "Left out 1 person: not of the trial's target group" in text
    assert "Activation rate: numerator 1, denominator 2, value 50 %" in text


def test_the_labour_force_of_each_member_is_told(tell, whole):
    text = tell(whole, "unemployment_share")
    assert "Labour force, Lahti, 2022 (vintage 31 March 2022): 50" in text
    assert "numerator 2, denominator 50, value 4 %" in text


def test_a_group_that_lacks_labour_force_says_which_member(tell, whole):
    text = tell(whole, "unemployment_share", "LAHTI5")
    assert "numerator" not in text
    assert "Reason: the labour force table has no value of Hollola for 2022." in text


def test_a_category_with_nobody_has_no_row(tell, whole):
    text = tell(whole, "flow_over_3_months", dimension="service_line", category="05")
    assert "Over 3 months: no row: nothing to count in the category" in text


def test_nothing_divided_has_no_value(tell, whole):
    text = tell(whole, "flow_over_3_months", population="trial_office")
    assert "numerator 0, denominator 0, no value" in text


def test_a_month_not_seen_is_told_without_counts(tell, whole):
    text = tell(whole, "unemployment_duration", month="2022-07")
    assert "calculation date" not in text
    assert text.count(": no value") == 3
    assert "once data reach 29 July 2022" in " ".join(text.split())


def test_a_missing_table_is_named_and_nothing_else_told(tell, bare):
    text = tell(bare, "service_starts")
    assert "spells that started" not in text
    assert "Reason: the table service was not delivered." in text


def test_offers_not_yet_followed_are_provisional(tell, whole):
    text = tell(whole, "job_offers")
    assert "Left: 2 items, 2 persons" in text
    assert "Of these 2 items, 2 persons: followed for 30 days" in text
    assert "Of these 0 items, 0 persons: followed for 90 days" in text


@pytest.mark.parametrize("indicator", measures())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_is_told_and_says_that_it_is_unprotected(tell, whole, indicator, language):
    area = "SSS" if indicator == "caseload" else "KU398"
    text = tell(whole, indicator, area, language=language)
    assert wording.load_texts()["explain_register.unprotected"][language].split(":")[0] in text
    assert not re.search(r"[{}]|\bnan\b|\bNone\b|[a-z]_[a-z]", text)


@pytest.mark.slow
def test_every_text_is_said(tell, whole, bare, texts_used):
    for indicator in measures():
        for register in (whole, bare):
            tell(register, indicator, "SSS" if indicator == "caseload" else "LAHTI5")
    more = {"dimension": "origin", "category": "foreign"}
    tell(whole, "unemployment_share", "KU398")
    tell(whole, "activation_rate", "KU398", population="target_group")
    tell(whole, "activation_rate", "KU398", population="trial_office", **more)
    tell(whole, "caseload", "SSS", population="trial_office")
    tell(whole, "caseload", "SSS", month="2022-04")
    tell(whole, "satisfaction", "KU398")
    tell(whole, "satisfaction", "KU398", dimension="item", category="help")
    tell(whole, "kela_benefits", "KU398", dimension="basis", category="unemployment")
    tell(whole, "kela_benefits", "KU398", month="2022-01")
    tell(whole, "flow_over_3_months", dimension="service_line", category="05")
    tell(whole, "flow_over_3_months", population="trial_office")
    for sequence in ("none", "training"):
        tell(whole, "service_sequences", "LAHTI5", dimension="sequence", category=sequence)
        of_path = {"dimension": "following_sequence", "category": sequence}
        tell(whole, "path_costs", "LAHTI5", **of_path)
    names = {key for key in wording.load_texts() if key.startswith("explain_register.")}
    assert names - texts_used.asked == set()


@pytest.mark.parametrize(
    ("indicator", "key", "said"),
    [
        ("unemployment_share", {"population": "trial_office"}, "choose one of residents"),
        ("unemployment_share", {"dimension": "sex", "category": "men"}, "choose one of total"),
        ("activation_rate", {"dimension": "sex", "category": "all"}, "one of men, women"),
        ("activation_rate", {"area": "KU091"}, "for its municipalities and LAHTI5, SSS"),
        ("caseload", {"area": "KU398"}, "for its SSS"),
        ("open_vacancies", {}, "no register indicator"),
    ],
)
def test_a_figure_that_there_is_not_is_refused(tell, whole, indicator, key, said):
    with pytest.raises(UsageError, match=said):
        tell(whole, indicator, **key)


def test_an_account_that_gives_another_figure_is_never_told(tell, whole, monkeypatch):
    account = answering.account_for

    def other(question):
        figure_account = account(question)
        return type(figure_account)(figure_account.strands, {"value": percentage(1, 1, "normal")})

    monkeypatch.setattr(answering, "account_for", other)
    with pytest.raises(IndicatorsError, match="a defect of the program") as caught:
        tell(whole, "activation_rate")
    assert caught.value.exit_status == 1
