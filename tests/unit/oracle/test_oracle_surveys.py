"""Indicators 19 and 20 by hand. Of Student's t with 4 degrees of freedom 97.5 % is 2.776445."""

import pytest

from oracle.literal import figures, rows

T4 = 2.7764451051977987


def answer(name, score, item="q1", *, where="398", month="2022-05", wave=1, what="satisfaction"):
    return {
        "respondent_id": name,
        "municipality": where,
        "month": month,
        "instrument": what,
        "item": item,
        "score": float(score),
        "wave": wave,
    }


def invited(number, where="398", what="satisfaction", month="2022-05"):
    return {"municipality": where, "month": month, "instrument": what, "invited": number}


FIVE = [answer(name, score) for name, score in zip("abcde", (1, 2, 3, 4, 5), strict=True)]


def satisfaction(survey, rounds=(), **where):
    tables = {"survey": survey, "survey_round": list(rounds)}
    return figures(
        tables, "satisfaction", "2022-05", population="target_group", area="KU398", **where
    )


def test_mean_and_interval_of_five():
    found = satisfaction(FIVE, [invited(20), invited(99, "098"), invited(7, what="wellbeing")])
    assert found["mean"] == (15, 5, 3.0)
    # standard deviation √2.5, error √0.5
    assert found["ci_low"][2] == pytest.approx(3 - T4 * 0.5**0.5)
    assert found["ci_high"][2] == pytest.approx(3 + T4 * 0.5**0.5)
    assert found["respondents"] == (5, None, 5)
    assert found["response_rate"] == (5, 20, 25.0)


def test_no_round_no_response_rate():
    found = satisfaction(FIVE, [invited(20, month="2022-04")])
    assert found["response_rate"] == (None, None, None)
    assert found["mean"] == (15, 5, 3.0)


def test_four_answers_are_too_few():
    assert {one[2] for one in satisfaction(FIVE[:4], [invited(20)]).values()} == {None}


def test_five_answers_of_four_people_are_enough_for_an_item_but_not_in_total():
    survey = [*FIVE[:4], answer("a", 5)]
    assert satisfaction(survey)["mean"] == (None, None, None)
    assert satisfaction(survey, category=("item", "q1"))["mean"] == (15, 5, 3.0)


def test_items_apart_and_together():
    survey = [
        *FIVE,
        *(answer(name, 5, item="q2") for name in "abcd"),
        answer("f", 1, month="2022-04"),
    ]
    assert satisfaction(survey)["mean"] == (35, 9, 35 / 9)
    assert satisfaction(survey)["respondents"] == (5, None, 5)
    assert satisfaction(survey, category=("item", "q1"))["mean"] == (15, 5, 3.0)
    assert satisfaction(survey, category=("item", "q2"))["mean"] == (None, None, None)
    assert "response_rate" not in satisfaction(survey, category=("item", "q1"))


def wave(name, number, *scores, where="398", month="2022-03"):
    return [
        answer(name, score, f"q{n}", where=where, month=month, wave=number, what="wellbeing")
        for n, score in enumerate(scores)
    ]


def wellbeing(survey, month="2022-05", area="SSS"):
    return figures(
        {"survey": survey}, "wellbeing_change", month, population="target_group", area=area
    )


# Changes 1, 2, 3, 4, 5; the first wave of a is the mean of 1 and 3.
PAIRS = [
    *wave("a", 1, 1, 3),
    *wave("a", 2, 3, month="2022-05"),
    *(row for name in "bcde" for row in wave(name, 1, 1)),
    *(
        row
        for name, score in zip("bcde", (3, 4, 5, 6), strict=True)
        for row in wave(name, 2, score, where="098", month="2022-05")
    ),
    *wave("f", 1, 9, where="098"),
]


def test_change_from_the_first_wave_to_the_last():
    found = wellbeing(PAIRS)
    assert found["mean_change"] == (15, 5, 3.0)
    assert found["ci_low"][2] == pytest.approx(3 - T4 * 0.5**0.5)
    assert found["ci_high"][2] == pytest.approx(3 + T4 * 0.5**0.5)
    assert found["pairs"] == (5, None, 5)
    assert found["attrition_share"] == (1, 6, 100 / 6)


def test_waves_between_do_not_count():
    assert wellbeing([*PAIRS, *wave("a", 3, 4)])["mean_change"] == (16, 5, 16 / 5)


def test_answers_after_the_month_are_not_known_yet():
    assert wellbeing(PAIRS, "2022-04")["pairs"] == (None, None, None)


def test_the_area_is_that_of_the_last_wave():
    assert wellbeing(PAIRS, area="KU398")["pairs"] == (None, None, None)
    with_one_more = [*PAIRS, *wave("g", 1, 1), *wave("g", 2, 1, where="098", month="2022-05")]
    found = wellbeing(with_one_more, area="KU098")
    # b, c, d, e and g; f has one wave
    assert found["mean_change"] == (14, 5, 14 / 5)
    assert found["attrition_share"] == (1, 6, 100 / 6)


def test_surveys_tell_of_the_target_group_by_municipality_group_and_in_all():
    areas = {row["area"] for row in rows({"survey": FIVE}, "satisfaction", "2022-05")}
    assert areas == {"KU398", "PAIR", "SSS"}
