"""From a register to the long table: set up, count, make rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from indicators import catalogue
from indicators.areas import mergers
from indicators.areas.mergers import AREA
from indicators.catalogue import EVERY, Catalogue
from indicators.errors import UsageError
from indicators.measures.register import columns, running
from indicators.measures.register.clock import Clock
from indicators.measures.register.job import Choices, Job, Source
from indicators.measures.register.measure import RESIDENCE, Measure
from indicators.measures.register.places import lay_out
from indicators.measures.register.progress import Progress, silent
from indicators.measures.register.registry import families, longest_look_back
from indicators.measures.register.sheet import Sheet
from indicators.measures.register.totals import Rows, Totals
from indicators.problems import refuse_together
from indicators.register.check import failures, figures_and_gaps, read_figures
from indicators.register.invariants import Faults
from indicators.register.store import Register
from indicators.tallies.axes import COUNTRY
from indicators.tallies.tallies import forget

_OF_SEVERAL = "stocks"
"""The rows of several families are made of the unemployed."""


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
    wanted: Collection[str] | None = None,
) -> pd.DataFrame:
    """See :func:`indicators.measures.register.compute_register`; all families or those wanted."""
    chosen_families = {
        name: of for name, of in families().items() if wanted is None or name in wanted
    }
    definitions = catalogue.load()
    choices = _choices(definitions, parameters, merge_layoff=merge_layoff)
    job = make_job(register, months, groups, trial_offices, choices)
    faults = figures_and_gaps(read_figures(register), register) if checked else Faults()
    tallies = running.tally(
        job,
        workers=workers,
        executor=executor,
        chunk_rows=chunk_rows or running.CHUNK_ROWS,
        # Where a figure cannot be right, persons are checked and not counted.
        measures=[] if faults else tuple(chosen_families),
        progress=progress or silent,
        checked=checked,
    )
    folder = register.folder if isinstance(register, Register) else Path()
    refuse_together(failures(faults + tallies.faults, folder))
    builder = _rows(Totals(job, tallies), definitions, workers, chosen_families)
    forget(tallies, _OF_SEVERAL)
    return builder.table()


def _rows(
    totals: Totals, definitions: Catalogue, workers: int, asked: Mapping[str, Sequence[Measure]]
) -> Sheet:
    """The rows of all families in order; threads, as most of the time is spent in NumPy."""

    def of_family(name: str, of: Sequence[Measure]) -> Sheet:
        part = Sheet(definitions)
        for one in of:
            one.rows(totals, Rows(one, totals, part))
        if name != _OF_SEVERAL:
            forget(totals.tallies, name)
        return part

    builder = Sheet(definitions)
    with ThreadPoolExecutor(workers) as threads:
        for part in threads.map(of_family, asked, asked.values()):
            builder.extend(part)
    return builder


def _choices(definitions: Catalogue, changed: Choices, *, merge_layoff: bool) -> Choices:
    defaults = definitions.defaults()
    known = {**defaults, EVERY: {name for defaults_of in defaults.values() for name in defaults_of}}
    unknown = [
        f"{indicator}.{name}"
        for indicator, defaults_of in changed.items()
        for name in defaults_of
        if name not in known.get(indicator, {})
    ]
    if unknown:
        raise UsageError(
            f"parameter {', '.join(sorted(unknown))}: no indicator has it; "
            "`indicators catalogue --format json` lists them"
        )
    choices = definitions.values(changed)
    if not merge_layoff:
        for defaults_of in choices.values():
            if "merge_layoff" in defaults_of:
                defaults_of["merge_layoff"] = False
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
    offices, months_back = frozenset(trial_offices), longest_look_back()
    return Job(register, clock, axes, places, members, offices, choices, months_back)


def _municipalities(register: Source, groups: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Codes of residence; where nobody's is delivered, those that other sources know of."""
    if register.has(RESIDENCE):
        found = columns.dictionary(register.read(RESIDENCE, ["municipality"], encoded=True)[0])
        return tuple(sorted(set(found.dictionary.to_pylist())))
    members = {area.removeprefix(AREA) for areas in groups.values() for area in areas}
    with_base = set(register.read("labour_force", ["municipality"])[0].to_pylist())
    return tuple(sorted((members | with_base) - {COUNTRY}))
