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


def add_notebook_options(command: argparse.ArgumentParser) -> None:
    """Options of the commands that execute notebooks."""
    command.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the notebook, checked before anything runs",
    )
    command.add_argument(
        "--notebook",
        action="append",
        default=[],
        metavar="NAME",
        help="only this notebook of the settings, such as own/vacancies.ipynb; may be repeated "
        "(default: all of [report] notebooks)",
    )
    registers = command.add_mutually_exclusive_group()
    registers.add_argument(
        "--register",
        type=Path,
        metavar="DIR",
        help="a canonical register, for the second part, protected (default: of the settings)",
    )
    registers.add_argument("--no-register", action="store_true", help="the published part alone")
    command.add_argument(
        "--workers", type=int, metavar="N", help="processes at work (default: the cores, at most 4)"
    )
    command.add_argument(
        "--engine",
        choices=("warm", "kernel"),
        default="warm",
        help="a kernel forked from a process with the libraries loaded, or a fresh one, for each "
        "notebook; it makes no difference to what is made (default: warm)",
    )
    command.add_argument(
        "--cell-seconds", type=float, metavar="S", help="longest time of a cell (default: 600)"
    )
    command.add_argument(
        "--memory-gb", type=float, metavar="G", help="memory of a notebook's cells (default: 4)"
    )
    command.add_argument("--force", action="store_true", help="make all again, changed or not")
    command.add_argument(
        "--explain-cache", action="store_true", help="say of each step why it was made again"
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
