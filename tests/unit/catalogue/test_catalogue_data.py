"""The definitions against the contract's table, and their texts against carelessness."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES, Text
from indicators.catalogue.sequences import SEQUENCES, STEP_OF
from indicators.register.schema import SERVICE_GROUPS

SERVICES = (
    "TYOLLISTETTYLOP",
    "TYOHARJOITTELULOP",
    "KOKEILULOP",
    "TVKOULUTUSLOP",
    "VALMENNUSLOP",
    "MTPPALVELUTLOP",
)
PERSON_DIMENSIONS = ("total", "sex", "age_group", "origin", "service_line")
ALL = ("residents", "target_group", "trial_office")
OFFER_STATISTICS = {
    "offers": "offers",
    "persons": "persons",
    "vacancies": "vacancies",
    "filled_share": "percent",
    "employed_30_days": "percent",
    "employed_90_days": "percent",
}

# The contract's section 4: number, id, populations, dimensions, statistics with their units.
CONTRACT = [
    (1, "unemployment_share", ("residents",), ("total",), {"value": "percent"}),
    (2, "foreign_unemployment_share", ("residents",), ("total",), {"value": "percent"}),
    (3, "youth_unemployment_share", ("residents",), ("total",), {"value": "percent"}),
    (
        4,
        "job_search_exits",
        ALL,
        PERSON_DIMENSIONS,
        dict.fromkeys(
            (
                "open_market",
                "layoff_return",
                "subsidised",
                "entrepreneurship",
                "studies",
                "abroad",
                "other",
                "unknown",
                "total",
            ),
            "spells",
        ),
    ),
    (
        5,
        "unemployment_duration",
        ALL,
        PERSON_DIMENSIONS,
        dict.fromkeys(("mean_weeks", "median_weeks", "ended_mean_weeks"), "weeks"),
    ),
    (6, "extended_unemployment", ALL, PERSON_DIMENSIONS, {"value": "persons"}),
    (
        7,
        "structural_unemployment",
        ALL,
        PERSON_DIMENSIONS,
        dict.fromkeys(
            ("long_term", "recurrent", "returned_from_service", "service_to_service", "total"),
            "persons",
        ),
    ),
    (8, "flow_over_3_months", ALL, PERSON_DIMENSIONS, {"value": "percent"}),
    (9, "flow_over_6_months", ALL, PERSON_DIMENSIONS, {"value": "percent"}),
    (10, "flow_over_12_months", ALL, PERSON_DIMENSIONS, {"value": "percent"}),
    (11, "activation_rate", ALL, PERSON_DIMENSIONS, {"value": "percent"}),
    (12, "long_term_activation_rate", ALL, PERSON_DIMENSIONS, {"value": "percent"}),
    (
        13,
        "service_starts",
        ALL,
        (*PERSON_DIMENSIONS, "service_group"),
        {"persons": "persons", "spells": "spells"},
    ),
    (14, "job_offers", ALL, PERSON_DIMENSIONS, OFFER_STATISTICS),
    (15, "introductions", ALL, PERSON_DIMENSIONS, OFFER_STATISTICS),
    (
        16,
        "caseload",
        ("residents", "trial_office"),
        ("total",),
        {
            "customers_per_fte": "per_fte",
            "customers_per_specialist_median": "persons",
            "customers_per_specialist_max": "persons",
        },
    ),
    (
        17,
        "plan_coverage",
        ALL,
        PERSON_DIMENSIONS,
        {
            "valid_share": "percent",
            "debt_never": "persons",
            "debt_expired": "persons",
            "debt": "persons",
        },
    ),
    (
        18,
        "kela_benefits",
        ("residents",),
        ("total", "benefit", "basis"),
        {
            "recipients": "persons",
            "euros": "euros",
            "days": "days",
            "euros_per_day": "euros_per_day",
        },
    ),
    (
        19,
        "satisfaction",
        ("target_group",),
        ("total", "item"),
        {
            "mean": "score",
            "ci_low": "score",
            "ci_high": "score",
            "respondents": "persons",
            "response_rate": "percent",
        },
    ),
    (
        20,
        "wellbeing_change",
        ("target_group",),
        ("total",),
        {
            "mean_change": "score",
            "ci_low": "score",
            "ci_high": "score",
            "pairs": "persons",
            "attrition_share": "percent",
        },
    ),
    (
        21,
        "time_to_service",
        ALL,
        PERSON_DIMENSIONS,
        {"within_3_months": "percent", "median_weeks": "weeks"},
    ),
    (
        22,
        "after_service",
        ALL,
        (*PERSON_DIMENSIONS, "service_group"),
        dict.fromkeys(
            (
                "open_market_3_months",
                "unemployed_3_months",
                "in_service_3_months",
                "other_3_months",
            ),
            "percent",
        ),
    ),
    (
        23,
        "service_paths",
        ALL,
        PERSON_DIMENSIONS,
        {"none": "persons", "one": "persons", "several": "persons", "mean_services": "services"},
    ),
    (
        24,
        "service_costs",
        ALL,
        (*PERSON_DIMENSIONS, "service_group"),
        {"euros": "euros", "euros_per_person": "euros_per_person"},
    ),
]

# The contract's "From StatFin": statistic, numerator, denominator.
STATFIN = {
    "unemployment_share": ("value", ("TYOTTOMATLOPUSSA",), ("TYOVOIMATK",)),
    "foreign_unemployment_share": ("value", ("TYOTTOMATULK",), ()),
    "youth_unemployment_share": ("value", ("TYOTTOMAT25",), ()),
    "extended_unemployment": ("value", ("TYOTTOMATLOPUSSA", *SERVICES), ()),
    "structural_unemployment": ("long_term", ("PITKAAIKAISTYOTTOMAT",), ()),
    "activation_rate": ("value", SERVICES, (*SERVICES, "TYOTTOMATLOPUSSA")),
    "open_vacancies": ("value", ("AVPAIKATLOPUSSA",), ()),
    # Not of the contract: covariates of the comparison among peers (docs/decisions/0046).
    "unemployed_over_50": ("value", ("TYOTTOMAT50",), ()),
    "laid_off": ("value", ("LOMAUTETTU",), ()),
}

# Codes and ids the contract gives a meaning; each must have a label.
CODES = {
    "status": "normal provisional incomplete not_available suppressed bounded",
    "population": "residents target_group trial_office",
    "source": "register statfin kela survey administrative",
    "grade": "A B C D",
    "category": (
        "total.total sex.men sex.women age_group.15-24 age_group.25-29 age_group.30-49 "
        "age_group.50- origin.finnish origin.foreign service_line.00 service_line.01 "
        "service_line.02 service_line.03 service_line.05 service_line.undefined "
        "service_group.training service_group.coaching service_group.subsidised "
        "service_group.trial service_group.alternation service_group.rehabilitative "
        "service_group.study duration.unknown "
        + " ".join(f"reason.{code:02}" for code in range(17))
        # Of the project's own indicator 25 (docs/decisions/0054).
        + "".join(f" sequence.{sequence}" for sequence in SEQUENCES)
        # Of 27 (docs/decisions/0056).
        + "".join(f" following_sequence.{sequence}" for sequence in SEQUENCES)
    ),
}

# The same word in two languages is right in these.
SAME_IN_TWO = {
    "euro per person",
    "Definition",
    "Population",
    "StatFin",
    "Kela",
    "A–D",
    "normal",
    "person",
    "euro",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_indicators_are_those_of_the_contract(catalogue: Catalogue) -> None:
    found = [
        (
            indicator.number,
            indicator.id,
            indicator.populations,
            indicator.dimensions,
            {statistic.id: statistic.unit for statistic in indicator.statistics},
        )
        for indicator in catalogue.indicators
        if indicator.number <= len(CONTRACT)
    ]
    assert found == CONTRACT
    agreed = catalogue.indicators[: len(CONTRACT)]
    order = [[statistic.id for statistic in indicator.statistics] for indicator in agreed]
    assert order == [list(statistics) for *_, statistics in CONTRACT]


def test_statfin_recipes_are_those_of_the_contract(catalogue: Catalogue) -> None:
    found = {
        indicator.id: (
            indicator.statfin.statistic,
            indicator.statfin.numerator,
            indicator.statfin.denominator,
        )
        for indicator in (*catalogue.indicators, *catalogue.context)
        if indicator.statfin
    }
    assert {key: (how, set(up), set(down)) for key, (how, up, down) in found.items()} == {
        key: (how, set(up), set(down)) for key, (how, up, down) in STATFIN.items()
    }
    missing = [
        indicator.id
        for indicator in catalogue.indicators
        if indicator.statfin and indicator.statfin.denominator_missing
    ]
    assert missing == ["foreign_unemployment_share", "youth_unemployment_share"]


def test_a_recipe_and_the_source_go_together(catalogue: Catalogue) -> None:
    for indicator in (*catalogue.indicators, *catalogue.context):
        recipes = indicator.statfin is not None or bool(indicator.official)
        assert ("statfin" in indicator.sources) == recipes, indicator.id


@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_of_the_contract_has_a_label(catalogue: Catalogue, kind: str) -> None:
    assert sorted(catalogue.labels[kind]) == sorted(CODES[kind].split())


def test_parameters_have_the_contracts_defaults(catalogue: Catalogue) -> None:
    assert catalogue.defaults()["structural_unemployment"] == {
        "merge_layoff": True,
        "unemployment_gap_days": 1,
        "long_term_months": 12,
        "recurrent_window_months": 16,
        "recurrent_days": 365,
        "returned_window_months": 3,
        "service_gap_months": 3,
        "service_window_months": 12,
        "renewal_gap_days": 7,
    }
    others = ("youth_age", "startup_window_days", "statement_window_days", "line_lag_days")
    assert [catalogue.parameters[name].default for name in others] == [25, 14, 31, 14]
    others = ("employed_short_days", "employed_long_days", "plan_due_days", "plan_validity_months")
    assert [catalogue.parameters[name].default for name in others] == [30, 90, 14, 3]
    others = ("min_specialists", "min_answers", "min_pairs", "provisional_months")
    assert [catalogue.parameters[name].default for name in others] == [5, 5, 5, 3]
    assert catalogue.parameters["path_window_months"].default == 12


def test_own_definitions_say_that_they_are_not_official(catalogue: Catalogue) -> None:
    values = {
        "fi": r"oma(t|n)? ei|oma eikä|eivätkä virallisia",
        "sv": r"eg(en|na)\b.* inte officiell",
        "en": r"own\b.* not official",
    }
    for indicator in catalogue.indicators:
        if any(statistic.grade in "CD" for statistic in indicator.statistics):
            for language, pattern in values.items():
                assert re.search(pattern, indicator.definition[language]), (indicator.id, language)


def test_no_language_is_a_copy_of_another(catalogue: Catalogue) -> None:
    copied = [
        (place, text[item], item, other)
        for place, text in _texts(catalogue)
        for item, other in (("fi", "sv"), ("fi", "en"), ("sv", "en"))
        if text[item] == text[other] and text[item] not in SAME_IN_TWO
    ]
    assert copied == []


def test_languages_do_not_leak_into_each_other(catalogue: Catalogue) -> None:
    english = re.compile(r"\b(the|of|and|with|share|number|unemployed)\b", re.IGNORECASE)
    swedish = re.compile(r"\b(och|av|som|för|inte|är)\b", re.IGNORECASE)
    finnish = re.compile(r"\b(ja|on|ei|jotka|työttömät)\b", re.IGNORECASE)
    foreign = {"fi": (english, swedish), "sv": (english, finnish), "en": (swedish, finnish)}
    leaks = [
        (place, language, found.group())
        for place, text in _texts(catalogue)
        for language in LANGUAGES
        for pattern in foreign[language]
        if (found := pattern.search(text[language]))
        and not (language == "en" and found.group() == "on")
        and not (language == "sv" and found.group() == "ja")
    ]
    assert leaks == []


def test_texts_are_typeset(catalogue: Catalogue) -> None:
    for place, text in _texts(catalogue):
        for language in LANGUAGES:
            spoken = text[language]
            assert "  " not in spoken, (place, language)
            assert not re.search(r"\d-\d", spoken.replace("1269/", "")), (
                place,
                "range wants a dash",
            )
            if language != "en":  # decimal comma; a point stands in dates only
                dateless = re.sub(r"\d+\.\d+\.\d{4}", "", spoken)
                assert not re.search(r"\d\.\d", dateless), (place, language)


def test_sentences_end_with_a_full_stop_and_names_do_not(catalogue: Catalogue) -> None:
    for indicator in (*catalogue.indicators, *catalogue.context):
        for language in LANGUAGES:
            for text in (
                indicator.definition,
                indicator.numerator,
                indicator.denominator,
                indicator.certainty.note,
            ):
                assert text[language].endswith("."), (indicator.id, language)
            assert not indicator.name[language].endswith("."), (indicator.id, language)
            assert 2 <= len(re.findall(r"\.(?:\s|$)", indicator.definition[language])) <= 7, (
                indicator.id
            )


def test_breaks_of_the_period(catalogue: Catalogue) -> None:
    found = {item.id: item.date.isoformat() for item in catalogue.breaks}
    assert found == {
        "covid_2020": "2020-03-16",
        "labour_force_vintage_2021": "2021-01-01",
        "trial_start": "2021-03-01",
        "staff_end_2021": "2021-12-31",
        "ukraine_2022": "2022-03-04",
        "nordic_model_2022": "2022-05-02",
        "sote_2023": "2023-01-01",
        "statement_codes_2023": "2023-03-01",
        "wage_subsidy_2023": "2023-07-01",
        "alternation_end_2024": "2024-08-01",
        "reform_2025": "2025-01-01",
    }
    everywhere = {item.id for item in (*catalogue.indicators, *catalogue.context)}
    start = next(item for item in catalogue.breaks if item.id == "trial_start")
    assert set(start.indicators) == everywhere


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    """Every text of the catalogue with a place."""
    for indicator in (*catalogue.indicators, *catalogue.context):
        for key in ("name", "short", "definition", "numerator", "denominator"):
            yield f"{indicator.id}.{key}", getattr(indicator, key)
        yield f"{indicator.id}.certainty", indicator.certainty.note
        for statistic in indicator.statistics:
            yield f"{indicator.id}.{statistic.id}", statistic.label
    for found in catalogue.breaks:
        yield found.id, found.label
        yield found.id, found.sentence
    for parameter in catalogue.parameters.values():
        yield parameter.id, parameter.description
    for unit in catalogue.units.values():
        for text in (unit.singular, unit.plural):
            yield unit.id, text
    for kind, labels in catalogue.labels.items():
        for label in labels.values():
            yield f"{kind}.{label.id}", label.label
            if label.explanation:
                yield f"{kind}.{label.id}", label.explanation


def test_texts_tell_every_parameter_with_the_value_in_force(catalogue: Catalogue) -> None:
    """Another value changes the definition in every language: none has its number typed in."""
    for one in catalogue.indicators:
        for parameter in one.parameters:
            other = not parameter.default if parameter.unit == "switch" else 97.5
            changed = catalogue.in_force({one.id: {parameter.id: other}}).indicator(one.id)
            for language in LANGUAGES:
                said = changed.definition[language]
                assert said != one.definition[language], (one.id, parameter.id, language)
                if other == 97.5:
                    assert ("97.5" if language == "en" else "97,5") in said, (one.id, language)


def test_no_number_of_a_parameter_is_typed_into_a_text(catalogue: Catalogue) -> None:
    # The labour force under 25 is the statistic's; a flow's months are what it is; codes.
    other = {"youth_unemployment_share": {"25"}, "job_search_exits": {"14"}}
    other |= {flow: {"3", "6", "12"} for flow in FLOWS}
    for one in catalogue.written:
        typed = {str(each.default) for each in one.parameters if each.unit != "switch"}
        typed -= {"1", *other.get(one.id, ())}  # 1 stands in dates, tables and codes
        for text in (one.definition, one.numerator, one.denominator):
            for language in LANGUAGES:
                plain = re.sub(r"\{[^}]*\}", "", text[language])
                assert not typed & set(re.findall(r"\b[1-9]\d*\b", plain)), (one.id, language)


FLOWS = tuple(f"flow_over_{months}_months" for months in (3, 6, 12))


def test_words_follow_the_number(catalogue: Catalogue) -> None:
    def plans(days: int) -> Text:
        return (
            catalogue.in_force({"plan_coverage": {"plan_due_days": days}})
            .indicator("17")
            .denominator
        )

    assert "vähintään 14 päivää aikaisemmin" in plans(14).fi
    assert "vähintään 1 päivän aikaisemmin" in plans(1).fi
    assert "minst 1 dag tidigare" in plans(1).sv
    assert "at least 1 day earlier" in plans(1).en


def test_a_changed_parameter_changes_its_own_indicator_alone(catalogue: Catalogue) -> None:
    changed = catalogue.in_force({"service_starts": {"renewal_gap_days": 9}})
    told = {one.id: one for one in catalogue.indicators}
    assert [one.id for one in changed.indicators if one != told[one.id]] == ["service_starts"]
    assert changed.defaults() == catalogue.defaults()


def test_a_parameter_of_several_indicators_is_changed_once_for_all(catalogue: Catalogue) -> None:
    gap = "unemployment_gap_days"
    values = catalogue.values({"all": {gap: 5}, "unemployment_duration": {gap: 3}})
    found = {indicator: of[gap] for indicator, of in values.items() if gap in of}
    assert len(found) == 10
    assert found.pop("unemployment_duration") == 3
    assert set(found.values()) == {5}
    assert "5 dagar" in catalogue.in_force({"all": {gap: 5}}).indicator("8").definition.sv


def test_every_service_group_is_a_step_of_sequences() -> None:
    assert set(STEP_OF) == set(SERVICE_GROUPS)
