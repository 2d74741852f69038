"""Means, medians and money as they are shown (contract, section 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators import protect, table

# Every table is protected and attacked.
pytestmark = pytest.mark.slow


def row(indicator, statistic, unit, *numbers, **other):
    key = (indicator, statistic, "2022-02", "KU398", "target_group", "total", "total")
    rest = (*numbers, np.nan, np.nan, unit, "normal", None)
    result = dict(zip(table.COLUMNS, (*key, *rest, "register", "2023-06-30"), strict=True))
    return result | other


def protected(*rows):
    # A count that is shown, so that something is left of the table whatever is hidden.
    filler = row("service_starts", "spells", "spells", 900.0, np.nan, 900.0)
    reported = protect(pd.DataFrame([filler, *rows]), groups={})
    return reported.iloc[1:].reset_index(drop=True)


@pytest.mark.parametrize(
    ("unit", "behind", "value", "shown"),
    [
        ("weeks", 259, 51.26, 51.5),
        ("weeks", 260, 51.26, 51.3),
        ("weeks", 52, 51.26, 51.5),
        ("weeks", 51, 51.26, 51.0),
        ("weeks", 26, 51.26, 51.0),
        ("weeks", 25, 52.51, 55.0),
        ("weeks", 6, 52.49, 50.0),
        ("weeks", 5, 56.0, 60.0),
        ("score", 40, 3.44, 3.4),
        ("score", 39, 3.44, 3.5),
        ("score", 7, 3.44, 3.0),
    ],
)
def test_the_step_is_the_smallest_that_leaves_enough_open(unit, behind, value, shown):
    indicator = {"weeks": "unemployment_duration", "score": "satisfaction"}[unit]
    result = protected(row(indicator, "mean", unit, value * behind, behind, value))
    assert result.loc[0, "value"] == shown
    assert np.isnan(result.loc[0, "numerator"])
    assert result.loc[0, "denominator"] == behind


def test_a_scale_from_0_to_10_is_told_by_its_means():
    item = {"dimension": "item"}
    result = protected(
        row("satisfaction", "mean", "score", 7.77 * 40, 40, 7.77, **item, category="nps"),
        row("satisfaction", "mean", "score", 4.44 * 40, 40, 4.44, **item, category="advice"),
        row("satisfaction", "ci_high", "score", np.nan, 40, 5.12, **item, category="advice"),
        row("satisfaction", "mean", "score", 6.11 * 80, 80, 6.11),
    )
    assert result["value"].tolist() == [8.0, 4.4, 5.1, 6.0]


def test_limits_are_rounded_as_their_mean_and_changes_by_their_own_scale():
    change = ("wellbeing_change", "score")
    rows = [
        row("wellbeing_change", name, "score", np.nan, 20, value)
        for name, value in (("mean_change", -0.26), ("ci_low", -0.88), ("ci_high", 0.31))
    ]
    assert protected(*rows)["value"].tolist() == [-0.5, -1.0, 0.5], change


def test_money_is_of_ten_persons_or_more():
    costs = "service_costs"
    rows = [
        row(costs, "euros", "euros", 123456.0, np.nan, 123456.0),
        row(costs, "euros_per_person", "euros", 123456.0, 12, 10288.0),
        row(costs, "euros", "euros", 9999.0, np.nan, 9999.0, area="KU098"),
        row(costs, "euros_per_person", "euros", 9999.0, 9, 1111.0, area="KU098"),
        row(costs, "euros", "euros", 77777.0, np.nan, 77777.0, area="KU016"),
    ]
    result = protected(*rows)
    assert result["status"].astype(str).tolist() == ["normal"] * 2 + ["suppressed"] * 3
    assert result["value"].tolist()[:2] == [123500.0, 10288.0]
    assert result["numerator"].isna().all()
    assert result.loc[2:, list(table.NUMBERS)].isna().all(axis=None)


def test_a_table_protected_before_stays_as_it_is():
    rows = [row("unemployment_duration", "mean_weeks", "weeks", 51.26 * 52, 52, 51.26)]
    once = protected(*rows)
    again = protected(*once.to_dict("records"))
    pd.testing.assert_frame_equal(once, again, check_dtype=False)
