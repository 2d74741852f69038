"""The search in large tables: cheapest movements, values of what nobody knows, and safety."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from fixtures.examples import examples
from indicators.disclosure.candidates import MinimalShift
from indicators.disclosure.counts import SuppressibleRows
from indicators.disclosure.feasibility import Block, FeasibleRange, independent_blocks
from indicators.disclosure.safety import AttackerModel, find_unsafe_counts, with_feasible_values
from indicators.disclosure.secondary import choose_heuristically, without_unprotectable
from indicators.disclosure.worlds import Worlds, proved_safe

SHAPE = (5, 4)


def two_way(draw: np.random.Generator, shape: tuple[int, int] = SHAPE) -> AttackerModel:
    """A table of counts with its totals along both sides, last in each."""
    inner = draw.poisson(draw.choice([2.0, 6.0, 40.0], size=shape))
    whole = np.zeros((shape[0] + 1, shape[1] + 1))
    whole[:-1, :-1] = inner
    whole[-1, :-1], whole[:-1, -1], whole[-1, -1] = inner.sum(0), inner.sum(1), inner.sum()
    place = np.arange(whole.size).reshape(whole.shape)
    lines = [*place, *place.T]
    matrix = np.zeros((len(lines), whole.size))
    for equation, line in enumerate(lines):
        matrix[equation, line] = 1.0
        matrix[equation, line[-1]] = -1.0
    value = whole.ravel()
    small = (value > 0) & (value < 5)
    none = np.zeros(len(value), bool)
    return AttackerModel(sparse.csr_array(matrix), value, value > 0, ~small & (value > 0), 4, none)


def a_row_each(system: AttackerModel, cost: np.ndarray) -> SuppressibleRows:
    """One row a count; the small ones must be hidden, zeros cannot be."""
    at = np.arange(len(system.value))
    hidden = (system.value > 0) & ~system.coverable
    return SuppressibleRows(at, at, np.where(system.value > 0, cost, np.inf), hidden)


@pytest.mark.parametrize("seed", range(examples(5)))
def test_a_movement_is_the_cheapest_there_is(seed):
    draw = np.random.default_rng(seed)
    system = two_way(draw)
    (block,) = independent_blocks(system.matrix, system.value > 0, system.value)
    value, cost = system.value[block.columns], draw.random(len(block.columns))
    movement = MinimalShift(block, value)
    movement.price(cost)
    for column in draw.choice(len(value), 6, replace=False).tolist():
        by = float(draw.choice([-1.0, 2.0]))
        matrix = np.hstack([block.matrix.toarray(), -block.matrix.toarray()])
        bounds = [(0, None)] * len(value) + [(0, most) for most in value]
        present = column if by > 0 else column + len(value)
        bounds[present] = (abs(by), bounds[present][1])
        bounds[(present + len(value)) % (2 * len(value))] = (0, 0)
        result = linprog(np.tile(cost, 2), A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
        moved = movement.move(column, by)
        assert (moved is None) == (result.status == 2)
        if moved is not None:
            np.testing.assert_allclose(cost @ abs(moved), result.fun, atol=1e-6)
            np.testing.assert_allclose(block.matrix @ moved, 0, atol=1e-6)
            assert moved[column] * np.sign(by) >= abs(by) - 1e-6
            assert (value + moved >= -1e-6).all()


def test_a_barred_count_stays():
    system = two_way(np.random.default_rng(1))
    (block,) = independent_blocks(system.matrix, system.value > 0, system.value)
    movement = MinimalShift(block, system.value[block.columns])
    movement.price(np.ones(len(block.columns)))
    free = movement.move(0, 1.0)
    other = int(np.flatnonzero(abs(free) > 0.5)[1])
    movement.bar(np.array([other]))
    assert movement.move(0, 1.0)[other] == 0
    movement.bar(np.array([], int))
    assert abs(movement.move(0, 1.0)).sum() == pytest.approx(abs(free).sum())


@pytest.mark.parametrize("seed", range(examples(8)))
def test_what_is_chosen_is_safe_and_every_row_of_it_needed_or_dear(seed):
    draw = np.random.default_rng(seed)
    system = two_way(draw, (8, 6))
    rows = a_row_each(system, 1 + draw.random(len(system.value)))
    guarded = rows.hidden
    chosen, _ = choose_heuristically(system, rows, guarded)
    assert chosen[rows.hidden].all()
    assert not told(system, rows, guarded, chosen)
    for item in np.flatnonzero(chosen & ~rows.hidden):
        assert told(system, rows, guarded, chosen & (np.arange(len(chosen)) != item))


@pytest.mark.parametrize("seed", range(examples(8)))
def test_worlds_prove_what_is_safe_and_nothing_else(seed):
    draw = np.random.default_rng(seed)
    system = two_way(draw, (8, 6))
    rows = a_row_each(system, 1 + draw.random(len(system.value)))
    chosen, worlds = choose_heuristically(system, rows, rows.hidden)
    hidden = rows.leave_hidden(chosen, len(system.value))
    assert proved_safe(system, hidden, worlds)[rows.hidden].all()
    # Some rows are shown again: what moves their counts proves nothing any more.
    some = chosen & (rows.hidden | (draw.random(len(chosen)) < 0.5))
    hidden = rows.leave_hidden(some, len(system.value))
    proved = proved_safe(system, hidden, worlds) & rows.hidden
    assert not proved[told(system, rows, rows.hidden, some)].any()
    # Nor does what contradicts an equation, or another value than the true one.
    moves = worlds.movements.tolil()
    moves[int(np.flatnonzero(rows.hidden)[0])] = 5.0
    assert not proved_safe(system, hidden, Worlds(worlds.value, moves.tocsr())).any()
    assert not proved_safe(system, hidden, Worlds(worlds.value + 1, worlds.movements)).any()


def told(
    system: AttackerModel, rows: SuppressibleRows, guarded: np.ndarray, chosen: np.ndarray
) -> list[int]:
    """Counts that the attack written apart of the search tells."""
    hidden = rows.leave_hidden(chosen, len(system.value))
    found = independent_blocks(system.matrix, hidden, system.value)
    return [leak.count for block in found for leak in find_unsafe_counts(system, block, guarded)]


def test_a_count_that_cannot_be_saved_is_not_looked_after():
    # a + b = 5 is out with a hidden and b = 3 shown: a, which nobody holds now, is 2 for everyone.
    matrix = sparse.csr_array([[1.0, 1.0, -1.0, 0.0], [0.0, 0.0, 1.0, -1.0]])
    value = np.array([np.nan, 3.0, 5.0, 5.0])
    none = np.zeros(4, bool)
    system = AttackerModel(matrix, value, np.array([True] * 4), none, 4, none)
    rows = SuppressibleRows(
        np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([np.inf]), np.array([False])
    )
    guarded = np.array([True, False, False, False])
    assert not without_unprotectable(system, rows, guarded).any()
    assert (
        choose_heuristically(system, rows, without_unprotectable(system, rows, guarded)) is not None
    )


def test_values_of_what_nobody_knows_satisfy_what_can_be_satisfied():
    # Three counts nobody knows: a + b = 7, b + c = 9, and a = −2, which cannot be.
    matrix = sparse.csr_array(
        [
            [1.0, 1.0, 0.0, -1.0, 0.0, 0.0],
            [0.0, 1.0, 1.0, 0.0, -1.0, 0.0],
            [1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        ]
    )
    value = np.array([np.nan, np.nan, np.nan, 7.0, 9.0, 2.0])
    none = np.zeros(6, bool)
    system = AttackerModel(matrix, value, np.array([True] * 6), none, 4, none)
    known = with_feasible_values(system)
    assert known.matrix.shape[0] == 2
    assert (known.value[:3] >= 1 - 1e-6).all()
    np.testing.assert_allclose(known.matrix @ known.value, 0, atol=1e-6)


def test_small_blocks_are_put_together():
    matrix = sparse.csr_array(np.kron(np.eye(6), [[1.0, -1.0]]))
    hidden, value = np.ones(12, bool), np.zeros(12)
    apart = independent_blocks(matrix, hidden, value)
    together = independent_blocks(matrix, hidden, value, together=4)
    assert [len(item.columns) for item in apart] == [2] * 6
    assert [len(item.columns) for item in together] == [4] * 3
    assert isinstance(together[0], Block)
    joined = np.concatenate([item.columns for item in together])
    np.testing.assert_array_equal(np.sort(joined), np.arange(12))


def test_counts_that_vary_against_each_other_are_not_fixed():
    # a + b = 5, c + d = 4, c = 3: the sums of both pairs are fixed, and so are c and d.
    matrix = sparse.csc_array([[1.0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]])
    at = np.arange(4)
    block = Block(at, at[:3], matrix, np.array([5.0, 4.0, 3.0]))
    reach = FeasibleRange(block, np.zeros(4), np.zeros(4))
    assert reach.fixed(at).tolist() == [2, 3]
    np.testing.assert_allclose(reach.low[2:], [3, 1])
