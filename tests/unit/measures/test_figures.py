"""Value, bounds and status of a figure in every case of the contract (section 4, StatFin)."""

import math

import numpy as np
import pytest

from indicators.measures import published
from indicators.sources.statfin.snapshots import PublishedSum

MISSING = math.nan


def part(shown: float, hidden: int = 0, cells: int = 1) -> PublishedSum:
    return PublishedSum(np.array([[shown]]), np.array([[hidden]]), np.array([[cells]]))


NOT_SERVED = part(0, cells=0)


def told(figure: published.Figures) -> tuple[float | str, ...]:
    """Numerator, denominator, value, low, high and status of the only figure."""
    numbers = (figure.numerator, figure.denominator, figure.value, figure.low, figure.high)
    return (*(array.item() for array in numbers), figure.status.item())


def check(figure: published.Figures, *expected: float | str) -> None:
    *numbers, status = told(figure)
    assert numbers == pytest.approx(expected[:-1], nan_ok=True, rel=1e-15)
    assert status == expected[-1]


def test_a_count_is_numerator_and_value():
    check(published.count_figures(part(12)), 12, MISSING, 12, MISSING, MISSING, "normal")


def test_zero_is_a_count():
    check(published.count_figures(part(0)), 0, MISSING, 0, MISSING, MISSING, "normal")


def test_a_single_hidden_cell_is_suppressed():
    check(published.count_figures(part(0, 1)), *[MISSING] * 5, "suppressed")


def test_a_sum_over_hidden_cells_is_bounded():
    check(published.count_figures(part(30, 2, 7)), 35, MISSING, 35, 32, 38, "bounded")


def test_a_sum_over_nothing_but_hidden_cells_is_bounded():
    check(published.count_figures(part(0, 5, 5)), 12.5, MISSING, 12.5, 5, 20, "bounded")


def test_a_count_that_nothing_serves_is_not_available():
    check(published.count_figures(NOT_SERVED), *[MISSING] * 5, "not_available")


def test_without_a_published_denominator_only_the_numerator_is_known():
    check(published.numerator_only(part(30)), 30, *[MISSING] * 4, "not_available")
    check(published.numerator_only(part(30, 2, 5)), 35, *[MISSING] * 4, "not_available")
    check(published.numerator_only(NOT_SERVED), *[MISSING] * 5, "not_available")


def test_a_hidden_numerator_without_a_published_denominator_is_suppressed():
    check(published.numerator_only(part(0, 1)), *[MISSING] * 5, "suppressed")


def test_a_share_of_a_base():
    figure = published.share_of_base(part(30), part(200))
    check(figure, 30, 200, 15, MISSING, MISSING, "normal")


def test_a_share_with_a_hidden_numerator_is_suppressed_and_its_base_stays():
    figure = published.share_of_base(part(0, 1), part(200))
    check(figure, MISSING, 200, MISSING, MISSING, MISSING, "suppressed")


def test_a_share_with_a_hidden_base_is_suppressed_and_its_numerator_stays():
    figure = published.share_of_base(part(30), part(0, 1))
    check(figure, 30, MISSING, MISSING, MISSING, MISSING, "suppressed")


def test_a_groups_share_over_a_hidden_member_is_bounded():
    figure = published.share_of_base(part(30, 1, 5), part(200, 0, 5))
    check(figure, 32.5, 200, 16.25, 15.5, 17, "bounded")


def test_the_least_share_has_the_greatest_base():
    figure = published.share_of_base(part(30, 1, 5), part(200, 1, 5))
    check(figure, 32.5, 202.5, 3250 / 202.5, 3100 / 204, 3400 / 201, "bounded")


def test_a_share_of_nothing_is_not_available():
    figure = published.share_of_base(part(0), part(0))
    check(figure, 0, 0, MISSING, MISSING, MISSING, "not_available")
    figure = published.share_of_whole(part(0, 0, 6), part(0))
    check(figure, 0, 0, MISSING, MISSING, MISSING, "not_available")


@pytest.mark.parametrize("share", [published.share_of_base, published.share_of_whole])
def test_a_share_that_nothing_serves_is_not_available(share):
    check(share(NOT_SERVED, NOT_SERVED), *[MISSING] * 5, "not_available")


def test_a_share_without_its_base_is_not_available():
    figure = published.share_of_base(part(30), NOT_SERVED)
    check(figure, 30, *[MISSING] * 4, "not_available")


def test_a_share_of_a_whole():
    result = published.share_of_whole(part(25, 0, 6), part(75))
    check(result, 25, 100, 25, MISSING, MISSING, "normal")


def test_hidden_services_bound_the_activation_rate():
    result = published.share_of_whole(part(20, 2, 6), part(75))
    check(result, 25, 100, 25, 2200 / 97, 2800 / 103, "bounded")


def test_hidden_unemployed_bound_the_activation_rate_the_other_way_round():
    result = published.share_of_whole(part(20, 0, 6), part(0, 1))
    check(result, 20, 22.5, 2000 / 22.5, 2000 / 24, 2000 / 21, "bounded")


def test_services_and_unemployed_both_hidden_give_the_widest_bounds():
    result = published.share_of_whole(part(20, 1, 6), part(0, 1))
    check(result, 22.5, 25, 90, 2100 / 25, 2400 / 25, "bounded")
