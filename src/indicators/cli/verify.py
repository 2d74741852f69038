"""``indicators verify``."""

from __future__ import annotations

import argparse

from indicators.cli.project import load


def run(options: argparse.Namespace) -> None:
    """Hold what was published against what was recorded, and against itself made again.

    Args:
        options: ``published``, ``no_rebuild``, ``project``.
    """
    from indicators.production.operations import looking_on
    from indicators.production.verify import verify
    from indicators.production.verify.targets import root_of

    root = load(options.project or root_of(options.published)).root
    with looking_on(root):
        print(verify(options.published, root, rebuild=not options.no_rebuild))
