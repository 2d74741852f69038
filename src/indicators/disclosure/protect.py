"""Disclosure control: protected tables, and the check that every row of a report is released."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indicators.disclosure.counts import PUBLIC_SOURCES, Flags
from indicators.disclosure.policy import DEFAULT_POLICY, Policy, find_policy
from indicators.errors import DisclosureError
from indicators.table import COLUMNS

if TYPE_CHECKING:
    from indicators.disclosure.audit import AuditResult, TaskMap
    from indicators.disclosure.suppression import KnownParts, ProtectedTable

AreaGroups = Mapping[str, Sequence[str]]

_MAX_ATTEMPTS = 3
"""How often a table is protected anew, from what the attack took for a secret."""

_MAX_LINES = 20
"""Rows that could be left out, as far as they are listed."""


def release_check(table: pd.DataFrame, *, released: pd.DataFrame | None = None) -> pd.DataFrame:
    """Let a table into the reports if every row is public already, or stands so in a release.

    Args:
        table: A long table.
        released: The rows of releases, if there are any.

    Raises:
        DisclosureError: A row is neither public nor released.
    """
    own = table[~table["source"].isin(PUBLIC_SOURCES)]
    if own.empty:
        return table
    unreleased = own if released is None else own[~_stand_in(own, released)]
    if not unreleased.empty:
        sources = unreleased["source"].astype(object).fillna("no source")
        raise DisclosureError(
            f"the table has rows of {', '.join(sorted(set(sources)))}, which are not public and "
            f"stand "
            "in no release; reports hold rows of statfin and kela, and what was released"
        )
    return table


def _stand_in(own: pd.DataFrame, released: pd.DataFrame) -> Flags:
    """Which rows stand in a table, cell by cell."""
    rows_released = set(_row_tuples(released))
    return np.array([line in rows_released for line in _row_tuples(own)], bool)


def _row_tuples(table: pd.DataFrame) -> list[tuple[object, ...]]:
    plain = table[list(COLUMNS)].astype(object)
    return list(map(tuple, plain.where(plain.notna(), None).to_numpy().tolist()))


def protect(
    table: pd.DataFrame,
    *,
    policy: str = DEFAULT_POLICY,
    published: Sequence[pd.DataFrame] = (),
    groups: AreaGroups | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """Hide small counts of a long table, and what would give them away (contract, section 6).

    Args:
        table: A long table (contract, section 3), nothing of it hidden yet.
        policy: Name of a policy.
        published: Long tables that are out already, oldest first: the new one is safe together
            with them.
        groups: Member areas by group code; the settings' groups if not given.
        workers: Processes at work.

    Returns:
        The same rows: unchanged but for means, medians and money, which are rounded and have no
        numerator; or with status ``suppressed`` and no number.

    Raises:
        UsageError: There is no such policy.
        DataError: Rows hold what disclosure control does not know (a unit, a status, a negative
            number, a count without a numerator …): each is named.
        DisclosureError: The table cannot be made safe; it names rows that could be left out.
    """
    limits = find_policy(policy)
    from indicators.disclosure.checking import refuse_restricted

    refuse_restricted(table)
    if table["source"].isin(PUBLIC_SOURCES).all():
        return table
    areas = _groups_from_settings() if groups is None else groups
    made, _ = protect_and_audit(table, published, limits, areas, workers)
    return made.table


def protect_and_audit(
    table: pd.DataFrame,
    published: Sequence[pd.DataFrame],
    policy: Policy,
    groups: AreaGroups,
    workers: int = 1,
    *,
    name: Path | str = "the table",
) -> tuple[ProtectedTable, AuditResult]:
    """As :func:`protect`, with why each row is hidden and what the attack came to.

    Args:
        table: As there; so are the others.
        published: Likewise.
        policy: What is hidden.
        groups: Member areas by group code.
        workers: Processes at work.
        name: What the table is called where it is refused.

    Raises:
        DataError: As there.
        DisclosureError: As there; also if the attack derived a count that must be hidden.
    """
    from indicators.disclosure.audit import worker_map
    from indicators.disclosure.checking import refuse_unknown

    refuse_unknown(table, name)
    for number, earlier in enumerate(published, start=1):
        refuse_unknown(earlier, f"published table {number}")
    with worker_map(workers, len(table)) as task_map:
        attempt = partial(
            _protected_or_unsafe,
            published=published,
            policy=policy,
            groups=groups,
            task_map=task_map,
            known_parts={},
        )
        made = attempt(table)
        if isinstance(made, tuple):
            return made
        raise _refusal_error(table, made, attempt)


def _protected_or_unsafe(
    rows: pd.DataFrame,
    *,
    published: Sequence[pd.DataFrame],
    policy: Policy,
    groups: AreaGroups,
    task_map: TaskMap,
    known_parts: KnownParts,
) -> tuple[ProtectedTable, AuditResult] | pd.DataFrame:
    """The protected rows with their audit, or the counts that could not be made safe."""
    from indicators.disclosure.audit import audit_tables
    from indicators.disclosure.suppression import protect_rows

    suspected = None
    for _ in range(_MAX_ATTEMPTS):
        made = protect_rows(
            rows,
            published,
            policy=policy,
            groups=groups,
            task_map=task_map,
            suspected=suspected,
            known_parts=known_parts,
        )
        if isinstance(made, pd.DataFrame):
            return made
        found = audit_tables(
            [*published, made.table],
            hidden_up_to=policy.hidden_up_to,
            groups=groups,
            last_only=True,
            task_map=task_map,
            proof=made.proof,
        )
        if not found.recovered:
            return made, found
        # A numerator of nobody that is hidden with its share may pass for a small one.
        suspected = pd.concat([suspected, found.unsafe], ignore_index=True)
    return found.unsafe


def _refusal_error(
    table: pd.DataFrame,
    unsafe: pd.DataFrame,
    attempt: Callable[[pd.DataFrame], tuple[ProtectedTable, AuditResult] | pd.DataFrame],
) -> DisclosureError:
    """Why a table cannot be published, and without which rows it could be.

    Args:
        table: The table.
        unsafe: The counts that cannot be made safe.
        attempt: Tries again, with other rows.
    """
    from indicators.disclosure import policy as leaving_out

    affected = leaving_out.rows_behind(table, unsafe)
    indicators = ", ".join(sorted(set(table.loc[affected, "indicator"].astype(str)))) or "a table"
    months = sorted(set(table.loc[affected, "month"].astype(str)))
    where = f"{indicators} of {'..'.join(dict.fromkeys([months[0], months[-1]]))}" if months else ""
    reason = (
        f"{where or indicators}: {len(unsafe)} small counts can be told from what is published "
        "already, whatever is hidden now; nothing was written"
    )
    leave_out: list[dict[str, str]] = []
    for _ in range(_MAX_ATTEMPTS):
        leave_out += [
            entry for entry in leaving_out.selectors_of(table, affected) if entry not in leave_out
        ]
        if not leave_out:
            break
        rest = leaving_out.drop_rows(table, leave_out)
        outcome = attempt(rest) if len(rest) else None
        if outcome is None or isinstance(outcome, tuple):
            lines = [leaving_out.selector_as_toml(entry) + "," for entry in leave_out[:_MAX_LINES]]
            if len(leave_out) > _MAX_LINES:
                lines.append(f"and {len(leave_out) - _MAX_LINES} more")
            return DisclosureError(
                f"{reason}. It can be published without these rows, which `leave_out = [ … ]` "
                f"under "
                "[disclosure] in the settings leaves out:",
                lines,
            )
        affected = leaving_out.rows_behind(table, outcome)
    return DisclosureError(
        f"{reason}. Run `indicators attack` on the tables that are out: one of them may give them "
        "away by itself; publish larger areas or fewer categories"
    )


def _groups_from_settings() -> AreaGroups:
    from indicators.areas.mergers import codes_of_all_months
    from indicators.settings.loading import load_settings

    groups = load_settings().groups
    return {code: codes_of_all_months(group.members) for code, group in groups.items()}
