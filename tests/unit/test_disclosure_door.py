import pandas as pd
import pytest

from indicators.disclosure import protect
from indicators.errors import UsageError


def of(*sources: str | None) -> pd.DataFrame:
    return pd.DataFrame({"source": list(sources), "value": range(len(sources))})


@pytest.mark.parametrize("sources", [(), ("statfin",), ("statfin", "kela")])
def test_what_is_public_already_passes_unchanged(sources):
    table = of(*sources)
    pd.testing.assert_frame_equal(protect(table), of(*sources))


def test_a_category_without_rows_is_no_row():
    table = of("statfin")
    table["source"] = pd.Categorical(table["source"], categories=["statfin", "register"])
    assert protect(table) is table


def test_rows_of_a_made_up_register_pass_only_if_the_door_is_told():
    table = of("register", "survey", "kela")
    assert protect(table, made_up=True) is table


def test_an_unknown_policy_is_named_with_those_there_are():
    with pytest.raises(UsageError, match="nosuch is not a disclosure policy; choose tyonv5, svt3"):
        protect(of("statfin"), policy="nosuch")
