"""Who is left out of a register's figure, and why: accounts of registers worked out by hand."""

import pytest
from small_register import GROUPS, code, lives, person, register, search, service, unemployed

from indicators.catalogue.loading import load_catalogue
from indicators.measures.register.accounts.answering import account_agrees, account_for
from indicators.measures.register.accounts.model import (
    NOT_AVAILABLE,
    Figure,
    Question,
    Records,
    percentage,
)

MONTH = "2022-05"  # the count day is 2022-05-31


def account(indicator, case, area="SSS", *, population="residents", cell=("total", "total")):
    question = Question(
        Records(case),
        indicator,
        MONTH,
        area,
        GROUPS.get(area, (area,)),
        population,
        *cell,
        frozenset({"1530"}),
        load_catalogue().defaults()[indicator],
    )
    return account_for(question)


def steps(strand):
    """Records and persons of whom was left out, by reason, without those of nobody."""
    return {
        step.key: (step.tally.records, step.tally.persons)
        for step in strand.left_out
        if step.tally.records
    }


def parts(strand):
    return {step.key or step.label[1]: step.tally.records for step in strand.parts}


def kept(strand):
    return strand.kept.records, strand.kept.persons


def test_a_flow_leaves_out_what_goes_on_and_who_lives_elsewhere():
    small_register = register(
        persons=[person(who) for who in (1, 2, 3, 4)],
        residence=[lives("398"), lives("091", who=2), lives("398", who=4)],
        employment_code=[
            unemployed("2022-01-01..2022-02-10"),
            code("03", "2022-02-11..2022-06-30"),
            unemployed("2022-02-01..", who=2),
            unemployed("2022-02-01..", who=3),
            unemployed("2022-02-01..2022-02-05", who=4),
            unemployed("2022-02-07..2022-05-06", who=4),
            unemployed("2022-05-08..", who=4),
        ],
    )
    found = account("flow_over_3_months", small_register, "PAIR")
    (strand,) = found.strands
    assert (strand.begun.records, strand.begun.persons) == (5, 4)
    assert steps(strand) == {"goes_on": (1, 1), "no_residence": (1, 1), "other_area": (1, 1)}
    assert kept(strand) == (2, 1)
    assert parts(strand) == {"still_open": 0, "ended_after_limit": 0, "ended_before_limit": 2}
    assert found.figures == {"value": percentage(0, 2, "normal")}


@pytest.mark.parametrize(("end", "passed"), [("2022-05-07", 1), ("2022-05-06", 0)])
def test_a_spell_passes_on_the_limit_itself(end, passed):
    small_register = register(employment_code=[unemployed(f"2022-02-07..{end}")])
    assert account("flow_over_3_months", small_register).figures == {
        "value": percentage(passed, 1, "normal")
    }


def test_who_is_in_several_services_or_unemployed_beside_one_is_counted_once():
    small_register = register(
        persons=[person(1), person(2)],
        employment_code=[unemployed("2022-05-01..", who=2)],
        service=[
            service("study", "2022-05-01.."),
            service("coaching", "2022-05-02.."),
            service("training", "2022-05-01..", who=2),
        ],
    )
    found = account("activation_rate", small_register)
    out_of_work, serviced = found.strands
    assert kept(out_of_work) == (1, 1)
    assert steps(serviced) == {
        "in_service_but_unemployed": (1, 1),
        "in_several_services": (1, 1),
    }
    assert parts(serviced) == {"service_group.coaching": 1}
    assert found.figures == {"value": percentage(1, 2, "normal")}


def test_a_renewal_is_no_start():
    small_register = register(
        service=[
            service("coaching", "2022-04-01..2022-05-10"),
            service("coaching", "2022-05-17..2022-05-20"),
            service("coaching", "2022-05-28.."),
        ]
    )
    (strand,) = account("service_starts", small_register).strands
    assert steps(strand) == {"renewal": (1, 1)}
    assert kept(strand) == (1, 1)


def test_an_ended_spell_that_went_on_at_once_did_not_end():
    small_register = register(
        employment_code=[
            unemployed("2022-05-01..2022-05-10"),
            code("03", "2022-05-11..2022-05-20"),
        ]
    )
    found = account("unemployment_duration", small_register)
    ongoing, ended = found.strands
    assert kept(ongoing) == (0, 0)
    assert steps(ended) == {"goes_on_after": (1, 1)}
    assert found.figures["ended_mean_weeks"] == Figure(20 / 7, 1, 20 / 7, "normal")
    assert found.figures["median_weeks"] == Figure(None, 0, None, "normal")


def test_the_target_group_and_the_young():
    small_register = register(
        persons=[
            person(1),
            person(2, birth_year=1997, birth_date=None),
            person(3, citizenship="752", fund_member=True),
        ],
        employment_code=[unemployed("2022-05-01..", who=who) for who in (1, 2, 3)],
        service=[],
    )
    found = account("extended_unemployment", small_register, population="target_group")
    assert steps(found.strands[0]) == {"not_target_group": (1, 1)}
    foreign = account("activation_rate", small_register, cell=("origin", "foreign")).strands[0]
    assert steps(foreign) == {"other_category": (2, 2)}
    (young,) = account("youth_unemployment_share", small_register).strands
    assert steps(young) == {"not_young": (3, 3)}  # 2022 − 1997 = 25


def test_why_an_exit_is_entrepreneurship():
    statement = {"person_id": 2, "code": "Y2", "given": None, "start": None, "end": None}
    later = search("2022-01-01..2022-05-20", "01", who=2)
    small_register = register(
        persons=[person(1), person(2), person(3)],
        job_search=[
            search("2022-01-01..2022-05-20", "00"),
            later,
            search("2022-01-01..2022-05-20", "01", who=3),
        ],
        service=[service("subsidised", "2022-06-03..", kind="61")],
        statement=[
            statement,
            {**statement, "given": later["end"].replace(month=6, day=20)},
            {**statement, "person_id": 3, "given": later["end"].replace(month=6, day=21)},
        ],
    )
    (strand,) = account("job_search_exits", small_register).strands
    found = parts(strand)
    assert found["job_search_exits.entrepreneurship"] == 2
    assert (found["by_grant"], found["by_statement"]) == (1, 1)
    assert found["job_search_exits.open_market"] == 1


def test_a_plan_is_not_due_at_once():
    small_register = register(
        persons=[person(who) for who in (1, 2, 3)],
        employment_code=[unemployed("2022-05-01..", who=who) for who in (1, 2, 3)],
        job_search=[search("2022-05-17.."), search("2022-05-18..", who=2)],
        plan=[],
    )
    found = account("plan_coverage", small_register)
    assert steps(found.strands[0]) == {"no_search": (1, 1), "new_search": (1, 1)}
    assert found.figures["debt_never"] == Figure(1, None, 1, "normal")


def test_a_missing_table_is_the_reason():
    found = account("plan_coverage", register(residence=None), "PAIR", population="trial_office")
    assert [note.values["table"] for note in found.why] == ["plan", "residence"]


HALF = Figure(1, 2, 50.0, "normal")


@pytest.mark.parametrize(
    ("figure", "numbers", "status", "fits"),
    [
        (HALF, (1.0, 2.0, 50.0), "normal", True),
        (HALF, (1.0, 3.0, 50.0), "normal", False),
        (HALF, (2.0, 2.0, 50.0), "normal", False),
        (HALF, (1.0, 2.0, 51.0), "normal", False),
        (HALF, (1.0, 2.0, 50.0), "provisional", False),
        (HALF, (float("nan"), 2.0, 50.0), "normal", False),
        (NOT_AVAILABLE, (float("nan"),) * 3, "not_available", True),
        (NOT_AVAILABLE, (0.0, float("nan"), 0.0), "not_available", False),
    ],
)
def test_an_account_is_held_against_its_row(figure, numbers, status, fits):
    row = dict(zip(("numerator", "denominator", "value"), numbers, strict=True))
    assert account_agrees(figure, {**row, "status": status}) is fits
