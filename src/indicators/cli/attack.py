"""``indicators attack``."""

from __future__ import annotations

import argparse

from indicators import table
from indicators.areas.mergers import under_all_names
from indicators.cli.project import load
from indicators.errors import DisclosureError


def run(options: argparse.Namespace) -> None:
    """Try to undo what is hidden in some tables that are out together.

    Args:
        options: ``tables``, ``policy``, ``workers``, ``project``.

    Raises:
        DisclosureError: A count that must be hidden can be told; where, and not what it is.
    """
    project = load(options.project)
    from indicators.disclosure.attacking import attack_tables
    from indicators.disclosure.checking import refuse_unknown
    from indicators.disclosure.memberships import with_groups_beside
    from indicators.disclosure.policy import policy_of
    from indicators.disclosure.sharing import helpers

    tables = [with_groups_beside(table.read(rows), rows) for rows in options.tables]
    for rows, path in zip(tables, options.tables, strict=True):
        refuse_unknown(rows, path)
    with helpers(options.workers, sum(map(len, tables))) as share:
        found = attack_tables(
            tables,
            hidden_up_to=policy_of(options.policy or project.disclosure.policy).hidden_up_to,
            groups={code: under_all_names(group.members) for code, group in project.groups.items()},
            task_map=share,
        )
    if found.recovered:
        raise DisclosureError(
            f"{found.recovered} of {len(found.cells)} hidden counts are not safe; hide more, with "
            "`indicators protect`",
            found.describe_unsafe(),
        )
    print(f"{len(found.cells)} hidden counts, none told")
