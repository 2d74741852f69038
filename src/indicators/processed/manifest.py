"""A vintage's manifest: what it was made from and with, what was checked, what was left out.

Plain JSON, described by ``manifest.schema.json`` beside this module. No clock goes into it: the
same sources and the same code give the same manifest. When a run took place stands in its log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.errors import DataError
from indicators.processed.model import FromRegister, areas_of
from indicators.processed.placing import MANIFEST, differing
from indicators.processed.reasons import why
from indicators.provenance import File, FileHashes, Maker, maker, record
from indicators.provenance.recorded import told_from
from indicators.provenance.state import memory_of_hashes

if TYPE_CHECKING:
    from indicators.computing import Computed
    from indicators.settings import Settings

SCHEMA_VERSION = 1
IMPORT_REPORT = "import_report.json"

_FEW = 4
"""Up to so many records that import mended are not told apart: anybody may see a manifest."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read, and the day it is of (empty where it has none)."""

    path: str
    sha256: str
    bytes: int
    day: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a vintage.

    Attributes:
        month: ``YYYY-MM``.
        vintage: Its name.
        made_up: Whether it holds figures of a made-up register.
        inputs: Every file of data read, by path from the project's folder.
        parameters: What was chosen: areas, groups, policy, parameters of indicators; all that the
            tables take from the settings, which change for other reasons too.
        made_with: Code, catalogue, lock, tools.
        outputs: Every file of the vintage but this one.
        checks: Names of the checks passed.
        mends: Records that import dropped, cut or mended, by table and rule;
            ``1–4`` where they are few.
        statuses: Rows of each table by status: ``suppressed`` are the hidden ones.
        releases: Folders of the releases that a register's rows come from.
        reason: Why it stands beside an earlier vintage of the same day; empty if it does not.
    """

    month: str
    vintage: str
    made_up: bool
    inputs: tuple[Input, ...]
    parameters: Mapping[str, Any]
    made_with: Maker
    outputs: tuple[File, ...]
    checks: tuple[str, ...]
    mends: Mapping[str, int | str]
    statuses: Mapping[str, Mapping[str, int]]
    releases: tuple[str, ...] = ()
    reason: str = ""


def make(
    settings: Settings,
    month: str,
    vintage: str,
    *,
    computed: Computed,
    register: FromRegister | None,
    folder: Path,
    checks: Sequence[str],
) -> Manifest:
    """Describe a vintage that has been written and checked.

    Args:
        settings: The project.
        month: ``YYYY-MM``.
        vintage: The name it will get.
        computed: What the published sources gave.
        register: What a register gave.
        folder: Holds the tables.
        checks: The checks passed.
    """
    hashes = FileHashes(memory_of_hashes(settings.root))
    described = Manifest(
        month=month,
        vintage=vintage,
        made_up=register is not None and register.made_up,
        inputs=_inputs(settings.root, month, computed, register, hashes),
        parameters=parameters(settings, register.folder if register else None),
        made_with=maker(settings.root),
        outputs=tuple(record([folder], folder, FileHashes())),
        checks=tuple(checks),
        mends=_mends(register),
        statuses=_statuses(folder),
        releases=_releases(settings.root, month, register),
    )
    hashes.keep()
    return described


def write(manifest: Manifest, folder: Path, before: Path | None) -> str:
    """Write a manifest beside its tables.

    Args:
        manifest: Its reason is told here.
        folder: Holds the tables.
        before: The vintage of the same day published before, if there is one.

    Returns:
        The reason why there is a further vintage of the day; empty if there is not.
    """
    content = {"schema_version": SCHEMA_VERSION, **asdict(manifest)}
    if before is not None:
        content["reason"] = why(before, content, differing(folder, before))
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return str(content["reason"])


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a vintage, as JSON has it.

    Raises:
        DataError: There is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        text = "cannot be read as a manifest; a vintage made now has one"
        raise DataError(f"{path}: {text}") from error
    if not isinstance(content, dict) or content.get("schema_version") != SCHEMA_VERSION:
        raise DataError(f"{path}: is not a manifest of version {SCHEMA_VERSION}")
    return content


def _inputs(
    root: Path,
    month: str,
    computed: Computed,
    register: FromRegister | None,
    hashes: FileHashes,
) -> tuple[Input, ...]:
    days = dict.fromkeys(computed.snapshots.beside, "")
    days |= {entry.file: entry.vintage.isoformat() for entry in computed.snapshots.vintages}
    for folder in {path.parent for path in days}:
        days |= {path: "" for path in [folder / "provenance.json"] if path.exists()}
    if register is not None and register.folder is not None:
        extract = max(register.days, default="")
        folders = (register.folder, *register.releases_in_window(month))
        days |= {path: extract for entry in folders for path in entry.iterdir() if path.is_file()}
    return tuple(
        Input(**asdict(record([path], root, hashes)[0]), day=day)
        for path, day in sorted(days.items())
        if path.is_file()
    )


def _releases(root: Path, month: str, register: FromRegister | None) -> tuple[str, ...]:
    folders = () if register is None else register.releases_in_window(month)
    return tuple(told_from(root, folder) for folder in folders)


def parameters(settings: Settings, register: Path | None) -> dict[str, Any]:
    """All that a month's tables take from the settings and the command.

    Args:
        settings: The project.
        register: Folder of a canonical register, if one is read.
    """
    return {
        "statfin": told_from(settings.root, settings.statfin.directory),
        "register": told_from(settings.root, register) if register else None,
        "areas": list(areas_of(settings)),
        "groups": {code: list(group.members) for code, group in settings.groups.items()},
        "trial_offices": list(settings.trial.offices),
        "policy": settings.disclosure.policy,
        "indicators": {
            name: dict(values) for name, values in settings.parameters.indicators.items()
        },
    }


def _mends(register: FromRegister | None) -> dict[str, int | str]:
    """Records by ``table: rule``, of the report that import has left; few are not told apart."""
    if register is None or register.folder is None:
        return {}
    path = register.folder / IMPORT_REPORT
    try:
        mends = json.loads(path.read_text(encoding="utf-8"))["mends"]
        return {f"{mend['table']}: {mend['rule']}": _told(int(mend["records"])) for mend in mends}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; import the register again") from error


def _told(records: int) -> int | str:
    """A count of records as anybody may see it: behind few of them stand few persons."""
    return f"1\N{EN DASH}{_FEW}" if 1 <= records <= _FEW else records


def _statuses(folder: Path) -> dict[str, dict[str, int]]:
    from indicators import table

    counted = {}
    for path in sorted(folder.glob("*.parquet")):
        found = table.read(path)["status"].astype(object).value_counts()
        counted[path.stem] = {str(name): int(found[name]) for name in sorted(found.index)}
    return counted
