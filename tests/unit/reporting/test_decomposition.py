"""The parts of a change: they add up, and are the mean over all orders they could come in."""

from __future__ import annotations

from itertools import permutations
from math import isnan, nan
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.examples import examples
from indicators.calendar import month_range
from indicators.reporting.decomposition import (
    Options,
    ShareChange,
    Stock,
    Turnover,
    decompose,
    monthly_changes,
    usual_change,
    usual_variation,
)

PARTS = ("base", "services", "season", "flow")
few_examples = settings(max_examples=examples(60), deadline=None)
counts = st.integers(0, 500_000).map(float)
unknown_or = st.one_of(st.just(nan), counts)
stocks = st.builds(Stock, counts, st.integers(1, 3_000_000).map(float), unknown_or)


def mean_over_orders(before: Stock, after: Stock, persons: dict[str, float]) -> dict[str, float]:
    """Each part's effect in every order, by its definition: the slow twin."""
    effects: dict[str, list[float]] = {name: [] for name in ("base", *persons)}
    for order in permutations(effects):
        unemployed, force = before.unemployed, before.labour_force
        for name in order:
            was = 100 * unemployed / force
            if name == "base":
                force = after.labour_force
            else:
                unemployed += persons[name]
            effects[name].append(100 * unemployed / force - was)
    return {name: fmean(values) for name, values in effects.items()}


@few_examples
@given(stocks, stocks, st.one_of(st.just(nan), st.integers(-50_000, 50_000).map(float)), counts)
def test_the_parts_are_the_mean_over_all_orders_and_add_up(
    before: Stock, after: Stock, season: float, ended: float
) -> None:
    turnover = Turnover(after.unemployed - before.unemployed + ended, ended)
    change = decompose(before, after, season, turnover)
    assert change is not None
    known = {name: part for name in PARTS if (part := getattr(change, name)).known}
    assert sum(part.points for part in known.values()) == pytest.approx(
        after.share - before.share, abs=1e-6
    )
    persons = {name: part.persons for name, part in known.items() if name != "base"}
    assert sum(persons.values()) == pytest.approx(after.unemployed - before.unemployed)
    slow = mean_over_orders(before, after, persons)
    assert {name: part.points for name, part in known.items()} == pytest.approx(slow, abs=1e-6)
    # The same change otherwise: spells that began and ended, in place of season and the rest.
    season_and_rest = sum(part.persons for part in (change.season, change.flow) if part.known)
    assert change.begun.persons + change.ended.persons == pytest.approx(season_and_rest)


@few_examples
@given(stocks, stocks)
def test_backwards_every_part_has_the_other_sign(before: Stock, after: Stock) -> None:
    there, back = decompose(before, after), decompose(after, before)
    assert there is not None
    assert back is not None
    for name in PARTS:
        one, other = getattr(there, name).points, getattr(back, name).points
        assert (isnan(one) and isnan(other)) or one == pytest.approx(-other, abs=1e-9)


def test_persons_who_go_into_services_lower_the_share_and_nothing_else() -> None:
    change = decompose(Stock(1000, 10_000, 200), Stock(950, 10_000, 250))
    assert isinstance(change, ShareChange)
    assert (change.services.persons, change.services.points) == (-50, pytest.approx(-0.5))
    assert (change.base.points, change.flow.points) == (0, 0)


def test_a_larger_labour_force_lowers_the_share_by_itself() -> None:
    change = decompose(Stock(1000, 10_000), Stock(1000, 12_500))
    assert change is not None
    assert (change.base.points, change.flow.points) == (pytest.approx(-2.0), 0)
    assert not change.services.known


@pytest.mark.parametrize("missing", [Stock(nan, 10_000), Stock(1000, nan), Stock(1000, 0)])
def test_without_a_share_there_are_no_parts(missing: Stock) -> None:
    assert decompose(missing, Stock(1000, 10_000)) is None
    assert decompose(Stock(1000, 10_000), missing) is None


# What is usual.


def seasonal(first: str, last: str) -> dict[str, float]:
    """A series that is 1,000 in every month but 1,200 in June."""
    return {
        month: 1200.0 if month.endswith("-06") else 1000.0 for month in month_range(first, last)
    }


def test_the_season_is_the_median_of_earlier_years() -> None:
    changes = monthly_changes(seasonal("2014-01", "2019-12"))
    assert usual_change(changes, "2020-06") == pytest.approx(0.2)
    assert usual_change(changes, "2020-07") == pytest.approx(-1 / 6)
    assert usual_change(changes, "2020-05") == 0


def test_breaks_the_pandemic_and_the_month_itself_tell_no_season() -> None:
    values = seasonal("2014-01", "2023-06")
    values |= {"2018-06": 5000.0, "2020-06": 9000.0, "2023-06": 9000.0}
    changes = monthly_changes(values, breaks=["2018-06"])
    assert "2018-06" not in changes
    assert "2020-06" not in changes
    assert usual_change(changes, "2023-06") == pytest.approx(0.2)


def test_too_few_years_know_no_season() -> None:
    changes = monthly_changes(seasonal("2016-01", "2018-12"))
    assert usual_change(changes, "2019-06") == pytest.approx(0.2)
    assert isnan(usual_change(changes, "2018-06"))
    assert isnan(usual_change(changes, "2019-06", Options(least_years=4)))


def test_a_count_of_zero_and_a_gap_have_no_change() -> None:
    changes = monthly_changes({"2019-01": 0.0, "2019-02": 10.0, "2019-03": nan, "2019-04": 12.0})
    assert changes == {}


def test_what_is_usual_is_not_exceeded_by_four_changes_of_five() -> None:
    values = seasonal("2010-01", "2019-12")
    # In each of the last years ten months of twelve are as ever, two are not.
    for year in range(2014, 2020):
        values[f"{year}-02"] = 1100.0 if year % 2 else 900.0
    changes = monthly_changes(values)
    usual = usual_variation(changes, "2020-01")
    assert 0 <= usual < 0.2
    gaps = [abs(changes[month] - usual_change(changes, month)) for month in changes]
    known = [gap for gap in gaps if not isnan(gap)][-60:]
    assert sum(gap <= usual for gap in known) >= 0.8 * len(known)
    assert isnan(usual_variation(monthly_changes(seasonal("2018-01", "2019-12")), "2020-01"))
