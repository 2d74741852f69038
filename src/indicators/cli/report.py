"""``indicators report``."""

from __future__ import annotations

import argparse

from indicators.cli.jobs import counting, read_job


def run(options: argparse.Namespace) -> None:
    """Make the reports, and say where they are and which renderer made them."""
    job = read_job(options, options.month)
    from indicators.production import site
    from indicators.rendering import detect

    choice = detect(options.renderer)
    with counting(job, steps_each=2) as progress:
        made = site.make(
            job.settings,
            job.months,
            job.languages,
            choice,
            given=job.given,
            register=options.register,
            workers=options.workers,
            progress=progress,
        )
    root = job.settings.root
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for page in made.pages:
        print(" ".join(str(path.relative_to(root)) for path in (page.html, page.pdf) if path))
    print(f"front page: {made.index.relative_to(root)}")
