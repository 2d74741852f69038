"""The measures against their slow twins, on small registers that sit on every edge.

The twins are the accounts that ``explain`` tells: see ``fixtures/registers/twins.py``. A difference
is a defect of one of the two; decision 0011 says how each open sentence of the contract is read,
and ``tests/spec/register`` holds examples worked out by hand: write one more of them.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from fixtures.registers import (
    EXTRACTS,
    adversarial,
    deliverable,
    is_of_persons,
    registers,
    renumbered,
    under_other_names,
    without_municipality,
    write_delivery,
    write_register,
    write_unsorted,
)
from fixtures.registers.twins import TRIALS, check, differences, measured, records
from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.register.schema import SERVICE_GROUPS
from indicators.register.store import open_register
from indicators.sources.register.importing import import_register

SEEDS = range(len(EXTRACTS) * TRIALS)
CROWD = 24  # persons, so that chunks have several
SURVEYS = {"satisfaction", "wellbeing_change"}
# Each limit moved, so that none of them is written into a measure.
SPELLS = {"merge_layoff": False, "long_term_months": 6, "renewal_gap_days": 6}
OTHER_PARAMETERS = {
    "youth_unemployment_share": {"youth_age": 30},
    "job_search_exits": {"startup_window_days": 13, "statement_window_days": 30},
    "unemployment_duration": {"merge_layoff": False},
    "structural_unemployment": {
        **SPELLS,
        "recurrent_window_months": 12,
        "recurrent_days": 90,
        "returned_window_months": 6,
        "service_gap_months": 2,
        "service_window_months": 6,
    },
    "long_term_activation_rate": SPELLS,
    "flow_over_3_months": {"line_lag_days": 13, "merge_layoff": False},
    "service_starts": {"renewal_gap_days": 8},
    "job_offers": {"employed_short_days": 29, "employed_long_days": 31},
    "caseload": {"min_specialists": 4},
    "plan_coverage": {"plan_due_days": 13, "plan_validity_months": 6},
    "kela_benefits": {"provisional_months": 2},
    "satisfaction": {"min_answers": 4, "confidence_level": 90},
    "wellbeing_change": {"min_pairs": 2},
    "time_to_service": {"line_lag_days": 13, "merge_layoff": False},
    "after_service": {"renewal_gap_days": 8},
    "service_paths": {**SPELLS, "path_window_months": 5},
    "service_sequences": {**SPELLS, "sequence_window_months": 9},
    "time_to_plan": {"line_lag_days": 13, "merge_layoff": False},
    "path_costs": SPELLS,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_its_accounts(seed):
    check(adversarial(seed))


@pytest.mark.parametrize("seed", SEEDS[1 : 1 + TRIALS])
def test_layoffs_apart(seed):
    check(adversarial(seed), merge_layoff=False)


@settings(max_examples=5 * TRIALS, deadline=None, suppress_health_check=list(HealthCheck))
@given(registers())
def test_every_row_of_what_hypothesis_draws(made):
    check(made)


@pytest.mark.parametrize("seed", SEEDS[3 : 3 + TRIALS])
def test_other_parameters(seed):
    check(adversarial(seed), parameters=OTHER_PARAMETERS)


@pytest.mark.parametrize(("gap", "merge_layoff"), [(0, True), (4, False), (30, True), (30, False)])
def test_gaps_that_unemployment_spells_bridge(gap, merge_layoff):
    chosen = {"unemployment_gap_days": gap, "long_term_months": 2, "recurrent_days": 60}
    holding = {
        name for name, of in load_catalogue().defaults().items() if "unemployment_gap_days" in of
    }
    assert len(holding) == 11
    how = {"parameters": {"all": chosen}, "merge_layoff": merge_layoff}
    check(adversarial(4, CROWD), indicators=holding, **how)


# Seeds whose months run over a turn of year: Valtimo (911) became part of Nurmes (541) on
# 1.1.2020 and Honkajoki (099) of Kankaanpää (214) on 1.1.2021.
@pytest.mark.parametrize("seed", [3 + len(EXTRACTS) * trial for trial in range(2 * TRIALS)])
def test_merged_municipalities_count_as_what_they_have_become(seed):
    names = {"398": "911", "098": "541"}
    groups = {
        "PAIR": ("KU911", "KU541"),
        "OLD": ("KU911",),
        "NEW": ("KU541", "KU091"),
        "EMPTY": ("KU016",),
    }
    check(under_other_names(adversarial(seed), names, groups))


@pytest.mark.parametrize("seed", [2, 9])
def test_respondents_without_a_municipality_count_in_the_whole_alone(seed):
    case = adversarial(seed)
    some = {f"{kind}{number}" for kind in "rw" for number in (1, 4)}
    check(without_municipality(case, some), indicators=SURVEYS)
    everybody = {row["respondent_id"] for row in case.tables["survey"]}
    check(without_municipality(case, everybody), indicators=SURVEYS)


def test_an_empty_register_is_measured():
    case = adversarial(1)
    nobody = case.with_tables(
        **{name: [] for name, rows in case.tables.items() if is_of_persons(rows)}
    )
    check(nobody)


@pytest.mark.parametrize(
    "missing",
    [
        ("service", "plan", "survey_round", "caseload"),
        ("office", "residence", "job_offer"),
        ("statement", "service_line", "kela", "labour_force", "service_price"),
    ],
)
def test_without_tables(missing):
    made = adversarial(5, 6)
    tables = {name: rows for name, rows in made.tables.items() if name not in missing}
    check(replace(made, tables=tables))


@contextmanager
def folder():
    with TemporaryDirectory() as name:
        yield Path(name) / "register"


def measure(case, **how):
    with folder() as path:
        return measured(case, write_register(case, path), **how)


def written(frame, path):
    """Bytes of a long table in both of its forms."""
    for suffix in table.SUFFIXES:
        table.write(frame, path.with_suffix(suffix))
    return [path.with_suffix(suffix).read_bytes() for suffix in table.SUFFIXES]


@pytest.fixture(scope="module")
def crowd():
    return adversarial(4, CROWD)


@pytest.fixture(scope="module")
def plain_bytes(crowd, tmp_path_factory):
    return written(measure(crowd), tmp_path_factory.mktemp("plain") / "table")


def test_rows_in_another_order_change_no_byte(crowd, plain_bytes, tmp_path):
    register = write_unsorted(crowd, tmp_path / "register", Random(1))
    assert written(measured(crowd, register), tmp_path / "table") == plain_bytes


def test_other_numbers_for_the_same_people_change_no_byte(crowd, plain_bytes, tmp_path):
    ids = [person["person_id"] for person in crowd.tables["persons"]]
    others = Random(2).sample(range(10**6, 2 * 10**6), len(ids))
    again = renumbered(crowd, dict(zip(ids, others, strict=True)))
    assert written(measure(again), tmp_path / "table") == plain_bytes


def test_chunks_change_no_byte(crowd, plain_bytes, tmp_path):
    """One person a chunk: some chunks have no spell, no offer, no residence."""
    assert written(measure(crowd, chunk_rows=1), tmp_path / "table") == plain_bytes


def test_workers_change_no_byte(crowd, plain_bytes, tmp_path):
    found = measure(crowd, chunk_rows=40, workers=2)
    assert written(found, tmp_path / "table") == plain_bytes


def test_an_executor_changes_no_byte(crowd, plain_bytes, tmp_path):
    with ThreadPoolExecutor(2) as executor:
        found = measure(crowd, chunk_rows=30, executor=executor)
    assert written(found, tmp_path / "table") == plain_bytes


# Figures that add up over disjoint people: all but medians and what is not of persons.
NOT_OF_PERSONS = ("caseload", "kela_benefits", "satisfaction", "wellbeing_change")


def counts(frame):
    """Numerator and denominator by key, of the figures that are sums over persons."""
    found = {}
    for row in records(frame):
        sums = row["indicator"] not in NOT_OF_PERSONS and row["statistic"] != "median_weeks"
        if sums and row["status"] in ("normal", "provisional"):
            # The labour force is the same for both registers.
            whole = 0 if row["indicator"].endswith("unemployment_share") else row["denominator"]
            found[tuple(row[name] for name in table.KEY)] = (row["numerator"] or 0, whole or 0)
    return found


@pytest.mark.parametrize("seed", [0, 5])
def test_two_disjoint_registers_add_up(seed):
    item, other = disjoint(seed)
    both = replace(
        item,
        tables={
            name: rows + other.tables[name] if rows is not other.tables[name] else rows
            for name, rows in item.tables.items()
        },
    )
    parts = [counts(measure(item)), counts(measure(other))]
    whole = counts(measure(both))
    assert set(whole) == set(parts[0]) | set(parts[1])
    for key, (numerator, denominator) in whole.items():
        results = [part.get(key, (0, 0)) for part in parts]
        assert numerator == pytest.approx(sum(n for n, _ in results)), key
        assert denominator == pytest.approx(sum(d for _, d in results)), key


def priced(case):
    """With a price of every day: one that lacks in one of two registers lacks in both together."""
    years = {int(month[:4]) for month in case.months}
    prices = [
        {"group": group, "kind": None, "year": year, "euros_per_day": 20.25 + at}
        for at, group in enumerate(SERVICE_GROUPS)
        for year in sorted(years)
    ]
    return case.with_tables(service_price=prices)


def disjoint(seed):
    """Two registers of one extract date without a person or a vacancy in common."""
    item, other = priced(adversarial(seed)), adversarial(seed + len(EXTRACTS))
    ids = {person["person_id"]: person["person_id"] + 10**6 for person in other.tables["persons"]}
    other = renumbered(other, ids)
    own, shared = {}, {}
    for name, rows in item.tables.items():
        if is_of_persons(rows):
            own[name] = [
                {**row, "vacancy_id": f"x{row['vacancy_id']}"} if row.get("vacancy_id") else row
                for row in other.tables.get(name, [])
            ]
        else:
            shared[name] = rows
    return item, replace(other, tables={**own, **shared})


@pytest.mark.parametrize("seed", [2, 6])
def test_a_spell_delivered_twice_counts_once(seed, tmp_path):
    """Through the import: spells that have ended come as open ones too, and some twice."""
    result = deliverable(adversarial(seed))
    write_delivery(result, tmp_path / "delivery", Random(seed))
    target = tmp_path / "register"
    import_register(tmp_path / "delivery", target, extract_date=result.extract_date)
    register = open_register(target)
    how = {"parameters": {}, "merge_layoff": True}
    assert not differences(result, register, measured(result, register), **how)
