"""What a warm process has loaded before any notebook asks for it.

Only modules whose import changes nothing for those who do not use them: a notebook must not see
that they were there already. So nothing that sets a look or a backend is here.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from datetime import date

LIBRARIES = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "papermill",
    "numpy",
    "pyarrow.parquet",
    "pandas",
    "statsmodels.tsa.seasonal",
    "babel.dates",
    "babel.numbers",
    "holidays.countries",
    "indicators.reporting.monthly",
    "indicators.rendering.course",
    "indicators.production.execution",
    "indicators.production.engine.manager",
    "indicators.production.engine.warm",
)
# Optional company of the libraries above that starts threads when imported: a process with threads
# cannot be forked safely. A notebook that wants one imports it after the fork.
KEPT_OUT = ("polars",)
# As a kernel has it; set before matplotlib first looks.
BACKEND = "module://matplotlib_inline.backend_inline"


def _path() -> list[str]:
    """Where a kernel looks for modules: the working directory comes before the libraries."""
    path = [entry for entry in sys.path if entry]
    libraries = (number for number, one in enumerate(path) if one.endswith("-packages"))
    path.insert(next(libraries, 0), "")
    return path


# The way of a fresh process, before any script has added its own folder.
PATH = _path()


def load() -> None:
    """Import the libraries, and spare them the collector's attention."""
    os.environ.setdefault("MPLBACKEND", BACKEND)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # or ipykernel's debugger warns
    absent = [name for name in KEPT_OUT if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    # Nothing that is imported is garbage: the collector would look for it for nothing.
    gc.disable()
    try:
        for name in LIBRARIES:
            importlib.import_module(name)
    finally:
        for name in absent:
            del sys.modules[name]
        gc.enable()
    _read_ahead()
    # Not collected before: holes in pages would be filled, and the pages copied, after each fork.
    gc.freeze()


def _read_ahead() -> None:
    """Read what the package itself holds and never changes: definitions, words, languages."""
    from indicators import catalogue
    from indicators.reporting import voice, wording

    catalogue.load()
    wording.load()
    for language in catalogue.LANGUAGES:
        said = voice.Voice(language)
        said.number(1.5, 1)
        said.day(date.min)
        said.month("2000-01")
