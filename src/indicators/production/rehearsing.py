"""A report told once for nobody, before many are made.

What a process remembers on the way (names of areas, forms of numbers, letters laid out) is there
in all that are forked from it. Nothing of it changes what they tell: they would find the same.
"""

from __future__ import annotations

import gc
import tempfile
from contextlib import chdir, suppress
from inspect import isfunction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.processed import Processed
    from indicators.settings import Settings

_TOLD: set[str] = set()
"""Languages that this process has rehearsed, or whoever it is forked from."""


def rehearse(settings: Settings, tables: Processed, language: str) -> None:
    """Tell all sections of a report, once a process and language; nothing of it is kept.

    Args:
        settings: The project.
        tables: Of any month.
        language: ``fi``, ``sv`` or ``en``.
    """
    if language in _TOLD:
        return
    _TOLD.add(language)
    from indicators.reporting.context import Context
    from indicators.reporting.monthly import MonthlyReport
    from indicators.reporting.voice import Voice

    report = MonthlyReport(Context(settings, tables, Voice(language)))
    methods = (name for name, one in vars(MonthlyReport).items() if isfunction(one))
    sections = [name for name in methods if not name.startswith("_")]
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name in sections:
            # A section that cannot be told is told of by its own notebook, with cell and line.
            with suppress(Exception):
                getattr(report, name)()
    # As after loading: the collector is not to copy pages of every fork.
    gc.freeze()
