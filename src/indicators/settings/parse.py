"""Checks what the settings file says and makes settings of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from indicators.calendar import parse_months
from indicators.errors import UsageError
from indicators.settings.model import (
    LANGUAGES,
    Disclosure,
    Group,
    Limits,
    Parameters,
    Reconciliation,
    Register,
    Report,
    Resources,
    Settings,
    StatFin,
    Trial,
)
from indicators.settings.section import Fits, Section

_COUNTRY = "SSS"
# Of the long table (contract, section 3): the settings are read before pandas is.
_KEY = ("indicator", "statistic", "month", "area", "population", "dimension", "category")
_MUNICIPALITY = re.compile(r"KU[0-9]{3}").fullmatch
_STATFIN_AREA = re.compile(r"SSS|(KU|SK)[0-9]{3}|MK[0-9]{2}|ELY[0-9]{2}").fullmatch
_GROUP = re.compile(r"[A-Z][A-Z0-9_]*").fullmatch
_OFFICE = re.compile(r"[0-9]{4}").fullmatch
_ID = re.compile(r"[a-z][a-z0-9_-]*").fullmatch
_ACT = re.compile(r"[0-9]+/[0-9]{4}").fullmatch

# A yearly pattern can be told from a trend only where each month has come round twice.
_TWO_YEARS = 24

_SHARES = ("unreadable_share", "lost_share", "reversed_share", "known_persons_share")
_COUNTS = ("least_rows", "few_rows")


def parse(values: Mapping[str, object], path: Path) -> Settings:
    """Checks the file's content and makes settings of it.

    Args:
        values: The file as `tomllib` reads it.
        path: Where the file lies; its folder is the project's root.

    Raises:
        UsageError: With every problem of the file, each with its key path.
    """
    problems: list[str] = []
    file = Section(values, "", problems)
    groups = _groups(file.table("groups"))
    settings = Settings(
        root=path.parent,
        trial=_trial(file.table("trial")),
        groups=groups,
        report=_report(file.table("report"), groups),
        statfin=_statfin(file.table("statfin"), path.parent),
        register=_register(file, path.parent),
        resources=_resources(file.table("resources")),
        reconciliation=_reconciliation(file.table("reconciliation"), groups),
        disclosure=_disclosure(file.table("disclosure")),
        parameters=_parameters(file.table("parameters")),
        limits=_limits(file.table_or_none("import")),
    )
    file.done()
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise UsageError(f"{path} has {count}:", problems)
    return settings


def _trial(section: Section) -> Trial:
    trial = Trial(
        id=section.text("id", _ID, "an id of small letters, such as lahti"),
        name=section.translated("name"),
        act=section.text("act", _ACT, "an act's number, such as 1269/2020"),
        start=section.day("start"),
        end=section.day("end"),
        offices=section.texts("offices", _OFFICE, "an office code of four digits, such as 1530"),
    )
    section.done()
    if trial.end < trial.start:
        section.complain("end", f"{trial.end} is before the start {trial.start}; change one")
    return trial


def _groups(section: Section) -> Mapping[str, Group]:
    groups = {code: _group(section.table(code), code) for code in section.names()}
    for code in groups:
        if not _GROUP(code) or _STATFIN_AREA(code):
            section.complain(code, "must be a code of capital letters that StatFin does not use")
    return groups


def _group(section: Section, code: str) -> Group:
    group = Group(
        code=code,
        members=section.texts("members", _MUNICIPALITY, "a municipality code such as KU398"),
        name=section.translated("name"),
        locative=section.translated("locative"),
        description=section.translated("description"),
    )
    section.done()
    return group


def _report(section: Section, groups: Mapping[str, Group]) -> Report:
    report = Report(
        group=section.text("group", groups.__contains__, "the code of a table under groups"),
        country=section.text("country", _COUNTRY.__eq__, f"{_COUNTRY}, the whole country"),
        comparisons=section.texts(
            "comparisons", _is_area(groups), "an area code such as MK07", may_be_empty=True
        ),
        languages=section.texts("languages", LANGUAGES.__contains__, "a language: fi, sv or en"),
        months=_months(section),
        publisher=section.translated("publisher"),
    )
    section.done()
    return report


def _is_area(groups: Mapping[str, Group]) -> Fits:
    return lambda code: code in groups or bool(_STATFIN_AREA(code))


def _months(section: Section) -> tuple[str, ...]:
    parts = section.texts(
        "months", bool, "a month such as 2022-02 or a range such as 2021-03..2023-06"
    )
    try:
        return parse_months(",".join(parts)) if parts else ()
    except UsageError as error:
        for line in (error.message, *error.details):
            section.complain("months", line)
        return ()


def _statfin(section: Section, root: Path) -> StatFin:
    statfin = StatFin(directory=root / section.text("directory"))
    section.done()
    return statfin


def _register(file: Section, root: Path) -> Register | None:
    """The one table that may be left out: not everybody has a register."""
    section = file.table_or_none("register")
    if section is None:
        return None
    register = Register(directory=root / section.text("directory"))
    section.done()
    return register


def _resources(section: Section) -> Resources:
    years = section.table("transferred_person_years")
    for code in years.names():
        if not _MUNICIPALITY(code):
            years.complain(code, "must be a municipality code such as KU398")
    resources = Resources({code: years.number(code) for code in years.names()})
    section.done()
    return resources


def _reconciliation(section: Section, groups: Mapping[str, Group]) -> Reconciliation:
    areas = section.texts("areas", _is_area(groups), "an area code such as KU398 or LAHTI5")
    each = [one for code in areas for one in (code, *_members(groups, code))]
    reconciliation = Reconciliation(
        tolerance_share=section.number("tolerance_share"),
        tolerance_persons=section.number("tolerance_persons"),
        areas=tuple(dict.fromkeys(each)),
    )
    section.done()
    return reconciliation


def _members(groups: Mapping[str, Group], code: str) -> tuple[str, ...]:
    return groups[code].members if code in groups else ()


def _disclosure(section: Section) -> Disclosure:
    disclosure = Disclosure(
        section.text("policy", what="the name of a policy, such as tyonv5"),
        tuple(_rows(one) for one in section.tables("leave_out")),
    )
    section.done()
    return disclosure


def _limits(section: Section | None) -> Limits:
    """What the table ``[import]`` sets; all else is as the contract has it."""
    if section is None:
        return Limits()
    given = section.names()
    shares = {name: section.share(name) for name in _SHARES if name in given}
    counts = {name: section.whole_number(name, 1) for name in _COUNTS if name in given}
    limits = Limits(**{**asdict(Limits()), **shares, **counts})
    section.done()
    return limits


def _rows(section: Section) -> Mapping[str, str]:
    """Rows of the long table, by columns of its key."""
    names = section.names()
    if not names:
        section.complain("", f"names no rows; write some of {', '.join(_KEY)}")
    for name in names:
        if name not in _KEY:
            section.complain(name, f"unknown key; known here: {', '.join(_KEY)}")
    return {name: section.text(name) for name in names if name in _KEY}


def _parameters(section: Section) -> Parameters:
    """Tables are parameters of the indicator they are named after, all else is general."""
    indicators = {key: section.table(key) for key in section.names() if section.is_table(key)}
    parameters = Parameters(
        trend_min_months=section.whole_number("trend_min_months", _TWO_YEARS),
        indicators={
            indicator: {key: table.value(key) for key in table.names()}
            for indicator, table in indicators.items()
        },
    )
    section.done()
    return parameters
