"""A register's figures for the reports of some months."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from indicators.calendar import month_range
from indicators.errors import DisclosureError
from indicators.measures.register.job import Choices
from indicators.processed import FromRegister, register_window
from indicators.production.beginning import first_month, without_earlier_months
from indicators.settings import Settings


def compute_from_register(settings: Settings, months: Sequence[str], folder: Path) -> FromRegister:
    """Count every month that the reports of some months tell of, in one pass.

    Of months before the register begins nothing is told: counts of them would be too small.

    Args:
        settings: The project.
        months: The months reported.
        folder: A canonical register, made by ``indicators import`` or ``synthesise``.

    Raises:
        UsageError: There is no such folder.
        DataError: It cannot be read.
        DisclosureError: The register is not made up; it is refused before anything is counted.
    """
    from indicators.measures.register import compute_register
    from indicators.register.store import open_register
    from indicators.sources.synthetic import SOURCE

    register = open_register(folder)
    if register.source != SOURCE:
        raise DisclosureError(
            f"{folder}: is not a made-up register, and figures of persons cannot be protected yet; "
            "report without --register, or with one made by `indicators synthesise`"
        )
    wanted = {one for month in months for one in month_range(*register_window(month))}
    table = compute_register(
        register,
        sorted(wanted),
        groups={code: group.members for code, group in settings.groups.items()},
        trial_offices=settings.trial.offices,
        # The settings' parameters were held against the catalogue's types when they were read.
        parameters=cast(Choices, settings.parameters.indicators),
    )
    begin = first_month(register)
    told = without_earlier_months(table, begin) if begin else table
    return FromRegister(told, made_up=True, folder=folder)
