"""The catalogue as text."""

from __future__ import annotations

import csv
import io
import json

import pytest

from indicators.catalogue import show
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import LANGUAGES
from indicators.errors import UsageError

SHORT_EXPLANATIONS = {
    "fi": """\
Luokitukset
  total: Yhteensä

Parametrit ja oletusarvot
  min_specialists = 5 henkilöä: Asiantuntijoiden vähimmäismäärä, jolla mediaani ja suurin arvo
  esitetään
""",
    "sv": """\
Indelningar
  total: Totalt

Parametrar och standardvärden
  min_specialists = 5 personer: Minsta antal sakkunniga för att medianen och det största värdet ska
  anges
""",
    "en": """\
Dimensions
  total: Total

Parameters and defaults
  min_specialists = 5 persons: Least number of specialists for the median and the maximum to be
  given
""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_fits_and_is_aligned(language: str) -> None:
    lines = show.catalogue_table(language).splitlines()
    assert max(map(len, lines)) <= 100
    starts = [line.split()[0] for line in lines[2:] if line[:1].isdigit()]
    assert starts == [str(number) for number in range(1, len(load_catalogue().indicators) + 1)]
    unit = lines[1].index("-  -", lines[1].index("-  -", lines[1].index("-  -") + 1) + 1) + 3
    rows = [line for line in lines[2 : lines.index("")] if line[:1].isdigit()]
    assert all(row[unit - 1] == " " and row[unit] != " " for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_loses_nothing_when_it_wraps(language: str) -> None:
    text = show.catalogue_table(language)
    for indicator in load_catalogue().indicators:
        for word in indicator.short[language].split():
            assert word in text


def test_json_holds_every_indicator_in_one_language_or_all() -> None:
    swedish = json.loads(show.catalogue_json("sv"))
    everything = json.loads(show.catalogue_json())
    assert [item["number"] for item in swedish] == list(
        range(1, len(load_catalogue().indicators) + 1)
    )
    assert swedish[10]["short"] == "Aktiveringsgrad"
    assert everything[10]["short"]["fi"] == "Aktivointiaste"
    assert swedish[10]["statfin"]["denominator"][-1] == "TYOTTOMATLOPUSSA"
    assert swedish[3]["statfin"] is None
    assert swedish[2]["parameters"][0]["default"] == 25
    assert "trial_start" in [item["id"] for item in swedish[10]["series_breaks"]]


def test_csv_has_a_row_an_indicator_and_lists_as_codes() -> None:
    rows = list(csv.DictReader(io.StringIO(show.catalogue_csv("fi"))))
    assert len(rows) == len(load_catalogue().indicators)
    structural = rows[6]
    assert structural["statistics"].split()[:2] == ["long_term", "recurrent"]
    assert (
        "merge_layoff=true unemployment_gap_days=1 long_term_months=12" in structural["parameters"]
    )
    assert structural["sources"] == "statfin register"
    assert rows[15]["series_breaks"].split() == [
        "trial_start",
        "staff_end_2021",
        "nordic_model_2022",
        "reform_2025",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_explaining_a_small_indicator(language: str) -> None:
    text = show.explain_indicator("caseload", language)
    assert text.startswith(
        "16. " + load_catalogue().indicator("caseload").name[language] + "\ncaseload\n"
    )
    assert SHORT_EXPLANATIONS[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_explained(language: str) -> None:
    for indicator in (*load_catalogue().indicators, *load_catalogue().context):
        text = show.explain_indicator(indicator.id, language)
        assert max(map(len, text.splitlines())) <= 100
        flat = " ".join(text.split())
        assert " ".join(indicator.definition[language].split()) in flat
        for found in load_catalogue().breaks_for(indicator.id):
            assert " ".join(found.sentence[language].split()) in flat


def test_explaining_what_statfin_gives() -> None:
    assert "value = TYOTTOMATLOPUSSA / TYOVOIMATK" in show.explain_indicator("1", "en")
    assert "value = TYOTTOMAT25 (vain osoittaja" in show.explain_indicator("3", "fi")
    assert "long_term = PITKAAIKAISTYOTTOMAT\n" in show.explain_indicator("7", "sv")


def test_explaining_switches_dates_and_nothing() -> None:
    assert "merge_layoff = kyllä:" in show.explain_indicator("5", "fi")
    assert "1.3.2021 Kommunförsöket börjar" in show.explain_indicator("5", "sv")
    assert "2021-03-01 Municipal trial begins" in show.explain_indicator("5", "en")
    vacancies = show.explain_indicator("open_vacancies", "en")
    assert vacancies.startswith("Open vacancies at the end of the month\n")
    assert "Parameters and defaults\n  none\n" in vacancies
    assert "Population" not in vacancies


def test_an_unknown_language_is_refused() -> None:
    for tell in (show.catalogue_table, show.catalogue_csv, show.catalogue_json):
        with pytest.raises(UsageError, match="unknown language"):
            tell("de")
