"""``indicators check``."""

from __future__ import annotations

import argparse

from indicators.register.check import check


def run(options: argparse.Namespace) -> None:
    """Validate a canonical folder.

    Args:
        options: ``register``, the folder.
    """
    rows = check(options.register)
    for table, count in rows.items():
        print(f"{table}: {count} rows")
    print(f"{options.register}: as it should be")
