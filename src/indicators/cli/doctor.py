"""``indicators doctor``."""

from __future__ import annotations

import argparse
import sys

from indicators.errors import UsageError


def run(options: argparse.Namespace) -> None:
    """Say what is installed, what is found, and which renderer will be used and why.

    Raises:
        UsageError: Something that the reports need is missing.
    """
    from indicators.production.health import examine

    findings = examine(options.project)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "ok  " if finding.fine else "lack"
        print(f"{mark} {finding.name:<{width}}  {finding.text}")
    lacking = [finding.name for finding in findings if not finding.fine]
    if lacking:
        sys.stdout.flush()
        raise UsageError(f"{', '.join(lacking)}: mend what is marked `lack` above")
