"""Why two vintages of a month differ, as far as their manifests can tell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indicators.processed.placing import MANIFEST
from indicators.provenance import hash_file

Told = Mapping[str, Any]
# More files of one folder are told as a number.
MOST_NAMED = 3
_MANY_FILES = re.compile(r"([0-9]+) files of ")


def why(before: Path, now: Told, files: Sequence[str]) -> str:
    """Why a vintage is not the one published before, in a line.

    Args:
        before: That vintage.
        now: The manifest of the new one.
        files: Names of the files that differ.
    """
    earlier = _read(before)
    causes = ["it has no manifest"] if earlier is None else changes(earlier, now)
    if earlier is not None and (harmed := damaged(before, earlier)):
        causes = [f"there {', '.join(harmed)} is not as it was published", *causes]
    return f"{', '.join(files)} differ from {before.name}: {'; '.join(causes or ['no cause told'])}"


def in_brief(reason: str) -> str:
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


def changes(before: Told, now: Told) -> list[str]:
    """What two manifests say that is not the same: inputs, parameters, catalogue, code, lock."""
    causes = _of_inputs(before, now)
    if before["parameters"] != now["parameters"]:
        causes.append("parameters changed")
    old, new = before["made_with"], now["made_with"]
    if old["catalogue"] != new["catalogue"]:
        causes.append("definitions changed")
    if old["code"]["sha256"] != new["code"]["sha256"]:
        causes.append("code changed")
    if old["lock"] != new["lock"]:
        causes.append("lock changed")
    return causes + _of_tools(old["tools"], new["tools"])


def _of_tools(old: Told, new: Told) -> list[str]:
    """Which packages became others; many are told as a number, the manifests have them all."""
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    lines = [f"{name} {old.get(name, 'none')} became {new.get(name, 'none')}" for name in changed]
    more = len(lines) - MOST_NAMED
    if more <= 1:
        return lines
    return [*lines[:MOST_NAMED], f"{more} more packages became others"]


def damaged(folder: Path, content: Told) -> list[str]:
    """The outputs of a vintage that are gone or not as its manifest has them."""
    return [
        str(output["path"])
        for output in content["outputs"]
        if not (folder / output["path"]).is_file()
        or hash_file(folder / output["path"]) != output["sha256"]
    ]


def _of_inputs(before: Told, now: Told) -> list[str]:
    """Which inputs changed, came or went; many of one folder are told as one."""
    old, new = (
        {entry["path"]: entry["sha256"] for entry in lines["inputs"]} for lines in (before, now)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(old | new):
        if old.get(path) != new.get(path):
            kind = "changed" if path in old and path in new else "new" if path in new else "gone"
            found.setdefault((kind, path.rpartition("/")[0]), []).append(path)
    lines = [_told(kind, folder, paths) for (kind, folder), paths in found.items()]
    more = list(found.values())[MOST_NAMED:]
    if len(more) <= 1:
        return lines
    return [*lines[:MOST_NAMED], f"{sum(map(len, more))} more inputs in {len(more)} folders"]


def _told(kind: str, folder: str, paths: Sequence[str]) -> str:
    if len(paths) <= MOST_NAMED:
        return f"inputs {kind}: {', '.join(paths)}"
    return f"inputs {kind}: {len(paths)} files of {folder}"


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        # Whatever it lacks, it is no manifest then.
        damaged(folder, content)
        changes(content, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(content)
