"""What `explain` tells of a register's figure is the figure: accounts against the long table.

The accounts leave records out one by one with pandas; the measures count all months at once.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from indicators import catalogue
from indicators.measures.register import compute_register
from indicators.measures.register.accounts import Question, account_for
from indicators.measures.register.accounts.agreement import agrees
from indicators.measures.register.registry import measures
from oracle.canonical import write_register
from oracle.registers import adversarial, under_other_names

# More of them for a deep search: `ORACLE_SEEDS=100 pytest tests/generated/…`.
SEEDS = range(int(os.environ.get("ORACLE_SEEDS", "2")))
ROWS = 2  # of each indicator and seed, and as many of those with somebody behind them
PERSONS = 25


class Kept:
    """A register that reads each table once: the accounts ask for them again and again."""

    def __init__(self, register):
        self.extract_date, self.has = register.extract_date, register.has
        self.read = cache(register.read)


def questions(made, register, of, rng, parameters):
    """Keys of the indicator's rows, drawn from those with somebody behind them and from all."""
    keys = ["month", "area", "population", "dimension", "category"]
    indicator = of["indicator"].iloc[0]
    behind = of[(of["numerator"] > 0) | (of["denominator"] > 0)]
    for rows in (behind, of):
        asked = rows[keys].astype(str).drop_duplicates().to_dict("records")
        for key in rng.sample(asked, min(ROWS, len(asked))):
            here = of[(of[keys] == list(key.values())).all(axis=1)]
            members = made.groups.get(key["area"], (key["area"],))
            offices = frozenset(made.trial_offices)
            question = Question(
                register,
                indicator,
                members=members,
                trial_offices=offices,
                choices=parameters,
                **key,
            )
            yield question, here.to_dict("records")


def check(made, rng, only=(), **how):
    defaults = catalogue.load().defaults()
    changed = how.get("parameters", {})
    with TemporaryDirectory() as folder:
        register = write_register(made, Path(folder) / "register")
        asked = {"groups": made.groups, "trial_offices": made.trial_offices, **how}
        table = compute_register(register, made.months, **asked)
        kept = Kept(register)
        for indicator in only or measures():
            of = table[table["indicator"] == indicator]
            choices = {**defaults[indicator], **changed.get(indicator, {})}
            for question, rows in questions(made, kept, of, rng, choices):
                account = account_for(question)
                for row in rows:
                    assert agrees(account.figures[row["statistic"]], row), (row, account)
                adds_up(account)
                tells_status(question, account, rows)


def adds_up(account):
    """Nobody is lost on the way: what there was is what was left out and what was left."""
    for strand in account.strands:
        out = sum(step.tally.records for step in strand.left_out)
        assert strand.begun.records == out + strand.kept.records, strand


def tells_status(question, account, rows):
    """The day from which a figure is seen whole says how far it is seen now."""
    extract = question.register.extract_date
    for row in rows:
        whole = account.whole_on.get(row["statistic"])
        if whole and row["status"] == "normal":
            assert whole <= extract, row
        if whole and row["status"] in ("provisional", "incomplete"):
            assert whole > extract, row
        if row["status"] == "not_available":
            assert account.why, row


@pytest.mark.parametrize("seed", SEEDS)
def test_an_account_gives_the_figure_of_the_table(seed):
    check(adversarial(seed, PERSONS), Random(seed))


def test_of_respondents_without_a_municipality():
    made = adversarial(2, PERSONS)
    nowhere = {f"{kind}{number}" for kind in "rw" for number in (1, 4)}
    survey = [
        {**row, "municipality": None} if row["respondent_id"] in nowhere else row
        for row in made.tables["survey"]
    ]
    check(made.with_tables(survey=survey), Random(2))


def test_of_merged_municipalities():
    """Valtimo (911) became part of Nurmes (541) on 1.1.2020, within the months of the seed."""
    groups = {"PAIR": ("KU911", "KU541"), "OLD": ("KU911",), "EMPTY": ("KU016",)}
    made = under_other_names(adversarial(3, PERSONS), {"398": "911", "098": "541"}, groups)
    check(made, Random(3))


def test_with_other_parameters():
    spells = {"merge_layoff": False, "long_term_months": 6, "renewal_gap_days": 6}
    parameters = {
        "youth_unemployment_share": {"youth_age": 30},
        "job_search_exits": {"startup_window_days": 13, "statement_window_days": 30},
        "unemployment_duration": {"merge_layoff": False},
        "structural_unemployment": {
            **spells,
            "recurrent_window_months": 12,
            "recurrent_days": 90,
            "returned_window_months": 6,
            "service_gap_months": 2,
            "service_window_months": 6,
        },
        "long_term_activation_rate": spells,
        "flow_over_3_months": {"line_lag_days": 13, "merge_layoff": False},
        "service_starts": {"renewal_gap_days": 8},
        "job_offers": {"employed_short_days": 29, "employed_long_days": 31},
        "caseload": {"min_specialists": 4},
        "plan_coverage": {"plan_due_days": 13, "plan_validity_months": 6},
        "kela_benefits": {"provisional_months": 2},
        "satisfaction": {"min_answers": 4},
        "wellbeing_change": {"min_pairs": 2},
    }
    check(adversarial(3, PERSONS), Random(3), parameters=parameters)


@pytest.mark.parametrize("merge_layoff", [True, False])
@pytest.mark.parametrize("gap", [0, 4, 30])
def test_with_gaps_that_unemployment_spells_bridge(gap, merge_layoff):
    spells = {"unemployment_gap_days": gap, "merge_layoff": merge_layoff}
    defaults = catalogue.load().defaults()
    shorter = {"long_term_months": 2, "recurrent_days": 60}
    parameters = {
        name: {**{key: value for key, value in shorter.items() if key in of}, **spells}
        for name, of in defaults.items()
        if "unemployment_gap_days" in of
    }
    assert len(parameters) == 6
    check(adversarial(4, PERSONS), Random(4), only=parameters, parameters=parameters)


@pytest.mark.parametrize(
    "missing",
    [
        ("service", "plan"),
        ("office", "residence"),
        ("statement", "service_line", "kela"),
        ("labour_force", "survey_round", "job_offer", "caseload"),
    ],
)
def test_without_tables(missing):
    made = adversarial(5)
    tables = {name: rows for name, rows in made.tables.items() if name not in missing}
    check(replace(made, tables=tables), Random(5))
