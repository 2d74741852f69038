"""Rolling sums of co-financed benefits against a plain account of them, month after month."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from indicators.calendar import month_range, shift_month
from indicators.catalogue.loading import load_catalogue
from indicators.measures.cofinanced import cofinanced_table
from indicators.sources.kela.folder import CofinancedBenefits

MONTHS = month_range("2022-01", "2023-06")
AREAS = ("KU398", "KU098", "KU016", "KU199")
GROUPS = {"TWO": ("KU398", "KU098"), "ALL3": ("KU398", "KU098", "KU016")}
# Of the three together KU016 has under a twentieth.
FORCE = {"KU398": 600.0, "KU098": 360.0, "KU016": 40.0}

Cell = tuple[float, float] | None
"""Euros and the municipality's share, which may be NaN; None where there is no row."""

euros = st.integers(-50, 5000).map(lambda cents: cents / 4)
cells = st.one_of(st.none(), st.tuples(euros, st.one_of(euros, st.just(math.nan))))
# Whole series mostly: of random gaps nothing would be left to add up.
series = st.one_of(
    st.lists(st.tuples(euros, euros), min_size=18, max_size=18),
    st.lists(cells, min_size=18, max_size=18),
)


def plain(held: dict[str, list[Cell]], code: str, month: str) -> float:
    """The municipality's share of twelve months: NaN where it is not known."""
    members = GROUPS.get(code, (code,)) if code != "SSS" else tuple(FORCE)
    total = 0.0
    for number in range(12):
        at = shift_month(month, -number)
        if at not in MONTHS:
            return math.nan
        found = {area: held[area][MONTHS.index(at)] for area in AREAS}
        with_row = sum(FORCE[each] for each in members if found[each] is not None)
        if with_row < 0.95 * sum(FORCE[each] for each in members):
            return math.nan
        counted = (*members, "KU199") if code == "SSS" else members
        for cell in (found[each] for each in counted):
            total += cell[1] if cell is not None else 0
    return total


@given(st.fixed_dictionaries(dict.fromkeys(AREAS, series)))
def test_sums_are_those_of_a_plain_account(held: dict[str, list[Cell]]) -> None:
    rows = [
        {
            "area": area,
            "month": month,
            "recipients": 1.0,
            "recipients_low": 1.0,
            "days": 1.0,
            "euros": cell[0],
            "municipal_euros": cell[1],
            "vintage": "2023-07-20",
        }
        for area in AREAS
        for month, cell in zip(MONTHS, held[area], strict=True)
        if cell is not None
    ]
    if not rows:
        return
    force = {
        (area, month): persons
        for month in MONTHS
        for area, persons in (*FORCE.items(), ("SSS", sum(FORCE.values())))
    }
    table = cofinanced_table(
        CofinancedBenefits(pd.DataFrame(rows), ()), MONTHS, GROUPS, load_catalogue(), force
    )
    own = table[table["statistic"] == "rolling_municipal_euros"]
    figures = {(row.area, row.month): row for row in own.itertuples()}
    shared = table[table["statistic"] == "euros_per_person"].set_index(["area", "month"])["value"]
    for code in (*GROUPS, "SSS", *{row["area"] for row in rows} - {"KU199"}):
        for month in MONTHS:
            expected = plain(held, code, month)
            figure = figures[code, month]
            assert math.isnan(expected) == math.isnan(figure.value)
            assert (figure.status == "not_available") == math.isnan(expected)
            if not math.isnan(expected):
                assert math.isclose(figure.value, expected, abs_tol=1e-6)
                members = GROUPS.get(code, (code,)) if code != "SSS" else tuple(FORCE)
                persons = sum(FORCE[each] for each in members)
                assert math.isclose(shared[code, month], expected / persons, abs_tol=1e-6)
