"""Monitoring of the Finnish municipal employment trials (työllisyyden kuntakokeilut).

What the commands do is offered here as functions on pandas frames: :func:`compute` makes the long
table, :func:`protect` lets through what may be published, :func:`read_snapshots` reads StatFin's
vintages, :func:`import_register` turns the register's own layout into canonical tables and
:func:`read_register` opens these, :func:`synthesise` makes a register up, :func:`load_catalogue`
gives the definitions and :func:`load_settings` the project's settings. :func:`label` names the
codes of a long table, :class:`Choices` says how a register is counted, :func:`open_report` opens a
month's report, whose sections are objects, :func:`peers` holds an area against others,
:func:`describe` gives a figure or a table of one's own its words, and :func:`unemployment_spells`
and :func:`trial_panel` are the data of the evaluation. :mod:`indicators.evaluation` holds
the estimators of the trial's effect.

They are imported on first use, so that the command's help need not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from indicators.version import __version__ as __version__

if TYPE_CHECKING:
    from indicators import evaluation as evaluation
    from indicators.benchmarking.peers import peers
    from indicators.catalogue.loading import load_catalogue
    from indicators.computing import Choices, compute
    from indicators.disclosure.protect import protect
    from indicators.evaluation.spell_data import unemployment_spells
    from indicators.evaluation.trial import trial_panel
    from indicators.labels import label
    from indicators.register.store import open_register as read_register
    from indicators.reporting.display import describe
    from indicators.reporting.monthly import open_report
    from indicators.settings.loading import load_settings
    from indicators.sources.register.importing import import_register
    from indicators.sources.statfin.snapshots import read_snapshots
    from indicators.synthetic.synthesise import synthesise

__all__ = [
    "Choices",
    "compute",
    "describe",
    "import_register",
    "label",
    "load_catalogue",
    "load_settings",
    "open_report",
    "peers",
    "protect",
    "read_register",
    "read_snapshots",
    "synthesise",
    "trial_panel",
    "unemployment_spells",
]

_PLACES = {
    "Choices": ("indicators.computing", "Choices"),
    "compute": ("indicators.computing", "compute"),
    "describe": ("indicators.reporting.display", "describe"),
    "import_register": ("indicators.sources.register.importing", "import_register"),
    "label": ("indicators.labels", "label"),
    "load_catalogue": ("indicators.catalogue.loading", "load_catalogue"),
    "load_settings": ("indicators.settings.loading", "load_settings"),
    "open_report": ("indicators.reporting.monthly", "open_report"),
    "peers": ("indicators.benchmarking.peers", "peers"),
    "protect": ("indicators.disclosure.protect", "protect"),
    "read_register": ("indicators.register.store", "open_register"),
    "read_snapshots": ("indicators.sources.statfin.snapshots", "read_snapshots"),
    "synthesise": ("indicators.synthetic.synthesise", "synthesise"),
    "trial_panel": ("indicators.evaluation.trial", "trial_panel"),
    "unemployment_spells": ("indicators.evaluation.spell_data", "unemployment_spells"),
}


def __getattr__(name: str) -> Any:
    if name == "evaluation":
        return import_module("indicators.evaluation")
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
