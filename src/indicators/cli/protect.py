"""``protect``: a table fit to be published."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from indicators import files, table
from indicators.cli.project import load
from indicators.errors import UsageError

if TYPE_CHECKING:
    from indicators.disclosure.attacking import Attack
    from indicators.disclosure.protecting import Protected


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
    from indicators.disclosure.policy import policy_of

    begun = time.monotonic()
    policy = policy_of(options.policy or project.disclosure.policy)
    made, attack = protect_and_attack(
        table.read(options.table),
        [table.read(one) for one in options.published],
        policy,
        {code: group.members for code, group in project.groups.items()},
        options.workers,
        name=options.table,
    )
    table.write(made.table, options.out)
    if options.records:
        _record(options, made, attack, time.monotonic() - begun)
    counted = made.rule[made.rule != ""].value_counts()
    told = ", ".join(f"{rule} {rows}" for rule, rows in counted.items()) or "nothing"
    print(f"{options.out}: {len(made.table)} rows; hidden: {told} ({policy.name}); none told")


def _record(options: argparse.Namespace, made: Protected, attack: Attack, seconds: float) -> None:
    from indicators.disclosure.records import record_of, write_records

    files.make_private(options.records)
    record = record_of(options.out, made, attack, options.published, seconds)
    write_records(options.records, [record])
