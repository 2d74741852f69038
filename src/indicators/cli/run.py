"""``indicators run``."""

from __future__ import annotations

import argparse

from indicators.cli.jobs import counting, read_job
from indicators.cli.working import working


def run(options: argparse.Namespace) -> None:
    """Make the executed notebooks of the asked months; say where they are and what they took."""
    job = read_job(options, options.months)
    from indicators.production import runner
    from indicators.production.outcome import summary

    with working(job, options, "run") as work:
        with counting(job) as show:
            outcome = runner.attempt(
                job.settings,
                job.months,
                job.languages,
                given=job.given,
                register=job.register,
                run_options=job.run_options,
                cache=work.cache,
                progress=work.logged(show),
                notify=work.print_now,
            )
        if outcome.reports:
            for report in outcome.reports:
                print(report.notebook.relative_to(job.settings.root))
            print(f"\n{summary(outcome.rows)}", flush=True)
        outcome.check()
