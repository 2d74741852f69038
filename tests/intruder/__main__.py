"""Protect and attack many made-up towns: ``python -m intruder [TRIALS] [FIRST SEED]``.

Each refusal is printed with its reason; so is each trial of which a count is told.
"""

import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from intruder.trials import Outcome, trial, ways_of


def main(trials: int = 1000, first: int = 0) -> int:
    """Tell how many hidden counts there were and how many of them came out; 1 if any did."""
    tables = hidden = refused = needlessly = 0
    broken: list[Outcome] = []
    for done, outcome in enumerate(_outcomes(range(first, first + trials)), start=1):
        tables += len(outcome.out)
        hidden += sum(
            np.count_nonzero(release.rows["status"] == "suppressed") for release in outcome.out
        )
        refused += len(outcome.refused)
        needlessly += outcome.hopeless.count(False)
        for reason, hopeless in zip(outcome.refused, outcome.hopeless, strict=True):
            print(_refusal_line(outcome, reason, hopeless=hopeless), flush=True)
        if not outcome.withstood:
            broken.append(outcome)
            print(_line(outcome), flush=True)
        if done % 50 == 0 or done == trials:
            print(f"{done} of {trials} trials, {tables} tables", flush=True)
    print(
        f"{tables} protected tables, {hidden} hidden rows, {refused} tables refused, of which "
        f"{needlessly} could have been protected: "
        f"{f'counts told in {len(broken)} trials' if broken else 'none told'}"
    )
    return int(bool(broken))


def _outcomes(seeds: range) -> Iterable[Outcome]:
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(trial, *zip(*ways_of(seeds), strict=True), chunksize=5)


def _refusal_line(outcome: Outcome, reason: str, *, hopeless: bool) -> str:
    """Why a table was refused, without what the message advises."""
    what = " ".join(reason.split("; nothing was written", maxsplit=1)[0].split())
    verdict = "no choice of rows is safe" if hopeless else "could have been protected"
    return f"refused: seed {outcome.seed}, {outcome.way}, {outcome.policy}: {what} ({verdict})"


def _line(outcome: Outcome) -> str:
    return (
        f"seed {outcome.seed}, {outcome.way}, {outcome.policy}: {len(outcome.told)} counts told "
        f"by the attack "
        f"written apart, {outcome.recovered} by the package's own"
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
