"""The register's methods on made-up people: terms, rates, what is hidden.

What they find is looked at where the command has run: ``endtoend/test_evaluation_command.py``.
"""

import numpy as np
import pandas as pd
import pytest

from indicators.evaluation.study import made_up
from indicators.evaluation.study.made_up import MadeUpPlan

START = "2021-03"


def months(**columns):
    frame = pd.DataFrame(
        {
            "municipality": ["398", "398", "091", "091"],
            "trial": [True, True, False, False],
            "target_group": [True, False, True, True],
            "month": ["2021-03", "2021-03", "2021-02", "2021-12"],
            "event": ["open_market", "", "open_market", "services"],
        }
    )
    return frame.assign(**columns)


def test_terms_are_the_products_of_a_triple_difference():
    found = made_up.with_terms(months(), START)
    assert found["treated"].tolist() == [True, False, False, False]
    assert found["trial_target"].tolist() == [True, False, False, False]
    assert found["trial_after"].tolist() == [True, True, False, False]
    assert found["target_after"].tolist() == [True, False, False, True]
    assert found["quarter"].tolist() == ["2021Q1", "2021Q1", "2021Q1", "2021Q4"]


def test_the_month_before_the_start_is_not_after():
    found = made_up.with_terms(months(month="2021-02"), START)
    assert not found["trial_after"].any()


def test_rates_are_shares_of_those_at_risk_and_need_enough_of_them():
    frame = pd.concat([months()] * 4, ignore_index=True)
    found = made_up.leaving_rates(frame, least_rows=3.0)
    assert found.set_index(["municipality", "target_group", "month"])["rate"].to_dict() == {
        ("091", True, "2021-02"): 100.0,
        ("091", True, "2021-12"): 0.0,
        ("398", False, "2021-03"): 0.0,
        ("398", True, "2021-03"): 100.0,
    }
    assert made_up.leaving_rates(frame, least_rows=5.0).empty


def test_what_is_true_is_what_the_ratio_adds_to_the_treated():
    frame = made_up.with_terms(months(), START)
    assert made_up._planted_difference(frame, "planted", MadeUpPlan(ratio=1.25)) == pytest.approx(
        20.0
    )
    assert made_up._planted_difference(frame, "nothing", MadeUpPlan()) == 0.0


def test_few_ends_hide_a_figure_and_their_number():
    table = pd.DataFrame({"share": [0.1, 0.2], "events": [9.0, 10.0]})
    found = made_up._hide_small(table, ["share"], MadeUpPlan(least_events=10))
    assert np.isnan(found.loc[0]).all()
    assert found.loc[1].tolist() == [0.2, 10.0]


def test_choices_are_told_in_plain_values():
    result = MadeUpPlan().as_manifest()
    assert result["first"] == "2019-09-01"
    assert MadeUpPlan(last_month="2022-12").extract_date.isoformat() == "2022-12-31"
