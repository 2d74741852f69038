"""Sums over published cells, and which vintage holds what."""

import numpy as np

from fixtures.snapshots import write_cells
from indicators.sources.statfin.snapshots import PublishedSum, read_snapshots

CELLS = {
    ("KU016", "2022-01"): {"A": 5, "B": None},
    ("KU016", "2022-02"): {"A": 6, "B": 0},
    ("KU398", "2022-01"): {"A": 50, "B": 7},
    ("KU398", "2022-02"): {"A": None, "B": None},
}
COLUMNS = {"A": "TYOTTOMATLOPUSSA", "B": "LOMAUTETTU"}
MONTHS = ["2022-01", "2022-02", "2022-03"]


def snapshots_of(folder):
    cells = {
        key: {COLUMNS[name]: count for name, count in counts.items()}
        for key, counts in CELLS.items()
    }
    write_cells(folder, cells, vintage="2022-05-01")
    newer = {
        key: {"TYOTTOMATLOPUSSA": 9} for key in [*cells, ("KU560", "2022-01")] if "01" in key[1]
    }
    write_cells(folder, newer, vintage="2022-06-01")
    return read_snapshots(folder)


def test_a_vintage_holds_a_figure_only_with_all_its_columns(tmp_path):
    snapshots = snapshots_of(tmp_path)
    assert snapshots.areas == ("KU016", "KU398", "KU560")
    assert snapshots.months == ("2022-01", "2022-02")
    item = snapshots.holding(["TYOTTOMATLOPUSSA"], MONTHS)
    assert item.tolist() == [
        [[True, False, False], [True, False, False], [True, False, False]],
        [[True, True, False], [True, True, False], [False, False, False]],
    ]
    both = snapshots.holding(["TYOTTOMATLOPUSSA", "LOMAUTETTU"], MONTHS)
    assert not both[0].any()
    assert both[1].tolist() == item[1].tolist()


def test_columns_are_added_up_with_hidden_cells_counted_apart(tmp_path):
    total = snapshots_of(tmp_path).total(1, ["TYOTTOMATLOPUSSA", "LOMAUTETTU"], MONTHS)
    assert total.shown.tolist() == [[5, 6, 0], [57, 0, 0], [0, 0, 0]]
    assert total.hidden.tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 0]]
    assert total.cells.tolist() == [[2, 2, 0], [2, 2, 0], [0, 0, 0]]


def test_a_vintage_without_the_columns_gives_a_sum_over_no_cells(tmp_path):
    total = snapshots_of(tmp_path).total(0, ["LOMAUTETTU"], MONTHS)
    assert total.shown.shape == (3, 3)
    assert [array.any() for array in (total.shown, total.hidden, total.cells)] == [False] * 3


def test_areas_are_added_up_and_put_below_each_other():
    item = PublishedSum(np.array([[1.0], [2.0]]), np.array([[1], [0]]), np.array([[1], [1]]))
    both = item.above([item.over(np.array([0, 1]))]) + PublishedSum.nothing((3, 1))
    assert both.shown.tolist() == [[1], [2], [3]]
    assert both.hidden.tolist() == [[1], [0], [1]]
    assert both.cells.tolist() == [[1], [1], [2]]
    assert both.at(2.5).tolist() == [[3.5], [2], [5.5]]
    remaining = both.where(np.array([[False], [True], [True]]))
    assert (remaining.shown.tolist(), remaining.cells.tolist()) == (
        [[0], [2], [3]],
        [[0], [1], [2]],
    )
