"""Indicators 6 and 11 by hand. The count day of 2022-12 is Friday the 30th."""

import pytest

from oracle.literal import code, figures, person, service

PEOPLE = [person(who) for who in (1, 2, 3, 4)]


def counted(codes, services, month="2022-12"):
    tables = {"persons": PEOPLE, "employment_code": codes, "service": services}
    (in_service, everyone, rate) = figures(tables, "activation_rate", month)["value"]
    assert figures(tables, "extended_unemployment", month)["value"] == (everyone, None, everyone)
    return in_service, everyone, rate


def test_the_unemployed_and_those_in_services():
    codes = [code("02", "2022-12-30.."), code("03", "2022-01-01..2022-12-30", who=2)]
    services = [service("study", "2022-12-30..2022-12-30", who=3)]
    assert counted(codes, services) == (1, 3, 100 / 3)


def test_who_is_unemployed_is_not_in_service():
    assert counted([code("02", "2022-01-01..")], [service("trial", "2022-12-01..")]) == (0, 1, 0.0)


def test_who_is_in_several_services_is_counted_once():
    services = [service("trial", "2022-12-01.."), service("study", "2022-11-01..")]
    assert counted([], services) == (1, 1, 100.0)


@pytest.mark.parametrize("span", ["2022-12-01..2022-12-29", "2022-12-31.."])
def test_a_day_beside_the_count_day_is_beside(span):
    assert counted([code("02", span)], [service("study", span, who=2)]) == (0, 0, None)


def test_the_gap_before_a_renewal_is_no_service():
    services = [service("trial", "2022-12-01..2022-12-27"), service("trial", "2022-12-31..")]
    assert counted([], services) == (0, 0, None)


def test_good_friday_moves_the_count_day():
    # 30 March 2018 was Good Friday
    assert counted([code("02", "2018-03-30..")], [], "2018-03") == (0, 0, None)
    assert counted([code("02", "2018-03-29..2018-03-29")], [], "2018-03") == (0, 1, 0.0)
