"""A register's figures for the reports of some months: counted, then released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from indicators.calendar import month_range
from indicators.measures.register.job import Choices
from indicators.processed import FromRegister, register_window
from indicators.production.beginning import first_month, without_earlier_months
from indicators.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from indicators.register.store import Register


def compute_from_register(
    settings: Settings,
    months: Sequence[str],
    folder: Path,
    official: pd.DataFrame | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> FromRegister:
    """Count every month that the reports of some months tell of in one pass, and release them.

    What was counted is not written anywhere and goes with this call; what is given is protected.
    Before that the months reported are held against StatFin's figures.

    Args:
        settings: The project.
        months: The months reported.
        folder: A canonical register, made by ``indicators import`` or ``synthesise``.
        official: StatFin's figures, which everybody knows.
        notify: Is told in words how far the register agrees with them.

    Raises:
        UsageError: There is no such folder.
        DataError: It cannot be read or breaks an invariant, lies too far from StatFin's figures,
            or an earlier release cannot be read.
        DisclosureError: The figures cannot be protected.
    """
    from indicators.computing import reconciled_tables
    from indicators.register.store import open_register
    from indicators.releases import Source, release, terms_of
    from indicators.releases.told import reported_rows
    from indicators.sources.synthetic import SOURCE

    register = open_register(folder)
    counted = count(settings, months, register)
    if official is not None:
        counted_months, published = (
            release_or_table[release_or_table["month"].isin(months)]
            for release_or_table in (counted, official)
        )
        gaps = reconciled_tables(
            counted_months, published, register.source, settings.reconciliation
        )
        # What a run says may stand in a log that others read.
        notify(gaps.text(by_area=False))
        gaps.check()
    source = Source(folder, register.extract_date.isoformat(), register.source == SOURCE)
    rows = reported_rows(counted, settings)
    released = release(rows, source, terms_of(settings), settings.root, official=official)
    return FromRegister(
        released.table,
        source.made_up,
        folder,
        tuple(release_or_table.folder for release_or_table in released.releases),
    )


def count(settings: Settings, months: Sequence[str], register: Register) -> pd.DataFrame:
    """The figures of every month that the reports of some months tell of: nobody's to see.

    Of months before the register begins nothing is told: counts of them would be too small.

    Args:
        settings: The project.
        months: The months reported.
        register: A canonical register.
    """
    from indicators.measures.register import compute_register
    from indicators.measures.shares import refuse_impossible_shares

    months_needed = {needed for month in months for needed in month_range(*register_window(month))}
    table = compute_register(
        register,
        sorted(months_needed),
        groups={code: group.members for code, group in settings.groups.items()},
        trial_offices=settings.trial.offices,
        # The settings' parameters were held against the catalogue's types when they were read.
        parameters=cast(Choices, settings.parameters.indicators),
        checked=True,
    )
    refuse_impossible_shares(table)
    begin = first_month(register)
    return without_earlier_months(table, begin) if begin else table
