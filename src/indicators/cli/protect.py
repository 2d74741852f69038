"""``protect``: a table fit to be published."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from indicators import files, table
from indicators.areas.mergers import under_all_names
from indicators.cli.project import load
from indicators.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from indicators.disclosure.attacking import Attack
    from indicators.disclosure.protecting import Protected
    from indicators.settings import Settings


def run(options: argparse.Namespace) -> None:
    """Write the protected table, once the attack on it has failed.

    Args:
        options: ``table``, ``out``, ``policy``, ``published``, ``records``, ``workers``,
            ``project``.
    """
    table.check_path(options.out)
    if options.out.exists() and options.out.samefile(options.table):
        raise UsageError(f"{options.out}: is the table to be protected; name another file")
    project = load(options.project)
    from indicators.disclosure.door import protect_and_attack
    from indicators.disclosure.memberships import with_groups_beside, write_groups
    from indicators.disclosure.policy import policy_of

    begun = time.monotonic()
    policy = policy_of(options.policy or project.disclosure.policy)
    protected, attack = protect_and_attack(
        _published_rows(options, project),
        [with_groups_beside(table.read(path), path) for path in options.published],
        policy,
        {code: under_all_names(group.members) for code, group in project.groups.items()},
        options.workers,
        name=options.table,
    )
    write_groups(protected.table, options.out)
    table.write(protected.table, options.out)
    if options.records:
        _record(options, protected, attack, time.monotonic() - begun)
    counted = protected.rule[protected.rule != ""].value_counts()
    hidden = ", ".join(f"{rule} {rows}" for rule, rows in counted.items()) or "nothing"
    print(
        f"{options.out}: {len(protected.table)} rows; hidden: {hidden} ({policy.name}); none told"
    )


def _published_rows(options: argparse.Namespace, project: Settings) -> pd.DataFrame:
    """The table without what the settings leave out."""
    from indicators.disclosure.leaving_out import left_out

    long = table.read(options.table)
    chosen = left_out(long, project.disclosure.leave_out)
    if not chosen.any():
        return long
    print(f"{options.table}: {chosen.sum()} rows left out, as the settings have it")
    return long[~chosen].reset_index(drop=True)


def _record(
    options: argparse.Namespace, protected: Protected, attack: Attack, seconds: float
) -> None:
    from indicators.disclosure.records import record_of, write_records

    files.make_private(options.records)
    record = record_of(options.out, protected, attack, options.published, seconds)
    write_records(options.records, [record])
