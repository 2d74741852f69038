"""Tallies: cell codes, counting, adding up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.tallies import axes
from indicators.tallies import tallies as counting
from indicators.tallies.axes import Axes
from indicators.tallies.tallies import Tallies, add_up, narrowed

AXES = Axes(3, ("098", "398"), (("PAIR", (0, 1)), ("LAHTI", (1,)), ("NONE", ())))
NOWHERE = 2
CELL = st.fixed_dictionaries(
    {
        "area": st.integers(0, 2),
        "trial": st.integers(0, 1),
        "target": st.integers(0, 1),
        "line": st.integers(0, 5),
        "age": st.integers(-1, 3),
        "sex": st.integers(-1, 1),
        "origin": st.integers(-1, 1),
    }
)
EVENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), CELL), max_size=12)


def encode(cells):
    names = ["area", "trial", "target", "line", "age", "sex", "origin"]
    columns = {name: np.array([cell[name] for cell in cells], np.int64) for name in names}
    return axes.encode_cell(columns.pop("area"), **columns)


def places(cell):
    """Every (area, population, category) that a cell counts in."""
    areas = ["SSS"]
    if cell["area"] != NOWHERE:
        areas += [("KU098", "KU398")[cell["area"]], "PAIR"]
        areas += ["LAHTI"] if cell["area"] == 1 else []
    populations = ["residents"]
    populations += ["target_group"] * cell["target"] + ["trial_office"] * cell["trial"]
    categories = [("total", "total"), ("service_line", axes.LINES[cell["line"]])]
    named = {"sex": axes.SEXES, "age_group": axes.AGE_GROUPS, "origin": axes.ORIGINS}
    for dimension, of in zip(named, ("sex", "age", "origin"), strict=True):
        if cell[of] >= 0:
            categories.append((dimension, named[dimension][cell[of]]))
    return [
        (
            AXES.areas.index(area),
            axes.POPULATIONS.index(population),
            axes.CATEGORIES.index(category),
        )
        for area in areas
        for population in populations
        for category in categories
    ]


def columns(drawn):
    numbers = [np.array([event[at] for event in drawn], np.int64) for at in (0, 1)]
    return *numbers, encode([cell for _, _, cell in drawn])


@given(EVENTS)
def test_events_count_wherever_they_belong(drawn):
    weight, month, code = columns(drawn)
    expected = np.zeros((2, *AXES.shape), np.int64)
    for number, at, cell in drawn:
        for place in places(cell):
            expected[0][(at, *place)] += 1
            expected[1][(at, *place)] += number
    assert (axes.add_up_cells(counting.count_events(AXES, month, code), AXES) == expected[0]).all()
    assert (
        axes.add_up_cells(counting.count_events(AXES, month, code, weight), AXES) == expected[1]
    ).all()


@given(EVENTS)
def test_a_unit_counts_once_in_an_area_and_once_in_those_above(drawn):
    unit, month, code = columns(drawn)
    met = {(number, at, place) for number, at, cell in drawn for place in places(cell)}
    expected = np.zeros(AXES.shape, np.int64)
    for _, at, place in met:
        expected[(at, *place)] += 1
    alone, several = counting.count_distinct(AXES, unit, month, code)
    assert (axes.add_up_cells(alone, AXES) + several == expected).all()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), CELL), max_size=8))
def test_stocks_are_there_from_entry_until_they_leave(drawn):
    entry, long, code = columns(drawn)
    leave = np.minimum(entry + long, AXES.months)
    changes = counting.count_stock(AXES, entry, leave, code)
    expected = np.zeros(AXES.raw_shape, np.int64)
    for at, until, item in zip(entry, leave, code, strict=True):
        once = np.array([at]), np.array([item], np.int32)
        month = counting.count_events(AXES, *once)[at]
        expected[at:until] += month
    assert (counting.stock_levels(changes) == expected).all()


@given(CELL, CELL)
def test_a_line_can_be_that_of_another_day(cell, other):
    code, wanted = encode([cell]), encode([{**cell, "line": other["line"]}])
    assert axes.replace_service_line(code, encode([other])).tolist() == wanted.tolist()


def tallies(*numbers, dtype=np.int32):
    listed = (np.array(numbers), np.array(numbers, "S"))
    return Tallies({"a": np.array(numbers, dtype)}, {"b": listed})


def test_tallies_add_up_by_name():
    whole = add_up([tallies(1, 2).of("x"), tallies(3, 4).of("x"), tallies(5).of("y")])
    assert {name: item.tolist() for name, item in whole.sums.items()} == {"x.a": [4, 6], "y.a": [5]}
    assert [column.tolist() for column in whole.lists["x.b"]] == [
        [1, 2, 3, 4],
        [b"1", b"2", b"3", b"4"],
    ]


@pytest.mark.parametrize(
    ("most", "dtype"), [(127, np.int8), (128, np.int16), (2**15 - 1, np.int16), (2**15, np.int32)]
)
def test_counts_are_sent_narrow_and_added_wide(most, dtype):
    sent = narrowed(tallies(-most, 0))
    assert sent.sums["a"].dtype == dtype
    whole = add_up([sent, narrowed(tallies(-most, 1))])
    assert whole.sums["a"].tolist() == [-2 * most, 1]


def test_sums_keep_their_width():
    assert narrowed(tallies(1, dtype=np.int64)).sums["a"].dtype == np.int64
