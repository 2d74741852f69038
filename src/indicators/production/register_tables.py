"""A register's figures for the reports of some months: counted, cut to its coverage, released.

An extract holds the job searches that were in force on some day or later. Whoever had left before
is not in it, so counts of earlier months are too small and flows of the first months too large;
nothing in the extract says so. So its coverage is estimated, and figures before it are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from indicators.calendar import month_range, shift_month
from indicators.measures.register.job import Choices
from indicators.processed.reading import RegisterTables, register_window
from indicators.settings.model import Settings

if TYPE_CHECKING:
    import pandas as pd

    from indicators.register.store import Register


# So small a share of ended searches may lie before the coverage: slips of the pen, strays.
STRAY_SHARE = 0.001


def first_covered_month(register: Register) -> str | None:
    """The month from which on a register holds everybody: that of the first ended job searches.

    Args:
        register: A canonical register.

    Returns:
        ``YYYY-MM``; None where no search has ended, so that the month is not known.
    """
    ends = register.read("job_search", ["end"])["end"].drop_null().to_numpy()
    if not len(ends):
        return None
    first = np.partition(ends, int(STRAY_SHARE * len(ends)))[int(STRAY_SHARE * len(ends))]
    return str(first.astype("datetime64[M]"))


def drop_uncovered_months(table: pd.DataFrame, begin: str) -> pd.DataFrame:
    """Remove the figures of months before a register's coverage, and of those that look back there.

    Args:
        table: A long table.
        begin: The first month of the coverage.

    Returns:
        The table, where totals of such months are ``not_available`` and their categories gone. What
        has a source of its own (Kela, surveys) stays.
    """
    early = _before_coverage(table, begin)
    rows = table[~early | (table["dimension"] == "total")].reset_index(drop=True)
    uncovered = early[~early | (table["dimension"] == "total")].to_numpy()
    statuses = rows["status"].astype(object)
    statuses[uncovered] = "not_available"
    numbers = {
        name: rows[name].mask(uncovered, nan)
        for name in ("numerator", "denominator", "value", "low", "high")
    }
    return rows.assign(status=statuses.astype("category"), **numbers)


def _before_coverage(table: pd.DataFrame, begin: str) -> pd.Series:
    from indicators.measures.register.registry import measures

    month = table["month"].astype(str)
    early = month < begin
    for measure in measures().values():
        for statistic, months in measure.looks_back.items():
            of_statistic = (table["indicator"] == measure.id) & (table["statistic"] == statistic)
            early |= of_statistic & (month < shift_month(begin, months))
    return early & (table["source"] == "register")


def compute_from_register(
    settings: Settings,
    months: Sequence[str],
    folder: Path,
    official: pd.DataFrame | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> RegisterTables:
    """Count every month that the reports of some months show in one pass, and release them.

    The counts are not written anywhere and go with this call; what is returned is protected.
    Before that the months reported are compared with StatFin's figures.

    Args:
        settings: The project.
        months: The months reported.
        folder: A canonical register, written by ``indicators import`` or ``synthesise``.
        official: StatFin's figures, which everybody knows.
        notify: Called with a text on how far the register agrees with them.

    Raises:
        UsageError: There is no such folder.
        DataError: It cannot be read or breaks an invariant, lies too far from StatFin's figures,
            or an earlier release cannot be read.
        DisclosureError: The figures cannot be protected.
    """
    from indicators.reconciliation.tables import reconcile_tables
    from indicators.register.store import open_register
    from indicators.releases.releasing import RegisterSource, release, reported_rows, terms_of
    from indicators.synthetic.writing import SOURCE

    register = open_register(folder)
    settings = _with_held_groups(settings, register)
    counted = count_register(settings, months, register)
    if official is not None:
        counted_months, published = (
            figures[figures["month"].isin(months)] for figures in (counted, official)
        )
        gaps = reconcile_tables(counted_months, published, register.source, settings.reconciliation)
        # Without areas: what a run prints may stand in a log that others read.
        notify(gaps.text(by_area=False))
        gaps.check()
    source = RegisterSource(folder, register.extract_date.isoformat(), register.source == SOURCE)
    rows = reported_rows(counted, settings)
    released = release(rows, source, terms_of(settings), settings.root, official=official)
    folders = tuple(stored.folder for stored in released.releases)
    return RegisterTables(released.table, source.made_up, folder, folders)


def holds_group(settings: Settings, folder: Path) -> bool:
    """Whether a register holds the residents of the area that the settings' reports are about.

    Args:
        settings: The project.
        folder: A canonical register.

    Raises:
        UsageError: There is no such folder.
        DataError: It cannot be read.
    """
    from indicators.register.store import open_register

    groups = _with_held_groups(settings, open_register(folder)).groups
    return settings.report.group in groups


def _with_held_groups(settings: Settings, register: Register) -> Settings:
    """The settings without areas of the keys that the register does not hold whole."""
    from indicators.measures.register.computing import held_groups

    held = held_groups(register, {code: group.members for code, group in settings.groups.items()})
    groups = {code: group for code, group in settings.groups.items() if code in held}
    return replace(settings, groups=groups)


def count_register(settings: Settings, months: Sequence[str], register: Register) -> pd.DataFrame:
    """The unprotected figures of every month that the reports of some months show.

    Months before the register's coverage have none: counts of them would be too small.

    Args:
        settings: The project.
        months: The months reported.
        register: A canonical register.
    """
    from indicators.measures.register.computing import compute_register, held_groups
    from indicators.measures.shares import refuse_impossible_shares
    from indicators.register.prices import with_prices

    months_needed = {needed for month in months for needed in month_range(*register_window(month))}
    table = compute_register(
        with_prices(register, settings.service_prices),
        sorted(months_needed),
        groups=held_groups(
            register, {code: group.members for code, group in settings.groups.items()}
        ),
        trial_offices=settings.trial.offices,
        # The settings' parameters were held against the catalogue's types when they were read.
        parameters=cast(Choices, settings.parameters.indicators),
        checked=True,
    )
    refuse_impossible_shares(table)
    begin = first_covered_month(register)
    return drop_uncovered_months(table, begin) if begin else table
