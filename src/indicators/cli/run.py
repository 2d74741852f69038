"""``indicators run``."""

from __future__ import annotations

import argparse

from indicators.cli.jobs import counting, read_job


def run(options: argparse.Namespace) -> None:
    """Make the executed notebooks of the asked months."""
    job = read_job(options, options.months)
    from indicators.production import runner

    with counting(job) as progress:
        reports = runner.run(
            job.settings,
            job.months,
            job.languages,
            given=job.given,
            register=job.register,
            workers=options.workers,
            progress=progress,
        )
    for report in reports:
        print(report.notebook.relative_to(job.settings.root))
