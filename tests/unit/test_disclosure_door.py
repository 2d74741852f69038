import numpy as np
import pandas as pd
import pytest

from fixtures.small_tables import random_table
from indicators.disclosure.protect import protect, release_check
from indicators.errors import DisclosureError, UsageError


def of(*sources: str | None) -> pd.DataFrame:
    return pd.DataFrame({"source": list(sources), "value": range(len(sources))})


@pytest.mark.parametrize("sources", [(), ("statfin",), ("statfin", "kela")])
def test_what_is_public_already_passes_unchanged(sources):
    table = of(*sources)
    pd.testing.assert_frame_equal(protect(table), of(*sources))


@pytest.mark.parametrize(
    ("sources", "named"),
    [(("statfin", "register"), "register"), (("statfin", None), "no source"), (("KELA",), "KELA")],
)
def test_reports_refuse_whole_what_is_not_public(sources, named):
    with pytest.raises(DisclosureError, match=f"^the table has rows of {named}, which are not"):
        release_check(of(*sources))


def test_what_stands_in_a_release_passes_cell_by_cell():
    table = random_table(1)
    table.loc[::7, ["numerator", "value"]] = np.nan
    assert release_check(table, released=table.sample(frac=1, random_state=1)) is table
    for column, other in (("value", 1e6), ("status", "provisional"), ("vintage", "2023-01-02")):
        changed = table.copy()
        changed.loc[len(table) // 2, column] = other
        with pytest.raises(DisclosureError, match="rows of register, which are not public"):
            release_check(changed, released=table)
    with pytest.raises(DisclosureError, match="stand in no release"):
        release_check(table, released=table.drop(index=5))


def test_a_category_without_rows_is_no_row():
    table = of("statfin")
    table["source"] = pd.Categorical(table["source"], categories=["statfin", "register"])
    assert protect(table) is table


def test_an_unknown_policy_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="nosuch is not a disclosure policy; choose tyonv5, svt3"):
        protect(of("statfin"), policy="nosuch")
