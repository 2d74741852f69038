"""``indicators protect``."""

from __future__ import annotations

import argparse

from indicators import table
from indicators.cli.project import load
from indicators.errors import UsageError


def run(options: argparse.Namespace) -> None:
    """Write the protected table, once the attack on it has failed.

    Args:
        options: ``table``, ``out``, ``policy``, ``published``, ``workers``, ``project``.
    """
    table.check_path(options.out)
    if options.out.exists() and options.out.samefile(options.table):
        raise UsageError(f"{options.out}: is the table to be protected; name another file")
    project = load(options.project)
    from indicators.disclosure.door import check
    from indicators.disclosure.policy import policy_of
    from indicators.disclosure.protecting import protect_rows

    name = options.policy or project.disclosure.policy
    groups = {code: group.members for code, group in project.groups.items()}
    published = [table.read(one) for one in options.published]
    made = protect_rows(
        table.read(options.table),
        published,
        policy=policy_of(name),
        groups=groups,
        workers=options.workers,
    )
    check(made, published, policy=name, groups=groups)
    table.write(made.table, options.out)
    counted = made.rule[made.rule != ""].value_counts()
    told = ", ".join(f"{rule} {rows}" for rule, rows in counted.items()) or "nothing"
    print(f"{options.out}: {len(made.table)} rows; hidden: {told} ({name}); the attack failed")
