"""``indicators fetch``, the one command that asks anybody outside."""

from __future__ import annotations

import argparse
import sys

from indicators.cli.main import load_project
from indicators.sources.fetching.fetching import fetch


def fetch_command(options: argparse.Namespace) -> None:
    """Fetch what is newer at public sources.

    Args:
        options: ``sources``, ``base_url``, ``check``, ``project``.
    """
    fetch(
        options.sources,
        load_project(options.project),
        say=lambda line: print(line, flush=True),
        note=lambda line: print(f"indicators: {line}", file=sys.stderr),
        base_url=options.base_url,
        check=options.check,
    )
