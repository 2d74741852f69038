"""``indicators compute``."""

from __future__ import annotations

import argparse

from indicators import table
from indicators.calendar import parse_months
from indicators.cli.project import load
from indicators.errors import UsageError


def run(options: argparse.Namespace) -> None:
    """Write the long table of the asked months.

    Args:
        options: ``months``, ``statfin``, ``register``, ``out``, ``workers``, ``merge_layoff``,
            ``project``.
    """
    months = parse_months(options.months)
    table.check_path(options.out)
    if options.workers < 1:
        raise UsageError(f"--workers {options.workers}: give 1 or more")
    project = load(options.project)
    from indicators.computing import Choices, compute

    # The published figures are what is computed where nothing else is named.
    no_source = options.statfin is None and options.register is None
    made = compute(
        months,
        statfin=project.statfin.directory if no_source else options.statfin,
        register=options.register,
        groups={code: group.members for code, group in project.groups.items()},
        choices=Choices(
            project.trial.offices,
            project.parameters.indicators,
            merge_layoff=options.merge_layoff,
            workers=options.workers,
        ),
    )
    table.write(made, options.out)
    print(f"{options.out}: {len(made)} rows, {months[0]}..{months[-1]}")
