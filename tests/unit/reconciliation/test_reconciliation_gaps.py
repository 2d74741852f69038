"""Which figures are compared, how large the gaps are, and which of them stop a run."""

from math import isnan, nan

import pytest
import small_tables
from small_tables import share

from indicators.errors import DataError
from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.report import COLUMNS, is_made_up


def reconciled(register, statfin, **how):
    how = {"tolerance": 0.02, "made_up": False, **how}
    return reconcile(
        small_tables.long_table("register", *register),
        small_tables.long_table("statfin", *statfin),
        **how,
    )


def only(register, statfin, **how):
    """The only row of the gap table of two figures."""
    table = reconciled([register], [statfin], **how).table
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == 1
    return table.iloc[0]


def test_the_gap_is_the_register_less_statfin():
    row = only({"value": 1025.0}, {"value": 1000.0})
    names = ["indicator", "statistic", "month", "area", "compared"]
    assert list(row[names]) == ["extended_unemployment", "value", "2022-02", "KU398", "value"]
    assert (row["register"], row["statfin"], row["gap"]) == (1025, 1000, 25)
    assert row["share"] == pytest.approx(0.025)
    assert not row["within"]


@pytest.mark.parametrize(
    ("register", "within"), [(980, True), (1020, True), (979, False), (1021, False)]
)
def test_a_gap_of_the_tolerance_is_within_it(register, within):
    assert only({"value": float(register)}, {"value": 1000.0})["within"] == within


def test_small_counts_have_a_tolerance_in_persons():
    how = {"tolerance_persons": 4}
    assert only({"value": 34.0}, {"value": 30.0}, **how)["within"]
    assert not only({"value": 35.0}, {"value": 30.0}, **how)["within"]
    assert only({"value": 1020.0}, {"value": 1000.0}, **how)["within"]


def test_percentages_are_held_against_persons_by_the_published_denominator():
    how = {"tolerance_persons": 4}
    assert only(share(34, 200), share(30, 200), **how)["within"]
    assert not only(share(35, 200), share(30, 200), **how)["within"]
    # The same people in another labour force: 30 of 150 are what 40 of 200 would be.
    assert not only(share(30, 150), share(30, 200), **how)["within"]


@pytest.mark.parametrize(
    ("register", "within"), [(995, True), (1030, True), (975.1, True), (974, False), (1051, False)]
)
def test_a_bounded_figure_agrees_between_its_bounds(register, within):
    bounded = {"value": 1010.0, "low": 995.0, "high": 1030.0, "status": "bounded"}
    row = only({"value": float(register)}, bounded)
    assert row["within"] == within
    assert (row["low"], row["high"]) == (995, 1030)
    assert row["gap"] == pytest.approx(register - 1010)


def test_of_nobody_there_is_no_share():
    row = only({"value": 3.0}, {"value": 0.0})
    assert isnan(row["share"])
    assert not row["within"]
    assert only({"value": 0.0}, {"value": 0.0})["within"]


def test_numerators_are_compared_where_statfin_has_no_denominator():
    foreign = {"indicator": "foreign_unemployment_share", "unit": "percent"}
    published = foreign | {"numerator": 50.0, "status": "not_available"}
    row = only(foreign | {"numerator": 51.0, "denominator": 300.0, "value": 17.0}, published)
    assert (row["compared"], row["register"], row["statfin"]) == ("numerator", 51, 50)
    assert row["within"]
    # In a percentage a gap of 1 would be a gap of 3 persons; here it is one of 1.
    assert not only(
        foreign | {"numerator": 52.0, "status": "not_available"}, published, tolerance_persons=1
    )["within"]


def test_numerators_are_compared_where_the_register_has_no_denominator():
    row = only(
        {"indicator": "unemployment_share", "numerator": 33.0, "status": "not_available"},
        share(30, 200),
    )
    assert (row["compared"], row["gap"]) == ("numerator", 3)


@pytest.mark.parametrize(
    ("register", "statfin"),
    [
        ({"value": 5.0}, {"value": 5.0, "month": "2022-03"}),
        ({"value": 5.0}, {"value": 5.0, "area": "KU098"}),
        ({"value": 5.0}, {"value": 5.0, "indicator": "job_offers"}),
        ({"value": 5.0}, {"value": 5.0, "statistic": "total"}),
        ({"value": 5.0, "population": "target_group"}, {"value": 5.0}),
        ({"value": 5.0, "dimension": "sex", "category": "men"}, {"value": 5.0}),
        ({"value": 5.0, "source": "kela"}, {"value": 5.0}),
        # Hidden by StatFin, or not seen by the register.
        ({"value": 5.0}, {"status": "suppressed"}),
        ({"status": "incomplete"}, {"value": 5.0, "numerator": 5.0}),
        # A group's numerator, and one with hidden cells, may be guesses.
        (
            {"numerator": 5.0, "value": 1.0, "area": "LAHTI5"},
            {"numerator": 5.0, "status": "not_available", "area": "LAHTI5"},
        ),
        (
            {"numerator": 5.0, "status": "not_available"},
            {"numerator": 5.0, "status": "bounded", "value": 7.0, "low": 6.0, "high": 8.0},
        ),
    ],
)
def test_what_is_not_the_same_figure_is_not_compared(register, statfin):
    found = reconciled([register], [statfin])
    assert found.table.empty
    assert list(found.table.columns) == list(COLUMNS)
    found.check()


def test_areas_that_the_extract_does_not_cover_are_left_out():
    figures = [{"area": area, "value": 7.0} for area in ("KU398", "KU091", "SSS")]

    def areas(asked):
        return list(reconciled(figures, figures, areas=asked).table["area"])

    assert areas(["KU398", "LAHTI5"]) == ["KU398"]
    assert areas(["SSS"]) == ["KU398", "KU091", "SSS"]
    assert areas(None) == ["KU398", "KU091", "SSS"]


FIGURES = [
    ({"value": 1000.0}, {"value": 1000.0}),
    ({"value": 1100.0, "month": "2022-03"}, {"value": 1000.0, "month": "2022-03"}),
    ({"value": 9.0, "area": "KU016"}, {"value": 0.0, "area": "KU016"}),
    ({"value": 600.0, "area": "KU098"}, {"value": 1000.0, "area": "KU098"}),
]


def found(**how):
    register, statfin = zip(*FIGURES, strict=True)
    return reconciled(register, statfin, **how)


def test_a_real_extract_that_lies_too_far_off_ends_the_run():
    with pytest.raises(DataError) as caught:
        found().check()
    assert caught.value.exit_status == 3
    assert caught.value.message.startswith("3 of 4 figures from the register lie too far")
    # The largest first, and no count of persons.
    assert caught.value.details == (
        "extended_unemployment, value, 2022-02, KU016: StatFin has nobody",
        "extended_unemployment, value, 2022-02, KU098: too far below StatFin's",
        "extended_unemployment, value, 2022-03, KU398: too far above StatFin's",
    )


def test_a_made_up_one_only_reports():
    found(made_up=True).check()
    assert len(found(made_up=True).outside) == 3


def test_a_real_extract_within_the_tolerance_goes_on():
    found(tolerance=0.4, tolerance_persons=9).check()


def test_many_gaps_are_not_all_named():
    register = [{"value": 5.0, "month": f"20{year}-01"} for year in range(10, 40)]
    statfin = [row | {"value": 100.0} for row in register]
    with pytest.raises(DataError) as caught:
        reconciled(register, statfin).check()
    assert len(caught.value.details) == 21
    assert caught.value.details[-1] == "and 10 more: see the gap table"


def test_the_file_holds_the_table(tmp_path):
    found().write_csv(tmp_path / "gaps.csv")
    lines = (tmp_path / "gaps.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    plain = "extended_unemployment,value,2022-02,KU398,value,1000.0,1000.0,,,0.0,0.0,true"
    assert lines[1] == plain
    assert lines[3].endswith(",KU016,value,9.0,0.0,,,9.0,,false")
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("source", "made_up"),
    [("synthetic (made up)", True), ("Made up for a test", True), ("KEHA-keskus 2023", False)],
)
def test_what_is_made_up_says_so(source, made_up):
    assert is_made_up(source) == made_up


def test_rows_in_any_order_give_the_same_figures():
    register, statfin = zip(*FIGURES, strict=True)
    turned = reconciled(register[::-1], statfin, made_up=True)
    assert turned.table.equals(found(made_up=True).table)


def test_a_missing_tolerance_in_persons_is_none():
    assert not only({"value": 5.0}, {"value": 4.0, "numerator": nan})["within"]
