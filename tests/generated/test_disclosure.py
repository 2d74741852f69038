"""Protected tables against an attack of its own: no hidden count is told, whatever the table."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from fixtures.examples import examples
from fixtures.small_tables import CATEGORIES, MEMBERS, PARTS, random_table
from indicators import protect, table
from indicators.disclosure.audit import audit_tables
from intruder.releases import as_shown

GROUPS = {"LAHTI5": MEMBERS}


def literal_unknowns(reported: pd.DataFrame) -> tuple[dict, list]:
    """Every count by name, None where hidden, and the sums between them, written out."""
    known: dict[tuple[str, str, str], float | None] = {}
    for row in reported.itertuples():
        hidden = row.status == "suppressed"
        place = (row.area, row.category)
        names = {
            "structural_unemployment": [(row.statistic, "numerator")],
            "extended_unemployment": [("extended", "numerator")],
            "activation_rate": [("in_service", "numerator"), ("extended", "denominator")],
            "unemployment_duration": [("unemployed", "denominator")],
        }[row.indicator]
        for name, side in names:
            key = (name, *place)
            value = None if hidden else getattr(row, side)
            known[key] = value if known.get(key) is None else known[key]
    counts = {key[0] for key in known}
    sums = []
    for name, area in product(counts, (*MEMBERS, "LAHTI5")):
        sums.append(((name, area, "total"), [(name, area, sex) for _, sex in CATEGORIES]))
    for name, sex in product(counts, ("total", "men", "women")):
        sums.append(((name, "LAHTI5", sex), [(name, area, sex) for area in MEMBERS]))
    for area, sex in product((*MEMBERS, "LAHTI5"), ("total", "men", "women")):
        sums.append((("total", area, sex), [(name, area, sex) for name in PARTS]))
        sums.append(
            (("extended", area, sex), [(name, area, sex) for name in ("unemployed", "in_service")])
        )
    return known, sums


def literal_bounds(reported: pd.DataFrame, wanted: list, least: float) -> dict:
    """Smallest and largest value of hidden counts, by scipy's own linear programming."""
    known, sums = literal_unknowns(reported)
    unknown = [key for key, value in known.items() if value is None]
    place = {key: at for at, key in enumerate(unknown)}
    left, right = [], []
    for total, parts in sums:
        row, rest = np.zeros(len(unknown)), 0.0
        for key, sign in [(total, -1.0), *((part, 1.0) for part in parts)]:
            if key in place:
                row[place[key]] += sign
            else:
                rest += sign * (known.get(key) or 0.0)
        if row.any():
            left.append(row)
            right.append(-rest)
        else:
            assert abs(rest) < 1e-9
    found = {}
    # Zero numerators of hidden shares are 0 in truth: no such count is known to be 1 or more.
    floor = [least if key[0] != "in_service" else 0.0 for key in unknown]
    for key in wanted:
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(unknown))
            cost[place[key]] = sign
            solved = linprog(
                cost, A_eq=np.array(left), b_eq=right, bounds=[(low, 1e4) for low in floor]
            )
            assert solved.status == 0, solved.message
            ends.append(solved.x[place[key]])
        found[key] = tuple(ends)
    return found


def primary(truth: pd.DataFrame) -> list:
    counts, _ = literal_unknowns(truth)
    return [key for key, value in counts.items() if value is not None and 1 <= value <= 4]


@pytest.mark.parametrize("seed", range(examples(6)))
def test_no_hidden_count_can_be_told(seed):
    truth = random_table(seed)
    reported = protect(truth, groups=GROUPS)
    shown = reported["status"] == "normal"
    pd.testing.assert_frame_equal(
        reported[shown].astype({"status": object}).reset_index(drop=True),
        as_shown(truth[shown]),
        check_dtype=False,
    )
    assert reported.loc[~shown, list(table.NUMBERS)].isna().all(axis=None)
    wanted = primary(truth)
    for low, high in literal_bounds(reported, wanted, 0.0).values():
        assert low <= 1 + 1e-6
        assert high >= 4 - 1e-6
    for low, high in literal_bounds(reported, wanted, 1.0).values():
        assert np.floor(high + 1e-6) > np.ceil(low - 1e-6)
    assert audit_tables([reported], hidden_up_to=4, groups=GROUPS).recovered == 0


@pytest.mark.parametrize("seed", range(examples(6)))
def test_hiding_small_counts_alone_is_not_enough_and_the_attack_says_so(seed):
    result = random_table(seed)
    small = result["numerator"].between(1, 4) | result["denominator"].between(1, 4)
    result.loc[small, list(table.NUMBERS)] = np.nan
    result.loc[small, "status"] = "suppressed"
    assert audit_tables([result], hidden_up_to=4, groups=GROUPS).recovered > 0


def test_what_is_out_stays_safe_when_more_is_published():
    truth = random_table(3)
    parts = truth[truth["dimension"] == "total"]
    first = protect(parts, groups=GROUPS)
    second = protect(truth, published=[first], groups=GROUPS)
    both = [first, second]
    assert audit_tables(both, hidden_up_to=4, groups=GROUPS).recovered == 0
    merged = second.merge(first, on=list(table.KEY), suffixes=("", "_before"))
    hidden = merged["status_before"] == "suppressed"
    assert (merged.loc[hidden, "status"] == "suppressed").all()


def test_a_table_of_which_nothing_is_left_is_hidden_whole():
    truth = random_table(1)
    small = truth[truth["numerator"].between(1, 4) & truth["denominator"].isna()]
    assert (protect(small, groups=GROUPS)["status"] == "suppressed").all()
