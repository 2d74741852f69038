"""Indicators 16, 18, 19 and 20: tables that are not of persons."""

from itertools import permutations

import pytest
from scipy.stats import t, ttest_1samp
from small_register import figure, measure, row, status, value

MEDIAN, MOST = "customers_per_specialist_median", "customers_per_specialist_max"


def load(specialist, customers, fte=1.0, office="1530", month="2022-05"):
    plain = {"month": month, "office": office, "specialist_id": specialist}
    return {**plain, "customers": customers, "fte": fte}


def test_caseload_by_full_time_equivalent_and_specialist():
    rows = [load("a", 10, 0.5), load("a", 20, 0.5), load("b", 50), load("c", 60), load("d", 70)]
    rows += [load("e", 170, 2.0, "1599"), load("f", 1, month="2022-04")]
    table = measure("2022-05 2022-06", "2022-05-31", caseload=rows)
    of_all = {"month": "2022-05"}
    trial = {"month": "2022-05", "population": "trial_office"}
    assert figure(table, "caseload", "customers_per_fte", **of_all) == (380, 6, 380 / 6)
    assert figure(table, "caseload", MEDIAN, **of_all) == (None, 5, 60)
    assert figure(table, "caseload", MOST, **of_all) == (None, 5, 170)
    assert figure(table, "caseload", "customers_per_fte", **trial) == (210, 4, 52.5)
    assert status(table, "caseload", MEDIAN, **trial) == "not_available"
    assert status(table, "caseload", MOST, month="2022-06") == "incomplete"
    assert set(row(table, "caseload", MOST, **of_all)["source"]) == {"administrative"}


def test_no_full_time_equivalent_no_rate():
    table = measure("2022-05", caseload=[load("a", 10, 0.0)])
    assert value(table, "caseload", "customers_per_fte") is None


def paid(municipality, month, recipients, euros=100.0, days=4.0, **more):
    plain = {"municipality": municipality, "month": month, "benefit": "support", "basis": "job"}
    return {**plain, "recipients": recipients, "euros": euros, "days": days, **more}


def kela(month, **key):
    rows = [
        paid("398", "2022-01", 1),
        paid("398", "2022-02", 2),
        paid("398", "2022-02", 3, basis="service", days=0.0),
        paid("098", "2022-02", 4, benefit="allowance"),
        paid("398", "2022-03", 5, None, None),
        paid("398", "2022-05", 6),
    ]
    table = measure("2021-12 2022-01 2022-02 2022-03 2022-05", kela=rows)
    return {
        "figure": lambda statistic: figure(table, "kela_benefits", statistic, month=month, **key),
        "status": lambda: status(table, "kela_benefits", "recipients", month=month, **key),
        "country": lambda: len(row(table, "kela_benefits", "recipients")),
    }


def test_benefits_are_sums_of_rows():
    assert kela("2022-02", area="KU398")["figure"]("recipients") == (5, None, 5)
    assert kela("2022-02", area="PAIR")["figure"]("recipients") == (9, None, 9)
    assert kela("2022-02", area="PAIR")["figure"]("euros_per_day") == (300, 8, 37.5)
    assert kela("2022-02", area="PAIR", benefit="allowance")["figure"]("days")[2] == 4
    of_basis = kela("2022-02", area="KU398", basis="service")
    assert of_basis["figure"]("euros_per_day") == (100, 0, None)


def test_a_figure_that_kela_lacks_is_not_zero():
    assert kela("2022-03", area="KU398")["figure"]("euros") == (None, None, None)
    assert kela("2022-03", area="KU398")["figure"]("recipients")[2] == 5


def test_the_last_three_months_of_the_table_are_provisional():
    found = [kela(month, area="KU398")["status"]() for month in ("2021-12", "2022-01", "2022-02")]
    assert found == ["not_available", "normal", "provisional"]
    assert kela("2022-01", area="KU398")["country"]() == 0, "the table has no row of the country"


def answer(who, score, **more):
    plain = {"respondent_id": who, "municipality": "398", "month": "2022-05"}
    plain |= {"instrument": "satisfaction", "item": "a", "wave": 1}
    return {**plain, "score": float(score), **more}


def invited(municipality, number, about="satisfaction"):
    plain = {"municipality": municipality, "month": "2022-05", "instrument": about}
    return {**plain, "invited": number}


SCORES = (1, 2, 2, 4, 5)
TARGET = {"population": "target_group"}


def satisfied(rows, rounds=(), extract="2024-12-31", **key):
    table = measure("2022-05", extract, survey=list(rows), survey_round=list(rounds))
    names = ("mean", "ci_low", "ci_high", "respondents", "response_rate")
    key = {**TARGET, **key}
    return table, {name: value(table, "satisfaction", name, **key) for name in names}


def five(municipality="398", **more):
    return [
        answer(f"r{at}", score, municipality=municipality, **more)
        for at, score in enumerate(SCORES)
    ]


def test_satisfaction_is_a_mean_with_its_interval():
    table, found = satisfied(five(), [invited("398", 20), invited("098", 30)])
    interval = ttest_1samp(SCORES, 0).confidence_interval(0.95)
    assert found["mean"] == 2.8
    assert found["ci_low"] == pytest.approx(interval.low, rel=1e-12)
    assert found["ci_high"] == pytest.approx(interval.high, rel=1e-12)
    assert (found["respondents"], found["response_rate"]) == (5, 10)
    assert value(table, "satisfaction", "response_rate", area="KU398", **TARGET) == 25
    assert figure(table, "satisfaction", "mean", item="a", **TARGET) == (14, 5, 2.8)
    assert figure(table, "satisfaction", "response_rate", item="a", **TARGET) is None


def test_five_answers_of_four_respondents_are_enough_for_an_item_only():
    rows = [answer("r1", 1), *five()[1:]]
    table, in_total = satisfied(rows, [invited("398", 20)])
    _, of_item = satisfied(rows, item="a")
    assert set(in_total.values()) == {None}
    for name in ("mean", "ci_low", "respondents", "response_rate"):
        assert status(table, "satisfaction", name, **TARGET) == "suppressed", "somebody answered"
    assert of_item["respondents"] == 4
    assert satisfied(five()[:4], item="a")[1]["mean"] is None


def test_a_response_rate_needs_the_round_of_everybody_who_answered():
    rows = [*five(), answer("r9", 3, municipality="098")]
    table, found = satisfied(rows, [invited("398", 20), invited("098", 5, "wellbeing")])
    assert found["response_rate"] is None
    assert status(table, "satisfaction", "response_rate", **TARGET) == "not_available"
    assert value(table, "satisfaction", "response_rate", area="KU398", **TARGET) == 25


@pytest.mark.parametrize(
    ("extract", "expected"), [("2022-05-20", "provisional"), ("2022-04-30", "incomplete")]
)
def test_answers_of_a_month_partly_seen(extract, expected):
    table, _ = satisfied(
        five() if expected == "provisional" else [answer("r", 1, month="2022-01")], extract=extract
    )
    assert status(table, "satisfaction", "mean", area="KU398", **TARGET) == expected


def pair(who, first, last, municipality):
    """Two items in the first wave; the last wave is answered elsewhere."""
    of = {"instrument": "wellbeing"}
    return [
        answer(who, first - 1, month="2022-01", **of),
        answer(who, first + 1, month="2022-02", item="b", **of),
        answer(who, last, municipality=municipality, wave=3, **of),
    ]


CHANGES = (-1, 0, 1, 2, 3)


def test_wellbeing_is_last_wave_less_first():
    rows = [
        item for at, change in enumerate(CHANGES) for item in pair(f"r{at}", 5, 5 + change, "098")
    ]
    rows += [answer(f"s{at}", 3, wave=2, instrument="wellbeing") for at in range(3)]
    table = measure("2022-04 2022-05", survey=rows)

    def found(name, **key):
        return figure(table, "wellbeing_change", name, **{**TARGET, "month": "2022-05", **key})

    half = t.ppf(0.975, 4) * (2.5 / 5) ** 0.5
    assert found("mean_change") == (5, 5, 1)
    assert found("ci_low")[1:] == (5, pytest.approx(1 - half, rel=1e-12))
    assert found("ci_high")[2] == pytest.approx(1 + half, rel=1e-12)
    assert found("pairs")[2] == 5
    assert found("attrition_share") == (3, 8, 37.5)
    assert found("attrition_share", area="KU098") == (0, 5, 0)
    assert found("mean_change", area="KU398") == (None, None, None)
    before = status(table, "wellbeing_change", "pairs", month="2022-04", **TARGET)
    assert before == "not_available", "the last waves are yet to come"


def test_no_figure_depends_on_the_order_of_answers():
    rows = [answer(f"r{at}", score) for at, score in enumerate((0.1, 0.2, 0.3, 1e9, -1e9))]
    found = [satisfied(order)[1] for order in list(permutations(rows))[::17]]
    assert all(item == found[0] for item in found)


def test_kela_of_the_whole_country():
    table = measure("2022-05", kela=[paid("SSS", "2022-05", 900), paid("398", "2022-05", 2)])
    assert value(table, "kela_benefits", "recipients") == 900
    assert value(table, "kela_benefits", "recipients", area="PAIR") == 2


def test_one_answer_has_a_mean_and_no_interval():
    how = {"parameters": {"satisfaction": {"min_answers": 1}}}
    table = measure("2022-05", survey=[answer("r", 4)], survey_round=[invited("398", 2)], how=how)
    assert figure(table, "satisfaction", "mean", **TARGET) == (4, 1, 4)
    assert status(table, "satisfaction", "ci_low", **TARGET) == "not_available"
    assert value(table, "satisfaction", "response_rate", **TARGET) == 50
