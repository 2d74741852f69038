"""``indicators report``."""

from __future__ import annotations

import argparse
from pathlib import Path

from indicators.cli.jobs import Job, counting, read_job
from indicators.cli.working import working


def run(options: argparse.Namespace) -> None:
    """Make the reports, and say where they are and which renderer made them."""
    job = read_job(options, options.month)
    from indicators.production import site
    from indicators.rendering import detect

    choice = detect(options.renderer)
    with working(job, options, "report") as work, counting(job, steps_each=2) as show:
        made = site.make(
            job.settings,
            job.months,
            job.languages,
            choice,
            given=job.given,
            register=job.register,
            workers=options.workers,
            progress=work.heard(show),
            cache=work.cache,
        )
    root = job.settings.root
    print(f"register: {_told(job)}")
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for page in made.pages:
        print(" ".join(str(path.relative_to(root)) for path in (page.html, page.pdf) if path))
    print(f"front page: {made.index.relative_to(root)}")


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
