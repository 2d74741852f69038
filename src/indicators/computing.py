"""From sources to the long table, unprotected: for the data holder's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pandas as pd

from indicators import table
from indicators.areas.areas import TRIAL_KEYS, Areas
from indicators.areas.divisions import load_divisions
from indicators.areas.mergers import codes_of_all_months
from indicators.calendar import parse_month, parse_months, shift_month
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.errors import MissingSettingsError, UsageError
from indicators.measures.cofinanced import (
    BENEFIT_MONTHS,
    benefit_areas,
    cofinanced_table,
    labour_forces,
    read_benefits,
)
from indicators.measures.further_snapshots import Scope
from indicators.measures.official import missing_tables, official_context, official_table
from indicators.measures.official_additions import rate_differences
from indicators.measures.register.breakdown import (
    Cross,
    Where,
    describe_restriction,
    read_breakdown,
)
from indicators.measures.shares import refuse_impossible_shares
from indicators.reconciliation.identities import check_identities
from indicators.register.prices import with_prices
from indicators.register.store import Register, open_register
from indicators.settings.loading import load_settings, parameter_problems
from indicators.settings.model import ServicePrice, Settings, Value
from indicators.sources.kela.folder import CofinancedBenefits
from indicators.sources.kela.listing import holds_data
from indicators.sources.statfin.further_tables import (
    NO_FURTHER_TABLES,
    FurtherTables,
    read_further_tables,
)
from indicators.sources.statfin.snapshots import Snapshots, read_snapshots
from indicators.tallies.axes import Breakdown

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Computed:
    """What one reading of the sources gives.

    Attributes:
        indicators: The long table of the indicators' published part.
        context: The context series beside them, in the same columns.
        snapshots: What they were computed from: table 12r5.
        tables: And the further tables, where there are any.
        notes: What is lacking in these for the months asked for, and how they differ from 12r5.
        cofinanced: The long table of municipally co-financed benefits; None without Kela's data.
        benefits: What that was computed from.
    """

    indicators: pd.DataFrame
    context: pd.DataFrame
    snapshots: Snapshots
    tables: FurtherTables = NO_FURTHER_TABLES
    notes: tuple[str, ...] = ()
    cofinanced: pd.DataFrame | None = None
    benefits: CofinancedBenefits | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """How a register is counted; what is not given is as the project's settings have it.

    Another definition is compared with the official one by computing twice::

        official = indicators.compute("2022-05", register=register, choices=Choices(parameters={}))
        gap_of_a_week = Choices(parameters={"all": {"unemployment_gap_days": 7}})
        ours = indicators.compute("2022-05", register=register, choices=gap_of_a_week)
        key = ["indicator", "statistic", "month", "area", "population", "dimension", "category"]
        both = official.merge(ours, on=key, suffixes=("_official", "_ours"))

    ``indicators catalogue --format json`` lists the parameters of each indicator with their
    defaults, which are the official definition where there is one.

    Attributes:
        trial_offices: Office codes (``toinoh``) of the trial, four digits each.
        parameters: Values by indicator id and parameter, in place of the catalogue's defaults
            and of all that the settings have; what ``all`` has is of every indicator with the
            parameter. ``{}`` is the catalogue as it stands.
        merge_layoff: Whether codes 02 and 03 that touch make one unemployment spell.
        service_prices: What a day in a service costs, where the register has no such table; ``()``
            for no prices.
        workers: Processes at work, where no executor is given.
        executor: Any ``concurrent.futures.Executor``, also of a cluster whose workers see the
            register under the same path.
        progress: Called with the number of the register's chunks that are done, and of all.
    """

    trial_offices: Sequence[str] | None = None
    parameters: Mapping[str, Mapping[str, Value]] | None = None
    merge_layoff: bool = True
    service_prices: Sequence[ServicePrice] | None = None
    workers: int = 1
    executor: Executor | None = None
    progress: Callable[[int, int], None] | None = None


def compute(
    months: str | Sequence[str],
    *,
    statfin: Path | str | None = None,
    register: Register | Path | str | None = None,
    kela: Path | str | None = None,
    groups: Groups | None = None,
    areas: Groups | None = None,
    keys: Areas | None = None,
    choices: Choices | None = None,
    cross: Cross | str = (),
    where: Where | None = None,
    report_note: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """The long table of some months, from StatFin's snapshots, a register, or both.

    Examples:
        Women of 50 and over, beside all other figures, and a table of women alone::

            indicators.compute("2022-05", register=register, cross=[("sex", "age_group")])
            indicators.compute("2022-05", register=register, where={"sex": "women"})

    Args:
        months: ``YYYY-MM``, or a text such as ``2021-03..2023-06``.
        statfin: StatFin's tables: a folder of snapshots, downloads and fetched answers, of which
            table 12r5 must be there, or one file of 12r5.
        register: A canonical register (of ``read_register``), or its folder.
        kela: A folder of Kela's open data: the municipally co-financed benefits. What is given per
            person of the labour force, and for the whole country, needs ``statfin`` too.
        groups: Member areas by group code; the settings' groups if not given.
        areas: Municipalities by the code of further areas that published figures are added up for;
            if neither these nor groups are given, all employment areas, elinvoimakeskukset and
            trial areas of the keys.
        keys: The keys of areas: Kela writes employment areas by name, and its figures are added up
            for every area of the keys; for ``groups`` and ``areas`` alone if not given.
        choices: How the register is counted.
        cross: Dimensions of the register's persons that are crossed, two or more of ``sex``,
            ``age_group``, ``origin`` and ``service_line`` each: ``("sex", "age_group")`` or
            ``"sex*age_group"``. Every register figure that comes by these dimensions has rows
            with ``dimension`` ``sex*age_group`` and ``category`` ``women*50-`` too. Figures that
            do not come by them (StatFin's, Kela's, the surveys', the caseload, and shares of a
            labour force) stay as they are, which ``report_note`` is told.
        where: The category of a dimension that a person must be in to be counted, or a list of
            categories, by dimension; of several dimensions in all of them. The category is that
            on the reference day of each figure, as its dimension has it: the rows of
            ``where={"sex": "women"}`` in total are those of ``sex`` ``women`` without it. Figures
            that cannot be of some persons alone are ``not_available``, and StatFin's, which are
            of areas, cannot be asked for beside it.
        report_note: Called with what was left out of the snapshots or is lacking in them, and
            with what is not crossed.

    Returns:
        One row a figure (contract, section 3), StatFin's before the register's; the column
        ``source`` distinguishes them. With ``where`` a last column ``where`` says whom all rows
        are of, such as ``sex=women``: a table that has it is not protected, since its totals are
        no totals.

    Raises:
        UsageError: No source is given, a month is malformed, the snapshots hold none of the
            months, or a folder is not there; ``cross`` or ``where`` name what is not known, or
            are of no use to the sources; parameters that no indicator has, or not of that kind.
        DataError: A source is damaged, breaks an invariant, or gives a share of a labour force
            above 100 %.
    """
    wanted = _months(months)
    if statfin is None and register is None and kela is None:
        raise UsageError("no source is given; name a folder of snapshots or a register")
    breakdown = read_breakdown(cross, where)
    public = statfin is not None or kela is not None
    _refuse_breakdown_of_areas(breakdown, statfin=public, register=register)
    frames = []
    if statfin is not None:
        snapshots = read_snapshots(Path(statfin))
        require_held_months(wanted, snapshots)
        members = _settings_groups(groups)
        if areas is None:
            areas = _key_areas() if groups is None else {}
        tables = read_further_tables(Path(statfin))
        scope = Scope(wanted, {**areas, **members}, _catalogue_in_force(choices))
        frames.append(official_table(snapshots, tables, scope))
        for note in (
            *snapshots.notes,
            *missing_columns(snapshots, wanted),
            *missing_members(snapshots, wanted, members),
            *_notes_on_tables(frames[0], tables, scope),
        ):
            report_note(note)
    if kela is not None:
        benefits = read_benefits(Path(kela), keys)
        if benefits is None:
            raise UsageError(
                f"{kela}: holds no file of municipally co-financed benefits; "
                "`indicators fetch kela` gets them"
            )
        for note in benefits.notes:
            report_note(note)
        added_up = benefit_areas({**(areas or {}), **_settings_groups(groups)}, keys)
        force = labour_forces(frames[0]) if frames else {}
        definitions = _catalogue_in_force(choices)
        frames.append(cofinanced_table(benefits, wanted, added_up, definitions, force))
    if register is not None:
        frames.append(
            _register_table(
                register, wanted, _settings_groups(groups), choices or Choices(), breakdown
            )
        )
        if breakdown.crossed:
            report_note(_not_crossed(frames))
    for frame in frames:
        refuse_impossible_shares(frame)
    computed = table.concat(frames)
    if breakdown.where:
        computed[table.RESTRICTION] = describe_restriction(breakdown)
    return computed


def _refuse_breakdown_of_areas(
    breakdown: Breakdown, *, statfin: bool, register: Register | Path | str | None
) -> None:
    """Refuse to part figures of areas by what only a register knows of persons.

    Raises:
        UsageError: There is no register, or figures that are of everybody would stand among those
            of some.
    """
    if register is None and (breakdown.crossed or breakdown.where):
        raise UsageError(
            "cross and where are of a register's persons, and StatFin's figures are of areas: "
            "name a register"
        )
    if statfin and breakdown.where:
        raise UsageError(
            f"where {describe_restriction(breakdown)}: StatFin's figures are of everybody in an "
            "area, and would be taken for those of some; leave out statfin, or compute it apart"
        )


def _not_crossed(frames: Sequence[pd.DataFrame]) -> str:
    """Which indicators of some long tables have no crossed rows, as their sources have no persons.

    Of one that comes by the dimensions and has nobody in any category nothing is said.
    """
    from indicators.measures.register.registry import measures

    present = {
        (str(indicator), str(source))
        for frame in frames
        for indicator, source in frame[["indicator", "source"]].drop_duplicates().to_numpy()
    }
    left = sorted(
        f"{indicator} ({source})"
        for indicator, source in present
        if source != "register" or not measures()[indicator].can_be_restricted
    )
    return f"not crossed, as they are not of the register's persons: {', '.join(left)}"


def _register_table(
    register: Register | Path | str,
    months: Sequence[str],
    groups: Groups,
    choices: Choices,
    breakdown: Breakdown,
) -> pd.DataFrame:
    from indicators.measures.register.computing import compute_register, held_groups
    from indicators.measures.register.job import Choices as Overrides

    offices, parameters = choices.trial_offices, choices.parameters
    if offices is None or parameters is None:
        project = load_settings()
        offices = project.trial.offices if offices is None else offices
        parameters = project.parameters.indicators if parameters is None else parameters
    problems = parameter_problems(parameters, load_catalogue().defaults())
    if problems:
        raise UsageError("parameters cannot be counted by:", problems)
    opened = register if isinstance(register, Register) else open_register(Path(register))
    opened = with_prices(opened, _service_prices(choices))
    # No default is a text, and an override is of its default's kind.
    overrides = cast(Overrides, parameters)
    groups = held_groups(opened, groups)
    frame = compute_register(
        opened,
        months,
        groups=groups,
        trial_offices=offices,
        parameters=overrides,
        breakdown=breakdown,
        workers=choices.workers,
        executor=choices.executor,
        merge_layoff=choices.merge_layoff,
        progress=choices.progress,
        checked=True,
    )
    check_identities(
        frame, opened, groups=groups, parameters=overrides, restricted=bool(breakdown.where)
    )
    return frame


def _service_prices(choices: Choices) -> Sequence[ServicePrice]:
    """Those that are given, else the project's, if there is one."""
    if choices.service_prices is not None:
        return choices.service_prices
    try:
        return load_settings().service_prices
    except MissingSettingsError:
        return ()


def compute_all(
    months: Sequence[str],
    *,
    statfin: Path,
    groups: Groups | None = None,
    until: str | None = None,
    kela: Path | None = None,
    keys: Areas | None = None,
    parameters: Mapping[str, Mapping[str, Value]] | None = None,
) -> Computed:
    """As :func:`compute`, for every month the snapshots hold, with the context series.

    Args:
        months: Must be held by the snapshots, all of them.
        statfin: Table 12r5 of StatFin: a folder of snapshots or downloads, or one file.
        groups: Member areas by group code; the settings' groups if not given.
        until: The last month of which anything is wanted; vintages that hold only later ones
            are left out. None wants all.
        kela: Folder of Kela's open data, if there is one: it need not hold any.
        keys: The keys of areas, for the areas of Kela's figures.
        parameters: Values by indicator id and parameter, in place of the catalogue's defaults; the
            settings' if not given.

    Raises:
        UsageError: A month is not held, or there is no such file or folder.
        DataError: A snapshot is damaged, or gives a share of a labour force above 100 %.
    """
    snapshots = read_snapshots(statfin)
    for month in months:
        require_held_months([month], snapshots)
    if until is not None:
        snapshots = snapshots.until(until)
    tables = read_further_tables(statfin)
    # Vintages of 12r5 may have gaps where the further tables have none.
    periods = {period for each in tables.vintages for period in each.periods if "-" in period}
    further = {period for period in periods if until is None or period <= until}
    members = _settings_groups(groups)
    definitions = _catalogue_in_force(
        None if parameters is None else Choices(parameters=parameters)
    )
    table_months = sorted({*snapshots.months, *further})
    scope = Scope(snapshots.months, members, definitions, table_months=table_months)
    published = official_table(snapshots, tables, scope)
    refuse_impossible_shares(published)
    benefits = cofinanced = None
    if kela is not None and kela.is_dir() and holds_data(kela):
        benefits = read_benefits(kela, keys)
    if benefits is not None:
        # The months that a report draws; a country's figures of all others would take their time.
        first = max(benefits.months[0], shift_month(min(months), 1 - BENEFIT_MONTHS))
        held = [month for month in snapshots.months if month >= first]
        force = labour_forces(published)
        own = benefit_areas(members, keys)
        cofinanced = cofinanced_table(benefits, held, own, definitions, force) if held else None
    return Computed(
        published,
        official_context(snapshots, tables, scope),
        snapshots,
        tables,
        tuple(
            _notes_on_tables(published, tables, replace(scope, months=months, table_months=None))
        ),
        cofinanced,
        benefits,
    )


def _notes_on_tables(published: pd.DataFrame, tables: FurtherTables, scope: Scope) -> Iterator[str]:
    """What was left out of the further tables, is lacking in them or differs from 12r5."""
    yield from tables.notes
    yield from missing_tables(tables, scope)
    yield from rate_differences(published, tables, scope)


def _catalogue_in_force(choices: Choices | None = None) -> Catalogue:
    """The definitions with the parameters that are chosen, else those of the settings."""
    definitions = load_catalogue()
    if choices is not None and choices.parameters is not None:
        changed = choices.parameters
    else:
        try:
            changed = load_settings().parameters.indicators
        except MissingSettingsError:
            changed = {}
    problems = parameter_problems(changed, definitions.defaults())
    return definitions if problems else definitions.in_force(changed)


def _months(months: str | Sequence[str]) -> tuple[str, ...]:
    """The months in order, each once."""
    if isinstance(months, str):
        return parse_months(months)
    if not months:
        raise UsageError("no month is asked for; give at least one")
    return tuple(sorted({parse_month(month) for month in months}))


def require_held_months(months: Sequence[str], snapshots: Snapshots) -> None:
    """Refuse months of which the snapshots know nothing."""
    if not set(months) & set(snapshots.months):
        raise UsageError(
            f"no figures of {_span(months)}: the snapshots hold {snapshots.spans}; ask for these"
        )


def missing_columns(snapshots: Snapshots, months: Sequence[str]) -> list[str]:
    """What the snapshots have not of any of some months, so that indicators are not available.

    Args:
        snapshots: The vintages read.
        months: ``YYYY-MM``; those that are not held at all are passed over.

    Returns:
        A line, or none.
    """
    held = [month for month in months if month in snapshots.months]
    known = {column for indicator in snapshots.of(held).vintages for column in indicator.columns}
    absent = {
        indicator.id: [
            column
            for column in (*indicator.statfin.numerator, *indicator.statfin.denominator)
            if column not in known
        ]
        for indicator in load_catalogue().indicators
        if indicator.statfin is not None
    }
    columns = dict.fromkeys(column for each in absent.values() for column in each)
    if not (held and columns):
        return []
    indicators = ", ".join(id_ for id_, each in absent.items() if each)
    note = f"statfin: {_span(held)} without {', '.join(columns)}"
    return [f"{note}; not available: {indicators}"]


def missing_members(snapshots: Snapshots, months: Sequence[str], groups: Groups) -> list[str]:
    """Members of groups that the snapshots of some months have not; a line, or none."""
    held = [month for month in months if month in snapshots.months]
    areas_held = snapshots.of(held).areas
    missing = {
        code: [
            member
            for member in members
            if member not in areas_held
            # One that has merged is counted in what it became, if that is a member too.
            and not set(codes_of_all_months([member])[1:]) & set(members)
        ]
        for code, members in groups.items()
    }
    named = "; ".join(
        f"{code} lacks {', '.join(member)}" for code, member in missing.items() if member
    )
    return [f"statfin: {_span(held)}: {named}, so it is not available"] if held and named else []


def _span(months: Sequence[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]}..{months[-1]}"


def _settings_groups(groups: Groups | None) -> Groups:
    if groups is not None:
        return groups
    return {code: group.members for code, group in load_settings().groups.items()}


def published_groups(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What published figures are added up for: the keys' areas and the settings' groups.

    Returns:
        Municipalities by area code; of an area of the keys with all that have become part of them.
    """
    groups = {code: group.members for code, group in settings.groups.items()}
    return {**_members_of_key_areas(settings.root), **groups}


def _key_areas() -> dict[str, tuple[str, ...]]:
    return _members_of_key_areas(load_settings().root)


def _members_of_key_areas(root: Path) -> dict[str, tuple[str, ...]]:
    divisions = load_divisions(root / TRIAL_KEYS)
    return {code: divisions.by_code[code].members_of_all_times for code in divisions.key_areas}
