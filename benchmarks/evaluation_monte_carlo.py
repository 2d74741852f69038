"""How often the study's methods err, on many drawn panels: the table that the report shows.

    python benchmarks/evaluation_monte_carlo.py

writes ``src/indicators/evaluation/study/monte_carlo.json``, with what it depends on: a test says
when it has to be made anew. It takes some ten minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from indicators.areas.areas import load_areas
from indicators.areas.mergers import codes_in_month
from indicators.computing import compute_all
from indicators.evaluation.study import monte_carlo
from indicators.evaluation.study.plan import StudyPlan
from indicators.evaluation.study.study import Study
from indicators.settings.loading import load_settings

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the study and keep its table."""
    settings, plan = load_settings(ROOT), monte_carlo.MonteCarloPlan()
    study_plan = StudyPlan(settings.report.group)
    last = study_plan.rules.last_month
    computed = compute_all([last], statfin=settings.statfin.directory, until=last)
    members = codes_in_month(settings.groups[study_plan.group].members, last)
    study = Study(computed, load_areas(settings), members, study_plan)
    cube, region = study.main_cube, study.main_region

    def progress(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    found = monte_carlo.run(cube, region, plan, progress)
    monte_carlo.write_table(found, monte_carlo.table_depends_on(cube, region, plan))
    print(found.to_string())


if __name__ == "__main__":
    main()
