"""The cache a run asks: a step runs again only if something it was made from has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indicators.errors import DataError
from indicators.production.cache import records
from indicators.production.cache.records import Record
from indicators.production.steps import Step
from indicators.provenance import File, FileHashes, Maker, maker, record
from indicators.provenance.recorded import told_from
from indicators.provenance.state import memory_of_hashes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of a step; ``reason`` is None where it need not run."""

    step: Step
    reason: str | None

    def __str__(self) -> str:
        return f"{self.step}: {self.reason or 'unchanged'}"


class StepCache:
    """Knows which steps need not run again (:class:`indicators.production.steps.Cache`).

    Args:
        root: The project's folder.
        force: Whether every step runs.
    """

    def __init__(self, root: Path, *, force: bool = False) -> None:
        self._root = root
        self._force = force
        self._hashes = FileHashes(memory_of_hashes(root))
        self._before: dict[str, tuple[File, ...]] = {}
        self.verdicts: list[Verdict] = []

    def fresh(self, step: Step) -> str | None:
        """None if what stands under the step's target is still right, else why it is made anew."""
        reason = self._reason(step)
        self.verdicts.append(Verdict(step, reason))
        return reason

    def done(self, step: Step) -> None:
        """Remember what the step made, and what it was made from when it was asked for.

        An input that changed in the meantime is so remembered as it was before: the next run
        sees the change.
        """
        inputs = self._before.pop(str(step), None) or self._inputs(step)
        step_record = Record(
            kind=step.kind.value,
            month=step.month,
            language=step.language,
            parameters=dict(step.parameters),
            inputs=inputs,
            made_with=self._maker,
            outputs=self._files(records.outputs_of(step)),
        )
        records.write(step_record, records.path_of(self._root, step))

    def keep(self) -> None:
        """Keep the hashes of files for the next run; it is slower without, and no less right."""
        self._hashes.keep()

    @cached_property
    def _maker(self) -> Maker:
        return maker(self._root)

    def _inputs(self, step: Step) -> tuple[File, ...]:
        return self._files(path for path in step.inputs if path.exists())

    def _reason(self, step: Step) -> str | None:
        inputs = self._inputs(step)
        self._before[str(step)] = inputs
        if self._force:
            return "asked for by --force"
        try:
            known = records.read(records.path_of(self._root, step))
        except DataError:
            return "no record of it"
        return next(self._differences(step, known, inputs), None)

    def _differences(self, step: Step, known: Record, inputs: tuple[File, ...]) -> Iterator[str]:
        """Why it must run, the first cause first; nothing is hashed that need not be."""
        yield from _maker_changes(known.made_with, self._maker)
        yield from _parameter_changes(known.parameters, dict(step.parameters))
        yield from _file_changes("input", known.inputs, inputs)
        outputs = records.outputs_of(step)
        if not outputs:
            yield "what it makes is not there"
        names = {told_from(self._root, path) for path in outputs}
        if gone := sorted({output.path for output in known.outputs} - names):
            yield f"output {gone[0]} is not there"
        yield from _file_changes("output", known.outputs, self._files(outputs))

    def _files(self, paths: Iterable[Path]) -> tuple[File, ...]:
        try:
            return tuple(record(paths, self._root, self._hashes))
        except OSError as error:
            reason = error.strerror or str(error)
            raise DataError(
                f"{error.filename}: cannot be read ({reason}); make it readable"
            ) from error


def _maker_changes(before: Maker, now: Maker) -> Iterator[str]:
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


def _file_changes(kind: str, before: Iterable[File], now: Iterable[File]) -> Iterator[str]:
    old, new = ({file.path: file.sha256 for file in files} for files in (before, now))
    for path in sorted({*old, *new}):
        if path not in new:
            yield f"{kind} {path} is gone"
        elif path not in old:
            yield f"{kind} {path} is new"
        elif old[path] != new[path]:
            yield f"{kind} {path} changed"
