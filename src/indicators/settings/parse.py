"""Makes settings of what the settings file says, all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from indicators.errors import UsageError
from indicators.settings.model import (
    Group,
    Reconciliation,
    Settings,
    Trial,
)
from indicators.structuring import MisfitError, Structuring

_STATFIN_AREA = re.compile(r"SSS|(KU|SK)[0-9]{3}|MK[0-9]{2}|ELY[0-9]{2}").fullmatch


class _Areas:
    """The areas that may be named: StatFin's, of which the form is checked here, and groups."""

    def __init__(self, groups: Collection[str]) -> None:
        self._groups = groups

    def __contains__(self, code: object) -> bool:
        return code in self._groups or bool(_STATFIN_AREA(str(code)))


def parse(values: Mapping[str, Any], path: Path) -> Settings:
    """Checks the file's content and makes settings of it.

    Args:
        values: The file as `tomllib` reads it.
        path: Where the file lies; its folder is the project's root.

    Raises:
        UsageError: With every problem of the file, each with its key path.
    """
    problems: list[str] = []
    named = values.get("groups")
    groups = tuple(named) if isinstance(named, dict) else ()
    structuring = Structuring({"group": groups, "area": _Areas(groups)})
    structuring.check(Trial, _faults_of_trial)
    settings: Settings | None = structuring.read(dict(values), Settings, problems)
    if settings is None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise UsageError(f"{path} has {count}:", problems)
    return _at_home(settings, path.parent)


def _faults_of_trial(trial: Trial) -> Iterator[MisfitError]:
    if trial.end < trial.start:
        yield MisfitError(f"{trial.end} is before the start {trial.start}; change one", "end")


def _at_home(settings: Settings, root: Path) -> Settings:
    """With absolute folders, and groups reconciled with their members."""
    register = settings.register
    return replace(
        settings,
        root=root,
        statfin=replace(settings.statfin, directory=root / settings.statfin.directory),
        register=register and replace(register, directory=root / register.directory),
        reconciliation=_with_members(settings.reconciliation, settings.groups),
    )


def _with_members(reconciliation: Reconciliation, groups: Mapping[str, Group]) -> Reconciliation:
    areas = [
        area
        for code in reconciliation.areas
        for area in (code, *(groups[code].members if code in groups else ()))
    ]
    return replace(reconciliation, areas=tuple(dict.fromkeys(areas)))
