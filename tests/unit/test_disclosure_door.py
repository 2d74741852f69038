import pandas as pd
import pytest

from indicators.disclosure import protect
from indicators.errors import DisclosureError


def of(*sources: str | None) -> pd.DataFrame:
    return pd.DataFrame({"source": list(sources), "value": range(len(sources))})


@pytest.mark.parametrize("sources", [(), ("statfin",), ("statfin", "kela")])
def test_what_is_public_already_passes_unchanged(sources):
    table = of(*sources)
    pd.testing.assert_frame_equal(protect(table), of(*sources))


@pytest.mark.parametrize("kind", ["category", object])
@pytest.mark.parametrize(
    ("sources", "named"),
    [
        (("statfin", "register"), "register"),
        (("survey", "register", "statfin"), "register, survey"),
        (("statfin", None), "no source"),
        (("StatFin",), "StatFin"),
    ],
)
def test_a_table_with_any_other_row_is_refused_whole(sources, named, kind):
    with pytest.raises(DisclosureError) as caught:
        protect(of(*sources).astype({"source": kind}))
    assert caught.value.exit_status == 4
    assert str(caught.value).startswith(f"the table has rows of {named}, which are not public;")


def test_a_category_without_rows_is_no_row():
    table = of("statfin")
    table["source"] = pd.Categorical(table["source"], categories=["statfin", "register"])
    assert protect(table) is table


def test_rows_of_a_made_up_register_pass_only_if_the_door_is_told():
    table = of("register", "survey", "kela")
    assert protect(table, made_up=True) is table
    with pytest.raises(DisclosureError):
        protect(table)
