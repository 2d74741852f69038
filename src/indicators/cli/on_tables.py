"""What the commands take that work on tables and artefacts made before."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.cli.command import make_command

if TYPE_CHECKING:
    from indicators.cli.command import Commands


def diff(commands: Commands) -> None:
    """What was revised."""
    command = make_command(
        commands,
        "diff",
        "what was revised between two vintages, and why",
        "indicators diff data/processed/2022-02/2022-05-01 data/processed/2022-02/latest",
    )
    for name in ("old", "new"):
        command.add_argument(
            name, type=Path, metavar=name.upper(), help="a vintage's folder, or a .parquet or .csv"
        )
    command.add_argument("--format", choices=("text", "csv", "json"), default="text")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: here)"
    )


def protect(commands: Commands) -> None:
    """Disclosure control."""
    command = make_command(
        commands,
        "protect",
        "hides small counts of a table, and what would give them away",
        "indicators protect data/internal/2022-05.parquet 2022-05.parquet "
        "--published 2022-04.parquet",
    )
    command.add_argument("table", type=Path, metavar="IN", help="a long table, unprotected")
    command.add_argument("out", type=Path, metavar="OUT", help="a .parquet or .csv to publish")
    command.add_argument(
        "--policy", metavar="NAME", help="tyonv5, svt3 or strict10 (default: the settings')"
    )
    command.add_argument(
        "--published",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="FILE",
        help="tables that are out already, oldest first: the new one is safe together with them",
    )
    command.add_argument(
        "--records",
        type=Path,
        metavar="DIR",
        help="where to write why rows were hidden, for the reviewer alone: counts, never a figure",
    )
    _workers(command)


def attack(commands: Commands) -> None:
    """Its adversary."""
    command = make_command(
        commands,
        "attack",
        "tries to undo what is hidden in tables that are out together",
        "indicators attack 2022-04.parquet 2022-05.parquet",
    )
    command.add_argument("tables", nargs="+", type=Path, metavar="FILE", help="a long table")
    command.add_argument(
        "--policy", metavar="NAME", help="tyonv5, svt3 or strict10 (default: the settings')"
    )
    _workers(command)


def _workers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at work (default: one a processor)",
    )


def scan(commands: Commands) -> None:
    """The scanner."""
    command = make_command(
        commands,
        "scan",
        "looks for personal identity codes and person ids in any artefact",
        "indicators scan _site reports data/processed",
    )
    command.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it"
    )
    command.add_argument(
        "--ids",
        type=Path,
        metavar="IDS",
        help="ids that must not be there: a canonical register, a Parquet file or a list",
    )


def verify(commands: Commands) -> None:
    """A published month against its manifest."""
    command = make_command(
        commands,
        "verify",
        "holds a published month against its manifest, makes it again and compares bytes",
        "indicators verify 2022-02",
    )
    command.add_argument(
        "published", metavar="RUN", help="a month, or the folder of a vintage or of a report"
    )
    command.add_argument(
        "--no-rebuild", action="store_true", help="the recorded hashes alone: nothing is made again"
    )
