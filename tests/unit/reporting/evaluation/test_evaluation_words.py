"""The evaluation's texts: all are there, all are said, and no figure is typed into one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from indicators.errors import DataError
from indicators.evaluation.study.plan import StudyPlan
from indicators.reporting import evaluation_source

CODE = Path(evaluation_source.__file__).parent
# Said only of results that the real ones are not; test_evaluation_readings.py makes such;
# or of another region (test_evaluation_region.py).
ELSEWHERE = {
    "areas.coverage",
    "areas.known_all",
    "areas.method",
    "areas.monte_carlo",
    "areas.monte_carlo_caption",
    "areas.power",
    "areas.reading_differ",
    "areas.size",
    "areas.traits_item",
    "areas.traits_some",
    "common.lacking",
    "common.region_gen",
    "common.region_ill",
    "common.region_par",
    "common.trial_of",
    "common.trial_of_en",
    "common.trial_of_sv",
    "data.balance_alike",
    "data.members_left_out",
    "design.placebo_one",
    "design.pretrends_bad",
    "design.pretrends_good",
    "effects.headline_edge",
    "effects.not_before",
    "effects.not_before_en",
    "effects.not_before_sv",
    "effects.omitted",
    "effects.omitted_unpublished",
    "effects.partly_before",
    "effects.partly_before_en",
    "effects.partly_before_sv",
    "effects.reading_fewer_services",
    "effects.reading_relabel",
    "effects.turned",
    "effects.turned_en",
    "effects.turned_sv",
    "known.differ",
    "limits.can_none",
    "limits.decided_not_before",
    "limits.decided_partly_before",
    "limits.decided_turned",
    "made_up.triple_quiet",
    "mechanisms.reading_no_same",
    "mechanisms.reading_none",
    "monitoring.covid_less",
    "opening.english_fall",
    "opening.english_none",
    "opening.minister_answer_fall",
    "opening.minister_answer_none",
    "opening.national_differ",
    "opening.national_differ_en",
    "opening.national_differ_sv",
    "opening.swedish_fall",
    "opening.swedish_none",
    "opening.trial_municipality",
    "opening.weights_keep",
    "outcomes.extended_share_row_en",
    "outcomes.extended_share_row_sv",
    "published.grade_B",
    "sensitivity.bounds_some",
    "sensitivity.bounds_value",
    "sensitivity.history_covid_kept",
    "sensitivity.history_since_2006",
    "sensitivity.history_since_2012",
    "sensitivity.history_two_years_before",
    "sensitivity.inference_differ",
    "sensitivity.logs_some",
    "sensitivity.rings_some",
    "sensitivity.smooth_none",
    "steps.merged",
}
# A hidden cell counts as 2.5 (contract, section 4): a definition, not a result.
DEFINITIONS = {"2,5"}


def test_every_text_is_said(
    report_parts: Mapping[str, str],
    made_up_parts: Mapping[str, str],
    evaluation_words: Mapping[str, str],
) -> None:
    assert report_parts
    assert made_up_parts
    request: set[str] = evaluation_words.asked  # type: ignore[attr-defined]
    # Front matter is said while volumes are bound; only two variants are run here.
    known = {
        key
        for key in evaluation_source.load_report_texts()
        if not key.startswith(("front.", "variants."))
    }
    assert known - request - ELSEWHERE == set()


def test_the_texts_said_elsewhere_are_there() -> None:
    assert set(evaluation_source.load_report_texts()) >= ELSEWHERE


def test_keys_in_the_code_are_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    keys = set(re.findall(r"""(?:say|report_text)\(\s*["']([a-z_]+\.[a-z_]+)["']""", code))
    assert len(keys) > 80
    assert keys <= set(evaluation_source.load_report_texts())


def test_every_sample_of_the_plan_has_its_words() -> None:
    for variant in StudyPlan("LAHTI5").rule_samples:
        assert {f"variants.{variant}", f"variants.{variant}_short"} <= set(
            evaluation_source.load_report_texts()
        )


def test_no_decimal_number_is_typed_into_a_text() -> None:
    for key, text in evaluation_source.load_report_texts().items():
        if not key.startswith("references."):
            typed = set(re.findall(r"\d+[.,]\d+", re.sub(r"\d+\.\d+\.\d{4}|CC BY 4\.0", "", text)))
            assert typed <= DEFINITIONS, key


def test_texts_are_trimmed() -> None:
    for key, text in evaluation_source.load_report_texts().items():
        assert text == text.strip(), key
        assert "  " not in text, key


def test_what_a_text_wants_is_known() -> None:
    assert evaluation_source.report_text_placeholders("front.report_published") == {"vintage"}
    with pytest.raises(KeyError):
        evaluation_source.report_text("front.report_published")


def test_an_empty_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('one = ""\ntwo = 2\nthree = "x"\n')
    (tmp_path / "notes.txt").write_text("left alone")
    with pytest.raises(DataError, match="2 problems") as caught:
        evaluation_source.read_report_texts(tmp_path)
    assert [detail.partition(":")[0] for detail in caught.value.details] == [
        "a.toml, one",
        "a.toml, two",
    ]
    (tmp_path / "a.toml").write_text('three = " x "\n')
    assert evaluation_source.read_report_texts(tmp_path) == {"a.three": "x"}
