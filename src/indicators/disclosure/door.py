"""What may pass to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indicators.disclosure.cells import PUBLIC_SOURCES, Flags
from indicators.disclosure.policy import DEFAULT, Policy, policy_of
from indicators.errors import DisclosureError
from indicators.table import COLUMNS

if TYPE_CHECKING:
    from indicators.disclosure.attacking import Attack
    from indicators.disclosure.protecting import Protected

Groups = Mapping[str, Sequence[str]]

_TRIES = 3
"""How often a table is protected anew, from what the attack took for a secret."""


def admit(table: pd.DataFrame, *, released: pd.DataFrame | None = None) -> pd.DataFrame:
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
    strange = own if released is None else own[~_among_lines(own, released)]
    if not strange.empty:
        told = strange["source"].astype(object).fillna("no source")
        raise DisclosureError(
            f"the table has rows of {', '.join(sorted(set(told)))}, which are not public and stand "
            "in no release; reports hold rows of statfin and kela, and what was released"
        )
    return table


def _among_lines(own: pd.DataFrame, released: pd.DataFrame) -> Flags:
    """Which rows stand in a table, cell by cell."""
    there = set(_lines(released))
    return np.array([line in there for line in _lines(own)], bool)


def _lines(table: pd.DataFrame) -> list[tuple[object, ...]]:
    plain = table[list(COLUMNS)].astype(object)
    return list(map(tuple, plain.where(plain.notna(), None).to_numpy().tolist()))


def protect(
    table: pd.DataFrame,
    *,
    policy: str = DEFAULT,
    published: Sequence[pd.DataFrame] = (),
    groups: Groups | None = None,
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
        DisclosureError: The table cannot be made safe, or nothing would be left of it.
    """
    limits = policy_of(policy)
    if table["source"].isin(PUBLIC_SOURCES).all():
        return table
    areas = _groups_of_settings() if groups is None else groups
    made, _ = protect_and_attack(table, published, limits, areas, workers)
    return made.table


def protect_and_attack(
    table: pd.DataFrame,
    published: Sequence[pd.DataFrame],
    policy: Policy,
    groups: Groups,
    workers: int = 1,
    *,
    name: Path | str = "the table",
) -> tuple[Protected, Attack]:
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
        DisclosureError: As there; also if the attack told a count that must be hidden.
    """
    from indicators.disclosure.attacking import attack_tables
    from indicators.disclosure.checking import refuse_unknown
    from indicators.disclosure.protecting import protect_rows
    from indicators.disclosure.sharing import helpers

    refuse_unknown(table, name)
    for number, one in enumerate(published, start=1):
        refuse_unknown(one, f"published table {number}")
    suspected = None
    with helpers(workers, len(table)) as share:
        for _ in range(_TRIES):
            made = protect_rows(
                table, published, policy=policy, groups=groups, share=share, suspected=suspected
            )
            found = attack_tables(
                [*published, made.table],
                hidden_up_to=policy.hidden_up_to,
                groups=groups,
                last_only=True,
                share=share,
            )
            if not found.recovered:
                return made, found
            # A numerator of nobody that is hidden with its share may pass for a small one, say.
            suspected = pd.concat([suspected, found.unsafe], ignore_index=True)
    raise DisclosureError(
        f"{found.recovered} hidden counts can be told from what would be published; nothing was "
        "written. Run `indicators attack` on the tables that are out: one of them may have given "
        "them away already"
    )


def _groups_of_settings() -> Groups:
    from indicators import settings

    return {code: group.members for code, group in settings.load().groups.items()}
