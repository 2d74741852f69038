"""Results computed, or left where they still hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import areas
from indicators.areas.mergers import called
from indicators.evaluation.study import places, storing
from indicators.evaluation.study.plan import Plan
from indicators.production.evaluation.asked import Asked
from indicators.provenance import FileHashes, maker, record
from indicators.settings import Settings
from indicators.sources.statfin import read_snapshots

Progress = Callable[[str], None]
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Results:
    """Results on disk.

    Attributes:
        folder: Where they stand.
        computed: Whether they were computed now.
    """

    folder: Path
    computed: bool


def published(settings: Settings, options: Asked, progress: Progress) -> Results:
    """Results from the published figures.

    Raises:
        DataError: A source is damaged.
        UsageError: Something cannot be written.
    """
    statfin, root = settings.statfin.directory, settings.root
    plan = Plan(settings.report.group, matching=options.matching)
    # Vintages that hold later months alone have nothing to do with the study.
    last = plan.rules.last_month
    known = read_snapshots(statfin).until(last)
    vintage = known.vintages[0].vintage.isoformat()
    sources = record([statfin, root / areas.areas.TRIAL_KEYS], root, FileHashes())
    members = called(settings.groups[plan.group].members, last)
    chosen = plan.as_manifest() | {"members": list(members)}
    recorded_facts = storing.facts(vintage, sources, chosen, maker(root))

    def compute() -> Frames:
        # Imported here: a run that has nothing to compute does not wait for the estimators.
        from indicators.computing import compute_all
        from indicators.evaluation.study.running import Study, run

        computed = compute_all([last], statfin=statfin, until=last)
        return run(Study(computed, areas.load(settings), members, plan), progress)

    return _stored(root / places.FOLDER / vintage, recorded_facts, compute, options.force)


def made_up(settings: Settings, options: Asked, progress: Progress) -> Results:
    """Results from made-up people; raises as :func:`published`."""
    from indicators.evaluation.study.made_up import made_up as study

    choices, root = options.people, settings.root
    start = settings.trial.start.isoformat()[:7]
    members = called(settings.groups[settings.report.group].members, start)
    chosen = choices.as_manifest() | {"members": list(members), "start": start}
    vintage = choices.extract_date.isoformat()
    recorded_facts = storing.facts(vintage, [], chosen, maker(root))

    def compute() -> Frames:
        progress("made-up people")
        return study(members, start, choices)

    return _stored(root / places.MADE_UP_FOLDER / vintage, recorded_facts, compute, options.force)


def _stored(
    folder: Path, recorded_facts: dict[str, Any], compute: Callable[[], Frames], force: bool
) -> Results:
    if not force and storing.is_fresh(folder, recorded_facts):
        return Results(folder, computed=False)
    storing.write(compute(), folder, recorded_facts)
    return Results(folder, computed=True)
