"""``indicators compute``."""

from __future__ import annotations

import argparse

from indicators import table
from indicators.calendar import parse_months
from indicators.cli.project import load
from indicators.computing import compute


def run(options: argparse.Namespace) -> None:
    """Write the long table of the asked months."""
    months = parse_months(options.months)
    table.check_path(options.out)
    project = load(options.project)
    groups = {code: group.members for code, group in project.groups.items()}
    made = compute(months, statfin=options.statfin or project.statfin.directory, groups=groups)
    table.write(made, options.out)
    print(f"{options.out}: {len(made)} rows, {months[0]}..{months[-1]}")
