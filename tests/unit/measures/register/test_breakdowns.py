"""What can be crossed and restricted, and what is said of the rest."""

import pytest

from indicators import Choices, compute, read_register
from indicators.errors import DataError, UsageError
from indicators.measures.register.breakdown import describe_restriction, read_breakdown
from indicators.synthetic.synthesise import synthesise
from indicators.tallies.axes import PLAIN

MONTH = "2022-05"
CHOICES = Choices(trial_offices=["1530"], parameters={})


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people") / "register"
    synthesise(folder, persons=400, seed=5, layout="canonical")
    return folder


def computed(register, **how):
    return compute(MONTH, register=register, groups={}, choices=CHOICES, **how)


def test_every_way_of_writing_is_the_same():
    ways = [[("sex", "age_group")], [["sex", "age_group"]], ["sex*age_group"], "sex*age_group"]
    assert len({read_breakdown(way) for way in ways}) == 1
    assert read_breakdown((), {"sex": "women"}) == read_breakdown([], {"sex": ["women"]})
    assert read_breakdown() is PLAIN


def test_all_that_cannot_be_used_is_named_at_once():
    with pytest.raises(UsageError) as caught:
        read_breakdown(
            [("sex", "ages"), ("sex",), ("sex", "sex"), ("item", "sex"), ("sex", "origin"),
             ("origin", "sex")],
            {"sx": "women", "sex": ["women", "girls"], "origin": []},
        )  # fmt: skip
    told = str(caught.value)
    assert caught.value.exit_status == 2
    assert told.startswith("cross and where: 8 names cannot be used:")
    for part in (
        "cross sex*ages: no dimension of persons is called 'ages'; known are sex, age_group",
        "cross sex: name two or more dimensions",
        "cross sex*sex: a dimension stands there twice",
        "cross item*sex: item is a dimension of satisfaction alone",
        "cross origin*sex: is asked for already",
        "where sx: no dimension of persons is called 'sx'",
        "where sex: no category is called 'girls'; known are men, women",
        "where origin: names no category; known are finnish, foreign",
    ):
        assert part in told


def test_a_restriction_that_names_no_dimension_says_how_to_write_it():
    for where in ("women", ["sex"], 7):
        with pytest.raises(UsageError, match=r"give categories by dimension, .*\"sex\": \"women\""):
            read_breakdown((), where)


def test_parameters_that_nothing_can_be_counted_by_are_named_at_once(register):
    own = {"unemployment_gap_days": "x", "nosuch": 1, "merge_layoff": 1}
    wrong = {"all": own, "flow_over_3_months": {"unemployment_gap_days": -1}, "gone": {"a": 1}}
    with pytest.raises(UsageError) as caught:
        compute(MONTH, register=register, groups={}, choices=Choices(["1530"], wrong))
    for part in (
        "all.unemployment_gap_days: must be of the kind of its default, 1",
        "all.nosuch: unknown parameter",
        "all.merge_layoff: must be of the kind of its default, True",
        "flow_over_3_months.unemployment_gap_days: must be 0 or more, not -1",
        "gone: no indicator has this id",
    ):
        assert part in str(caught.value)


def test_a_restriction_is_written_in_one_order():
    where = {"sex": "women", "age_group": ["50-", "25-29"]}
    assert describe_restriction(read_breakdown((), where)) == "age_group=25-29|50-, sex=women"


def test_women_of_fifty_and_over_are_a_row_and_what_is_not_crossed_is_said(register):
    notes = []
    found = computed(register, cross=[("sex", "age_group")], report_note=notes.append)
    rows = found[(found["indicator"] == "extended_unemployment") & (found["area"] == "SSS")]
    rows = rows[rows["population"] == "residents"].set_index(["dimension", "category"])["value"]
    women = rows["sex*age_group"][
        [name.startswith("women") for name in rows["sex*age_group"].index]
    ]
    assert women["women*50-"] > 0
    assert women.sum() == rows["sex", "women"]
    (note,) = notes
    assert note.startswith("not crossed")
    assert {"kela_benefits (kela)", "unemployment_share (register)"} <= set(
        note.partition(": ")[2].split(", ")
    )


def test_women_alone_are_the_rows_of_women_and_the_table_says_so(register):
    whole = computed(read_register(register))
    women = computed(register, where={"sex": "women"})
    assert list(women["where"].unique()) == ["sex=women"]
    key = ["indicator", "statistic", "area", "population"]
    ours = women[(women["dimension"] == "total") & (women["status"] == "normal")]
    theirs = whole[(whole["dimension"] == "sex") & (whole["category"] == "women")]
    both = ours.merge(theirs, on=key, suffixes=("", "_whole"))
    assert len(both) > 100
    assert (both["value"].fillna(-1) == both["value_whole"].fillna(-1)).all()
    of_everybody = women[women["source"] != "register"]
    assert set(of_everybody["status"]) == {"not_available"}
    assert of_everybody["value"].isna().all()


def test_areas_figures_are_not_taken_for_those_of_some(register, tmp_path):
    with pytest.raises(UsageError, match="where sex=women: StatFin's figures are of everybody"):
        computed(register, statfin=tmp_path, where={"sex": "women"})
    for how in ({"where": {"sex": "women"}}, {"cross": ["sex*origin"]}):
        with pytest.raises(UsageError, match="name a register"):
            compute(MONTH, statfin=tmp_path, groups={}, **how)


def test_a_table_of_some_persons_is_not_protected(register, tmp_path):
    from indicators import protect, table

    women = computed(register, where={"sex": "women"})
    for suffix in table.SUFFIXES:
        path = tmp_path / f"women{suffix}"
        table.write(women, path)
        with pytest.raises(DataError, match=r"is of some persons alone \(sex=women\)"):
            protect(table.read(path), groups={})
    whole = computed(register)
    with pytest.raises(DataError, match="published table 1: column where"):
        protect(whole, published=[women], groups={})
