import pytest

from fixtures.snapshots import write_text
from indicators.computing import compute, compute_all
from indicators.errors import UsageError
from indicators.settings.loading import load_settings


def test_months_may_be_a_text_or_a_list_in_any_order(tmp_path):
    write_text(tmp_path)
    for months in ("2022-01..2022-02", ["2022-02", "2022-01", "2022-02"]):
        table = compute(months, statfin=str(tmp_path), groups={})
        assert list(table["month"].unique()) == ["2022-01", "2022-02"]
        assert len(table) == 6 * 2 * 3


def test_the_groups_are_those_of_the_settings_unless_given(tmp_path):
    write_text(tmp_path)
    table = compute("2022-01", statfin=tmp_path)
    assert set(load_settings().groups) < set(table["area"])
    given = compute("2022-01", statfin=tmp_path, groups={"PAIR": ["KU398", "KU098"]})
    assert set(given["area"]) == {"KU098", "KU398", "SSS", "PAIR"}


def test_a_month_that_is_held_is_enough(tmp_path):
    write_text(tmp_path)
    table = compute("2022-02..2022-03", statfin=tmp_path, groups={})
    rows = table[table["indicator"] == "unemployment_share"].set_index(["month", "area"])["status"]
    assert rows["2022-02", "SSS"] == "normal"
    assert rows["2022-03", "SSS"] == "not_available"


@pytest.mark.parametrize(
    ("months", "told"),
    [
        ("2022-03", "no figures of 2022-03: the snapshots hold 2022-01..2022-02; ask for these"),
        (["2021-11", "2022-03"], "no figures of 2021-11..2022-03: "),
        (["2022-13"], "2022-13 is not a month"),
        ([], "no month is asked for"),
    ],
)
def test_wrong_months_are_wrong_use(tmp_path, months, told):
    write_text(tmp_path)
    with pytest.raises(UsageError) as caught:
        compute(months, statfin=tmp_path, groups={})
    assert str(caught.value).startswith(told)


def test_every_month_held_is_computed_with_the_series_beside(tmp_path):
    write_text(tmp_path)
    table = compute_all(["2022-02"], statfin=tmp_path, groups={})
    assert list(table.indicators["month"].unique()) == ["2022-01", "2022-02"]
    assert set(table.context["indicator"]) == {
        *("open_vacancies", "unemployed_over_50", "laid_off")
    }
    assert table.snapshots.areas == ("KU098", "KU398", "SSS")
    with pytest.raises(UsageError, match=r"^no figures of 2022-03: "):
        compute_all(["2022-02", "2022-03"], statfin=tmp_path, groups={})
