"""Whether this machine and this project can make a report."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.errors import IndicatorsError
from indicators.installed import HOW_TO_MEND, is_whole, missing_package, required_distributions
from indicators.provenance import log_folder
from indicators.version import __version__

if TYPE_CHECKING:
    from indicators.settings.model import Settings

GIB = 1024**3
# A report of 28 months in three languages takes a tenth of it.
LEAST_FREE = 1.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check.

    Attributes:
        name: What was checked.
        text: What was found, or what to do.
        fine: Whether a report can be built with it.
    """

    name: str
    text: str
    fine: bool = True


def examine_installation(project: Path | None = None) -> list[CheckResult]:
    """Check everything that a report needs; a fault does not hide the next.

    Args:
        project: The project's folder; found as the settings are if not given.
    """
    findings = [
        CheckResult("indicators", __version__),
        CheckResult("python", f"{platform.python_version()} on {platform.system()}"),
        *(_library(name) for name in required_distributions()),
        CheckResult("dask", _dask()),
        CheckResult("engine", _engine()),
        _check_result("renderer", _renderer),
    ]
    return [*findings, *_project_checks(project)]


def _library(name: str) -> CheckResult:
    if not is_whole(name):
        return CheckResult(name, f"not installed, or not whole; {HOW_TO_MEND}", fine=False)
    return CheckResult(name, metadata.version(name))


def _dask() -> str:
    try:
        return metadata.version("distributed")
    except metadata.PackageNotFoundError:
        return "not installed; only `compute --scheduler` needs it (extra `dask`)"


def _engine() -> str:
    from indicators.production.fork_server import can_fork

    if can_fork():
        return "warm: kernels are forked from a process that has the libraries loaded"
    return "kernel: this system cannot fork; a kernel for each notebook, which takes longer"


def _check_result(name: str, look: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(name, look())
    except IndicatorsError as error:
        return CheckResult(name, error.message, fine=False)
    except ImportError as error:
        return CheckResult(name, missing_package(error), fine=False)


def _renderer() -> str:
    from indicators.rendering.quarto import detect

    choice = detect()
    return f"{choice.name} {choice.version}: {choice.reason}"


def _project_checks(project: Path | None) -> Iterator[CheckResult]:
    from indicators.settings.loading import load_settings

    try:
        found = load_settings(project)
    except IndicatorsError as error:
        yield CheckResult("settings", str(error), fine=False)
        return
    yield CheckResult("settings", f"{found.trial.id}, {found.trial.start}..{found.trial.end}")
    yield _folder(found.root)
    yield CheckResult("log", _last_run(found.root))
    yield _check_result("catalogue", _catalogue)
    yield _check_result("statfin", lambda: _statfin(found.statfin.directory))
    yield _check_result("prices", lambda: _prices(found))
    yield _check_result("kela", lambda: _kela(found.kela.directory))
    yield _fonts(found.root)


def _folder(root: Path) -> CheckResult:
    """Whether there is room to write."""
    free = shutil.disk_usage(root).free / GIB
    text = f"{free:.1f} GiB free"
    if not os.access(root, os.W_OK):
        return CheckResult("folder", "nothing can be written there; make it writable", fine=False)
    return CheckResult(
        "folder", text if free >= LEAST_FREE else f"{text}; make room", free >= LEAST_FREE
    )


def _last_run(root: Path) -> str:
    """How the run of the newest log ended."""
    logs = sorted(log_folder(root).glob("*.jsonl"))
    if not logs:
        return "none yet"
    try:
        last = json.loads(logs[-1].read_text(encoding="utf-8").splitlines()[-1])
        state = f"status {last['status']}" if last["event"] == "end" else "at work, or broken off"
    except (OSError, ValueError, LookupError, TypeError):
        state = "its log cannot be read"
    return f"{logs[-1].stem}: {state}"


def _catalogue() -> str:
    from indicators.catalogue.loading import load_catalogue

    return f"{len(load_catalogue().indicators)} indicators"


def _statfin(directory: Path) -> str:
    from indicators.sources.statfin.further_tables import read_further_tables
    from indicators.sources.statfin.snapshots import read_snapshots

    snapshots = read_snapshots(directory)
    vintages = ", ".join(snapshot.vintage.isoformat() for snapshot in snapshots.vintages)
    further = read_further_tables(directory).tables
    beside = ", ".join(f"{name} {tables[0].vintage}" for name, tables in further.items())
    return f"{snapshots.spans}, vintages {vintages}" + (f"; further: {beside}" if beside else "")


def _prices(settings: Settings) -> str:
    """Where prices of services are from, if from anywhere."""
    from indicators.register.prices import PRICE_TABLE, with_prices
    from indicators.register.store import open_register

    place, own = settings.register, settings.service_prices
    register = open_register(place.directory) if place and place.directory.is_dir() else None
    if register is not None and with_prices(register, own).has(PRICE_TABLE) and not own:
        return f"of services: table {PRICE_TABLE} of {register.folder}"
    if own:
        return f"of services: {len(own)} in [[service_prices]] of the settings"
    return "of services: none, so their costs are not available (see [[service_prices]])"


def _kela(directory: Path) -> str:
    from indicators.sources.kela.folder import read_cofinanced
    from indicators.sources.kela.listing import holds_data

    if not holds_data(directory):
        return f"none in {directory}; `indicators fetch kela` gets it, a report is made without it"
    benefits = read_cofinanced(directory)
    if benefits is None:
        return "no municipally co-financed benefits among the files; `indicators fetch kela`"
    vintages = ", ".join(dict.fromkeys(source.vintage or "?" for source in benefits.sources))
    mark = "made up, " if benefits.made_up else ""
    return f"{mark}{benefits.months[0]}..{benefits.months[-1]}, vintages {vintages}"


def _fonts(root: Path) -> CheckResult:
    folder = root / "reports" / "_theme" / "fonts"
    count = len(list(folder.glob("*.otf")))
    return CheckResult("fonts", f"{count} in {folder.relative_to(root)}", fine=count > 0)
