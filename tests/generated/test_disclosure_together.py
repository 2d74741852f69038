"""Tables that are out together: what one shows must not give away what the other hides."""

import pandas as pd
import pytest

from fixtures.small_tables import MEMBERS, random_table
from indicators import protect
from indicators.disclosure.attacking import attack_tables

GROUPS = {"LAHTI5": MEMBERS}

SPLITS = {
    "areas": lambda rows: rows["area"] == "LAHTI5",
    "totals": lambda rows: rows["dimension"] == "total",
    "parts of a sum": lambda rows: rows["indicator"] == "unemployment_duration",
}


@pytest.mark.xfail(
    strict=True, reason="identities are looked for within each table, not across tables"
)
@pytest.mark.parametrize("split", SPLITS)
def test_totals_in_one_table_and_parts_in_another_are_one_system(split):
    truth = random_table(3)
    there = SPLITS[split](truth)
    parts = (truth[there], truth[~there])
    first = protect(parts[0].reset_index(drop=True), groups=GROUPS)
    second = protect(parts[1].reset_index(drop=True), published=[first], groups=GROUPS)
    # What is out together is attacked as if it stood in one table.
    one = pd.concat([first, second], ignore_index=True)
    assert attack_tables([one], hidden_up_to=4, groups=GROUPS).recovered == 0
    assert attack_tables([first, second], hidden_up_to=4, groups=GROUPS).recovered == 0
