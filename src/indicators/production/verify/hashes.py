"""Every recorded hash held against the file it was of; nothing is taken from memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indicators.processed import manifest
from indicators.processed.placing import MANIFEST
from indicators.production.verify.targets import Target
from indicators.provenance import File, hash_file
from indicators.provenance.recorded import file_from


@dataclass(frozen=True)
class Expected:
    """What the manifests of a target say.

    Attributes:
        root: The project's folder.
        inputs: Files read, paths from there.
        outputs: Files made, likewise.
    """

    root: Path
    inputs: tuple[File, ...]
    outputs: tuple[File, ...]

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Where a file is not as recorded, a line each."""
        output_paths = {file.path for file in self.outputs}
        read = [file for file in self.inputs if file.path not in output_paths]
        return (*_faults(self.root, "input", read), *_faults(self.root, "output", self.outputs))


def expected(target: Target) -> Expected:
    """Gather what was recorded of a target: its vintage and its reports.

    Raises:
        DataError: The vintage has no manifest, or one that cannot be read.
    """
    content = manifest.read(target.vintage)
    folder = target.vintage.relative_to(target.root).as_posix()
    outputs = [
        file_from({**entry, "path": f"{folder}/{entry['path']}"}) for entry in content["outputs"]
    ]
    inputs = [file_from(entry) for entry in content["inputs"]]
    for record in (*target.records, *target.shared_steps):
        inputs += record.inputs
        outputs += record.outputs
    return Expected(target.root, _once(inputs), _once(outputs))


def unknown_files(target: Target) -> list[str]:
    """Files of a vintage that its manifest does not know."""
    known = {MANIFEST, *(str(entry["path"]) for entry in manifest.read(target.vintage)["outputs"])}
    return [
        f"{path.relative_to(target.root).as_posix()}: is not in the manifest"
        for path in sorted(target.vintage.iterdir())
        if path.name not in known
    ]


def _once(files: Iterable[File]) -> tuple[File, ...]:
    """Each recorded content of each file once."""
    return tuple(sorted(set(files), key=lambda file: (file.path, file.sha256)))


def _faults(root: Path, kind: str, files: Iterable[File]) -> Iterator[str]:
    recorded: dict[str, set[str]] = {}
    for file in files:
        recorded.setdefault(file.path, set()).add(file.sha256)
    for path, hashes in recorded.items():
        now = _hash(root / path)
        if now is None:
            yield f"{kind} {path}: is not there"
        elif hashes != {now}:
            yield f"{kind} {path}: is not as recorded (sha256)"


def _hash(path: Path) -> str | None:
    try:
        return hash_file(path)
    except OSError:
        return None
