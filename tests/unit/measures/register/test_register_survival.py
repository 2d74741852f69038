"""Flows and durations against the survival functions of lifelines and statsmodels.

A cohort starts on one day, so that a limit of N months is a number of days. Days are counted with
both ends, and spells that are open are censored on the extract date.
"""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from small_register import code, figure, measure, person, value

from indicators.calendar import add_months

EXTRACT = date(2023, 6, 30)
START = date(2022, 1, 31)  # three months later is 30 April
COUNT_DAY = date(2022, 8, 31)
SIZE = 301
_FOREVER = 10_000


def spells():
    """First day and last day (missing: open) of one unemployment spell a person."""
    random = Random(7)
    for _ in range(SIZE):
        end = START + timedelta(days=int(random.expovariate(1 / 150)))
        yield START, end if end <= EXTRACT else None


def records(who, start, end):
    """The codes of a spell; every third one has a layoff that begins in its middle."""
    last = end or EXTRACT
    if who % 3 or last == start:
        return [code("02", f"{start}..{end or ''}", who)]
    middle = start + (last - start) / 2
    return [
        code("02", f"{start}..{middle}", who),
        code("03", f"{middle + timedelta(days=1)}..{end or ''}", who),
    ]


@pytest.fixture(scope="module")
def cohort():
    """Days of each spell, and whether it has ended."""
    days = [((end or EXTRACT) - start).days + 1 for start, end in spells()]
    return np.array(days), np.array([end is not None for _, end in spells()])


@pytest.fixture(scope="module")
def measured():
    register = {
        "persons": [person(who) for who in range(SIZE)],
        "employment_code": [
            row for who, (start, end) in enumerate(spells()) for row in records(who, start, end)
        ],
    }
    months = "2022-04 2022-06 2022-07 2023-01"
    return measure(months, EXTRACT.isoformat(), **register)


def lifelines_survival(days, ended, at):
    from lifelines import KaplanMeierFitter

    return float(KaplanMeierFitter().fit(days, ended).predict(at))


def statsmodels_survival(days, ended, at):
    from statsmodels.duration.survfunc import SurvfuncRight

    fitted = SurvfuncRight(days, ended.astype(int))
    before = np.searchsorted(fitted.surv_times, at, side="right")
    return 1.0 if before == 0 else float(fitted.surv_prob[before - 1])


SURVIVALS = [lifelines_survival, statsmodels_survival]


@pytest.mark.parametrize("survival", SURVIVALS)
@pytest.mark.parametrize(("months", "month"), [(3, "2022-04"), (6, "2022-07"), (12, "2023-01")])
def test_a_flow_is_the_kaplan_meier_estimate_at_its_limit(
    survival, months, month, cohort, measured
):
    limit = (add_months(START, months) - START).days
    share = figure(measured, f"flow_over_{months}_months", month=month)
    assert share[1] == SIZE
    assert 0 < share[2] < 100
    assert share[2] == pytest.approx(100 * survival(*cohort, limit), rel=1e-12)


def ended_in_month(cohort, month):
    days, ended = cohort
    ends = [START + timedelta(days=int(length) - 1) for length in days]
    return np.array(
        [n for n, e, end in zip(days, ended, ends, strict=True) if e and in_(end, month)]
    )


def in_(day, month):
    return f"{day:%Y-%m}" == month


@pytest.fixture(scope="module")
def starts():
    """First days of spells that cover the count day; an odd number, so that one is the middle."""
    random = Random(8)
    return [COUNT_DAY - timedelta(days=int(random.expovariate(1 / 200))) for _ in range(SIZE)]


def test_ongoing_spells_have_lasted_as_long_as_the_libraries_say(starts):
    from lifelines import KaplanMeierFitter
    from statsmodels.duration.survfunc import SurvfuncRight
    from statsmodels.stats.weightstats import DescrStatsW

    persons = [person(who) for who in range(SIZE)]
    codes = [code("02", f"{start}..", who) for who, start in enumerate(starts)]
    table = measure("2022-08", EXTRACT.isoformat(), persons=persons, employment_code=codes)
    mean, median = (
        value(table, "unemployment_duration", name) for name in ("mean_weeks", "median_weeks")
    )
    days = np.array([(COUNT_DAY - start).days for start in starts])
    ended = np.ones(SIZE, int)
    assert mean == pytest.approx(DescrStatsW(days).mean / 7)
    assert median == pytest.approx(KaplanMeierFitter().fit(days, ended).median_survival_time_ / 7)
    assert median == pytest.approx(SurvfuncRight(days, ended).quantile(0.5) / 7)


@pytest.mark.parametrize("month", ["2022-04", "2022-06"])
def test_ended_spells_lasted_as_the_area_under_their_survival_curve(month, cohort, measured):
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    days = ended_in_month(cohort, month)
    assert len(days) > 10
    curve = KaplanMeierFitter().fit(days)
    area = restricted_mean_survival_time(curve, t=_FOREVER)
    mean = value(measured, "unemployment_duration", "ended_mean_weeks", month=month)
    assert mean == pytest.approx(float(area) / 7)
