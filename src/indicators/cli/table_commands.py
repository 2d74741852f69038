"""Commands that work on a table, an extract or the catalogue: each prints what it did.

compute, import, synthesise, check, catalogue, protect, attack, diff and scan.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files, table
from indicators.areas.areas import load_areas
from indicators.areas.mergers import codes_of_all_months
from indicators.calendar import parse_months
from indicators.cli.main import load_project
from indicators.cli.run_commands import print_to_stderr
from indicators.cli.streams import print_json
from indicators.errors import DisclosureError, UsageError
from indicators.register.check import check_register
from indicators.scanning.findings import Findings
from indicators.settings.model import Limits, Settings
from indicators.sources.kela.folder import is_made_up_folder
from indicators.sources.kela.listing import holds_data
from indicators.sources.register.checks import read_key
from indicators.sources.register.importing import import_register
from indicators.sources.register.progress import Progress
from indicators.workers import cluster

if TYPE_CHECKING:
    import pandas as pd

    from indicators.disclosure.audit import AuditResult
    from indicators.disclosure.suppression import ProtectedTable


INTERNAL = Path("data") / "internal"
# So few findings are repeated on stderr; all stand on standard output.
MOST_REPEATED = 2


# ``indicators compute``.


def compute_command(options: argparse.Namespace) -> None:
    """Write the long table of the requested months.

    Args:
        options: ``months``, ``statfin``, ``kela``, ``register``, ``out``, ``gaps``, ``workers``,
            ``scheduler``, ``merge_layoff``, ``cross``, ``where``, ``project``.
    """
    months = parse_months(options.months)
    _create_internal_folder(options.out.parent)
    table.check_path(options.out)
    if options.gaps:
        _check_gaps(options)
    _check_workers(options)
    where = _read_where(options.where)
    project = load_project(options.project)
    from indicators.computing import Choices, compute, published_groups

    # The published figures are what is computed where nothing else is named.
    no_source = options.statfin is None and options.register is None and options.kela is None
    kept = no_source and holds_data(project.kela.directory)
    kela = project.kela.directory if kept else options.kela
    with _chunk_progress() as progress, _cluster(options) as executor:
        computed = compute(
            months,
            statfin=project.statfin.directory if no_source else options.statfin,
            register=options.register,
            kela=kela,
            groups={code: group.members for code, group in project.groups.items()},
            areas=published_groups(project),
            keys=load_areas(project) if kela else None,
            choices=Choices(
                project.trial.offices,
                project.parameters.indicators,
                merge_layoff=options.merge_layoff,
                service_prices=project.service_prices,
                workers=options.workers or 1,
                executor=executor,
                progress=progress,
            ),
            cross=options.cross,
            where=where,
            report_note=print_to_stderr,
        )
    if options.register and options.statfin:
        _reconcile(options, computed, project)
    # What is counted from persons is not protected yet: for the data holder's eyes.
    private, sheet = options.register is not None, _sheet_name(options.register, kela)
    table.write(computed, options.out, private=private, sheet=sheet)
    print(f"{options.out}: {len(computed)} rows, {months[0]}..{months[-1]}")


def _read_where(texts: Sequence[str]) -> dict[str, list[str]]:
    """Categories by dimension, from ``sex=women`` and ``age_group=15-24,25-29``.

    Raises:
        UsageError: A text is not so, or a dimension is given twice.
    """
    where: dict[str, list[str]] = {}
    for text in texts:
        dimension, equals, categories = text.partition("=")
        if not (equals and dimension.strip() and categories.strip()):
            raise UsageError(f"--where {text}: write a dimension and its category, as sex=women")
        if dimension.strip() in where:
            raise UsageError(
                f"--where {text}: {dimension.strip()} is given twice; write its categories "
                "together, as age_group=15-24,25-29"
            )
        where[dimension.strip()] = [category.strip() for category in categories.split(",")]
    return where


def _sheet_name(register: Path | None, kela: Path | None) -> str:
    """What a workbook's sheet is called: nobody shall take made-up figures for real ones."""
    from indicators.reconciliation.report import is_made_up
    from indicators.register.store import open_register

    made_up = bool(kela and is_made_up_folder(kela))
    made_up |= bool(register and is_made_up(open_register(register).source))
    return "made up (keksitty, påhittad)" if made_up else "indicators"


@contextmanager
def _chunk_progress() -> Iterator[Callable[[int, int], None]]:
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

    # Problems of the register are reported before any of the cluster.
    open_register(options.register)
    # Workers have working directories of their own.
    options.register = options.register.resolve()
    with cluster(options.scheduler, options.register) as executor:
        yield executor


def _create_internal_folder(folder: Path) -> None:
    """Where tables that are not protected live: nobody else may enter it (decision 0027)."""
    if folder.parts[-2:] == INTERNAL.parts and folder.parent.is_dir():
        files.make_private(folder)


def _check_gaps(options: argparse.Namespace) -> None:
    if not (options.register and options.statfin):
        raise UsageError("--gaps compares two sources: name --register and --statfin too")
    files.check_writable(options.gaps)


def _reconcile(options: argparse.Namespace, computed: pd.DataFrame, project: Settings) -> None:
    """Print how far the two sources agree; raise if a real extract is beyond the tolerance."""
    from indicators.reconciliation.tables import reconcile_table

    gaps = reconcile_table(computed, options.register, project.reconciliation)
    if options.gaps:
        gaps.write_csv(options.gaps)
    print(gaps.text(), end="")
    gaps.check()


# ``indicators import``.


def import_command(options: argparse.Namespace) -> None:
    """Import an extract, and print what was mended.

    Args:
        options: ``source``, ``out``, ``extract_date``, ``end_dates``, ``ids``, ``key_file``,
            ``project``.
    """
    day = parse_date(options.extract_date) if options.extract_date else None
    settings = _settings_if_given(options)
    key = read_key(os.environ, options.key_file, project=settings.root if settings else None)
    with _row_progress() as progress:
        report = import_register(
            options.source,
            options.out,
            extract_date=day,
            end_dates=options.end_dates,
            ids=options.ids,
            key=key,
            limits=settings.limits if settings else Limits(),
            progress=progress,
        )
    print(report.text(), end="")


def parse_date(text: str) -> date:
    """A day written as YYYY-MM-DD.

    Raises:
        UsageError: It is not.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text} is not a day; write YYYY-MM-DD, for example 2023-06-30"
        ) from error


def _settings_if_given(options: argparse.Namespace) -> Settings | None:
    """The project's settings; an import needs none."""
    try:
        return load_project(options.project)
    except UsageError:
        if options.project:
            raise
        return None


@contextmanager
def _row_progress() -> Iterator[Progress]:
    """Show rows on a terminal, and nothing in a pipe."""
    from tqdm import tqdm

    with tqdm(disable=None, leave=False, unit=" rows", unit_scale=True) as bar:

        def progress(doing: str, done: int, total: int) -> None:
            bar.set_description(doing, refresh=False)
            # How many rows there are is not known while files are searched.
            bar.total, bar.n = total or None, done
            bar.refresh()

        yield progress


# ``indicators synthesise``.


def synthesise_command(options: argparse.Namespace) -> None:
    """Write a made-up register.

    Args:
        options: ``out``, ``persons``, ``seed``, ``layout``, ``dirt``.
    """
    from tqdm import tqdm

    from indicators.synthetic.synthesise import synthesise

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


# ``indicators check``.


def check_command(options: argparse.Namespace) -> None:
    """Validate a canonical folder.

    Args:
        options: ``register``, the folder.
    """
    rows = check_register(options.register)
    for name, count in rows.items():
        print(f"{name}: {count} rows")
    print(f"{options.register}: as it should be")


# ``indicators protect``.


def protect_command(options: argparse.Namespace) -> None:
    """Write a table fit to be published, once the audit has found no hidden count.

    Args:
        options: ``table``, ``out``, ``policy``, ``published``, ``records``, ``workers``,
            ``project``.
    """
    table.check_path(options.out)
    if options.out.exists() and options.out.samefile(options.table):
        raise UsageError(f"{options.out}: is the table to be protected; name a different file")
    project = load_project(options.project)
    from indicators.disclosure.memberships import attach_stored_groups, write_groups
    from indicators.disclosure.policy import find_policy
    from indicators.disclosure.protect import protect_and_audit

    begun = time.monotonic()
    policy = find_policy(options.policy or project.disclosure.policy)
    protected, attack = protect_and_audit(
        _without_unpublished_rows(options, project),
        [attach_stored_groups(table.read(path), path) for path in options.published],
        policy,
        {code: codes_of_all_months(group.members) for code, group in project.groups.items()},
        options.workers,
        name=options.table,
    )
    write_groups(protected.table, options.out)
    table.write(protected.table, options.out)
    if options.records:
        _write_record(options, protected, attack, time.monotonic() - begun)
    counted = protected.rule[protected.rule != ""].value_counts()
    hidden = ", ".join(f"{rule} {rows}" for rule, rows in counted.items()) or "nothing"
    print(
        f"{options.out}: {len(protected.table)} rows; hidden: {hidden} ({policy.name}); none told"
    )


def _without_unpublished_rows(options: argparse.Namespace, project: Settings) -> pd.DataFrame:
    """The table without what the settings leave out."""
    from indicators.disclosure.policy import matches_any

    long = table.read(options.table)
    chosen = matches_any(long, project.disclosure.leave_out)
    if not chosen.any():
        return long
    print(f"{options.table}: {chosen.sum()} rows left out, as the settings have it")
    return long[~chosen].reset_index(drop=True)


def _write_record(
    options: argparse.Namespace, protected: ProtectedTable, attack: AuditResult, seconds: float
) -> None:
    from indicators.disclosure.record_writing import record_protection, write_records

    files.make_private(options.records)
    record = record_protection(options.out, protected, attack, options.published, seconds)
    write_records(options.records, [record])


# ``indicators attack``.


def attack_command(options: argparse.Namespace) -> None:
    """Audit tables that are out together: try to recover the hidden counts.

    Args:
        options: ``tables``, ``policy``, ``workers``, ``project``.

    Raises:
        DisclosureError: Hidden counts can be recovered; the error names their places, no counts.
    """
    project = load_project(options.project)
    from indicators.disclosure.audit import audit_tables, worker_map
    from indicators.disclosure.checking import refuse_unknown
    from indicators.disclosure.memberships import attach_stored_groups
    from indicators.disclosure.policy import find_policy

    tables = [attach_stored_groups(table.read(rows), rows) for rows in options.tables]
    for rows, path in zip(tables, options.tables, strict=True):
        refuse_unknown(rows, path)
    with worker_map(options.workers, sum(map(len, tables))) as share:
        found = audit_tables(
            tables,
            hidden_up_to=find_policy(options.policy or project.disclosure.policy).hidden_up_to,
            groups={
                code: codes_of_all_months(group.members) for code, group in project.groups.items()
            },
            task_map=share,
        )
    if found.recovered:
        raise DisclosureError(
            f"{found.recovered} of {len(found.cells)} hidden counts are not safe; hide more, with "
            "`indicators protect`",
            found.describe_unsafe(),
        )
    print(f"{len(found.cells)} hidden counts, none told")


# ``indicators diff``.


def diff_command(options: argparse.Namespace) -> None:
    """Print or write the revisions between two vintages or tables.

    Args:
        options: ``old``, ``new``, ``format``, ``out``.
    """
    if options.out:
        files.check_writable(options.out)
    from indicators.revisions.comparing import (
        FORMATS,
        areas_of_one_side,
        compare_sides,
        open_side,
    )

    old, new = open_side(options.old), open_side(options.new)
    revisions = compare_sides(old, new)
    for note in areas_of_one_side(old, new):
        print_to_stderr(note)
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


# ``indicators scan``.


def scan_command(options: argparse.Namespace) -> None:
    """Scan artefacts for personal identity codes and ids of persons.

    Args:
        options: ``paths``, ``ids``.
    """
    from tqdm import tqdm

    from indicators.scanning.scanner import scan_paths

    with tqdm(disable=None, leave=False, unit="file") as bar:

        def progress(name: str) -> None:
            bar.set_description(name)
            bar.update()

        found: Findings = scan_paths(options.paths, options.ids, progress=progress)
    print(found.text(), end="")
    found.check(listed=len(found.findings) + len(found.unreadable) <= MOST_REPEATED)
