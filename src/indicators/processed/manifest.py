"""A vintage's manifest: what it was made from and with, what was checked, what was left out.

Plain JSON, described by ``manifest.schema.json`` beside this module. No clock goes into it: the
same sources and the same code give the same manifest. When a run took place stands in its log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.errors import DataError
from indicators.processed.reading import RegisterTables, reported_areas
from indicators.processed.vintages import MANIFEST, differing_files
from indicators.provenance import (
    BuildEnvironment,
    FileHashes,
    FileRecord,
    current_environment,
    hash_file,
    hash_memory_file,
    path_from,
    record_files,
)

if TYPE_CHECKING:
    from indicators.computing import Computed
    from indicators.settings.model import Settings


# Why two vintages of a month differ, as far as their manifests can tell.


ManifestContent = Mapping[str, Any]
# More files of one folder are told as a number.
MOST_NAMED = 3
_MANY_FILES = re.compile(r"([0-9]+) files of ")


def reason_for_difference(before: Path, now: ManifestContent, files: Sequence[str]) -> str:
    """Why a vintage is not the one published before, in a line.

    Args:
        before: That vintage.
        now: The manifest of the new one.
        files: Names of the files that differ.
    """
    earlier = _read_or_none(before)
    causes = ["it has no manifest"] if earlier is None else manifest_changes(earlier, now)
    if earlier is not None and (harmed := damaged_outputs(before, earlier)):
        causes = [f"there {', '.join(harmed)} is not as it was published", *causes]
    return f"{', '.join(files)} differ from {before.name}: {'; '.join(causes or ['no cause told'])}"


def shorten_reason(reason: str) -> str:
    """What :func:`why` tells, on one line: few files by name, each kind of cause once."""
    before, _, causes = reason.partition(": ")
    names, _, vintage = before.partition(" differ from ")
    files = names if names.count(",") < MOST_NAMED else f"{names.count(',') + 1} files"
    counted: dict[str, int] = {}
    for cause in causes.split("; "):
        kind, _, paths = cause.partition(": ")
        if kind.startswith("inputs ") and paths:
            many = _MANY_FILES.match(paths)
            counted[kind] = counted.get(kind, 0) + (int(many[1]) if many else paths.count(",") + 1)
        else:
            name = "other versions of tools" if " became " in cause else cause
            counted[name] = counted.get(name, 0) + 1
    summary = ", ".join(
        name if count == 1 else f"{name} ({count})" for name, count in counted.items()
    )
    return f"differs from {vintage} in {files}: {summary}"


def manifest_changes(before: ManifestContent, now: ManifestContent) -> list[str]:
    """What two manifests say that is not the same: inputs, parameters, catalogue, code, lock."""
    causes = _input_changes(before, now)
    if before["parameters"] != now["parameters"]:
        causes.append("parameters changed")
    old, new = before["made_with"], now["made_with"]
    if old["catalogue"] != new["catalogue"]:
        causes.append("definitions changed")
    if old["code"]["sha256"] != new["code"]["sha256"]:
        causes.append("code changed")
    if old["lock"] != new["lock"]:
        causes.append("lock changed")
    return causes + _tool_changes(old["tools"], new["tools"])


def _tool_changes(old: ManifestContent, new: ManifestContent) -> list[str]:
    """Which packages became others; many are told as a number, the manifests have them all."""
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    lines = [f"{name} {old.get(name, 'none')} became {new.get(name, 'none')}" for name in changed]
    more = len(lines) - MOST_NAMED
    if more <= 1:
        return lines
    return [*lines[:MOST_NAMED], f"{more} more packages became others"]


def damaged_outputs(folder: Path, content: ManifestContent) -> list[str]:
    """The outputs of a vintage that are gone or not as its manifest has them."""
    return [
        str(output["path"])
        for output in content["outputs"]
        if not (folder / output["path"]).is_file()
        or hash_file(folder / output["path"]) != output["sha256"]
    ]


def _input_changes(before: ManifestContent, now: ManifestContent) -> list[str]:
    """Which inputs changed, came or went; many of one folder are told as one."""
    old, new = (
        {entry["path"]: entry["sha256"] for entry in lines["inputs"]} for lines in (before, now)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(old | new):
        if old.get(path) != new.get(path):
            kind = "changed" if path in old and path in new else "new" if path in new else "gone"
            found.setdefault((kind, path.rpartition("/")[0]), []).append(path)
    lines = [_paths_changed(kind, folder, paths) for (kind, folder), paths in found.items()]
    more = list(found.values())[MOST_NAMED:]
    if len(more) <= 1:
        return lines
    return [*lines[:MOST_NAMED], f"{sum(map(len, more))} more inputs in {len(more)} folders"]


def _paths_changed(kind: str, folder: str, paths: Sequence[str]) -> str:
    if len(paths) <= MOST_NAMED:
        return f"inputs {kind}: {', '.join(paths)}"
    return f"inputs {kind}: {len(paths)} files of {folder}"


def _read_or_none(folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        # Whatever it lacks, it is no manifest then.
        damaged_outputs(folder, content)
        manifest_changes(content, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(content)


SCHEMA_VERSION = 1
IMPORT_REPORT = "import_report.json"

_LEAST_SHOWN = 4
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
    made_with: BuildEnvironment
    outputs: tuple[FileRecord, ...]
    checks: tuple[str, ...]
    mends: Mapping[str, int | str]
    statuses: Mapping[str, Mapping[str, int]]
    releases: tuple[str, ...] = ()
    reason: str = ""


def build(
    settings: Settings,
    month: str,
    vintage: str,
    *,
    computed: Computed,
    register: RegisterTables | None,
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
    hashes = FileHashes(hash_memory_file(settings.root))
    described = Manifest(
        month=month,
        vintage=vintage,
        made_up=register is not None and register.made_up,
        inputs=_inputs(settings.root, month, computed, register, hashes),
        parameters=parameters(settings, register.folder if register else None),
        made_with=current_environment(settings.root),
        outputs=tuple(record_files([folder], folder, FileHashes())),
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
        content["reason"] = reason_for_difference(before, content, differing_files(folder, before))
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
    register: RegisterTables | None,
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
        Input(**asdict(record_files([path], root, hashes)[0]), day=day)
        for path, day in sorted(days.items())
        if path.is_file()
    )


def _releases(root: Path, month: str, register: RegisterTables | None) -> tuple[str, ...]:
    folders = () if register is None else register.releases_in_window(month)
    return tuple(path_from(root, folder) for folder in folders)


def parameters(settings: Settings, register: Path | None) -> dict[str, Any]:
    """All that a month's tables take from the settings and the command.

    Args:
        settings: The project.
        register: Folder of a canonical register, if one is read.
    """
    return {
        "statfin": path_from(settings.root, settings.statfin.directory),
        "register": path_from(settings.root, register) if register else None,
        "areas": list(reported_areas(settings)),
        "groups": {code: list(group.members) for code, group in settings.groups.items()},
        "trial_offices": list(settings.trial.offices),
        "policy": settings.disclosure.policy,
        "indicators": {
            name: dict(values) for name, values in settings.parameters.indicators.items()
        },
    }


def _mends(register: RegisterTables | None) -> dict[str, int | str]:
    """Records by ``table: rule``, of the report that import has left; few are not told apart."""
    if register is None or register.folder is None:
        return {}
    path = register.folder / IMPORT_REPORT
    try:
        mends = json.loads(path.read_text(encoding="utf-8"))["mends"]
        return {
            f"{mend['table']}: {mend['rule']}": _coarsened_count(int(mend["records"]))
            for mend in mends
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; import the register again") from error


def _coarsened_count(records: int) -> int | str:
    """A count of records as anybody may see it: behind few of them stand few persons."""
    return f"1\N{EN DASH}{_LEAST_SHOWN}" if 1 <= records <= _LEAST_SHOWN else records


def _statuses(folder: Path) -> dict[str, dict[str, int]]:
    from indicators import table

    counted = {}
    for path in sorted(folder.glob("*.parquet")):
        found = table.read(path)["status"].astype(object).value_counts()
        counted[path.stem] = {str(name): int(found[name]) for name in sorted(found.index)}
    return counted
