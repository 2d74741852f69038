"""``indicators scan``."""

from __future__ import annotations

import argparse

from indicators.scanning.findings import Findings

MOST_REPEATED = 2


def run(options: argparse.Namespace) -> None:
    """Look through artefacts for personal identity codes and ids of persons.

    Args:
        options: ``paths``, ``ids``.
    """
    from tqdm import tqdm

    from indicators.scanning import scan_paths

    with tqdm(disable=None, leave=False, unit="file") as bar:

        def progress(name: str) -> None:
            bar.set_description(name)
            bar.update()

        found: Findings = scan_paths(options.paths, options.ids, progress=progress)
    print(found.text(), end="")
    # All that was found stands on standard output already.
    found.check(listed=len(found.findings) + len(found.unreadable) <= MOST_REPEATED)
