"""Difference-in-differences and event studies."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyfixest
import pytest
from pyfixest.demeaners import MapDemeaner

import indicators
from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import difference_in_differences, event_study

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
ONE = {0: 4, 1: 4, 2: 4}
MONTHS = [f"2020-{month:02}" for month in range(9, 13)] + [
    f"2021-{month:02}" for month in range(1, 5)
]
# pyfixest 0.60 uses what pandas 3.1 deprecates.
pyfixest_warns = pytest.mark.filterwarnings("ignore:The inplace keyword")
SEVERAL = {0: 3, 1: 3, 2: 5, 3: 5, 4: 6}


def rows_of(found: pd.DataFrame) -> list[list[float]]:
    return found[["estimate", "std_error", "ci_low", "ci_high", "p_value"]].to_numpy().tolist()


def by_pyfixest(formula: str, frame: pd.DataFrame) -> pd.DataFrame:
    exact = MapDemeaner(fixef_tol=1e-12)
    fit = pyfixest.feols(formula, frame, vcov={"CRV1": "unit"}, demeaner=exact)
    return fit.tidy()[["Estimate", "Std. Error", "2.5%", "97.5%", "Pr(>|t|)"]]


@pyfixest_warns
@pytest.mark.parametrize("share", [1.0, 0.8])
def test_one_date_is_the_two_way_regression(share):
    frame = panel(treated_from=ONE).sample(frac=share, random_state=2)
    frame["treated"] = (frame["unit"].isin(ONE) & (frame["time"] >= 4)).astype(float)
    expected = by_pyfixest("y ~ treated | unit + time", frame)
    found = difference_in_differences(frame, **NAMES, treated_from=ONE)
    assert rows_of(found.table)[0] == pytest.approx(expected.iloc[0].tolist(), abs=1e-7)
    assert found.observations == len(frame)
    assert (found.clusters, found.degrees) == (12, 11)


@pyfixest_warns
def test_one_date_event_study_is_the_two_way_regression():
    frame = panel(treated_from=ONE).sample(frac=0.9, random_state=3)
    frame["event"] = np.where(frame["unit"].isin(ONE), frame["time"] - 4, -1)
    expected = by_pyfixest("y ~ i(event, ref=-1) | unit + time", frame)
    found = event_study(frame, **NAMES, treated_from=ONE, window=(-4, 3)).table
    assert found["event_time"].tolist() == [-4, -3, -2, -1, 0, 1, 2, 3]
    leads_and_lags = found[found["event_time"] != -1]
    assert np.array(rows_of(leads_and_lags)) == pytest.approx(expected.to_numpy(), abs=1e-7)


def test_the_base_is_zero_without_an_error():
    found = event_study(panel(treated_from=ONE), **NAMES, treated_from=ONE, window=(-1, 0)).table
    base = found[found["event_time"] == -1].iloc[0]
    assert base["estimate"] == 0
    assert base[["std_error", "ci_low", "ci_high", "p_value"]].isna().all()


def test_what_is_shown_does_not_depend_on_the_window():
    frame = panel(treated_from=SEVERAL)
    whole = event_study(frame, **NAMES, treated_from=SEVERAL)
    part = event_study(frame, **NAMES, treated_from=SEVERAL, window=(0, 1)).table
    shown = whole.table[whole.table["event_time"].isin([0, 1])].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, shown)
    assert -1 not in whole.covariance.index


def test_a_singleton_does_not_change_the_errors():
    """As pyfixest has it: it is told apart from its own effect by nothing."""
    frame = panel(treated_from=ONE)
    lone = pd.DataFrame({"unit": [99], "time": [2], "y": [5.0]})
    more = pd.concat([frame, lone], ignore_index=True)
    found = [difference_in_differences(item, **NAMES, treated_from=ONE) for item in (frame, more)]
    pd.testing.assert_frame_equal(found[0].table, found[1].table)


def growing(treated_from: dict[int, int], units: int, times: int) -> pd.DataFrame:
    """No noise; the effect grows by one a time, twice as fast for the early."""
    frame = panel(units, times, noise=0.0, effect=0.0)
    first = frame["unit"].map(treated_from)
    since = (frame["time"] - first + 1).clip(lower=0).fillna(0)
    return frame.assign(effect=since * np.where(first == 3, 2, 1)).assign(
        y=lambda f: f["y"] + f["effect"]
    )


def test_growing_staggered_effects_are_found_without_bias():
    frame = growing(SEVERAL, 12, 8)
    inside = frame["effect"] > 0
    found = difference_in_differences(frame, **NAMES, treated_from=SEVERAL).table
    assert found["estimate"][0] == pytest.approx(frame.loc[inside, "effect"].mean(), abs=1e-9)
    study = event_study(frame, **NAMES, treated_from=SEVERAL).table.set_index("event_time")
    event = frame["time"] - frame["unit"].map(SEVERAL)
    truth = frame.groupby(event)["effect"].mean()
    assert study["estimate"].to_dict() == pytest.approx(truth.to_dict(), abs=1e-9)


def test_without_never_treated_units_the_last_to_adopt_are_controls_until_then():
    everybody = {unit: 3 if unit < 4 else 5 if unit < 8 else 7 for unit in range(12)}
    frame = growing(everybody, 12, 9)
    found = event_study(frame, **NAMES, treated_from=everybody)
    truth = {0: (2 + 1) / 2, 1: (4 + 2) / 2, 2: 6, 3: 8}
    estimates = found.table.set_index("event_time")["estimate"]
    assert estimates[estimates.index >= 0].to_dict() == pytest.approx(truth, abs=1e-9)
    assert found.observations == 12 * 7
    assert any("never treated" in note for note in found.notes)


def test_units_treated_from_the_first_time_on_are_no_controls():
    frame = panel(treated_from=ONE)
    always = ONE | {7: 0}
    rest = frame[frame["unit"] != 7]
    found = difference_in_differences(frame, **NAMES, treated_from=always)
    expected = difference_in_differences(rest, **NAMES, treated_from=ONE)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert "1 units treated from the first time on are left out: 7" in found.notes


def test_units_treated_after_the_panel_are_controls():
    frame = panel(treated_from=ONE)
    later = ONE | {5: 99, 6: None, 7: np.nan}
    found = difference_in_differences(frame, **NAMES, treated_from=later)
    expected = difference_in_differences(frame, **NAMES, treated_from=ONE)
    pd.testing.assert_frame_equal(found.table, expected.table)


def test_rows_without_an_outcome_are_left_out_and_told():
    frame = panel(treated_from=ONE)
    holes = frame.assign(y=frame["y"].mask(frame.index % 9 == 0))
    found = event_study(holes, **NAMES, treated_from=ONE)
    expected = event_study(holes.dropna(), **NAMES, treated_from=ONE)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert "11 rows without an outcome are left out" in found.notes


@pytest.mark.parametrize(
    ("times", "start"),
    [
        (MONTHS, "2021-01"),
        (list(pd.period_range("2020-09", periods=8, freq="M")), "2021-01"),
        (list(pd.period_range("2020-09", periods=8, freq="M")), pd.Period("2021-01")),
        (list(pd.date_range("2020-09-01", periods=8, freq="MS")), "2021-01-01"),
        (list(pd.date_range("2020-09-01", periods=8, freq="MS")), pd.Timestamp("2021-01-01")),
        ([date(2020, month, 1) for month in range(1, 9)], date(2020, 5, 1)),
        ([str(year) for year in range(1990, 1998)], "1994"),
        ([f"2020-{month:02}-01" for month in range(1, 9)], "2020-05-01"),
        ([float(year) for year in range(1990, 1998)], 1994),
        ([2000, 2002, 2004, 2006, 2008, 2010, 2012, 2014], 2007),
    ],
)
def test_times_of_every_kind(times, start):
    frame = panel(treated_from=ONE)
    expected = event_study(frame, **NAMES, treated_from=ONE).table
    named = frame.assign(time=[times[time] for time in frame["time"]])
    named["unit"] = named["unit"].map("M{:02}".format)
    starts = pd.Series({f"M{unit:02}": start for unit in ONE})
    found = event_study(named, **NAMES, treated_from=starts).table
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("form", ["{}/2021", "{}.1.2021", "2021Q{}", "spring {}"])
def test_text_that_does_not_sort_as_time_is_refused(form):
    frame = panel(treated_from=ONE)
    with pytest.raises(DataError, match="column time: its times are text; write months"):
        event_study(frame.assign(time=frame["time"].map(form.format)), **NAMES, treated_from=ONE)


def test_numbers_keep_their_distance_over_a_gap():
    frame = panel(times=9, treated_from=ONE)
    frame = frame[frame["time"] != 6]
    found = event_study(frame, **NAMES, treated_from=ONE)
    assert "the times have a gap of 1 step, which event times count" in found.notes
    assert found.table["event_time"].tolist() == [-4, -3, -2, -1, 0, 1, 3, 4]


def test_with_few_treated_clusters_the_interval_is_not_to_be_trusted():
    starts = {unit: 0 if number else 4 for number, unit in enumerate(ONE)}
    frame = panel(treated_from={next(iter(ONE)): 4})
    frame["time"] += 1
    found = difference_in_differences(frame, **NAMES, treated_from=starts | {next(iter(ONE)): 5})
    assert any("only 1 treated unit" in note for note in found.notes)


def test_months_are_counted_by_the_calendar_not_by_rows():
    frame = panel(times=9, treated_from=ONE)
    months = ["2020-01", "2020-02", "2020-03", "2020-12", "2021-01", "2021-02", "2021-03"]
    frame = frame[frame["time"] < 7].assign(time=lambda f: [months[t] for t in f["time"]])
    found = event_study(frame, **NAMES, treated_from=dict.fromkeys(ONE, "2021-01")).table
    assert found["event_time"].tolist() == [-12, -11, -10, -1, 0, 1, 2]


def test_categories_and_nullable_columns_are_read():
    frame = panel(treated_from=ONE)
    expected = difference_in_differences(frame, **NAMES, treated_from=ONE).table
    other = frame.astype({"unit": "category", "time": "Int64", "y": "Float64"})
    found = difference_in_differences(other, **NAMES, treated_from=ONE).table
    pd.testing.assert_frame_equal(found, expected)


def test_the_package_offers_it_when_asked():
    assert indicators.evaluation.event_study is event_study
    assert "placebo_test" in dir(indicators.evaluation)
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = indicators.evaluation.guess


@pytest.mark.parametrize(
    ("changes", "starts", "error", "said"),
    [
        ({}, {77: 4}, UsageError, "1 of 1 units are not in the panel"),
        ({}, {"0": 4}, UsageError, "holds numbers, text was given"),
        ({}, {0: "2020-01"}, UsageError, "treated_from: a time is not of the kind in column time"),
        ({}, {0: pd.NaT, 1: [4]}, UsageError, "not of the kind"),
        ({}, [0, 1], UsageError, "treated_from: write a mapping"),
        ({}, {}, DataError, "no unit becomes treated"),
        ({}, {0: 0}, DataError, "no unit becomes treated"),
        ({}, {0: 99}, DataError, "no unit becomes treated"),
        ({}, dict.fromkeys(range(12), 4), DataError, "there is no control"),
        ({"y": np.nan}, ONE, DataError, "column y: no row has a value"),
        ({"y": "much"}, ONE, DataError, "column y: numbers are needed"),
        ({"y": np.inf}, ONE, DataError, "column y: infinite in 96 rows"),
        ({"unit": None}, ONE, DataError, "column unit: missing in 96 rows"),
        ({"unit": 1}, ONE, DataError, "88 rows come twice"),
    ],
)
def test_what_cannot_be_used_is_refused(changes, starts, error, said):
    frame = panel().assign(**changes)
    with pytest.raises(error, match=said):
        difference_in_differences(frame, **NAMES, treated_from=starts)


def test_all_problems_of_a_panel_are_told_at_once():
    frame = panel().astype({"unit": object})
    frame.loc[0, "unit"] = "one"
    frame.loc[1, "time"] = None
    frame.loc[2, "y"] = np.inf
    with pytest.raises(DataError) as caught:
        difference_in_differences(frame, **NAMES, treated_from=ONE)
    assert len(caught.value.details) == 3


def test_missing_columns_and_windows_are_refused():
    with pytest.raises(UsageError, match="no column region, income"):
        difference_in_differences(
            panel(), unit="region", time="time", outcome="income", treated_from=ONE
        )
    with pytest.raises(UsageError, match="pandas frame"):
        difference_in_differences([1], **NAMES, treated_from=ONE)
    for window in ((2, 1), (1,), 3):
        with pytest.raises(UsageError, match="window"):
            event_study(panel(), **NAMES, treated_from=ONE, window=window)


def test_what_is_not_identified_is_refused():
    frame = panel(treated_from=ONE)
    without_base = frame[(frame["time"] != 3) | ~frame["unit"].isin(ONE)]
    with pytest.raises(DataError, match="event time −1"):
        event_study(without_base, **NAMES, treated_from=ONE)
    after_only = frame[(frame["time"] >= 4) | ~frame["unit"].isin(ONE)]
    with pytest.raises(DataError, match="cannot be told"):
        difference_in_differences(after_only, **NAMES, treated_from=ONE)
    before_only = frame[(frame["time"] < 4) | ~frame["unit"].isin(ONE)]
    with pytest.raises(DataError, match="no treated unit has an outcome after"):
        difference_in_differences(before_only, **NAMES, treated_from=ONE)
    alone = frame[frame["unit"] == frame["time"]]
    with pytest.raises(DataError, match="no unit and no time has two rows"):
        difference_in_differences(alone, **NAMES, treated_from={7: 7})


def test_a_start_that_is_no_day_is_refused():
    frame = panel().assign(
        time=lambda f: pd.Timestamp("2020-01-01") + pd.to_timedelta(f["time"], "D")
    )
    with pytest.raises(UsageError, match="Timestamp"):
        difference_in_differences(frame, **NAMES, treated_from={0: "soon"})


def test_an_empty_panel_is_refused():
    with pytest.raises(DataError, match="it has no row"):
        difference_in_differences(panel().iloc[:0], **NAMES, treated_from=ONE)
