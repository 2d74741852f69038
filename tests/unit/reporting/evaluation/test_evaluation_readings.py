"""Sentences that depend on what was found: other results, other sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from fixtures import evaluation_volumes as volumes
from fixtures.evaluation_panel import studied
from indicators.reporting.evaluation_book import Book
from indicators.reporting.evaluation_source import load_report_texts, report_text

FIRST = "window == 'first_year'"
# They tell of the whole study, which is run for them.
pytestmark = pytest.mark.slow


def with_values(name: str, column: str, values: Mapping[str, float]) -> pd.DataFrame:
    """A frame of results with other values of a column in the first year, by outcome."""
    frame = studied()[name].copy()
    for outcome, value in values.items():
        selected = frame["outcome"] == outcome
        if "window" in frame:
            selected &= frame["window"] == "first_year"
        frame.loc[selected, column] = value
    return frame


@pytest.fixture
def book(tmp_path: Path):
    return lambda **changed: volumes.report(tmp_path / "results", **changed)


def test_what_stands_out_is_said_to(book) -> None:
    found: Book = book(region=with_values("region", "p_adjusted", {"activation_rate": 0.01}))
    assert found.source.say("opening.region_some") in found.summary().markdown
    assert found.source.say("opening.english_some") in found.english_summary().markdown
    assert found.source.say("limits.can_some") in found.limits().markdown
    none: Book = book(
        region=with_values(
            "region", "p_adjusted",
            dict.fromkeys(("unemployment_share", "extended_share", "activation_rate"), 0.2),
        )
    )  # fmt: skip
    assert none.source.say("opening.region_none") in none.summary().markdown
    assert none.source.say("opening.english_none") in none.english_summary().markdown
    assert none.source.say("limits.can_none") in none.limits().markdown


@pytest.mark.parametrize(("p", "verdict"), [(0.001, "found"), (0.4, "not_found")])
def test_the_verdict_on_the_activation_rate(book, p: float, verdict: str) -> None:
    found = book(differences=with_values("differences", "p_adjusted", {"activation_rate": p}))
    assert (
        report_text(f"common.{verdict}")
        in found.summary().markdown.split("Kaikki kokeilukunnat")[1]
    )
    assert report_text(f"common.{verdict}_en") in found.english_summary().markdown


@pytest.mark.parametrize(("p", "key"), [(0.001, "bad"), (0.4, "good")])
def test_trends_before_are_judged(book, p: float, key: str) -> None:
    found = book(pretrends=with_values("pretrends", "p_value", {"unemployment_share": p}))
    assert report_text(f"design.pretrends_{key}") in found.pretrends().markdown


ENDS = {
    "reading_relabel": {
        "unemployment_share": (-2, -1), "extended_share": (-1, 1), "activation_rate": (1, 2),
    },
    "reading_fewer_services": {
        "unemployment_share": (-2, -1), "extended_share": (-1, 1), "activation_rate": (-2, -1),
    },
    "reading_open": {
        "unemployment_share": (-2, -1), "extended_share": (-2, -1), "activation_rate": (1, 2),
    },
}  # fmt: skip


@pytest.mark.parametrize("key", ENDS)
def test_the_three_are_read_together(book, key: str) -> None:
    frame = studied()["differences"].copy()
    for outcome, (low, high) in ENDS[key].items():
        present = (frame["outcome"] == outcome) & (frame["window"] == "first_year")
        frame.loc[present, ["ci_low", "ci_high"]] = (float(low), float(high))
    assert report_text(f"effects.{key}") in book(differences=frame).trial_effects().markdown


def test_findings_that_hold_with_no_bound_are_said_to_be_none(book) -> None:
    frame = studied()["bounds"].assign(ci_low=-1.0, ci_high=1.0)
    assert report_text("sensitivity.bounds_none") in book(bounds=frame).bounds().markdown
    # Of the real ones none holds either, since errors are clustered by trial area.
    some = frame.assign(ci_low=frame["ci_low"].mask(frame["step_ratio"] == 0, 0.5))
    said = book(bounds=some).bounds().markdown
    assert report_text("sensitivity.bounds_none") not in said
    assert report_text("sensitivity.bounds_some", values="@").split("@")[0] in said


def test_how_often_a_variant_leaves_zero_out(book) -> None:
    frame = studied()["robustness"].copy()
    region = (frame["design"] == "region") & (frame["window"] == "first_year")
    frame.loc[region, ["estimate", "ci_low", "ci_high"]] = (0.6, -1.0, 1.0)
    none = report_text("sensitivity.robustness_none", count=str(region.sum()))
    assert none in book(robustness=frame).robustness().markdown
    frame.loc[region, "ci_low"] = [0.5, *[-1.0] * (region.sum() - 1)]
    some = report_text("sensitivity.robustness_some", count=str(region.sum()), significant="1")
    assert some in book(robustness=frame).robustness().markdown


@pytest.mark.parametrize(("rise", "key"), [(9.0, "covid_more"), (0.1, "covid_less")])
def test_whom_covid_hit_harder(book, rise: float, key: str) -> None:
    frame = studied()["trial_years"].set_index(["unit", "trial_year"]).copy()
    before = frame.loc[("LAHTI5", -2), "unemployment_share"]
    frame.loc[("LAHTI5", -1), "unemployment_share"] = before + rise
    text = book(trial_years=frame.reset_index()).trial_years().markdown
    beginning = load_report_texts()[f"monitoring.{key}"].partition("{")[0]
    assert beginning in text


def test_a_rule_that_the_main_sample_does_not_have_has_its_words(book) -> None:
    frame = studied()["attrition"].copy()
    frame.loc[1, "step"] = "merged"
    assert report_text("steps.merged") in book(attrition=frame).attrition().markdown


@pytest.mark.parametrize(("p", "key"), [(0.001, "caution"), (0.4, "no_caution")])
def test_trends_before_are_told_wherever_all_trials_are(book, p: float, key: str) -> None:
    found = book(pretrends=with_values("pretrends", "p_value", {"unemployment_share": p}))
    for part, name in (
        ("summary", f"opening.trials_{key}"),
        ("english_summary", f"opening.english_{key}"),
        ("limits", f"limits.can_trials_{key}"),
    ):
        assert load_report_texts()[name].partition("{")[0] in getattr(found, part)().markdown
