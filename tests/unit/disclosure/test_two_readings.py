"""What nobody can check: an equation may hold for everybody or not, and both must be safe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from indicators.disclosure.counts import SuppressibleRows, build_count_registry
from indicators.disclosure.identities import find_identities
from indicators.disclosure.safety import AttackerModel
from indicators.disclosure.secondary import choose_suppressions

COUNTS = {"KU398": 30.0, "KU098": np.nan, "SSS": 33.0}


def people(counts: dict[str, float]) -> pd.DataFrame:
    """A long table of one figure, by area; without a number where it is hidden."""
    number = pd.Series(list(counts.values()), dtype=float)
    status = number.isna().map({True: "suppressed", False: "normal"})
    key = {
        "indicator": "extended_unemployment", "statistic": "value", "month": "2022-02",
        "population": "residents", "dimension": "total", "category": "total",
    }  # fmt: skip
    rest = {"denominator": np.nan, "unit": "persons", "source": "register"}
    numbers = {"area": list(counts), "numerator": number, "value": number, "status": status}
    return pd.DataFrame(numbers).assign(**key, **rest)


def test_only_what_lies_above_municipalities_may_hold_others_too() -> None:
    for area, relaxed in (("SSS", True), ("LAHTI5", False)):
        counts = {area if code == "SSS" else code: number for code, number in COUNTS.items()}
        registry = build_count_registry(people(counts), [])
        identities = find_identities(registry, {"LAHTI5": ("KU398", "KU098")}, each=True)
        other = identities.relaxed()
        assert (other is not None) == relaxed
        if other is not None:
            # 30 + hidden + others = 33.
            assert other.matrix.shape[1] == identities.matrix.shape[1] + 1
            assert other.matrix[:, [-1]].toarray().tolist() == [[1.0]]
            assert np.isnan(other.slack_values[-1])
            assert other.relaxed() is None
    # What can be checked is known to hold, or not to.
    registry = build_count_registry(people(COUNTS | {"KU098": 3.0}), [])
    assert find_identities(registry, {}, each=True).relaxed() is None


@pytest.mark.parametrize("held", [False, True])
def test_what_published_tables_give_away_alone_is_not_for_a_new_one_to_mend(held: bool) -> None:
    # Published: 3 + 5 = 8, the first hidden. New: 2 + 7 = 9, the first small.
    plain = [[1, 1, -1, 0, 0, 0], [0, 0, 0, 1, 1, -1]]
    value = np.array([3.0, 5.0, 8.0, 2.0, 7.0, 9.0])
    new = np.array([held, False, False, True, True, True])
    system = AttackerModel(
        matrix=sparse.csr_array(np.array(plain, float)),
        value=value,
        at_least_one=np.ones(6, bool),
        coverable=new & (value > 4),
        hidden_up_to=4,
        unwritten=np.zeros(6, bool),
    )
    count = np.concatenate([np.flatnonzero(new), [1, 2]])
    places = int(new.sum())
    rows = SuppressibleRows(
        row=np.concatenate([np.arange(places), [places, places]]),
        count=count,
        cost=np.append(np.ones(places), np.inf),
        hidden=np.append(value[new] <= 4, False),
    )
    chosen = choose_suppressions(system, rows, value <= 4)
    if held:
        assert chosen is None
    else:
        assert chosen is not None
        assert chosen[0][0]
        assert chosen[0].sum() == 2
