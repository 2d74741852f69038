"""``indicators explain``."""

from __future__ import annotations

import argparse

from indicators.areas import mergers
from indicators.calendar import parse_month
from indicators.catalogue import Catalogue, Indicator, show
from indicators.cli import project
from indicators.errors import UsageError

_OF_REGISTER = ("population", "dimension", "category")


def run(options: argparse.Namespace) -> None:
    """Print a definition, and how a figure came about if a month is asked for."""
    definitions = project.definitions(options.project)
    indicator = definitions.indicator(options.indicator)
    month = parse_month(options.month) if options.month else None
    _refuse_loose(options, month)
    explain = _of_register if options.register else _published
    figure = explain(options, indicator, month, definitions) if month else ""
    print(show.explain(indicator.id, options.lang, definitions), end="")
    if figure:
        print(f"\n{figure}", end="")


def _refuse_loose(options: argparse.Namespace, month: str | None) -> None:
    """Options that mean nothing without another."""
    for name in ("area", "register"):
        if getattr(options, name) and not month:
            raise UsageError(f"--{name} needs --month: say which month's figure is to be explained")
    if options.register and options.statfin:
        raise UsageError("--register and --statfin: a figure comes from one source; name one")
    for name in _OF_REGISTER:
        if getattr(options, name) and not options.register:
            raise UsageError(f"--{name} needs --register: published figures have no such choice")
    if bool(options.dimension) != bool(options.category):
        raise UsageError("--dimension and --category go together, such as sex and women")


def _published(
    options: argparse.Namespace, indicator: Indicator, month: str, definitions: Catalogue
) -> str:
    from indicators import areas
    from indicators.computing import check_held
    from indicators.reporting.explaining import explain_figure
    from indicators.reporting.voice import Voice
    from indicators.sources.statfin import read_snapshots

    settings = project.load(options.project)
    keys = areas.load(settings)
    snapshots = read_snapshots(options.statfin or settings.statfin.directory)
    check_held([month], snapshots)
    area = mergers.load().current_area(options.area or settings.report.group, month)
    if area not in keys.groups and area not in snapshots.areas:
        raise UsageError(f"{area} is not an area; write a code such as KU398, MK07, SSS or a group")
    return explain_figure(
        indicator,
        month,
        area,
        snapshots=snapshots,
        areas=keys,
        catalogue=definitions,
        translator=Voice(options.lang),
    )


def _of_register(
    options: argparse.Namespace, indicator: Indicator, month: str, definitions: Catalogue
) -> str:
    from indicators import areas
    from indicators.measures.register.accounts.answering import Run, Wanted, answer
    from indicators.register.store import open_register
    from indicators.reporting.explaining_register import explain_register_figure
    from indicators.reporting.voice import Voice

    settings = project.load(options.project)
    keys = areas.load(settings)
    groups = {code: group.members for code, group in settings.groups.items()}
    selection = Wanted(
        month,
        mergers.load().current_area(options.area or settings.report.group, month),
        options.population,
        options.dimension or "total",
        options.category or "total",
    )
    register = open_register(options.register)
    inputs = (register, groups, settings.trial.offices, settings.parameters.indicators)
    run = Run(*inputs, checked=True)
    return explain_register_figure(
        indicator,
        answer(indicator, selection, run, definitions),
        areas=keys,
        catalogue=definitions,
        translator=Voice(options.lang),
    )
