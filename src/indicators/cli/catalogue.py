"""``indicators catalogue``."""

from __future__ import annotations

import argparse

from indicators.catalogue import show


def run(options: argparse.Namespace) -> None:
    """Print the twenty definitions."""
    formats = {
        "table": show.catalogue_table,
        "json": show.catalogue_json,
        "csv": show.catalogue_csv,
    }
    print(formats[options.format](options.lang), end="")
