"""From a register to the long table: set up, count, tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from indicators import catalogue
from indicators.areas import mergers
from indicators.areas.mergers import AREA
from indicators.catalogue import Catalogue
from indicators.errors import UsageError
from indicators.measures.register import (
    activation,
    benefits,
    caseload,
    columns,
    durations,
    exits,
    flows,
    offers,
    plans,
    running,
    satisfaction,
    services,
    stocks,
    structural,
    wellbeing,
)
from indicators.measures.register.clock import Clock
from indicators.measures.register.job import Choices, Job, Source
from indicators.measures.register.needs import RESIDENCE, Needs
from indicators.measures.register.places import lay_out
from indicators.measures.register.progress import Progress, silent
from indicators.measures.register.sheet import Sheet
from indicators.measures.register.totals import Totals
from indicators.problems import refuse_together
from indicators.register.check import failures, figures_and_gaps, read_figures
from indicators.register.invariants import Faults
from indicators.register.store import Register
from indicators.tallies.axes import COUNTRY
from indicators.tallies.tallies import forget

Tell = Callable[[Totals, Sheet], None]

_TOLD: Mapping[str, Tell] = {
    "stocks": stocks.tell,
    "exits": exits.tell,
    "durations": durations.tell,
    "structural": structural.tell,
    "flows": flows.tell,
    "activation": activation.tell,
    "services": services.tell,
    "offers": offers.tell,
    "caseload": caseload.tell,
    "plans": plans.tell,
    "benefits": benefits.tell,
    "satisfaction": satisfaction.tell,
    "wellbeing": wellbeing.tell,
}
"""In the order of their rows, under the names of their tallies."""

NEEDS: Needs = {
    indicator: statistics
    for measure in (
        stocks,
        exits,
        durations,
        structural,
        flows,
        activation,
        services,
        offers,
        caseload,
        plans,
        benefits,
        satisfaction,
        wellbeing,
    )
    for indicator, statistics in measure.NEEDS.items()
}
"""Tables that each figure is counted from, by indicator and statistic."""

_OF_SEVERAL = "stocks"
"""The unemployed are told by several families."""


def compute(
    register: Source,
    months: Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]],
    trial_offices: Collection[str],
    parameters: Choices,
    workers: int,
    executor: Executor | None,
    merge_layoff: bool,
    chunk_rows: int | None,
    progress: Progress | None,
    checked: bool = False,
    families: Collection[str] = tuple(_TOLD),
) -> pd.DataFrame:
    """See :func:`indicators.measures.register.compute_register`; all families or some."""
    definitions = catalogue.load()
    choices = _choices(definitions.defaults(), parameters, merge_layoff=merge_layoff)
    job = make_job(register, months, groups, trial_offices, choices)
    faults = figures_and_gaps(read_figures(register), register) if checked else Faults()
    tallies = running.tally(
        job,
        workers=workers,
        executor=executor,
        chunk_rows=chunk_rows or running.CHUNK_ROWS,
        # Where a figure cannot be right, persons are checked and not counted.
        measures=[] if faults else [name for name in running.MEASURES if name in families],
        progress=progress or silent,
        checked=checked,
    )
    folder = register.folder if isinstance(register, Register) else Path()
    refuse_together(failures(faults + tallies.faults, folder))
    asked = {name: tell for name, tell in _TOLD.items() if name in families}
    sheet = _tell(Totals(job, tallies), definitions, workers, asked)
    forget(tallies, _OF_SEVERAL)
    return sheet.table()


def _tell(totals: Totals, definitions: Catalogue, workers: int, asked: Mapping[str, Tell]) -> Sheet:
    """The rows of all families in order; threads, as most of the time is spent in NumPy."""

    def told(name: str, tell: Tell) -> Sheet:
        part = Sheet(definitions)
        tell(totals, part)
        if name != _OF_SEVERAL:
            forget(totals.tallies, name)
        return part

    sheet = Sheet(definitions)
    with ThreadPoolExecutor(workers) as threads:
        for part in threads.map(told, asked, asked.values()):
            sheet.extend(part)
    return sheet


def _choices(defaults: Choices, changed: Choices, *, merge_layoff: bool) -> Choices:
    unknown = [
        f"{indicator}.{name}"
        for indicator, of in changed.items()
        for name in of
        if name not in defaults.get(indicator, {})
    ]
    if unknown:
        raise UsageError(
            f"parameter {', '.join(sorted(unknown))}: no indicator has it; "
            "`indicators catalogue --format json` lists them"
        )
    choices = {one: {**of, **changed.get(one, {})} for one, of in defaults.items()}
    if not merge_layoff:
        for of in choices.values():
            if "merge_layoff" in of:
                of["merge_layoff"] = False
    return choices


def make_job(
    register: Source,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    trial_offices: Collection[str],
    choices: Choices,
) -> Job:
    """Everything the chunks of a register need to know to be counted.

    Raises:
        UsageError: A group has the code of another area.
    """
    municipalities = _municipalities(register, groups)
    taken = sorted(set(groups) & {COUNTRY, *(f"KU{code}" for code in municipalities)})
    if taken:
        raise UsageError(f"group {', '.join(taken)}: an area has this code; rename the group")
    clock = Clock.of(months, register.extract_date)
    members = {
        code: mergers.load().members(area.removeprefix(AREA) for area in areas)
        for code, areas in groups.items()
    }
    axes, places = lay_out(municipalities, members, clock.months)
    return Job(register, clock, axes, places, members, frozenset(trial_offices), choices)


def _municipalities(register: Source, groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Codes of residence; where nobody's is delivered, those that other sources know of."""
    if register.has(RESIDENCE):
        found = columns.dictionary(register.read(RESIDENCE, ["municipality"], encoded=True)[0])
        return tuple(sorted(set(found.dictionary.to_pylist())))
    members = {area.removeprefix(AREA) for areas in groups.values() for area in areas}
    with_base = set(register.read("labour_force", ["municipality"])[0].to_pylist())
    return tuple(sorted((members | with_base) - {COUNTRY}))
