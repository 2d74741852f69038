"""``indicators catalogue``."""

from __future__ import annotations

import argparse

from indicators.catalogue import show
from indicators.cli.project import definitions
from indicators.cli.streams import print_json


def run(options: argparse.Namespace) -> None:
    """Print the definitions, with the values of parameters that are in force."""
    catalogue = definitions(options.project)
    if options.format == "json":
        print_json(show.catalogue_json(options.lang, catalogue))
        return
    formats = {"table": show.catalogue_table, "csv": show.catalogue_csv}
    print(formats[options.format](options.lang, catalogue), end="")
