"""The register's methods over 200 made-up registers: the table that the second volume shows.

    python benchmarks/individuals_monte_carlo.py [SEEDS] [PROCESSES]

writes ``src/indicators/evaluation/study/individuals_monte_carlo.json``, with the hash of all that
it depends on: a test says when it has to be made anew. 200 seeds take some fifteen minutes on two
processes.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from indicators.areas.divisions import load_divisions
from indicators.evaluation.study import individuals_monte_carlo as study

KEYS = Path(__file__).resolve().parents[1] / "data" / "raw" / "areas"


def main() -> None:
    """Run the study and keep its results."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    plan = study.MonteCarloPlan()
    areas = study.study_areas(load_divisions(KEYS), plan.least_share)
    with ProcessPoolExecutor(processes) as pool:
        parts = []
        for part in pool.map(partial(study.replicate, plan, areas), range(1, seeds + 1)):
            parts.append(part)
            print(f"{len(parts)} of {seeds}", file=sys.stderr, flush=True)
    found = pd.concat(parts, ignore_index=True)
    study.write_results(found, plan, areas)
    print(study.kept_results()[0].to_string())


if __name__ == "__main__":
    main()
