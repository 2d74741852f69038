"""``indicators report``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.cli.jobs import Job, counting, read_job
from indicators.cli.working import working

if TYPE_CHECKING:
    from indicators.production.site import Site
    from indicators.rendering import RendererChoice

# A file system's clock may be so many seconds behind the system's.
CLOCK = 2.0


def run(options: argparse.Namespace) -> None:
    """Make the reports, and say where they are and which renderer made them."""
    job = read_job(options, options.month)
    from indicators.production import site
    from indicators.rendering import detect

    choice = detect(options.renderer)
    begun = time.time() - CLOCK
    with working(job, options, "report") as work:
        with counting(job, steps_each=2) as show:
            built = site.make(
                job.settings,
                job.months,
                job.languages,
                choice,
                given=job.given,
                register=job.register,
                run_options=job.run_options,
                progress=work.logged(show),
                cache=work.cache,
                notify=work.print_now,
            )
            scanned = _looked_through(job, [page.html for page in built.pages], begun)
        _tell(job, choice, built, scanned)
        built.outcome.check()


def _tell(job: Job, choice: RendererChoice, built: Site, scanned: int) -> None:
    root = job.settings.root
    print(f"register: {_told(job)}")
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for page in built.pages:
        print(" ".join(str(path.relative_to(root)) for path in (page.html, page.pdf) if path))
    print(f"front page: {built.index.relative_to(root)}")
    print(f"scanned: {scanned} files made, nothing found that tells of a person", flush=True)


def _looked_through(job: Job, pages: Sequence[Path], begun: float) -> int:
    """Look through the pages that this run made, with the register's own ids at hand."""
    folders = sorted({page.parent for page in pages if page.stat().st_mtime >= begun})
    if not folders:
        return 0
    from indicators.production.looking import look_through

    return look_through(folders, job.register, begun, job.run_options.workers)


def _told(job: Job) -> str:
    """Which register the second part is from, or why there is none."""
    root, named = job.settings.root, job.settings.register
    if job.register:
        return _shown(job.register, root)
    missing = named is not None and not named.directory.is_dir()
    none = f"none at {_shown(named.directory, root)}" if named and missing else "none"
    return f"{none}; the reports have their published part alone"


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
