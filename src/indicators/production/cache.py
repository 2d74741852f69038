"""The record of each step, and the cache: a step runs again only if its inputs have changed.

A step's record (``manifest.json`` beside its output, described by ``step.schema.json`` beside this
module) names the files, code and tools that it was made with. The cache compares them with those
there are now, ``verify`` compares the files with their recorded hashes, and a reader of a published
page learns from it which data and code it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from indicators import files
from indicators.errors import DataError, os_reason
from indicators.processed import vintages
from indicators.processed.vintages import MANIFEST
from indicators.production.steps import FOLDER_KINDS, Cache, Kind, Step
from indicators.provenance import (
    BuildEnvironment,
    FileHashes,
    FileRecord,
    current_environment,
    environment_from_json,
    file_from_json,
    hash_memory_file,
    path_from,
    record_files,
    steps_folder,
)
from indicators.reporting.files import data_name

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step as it was run.

    Attributes:
        kind: Of :class:`indicators.production.steps.Kind`.
        month: ``YYYY-MM``; empty for the site's front page.
        language: ``fi``, ``sv``, ``en``, or empty.
        parameters: Of the notebook, or of the renderer.
        inputs: Files read; paths from the project's folder.
        made_with: Code, catalogue, lock, tools.
        outputs: Files written; paths from the project's folder.
        name: Of the notebook that it belongs to; empty for the monthly report.
        area: Code of the area that it is about; empty for the settings' own.
    """

    kind: str
    month: str
    language: str
    parameters: Mapping[str, Any]
    inputs: tuple[FileRecord, ...]
    made_with: BuildEnvironment
    outputs: tuple[FileRecord, ...]
    name: str = ""
    area: str = ""


def record_path(root: Path, step: Step) -> Path:
    """Where a step's record is: beside its output, or among the state for immutable tables."""
    if step.kind is Kind.TABLES:
        return steps_folder(root) / f"{step.kind}-{step.month}.json"
    return step.target.parent / MANIFEST


def step_outputs(step: Step) -> list[Path]:
    """The files that stand there now as the step's output; empty if there are none."""
    if step.kind is Kind.TABLES:
        return _latest_tables(step.target)
    folder = step.target.parent
    if step.kind in FOLDER_KINDS:
        return sorted(
            path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
        )
    candidates = (
        step.target,
        step.target.with_suffix(".pdf"),
        folder / data_name(step.month, step.area),
    )
    return [path for path in candidates if path.is_file()]


def _latest_tables(folder: Path) -> list[Path]:
    named = vintages.latest_target(folder)
    if named is None or not (folder / named).is_dir():
        return []
    return sorted((folder / named).iterdir())


def write_record(record: StepRecord, path: Path) -> None:
    """Write a record; the file appears whole or not at all."""
    content = {"schema_version": SCHEMA_VERSION, **asdict(record)}
    for field in ("name", "area"):
        if not content[field]:
            del content[field]
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(path) as aside:
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_record(path: Path) -> StepRecord:
    """Read a record.

    Raises:
        DataError: There is none, or it cannot be read as a record.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != SCHEMA_VERSION:
            raise DataError(f"{path}: is not a record of version {SCHEMA_VERSION}; run again")
        return StepRecord(
            kind=str(content["kind"]),
            month=str(content["month"]),
            language=str(content["language"]),
            parameters=dict(content["parameters"]),
            inputs=tuple(map(file_from_json, content["inputs"])),
            made_with=environment_from_json(content["made_with"]),
            outputs=tuple(map(file_from_json, content["outputs"])),
            name=str(content.get("name", "")),
            area=str(content.get("area", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: cannot be read as a record of a step; run again") from error


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cache's decision on a step; ``reason`` is None where it need not run."""

    step: Step
    reason: str | None

    def __str__(self) -> str:
        return f"{self.step}: {self.reason or 'unchanged'}"


class StepCache(Cache):
    """Decides from records and hashes which steps need not run again.

    Args:
        root: The project's folder.
        force: Whether every step runs.

    Attributes:
        verdicts: The decision on each step so far.
    """

    def __init__(self, root: Path, *, force: bool = False) -> None:
        self._root = root
        self._force = force
        self._hashes = FileHashes(hash_memory_file(root))
        self._before: dict[str, tuple[FileRecord, ...]] = {}
        self.verdicts: list[Verdict] = []

    def reason_to_run(self, step: Step) -> str | None:
        """Why the step must run; None if what stands under its target is still right."""
        reason = self._reason(step)
        self.verdicts.append(Verdict(step, reason))
        return reason

    def record(self, step: Step, outputs: Sequence[Path] | None = None) -> None:
        """Record the step's output, and its inputs as they were when it was decided on.

        An input that changed in the meantime is recorded as it was before: the next run sees the
        change.
        """
        inputs = self._before.pop(str(step), None) or self._inputs(step)
        step_record = StepRecord(
            kind=step.kind.value,
            month=step.month,
            language=step.language,
            parameters=dict(step.parameters),
            inputs=inputs,
            made_with=self._environment,
            outputs=self._files(step_outputs(step) if outputs is None else outputs),
            name=step.name,
            area=step.area,
        )
        write_record(step_record, record_path(self._root, step))

    def keep(self) -> None:
        """Keep the hashes of files for the next run; it is slower without, and no less right."""
        self._hashes.keep()

    @cached_property
    def _environment(self) -> BuildEnvironment:
        return current_environment(self._root)

    def _inputs(self, step: Step) -> tuple[FileRecord, ...]:
        return self._files(path for path in step.inputs if path.exists())

    def _reason(self, step: Step) -> str | None:
        inputs = self._inputs(step)
        self._before[str(step)] = inputs
        if self._force:
            return "asked for by --force"
        try:
            known = read_record(record_path(self._root, step))
        except DataError:
            return "no record of it"
        return next(self._differences(step, known, inputs), None)

    def _differences(
        self, step: Step, known: StepRecord, inputs: tuple[FileRecord, ...]
    ) -> Iterator[str]:
        """Why it must run, the first cause first; nothing is hashed that need not be."""
        yield from _environment_changes(known.made_with, self._environment)
        yield from _parameter_changes(known.parameters, dict(step.parameters))
        yield from _file_changes("input", known.inputs, inputs)
        outputs = step_outputs(step)
        if step.kind is Kind.NOTEBOOK:
            # What somebody else has put beside them is not the run's.
            own = {output.path for output in known.outputs}
            outputs = [path for path in outputs if path_from(self._root, path) in own]
        if not outputs:
            yield "what it makes is not there"
        names = {path_from(self._root, path) for path in outputs}
        if gone := sorted({output.path for output in known.outputs} - names):
            yield f"output {gone[0]} is not there"
        yield from _file_changes("output", known.outputs, self._files(outputs))

    def _files(self, paths: Iterable[Path]) -> tuple[FileRecord, ...]:
        try:
            return tuple(record_files(paths, self._root, self._hashes))
        except OSError as error:
            raise DataError(
                f"{error.filename}: cannot be read ({os_reason(error)}); make it readable"
            ) from error


def _environment_changes(before: BuildEnvironment, now: BuildEnvironment) -> Iterator[str]:
    if before.code.version != now.code.version or before.code.sha256 != now.code.sha256:
        yield "the code of the package changed"
    if before.catalogue != now.catalogue:
        yield "the catalogue changed"
    if before.lock != now.lock:
        yield "the lock changed"
    for name in sorted({*before.tools, *now.tools}):
        if before.tools.get(name) != now.tools.get(name):
            yield f"another version of {name} is installed"


def _parameter_changes(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if name not in before or name not in now or before[name] != now[name]:
            yield f"parameter {name} changed"


def _file_changes(
    kind: str, before: Iterable[FileRecord], now: Iterable[FileRecord]
) -> Iterator[str]:
    old, new = ({file.path: file.sha256 for file in files} for files in (before, now))
    for path in sorted({*old, *new}):
        if path not in new:
            yield f"{kind} {path} is gone"
        elif path not in old:
            yield f"{kind} {path} is new"
        elif old[path] != new[path]:
            yield f"{kind} {path} changed"
