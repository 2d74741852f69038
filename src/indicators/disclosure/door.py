"""What may pass to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from indicators.disclosure.policy import DEFAULT, policy_of
from indicators.errors import DisclosureError

if TYPE_CHECKING:
    from indicators.disclosure.protecting import Protected

# Published by their producers already, hidden cells and all (contract, section 6).
PUBLIC_SOURCES = ("statfin", "kela")


def admit(table: pd.DataFrame, *, made_up: bool = False) -> pd.DataFrame:
    """Let a table into the reports if every row is public already, or nobody in it lives.

    Rows of a real register are refused whole: a report does not protect them yet.

    Args:
        table: A long table.
        made_up: Whether it was counted from a made-up register, whose persons have nothing to hide.

    Raises:
        DisclosureError: The table holds rows of a source that is not public.
    """
    source = table["source"]
    others = source[~source.isin(PUBLIC_SOURCES)].astype(object).fillna("no source")
    if not (made_up or others.empty):
        raise DisclosureError(
            f"the table has rows of {', '.join(sorted(set(others)))}, which are not public; "
            "reports hold only rows of statfin and kela until they protect others themselves"
        )
    return table


def protect(
    table: pd.DataFrame,
    *,
    policy: str = DEFAULT,
    published: Sequence[pd.DataFrame] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    workers: int = 1,
    made_up: bool = False,
) -> pd.DataFrame:
    """Hide small counts of a long table, and what would give them away (contract, section 6).

    Args:
        table: A long table (contract, section 3), nothing of it hidden yet.
        policy: Name of a policy.
        published: Long tables that are out already, oldest first: the new one is safe together
            with them.
        groups: Member areas by group code; the settings' groups if not given.
        workers: Processes at work.
        made_up: Whether it was counted from a made-up register, whose persons have nothing to
            hide: it then passes as it is.

    Returns:
        The same rows: unchanged, or with status ``suppressed`` and no number.

    Raises:
        UsageError: There is no such policy.
        DisclosureError: The table cannot be made safe, or nothing would be left of it.
    """
    limits = policy_of(policy)
    if made_up or table["source"].isin(PUBLIC_SOURCES).all():
        return table
    from indicators.disclosure.protecting import protect_rows

    areas = _groups(groups)
    made = protect_rows(table, published, policy=limits, groups=areas, workers=workers)
    check(made, published, policy=policy, groups=areas)
    return made.table


def check(
    made: Protected,
    published: Sequence[pd.DataFrame],
    *,
    policy: str,
    groups: Mapping[str, Sequence[str]],
) -> None:
    """Attack a protected table together with what is out, before anybody else can.

    Raises:
        DisclosureError: The attack told a count that must be hidden.
    """
    from indicators.disclosure.attacking import attack_tables

    tables = [*published, made.table]
    found = attack_tables(tables, hidden_up_to=policy_of(policy).hidden_up_to, groups=groups)
    if found.recovered:
        raise DisclosureError(
            f"{found.recovered} hidden counts can be told from what would be published; nothing "
            "was written. Run `indicators attack` on the tables that are out: one of them may have "
            "given them away already"
        )


def _groups(groups: Mapping[str, Sequence[str]] | None) -> Mapping[str, Sequence[str]]:
    if groups is not None:
        return groups
    from indicators import settings

    return {code: group.members for code, group in settings.load().groups.items()}
