"""Tables that are out together: what one shows must not give away what the other hides."""

import numpy as np
import pandas as pd
import pytest

from fixtures.small_tables import MEMBERS, random_table
from indicators import protect, table
from indicators.disclosure.audit import audit_tables

GROUPS = {"LAHTI5": MEMBERS}

SPLITS = {
    "areas": lambda rows: rows["area"] == "LAHTI5",
    "totals": lambda rows: rows["dimension"] == "total",
    "parts of a sum": lambda rows: rows["indicator"] == "unemployment_duration",
}


@pytest.mark.parametrize("split", SPLITS)
def test_totals_in_one_table_and_parts_in_another_are_one_system(split):
    truth = random_table(3)
    present = SPLITS[split](truth)
    parts = (truth[present], truth[~present])
    first = protect(parts[0].reset_index(drop=True), groups=GROUPS)
    second = protect(parts[1].reset_index(drop=True), published=[first], groups=GROUPS)
    # What is out together is attacked as if it stood in one table.
    item = pd.concat([first, second], ignore_index=True)
    assert audit_tables([item], hidden_up_to=4, groups=GROUPS).recovered == 0
    assert audit_tables([first, second], hidden_up_to=4, groups=GROUPS).recovered == 0


def told(area, count, source, status="normal"):
    cell = ("extended_unemployment", "value", "2022-05", area, "residents", "total", "total")
    numbers = (count, np.nan, count, np.nan, np.nan, "persons", status, None, source)
    return dict(zip(table.COLUMNS, (*cell, *numbers, "2023-01-01"), strict=True))


def test_what_an_official_figure_shows_is_known_to_the_attacker():
    rows = [
        told("KU398", np.nan, "register", "suppressed"),
        told("KU098", np.nan, "register", "suppressed"),
        told("LAHTI5", 13.0, "register"),
        told("KU098", 10.0, "statfin"),
    ]
    groups = {"LAHTI5": ("KU398", "KU098")}
    assert audit_tables([pd.DataFrame(rows)], hidden_up_to=4, groups=groups).recovered == 1


def test_tables_without_rows_are_safe():
    none = random_table(3).iloc[:0]
    assert audit_tables([none], hidden_up_to=4, groups=GROUPS).recovered == 0
    assert len(protect(none, groups=GROUPS)) == 0
