"""``indicators synthesise``."""

from __future__ import annotations

import argparse


def run(options: argparse.Namespace) -> None:
    """Write a made-up register.

    Args:
        options: ``out``, ``persons``, ``seed``, ``layout``, ``dirt``.
    """
    from tqdm import tqdm

    from indicators.sources.synthetic import synthesise

    with tqdm(total=options.persons, disable=None, leave=False, unit=" persons") as bar:
        synthesise(
            options.out,
            persons=options.persons,
            seed=options.seed,
            layout=options.layout,
            dirt=options.dirt,
            progress=bar.update,
        )
    print(f"{options.out}: {options.persons} made-up persons, {options.layout} layout")
