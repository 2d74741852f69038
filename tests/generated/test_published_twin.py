"""The long table against a slow, obvious twin, written from the contract and not from the code.

The twin goes through areas, months and cells one by one, and finds the bounds of a figure by trying
all that its hidden cells can add up to.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.examples import examples
from fixtures.snapshots import SERVICES, write_cells
from indicators.catalogue.loading import load_catalogue
from indicators.measures.published import published_table
from indicators.sources.statfin.snapshots import read_snapshots

# Counts are below ten million: a double is wrong in the sixteenth digit at most.
TOLERANCE = 1e-12
CATALOGUE = load_catalogue()

AREAS = ("ELY04", "KU016", "KU316", "KU398", "MK07", "SSS")
MONTHS = ("2021-12", "2022-01", "2022-02", "2022-03")
DAYS = ("2022-05-01", "2022-10-31", "2023-12-05")
UNEMPLOYED, LABOUR_FORCE = "TYOTTOMATLOPUSSA", "TYOVOIMATK"
OTHERS = ("TYOTTOMATULK", "TYOTTOMAT25", "PITKAAIKAISTYOTTOMAT")

Cells = dict[tuple[str, str], dict[str, int | None]]
Vintages = dict[str, Cells]


class Told(NamedTuple):
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    status: str
    vintage: str | None


NOTHING = Told(None, None, None, None, None, "not_available", None)


def a_count(cells: list[int | None], vintage: str) -> Told:
    """A sum of cells: each hidden one is 1, 2, 3 or 4, in the value 2.5."""
    shown = sum(cell for cell in cells if cell is not None)
    hidden = cells.count(None)
    if len(cells) == 1 and hidden:
        return Told(None, None, None, None, None, "suppressed", vintage)
    if hidden:
        middle = shown + 2.5 * hidden
        possible = [shown + extra for extra in range(hidden, 4 * hidden + 1)]
        return Told(middle, None, middle, min(possible), max(possible), "bounded", vintage)
    return Told(shown, None, shown, None, None, "normal", vintage)


def a_share(part: list[int | None], rest: list[int | None], base: bool, vintage: str) -> Told:
    """Percent of a part in a base, or in the whole that it makes with a rest."""
    item, other = a_count(part, vintage), a_count(rest, vintage)
    whole = other if base else a_count([*part, *rest], vintage)
    result = Told(item.numerator, whole.numerator, None, None, None, "not_available", vintage)
    if base and "suppressed" in (item.status, other.status):
        return result._replace(status="suppressed")
    assert item.value is not None
    assert whole.value is not None
    if whole.value == 0:
        return result
    value = 100 * item.value / whole.value
    if whole.status == "normal" and item.status == "normal":
        return result._replace(value=value, status="normal")
    shown = [sum(cell for cell in cells if cell is not None) for cells in (part, rest)]
    hidden = [part.count(None), rest.count(None)]
    possible = [
        100 * (shown[0] + p) / (shown[1] + r if base else shown[0] + p + shown[1] + r)
        for p in range(hidden[0], 4 * hidden[0] + 1)
        for r in range(hidden[1], 4 * hidden[1] + 1)
    ]
    return result._replace(value=value, low=min(possible), high=max(possible), status="bounded")


def a_numerator(cells: list[int | None], vintage: str) -> Told:
    """A share whose denominator is not published."""
    result = a_count(cells, vintage)
    if result.status == "suppressed":
        return result
    return Told(result.numerator, None, None, None, None, "not_available", vintage)


def twin(vintages: Vintages, members: list[str], month: str, indicator: str) -> Told:
    columns = {
        "unemployment_share": [UNEMPLOYED, LABOUR_FORCE],
        "foreign_unemployment_share": ["TYOTTOMATULK"],
        "youth_unemployment_share": ["TYOTTOMAT25"],
        "extended_unemployment": [UNEMPLOYED, *SERVICES],
        "structural_unemployment": ["PITKAAIKAISTYOTTOMAT"],
        "activation_rate": [UNEMPLOYED, *SERVICES],
    }[indicator]
    for vintage in sorted(vintages, reverse=True):
        rows = [vintages[vintage].get((member, month), {}) for member in members]
        if not all(column in row for row in rows for column in columns):
            continue
        cells = {column: [row[column] for row in rows] for column in columns}
        every = [cell for column in columns for cell in cells[column]]
        if indicator == "unemployment_share":
            return a_share(cells[UNEMPLOYED], cells[LABOUR_FORCE], True, vintage)
        if indicator == "activation_rate":
            services = [cell for column in SERVICES for cell in cells[column]]
            return a_share(services, cells[UNEMPLOYED], False, vintage)
        if indicator in ("foreign_unemployment_share", "youth_unemployment_share"):
            return a_numerator(every, vintage)
        return a_count(every, vintage)
    return NOTHING


counts = st.one_of(st.none(), st.just(0), st.integers(5, 9), st.integers(5, 3_000_000))


@st.composite
def some_vintages(draw: st.DrawFn) -> Vintages:
    """One to three days, each with areas, months and columns of its own."""
    vintages = {}
    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True)):
        areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=4, unique=True))
        months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, max_size=3, unique=True))
        scope = draw(st.sampled_from([(), (LABOUR_FORCE,), OTHERS, SERVICES, "all", "all"]))
        more = (LABOUR_FORCE, *OTHERS, *SERVICES) if scope == "all" else scope
        cells = st.fixed_dictionaries(dict.fromkeys((UNEMPLOYED, *more), counts))
        vintages[day] = {(area, month): draw(cells) for area in areas for month in months}
    return vintages


members = st.lists(st.sampled_from([*AREAS, "KU999"]), min_size=1, max_size=4, unique=True)
groups = st.dictionaries(st.sampled_from(["LAHTI5", "OTHER", "THIRD"]), members, max_size=2)


def told(row: dict[str, Any]) -> Told:
    return Told(*(None if row[name] != row[name] else row[name] for name in Told._fields))


def same(item: float | None, other: float | None) -> bool:
    if item is None or other is None:
        return item is other
    return math.isclose(item, other, rel_tol=TOLERANCE)


@given(some_vintages(), groups, st.sets(st.sampled_from(MONTHS), min_size=1))
@settings(max_examples=examples(50), deadline=None)
def test_the_long_table_equals_its_twin(vintages, groups, months):
    with tempfile.TemporaryDirectory() as folder:
        for day, cells in vintages.items():
            write_cells(Path(folder), cells, vintage=day)
        snapshots = read_snapshots(Path(folder))
    table = published_table(snapshots, sorted(months), groups, CATALOGUE)

    # An area of vintages that hold none of the months is of another division.
    holding = [cells for cells in vintages.values() if months & {month for _, month in cells}]
    areas = {area for cells in holding or vintages.values() for area, _ in cells}
    expected = {area: [area] for area in areas} | groups
    assert len(table) == 6 * len(months) * len(expected)
    for row in table.to_dict("records"):
        right = twin(vintages, expected[row["area"]], row["month"], row["indicator"])
        answer = told(row)
        assert answer[5:] == right[5:], (row, right)
        assert all(map(same, answer[:5], right[:5])), (row, right)
