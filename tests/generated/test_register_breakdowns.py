"""Crossed dimensions and restricted persons against slow twins, on registers of every edge.

A crossed row is its account, which looks at the dimensions one after the other. A table of some
persons is that of a register that holds nobody else where their category never changes, and
elsewhere the crossed rows of the whole.
"""

from dataclasses import replace
from itertools import product

import pytest

from fixtures.registers import EXTRACTS, adversarial, is_of_persons, write_register
from fixtures.registers.twins import TRIALS, differences, measured
from indicators.measures.register.breakdown import read_breakdown
from indicators.measures.register.registry import measures
from indicators.table import COLUMNS, NUMBERS
from indicators.tallies.axes import DIMENSIONS, PLAIN

CROSSED = [("sex", "age_group"), ("service_line", "origin"), ("origin", "age_group", "sex")]
KEY = ["indicator", "statistic", "month", "area", "population", "dimension", "category"]
PLACE = ["indicator", "month", "area", "population"]
SEEDS = range(len(EXTRACTS) * TRIALS)
NAMES = dict(DIMENSIONS)
NO_PERSONS = {name for name, one in measures().items() if not one.can_be_restricted}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_crossed_row_is_its_account(seed, tmp_path):
    made = adversarial(seed)
    register = write_register(made, tmp_path / "register")
    how = {"parameters": {}, "merge_layoff": True}
    table = measured(made, register, breakdown=read_breakdown(CROSSED), **how)
    crossed = table["dimension"].astype(str).str.contains("*", regex=False)
    plain = measured(made, register, **how)
    assert as_text(table[~crossed]) == as_text(plain)
    parted = plain[plain["dimension"].isin(["sex", "age_group"])]["indicator"]
    assert set(table[crossed]["indicator"]) == set(parted) >= {"activation_rate"}
    places = table.loc[crossed, PLACE].drop_duplicates().sample(12, random_state=seed)
    chosen = table[crossed].merge(places, on=PLACE)
    everywhere = [
        (*place, "*".join(names), "*".join(categories))
        for place in places.to_numpy(str).tolist()
        for names in CROSSED
        for categories in product(*(NAMES[name] for name in names))
    ]
    assert not differences(made, register, chosen, universe=everywhere, **how)


@pytest.mark.parametrize("seed", SEEDS[:4])
@pytest.mark.parametrize(
    ("where", "keeps"),
    [
        ({"sex": "women"}, lambda person: person["sex"] == "2"),
        (
            {"origin": "foreign", "sex": ["men"]},
            lambda person: person["citizenship"] != "246" and person["sex"] == "1",
        ),
    ],
)
def test_some_persons_are_a_register_of_nobody_else(seed, where, keeps, tmp_path):
    made = adversarial(seed)
    kept = {one["person_id"] for one in made.tables["persons"] if keeps(one)}
    alone = {
        name: [row for row in rows if row["person_id"] in kept] if is_of_persons(rows) else rows
        for name, rows in made.tables.items()
    }
    breakdown = read_breakdown([("age_group", "service_line")], where)
    found = measured(made, write_register(made, tmp_path / "whole"), breakdown=breakdown)
    twin = measured(
        replace(made, tables=alone),
        write_register(replace(made, tables=alone), tmp_path / "alone"),
        breakdown=replace(breakdown, where=()),
    )
    of_all = found["indicator"].isin(NO_PERSONS)
    assert set(found[of_all]["status"].astype(str)) <= {"not_available", "incomplete"}
    twin, found = twin[~twin["indicator"].isin(NO_PERSONS)], found[~of_all]
    # A municipality in which nobody of them ever lived has rows of nobody.
    lived_in = found["area"].isin(set(twin["area"]))
    assert not found[~lived_in]["value"].fillna(0).any()
    assert as_text(found[lived_in]) == as_text(twin)


@pytest.mark.parametrize("seed", SEEDS[:4])
@pytest.mark.parametrize(
    "where", [{"age_group": "50-"}, {"service_line": "01", "age_group": "30-49"}]
)
def test_categories_that_change_are_those_of_the_reference_day(seed, where, tmp_path):
    """In total, what the rows of the category are without a restriction; by sex, the crossed."""
    made = adversarial(seed)
    register = write_register(made, tmp_path / "register")
    names = tuple(where)
    crossed = [(*names, "sex")] + [names] * (len(names) > 1)
    whole = measured(made, register, breakdown=read_breakdown(crossed))
    found = measured(made, register, breakdown=read_breakdown((), where))
    found = found[~found["indicator"].isin(NO_PERSONS) & (found["value"].notna())]
    found = found[found["value"] != 0]
    for dimensions, own in ((names, ()), ((*names, "sex"), ("men", "women"))):
        for category in own or ("total",):
            categories = [*where.values(), *([category] if own else [])]
            there = whole[
                (whole["dimension"] == "*".join(dimensions))
                & (whole["category"] == "*".join(categories))
                & whole["value"].notna()
                & (whole["value"] != 0)
            ]
            here = found[
                (found["dimension"] == ("sex" if own else "total"))
                & (found["category"] == category)
            ]
            place = [*KEY[:5], *NUMBERS, "status"]
            assert lines(here, place) == lines(there, place)


def test_several_categories_are_all_of_them(tmp_path):
    made = adversarial(3)
    register = write_register(made, tmp_path / "register")
    every = read_breakdown((), {"service_line": NAMES["service_line"]})
    found, whole = (measured(made, register, breakdown=one) for one in (every, PLAIN))
    of_persons = [frame[~frame["indicator"].isin(NO_PERSONS)] for frame in (found, whole)]
    assert as_text(of_persons[0]) == as_text(of_persons[1])


def as_text(frame):
    return lines(frame, COLUMNS)


def lines(frame, columns):
    return sorted(map(str, frame[list(columns)].astype(object).to_numpy().tolist()))
