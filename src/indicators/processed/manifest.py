"""A vintage's manifest: its inputs, code and tools, the checks passed, what was left out.

Plain JSON, described by ``manifest.schema.json`` beside this module. No clock goes into it: the
same sources and the same code give the same manifest. When a run took place stands in its log.
From two manifests follows why two vintages of a month differ (:class:`VintageDifference`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.areas.areas import TRIAL_KEYS
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


ManifestContent = Mapping[str, Any]

SCHEMA_VERSION = 1
IMPORT_REPORT = "import_report.json"
# More files of a folder, folders or packages than this are given as a number.
MOST_NAMED = 3
# Counts of mended records up to this are given as a range: anybody may see a manifest.
_MOST_COARSENED = 4


# Why two vintages of a month differ.


@dataclass(frozen=True, slots=True)
class Cause:
    """A way in which two vintages were made differently.

    Attributes:
        text: In full, with files or versions.
        kind: Without them, as a summary has it.
        count: How many files or packages it concerns.
    """

    text: str
    kind: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class VintageDifference:
    """How and why a vintage is not the same as an earlier one of its day.

    Attributes:
        earlier: Name of the earlier vintage.
        files: Names of the files that differ.
        causes: Why, as far as the manifests have it.
    """

    earlier: str
    files: tuple[str, ...]
    causes: tuple[Cause, ...]

    def __str__(self) -> str:
        causes = "; ".join(cause.text for cause in self.causes) or "no cause known"
        return f"{', '.join(self.files)} differ from {self.earlier}: {causes}"

    def summary(self) -> str:
        """The same in brief: few files by name, each kind of cause once with its count."""
        few = len(self.files) <= MOST_NAMED
        files = ", ".join(self.files) if few else f"{len(self.files)} files"
        counts: Counter[str] = Counter()
        for cause in self.causes:
            counts[cause.kind] += cause.count
        kinds = [kind if count == 1 else f"{kind} ({count})" for kind, count in counts.items()]
        causes = ", ".join(kinds) or "no cause known"
        return f"differs from {self.earlier} in {files}: {causes}"


def vintage_difference(
    before: Path, now: ManifestContent, files: Sequence[str]
) -> VintageDifference:
    """Why a vintage is not the same as the one published before.

    Args:
        before: The folder of that vintage.
        now: The manifest of the new one.
        files: Names of the files that differ.
    """
    earlier = _read_or_none(before)
    if earlier is None:
        causes = [_cause("it has no manifest")]
    else:
        causes = _manifest_changes(earlier, now)
        if damaged := damaged_outputs(before, earlier):
            causes = [_cause(f"there {', '.join(damaged)} is not as it was published"), *causes]
    return VintageDifference(before.name, tuple(files), tuple(causes))


def _cause(text: str) -> Cause:
    return Cause(text, text)


def _manifest_changes(before: ManifestContent, now: ManifestContent) -> list[Cause]:
    """Where two manifests are not the same: inputs, parameters, catalogue, code, lock, tools."""
    causes = _input_changes(before, now)
    if before["parameters"] != now["parameters"]:
        causes.append(_cause("parameters changed"))
    old, new = before["made_with"], now["made_with"]
    if old["catalogue"] != new["catalogue"]:
        causes.append(_cause("definitions changed"))
    if old["code"]["sha256"] != new["code"]["sha256"]:
        causes.append(_cause("code changed"))
    if old["lock"] != new["lock"]:
        causes.append(_cause("lock changed"))
    return causes + _tool_changes(old["tools"], new["tools"])


def _tool_changes(old: ManifestContent, new: ManifestContent) -> list[Cause]:
    """Which packages changed version; the first by name, many more as a number."""
    kind = "other versions of tools"
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    causes = [
        Cause(f"{name} {old.get(name, 'none')} became {new.get(name, 'none')}", kind)
        for name in changed
    ]
    more = len(causes) - MOST_NAMED
    if more <= 1:
        return causes
    return [*causes[:MOST_NAMED], Cause(f"{more} more packages became others", kind, more)]


def _input_changes(before: ManifestContent, now: ManifestContent) -> list[Cause]:
    """Which inputs changed, came or went, by folder; many more folders as a number."""
    old, new = (
        {entry["path"]: entry["sha256"] for entry in content["inputs"]} for content in (before, now)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(old | new):
        if old.get(path) != new.get(path):
            kind = "changed" if path in old and path in new else "new" if path in new else "gone"
            found.setdefault((f"inputs {kind}", path.rpartition("/")[0]), []).append(path)
    causes = [_folder_cause(kind, folder, paths) for (kind, folder), paths in found.items()]
    more = list(found.values())[MOST_NAMED:]
    if len(more) <= 1:
        return causes
    rest = _cause(f"{sum(map(len, more))} more inputs in {len(more)} folders")
    return [*causes[:MOST_NAMED], rest]


def _folder_cause(kind: str, folder: str, paths: Sequence[str]) -> Cause:
    few = len(paths) <= MOST_NAMED
    named = ", ".join(paths) if few else f"{len(paths)} files of {folder}"
    return Cause(f"{kind}: {named}", kind, len(paths))


def damaged_outputs(folder: Path, content: ManifestContent) -> list[str]:
    """The outputs of a vintage that are gone or not as its manifest has them."""
    return [
        str(output["path"])
        for output in content["outputs"]
        if not (folder / output["path"]).is_file()
        or hash_file(folder / output["path"]) != output["sha256"]
    ]


def _read_or_none(folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        # Whatever it lacks, it is no manifest then.
        damaged_outputs(folder, content)
        _manifest_changes(content, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(content)


# The manifest itself.


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read, and the day it is of (empty where it has none)."""

    path: str
    sha256: str
    bytes: int
    day: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a vintage.

    Attributes:
        month: ``YYYY-MM``.
        vintage: Its name.
        made_up: Whether it holds figures of a made-up register, or of Kela's that are made up.
        inputs: Every file of data read, by path from the project's folder.
        parameters: What was chosen: areas, groups, policy, parameters of indicators; all that the
            tables take from the settings, which change for other reasons too.
        made_with: Code, catalogue, lock, tools.
        outputs: Every file of the vintage but the manifest.
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
        made_up=(register is not None and register.made_up)
        or (computed.benefits is not None and computed.benefits.made_up),
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
        manifest: Its reason is filled in here.
        folder: Holds the tables.
        before: The vintage of the same day published before, if there is one.

    Returns:
        The reason why there is a further vintage of the day; empty if there is not.
    """
    content = {"schema_version": SCHEMA_VERSION, **asdict(manifest)}
    if before is not None:
        files = differing_files(folder, before)
        content["reason"] = str(vintage_difference(before, content, files))
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
    from indicators.sources.statfin.further_tables import METADATA_FILE

    days = dict.fromkeys(computed.snapshots.beside, "")
    days |= {entry.file: entry.vintage.isoformat() for entry in computed.snapshots.vintages}
    for table in computed.tables.vintages:
        days |= {path: table.vintage.isoformat() for path in table.files}
        metadata = {path.parent / METADATA_FILE for path in table.files}
        days |= dict.fromkeys((path for path in metadata if path.exists()), "")
    for folder in {entry.file.parent for entry in computed.snapshots.vintages}:
        days |= {path: "" for path in [folder / "provenance.json"] if path.exists()}
    days |= dict.fromkeys(sorted((root / TRIAL_KEYS).glob("*.csv")), "")
    if computed.benefits is not None:
        # Files that were left out too: with them the tables could have been others.
        days |= dict.fromkeys(computed.benefits.files, "")
        days |= {source.file: source.vintage for source in computed.benefits.sources}
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
    prices = settings.service_prices
    return {
        "statfin": path_from(settings.root, settings.statfin.directory),
        "kela": path_from(settings.root, settings.kela.directory),
        "register": path_from(settings.root, register) if register else None,
        "areas": list(reported_areas(settings)),
        "groups": {code: list(group.members) for code, group in settings.groups.items()},
        "trial_offices": list(settings.trial.offices),
        "policy": settings.disclosure.policy,
        "indicators": {
            name: dict(values) for name, values in settings.parameters.indicators.items()
        },
        # What is not set leaves no trace: months of before there were prices stay as they are.
        **({"service_prices": list(map(asdict, prices))} if prices else {}),
    }


def _mends(register: RegisterTables | None) -> dict[str, int | str]:
    """Records by ``table: rule``, of the report that import has left; small counts coarsened."""
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
    return f"1\N{EN DASH}{_MOST_COARSENED}" if 1 <= records <= _MOST_COARSENED else records


def _statuses(folder: Path) -> dict[str, dict[str, int]]:
    from indicators import table

    counted = {}
    for path in sorted(folder.glob("*.parquet")):
        found = table.read(path)["status"].astype(object).value_counts()
        counted[path.stem] = {str(name): int(found[name]) for name in sorted(found.index)}
    return counted
