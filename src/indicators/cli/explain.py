"""``indicators explain``."""

from __future__ import annotations

import argparse

from indicators import catalogue
from indicators.calendar import parse_month
from indicators.catalogue import show
from indicators.errors import UsageError


def run(options: argparse.Namespace) -> None:
    """Print a definition, and how a figure came about if a month is asked for."""
    indicator = catalogue.load().indicator(options.indicator)
    month = parse_month(options.month) if options.month else None
    if options.area and not month:
        raise UsageError("--area needs --month: say which month's figure is to be explained")
    figure = _figure(options, indicator.id, month) if month else ""
    print(show.explain(indicator.id, options.lang), end="")
    if figure:
        print(f"\n{figure}", end="")


def _figure(options: argparse.Namespace, indicator_id: str, month: str) -> str:
    from indicators import areas
    from indicators.cli.project import load
    from indicators.computing import check_held
    from indicators.reporting.explaining import explain_figure
    from indicators.reporting.voice import Voice
    from indicators.sources.statfin import read_snapshots

    project = load(options.project)
    keys = areas.load(project)
    snapshots = read_snapshots(options.statfin or project.statfin.directory)
    check_held([month], snapshots)
    area = options.area or project.report.group
    if area not in keys.groups and area not in snapshots.areas:
        raise UsageError(f"{area} is not an area; write a code such as KU398, MK07, SSS or a group")
    definitions = catalogue.load()
    return explain_figure(
        definitions.indicator(indicator_id),
        month,
        area,
        snapshots=snapshots,
        areas=keys,
        catalogue=definitions,
        voice=Voice(options.lang),
    )
