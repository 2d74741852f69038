"""Identities on registers that sit on every edge, and entries and exits against a slow twin."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from fixtures.examples import examples
from fixtures.registers import adversarial, registers, under_other_names, write_register
from indicators.calendar import count_day, month_range
from indicators.computing import compute
from indicators.measures.register.computing import compute_register
from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.identities import check_identities
from indicators.reconciliation.report import is_made_up
from indicators.reconciliation.turnover import count_turnover
from indicators.register.store import open_register
from indicators.settings.loading import load_settings
from indicators.synthetic.synthesise import synthesise

DAY = timedelta(days=1)


@contextmanager
def written(made):
    with TemporaryDirectory() as name:
        yield write_register(made, Path(name) / "register")


def covers(row, day):
    return row["start"] <= day and (row["end"] is None or row["end"] >= day)


def unemployed_days(tables, last):
    """Every person's unemployed days, each with the municipality lived in or None."""
    for person in {row["person_id"] for row in tables["employment_code"]}:
        codes = [
            row
            for row in tables["employment_code"]
            if row["person_id"] == person and row["code"] in ("02", "03")
        ]
        homes = [row for row in tables["residence"] if row["person_id"] == person]
        days = {
            row["start"] + n * DAY
            for row in codes
            for n in range(((row["end"] or last) - row["start"]).days + 1)
        }
        yield {
            day: next((home["municipality"] for home in homes if covers(home, day)), None)
            for day in days
        }


def slow_turnover(case):
    """Entries and exits of all, and the change of the stock of each municipality, by month."""
    marks = [count_day(month) for month in case.months]
    persons = list(unemployed_days(case.tables, marks[-1] + 40 * DAY))
    since = [date.min, *marks[:-1]]
    entries = [
        sum(before < day <= mark and day - DAY not in days for days in persons for day in days)
        for before, mark in zip(since, marks, strict=True)
    ]
    exits = [
        sum(before <= day < mark and day + DAY not in days for days in persons for day in days)
        for before, mark in zip(since, marks, strict=True)
    ]
    homes = sorted({row["municipality"] for row in case.tables["residence"]})
    stocks = [[sum(days.get(m) == home for days in persons) for home in homes] for m in marks]
    return entries, exits, np.diff(stocks, axis=0, prepend=0)


def check_turnover(case):
    """Beyond the extract date open spells go on, for the twin as for the package."""
    with written(case) as register:
        moves = count_turnover(register, case.months)
    entries, exits, changes = slow_turnover(case)
    assert moves.entries[:, -1].tolist() == entries
    assert moves.exits[:, -1].tolist() == exits
    assert (moves.entries - moves.exits)[:, :-1].tolist() == changes.tolist()


def check_all(case):
    with written(case) as register:
        values = {"groups": case.groups, "trial_offices": case.trial_offices}
        table = compute_register(register, case.months, **values)
        check_identities(table, register, groups=case.groups)


@pytest.mark.parametrize("seed", range(6))
def test_entries_and_exits_are_the_slow_twins(seed):
    check_turnover(adversarial(seed))


@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(registers())
def test_entries_and_exits_of_what_hypothesis_draws(made):
    check_turnover(made)


@pytest.mark.parametrize("seed", range(6, 10))
def test_every_identity_holds(seed):
    check_all(adversarial(seed))


def test_every_identity_holds_where_municipalities_merge():
    """Valtimo (911) became part of Nurmes (541) on 1.1.2020, within the months of the seed."""
    groups = {"PAIR": ("KU911", "KU541"), "OLD": ("KU911",), "NEW": ("KU541", "KU091")}
    check_all(under_other_names(adversarial(10, 25), {"398": "911", "098": "541"}, groups))


def test_every_identity_holds_in_a_single_month_and_with_gaps_between_months():
    case = adversarial(10)
    check_all(replace(case, months=case.months[-1:]))
    check_all(replace(case, months=case.months[::2]))


def test_a_made_up_register_is_reconciled_with_what_is_published(tmp_path):
    """Sixty thousand made-up persons stand for the region's; so six hundred for a hundredth."""
    synthesise(tmp_path / "register", persons=600, seed=3, layout="canonical")
    register, project = open_register(tmp_path / "register"), load_settings()
    groups = {code: group.members for code, group in project.groups.items()}
    months = month_range("2021-09", "2022-02")
    table = compute_register(register, months, groups=groups, trial_offices=project.trial.offices)
    check_identities(table, register, groups=groups)
    published = compute(months, statfin=project.statfin.directory, groups=groups)
    found = reconcile(
        table,
        published,
        tolerance=project.reconciliation.tolerance_share,
        tolerance_persons=project.reconciliation.tolerance_persons,
        areas=project.reconciliation.areas,
        made_up=is_made_up(register.source),
    )
    assert found.made_up
    found.check()
    assert set(found.table["area"]) <= set(project.reconciliation.areas)
    group = found.table[found.table["area"] == "LAHTI5"].set_index("indicator")
    assert set(group.index) == {
        *("unemployment_share", "extended_unemployment"),
        *("structural_unemployment", "activation_rate"),
    }
    extended = group.loc["extended_unemployment", "share"]
    assert (abs(extended + 0.99) < 0.005).all()
