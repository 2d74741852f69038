"""The register layout and the canonical one are the same register, and dirt washes off."""

import pytest

from indicators.register.schema import TABLES


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_import_gives_back_what_was_made(registers, clean, table):
    assert clean.rows(table).equals(registers.rows(table))


def test_a_clean_register_needs_no_mending(clean):
    steps = {rule for rule in clean.steps if rule[1] != "delivered"}
    # Two tables tell the same plans and lines; start-up grants come after the search's end.
    assert steps <= {
        ("service_line", "other_source"),
        ("plan", "same_plan"),
        ("service", "outside_search"),
        ("kela", "total_of_parts"),
    }


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"employment_code", "job_search"}))
def test_dirt_washes_off(clean, dirty, table):
    assert dirty.rows(table).equals(clean.rows(table))


EARLY = {
    "employment_code": ("YTYOLL", "code", "01", "09"),
    "job_search": ("YTHAKU", "end_reason", "10", "14"),
}


@pytest.mark.parametrize("table", EARLY)
def test_codes_used_too_early_are_all_that_stays(clean, dirty, planted, table):
    name, column, usual, early = EARLY[table]
    where = ["person_id", "start"]
    both = clean.table(table).merge(dirty.table(table), on=where, how="outer", suffixes=("", "_d"))
    assert len(both) == len(clean.table(table)) == len(dirty.table(table))
    changed = both[both[column].fillna("") != both[f"{column}_d"].fillna("")]
    assert len(changed) == planted[name]["code_before_it_existed"] > 0
    assert set(changed[column]) == {usual}
    assert set(changed[f"{column}_d"]) == {early}
    assert both["end"].equals(both["end_d"])


# What the import calls the fault, by table and rule of planting; each is counted exactly.
FAULTS = {
    ("YTYOLL", "duplicate_open"): ("employment_code", "same_start"),
    ("YTYOLL", "reversed"): ("employment_code", "reversed"),
    ("YTYOLL", "overlap"): ("employment_code", "overlap"),
    ("YTYOLL", "unreadable_date"): ("employment_code", "unreadable_date"),
    ("YTYOLL", "unknown_code"): ("employment_code", "unknown_code"),
    ("YTYOLL", "code_before_it_existed"): ("employment_code", "code_too_early"),
    ("YTYOLL", "begins_after_extract"): ("employment_code", "after_extract"),
    ("YTYOLL", "ends_after_extract"): ("employment_code", "end_after_extract"),
    ("YTYOLL", "outside_job_search"): ("employment_code", "code_outside_search"),
    ("YTHAKU", "duplicate_open"): ("job_search", "same_start"),
    ("YTHAKU", "reversed"): ("job_search", "reversed"),
    ("YTHAKU", "unreadable_date"): ("job_search", "unreadable_date"),
    ("YTHAKU", "code_before_it_existed"): ("job_search", "reason_too_early"),
    ("YTHAKU", "begins_after_extract"): ("job_search", "after_extract"),
    ("YTHAKU", "ends_after_extract"): ("job_search", "end_after_extract"),
    ("YHTSTO", "overlap"): ("office", "overlap"),
    ("YHTSTO", "reversed"): ("office", "reversed"),
    ("YTHAKSU", "unknown_code"): ("plan", "unknown_code"),
    ("YTHAKSU", "unreadable_date"): ("plan", "unreadable_date"),
    ("Tyotarjoukset", "begins_after_extract"): ("job_offer", "after_extract"),
    ("Tyotarjoukset", "unreadable_date"): ("job_offer", "unreadable_date"),
}


@pytest.mark.parametrize("fault", FAULTS, ids="-".join)
def test_every_planted_fault_is_counted(dirty, planted, fault):
    name, rule = fault
    assert dirty.steps[FAULTS[fault]] == planted[name][rule] > 0


def test_services_of_two_tables_are_counted_together(dirty, planted):
    for rule, expected in (("duplicate_open", "same_start"), ("reversed", "reversed")):
        both = planted["YSIJOIT"][rule] + planted["YTKOKE"][rule]
        assert dirty.steps["service", expected] == both
