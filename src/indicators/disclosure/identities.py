"""What adds up to what: the identities an attacker knows (contract, section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from indicators.disclosure.count_names import count_sums, distinct_counts, distinct_item_counts
from indicators.disclosure.counts import (
    CELL_COLUMNS,
    CountRegistry,
    Flags,
    Floats,
    Ints,
    SuppressibleRows,
    recency_rank,
)
from indicators.disclosure.crossings import pairs_with_common_margin, parts_of_margins
from indicators.disclosure.differences import Differences, find_differences
from indicators.disclosure.feasibility import NO_INDICES, positions_by_label
from indicators.disclosure.memberships import group_overlaps
from indicators.disclosure.safety import AttackerModel

COUNTRY = "SSS"
_TOLERANCE = 1e-6
_DISTINCT_SUFFIX = " distinct"
_PARTIAL_SUMS = "sums of some parts"
_MEMBERS = "members"
_TABLE = "table"
_NO_KINDS = pd.Series([], dtype=object)
_MUNICIPALITY = re.compile("KU[0-9]{3}").fullmatch
_KIND = re.compile("(KU|MK|ELY|SK)[0-9]+").fullmatch

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """Linear equations between counts: ``matrix @ counts = 0``.

    Attributes:
        matrix: Shape (equations, cells + derived + slacks), sparse by row.
        derived: Counts that nobody wrote down (differences, and pieces of groups): columns
            :data:`~indicators.disclosure.counts.CELL_COLUMNS`.
        guarded: Which of them must be safe if they are small.
        value: What they are, missing where a count behind one is not known.
        slack_values: Of counts that no table names (persons without a known residence, say), which
            are not negative and never shown; missing where a count of the equation is not known.
        doubtful: Equations that nobody can check, of a kind that does not hold wherever it can be
            checked, or that can be checked nowhere: where equations contradict each other, it is
            one of these that does not hold.
        relaxable: Equations of areas that nobody can check: the sign of the slack that each has if
            it does not hold for everybody; 0 for the others.
    """

    matrix: sparse.csr_array
    derived: pd.DataFrame
    guarded: Flags
    value: Floats
    slack_values: Floats
    doubtful: Flags
    relaxable: Ints

    @property
    def unwritten(self) -> int:
        """How many columns there are after those of the ledger."""
        return len(self.derived) + len(self.slack_values)

    def relaxed(self) -> Identities | None:
        """The equations as they are if none that nobody can check holds for everybody.

        Returns:
            The same with a slack of its own for each of these; None if there are none.
        """
        loose = np.flatnonzero(self.relaxable)
        if not len(loose):
            return None
        shape = (self.matrix.shape[0], len(loose))
        slack = sparse.coo_array((self.relaxable[loose], (loose, np.arange(len(loose)))), shape)
        return replace(
            self,
            matrix=sparse.csr_array(sparse.hstack([self.matrix, slack.astype(float)])),
            slack_values=np.append(self.slack_values, np.full(len(loose), np.nan)),
            doubtful=self.doubtful & (self.relaxable == 0),
            relaxable=np.zeros_like(self.relaxable),
        )


def find_identities(registry: CountRegistry, groups: Groups, *, each: bool) -> Identities:
    """Every identity between the counts of each table, and of all of them together.

    Categories add up to the total of their dimension, municipalities to their group and to the
    country, and counts to the sums of :func:`~indicators.disclosure.count_names.count_sums`. Where
    an identity does not hold exactly (some persons have no residence on record, or are counted in
    two categories), the difference is an unknown of its own. Inequalities are equations with a
    difference that is not negative (:mod:`indicators.disclosure.differences`).

    Args:
        registry: The counts.
        groups: Member areas by group code.
        each: Whether each equation is judged by itself where its counts are known, as only
            someone can who knows the hidden ones; else by what the shown ones tell of its kind.
    """
    cells = _cells_by_table(registry)
    written = len(registry.cells)
    overlaps, made_of = _membership_terms(cells, groups, written)
    whole = pd.concat([cells, overlaps], ignore_index=True)
    value = np.concatenate(
        [registry.value, _membership_values(whole, made_of, registry.value, len(overlaps))]
    )
    terms = _slack_signs(pd.concat([_cell_terms(cells, groups), made_of]), value, each=each)
    differences = find_differences(
        cells, registry.appearances, groups, registry.value, written + len(overlaps)
    )
    value = np.concatenate([value, differences.value])
    return _identity_matrix(
        _without_repeated(terms),
        differences,
        value,
        written,
        overlaps,
    )


def _cells_by_table(registry: CountRegistry) -> pd.DataFrame:
    """The cells of each table, and of all together: parts in one may add up to a sum in another.

    Returns:
        One row a cell and table: :data:`~indicators.disclosure.counts.CELL_COLUMNS`, ``cell``,
        and ``table``, which holds it.
    """
    places = registry.appearances[["layer", "cell"]]
    cells_of_table = places.assign(table=places["layer"].astype(str))
    if places["layer"].nunique() > 1:
        newest = places.assign(newest=recency_rank(places["layer"]), table="all")
        newest = newest.sort_values("newest", ascending=False, kind="stable")
        cells_of_table = pd.concat([cells_of_table, newest], ignore_index=True)
    cells_of_table = cells_of_table.drop_duplicates(["table", "cell"])
    cells = registry.cells.iloc[cells_of_table["cell"].to_numpy(np.int64)]
    # Of one count with two values in a table, the first is meant.
    cells = cells.assign(
        cell=cells_of_table["cell"].to_numpy(), table=cells_of_table["table"].to_numpy()
    )
    return cells.drop_duplicates([_TABLE, *CELL_COLUMNS])


def _cell_terms(cells: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Terms of equations between cells: ``kind``, ``equation``, ``cell``, ``sign`` (total −1)."""
    found = pd.concat(
        [*_category_terms(cells), *_area_terms(cells, groups), *_count_sum_terms(cells)]
    )
    count = cells.drop_duplicates("cell").set_index("cell")["count"].loc[found["equation"]]
    of_items = (
        count.isin(distinct_item_counts()).to_numpy()
        & (found["kind"] == "categories item").to_numpy()
    )
    overlap = count.isin(distinct_counts()).to_numpy() | of_items
    kind = (
        found[_TABLE].astype(object) + " " + found["kind"] + np.where(overlap, _DISTINCT_SUFFIX, "")
    )
    return found.drop(columns=_TABLE).assign(kind=kind)


def _category_terms(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The categories of a dimension add up to the total, and crossed ones to what they cross."""
    by = ["count", "month", "area", "population"]
    total = cells["dimension"] == "total"
    parts = cells[~total]
    kind = "categories " + parts["dimension"]
    yield _numbered_equations(cells[total], parts, by, kind)
    by += ["dimension", "category"]
    for name, inside in parts_of_margins(cells):
        kind = pd.Series(f"categories {name}", inside.index)
        yield _numbered_equations(cells, inside, by, kind)
    for name, left, right in pairs_with_common_margin(cells):
        yield _equal_sums(left, right, by, f"categories {name}")


def _equal_sums(left: pd.DataFrame, right: pd.DataFrame, by: list[str], kind: str) -> pd.DataFrame:
    """One equation for each cell that two kinds of parts add up to, and that has no count."""
    by = [_TABLE, *by]
    number = left.groupby(by, sort=False)["cell"].first().rename("equation").reset_index()
    sides = [side[[*by, "cell"]].merge(number, on=by) for side in (left, right)]
    both = sides[0]["equation"].isin(sides[1]["equation"])
    signed = pd.concat([sides[0][both].assign(sign=1.0), sides[1].assign(sign=-1.0)])
    columns = [_TABLE, "kind", "equation", "cell", "sign"]
    terms: pd.DataFrame = signed.assign(kind=kind)[columns].reset_index(drop=True)
    return terms


def _area_terms(cells: pd.DataFrame, groups: Groups) -> Iterator[pd.DataFrame]:
    """Municipalities add up to their group, and all of them to what lies above."""
    by = ["count", "month", "population", "dimension", "category"]
    held = {name: tuple(sorted(codes.unique())) for name, codes in cells.groupby(_TABLE)["area"]}
    for area_codes in dict.fromkeys(held.values()):
        alike = cells[
            cells[_TABLE].isin([name for name, areas in held.items() if areas == area_codes])
        ]
        for area in area_codes:
            for name, members in _area_partitions(area, area_codes, groups):
                totals, parts = alike[alike["area"] == area], alike[alike["area"].isin(members)]
                yield _numbered_equations(
                    totals, parts, by, pd.Series(f"areas {area} {name}", parts.index)
                )


def _area_partitions(
    area: str, area_codes: Sequence[str], groups: Groups
) -> Iterator[tuple[str, Sequence[str]]]:
    """The areas that may add up to another, by what they are called together."""
    if _MUNICIPALITY(area):
        return
    if area in groups:
        yield _MEMBERS, [member for member in groups[area] if member in area_codes]
        return
    kinds = {match[1] for member in area_codes if (match := _KIND(member))}
    wanted = sorted(kinds) if area == COUNTRY else ["KU"]
    for kind in (member for member in wanted if member in kinds and not area.startswith(member)):
        yield (
            kind,
            [member for member in area_codes if (match := _KIND(member)) and match[1] == kind],
        )
    if "KU" not in kinds and area == COUNTRY:
        yield from (("group", [member]) for member in area_codes if member in groups)


def _membership_terms(
    cells: pd.DataFrame, groups: Groups, first_cell: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of the pieces of groups that overlap, and the terms of their equations.

    Returns:
        As ``cells``, each count with a number of its own; and terms.
    """
    by = ["count", "month", "population", "dimension", "category"]
    # Persons who count in two areas are not the sum of them.
    plain = cells[~cells["count"].isin(distinct_counts())]
    found, terms = (
        [cells.iloc[:0].assign(guarded=True)],
        [_numbered_equations(cells.iloc[:0], cells.iloc[:0], by, _NO_KINDS)],
    )
    for name, own in plain.groupby(_TABLE):
        area_codes = sorted(own["area"].unique())
        overlaps = group_overlaps(area_codes, groups)
        made = [
            own[own["area"] == group].assign(area=part_code)
            for group, parts in overlaps.pieces_of_group
            for part_code in parts
            if part_code in overlaps.members
        ]
        if not overlaps.pieces_of_group:
            continue
        new = pd.concat([own.iloc[:0], *made]).drop_duplicates(list(CELL_COLUMNS))
        new = new.assign(
            cell=first_cell + np.arange(len(new)), guarded=new["area"].isin(overlaps.counts)
        )
        first_cell += len(new)
        found.append(new)
        both = pd.concat([own, new])
        sums = [*overlaps.pieces_of_group]
        whole = [
            (piece_, of) for piece_, of in overlaps.members.items() if set(of) <= set(area_codes)
        ]
        sums += [(piece_, tuple(of)) for piece_, of in whole]
        for total, parts in sums:
            inside = both[both["area"].isin(parts)]
            kind = pd.Series(f"areas {total} of {' '.join(parts)}", inside.index)
            terms.append(_numbered_equations(both[both["area"] == total], inside, by, kind))
        del name
    terms_of_pieces = pd.concat(terms, ignore_index=True)
    terms_of_pieces = terms_of_pieces.assign(
        kind=terms_of_pieces[_TABLE].astype(object) + " " + terms_of_pieces["kind"].astype(object)
    )
    return pd.concat(found), terms_of_pieces.drop(columns=_TABLE)


def _membership_values(
    cells: pd.DataFrame, terms: pd.DataFrame, value: Floats, overlaps: int
) -> Floats:
    """What the pieces are, by an equation in which all else is known."""
    known = np.concatenate([value, np.full(overlaps, np.nan)])
    del cells
    for _ in range(2):
        amount = terms["sign"].to_numpy(float) * known[terms["cell"].to_numpy(np.int64)]
        of = terms.assign(amount=amount).groupby(["kind", "equation"], sort=False)
        rest = of["amount"].transform("sum")
        lacking = (
            terms["cell"]
            .where(np.isnan(amount))
            .groupby([terms["kind"], terms["equation"]], sort=False)
            .transform("nunique")
        )
        alone = np.isnan(amount) & (lacking == 1).to_numpy()
        alone &= (terms["cell"] >= len(value)).to_numpy()
        chosen = terms[alone]
        known[chosen["cell"].to_numpy(np.int64)] = -chosen["sign"].to_numpy(float) * rest[alone]
    return known[len(value) :]


def _count_sum_terms(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Counts that are the sum of others in every cell, and at least the sum of some of them."""
    by = ["month", "area", "population", "dimension", "category"]
    block = [_TABLE, "month", "population", "dimension"]
    for name, of in count_sums().items():
        totals, parts = cells[cells["count"] == name], cells[cells["count"].isin(of)]
        # A part that a table does not have anywhere is not zero; one left out in an area is.
        present = parts.groupby(block)["count"].nunique()
        for kind, held in (
            (f"sums {name}", present == len(of)),
            (f"{_PARTIAL_SUMS} {name}", present < len(of)),
        ):
            if held.any():
                wanted = totals.merge(present[held].index.to_frame(index=False), on=block)
                yield _numbered_equations(wanted, parts, by, pd.Series(kind, parts.index))


def _numbered_equations(
    totals: pd.DataFrame, parts: pd.DataFrame, by: list[str], kind: pd.Series[str]
) -> pd.DataFrame:
    """One equation a total that has parts, by table and kind; parts left out of one are zero."""
    by = [_TABLE, *by]
    whole = totals[[*by, "cell"]].rename(columns={"cell": "equation"})
    inside = parts[[*by, "cell"]].assign(kind=kind).merge(whole, on=by)
    inside = inside[[_TABLE, "kind", "equation", "cell"]]
    complete = inside[[_TABLE, "kind", "equation"]].drop_duplicates()
    return pd.concat(
        [inside.assign(sign=1.0), complete.assign(cell=complete["equation"], sign=-1.0)],
        ignore_index=True,
    )


def _slack_signs(terms: pd.DataFrame, value: Floats, *, each: bool) -> pd.DataFrame:
    """Tell for each equation whether it is exact: ``slack`` is the sign of its slack, or 0."""
    terms = terms.assign(number=terms.groupby(["kind", "equation"], sort=False).ngroup())
    amount = terms["sign"].to_numpy(float) * value[terms["cell"].to_numpy(np.int64)]
    # Missing as soon as one count is not known.
    gap = terms.assign(amount=amount).groupby("number")["amount"].sum(min_count=1, skipna=False)
    kind = terms.drop_duplicates("number")["kind"].to_numpy()
    gaps = pd.DataFrame({"kind": kind, "gap": gap.to_numpy()})
    over, under = gaps["gap"] > _TOLERANCE, gaps["gap"] < -_TOLERANCE
    # Whoever knows the hidden counts takes an equation for exact of which even they do not know
    # one: that is the stronger, and what is safe with it is safe without. Others look at its kind.
    if not each:
        over, under = (side.groupby(gaps["kind"]).transform("any") for side in (over, under))
    # The other parts are not below zero, whatever the shown ones add up to.
    under |= gaps["kind"].str.contains(_PARTIAL_SUMS)
    # What nobody can tell of distinct persons is taken as the weaker: parts may overlap.
    over |= gaps["kind"].str.endswith(_DISTINCT_SUFFIX) & gaps["gap"].isna()
    slack = np.select([under & ~over, over & ~under], [1.0, -1.0], 0.0)
    holds = gaps["gap"].abs() <= _TOLERANCE
    # Of whichever table: its name comes first.
    alike = gaps["kind"].astype(str).str.replace("^[^ ]* ", "", regex=True)
    checked = holds.groupby(alike).transform("any")
    fails = (~holds & gaps["gap"].notna()).groupby(alike).transform("any")
    doubtful = (gaps["gap"].isna() & (fails | ~checked)).to_numpy(bool)
    # Of a kind that fails both ways only what holds is believed.
    kept = ~(over & under) | (gaps["gap"].abs() <= _TOLERANCE)
    # A group is its members; what lies above municipalities may hold others too.
    above = alike.str.match("areas ") & ~alike.str.contains(f" {_MEMBERS}$| of ")
    relaxable = np.where(above & gaps["gap"].isna() & (slack == 0.0), 1, 0)
    number = terms["number"].to_numpy(np.int64)
    settled: pd.DataFrame = terms.assign(
        slack=slack[number], doubtful=doubtful[number], relaxable=relaxable[number]
    )[kept.to_numpy()[number]]
    return settled


def _identity_matrix(
    terms: pd.DataFrame,
    differences: Differences,
    value: Floats,
    written: int,
    overlaps: pd.DataFrame,
) -> Identities:
    """The equations as a matrix."""
    number = terms.groupby(["kind", "equation"], sort=False).ngroup().to_numpy(np.int64)
    first = terms.assign(number=number).drop_duplicates("number")
    loose = first[first["slack"] != 0]
    sums = len(first)
    size = len(value)
    at = np.concatenate([number, sums + differences.equation, loose["number"]])
    column = np.concatenate(
        [terms["cell"], differences.column, size + np.arange(len(loose))]
    ).astype(np.int64)
    sign = np.concatenate([terms["sign"], differences.sign, loose["slack"]]).astype(float)
    shape = (sums + int(differences.equation.max(initial=-1)) + 1, size + len(loose))
    matrix = sparse.csr_array((sign, (at.astype(np.int64), column)), shape=shape)
    gap = matrix[:, :size] @ value
    doubtful = np.zeros(shape[0], bool)
    doubtful[first["number"]] = first["doubtful"].to_numpy(bool)
    relaxable = np.zeros(shape[0], np.int64)
    relaxable[first["number"]] = first["relaxable"].to_numpy(np.int64)
    return Identities(
        matrix,
        pd.concat([overlaps[list(CELL_COLUMNS)], differences.cells], ignore_index=True),
        np.concatenate([overlaps["guarded"].to_numpy(bool), differences.guarded]),
        value[written:],
        np.abs(gap[loose["number"].to_numpy(np.int64)]),
        doubtful,
        relaxable,
    )


def _without_repeated(terms: pd.DataFrame) -> pd.DataFrame:
    """Without equations that another table tells already."""
    number = terms.groupby(["kind", "equation"], sort=False).ngroup().to_numpy(np.int64)
    cell = terms["cell"].to_numpy(np.int64)
    # Equations with the same cells, signs and slack have the same sums of random weights.
    weight = np.random.default_rng(0).random((int(cell.max(initial=-1)) + 1, 2))
    signed = weight[cell] * terms["sign"].to_numpy(float)[:, None]
    mark = np.zeros((int(number.max(initial=-1)) + 1, 3))
    np.add.at(mark, number, np.column_stack([signed, terms["slack"].to_numpy(float)]))
    mark[:, 2] = np.sign(mark[:, 2])
    _, first = np.unique(mark.round(9), axis=0, return_index=True)
    return terms[np.isin(number, first)]


# A table split into parts whose rows and counts have nothing to do with each other.


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One part.

    Attributes:
        rows: Places of its rows in the table.
        columns: Places of its counts in the whole system.
        system: The equations and counts of the part.
        shown: The rows of the part.
        guarded: Which of its counts must be safe.
    """

    rows: Ints
    columns: Ints
    system: AttackerModel
    shown: SuppressibleRows
    guarded: Flags


def split_components(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags
) -> list[Component]:
    """Split a system by what hangs together through equations or rows.

    Args:
        system: Of the whole table.
        rows: Of the whole table.
        guarded: Counts that must be safe; parts without any are left out.
    """
    counts, equations = len(system.value), system.matrix.shape[0]
    size = counts + equations + len(rows.cost)
    links = system.matrix.tocoo()
    # A row that cannot be hidden ties nothing together.
    free = np.isfinite(rows.cost[rows.row])
    start = np.concatenate([links.col, rows.count[free]])
    end = np.concatenate([counts + links.row, counts + equations + rows.row[free]])
    graph = sparse.coo_array((np.ones(len(start), np.int8), (start, end)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    # Where no row can be hidden, nothing can be done.
    open_to = np.isin(label[:counts], label[rows.count[free]])
    of_count, of_equation = label[:counts], label[counts : counts + equations]
    has_guarded = np.zeros(int(label.max(initial=-1)) + 1, bool)
    has_guarded[of_count[guarded & open_to]] = True
    columns_of, equations_of = positions_by_label(of_count), positions_by_label(of_equation)
    return [
        _component(system, rows, guarded, columns_of[number], equations_of.get(number, NO_INDICES))
        for number in np.flatnonzero(has_guarded).tolist()
    ]


def _component(
    system: AttackerModel, rows: SuppressibleRows, guarded: Flags, columns: Ints, equations: Ints
) -> Component:
    rise, fall = system.limits()
    pairs = np.isin(rows.count, columns)
    places = np.unique(rows.row[pairs])
    return Component(
        rows=places,
        columns=columns,
        system=AttackerModel(
            system.matrix[equations][:, columns],
            system.value[columns],
            system.at_least_one[columns],
            system.coverable[columns],
            system.hidden_up_to,
            system.unwritten[columns],
            rise[columns],
            fall[columns],
            system.doubts()[equations],
        ),
        shown=SuppressibleRows(
            np.searchsorted(places, rows.row[pairs]),
            np.searchsorted(columns, rows.count[pairs]),
            rows.cost[places],
            rows.hidden[places],
        ),
        guarded=guarded[columns],
    )
