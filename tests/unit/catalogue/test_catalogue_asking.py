"""Asking the catalogue: indicators, labels, breaks."""

from __future__ import annotations

import dataclasses

import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import Text
from indicators.errors import UsageError


def test_it_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()


def test_an_indicator_by_id_or_number() -> None:
    rate = load_catalogue().indicator("activation_rate")
    assert load_catalogue().indicator("11") is rate
    assert (rate.number, rate.unit) == (11, "percent")
    assert load_catalogue().indicator("open_vacancies").unit == "vacancies"


@pytest.mark.parametrize("wanted", ["0", "100", "", "Aktivointiaste"])
def test_what_is_not_there_is_refused(wanted: str) -> None:
    with pytest.raises(UsageError, match=r"no indicator .*`indicators catalogue` lists all"):
        load_catalogue().indicator(wanted)


def test_a_misspelt_id_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean activation_rate or long_term"):
        load_catalogue().indicator("activationrate")


def test_a_statistic_that_is_not_there_is_refused() -> None:
    rate = load_catalogue().indicator("activation_rate")
    with pytest.raises(UsageError, match=r"activation_rate has no statistic 'mean': .* value"):
        rate.statistic("mean")


def test_certainty_is_the_statistics_own() -> None:
    grades = {
        statistic.id: statistic.grade
        for statistic in load_catalogue().indicator("structural_unemployment").statistics
    }
    assert grades["long_term"] == "A"
    assert grades["total"] == "D"


@pytest.mark.parametrize(
    ("kind", "code", "language", "expected"),
    [
        ("status", "suppressed", "fi", "salattu"),
        ("status", "suppressed", "sv", "sekretess"),
        ("status", "not_available", "sv", "uppgift saknas"),
        ("unit", "persons", "sv", "personer"),
        ("category", "service_line.05", "fi", "Monialainen yhteispalvelu"),
        ("statistic", "introductions.offers", "fi", "Esittelyt"),
        ("indicator", "extended_unemployment", "sv", "Utvidgad arbetslöshet"),
        ("break", "trial_start", "en", "Municipal trial begins"),
        ("heading", "numerator", "fi", "Osoittaja"),
    ],
)
def test_labels(kind: str, code: str, language: str, expected: str) -> None:
    assert load_catalogue().label(kind, code, language) == expected


@pytest.mark.parametrize(
    ("kind", "code"),
    [("status", "gone"), ("mood", "normal"), ("unit", "parsec"), ("break", "brexit")],
)
def test_a_code_without_a_label_is_refused(kind: str, code: str) -> None:
    with pytest.raises(UsageError, match=f"no label for {kind} '{code}'"):
        load_catalogue().label(kind, code, "fi")


def test_explanations() -> None:
    assert "2,5" in load_catalogue().explanation("status", "bounded", "fi")
    assert load_catalogue().explanation("dimension", "sex", "fi") == ""
    with pytest.raises(UsageError, match="explains no status 'gone'"):
        load_catalogue().explanation("status", "gone", "fi")


def test_breaks_of_an_indicator_by_month() -> None:
    catalogue = load_catalogue()
    found = catalogue.break_in("unemployment_share", "2021-03")
    assert found is not None
    assert (found.id, found.month) == ("trial_start", "2021-03")
    assert catalogue.break_in("unemployment_share", "2021-04") is None
    assert catalogue.break_in("unemployment_share", "2021-12") is None  # the caseload's alone
    months = [item.month for item in catalogue.breaks_for("caseload")]
    assert months == ["2021-03", "2021-12", "2022-05", "2025-01"]


def test_a_text_knows_its_languages() -> None:
    text = Text(fi="yksi", sv="ett", en="one")
    assert (text["sv"], text.in_("en")) == ("ett", "one")
    with pytest.raises(UsageError, match="unknown language 'de': choose one of fi, sv, en"):
        text["de"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        text.fi = "kaksi"  # type: ignore[misc]
