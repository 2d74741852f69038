"""Finds ``indicators.toml``, reads it and makes settings of it, all its problems at once.

Parameters set for single indicators are checked against those that exist by
:func:`check_overrides`, as the catalogue is read later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from indicators.areas.areas import TRIAL_KEYS
from indicators.areas.divisions import (
    AreaForms,
    is_key_area,
    load_divisions,
    near_matches,
)
from indicators.areas.fetched_divisions import Division
from indicators.catalogue.catalogue import EVERY
from indicators.errors import MissingSettingsError, UsageError
from indicators.settings.model import (
    Group,
    Inflections,
    Reconciliation,
    Settings,
    Trial,
    Value,
)
from indicators.structuring import MisfitError, Structuring

FILE_NAME = "indicators.toml"

_STATFIN_AREA = re.compile(r"SSS|(KU|SK)[0-9]{3}|MK[0-9]{2}|ELY[0-9]{2}").fullmatch


class _Areas:
    """The areas that may be named: groups, and those of which the form is checked here."""

    def __init__(
        self, groups: Collection[str], fits: Callable[[str], re.Match[str] | None]
    ) -> None:
        self._groups = groups
        self._fits = fits

    def __contains__(self, code: object) -> bool:
        return code in self._groups or bool(self._fits(str(code)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)


def _is_area(code: str) -> re.Match[str] | None:
    return _STATFIN_AREA(code) or is_key_area(code)


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
    structuring = Structuring(
        {"group": _Areas(groups, is_key_area), "area": _Areas(groups, _is_area)}
    )
    structuring.check(Trial, _faults_of_trial)
    structuring.check(Settings, _prices_given_twice)
    settings: Settings | None = structuring.read(dict(values), Settings, problems)
    if settings is None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise UsageError(f"{path} has {count}:", problems)
    return _at_home(settings, path.parent)


def _faults_of_trial(trial: Trial) -> Iterator[MisfitError]:
    if trial.end < trial.start:
        yield MisfitError(f"{trial.end} is before the start {trial.start}; change one", "end")


def _prices_given_twice(settings: Settings) -> Iterator[MisfitError]:
    """Of two prices of the same days nobody knows which one is meant."""
    met: set[tuple[str, str, int]] = set()
    for at, price in enumerate(settings.service_prices):
        key = (price.group, price.kind, price.year)
        if key in met:
            what = f"{price.group} {price.kind}".strip()
            text = f"{what} has a price of {price.year} already; delete one of the two"
            yield MisfitError(text, f"service_prices[{at}]")
        met.add(key)


def _at_home(settings: Settings, root: Path) -> Settings:
    """With absolute folders, and groups reconciled with their members."""
    register = settings.register
    groups = {**settings.groups, **_key_groups(settings, root)}
    return replace(
        settings,
        root=root,
        groups=groups,
        statfin=replace(settings.statfin, directory=root / settings.statfin.directory),
        kela=replace(settings.kela, directory=root / settings.kela.directory),
        register=register and replace(register, directory=root / register.directory),
        reconciliation=_with_members(settings.reconciliation, groups),
    )


def _key_groups(settings: Settings, root: Path) -> dict[str, Group]:
    """The areas of the keys that the settings name, as groups: they are added up like these.

    Raises:
        UsageError: The keys have no such area.
        DataError: The keys are damaged.
    """
    report, compared = settings.report, settings.reconciliation.areas
    named = {
        "report.group": (report.group,),
        "report.comparisons": report.comparisons,
        "reconciliation.areas": compared,
    }
    if not any(is_key_area(code) for codes in named.values() for code in codes):
        return {}
    divisions = load_divisions(root / TRIAL_KEYS)
    names = {code: [*divisions.forms[code].name.values()] for code in divisions.key_areas}
    problems = []
    groups: dict[str, Group] = {}
    for key, codes in named.items():
        for code in filter(is_key_area, codes):
            if code in divisions.by_code:
                groups[code] = _group_of(divisions.by_code[code], divisions.forms[code])
                continue
            near = ", ".join(f"{other} ({names[other][0]})" for other in near_matches(code, names))
            problems.append(f"{key}: {code} is not an area; nearest: {near or 'none'}")
    if problems:
        raise UsageError(f"{root / FILE_NAME} names areas that do not exist:", problems)
    return groups


def _group_of(area: Division, forms: AreaForms) -> Group:
    return Group(
        area.code,
        area.members_of_all_times,
        forms.name,
        forms.locative,
        {lang: f"{text}." for lang, text in forms.name.items()},
        Inflections(genitive=forms.genitive["fi"]),
    )


def _with_members(reconciliation: Reconciliation, groups: Mapping[str, Group]) -> Reconciliation:
    areas = [
        area
        for code in reconciliation.areas
        for area in (code, *(groups[code].members if code in groups else ()))
    ]
    return replace(reconciliation, areas=tuple(dict.fromkeys(areas)))


def load_settings(start: Path | None = None) -> Settings:
    """Reads the settings of a project.

    Args:
        start: The project's folder, if the caller names one (``--project``). Otherwise the
            nearest folder at or above the current one that holds the file, and last the source
            checkout this package lies in.

    Raises:
        UsageError: There is no file, or it cannot be used; all its problems are named with
            their key paths.
    """
    path = _find(start)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}; mend that place") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; make it readable") from None
    return parse(values, path)


def _find(start: Path | None) -> Path:
    if start is not None:
        folders = [start.absolute()]
        where = f"in {folders[0]}"
    else:
        checkout = Path(__file__).resolve().parents[3]
        folders = [Path.cwd(), *Path.cwd().parents, checkout]
        where = f"in {folders[0]} or a folder above it"
    for folder in folders:
        if (folder / FILE_NAME).exists():
            return folder / FILE_NAME
    raise MissingSettingsError(f"No {FILE_NAME} {where}; name the project's folder with --project")


def check_overrides(settings: Settings, defaults: Mapping[str, Mapping[str, Value]]) -> None:
    """Checks that every parameter set in the settings exists and is of its default's kind.

    Args:
        settings: The project's settings.
        defaults: The catalogue's parameters with their defaults, by indicator id.

    Raises:
        UsageError: With every key path that names no indicator or parameter, or holds a value of
            a wrong kind.
    """
    problems = [
        f"parameters.{problem}"
        for problem in parameter_problems(settings.parameters.indicators, defaults)
    ]
    if problems:
        raise UsageError(f"{settings.root / FILE_NAME} sets parameters wrongly:", problems)


def parameter_problems(
    given: Mapping[str, Mapping[str, Value]], defaults: Mapping[str, Mapping[str, Value]]
) -> list[str]:
    """What is wrong with parameters that somebody sets.

    Args:
        given: Values by indicator id and parameter; those under ``all`` are of every indicator.
        defaults: The catalogue's, by indicator id.
    """
    shared = {name: default for own in defaults.values() for name, default in own.items()}
    known = {**defaults, EVERY: shared}
    return [
        f"{indicator}{problem}"
        for indicator, values in given.items()
        for problem in _problems(values, known.get(indicator))
    ]


def _problems(values: Mapping[str, Value], defaults: Mapping[str, Value] | None) -> Iterator[str]:
    if defaults is None:
        yield f": no indicator has this id; see `indicators catalogue` ({EVERY}: every indicator)"
        return
    for name, value in values.items():
        if name not in defaults:
            yield f".{name}: unknown parameter; known: {', '.join(defaults) or 'none'}"
        elif not _same_kind(value, defaults[name]):
            yield f".{name}: must be of the kind of its default, {defaults[name]!r}"
        elif isinstance(value, (int, float)) and value < 0:
            yield f".{name}: must be 0 or more, not {value}"


def _same_kind(value: Value, default: Value) -> bool:
    """A whole number may stand for a number with decimals; truth values are no numbers."""
    return type(value) is type(default) or (type(value) is int and type(default) is float)
