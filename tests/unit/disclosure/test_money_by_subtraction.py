"""Money of fewer than ten persons is not what a sum and its other parts leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators import protect, table

# Every table is protected and attacked.
pytestmark = pytest.mark.slow

AREAS, PATHS = ("KU398", "KU098"), ("none", "work", "training", "coaching")
GROUPS = {"LAHTI2": AREAS}


def row(statistic: str, unit: str, area: str, path: str, *numbers: float) -> dict[str, Any]:
    dimension = ("total", "total") if path == "total" else ("following_sequence", path)
    key = ("path_costs", statistic, "2022-02", area, "residents", *dimension)
    rest = (*numbers, np.nan, np.nan, unit, "normal", None, "register", "2023-06-30")
    return dict(zip(table.COLUMNS, (*key, *rest), strict=True))


def made(persons: dict[tuple[str, str], int], each: dict[tuple[str, str], float]) -> pd.DataFrame:
    """A table of these cells, of their totals and of the group."""
    rows = []
    for area in (*AREAS, "LAHTI2"):
        members = AREAS if area == "LAHTI2" else (area,)
        for path in ("total", *PATHS):
            paths = PATHS if path == "total" else (path,)
            cells = [(one, of) for one in members for of in paths]
            n = sum(persons[cell] for cell in cells)
            euros = sum(persons[cell] * each[cell] for cell in cells)
            if n:
                values = (euros, n, euros / n)
                rows.append(row("euros_per_person", "euros_per_person", area, path, *values))
            rows.append(row("open_market_share", "percent", area, path, 0, n, 0 if n else np.nan))
    return pd.DataFrame(rows, columns=list(table.COLUMNS))


def of_money(result: pd.DataFrame) -> dict[tuple[str, str], bool]:
    """Which amounts are shown, by area and path."""
    money = result[result["statistic"] == "euros_per_person"]
    keys = zip(money["area"].astype(str), money["category"].astype(str), strict=True)
    return dict(zip(keys, money["value"].notna(), strict=True))


def test_what_two_small_paths_cost_together_is_not_left_over() -> None:
    persons = dict.fromkeys([(area, path) for area in AREAS for path in PATHS], 0)
    of = {"none": 120, "work": 60, "training": 40, "coaching": 7}
    persons |= {("KU398", path): number for path, number in of.items()}
    each = dict.fromkeys(persons, 900.0) | {("KU398", "none"): 0.0}
    shown = of_money(protect(made(persons, each), groups=GROUPS))
    # 7 persons are too few, and so is what all but 40 leave of the whole; who cost nothing stays.
    assert [path for path in PATHS if shown["KU398", path]] == ["none", "work"]
    assert shown["KU398", "total"]


def test_nothing_more_is_hidden_where_enough_persons_are_left() -> None:
    persons = dict.fromkeys([(area, path) for area in AREAS for path in PATHS], 30)
    persons |= {("KU398", "training"): 6, ("KU398", "coaching"): 6}
    shown = of_money(protect(made(persons, dict.fromkeys(persons, 900.0)), groups=GROUPS))
    hidden = {cell for cell, is_shown in shown.items() if not is_shown}
    # In the group the 30 of Hollola are what the two of Lahti are known by, were both shown.
    assert {("KU398", "training"), ("KU398", "coaching")} <= hidden
    assert len(hidden) <= 4


@pytest.mark.parametrize("seed", range(6))
def test_no_combination_of_what_is_shown_gives_a_cell_of_too_few(seed: int) -> None:
    """The slow twin: a cell is known if it is in the row space of what is shown and all sums."""
    rng = np.random.default_rng(seed)
    cells = [(area, path) for area in AREAS for path in PATHS]
    persons = {cell: int(rng.choice([0, 3, 6, 8, 12, 25, 60])) for cell in cells}
    each = {cell: float(rng.integers(100, 5000)) for cell in cells}
    shown = of_money(protect(made(persons, each), groups=GROUPS))
    every = [(area, path) for area in (*AREAS, "LAHTI2") for path in ("total", *PATHS)]
    place = {cell: at for at, cell in enumerate(every)}
    sums = [
        *(((area, "total"), [(area, path) for path in PATHS]) for area in (*AREAS, "LAHTI2")),
        *((("LAHTI2", path), [(area, path) for area in AREAS]) for path in ("total", *PATHS)),
    ]
    # A cell without persons has no row, and everybody sees that it holds nothing.
    known = [cell for cell in every if shown.get(cell, True)]
    equations = np.zeros((len(sums) + len(known), len(every)))
    for at, (whole, parts) in enumerate(sums):
        equations[at, [place[whole], *(place[part] for part in parts)]] = [-1, *(1 for _ in parts)]
    for at, cell in enumerate(known, start=len(sums)):
        equations[at, place[cell]] = 1
    rank = np.linalg.matrix_rank(equations)
    for cell in (each_cell for each_cell, number in persons.items() if 0 < number < 10):
        unit = np.zeros((1, len(every)))
        unit[0, place[cell]] = 1
        assert np.linalg.matrix_rank(np.vstack([equations, unit])) > rank, cell
