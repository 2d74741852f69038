"""``indicators explain``: a definition, and how a figure of it came about."""

from __future__ import annotations

import argparse

from indicators.areas import mergers
from indicators.areas.areas import load_areas
from indicators.calendar import parse_month
from indicators.catalogue import show
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator
from indicators.cli import main
from indicators.errors import UsageError
from indicators.measures.cofinanced import COFINANCED_ID

_REGISTER_OPTIONS = ("population", "dimension", "category")


def explain_command(options: argparse.Namespace) -> None:
    """Print a definition, and how a figure came about if a month is given."""
    definitions = main.definitions(options.project)
    indicator = definitions.indicator(options.indicator)
    month = parse_month(options.month) if options.month else None
    _refuse_options_without_month(options, month)
    explain = _explain_from_register if options.register else _explain_published
    figure = explain(options, indicator, month, definitions) if month else ""
    print(show.explain_indicator(indicator.id, options.lang, definitions), end="")
    if figure:
        print(f"\n{figure}", end="")


def _refuse_options_without_month(options: argparse.Namespace, month: str | None) -> None:
    """Refuse options that mean nothing without others.

    Raises:
        UsageError: An option is given without the option it needs, or with its opposite.
    """
    for name in ("area", "register"):
        if getattr(options, name) and not month:
            raise UsageError(f"--{name} needs --month: say which month's figure is to be explained")
    if options.register and options.statfin:
        raise UsageError("--register and --statfin: a figure comes from one source; name one")
    for name in _REGISTER_OPTIONS:
        if getattr(options, name) and not options.register:
            raise UsageError(f"--{name} needs --register: published figures have no such choice")
    if bool(options.dimension) != bool(options.category):
        raise UsageError("--dimension and --category go together, such as sex and women")


def _explain_published(
    options: argparse.Namespace, indicator: Indicator, month: str, definitions: Catalogue
) -> str:
    from indicators.computing import require_held_months
    from indicators.reporting.explaining import explain_figure
    from indicators.reporting.explaining_money import explain_money
    from indicators.reporting.wording import Translator
    from indicators.sources.statfin.further_tables import read_further_tables
    from indicators.sources.statfin.snapshots import read_snapshots

    settings = main.load_project(options.project)
    keys = load_areas(settings)
    place = options.statfin or settings.statfin.directory
    area = mergers.load_mergers().current_area(options.area or settings.report.group, month)
    if indicator.id == COFINANCED_ID:
        return explain_money(month, area, settings, place, definitions, language=options.lang)
    snapshots = read_snapshots(place)
    require_held_months([month], snapshots)
    if area not in snapshots.areas and area not in (*keys.groups, *keys.divisions.key_areas):
        # Names those that are near; an area that no vintage has is no area of these figures.
        keys.kind(area)
        raise UsageError(f"{area}: the snapshots have no figures of it")
    return explain_figure(
        indicator,
        month,
        area,
        snapshots=snapshots,
        areas=keys,
        catalogue=definitions,
        translator=Translator(options.lang),
        tables=read_further_tables(place),
    )


def _explain_from_register(
    options: argparse.Namespace, indicator: Indicator, month: str, definitions: Catalogue
) -> str:
    from indicators.measures.register.accounts.answering import CountingRun, FigureKey
    from indicators.measures.register.accounts.answering import explain_figure as answer
    from indicators.register.prices import with_prices
    from indicators.register.store import open_register
    from indicators.reporting.explaining import explain_register_figure
    from indicators.reporting.wording import Translator

    settings = main.load_project(options.project)
    keys = load_areas(settings)
    groups = {code: group.members for code, group in settings.groups.items()}
    selection = FigureKey(
        month,
        mergers.load_mergers().current_area(options.area or settings.report.group, month),
        options.population,
        options.dimension or "total",
        options.category or "total",
    )
    register = with_prices(open_register(options.register), settings.service_prices)
    inputs = (register, groups, settings.trial.offices, settings.parameters.indicators)
    run = CountingRun(*inputs, checked=True)
    return explain_register_figure(
        indicator,
        answer(indicator, selection, run, definitions),
        areas=keys,
        catalogue=definitions,
        translator=Translator(options.lang),
    )
