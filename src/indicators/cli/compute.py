"""``indicators compute``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files, table
from indicators.calendar import parse_months
from indicators.cli.jobs import tell_aside
from indicators.cli.project import load
from indicators.errors import UsageError
from indicators.settings import Settings
from indicators.workers import cluster

if TYPE_CHECKING:
    import pandas as pd

INTERNAL = Path("data") / "internal"


def run(options: argparse.Namespace) -> None:
    """Write the long table of the asked months.

    Args:
        options: ``months``, ``statfin``, ``register``, ``out``, ``gaps``, ``workers``,
            ``scheduler``, ``merge_layoff``, ``project``.
    """
    months = parse_months(options.months)
    _make_internal(options.out.parent)
    table.check_path(options.out)
    if options.gaps:
        _check_gaps(options)
    _check_workers(options)
    project = load(options.project)
    from indicators.computing import Choices, compute

    # The published figures are what is computed where nothing else is named.
    no_source = options.statfin is None and options.register is None
    with _chunks() as progress, _cluster(options) as executor:
        computed = compute(
            months,
            statfin=project.statfin.directory if no_source else options.statfin,
            register=options.register,
            groups={code: group.members for code, group in project.groups.items()},
            choices=Choices(
                project.trial.offices,
                project.parameters.indicators,
                merge_layoff=options.merge_layoff,
                workers=options.workers or 1,
                executor=executor,
                progress=progress,
            ),
            report_note=tell_aside,
        )
    if options.register and options.statfin:
        _reconcile(options, computed, project)
    # What is counted from persons is not protected yet: for the data holder's eyes.
    table.write(computed, options.out, private=options.register is not None)
    print(f"{options.out}: {len(computed)} rows, {months[0]}..{months[-1]}")


@contextmanager
def _chunks() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many chunks of the register are done, and nothing in a pipe."""
    from tqdm import tqdm

    with tqdm(desc="register", total=0, disable=None, leave=False, unit="chunk") as bar:

        def progress(done: int, chunks: int) -> None:
            bar.total = chunks
            bar.update(done - bar.n)
            bar.refresh()

        yield progress


def _check_workers(options: argparse.Namespace) -> None:
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers}: give 1 or more")
    if options.scheduler is None:
        return
    if options.workers is not None:
        raise UsageError("--workers and --scheduler: the cluster has workers; give one of the two")
    if options.register is None:
        raise UsageError("--scheduler is for counting a register: name one with --register")


@contextmanager
def _cluster(options: argparse.Namespace) -> Iterator[Executor | None]:
    """The cluster's executor; None where the work is done here."""
    if options.scheduler is None:
        yield None
        return
    from indicators.register.store import open_register

    # What is wrong with the register is said before anything of the cluster.
    open_register(options.register)
    # Workers have working directories of their own.
    options.register = options.register.resolve()
    with cluster(options.scheduler, options.register) as executor:
        yield executor


def _make_internal(folder: Path) -> None:
    """Where tables that are not protected live: nobody else may enter it (decision 0027)."""
    if folder.parts[-2:] == INTERNAL.parts and folder.parent.is_dir():
        files.make_private(folder)


def _check_gaps(options: argparse.Namespace) -> None:
    if not (options.register and options.statfin):
        raise UsageError("--gaps compares two sources: name --register and --statfin too")
    files.check_writable(options.gaps)


def _reconcile(options: argparse.Namespace, computed: pd.DataFrame, project: Settings) -> None:
    """Say how far the two sources agree; a real extract beyond the tolerance ends here."""
    from indicators.computing import reconciled

    gaps = reconciled(computed, options.register, project.reconciliation)
    if options.gaps:
        gaps.write_csv(options.gaps)
    print(gaps.text(), end="")
    gaps.check()
