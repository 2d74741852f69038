"""Hazards and competing causes of leaving unemployment."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, CoxPHFitter
from statsmodels.duration.survfunc import CumIncidenceRight

from fixtures.leaving import spells
from indicators.errors import DataError, UsageError
from indicators.evaluation.spell_data import person_months, split_at_day
from indicators.evaluation.survival import cox_hazard, cumulative_incidence, discrete_hazard


def one(start: str, end: str | None, days: int, cause: str) -> pd.DataFrame:
    days_of = {"start": pd.Timestamp(start), "end": pd.Timestamp(end) if end else pd.NaT}
    return pd.DataFrame([{"person_id": 1, **days_of, "days": days, "cause": cause}])


def test_an_ended_spell_has_a_row_a_month_and_ends_in_the_last():
    found = person_months(one("2021-11-15", "2022-01-20", 67, "studies"))
    assert found["duration"].tolist() == [1, 2, 3]
    assert found["month"].tolist() == ["2021-11", "2021-12", "2022-01"]
    assert found["event"].tolist() == ["", "", "studies"]


@pytest.mark.parametrize(
    ("end", "rows"), [("2021-02-14", 1), ("2021-02-15", 2), ("2021-01-15", 1), ("2021-03-14", 2)]
)
def test_a_month_of_duration_begins_on_the_day_of_the_start(end, rows):
    days = (pd.Timestamp(end) - pd.Timestamp("2021-01-15")).days + 1
    assert len(person_months(one("2021-01-15", end, days, "outside"))) == rows


@pytest.mark.parametrize(("days", "rows"), [(30, 0), (31, 1), (58, 1), (59, 2)])
def test_a_spell_that_goes_on_has_only_whole_months(days, rows):
    found = person_months(one("2021-01-15", None, days, ""))
    assert len(found) == rows
    assert not found["event"].any()


def test_months_beyond_the_most_are_not_followed():
    found = person_months(one("2021-01-15", "2022-01-20", 371, "studies"), most=6)
    assert len(found) == 6
    assert not found["event"].any()


def test_episodes_part_a_spell_on_the_day():
    found = split_at_day(one("2021-02-01", "2021-03-20", 48, "studies"), date(2021, 3, 1))
    assert found[["entry", "exit"]].to_numpy().tolist() == [[0, 28], [28, 48]]
    assert found["event"].tolist() == ["", "studies"]
    assert found["after"].tolist() == [False, True]


def test_episodes_of_one_side_stay_whole():
    early = split_at_day(one("2021-01-01", "2021-02-28", 59, "outside"), date(2021, 3, 1))
    late = split_at_day(one("2021-03-01", None, 10, ""), date(2021, 3, 1))
    assert early[["entry", "exit", "after", "event"]].to_numpy().tolist() == [
        [0, 59, False, "outside"]
    ]
    assert late[["entry", "exit", "after", "event"]].to_numpy().tolist() == [[0, 10, True, ""]]


@pytest.mark.slow
@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_a_planted_hazard_ratio_is_found(link):
    months = person_months(spells(ratio=1.6, number=8000))
    months["band"] = months["duration"].clip(upper=12)
    found = discrete_hazard(
        months, cause="open_market", terms=["treated"], baseline=["band"], link=link
    )
    row = found.table.iloc[0]
    assert row["ci_low"] < np.log(1.6) + (0.03 if link == "logit" else 0)
    assert row["ci_high"] > np.log(1.6)
    assert row["ratio"] == pytest.approx(np.exp(row["estimate"]))
    other = discrete_hazard(months, cause="services", terms=["treated"], baseline=["band"])
    assert other.table["p_value"][0] > 0.01
    assert found.events == int((months["event"] == "open_market").sum())
    assert found.clusters == 4000


@pytest.mark.filterwarnings("ignore:Starting with pandas")  # lifelines, under pandas 3.1
def test_coxs_planted_hazard_ratio_is_found_and_equals_another_programs():
    frame = split_at_day(spells(ratio=1.6, number=2000), date(2020, 9, 1)).assign(
        treated=lambda f: (f["treated"] & f["after"]).astype(float),
        after=lambda f: f["after"].astype(float),
        left=lambda f: (f["event"] == "open_market").astype(int),
    )
    found = cox_hazard(frame, cause="open_market", terms=["treated", "after"])
    columns = ["entry", "exit", "left", "treated", "after", "person_id"]
    other = CoxPHFitter().fit(
        frame[columns], "exit", "left", entry_col="entry", cluster_col="person_id"
    )
    assert found.table["estimate"].tolist() == pytest.approx(other.params_.tolist(), abs=1e-6)
    # lifelines leaves the entries out of its clustered errors, so these are worked out plainly.
    errors = sandwich(frame, found.table["estimate"].to_numpy())
    assert found.table["std_error"].tolist() == pytest.approx(errors, rel=1e-8)


@pytest.mark.filterwarnings("ignore:Starting with pandas")  # lifelines, under pandas 3.1
def test_clustered_cox_errors_without_ties_or_entries_are_those_of_lifelines():
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"x": random.normal(size=300), "z": random.normal(size=300)})
    frame["exit"] = random.exponential(np.exp(-0.5 * frame["x"]))
    frame["left"] = (random.random(300) < 0.7).astype(int)
    frame["area"] = random.integers(0, 30, size=300)
    frame["event"] = np.where(frame["left"] == 1, "services", "")
    found = cox_hazard(frame, cause="services", terms=["x", "z"], cluster="area")
    columns = ["exit", "left", "x", "z", "area"]
    other = CoxPHFitter().fit(
        frame[columns], "exit", "left", cluster_col="area", fit_options={"precision": 1e-12}
    )
    assert found.table["estimate"].tolist() == pytest.approx(other.params_.tolist(), abs=1e-6)
    assert found.table["std_error"].tolist() == pytest.approx(
        other.standard_errors_.tolist(), abs=1e-6
    )
    assert (found.n, found.clusters, found.notes) == (300, 30, ())
    assert found.plot().lines
    assert "Cause-specific hazard of services" in found.summary()


def test_spells_at_risk_are_taken_as_they_come():
    """`entry`, `days` and `cause` of unemployment_spells are read as entry, exit and event."""
    frame = spells(ratio=1.6, number=600)
    frame["entry"] = np.where(frame["days"] > 40, np.arange(len(frame)) % 30, 0)
    renamed = frame.rename(columns={"days": "exit", "cause": "event"})
    options = {"cause": "open_market", "terms": ["treated"]}
    found = cox_hazard(frame, **options)
    pd.testing.assert_frame_equal(found.table, cox_hazard(renamed, **options).table)
    whole = cox_hazard(frame.drop(columns="entry"), **options)
    pd.testing.assert_frame_equal(whole.table, cox_hazard(frame.assign(entry=0), **options).table)
    assert found.table["estimate"][0] != whole.table["estimate"][0]


def test_times_that_cannot_be_used_are_told_at_once():
    frame = spells(number=100).assign(entry=0.0, area=1)
    options = {"cause": "open_market", "terms": ["treated"]}
    with pytest.raises(DataError, match="column days: 100 rows do not end after their entry"):
        cox_hazard(frame.assign(entry=10_000), **options)
    broken = frame.assign(entry=np.nan, days="many", area=None)
    with pytest.raises(DataError) as caught:
        cox_hazard(broken, **options, cluster="area")
    assert len(caught.value.details) == 3
    with pytest.raises(DataError, match="all rows are in one cluster"):
        cox_hazard(frame, **options, cluster="area")
    few = cox_hazard(frame.assign(area=np.arange(len(frame)) % 4), **options, cluster="area")
    assert any("there are only 4" in note for note in few.notes)


def sandwich(frame: pd.DataFrame, coefficients: np.ndarray) -> list[float]:
    """Errors clustered by person, from score residuals with Efron's ties, time by time."""
    design = frame[["treated", "after"]].to_numpy(float)
    entry, exit_, left = (frame[name].to_numpy() for name in ("entry", "exit", "left"))
    scores, information = np.zeros_like(design), np.zeros((2, 2))
    for time in np.unique(exit_[left == 1]):
        leaving = (exit_ == time) & (left == 1)
        for place in range(leaving.sum()):
            weight = np.exp(design @ coefficients) * ((entry < time) & (exit_ >= time))
            weight = np.where(leaving, weight * (1 - place / leaving.sum()), weight)
            share = (weight / weight.sum())[:, None]
            centred = design - (share * design).sum(axis=0)
            information += (share * centred).T @ centred
            scores -= share * centred
            scores[leaving] += centred[leaving] / leaving.sum()
    sums = pd.DataFrame(scores).groupby(frame["person_id"].to_numpy()).sum().to_numpy()
    bread = np.linalg.inv(information)
    return list(np.sqrt(np.diag(bread @ sums.T @ sums @ bread)))


def test_coxs_strata_have_baselines_of_their_own():
    frame = split_at_day(spells(number=1500), date(2020, 9, 1))
    frame["region"] = frame["spell"] % 3
    frame["exit"] = frame["exit"] * (1 + frame["region"])
    frame["entry"] = frame["entry"] * (1 + frame["region"])
    found = cox_hazard(frame, cause="open_market", terms=["treated"], strata="region")
    assert abs(found.table["estimate"][0]) < 3 * found.table["std_error"][0]


def test_months_at_which_nobody_leaves_say_nothing():
    months = person_months(spells(number=400))
    quiet = months[months["duration"] <= 3].assign(
        event=lambda f: f["event"].mask(f["duration"] == 2, "")
    )
    found = discrete_hazard(quiet, cause="open_market", terms=["treated"])
    assert found.rows == int((quiet["duration"] != 2).sum())


def test_incidence_is_another_programs():
    frame = spells(number=600, seed=5)
    found = cumulative_incidence(frame, days=[0, 90, 365])
    status = frame["cause"].map({"": 0, "open_market": 1, "services": 2})
    for event, cause in ((1, "open_market"), (2, "services")):
        with np.errstate(all="ignore"):
            other = AalenJohansenFitter(jitter_level=0, seed=1, calculate_variance=False)
            days = frame["days"] + np.linspace(0, 0.4, len(frame))  # no ties, the same days
            other.fit(days, status, event_of_interest=event)
        expected = [float(np.asarray(other.predict(day + 0.5))) for day in (0, 90, 365)]
        shares = found.loc[found["cause"] == cause, "share"].tolist()
        assert shares == pytest.approx(expected, abs=2e-3)


def test_the_error_of_incidence_is_another_programs():
    frame = spells(number=300, seed=6)
    status = frame["cause"].map({"": 0, "open_market": 1, "services": 2})
    other = CumIncidenceRight(frame["days"].to_numpy(float), status.to_numpy())
    found = cumulative_incidence(frame, days=other.times.astype(int).tolist())
    for place, cause in enumerate(("open_market", "services")):
        rows = found[found["cause"] == cause]
        assert rows["share"].to_numpy() == pytest.approx(other.cinc[place])
        assert rows["std_error"].to_numpy() == pytest.approx(other.cinc_se[place])


def test_incidence_without_censoring_is_a_share():
    frame = spells(number=500, horizon=10**6)
    found = cumulative_incidence(frame, days=[100, 10**6], by=["treated"])
    for (treated, cause), rows in found.groupby(["treated", "cause"]):
        own = frame[frame["treated"] == treated]
        plain = ((own["cause"] == cause) & (own["days"] <= 100)).mean()
        assert rows["share"].iloc[0] == pytest.approx(plain)
        binomial = np.sqrt(plain * (1 - plain) / len(own))
        assert rows["std_error"].iloc[0] == pytest.approx(binomial)
        assert rows["events"].iloc[0] == (own["cause"] == cause).sum()
    last = found[found["days"] == 10**6].groupby("treated")["share"].sum()
    assert last.tolist() == pytest.approx([1, 1])
    assert found["ci_low"].between(0, 1).all()
    assert found["ci_high"].between(0, 1).all()


def test_a_cause_that_a_group_never_has_is_zero():
    frame = spells(number=60).assign(cause=lambda f: f["cause"].mask(f["treated"], "studies"))
    found = cumulative_incidence(frame, days=[90], by=["treated"])
    untreated = found[~found["treated"] & (found["cause"] == "studies")]
    assert untreated[["share", "events"]].to_numpy().tolist() == [[0.0, 0]]


def test_what_cannot_be_used_is_refused():
    frame, months = spells(number=50), person_months(spells(number=50))
    with pytest.raises(UsageError, match="no column days"):
        cumulative_incidence(frame.drop(columns="days"), days=[1])
    with pytest.raises(DataError, match="none of them ended"):
        cumulative_incidence(frame.assign(cause=""), days=[1])
    with pytest.raises(UsageError, match="no column end"):
        person_months(frame.drop(columns="end"))
    with pytest.raises(UsageError, match="no column colour"):
        discrete_hazard(months, cause="services", terms=["colour"])
    with pytest.raises(UsageError, match="logit or cloglog"):
        discrete_hazard(months, cause="services", terms=["treated"], link="probit")
    with pytest.raises(DataError, match="nobody leaves by holiday"):
        discrete_hazard(months, cause="holiday", terms=["treated"])
    twice = months.assign(again=months["treated"], text="x", hole=np.nan)
    with pytest.raises(DataError, match="treated, again cannot be told apart"):
        discrete_hazard(twice, cause="services", terms=["treated", "again"])
    for column in ("text", "hole"):
        with pytest.raises(DataError, match="numbers or truth values"):
            discrete_hazard(twice, cause="services", terms=[column])
    parts = split_at_day(frame, date(2020, 6, 1))
    with pytest.raises(DataError, match="nobody leaves by holiday"):
        cox_hazard(parts, cause="holiday", terms=["treated"])
