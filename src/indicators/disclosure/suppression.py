"""Internal table in, protected table out: what is hidden, and by which rule."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from indicators import table
from indicators.disclosure import policy as rules
from indicators.disclosure.audit import TaskMap, run_serially
from indicators.disclosure.count_names import MEAN_UNITS, counts_told_of
from indicators.disclosure.counts import (
    CELL_COLUMNS,
    ORDINAL_STATISTICS,
    PUBLIC_SOURCES,
    CountRegistry,
    Flags,
    Floats,
    Ints,
    SuppressibleRows,
    build_count_registry,
    cells_of_rows,
    rows_by_cell,
    rows_hidden_before,
)
from indicators.disclosure.identities import (
    Component,
    Groups,
    Identities,
    find_identities,
    split_components,
)
from indicators.disclosure.memberships import GROUPS_ATTRIBUTE, attach_groups, separate_memberships
from indicators.disclosure.money import rows_that_sums_need_hidden
from indicators.disclosure.policy import Policy
from indicators.disclosure.rounding import round_means, rounding_steps
from indicators.disclosure.safety import (
    AttackerModel,
    resolve_determined,
    without_loose_inequalities,
)
from indicators.disclosure.secondary import choose_suppressions, without_unprotectable
from indicators.disclosure.worlds import Proof, Worlds, joined, proved_safe

Chosen = Sequence[tuple[Flags, Worlds] | None]
"""Of each part its hidden rows and what proves that they are enough; None where nothing helps."""

KnownParts = dict[bytes, tuple[Flags, Worlds] | None]
"""The same by all that there is in a part."""

_DETAIL_COST = 0.02
"""What hiding a large count costs beyond one row, by unit of its logarithm: details go first."""

_ZERO_COST = 2.0
"""What hiding a row with a numerator of 0 costs beyond one row: zeros are to be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedTable:
    """A table fit to publish, and what was done to it.

    Attributes:
        table: The same rows, some of them hidden.
        rule: By row of the table, one of :data:`indicators.disclosure.policy.RULES` or empty.
        policy: Name of the policy.
        proof: Other values that hidden counts could have, for the attack to check.
    """

    table: pd.DataFrame
    rule: pd.Series[str]
    policy: str
    proof: Proof | None = None

    @property
    def hidden(self) -> pd.DataFrame:
        """The rows hidden: the table's key columns, and ``rule``; no number."""
        chosen = self.rule != ""
        return self.table.loc[chosen, list(table.KEY)].assign(rule=self.rule[chosen])


def protect_rows(
    new: pd.DataFrame,
    published: Sequence[pd.DataFrame],
    *,
    policy: Policy,
    groups: Groups,
    task_map: TaskMap = run_serially,
    suspected: pd.DataFrame | None = None,
    known_parts: KnownParts | None = None,
) -> ProtectedTable | pd.DataFrame:
    """Hide what must be hidden, and as few rows as possible beside.

    Args:
        new: An internal long table.
        published: Long tables that are out already, oldest first.
        policy: What is hidden.
        groups: Member areas by group code.
        task_map: Does the work on each part.
        suspected: Counts (columns :data:`~indicators.disclosure.counts.CELL_COLUMNS`) that an
            attacker
            would take for small ones, and which must therefore be safe as those are.
        known_parts: What was chosen before, to which this call adds: a part of the table that is
            the same again is not searched again.

    Returns:
        The table; or, where it cannot be made safe, the counts that nothing saves (columns
        :data:`~indicators.disclosure.counts.CELL_COLUMNS`).
    """
    new = new.reset_index(drop=True)
    if new["source"].isin(PUBLIC_SOURCES).all():
        return ProtectedTable(new, pd.Series("", index=new.index, dtype=str), policy.name)
    # The areas of a table are what they were when it was made.
    [own, *earlier], members = separate_memberships([new, *published], groups)
    registry = build_count_registry(own, earlier, about=own)
    first = _primary_rules(own, earlier, registry, policy)
    identities = find_identities(registry, members, each=True)
    known = {} if known_parts is None else known_parts
    hidden, proof = first != "", None
    worlds: Worlds | None = None
    safe: Flags = np.zeros(identities.matrix.shape[1], bool)
    # Nobody knows whether an equation holds that cannot be checked: what is hidden must be enough
    # for someone who believes it, and for someone who does not. To hide more harms neither.
    for reading in (identities, identities.relaxed()):
        if reading is None:
            continue
        system, guarded = _attacker_model(registry, reading, policy, suspected)
        rows = _suppressible_rows(own, registry, hidden)
        if worlds is not None:
            worlds = worlds.with_further(len(system.value) - len(worlds.value))
        parts, chosen = _chosen_of_all(
            system, rows, guarded, safe, worlds=worlds, task_map=task_map, known=known
        )
        failed = [part for part, made in zip(parts, chosen, strict=True) if made is None]
        if failed:
            cells = pd.concat(
                [registry.cells[list(CELL_COLUMNS)], identities.derived], ignore_index=True
            )
            return cells.iloc[np.concatenate([_unprotectable_counts(part) for part in failed])]
        hidden, safe = _suppressed_rows(new, parts, chosen, hidden), guarded
        if worlds is None:
            worlds = _joined_worlds(system, parts, chosen)
            proof = _proof(registry, worlds, len(published) + 1)
    hidden |= _rows_that_tell(own, registry, hidden)
    # Where money goes, a count may have no other row: what tells of it goes too.
    while (money := rows_that_sums_need_hidden(own, hidden, members)).any():
        hidden |= money
        hidden |= _rows_that_tell(own, registry, hidden)
    rule = np.where(hidden & (first == ""), rules.SECONDARY, first)
    protected = attach_groups(
        suppress_rows(round_means(new), hidden), new.attrs.get(GROUPS_ATTRIBUTE, groups)
    )
    return ProtectedTable(protected, pd.Series(rule, dtype=str), policy.name, proof)


def suppress_rows(new: pd.DataFrame, hidden: Flags) -> pd.DataFrame:
    """Make rows hidden: status ``suppressed``, and no number left."""
    suppressed = new.copy()
    suppressed.loc[hidden, list(table.NUMBERS)] = np.nan
    status = suppressed["status"].astype(object).mask(hidden, "suppressed")
    suppressed["status"] = pd.Categorical(status)
    return suppressed


def _primary_rules(
    new: pd.DataFrame, published: Sequence[pd.DataFrame], registry: CountRegistry, policy: Policy
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Why rows are hidden whatever else is; empty where they need not be."""
    small = _is_small(registry.value, policy)
    here = registry.of_layer(0)
    row, cell = here["row"].to_numpy(np.int64), here["cell"].to_numpy(np.int64)
    side = here["side"].to_numpy(np.int64)
    rule = np.full(len(new), "", object)
    own = ~new["source"].isin(PUBLIC_SOURCES).to_numpy()
    too_few = own & (new["status"] == "suppressed").to_numpy()
    rule[_hidden_before(new, published, registry, row, cell)] = rules.PUBLISHED_BEFORE
    rule[_below_minimum(new, policy) | too_few] = rules.MINIMUM
    rule[row[small[cell] & (side == 1)]] = rules.PRIMARY_DENOMINATOR
    rule[row[small[cell] & (side == 0)]] = rules.PRIMARY_NUMERATOR
    return rule


def _is_small(value: Floats, policy: Policy) -> Flags:
    return (value >= 0.5) & (value <= policy.hidden_up_to + 0.5)


def _hidden_before(
    new: pd.DataFrame,
    published: Sequence[pd.DataFrame],
    registry: CountRegistry,
    row: Ints,
    cell: Ints,
) -> Flags:
    """Rows that an earlier table hides, or that show a count it hides; zeros are shown."""
    withheld = rows_hidden_before(new, published)
    withheld[row[registry.withheld[cell]]] = True
    most = np.zeros(len(new))
    np.maximum.at(most, row, np.nan_to_num(registry.value[cell]))
    return withheld & (most > 0)


def _below_minimum(new: pd.DataFrame, policy: Policy) -> Flags:
    """Means, medians, shares and money of too few, and means of which no rounding is enough."""
    behind = new["denominator"].to_numpy(float)
    unit = new["unit"].astype(object)
    ordinal = new["statistic"].astype(str).str.contains("|".join(ORDINAL_STATISTICS)).to_numpy()
    least = np.select(
        [ordinal, unit.isin(MEAN_UNITS).to_numpy(), (unit == "percent").to_numpy()],
        [policy.minimum_median, policy.minimum_mean, policy.minimum_rate],
        0,
    )
    public = new["source"].isin(PUBLIC_SOURCES).to_numpy()
    few = ~public & (behind > 0) & (behind < least)
    none_enough = np.isinf(rounding_steps(new)) & ~(behind == 0)
    below: Flags = few | none_enough
    return below


def _are_listed(suspected: pd.DataFrame | None, cells: pd.DataFrame) -> Flags:
    """Which counts are among some."""
    if suspected is None:
        return np.zeros(len(cells), bool)
    keys = pd.MultiIndex.from_frame(cells[list(CELL_COLUMNS)])
    return np.asarray(keys.isin(pd.MultiIndex.from_frame(suspected[list(CELL_COLUMNS)])))


def _alike(suspected: pd.DataFrame, registry: CountRegistry) -> Flags:
    """Counts of the same thing as suspected ones."""
    return np.asarray(registry.cells["count"].isin(set(suspected["count"])))


def _attacker_model(
    registry: CountRegistry, identities: Identities, policy: Policy, suspected: pd.DataFrame | None
) -> tuple[AttackerModel, Flags]:
    """What an attacker works with, and the counts that must be safe."""
    written, derived = len(registry.cells), len(identities.derived)
    slacks = len(identities.slack_values)
    value = np.concatenate([registry.value, identities.value, identities.slack_values])
    none, others = np.zeros(slacks, bool), np.zeros(derived + slacks, bool)
    public, withheld = (np.concatenate([of, others]) for of in (registry.public, registry.withheld))
    small, unknown = _is_small(value, policy), np.isnan(value)
    _, cell = rows_by_cell(registry)
    held = np.zeros(len(value), bool)
    held[cell] = True
    # A zero goes with its share; that is worth while only where an attacker suspects such.
    alike = np.zeros(written, bool) if suspected is None else _alike(suspected, registry)
    can_be = (value > 0.5) | np.concatenate([alike & ~registry.not_zero, others])
    system = AttackerModel(
        identities.matrix,
        value,
        np.concatenate([(registry.value > 0.5) | unknown[:written] & registry.not_zero, others]),
        held & can_be & ~small & ~public & ~withheld,
        policy.hidden_up_to,
        np.arange(len(value)) >= written,
        doubtful=identities.doubtful,
    )
    counts = np.concatenate([np.zeros(written, bool), identities.guarded, none])
    counts &= ~_known_by_subtraction(identities.matrix, public)
    cells = pd.concat([registry.cells[list(CELL_COLUMNS)], identities.derived])
    taken = np.concatenate([_are_listed(suspected, cells), none])
    lacking = unknown & (withheld | counts & _share_equation(identities.matrix, withheld))
    # What does not hang together with any count of the new table is as safe as it was.
    touched = _together_with(identities.matrix, held, ~public)
    lacking &= touched
    system, may_be_small = resolve_determined(system, lacking, touched)
    small = _is_small(system.value, policy)
    guarded = small & (held & ~public | counts | lacking) | taken & ~public | may_be_small
    return system, guarded


def _known_by_subtraction(matrix: sparse.csr_array, public: Flags) -> Flags:
    """Counts that an equation tells of which all else is out already."""
    incidence = abs(matrix)
    alone = incidence @ (~public).astype(float) < 1.5
    known: Flags = incidence.T @ alone.astype(float) > 0
    return known


def _together_with(matrix: sparse.csr_array, some: Flags, unsettled: Flags) -> Flags:
    """Counts that hang together with some through equations, by others that are not out."""
    columns = np.flatnonzero(unsettled)
    inside = abs(matrix[:, columns])
    graph = sparse.block_array([[None, inside], [inside.T, None]])
    _, label = connected_components(graph, directed=False)
    of = label[matrix.shape[0] :]
    told = some.copy()
    told[columns] = np.isin(of, of[some[columns]])
    return told


def _share_equation(matrix: sparse.csr_array, some: Flags) -> Flags:
    """Counts in an equation with some others."""
    incidence = abs(matrix)
    sharing: Flags = incidence.T @ (incidence @ some.astype(float)) > 0
    return sharing


def _suppressible_rows(
    new: pd.DataFrame, registry: CountRegistry, hidden: Flags
) -> SuppressibleRows:
    """The rows that show counts, and after them one for all that published tables show."""
    row, cell = rows_by_cell(registry)
    held = np.union1d(cell, np.flatnonzero(registry.withheld))
    alone = np.setdiff1d(np.arange(len(registry.cells)), held)
    shown = np.union1d(alone, np.flatnonzero(registry.public))
    return SuppressibleRows(
        np.concatenate([row, np.full(len(shown), len(new))]),
        np.concatenate([cell, shown]),
        np.append(_suppression_costs(new), np.inf),
        np.append(hidden, False),
    )


def _rows_that_tell(new: pd.DataFrame, registry: CountRegistry, hidden: Flags) -> Flags:
    """Sums and means that would tell something of a count that no row shows in their cell.

    They are no counts themselves, so no identity ties them to any: euros divided by what a person
    costs are persons, and services of those with one service are those persons. To hide them as
    well takes nothing away from what makes the counts safe.
    """
    row, cell = rows_by_cell(registry)
    shown = registry.public.copy()
    shown[cell[~hidden[row]]] = True
    unseen = registry.cells[~shown & ~(registry.value == 0)]
    place = list(CELL_COLUMNS[1:])
    telling = np.zeros(len(new), bool)
    for (indicator, statistic), counts in counts_told_of().items():
        figure = (new["indicator"] == indicator) & (new["statistic"] == statistic)
        rows = np.flatnonzero(figure & ~new["source"].isin(PUBLIC_SOURCES))
        dark = unseen.loc[unseen["count"].isin(counts), place]
        if len(rows) and len(dark):
            own = cells_of_rows(new.iloc[rows])[place]
            inside = pd.MultiIndex.from_frame(own).isin(pd.MultiIndex.from_frame(dark))
            telling[rows[inside]] = True
    known: Flags = telling & new["value"].notna().to_numpy()
    return known


def _suppression_costs(new: pd.DataFrame) -> Floats:
    """What hiding each row costs."""
    largest = new[["numerator", "denominator"]].max(axis=1).to_numpy(float)
    cost: Floats = 1.0 + _DETAIL_COST * np.log1p(np.nan_to_num(largest))
    zero = (new["numerator"].to_numpy(float) == 0) & new["denominator"].notna().to_numpy()
    cost[zero] += _ZERO_COST
    return cost


def _chosen_of_all(
    system: AttackerModel,
    rows: SuppressibleRows,
    guarded: Flags,
    safe: Flags,
    *,
    worlds: Worlds | None,
    task_map: TaskMap,
    known: KnownParts,
) -> tuple[list[Component], Chosen]:
    """The parts of a system that are not safe yet, and what is chosen in each.

    Args:
        system: What an attacker works with.
        rows: What shows the counts.
        guarded: Counts that must be safe.
        safe: Those that are, as far as a part has no count that is not among these.
        worlds: Other values that the counts could have, if any are known: what they prove to be
            safe needs no search.
        task_map: Does the work on each part.
        known: What was chosen before.
    """

    def left(whole: AttackerModel) -> list[Component]:
        split = [
            part
            for part in split_components(whole, rows, guarded)
            if part.columns[-1] >= len(safe) or (part.guarded & ~safe[part.columns]).any()
        ]
        if worlds is None:
            return split
        unproved = [_without_proved(part, worlds) for part in split]
        return [part for part in unproved if part.guarded.any()]

    parts = left(without_loose_inequalities(system, guarded))
    chosen = _chosen(parts, task_map, known)
    if any(made is None for made in chosen):
        # Inequalities were taken a little stricter than they are: is it that?
        parts = left(system)
        chosen = _chosen(parts, task_map, known)
    return parts, chosen


def _without_proved(part: Component, worlds: Worlds) -> Component:
    """A part in which the counts that are safe already need not be made so."""
    system = part.system
    hidden = part.shown.leave_hidden(part.shown.hidden, len(system.value))
    safe = proved_safe(system, hidden, worlds.of_counts(part.columns))
    return replace(part, guarded=part.guarded & ~safe)


def _chosen(parts: Sequence[Component], task_map: TaskMap, known: KnownParts) -> Chosen:
    """What is chosen in each part."""
    marks = [sha256(pickle.dumps(part)).digest() for part in parts]
    new = [(mark, part) for mark, part in zip(marks, parts, strict=True) if mark not in known]
    found = task_map(
        _suppress_secondary, [part for _, part in new], [len(part.columns) for _, part in new]
    )
    known.update(zip([mark for mark, _ in new], found, strict=True))
    return [known[mark] for mark in marks]


def _suppress_secondary(part: Component) -> tuple[Flags, Worlds] | None:
    return choose_suppressions(part.system, part.shown, part.guarded)


def _unprotectable_counts(part: Component) -> Ints:
    """The counts that nothing saves, by their places in the whole system; all guarded if unsure."""
    saved = without_unprotectable(part.system, part.shown, part.guarded, every=True)
    lost = part.guarded & ~saved
    unprotected: Ints = part.columns[lost if lost.any() else part.guarded]
    return unprotected


def _suppressed_rows(
    new: pd.DataFrame, parts: Sequence[Component], chosen: Chosen, first: Flags
) -> Flags:
    """All rows to hide."""
    hidden = first.copy()
    for part, made in zip(parts, chosen, strict=True):
        if made is not None:
            of_part, _ = made
            inside = part.rows < len(new)
            hidden[part.rows[inside]] = of_part[inside]
    return hidden


def _joined_worlds(system: AttackerModel, parts: Sequence[Component], chosen: Chosen) -> Worlds:
    """What is chosen in each part proves this of the whole."""
    return joined(
        system.value,
        [(part.columns, made[1]) for part, made in zip(parts, chosen, strict=True) if made],
    )


def _proof(registry: CountRegistry, whole: Worlds, last: int) -> Proof:
    """What the attack may check, by where the counts stand; the new table is the last."""
    written = len(registry.cells)
    worlds = Worlds(whole.value[:written], whole.movements[:written])
    places = registry.appearances[["layer", "row", "side", "cell"]]
    return Proof(worlds, places.assign(layer=places["layer"].replace(0, last)))
