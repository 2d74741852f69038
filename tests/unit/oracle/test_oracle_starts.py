"""Indicator 13 by hand."""

from oracle.literal import figures, home, person, service

TABLES = {
    "persons": [person(1), person(2)],
    "residence": [home("398", "2000-01-01..2022-05-15"), home("098", "2022-05-16..")],
}


def started(*services, month="2022-05", **where):
    found = figures(TABLES | {"service": list(services)}, "service_starts", month, **where)
    return {one: value for one, (_, _, value) in found.items()}


def test_persons_and_spells():
    services = [
        service("trial", "2022-05-01..2022-05-03"),
        service("study", "2022-05-31.."),
        service("trial", "2022-05-10..", who=2),
        service("trial", "2022-04-30..", "21", who=2),
        service("coaching", "2022-06-01..", who=2),
    ]
    assert started(*services) == {"persons": 2, "spells": 3}
    assert started(*services, category=("service_group", "trial")) == {"persons": 2, "spells": 2}
    assert started(*services, category=("service_group", "study")) == {"persons": 1, "spells": 1}


def test_who_moved_between_two_starts_counts_in_both_places_and_once_in_all():
    services = [service("trial", "2022-05-15..2022-05-15"), service("study", "2022-05-16..")]
    assert started(*services, area="KU398") == {"persons": 1, "spells": 1}
    assert started(*services, area="KU098") == {"persons": 1, "spells": 1}
    assert started(*services, area="PAIR") == {"persons": 1, "spells": 2}


def test_a_renewal_within_seven_days_is_no_start():
    first = service("trial", "2022-04-01..2022-05-02", "20")
    assert started(first, service("trial", "2022-05-09..", "20")) == {"persons": 0, "spells": 0}
    assert started(first, service("trial", "2022-05-10..", "20")) == {"persons": 1, "spells": 1}
    assert started(first, service("trial", "2022-05-09..", "21")) == {"persons": 1, "spells": 1}
    assert started(first, service("study", "2022-05-09..", "20")) == {"persons": 1, "spells": 1}


def test_renewals_count_from_the_latest_end_of_all_earlier_spells():
    # The second ends before the first; the third starts 7 days after the first ends.
    services = [
        service("trial", "2022-04-01..2022-05-02"),
        service("trial", "2022-04-05..2022-04-10"),
        service("trial", "2022-05-09.."),
    ]
    assert started(*services) == {"persons": 0, "spells": 0}


def test_a_chain_of_renewals_is_one():
    services = [
        service("trial", "2022-05-01..2022-05-01"),
        service("trial", "2022-05-08..2022-05-08"),
        service("trial", "2022-05-15..2022-05-15"),
        service("trial", "2022-05-23.."),
    ]
    assert started(*services) == {"persons": 1, "spells": 2}


def test_nothing_starts_anew_in_an_open_service():
    services = [service("trial", "2021-01-01.."), service("trial", "2022-05-09..2022-05-20")]
    assert started(*services) == {"persons": 0, "spells": 0}
