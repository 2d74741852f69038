"""From sources to the long table, unprotected: for the data holder's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd

from indicators import table
from indicators.areas.areas import Areas
from indicators.calendar import parse_month, parse_months, shift_month
from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError
from indicators.measures.cofinanced import (
    BENEFIT_MONTHS,
    cofinanced_table,
    employment_areas,
    labour_forces,
    member_areas,
)
from indicators.measures.published import context_table, published_table
from indicators.measures.register.breakdown import (
    Cross,
    Where,
    describe_restriction,
    read_breakdown,
)
from indicators.measures.shares import refuse_impossible_shares
from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.identities import check_identities
from indicators.reconciliation.report import Reconciliation, is_made_up
from indicators.register.store import Register, open_register
from indicators.settings import model
from indicators.settings.loading import load_settings, parameter_problems
from indicators.settings.model import Value
from indicators.sources.kela.folder import CofinancedBenefits, holds_data, read_cofinanced
from indicators.sources.statfin.snapshots import Snapshots, read_snapshots
from indicators.tallies.axes import Breakdown

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Computed:
    """What one reading of the sources gives.

    Attributes:
        indicators: The long table of the indicators' published part.
        context: The context series beside them, in the same columns.
        snapshots: What they were computed from.
        cofinanced: The long table of municipally co-financed benefits; None without Kela's data.
        benefits: What that was computed from.
    """

    indicators: pd.DataFrame
    context: pd.DataFrame
    snapshots: Snapshots
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
        workers: Processes at work, where no executor is given.
        executor: Any ``concurrent.futures.Executor``, also of a cluster whose workers see the
            register under the same path.
        progress: Called with the number of the register's chunks that are done, and of all.
    """

    trial_offices: Sequence[str] | None = None
    parameters: Mapping[str, Mapping[str, Value]] | None = None
    merge_layoff: bool = True
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
    areas: Areas | None = None,
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
        statfin: Table 12r5 of StatFin: a folder of snapshots or downloads, or one file.
        register: A canonical register (of ``read_register``), or its folder.
        kela: A folder of Kela's open data: the municipally co-financed benefits. What is given per
            person of the labour force, and for the whole country, needs ``statfin`` too.
        groups: Member areas by group code; the settings' groups if not given.
        areas: The keys of areas, of whose employment areas and other kinds Kela's figures are
            added up too; of the groups alone if not given.
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
        for note in (
            *snapshots.notes,
            *missing_columns(snapshots, wanted),
            *missing_members(snapshots, wanted, members),
        ):
            report_note(note)
        frames.append(published_table(snapshots, wanted, members, load_catalogue()))
    if kela is not None:
        benefits = _read_benefits(Path(kela), areas)
        if benefits is None:
            raise UsageError(
                f"{kela}: holds no file of municipally co-financed benefits; "
                "`indicators fetch kela` gets them"
            )
        for note in benefits.notes:
            report_note(note)
        members = _benefit_areas(_settings_groups(groups), areas)
        force = labour_forces(frames[0]) if frames else {}
        changed = choices.parameters if choices else None
        if changed is None:
            changed = load_settings().parameters.indicators
        definitions = load_catalogue().in_force(changed)
        frames.append(cofinanced_table(benefits, wanted, members, definitions, force))
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


def _read_benefits(directory: Path, areas: Areas | None) -> CofinancedBenefits | None:
    """Kela's figures of a folder; Kela writes employment areas by name."""
    codes = employment_areas(areas) if areas else {}
    names = {areas.name(code, "fi").casefold(): code for code in codes} if areas else {}
    return read_cofinanced(directory, area_codes=names)


def _benefit_areas(groups: Groups, areas: Areas | None) -> dict[str, tuple[str, ...]]:
    """Municipalities of the groups, and of every area that the key has above municipalities."""
    found = member_areas(areas) if areas else {}
    return found | {code: tuple(members) for code, members in groups.items()}


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
    from indicators.measures.register.computing import compute_register
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
    # No default is a text, and an override is of its default's kind.
    overrides = cast(Overrides, parameters)
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


def reconcile_table(
    computed: pd.DataFrame, register: Path, limits: model.Reconciliation
) -> Reconciliation:
    """Compare the register's figures in a long table with StatFin's in the same table.

    Args:
        computed: Of :func:`compute` with both sources.
        register: Folder of the register, which says whether it is made up.
        limits: The tolerance and the areas that are compared.

    Returns:
        The gap table; its ``check`` refuses a real extract beyond the tolerance.
    """
    published = computed["source"] == "statfin"
    source = open_register(register).source
    return reconcile_tables(computed[~published], computed[published], source, limits)


def reconcile_tables(
    counted: pd.DataFrame, published: pd.DataFrame, source: str, limits: model.Reconciliation
) -> Reconciliation:
    """As :func:`reconcile_table`, of two long tables.

    Args:
        counted: Computed from a register.
        published: Computed from StatFin's snapshots.
        source: What the register says of where it comes from.
        limits: The tolerance and the areas that are compared.
    """
    return reconcile(
        counted,
        published,
        made_up=is_made_up(source),
        tolerance=limits.tolerance_share,
        tolerance_persons=limits.tolerance_persons,
        areas=limits.areas,
    )


def compute_all(
    months: Sequence[str],
    *,
    statfin: Path,
    groups: Groups | None = None,
    until: str | None = None,
    kela: Path | None = None,
    areas: Areas | None = None,
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
        areas: The keys of areas, for the areas of Kela's figures.
        parameters: Values by indicator id and parameter, in place of the catalogue's defaults.

    Raises:
        UsageError: A month is not held, or there is no such file or folder.
        DataError: A snapshot is damaged, or gives a share of a labour force above 100 %.
    """
    snapshots = read_snapshots(statfin)
    for month in months:
        require_held_months([month], snapshots)
    if until is not None:
        snapshots = snapshots.until(until)
    members, definitions = _settings_groups(groups), load_catalogue()
    published = published_table(snapshots, snapshots.months, members, definitions)
    refuse_impossible_shares(published)
    benefits = None
    if kela is not None and kela.is_dir() and holds_data(kela):
        benefits = _read_benefits(kela, areas)
    cofinanced = None
    if benefits is not None:
        force, changed = labour_forces(published), definitions.in_force(parameters or {})
        # The months that a report draws; a country's figures of all others would take their time.
        first = max(benefits.months[0], shift_month(min(months), 1 - BENEFIT_MONTHS))
        held = [month for month in snapshots.months if month >= first]
        own = _benefit_areas(members, areas)
        cofinanced = cofinanced_table(benefits, held, own, changed, force) if held else None
    return Computed(
        published,
        context_table(snapshots, snapshots.months, members, definitions),
        snapshots,
        cofinanced,
        benefits,
    )


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
        code: [member for member in members if member not in areas_held]
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
