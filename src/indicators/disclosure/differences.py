"""Counts that nobody wrote down: those that published rows give by subtraction.

Each is a whole less a part, and neither is below zero: so an inequality and the count that its two
sides tell by their difference are one equation, ``whole − parts − difference = 0``. Some of the
differences are counts that must be safe (complements, rings, cohorts: contract, section 6); the
others (the unemployed who are neither long-term nor recurrent …) only bound what hidden counts may
be. Groups whose members overlap are in :mod:`indicators.disclosure.memberships`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.disclosure.count_names import (
    SIDES,
    cohort_chains,
    complement_count,
    count_parts,
    distinct_counts,
    distinct_item_counts,
)
from indicators.disclosure.counts import CELL_COLUMNS, Flags, Floats, Ints
from indicators.disclosure.crossings import parts_of_margins

WHOLE_POPULATION = "residents"
SUBPOPULATIONS = ("target_group", "trial_office")
_TABLE = "table"
_BELOW_ZERO = -1e-6

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Counts of their own, after those of the ledger.

    Attributes:
        cells: One row a count, columns :data:`~indicators.disclosure.counts.CELL_COLUMNS`.
        guarded: Which of them must be safe if they are small.
        value: What they are; missing where a count that they are a difference of is not known.
        equation: With ``column`` and ``sign``: the terms of equations that come to zero.
        column: A count of the ledger, or after those one of these.
        sign: What it counts for in its equation.
    """

    cells: pd.DataFrame
    guarded: Flags
    value: Floats
    equation: Ints
    column: Ints
    sign: Floats


def find_differences(
    cells: pd.DataFrame,
    appearances: pd.DataFrame,
    groups: Groups,
    value: Floats,
    first_column: int,
) -> Differences:
    """Every difference of counts that stand in one table, or in the newest of all together.

    Args:
        cells: Counts by table: :data:`~indicators.disclosure.counts.CELL_COLUMNS`, ``cell`` and
            ``table``.
        appearances: Where counts stand, as a ledger has it.
        groups: Member areas by group code.
        value: Of the ledger's counts; a difference below zero is none.
        first_column: The number of the first difference.
    """
    makers = [
        _complements(cells, appearances),
        _rings(cells),
        _cohort_differences(cells),
        *_part_differences(cells),
        *_overlap_differences(cells, groups),
    ]
    numbered = [made.assign(maker=at) for at, made in enumerate(makers)]
    found = _without_duplicates(pd.concat(numbered, ignore_index=True), value)
    first = found.drop_duplicates("equation")
    own = first_column + np.arange(len(first))
    terms = [
        pd.DataFrame({"equation": number, "column": column, "sign": sign})
        for number, column, sign in (
            (first["equation"], first["whole"], 1.0),
            (found["equation"], found["part"], -1.0),
            (first["equation"], own, -1.0),
        )
    ]
    all_terms = pd.concat(terms, ignore_index=True)
    amount = value[first["whole"].to_numpy(np.int64)]
    parts = pd.Series(value[found["part"].to_numpy(np.int64)]).groupby(found["equation"].to_numpy())
    return Differences(
        first[list(CELL_COLUMNS)].reset_index(drop=True),
        first["guarded"].to_numpy(bool),
        amount - parts.sum(min_count=1, skipna=False).to_numpy(float),
        all_terms["equation"].to_numpy(np.int64),
        all_terms["column"].to_numpy(np.int64),
        all_terms["sign"].to_numpy(float),
    )


# One row a term: ``pair`` (tells equations of one maker apart), ``whole``, ``part``, the
# difference's cell, and whether it must be safe.
_COLUMNS = ["whole", "part", "pair", "guarded", *CELL_COLUMNS]


def _difference_terms(
    pairs: pd.DataFrame, *, guarded: bool, pair: pd.Series[int] | None = None
) -> pd.DataFrame:
    number = pd.Series(np.arange(len(pairs)), pairs.index) if pair is None else pair
    return pairs.assign(guarded=guarded, pair=number)[_COLUMNS].reset_index(drop=True)


def _complements(cells: pd.DataFrame, appearances: pd.DataFrame) -> pd.DataFrame:
    """The denominator of a share less its numerator: those who did not."""
    place = appearances[["layer", "row", "side", "cell", "not_zero"]]
    above = place[(place["side"] == SIDES.index("numerator")) & ~place["not_zero"]]
    below = place[place["side"] == SIDES.index("denominator")]
    rows = above.merge(below, on=["layer", "row"], suffixes=("", "_below"))
    known = cells.drop_duplicates("cell").set_index("cell")[list(CELL_COLUMNS)]
    rows = rows[rows["cell"].isin(known.index) & rows["cell_below"].isin(known.index)]
    part, whole = (known.loc[rows[name]].reset_index(drop=True) for name in ("cell", "cell_below"))
    pairs = part.assign(
        part=rows["cell"].to_numpy(),
        whole=rows["cell_below"].to_numpy(),
        layer=rows["layer"].to_numpy(),
    )
    both = pd.Series(list(zip(part["count"], whole["count"], strict=True)), dtype=object)
    other = both.map({name: complement_count(*name) for name in set(both)})
    pairs["count"] = other.where(other.notna(), whole["count"] + " without " + part["count"])
    # Where the table has a row of it, the sum that it is part of tells the same.
    existing = pd.MultiIndex.from_frame(cells[[_TABLE, *CELL_COLUMNS]])
    keys = pd.MultiIndex.from_frame(
        pairs.assign(table=pairs["layer"].astype(str))[[_TABLE, *CELL_COLUMNS]]
    )
    return _difference_terms(pairs[~keys.isin(existing)], guarded=True)


def _rings(cells: pd.DataFrame) -> pd.DataFrame:
    """The residents who are not in the target group, or not with an office of the trial."""
    by = [_TABLE, *(name for name in CELL_COLUMNS if name != "population")]
    whole = cells.loc[cells["population"] == WHOLE_POPULATION, [*by, "cell"]].rename(
        columns={"cell": "whole"}
    )
    parts = cells[cells["population"].isin(SUBPOPULATIONS)].rename(columns={"cell": "part"})
    pairs = parts.merge(whole, on=by)
    return _difference_terms(
        pairs.assign(
            population=WHOLE_POPULATION + " without " + pairs["population"].astype(object)
        ),
        guarded=True,
    )


def _cohort_differences(cells: pd.DataFrame) -> pd.DataFrame:
    """Spells of one cohort past 3 months and not past 6, and so on: of those that are shown."""
    by = [_TABLE, *(name for name in CELL_COLUMNS if name != "count")]
    made = []
    for chain in cohort_chains():
        of_chain = cells[cells["count"].isin(chain)]
        order = of_chain.assign(
            place=of_chain["count"].map({name: at for at, name in enumerate(chain)})
        )
        order = order.sort_values([*by, "place"], kind="stable")
        follows = (order[by].shift() == order[by]).all(axis=1)
        before = order[["cell", "count"]].shift()[follows]
        pairs = order[follows].rename(columns={"cell": "part"})
        pairs = pairs.assign(whole=before["cell"].astype(np.int64))
        made.append(pairs.assign(count=before["count"] + " without " + pairs["count"]))
    return _difference_terms(pd.concat(made), guarded=True)


def _part_differences(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Parts that are at most their whole, together where nobody is in two."""
    by = [_TABLE, *(name for name in CELL_COLUMNS if name != "count")]
    for whole, lists in count_parts().items():
        wholes = cells.loc[cells["count"] == whole, [*by, "cell"]].rename(columns={"cell": "whole"})
        for parts in lists:
            part_cells = cells[cells["count"].isin(parts)].rename(columns={"cell": "part"})
            pairs = part_cells.merge(wholes, on=by)
            number = pairs.groupby([_TABLE, "whole"], sort=False).ngroup()
            named = pairs.assign(count=f"{whole} without {', '.join(parts)}")
            yield _difference_terms(named, guarded=False, pair=number)


def _overlap_differences(cells: pd.DataFrame, groups: Groups) -> Iterator[pd.DataFrame]:
    """Where parts may overlap each category is at most the total, and each area its group."""
    several = cells[cells["count"].isin(distinct_counts())]
    items = cells[cells["count"].isin(distinct_item_counts())]
    by = [_TABLE, *(name for name in CELL_COLUMNS if name not in ("dimension", "category"))]
    for cells_of_kind in (several, items[items["dimension"].isin(["item", "total"])]):
        total = cells_of_kind["dimension"] == "total"
        wholes = cells_of_kind.loc[total, [*by, "cell"]].rename(columns={"cell": "whole"})
        pairs = cells_of_kind[~total].rename(columns={"cell": "part"}).merge(wholes, on=by)
        yield _difference_terms(
            pairs.assign(category="not " + pairs["category"].astype(object)), guarded=False
        )
    by = [_TABLE, *CELL_COLUMNS]
    for name, in_margin in parts_of_margins(several):
        wholes = several[[*by, "cell"]].rename(columns={"cell": "whole"})
        pairs = in_margin.rename(columns={"cell": "part"}).merge(wholes, on=by)
        beside = pairs["category"].astype(object) + " not " + pairs["crossed"] + f" of {name}"
        yield _difference_terms(pairs.assign(category=beside), guarded=False)
    by = [_TABLE, *(name for name in CELL_COLUMNS if name != "area")]
    smaller = {code: members for code, members in groups.items() if (several["area"] == code).any()}
    for group, members in groups.items():
        inside = [code for code, of in smaller.items() if set(of) < set(members)]
        wholes = several.loc[several["area"] == group, [*by, "cell"]]
        parts = several[several["area"].isin(members)].rename(columns={"cell": "part"})
        pairs = parts.merge(wholes.rename(columns={"cell": "whole"}), on=by)
        yield _remainder_areas(pairs, group, guarded=False)
        parts = several[several["area"].isin(inside)].rename(columns={"cell": "part"})
        pairs = parts.merge(wholes.rename(columns={"cell": "whole"}), on=by)
        yield _remainder_areas(pairs, group, guarded=True)


def _remainder_areas(pairs: pd.DataFrame, group: str, *, guarded: bool) -> pd.DataFrame:
    """What a group has beside an area in it."""
    return _difference_terms(
        pairs.assign(area=group + " without " + pairs["area"].astype(object)), guarded=guarded
    )


def _without_duplicates(found: pd.DataFrame, value: Floats) -> pd.DataFrame:
    """With a number an equation, without what another tells already and without what is not so."""
    number = found.groupby(["maker", "pair"], sort=False).ngroup().to_numpy(np.int64)
    part, whole = (found[name].to_numpy(np.int64) for name in ("part", "whole"))
    size = int(number.max(initial=-1)) + 1
    # Equations of the same parts have the same sum of random weights.
    weight = np.random.default_rng(0).random(len(value))
    mark, parts, wholes = np.zeros(size), np.zeros(size), np.zeros(size, np.int64)
    np.add.at(mark, number, weight[part])
    np.add.at(parts, number, value[part])
    wholes[number] = whole
    same = pd.DataFrame({"whole": wholes, "mark": mark.round(9)}).duplicated().to_numpy()
    kept = ~same & ~(value[wholes] - parts < _BELOW_ZERO)
    place = np.cumsum(kept) - 1
    return found.assign(equation=place[number])[kept[number]]
