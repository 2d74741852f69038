"""Sentences that depend on what was found: other results, other sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from fixtures import evaluation_volumes as volumes
from fixtures.evaluation_panel import studied
from indicators.reporting.evaluation_alternatives import HISTORIES
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


def specifications(design: str, columns: Mapping[str, float], **where: str) -> pd.DataFrame:
    """The specifications with other values in the headline's rows, or in those of other choices."""
    frame = studied()["specifications"].copy()
    chosen = (frame["design"] == design) & (frame["window"] == "first_year")
    chosen &= (frame["sample"] == "main") & (frame["statistic"] == "effect")
    wanted = {"weights": "equal", "base": "2020-09..2021-02"} | where
    for column, value in wanted.items():
        chosen &= frame[column] == value
    assert chosen.any()
    for column, value in columns.items():
        frame.loc[chosen, column] = value
    return frame


def begins(key: str, text: str) -> bool:
    """Whether a text is said: what stands before its first number, and behind its last."""
    template = load_report_texts()[key]
    return all(part in text for part in (template.split("{")[0], template.rpartition("}")[2]))


def nothing_stands_out() -> pd.DataFrame:
    frame = studied()["specifications"].copy()
    frame["p_value"] = frame["p_value"].clip(lower=0.2)
    return frame


def test_nothing_that_stands_out_is_said_to(book) -> None:
    found: Book = book(specifications=nothing_stands_out())
    for name, key in (("minister", "minister_answer"), ("english_summary", "english")):
        assert begins(f"opening.{key}_none", found.section(name).markdown)
    assert begins("opening.swedish_none", found.swedish_summary().markdown)
    assert found.source.say("limits.can_none") in found.limits().markdown
    assert report_text("known.agree") in found.known().markdown
    outliers = load_report_texts()["effects.region_outliers"].rpartition("}")[2]
    assert outliers not in found.region_effects().markdown


def test_a_rise_that_stands_out_is_no_fall(book) -> None:
    found: Book = book()
    assert begins("opening.minister_answer_no_fall", found.minister().markdown)
    assert report_text("opening.long_term") in found.minister().markdown
    assert report_text("opening.national_agree") in found.minister().markdown


def test_a_fall_that_stands_out_is_said_to_be_one(book) -> None:
    frame = specifications(
        "all_trials", {"estimate": -0.9, "p_value": 0.001}, outcome="unemployment_share"
    )
    found: Book = book(specifications=frame)
    for name, key in (
        ("minister", "minister_answer_fall"),
        ("swedish_summary", "swedish_fall"),
        ("english_summary", "english_fall"),
    ):
        assert begins(f"opening.{key}", found.section(name).markdown)
    assert report_text("opening.national_differ") in found.minister().markdown
    assert report_text("opening.national_differ_sv") in found.swedish_summary().markdown
    assert report_text("opening.national_differ_en") in found.english_summary().markdown
    assert begins("known.differ", found.known().markdown)


@pytest.mark.parametrize(
    ("long", "key"),
    [
        (1.3, "mostly_before"),
        (0.7, "partly_before"),
        (0.2, "not_before"),
        (-0.5, "turned"),
        (-5.0, "mostly_before"),
    ],
)
def test_how_much_was_there_before_the_start(book, long: float, key: str) -> None:
    frame = specifications("region", {"estimate": 0.5}, outcome="unemployment_share")
    before = specifications(
        "region", {"estimate": long}, outcome="unemployment_share", base="2016-03..2020-02"
    )
    chosen = before["estimate"] == long
    frame.loc[chosen, "estimate"] = long
    found: Book = book(specifications=frame)
    for name, end in (("minister", ""), ("swedish_summary", "_sv"), ("english_summary", "_en")):
        assert begins(f"effects.{key}{end}", found.section(name).markdown)
    assert report_text(f"limits.decided_{key}") in found.decided().markdown


@pytest.mark.parametrize(("area", "key"), [(0.001, "bad"), (0.4, "clustered")])
def test_trends_before_are_judged_by_area(book, area: float, key: str) -> None:
    frame = studied()["specifications"].copy()
    tests = (frame["statistic"] == "pretrend_F") & (frame["cluster"] == "trial_area")
    frame.loc[tests, "p_value"] = area
    assert report_text(f"design.pretrends_{key}") in book(specifications=frame).pretrends().markdown
    frame.loc[frame["statistic"] == "pretrend_F", "p_value"] = 0.5
    text = book(specifications=frame).pretrends().markdown
    assert report_text("design.pretrends_good") in text


def test_a_sign_that_turns_with_the_weights_is_said_to(book) -> None:
    frame = studied()["specifications"].copy()
    equal = frame["weights"] == "equal"
    frame["estimate"] = frame["estimate"].abs()
    assert report_text("opening.weights_keep") in book(specifications=frame).summary().markdown
    frame.loc[equal, "estimate"] *= -1
    assert begins("opening.weights_turn", book(specifications=frame).summary().markdown)


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
    frame = studied()["specifications"].copy()
    for outcome, (low, high) in ENDS[key].items():
        present = (frame["outcome"] == outcome) & (frame["design"] == "all_trials")
        frame.loc[present, ["ci_low", "ci_high"]] = (float(low), float(high))
    assert report_text(f"effects.{key}") in book(specifications=frame).trial_effects().markdown


def test_findings_that_hold_with_no_bound_are_said_to_be_none(book) -> None:
    frame = studied()["bounds"].assign(ci_low=-1.0, ci_high=1.0)
    assert report_text("sensitivity.bounds_none") in book(bounds=frame).bounds().markdown
    # Of the real ones none holds either, since errors are clustered by trial area.
    some = frame.assign(ci_low=frame["ci_low"].mask(frame["step_ratio"] == 0, 0.5))
    said = book(bounds=some).bounds().markdown
    assert report_text("sensitivity.bounds_none") not in said
    assert report_text("sensitivity.bounds_some", values="@").split("@")[0] in said


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


@pytest.mark.parametrize(("p", "key"), [(0.001, "differ"), (0.4, "alike")])
def test_whether_the_areas_differ(book, p: float, key: str) -> None:
    frame = studied()["trial_area_spread"].assign(p_value=p)
    assert (
        report_text(f"areas.reading_{key}") in book(trial_area_spread=frame).trial_areas().markdown
    )


@pytest.mark.parametrize(("p", "key"), [(0.001, "some"), (0.4, "none")])
def test_whether_neighbours_moved(book, p: float, key: str) -> None:
    frame = studied()["spillovers"].assign(p_value=p)
    assert begins(f"sensitivity.rings_{key}", book(spillovers=frame).rings().markdown)


def test_known_answers_that_differ_are_named(book) -> None:
    frame = studied()["known_answers"]
    told = book(known_answers=frame.assign(agreement="different")).known_answers().markdown
    assert begins("areas.known_some", told)
    same = book(known_answers=frame.assign(agreement="same")).known_answers().markdown
    assert report_text("areas.known_all") in same


def test_the_monte_carlo_says_which_methods_the_report_leads_with(book) -> None:
    found: Book = book()
    text = found.monte_carlo().markdown
    assert report_text("areas.method_leading", method=report_text("areas.method_jackknife")) in text
    table = studied()["monte_carlo"]
    own = table[(table["setting"] != "literature") & (table["method"] == "municipality")]
    assert f"{100 * own['size'].max():.1f}".replace(".", ",") in text
    without = book(monte_carlo=table[table["method"] != "placebo"]).monte_carlo().markdown
    assert load_report_texts()["areas.monte_carlo_placebo"].partition("{")[0] not in without


def test_balance_within_the_limit_is_said_to_be(book) -> None:
    frame = studied()["balance"].assign(standardised_difference=0.1)
    assert begins("data.balance_alike", book(balance=frame).balance().markdown)


def test_a_headline_at_the_edge_of_the_curve_is_said_to_be(book) -> None:
    frame = specifications("region", {"estimate": -9.0}, outcome="unemployment_share")
    text = book(specifications=frame).specification_curve().markdown
    assert load_report_texts()["effects.headline_edge"].partition("}")[2].partition("{")[0] in text


@pytest.mark.parametrize(("p", "key"), [(0.001, "differ"), (0.4, "same")])
def test_whether_the_ways_to_tell_chance_agree(book, p: float, key: str) -> None:
    frame = studied()["inference"].assign(p_value=0.4)
    frame.loc[frame["method"] == "wild_bootstrap", "p_value"] = p
    assert begins(f"sensitivity.inference_{key}", book(inference=frame).inference().markdown)


@pytest.mark.parametrize(("low", "key"), [(0.5, "some"), (-0.5, "none")])
def test_whether_anything_holds_if_trends_bent_smoothly(book, low: float, key: str) -> None:
    frame = studied()["sensitivity"].assign(ci_low=low, ci_high=1.0)
    assert begins(f"sensitivity.smooth_{key}", book(sensitivity=frame).smooth().markdown)


@pytest.mark.parametrize(("p", "key"), [(0.001, "some"), (0.4, "none")])
def test_whether_relative_changes_stand_out(book, p: float, key: str) -> None:
    frame = studied()["differences"].assign(p_value=p)
    region = studied()["region"].assign(p_draws=p)
    text = book(differences=frame, region=region).logs().markdown
    assert begins(f"sensitivity.logs_{key}", text)


@pytest.mark.parametrize(("p", "key"), [(0.001, "some"), (0.4, "none")])
def test_which_kinds_of_service_moved(book, p: float, key: str) -> None:
    frame = studied()["service_effects"].assign(p_value=p)
    # A kind whose sign hidden cells leave open is named.
    frame.loc[frame["kind"] == "training", ["lowest", "highest"]] = (0.1, 0.2)
    frame.loc[frame["kind"] == "coaching", ["lowest", "highest"]] = (-0.1, 0.2)
    text = book(service_effects=frame).mechanisms().markdown
    assert load_report_texts()[f"mechanisms.reading_{key}"].partition("{")[0] in text
    open_ = load_report_texts()["mechanisms.hidden_zero"].partition("{")[0]
    [named] = [block.partition(open_)[2] for block in text.split("\n\n") if open_ in block]
    assert "valmennus" in named
    assert "työvoimakoulutus" not in named
    signs = frame.assign(estimate=[(-1.0) ** place for place in range(len(frame))])
    signs["estimate"] = signs["estimate"].where(signs["design"] == "region", -signs["estimate"])
    if key == "some":
        text = book(service_effects=signs).mechanisms().markdown
        assert report_text("mechanisms.reading_no_same") in text


@pytest.mark.parametrize(("p", "key"), [(0.001, "some"), (0.4, "none")])
def test_whether_effects_go_with_traits_of_areas(book, p: float, key: str) -> None:
    frame = studied()["trial_area_traits"].assign(p_adjusted=p)
    assert begins(f"areas.traits_{key}", book(trial_area_traits=frame).trial_areas().markdown)


def test_published_findings_that_agree_whatever_the_weights(book) -> None:
    frame = studied()["published_findings"]
    agreeing = frame.assign(consistent=frame["consistent"].replace("partly", "yes"))
    found: Book = book(published_findings=agreeing)
    partly = load_report_texts()["published.reading_partly"].partition("{")[0]
    assert partly not in found.published().markdown
    assert partly in book(published_findings=frame).published().markdown
    for name, end in (("minister", ""), ("swedish_summary", "_sv"), ("english_summary", "_en")):
        text = load_report_texts()[f"opening.national_partly{end}"].partition("{")[0]
        assert text not in found.section(name).markdown


def test_a_finding_told_by_others_has_its_grade(book) -> None:
    frame = studied()["published_findings"]
    text = book(published_findings=frame.assign(grade="B")).published().markdown
    assert "<td>B</td>" in text


def test_bases_of_every_beginning_have_their_words(book) -> None:
    frame = studied()["robustness"]
    main = frame[frame["variant"] == "main"]
    every = pd.concat([main.assign(variant=name) for name in HISTORIES])
    text = book(robustness=every).history().markdown
    for name in HISTORIES:
        assert report_text(f"sensitivity.history_{name}") in text


def test_combinations_that_could_not_be_computed_are_counted_by_reason(book) -> None:
    frame = studied()["specifications_omitted"]
    unpublished = frame.assign(reason="not_published")
    other = pd.concat([unpublished, frame.head(1).assign(reason="region_not_in_sample")])
    for key, own in (("omitted_unpublished", unpublished), ("omitted", other)):
        text = book(specifications_omitted=own).specification_curve().markdown
        assert load_report_texts()[f"effects.{key}"].partition("}")[2].split("{")[0] in text


def test_members_that_are_not_in_the_sample_are_named(book) -> None:
    frame = studied()["region_members"].assign(in_sample=[False, *[True] * 4])
    told = book(region_members=frame).attrition().markdown
    assert begins("data.members_left_out", told)
    assert book().source.name(str(frame["unit"].iloc[0])) in told


def test_a_false_finding_among_the_made_up_is_called_one(tmp_path: Path) -> None:
    frame = volumes.made_up_frames()["made_up_triple"]
    assert report_text("made_up.triple_false") in (
        volumes.made_up(tmp_path / "a", made_up_triple=frame).triple().markdown
    )
    quiet = frame.assign(ci_low=-1.0)
    text = volumes.made_up(tmp_path / "b", made_up_triple=quiet).triple().markdown
    assert report_text("made_up.triple_quiet") in text
