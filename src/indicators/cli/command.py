"""What every command has: its help with an example, options for all, and its function."""

from __future__ import annotations

import argparse
import importlib
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before the command or behind it: neither place undoes the other."""
    parser.add_argument(
        "--project",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="the project's folder (with indicators.toml)",
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show the traceback of an error",
    )


def add_command(
    commands: Commands, module: str, name: str, does: str, *examples: str
) -> argparse.ArgumentParser:
    """A command of its own.

    Args:
        commands: Where it is added.
        module: The module of this folder that has its function, ``NAME_command``.
        name: What it is called by.
        does: What it does, in a few words.
        examples: Calls, each on a line of its own.
    """
    command = commands.add_parser(
        name,
        allow_abbrev=False,
        help=does,
        description=textwrap.fill(f"{does[0].upper()}{does[1:]}.", 79),
        epilog=f"example: {examples[0]}" if len(examples) == 1 else _listed(examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_common_options(command)
    command.set_defaults(run=_imported_on_call(module, name))
    return command


def _listed(examples: Sequence[str]) -> str:
    return "\n".join(["examples:", *(f"  {example}" for example in examples)])


def _imported_on_call(module: str, name: str) -> Callable[[argparse.Namespace], None]:
    """The command's function, imported when it is called and not before."""

    def run(options: argparse.Namespace) -> None:
        command = getattr(importlib.import_module(f"indicators.cli.{module}"), f"{name}_command")
        command(options)

    return run
