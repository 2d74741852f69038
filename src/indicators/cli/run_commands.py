"""Commands that work on a whole project: report, run, evaluation, verify, doctor.

``run`` and ``report`` have the project to themselves, keep a log and use the cache.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import installed
from indicators.calendar import parse_months
from indicators.cli.main import load_project
from indicators.errors import UsageError
from indicators.production.options import Engine, Limits, Progress, RunOptions, RunRequest
from indicators.production.parameters import parse_languages, parse_pairs
from indicators.settings.model import Settings

if TYPE_CHECKING:
    from indicators.production.cache import StepCache
    from indicators.production.operations import Journal
    from indicators.production.site import Site
    from indicators.releases.store import Release
    from indicators.rendering.quarto import RendererChoice


def read_run_request(options: argparse.Namespace, months: str | None) -> RunRequest:
    """Read the options that both commands take; the settings fill what is not given.

    Raises:
        UsageError: A month, a language or a parameter is malformed, or a package is missing.
    """
    installed.require_distributions()
    requested_months = () if months is None else parse_months(months)
    languages = () if options.lang is None else parse_languages(options.lang)
    run_options = _run_options(options)
    given = parse_pairs(options.parameter)
    for name in ("month", "language", "languages"):
        if name in given:
            raise UsageError(f"parameter {name}: say it with --month, --months or --lang")
    if "area" in given:
        raise UsageError("parameter area: say it with --area")
    project = load_project(options.project, options.statfin)
    wanted_months = requested_months or project.report.months
    return RunRequest(
        project,
        wanted_months,
        languages or project.report.languages,
        given,
        _register_folder(options, project),
        run_options,
        tuple(options.notebook),
        _requested_areas(options.area, project, wanted_months),
        getattr(options, "draft", False),
    )


def _requested_areas(texts: Sequence[str], project: Settings, months: Sequence[str]) -> list[str]:
    """The areas that reports are asked of, each once; the settings' own is an empty text.

    Raises:
        UsageError: There is no such area, or not in one of the months; all of them are named.
    """
    if not texts:
        return [""]
    from indicators.areas.areas import load_areas

    areas = load_areas(project)
    codes: list[str] = []
    problems: list[str] = []
    for text in (part.strip() for given in texts for part in given.split(",")):
        if text == ALL_TRIAL_AREAS:
            codes += areas.divisions.of_kind("trial_area")
            continue
        try:
            areas.kind(text)
        except UsageError as error:
            problems.append(f"--area: {error.message}")
            continue
        gone = [(month, now) for month in months for now in areas.members_in_month(text, month)]
        if areas.kind(text) == "municipality" and (
            lost := [pair for pair in gone if pair[1] != text]
        ):
            month, now = lost[0]
            problems.append(
                f"--area: {text} ({areas.name(text, 'fi')}) is part of {now} "
                f"({areas.name(now, 'fi')}) in {month}; ask for that"
            )
        codes.append(text)
    if problems:
        raise UsageError(problems[0], problems[1:])
    own = project.report.group
    return list(dict.fromkeys("" if code == own else code for code in codes))


def _run_options(options: argparse.Namespace) -> RunOptions:
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers}: give 1 or more")
    limits = {
        name: getattr(options, name)
        for name in ("cell_seconds", "memory_gb")
        if getattr(options, name) is not None
    }
    for name, value in limits.items():
        if not (isfinite(value) and value > 0):
            raise UsageError(f"--{name.replace('_', '-')} {value:g}: give more than 0")
    return RunOptions(options.workers, Engine(options.engine), Limits(**limits))


def _register_folder(options: argparse.Namespace, project: Settings) -> Path | None:
    """The register that the options name; else the settings' register, if it is there."""
    if options.register or options.no_register:
        requested: Path | None = options.register
        return requested
    named = project.register
    return named.directory if named and named.directory.is_dir() else None


def print_to_stderr(text: str) -> None:
    """Print what is no result of a command and no error either."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step_progress(request: RunRequest, *, steps_each: int = 1) -> Iterator[Callable[[str], None]]:
    """Show progress on a terminal, and nothing in a pipe.

    Args:
        request: It has a step a month for its tables, and some a month and language.
        steps_each: How many steps a month and language take.
    """
    from tqdm import tqdm

    from indicators.production.report_notebooks import report_notebooks

    notebooks = len(report_notebooks(request.settings, request.only))
    pages = len(request.areas) * len(request.languages) * notebooks
    steps = len(request.months) * (1 + steps_each * pages)
    with tqdm(total=steps, disable=None, leave=False, unit="step") as bar:

        def progress(text: str) -> None:
            bar.set_description(text)
            bar.update()

        yield progress


# ``indicators evaluation``.


def evaluation_command(options: argparse.Namespace) -> None:
    """Build the evaluation's two volumes, and print where they are."""
    project = load_project(options.project, options.statfin)
    installed.require_distributions()
    if options.register is not None:
        _evaluate_individuals(project, options)
        return
    from tqdm import tqdm

    from indicators.evaluation.study.plan import Matching
    from indicators.production.evaluation_report import EvaluationOptions, build_evaluation
    from indicators.production.operations import exclusive_run
    from indicators.rendering.quarto import detect

    choice = detect(options.renderer)
    matching = replace(Matching(), draws=options.draws)
    evaluation_options = EvaluationOptions(
        matching=matching, area=options.area, force=options.force
    )
    with (
        exclusive_run(
            project.root,
            "evaluation",
            force=options.force,
            draws=options.draws,
            area=options.area or project.report.group,
        ) as journal,
        tqdm(disable=None, leave=False, unit="step") as bar,
    ):

        def progress(text: str) -> None:
            journal.write("begun", what=text)
            bar.set_description(text)
            bar.update()

        built = build_evaluation(project, choice, evaluation_options, progress=progress)
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for folder in built.results:
        print(f"results: {folder.relative_to(project.root)}")
    state = "made" if built.renewed else "unchanged"
    for paths in built.pages:
        print(f"{state}:", *(path.relative_to(project.root) for path in paths))


def _evaluate_individuals(project: Settings, options: argparse.Namespace) -> None:
    """Evaluate a register's individuals, and print where the protected results are."""
    from indicators.production.evaluation_report import individuals_results
    from indicators.production.operations import exclusive_run

    with exclusive_run(project.root, "evaluation", force=options.force) as journal:

        def progress(text: str) -> None:
            journal.write("begun", what=text)

        found = individuals_results(
            project, options.register, force=options.force, progress=progress
        )
    print(f"results: {found.folder.relative_to(project.root)}")
    print("computed" if found.computed else "unchanged")


# ``indicators verify``.


def verify_command(options: argparse.Namespace) -> None:
    """Compare published files with their recorded hashes, and with themselves rebuilt.

    Args:
        options: ``published``, ``no_rebuild``, ``project``.
    """
    from indicators.production.operations import shared_project_lock
    from indicators.production.verify import project_root, verify

    root = load_project(options.project or project_root(options.published)).root
    with shared_project_lock(root):
        print(verify(options.published, root, rebuild=not options.no_rebuild))


# ``indicators doctor``.


def doctor_command(options: argparse.Namespace) -> None:
    """Print what is installed, what is found, and which renderer will be used and why.

    Raises:
        UsageError: Something that the reports need is missing.
    """
    from indicators.production.doctor import examine_installation

    findings = examine_installation(options.project)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "ok  " if finding.fine else "lack"
        print(f"{mark} {finding.name:<{width}}  {finding.text}")
    lacking = [finding.name for finding in findings if not finding.fine]
    if lacking:
        sys.stdout.flush()
        raise UsageError(f"{', '.join(lacking)}: mend what is marked `lack` above")


# What ``run`` and ``report`` have around them: releases and new vintages reported, log and cache.


def release_folders(root: Path) -> frozenset[Path]:
    """Folders of the releases of a project."""
    return frozenset(
        path.parent for path in (root / "data" / "released").glob("*/*/*/release.json")
    )


def releases_since(root: Path, before: AbstractSet[Path]) -> list[str]:
    """A line for each call for protection since then.

    Args:
        root: The project's folder.
        before: The folders of releases there were then.
    """
    if not release_folders(root) - before:
        return []
    from indicators.releases.store import project_releases

    new = [release for folder, release in project_releases(root).items() if folder not in before]
    return [_release_line(root, list(batch)) for _, batch in groupby(new, key=_protection_call)]


def _protection_call(release: Release) -> tuple[str, int]:
    return release.folder.parent.parent.name, release.number


def _release_line(root: Path, batch: list[Release]) -> str:
    register, number = _protection_call(batch[0])
    rows = sum(count for release in batch for count in release.statuses.values())
    hidden = sum(release.statuses.get("suppressed", 0) for release in batch)
    months = sorted(release.month for release in batch)
    place = (root / "data" / "internal" / "releases" / register / f"{number:04d}").relative_to(root)
    many = len(months) > 1
    months_text = (
        f"{len(months)} months of {months[0]}..{months[-1]}" if many else f"1 month of {months[0]}"
    )
    return (
        f"released: {months_text}, {hidden} of {rows} figures "
        f"hidden ({batch[0].terms['policy']}); why: {place.as_posix()}"
    )


@dataclass(frozen=True)
class RunSession:
    """A run at work.

    Attributes:
        cache: Decides which steps need not run again.
        journal: The run's log.
    """

    cache: StepCache
    journal: Journal

    def logged(self, show: Progress) -> Progress:
        """Progress that is shown and logged."""

        def progress(text: str) -> None:
            self.journal.write("done", what=text)
            show(text)

        return progress

    def print_now(self, text: str) -> None:
        """Print what is to be read at once, clear of any progress bar."""
        from tqdm import tqdm

        tqdm.write(text.rstrip("\n"), file=sys.stdout)


@contextmanager
def run_session(
    request: RunRequest, options: argparse.Namespace, command: str
) -> Iterator[RunSession]:
    """Have the project to oneself for a run; print what it released and decided at the end.

    Args:
        request: Months, languages and parameters of the project.
        options: ``force``, ``explain_cache``.
        command: Which command runs.

    Raises:
        UsageError: Another run is at work in the project.
    """
    from indicators.production.cache import StepCache
    from indicators.production.operations import exclusive_run

    root = request.settings.root
    before, released_before = _vintages_by_month(request), release_folders(root)
    facts: dict[str, str | int | float | bool | list[str] | None] = {
        "months": list(request.months),
        "languages": list(request.languages),
    }
    if list(request.areas) != [""]:
        facts["areas"] = [area or request.settings.report.group for area in request.areas]
    if request.draft:
        facts["draft"] = True
    with exclusive_run(root, command, force=options.force, **facts) as journal:
        cache = StepCache(root, force=options.force)
        try:
            yield RunSession(cache, journal)
        finally:
            for verdict in cache.verdicts:
                journal.write("cache", step=str(verdict.step), reason=verdict.reason)
            cache.keep()
            new_vintages = _new_vintages(request, before)
            for vintage in new_vintages:
                journal.write("further vintage", text=vintage.full_reason)
            released_lines = releases_since(root, released_before)
            for line in released_lines:
                journal.write("released", text=line)
    for line in (*released_lines, *_new_vintage_lines(new_vintages, root)):
        print(line)
    if options.explain_cache:
        for verdict in cache.verdicts:
            print(verdict)


def _vintages_by_month(request: RunRequest) -> dict[str, list[str]]:
    """The vintages of each month of a request."""
    from indicators.processed import vintages

    root = request.settings.root
    return {
        month: vintages.list_vintages(vintages.month_folder(root, month))
        for month in request.months
    }


@dataclass(frozen=True)
class _NewVintage:
    """A vintage that came beside earlier vintages of the same day.

    Attributes:
        folder: Where it is.
        reason: Why, all of it.
    """

    folder: Path
    reason: str

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def full_reason(self) -> str:
        return f"new vintage {self.name}: {self.reason}"


def _new_vintages(request: RunRequest, before: dict[str, list[str]]) -> list[_NewVintage]:
    """The vintages since then that came beside others of the same day, each with its reason."""
    from indicators.processed import manifest, vintages

    new = [
        vintages.month_folder(request.settings.root, month) / name
        for month, names in _vintages_by_month(request).items()
        for name in names
        if name not in before[month] and vintages.vintage_number(name) > 1
    ]
    return [_NewVintage(folder, str(manifest.read(folder)["reason"])) for folder in new]


def _new_vintage_lines(new_vintages: Sequence[_NewVintage], root: Path) -> Iterator[str]:
    """Lines on what was republished with other figures, where it stands, and what to do."""
    if not new_vintages:
        return
    from indicators.processed import manifest, vintages
    from indicators.processed.vintages import MANIFEST

    first, more = new_vintages[0], len(new_vintages) - 1
    name = first.folder.name
    number, day = vintages.vintage_number(name), vintages.vintage_day(name)
    before = first.folder.with_name(vintages.vintage_name(day, number - 1))
    difference = manifest.vintage_difference(
        before, manifest.read(first.folder), vintages.differing_files(first.folder, before)
    )
    more_text = f" and {more} more, to {new_vintages[-1].name}" if more else ""
    yield f"new vintage {first.name}{more_text}: {difference.summary()}"
    old, new = (folder.relative_to(root).as_posix() for folder in (before, first.folder))
    yield f"all of it: {new}/{MANIFEST}; figure by figure: indicators diff {old} {new}"
    yield (
        "if that was meant, nothing is to be done: earlier vintages stay and `latest` names the "
        "new one; else mend the source and run again"
    )


# ``indicators report``.


ALL_TRIAL_AREAS = "all-trial"
# A file system's clock may be so many seconds behind the system's.
CLOCK_RESOLUTION = 2.0


def report_command(options: argparse.Namespace) -> None:
    """Build the reports; print where they are and which renderer was used."""
    request = read_run_request(options, options.month)
    from indicators.production import site
    from indicators.rendering.quarto import detect

    choice = detect(options.renderer)
    begun = time.time() - CLOCK_RESOLUTION
    with run_session(request, options, "report") as work:
        with step_progress(request, steps_each=2) as show:
            built = site.build_site(
                request,
                choice,
                cache=work.cache,
                progress=work.logged(show),
                notify=work.print_now,
            )
            scanned = _scan_pages(request, [page.html for page in built.pages], begun)
        _print_result(request, choice, built, scanned)
        built.outcome.check()


def _print_result(request: RunRequest, choice: RendererChoice, built: Site, scanned: int) -> None:
    root = request.settings.root
    print(f"register: {_register_note(request)}")
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for page in built.pages:
        print(" ".join(str(path.relative_to(root)) for path in (page.html, page.pdf) if path))
    for draft in built.drafts:
        paths = [str(path.relative_to(root)) for path in (draft.html, draft.pdf) if path]
        print("draft, not published:", *paths)
    if request.draft:
        print("drafts: nothing was released, and nothing is on the site", flush=True)
        return
    print(f"front page: {built.index.relative_to(root)}")
    print(f"scanned: {scanned} files made, nothing found that tells of a person", flush=True)


def _scan_pages(request: RunRequest, pages: Sequence[Path], begun: float) -> int:
    """Scan the pages that this run rendered, with the register's own ids at hand."""
    folders = sorted({page.parent for page in pages if page.stat().st_mtime >= begun})
    if not folders:
        return 0
    from indicators.production.publishing import scan_pages

    return scan_pages(folders, request.register, begun, request.run_options.workers)


def _register_note(request: RunRequest) -> str:
    """The register that the second part is from, or why there is none."""
    root, named = request.settings.root, request.settings.register
    if request.register:
        return _displayed_path(request.register, root)
    missing = named is not None and not named.directory.is_dir()
    none = f"none at {_displayed_path(named.directory, root)}" if named and missing else "none"
    return f"{none}; the reports have their published part alone"


def _displayed_path(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


# ``indicators run``.


def run_command(options: argparse.Namespace) -> None:
    """Execute the notebooks of the requested months; print where they are and what they took."""
    request = read_run_request(options, options.months)
    from indicators.production import runner
    from indicators.production.steps import summary_table

    with run_session(request, options, "run") as work:
        with step_progress(request) as show:
            outcome = runner.run(
                request, cache=work.cache, progress=work.logged(show), notify=work.print_now
            )
        if outcome.reports:
            for report in outcome.reports:
                print(report.notebook.relative_to(request.settings.root))
            print(f"\n{summary_table(outcome.rows)}", flush=True)
        for draft in outcome.drafts:
            print(f"draft, not published: {draft.notebook.relative_to(request.settings.root)}")
        outcome.check()
