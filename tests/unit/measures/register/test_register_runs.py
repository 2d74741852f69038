"""Interval kernels against sets of whole numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indicators.measures.register import interval_ops
from indicators.measures.register.interval_ops import Intervals

POINTS = st.integers(0, 40)
INTERVALS = st.lists(st.tuples(POINTS, st.integers(1, 9)), max_size=8)
KEYS = st.lists(POINTS, max_size=10)


def array(numbers):
    return np.array(list(numbers), np.int64)


def intervals(drawn):
    """As drawn: in any order, overlapping."""
    return Intervals(
        array(start for start, _ in drawn), array(start + long for start, long in drawn)
    )


def united(drawn):
    item = intervals(drawn)
    return interval_ops.merge(item.start, item.stop)


def sets(item):
    return [set(range(start, stop)) for start, stop in zip(item.start, item.stop, strict=True)]


def points(item):
    return set().union(*sets(item))


@given(INTERVALS)
def test_merged_intervals_are_the_union_and_stand_apart(drawn):
    merged = united(drawn)
    assert points(merged) == points(intervals(drawn))
    assert (merged.start[1:] > merged.stop[:-1]).all()


@given(INTERVALS, st.integers(1, 7))
def test_a_gap_is_measured_from_the_latest_stop_so_far(drawn, gap):
    chains: list[list[int]] = []
    for start, long in sorted(drawn):
        if chains and start <= chains[-1][1] + gap:
            chains[-1][1] = max(chains[-1][1], start + long)
        else:
            chains.append([start, start + long])
    item = intervals(drawn)
    merged = interval_ops.merge(item.start, item.stop, gap)
    assert np.stack([merged.start, merged.stop], axis=1).tolist() == chains


@given(INTERVALS, INTERVALS)
def test_pieces_are_the_overlaps(left, right):
    item, other = intervals(left), united(right)
    pieces = interval_ops.intersect(item, other)
    expected = [
        (at, by, a & b)
        for at, a in enumerate(sets(item))
        for by, b in enumerate(sets(other))
        if a & b
    ]
    found = zip(pieces.left.tolist(), pieces.right.tolist(), sets(pieces.intervals), strict=True)
    assert list(found) == expected


@given(INTERVALS, INTERVALS)
def test_what_is_left_is_the_difference(left, right):
    item, other = united(left), united(right)
    assert points(interval_ops.subtract(item, other).intervals) == points(item) - points(other)


@given(INTERVALS, KEYS)
def test_who_covers_a_key(drawn, keys):
    item = united(drawn)
    for key, at in zip(keys, interval_ops.index_covering(item, array(keys)).tolist(), strict=True):
        covering = [place for place, set_ in enumerate(sets(item)) if key in set_]
        assert covering == ([at] if at >= 0 else [])


@given(INTERVALS, KEYS)
def test_of_spells_that_cover_a_key_the_last_started(drawn, keys):
    spells = intervals(sorted(drawn))
    for key, at in zip(
        keys, interval_ops.latest_index_covering(spells, array(keys)).tolist(), strict=True
    ):
        starts = [start for start, long in sorted(drawn) if start <= key < start + long]
        assert (spells.start[at] if at >= 0 else None) == max(starts, default=None)


@given(INTERVALS, KEYS)
def test_covered_places_before_a_key(drawn, keys):
    item = united(drawn)
    found = interval_ops.covered_before(item, array(keys)).tolist()
    assert found == [sum(point < key for point in points(item)) for key in keys]


@given(KEYS, POINTS, POINTS)
def test_a_point_within(held, low, high):
    (found,) = interval_ops.any_within(array(sorted(held)), array([low]), array([high]))
    assert found == any(low <= point < high for point in held)


@given(INTERVALS)
def test_every_place_of_every_run(drawn):
    item = intervals(drawn)
    key, run = interval_ops.expand(item)
    expected = [(point, at) for at, set_ in enumerate(sets(item)) for point in sorted(set_)]
    assert list(zip(key.tolist(), run.tolist(), strict=True)) == expected


@given(KEYS)
def test_distinct_keys_stand_in_order(keys):
    assert interval_ops.distinct_keys(array(keys)).tolist() == sorted(set(keys))


@given(st.integers(0, 10**7), st.integers(-130_000, 130_001))
def test_a_key_tells_person_and_day(who, day):
    key = interval_ops.day_key(array([who]), array([day]))
    assert (interval_ops.person_of(key)[0], interval_ops.day_of(key)[0]) == (who, day)


def test_persons_never_touch():
    ends = interval_ops.day_key(array([0]), array([130_001]))
    begins = interval_ops.day_key(array([1]), array([-130_000]))
    merged = interval_ops.merge(
        array([ends[0] - 1, begins[0]]), array([ends[0], begins[0] + 1]), 1000
    )
    assert len(merged) == 2
