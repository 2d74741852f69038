"""``indicators diff``."""

from __future__ import annotations

import argparse

from indicators import files
from indicators.cli.streams import print_json


def run(options: argparse.Namespace) -> None:
    """Tell what was revised from one vintage, or table, to another.

    Args:
        options: ``old``, ``new``, ``format``, ``out``.
    """
    if options.out:
        files.check_writable(options.out)
    from indicators.revisions import compare_sides, open_side
    from indicators.revisions.telling import FORMATS

    old, new = open_side(options.old), open_side(options.new)
    revisions = compare_sides(old, new)
    text = FORMATS[options.format](revisions, old.name, new.name)
    if options.out is None:
        if options.format == "json":
            print_json(text)
        else:
            print(text, end="")
        return
    with files.replacing(options.out) as aside:
        aside.write_text(text, encoding="utf-8")
    print(f"{options.out}: {len(revisions)} figures revised")
