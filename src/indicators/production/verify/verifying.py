"""Recorded hashes first; then everything made again and held against it, byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import VerificationError
from indicators.processed import manifest
from indicators.production.verify import hashes, rebuilding
from indicators.production.verify.targets import Target, find
from indicators.provenance import code_of_package

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found to be right.

    Attributes:
        name: The month and vintage.
        inputs: Files that are as they were when they were read.
        outputs: Files that are as they were published.
        same: Files that were made again, the same to the byte; 0 if none was.
        other_code: Whether the code has changed since, which changed no byte then.
    """

    name: str
    inputs: int
    outputs: int
    same: int
    other_code: bool

    def __str__(self) -> str:
        sentence = f"{self.name}: {self.inputs} inputs and {self.outputs} outputs are as recorded"
        again = f"; {self.same} files made again, the same to the byte" if self.same else ""
        return (
            sentence + again + (" (by other code than then)" if again and self.other_code else "")
        )


def verify(run: str, root: Path, *, rebuild: bool = True) -> Verified:
    """Verify what was published.

    Args:
        run: ``YYYY-MM``, or the folder of a vintage, a month or a report.
        root: The project's folder.
        rebuild: Whether it is made again too, in a temporary folder.

    Raises:
        UsageError: ``run`` means nothing here.
        DataError: Nothing is published or recorded of it.
        VerificationError: A file is not as recorded, or comes out differently: all such files.
    """
    target = find(run, root)
    on_record = hashes.expected(target)
    problems = [*on_record.problems, *hashes.unknown_files(target)]
    _refuse(target, problems)
    compared = _compare(target) if rebuild else 0
    recorded_code = manifest.read(target.vintage)["made_with"]["code"]["sha256"]
    return Verified(
        target.name,
        len(on_record.inputs),
        len(on_record.outputs),
        compared,
        recorded_code != code_of_package().sha256,
    )


def _compare(target: Target) -> int:
    with rebuilding.rebuilt(target) as pairs:
        _refuse(target, list(differences(target.root, pairs)))
        return len(pairs)


def differences(root: Path, pairs: Iterable[tuple[Path, Path]]) -> Iterator[str]:
    """Where files made again are not those published, a line each."""
    for published, rebuilt in pairs:
        name = published.relative_to(root).as_posix()
        if not rebuilt.is_file():
            yield f"output {name}: is not made any more"
            continue
        offset = first_difference(published, rebuilt)
        if offset is not None:
            yield f"output {name}: comes out differently from byte {offset} on"


def first_difference(path: Path, other_path: Path) -> int | None:
    """Position of the first byte that differs, from 0; None if the files are the same."""
    position = 0
    with path.open("rb") as first, other_path.open("rb") as second:
        while True:
            left, right = first.read(_BLOCK), second.read(_BLOCK)
            if left != right:
                pairs = enumerate(zip(left, right, strict=False))
                least = min(len(left), len(right))
                return position + next((at for at, (a, b) in pairs if a != b), least)
            if not left:
                return None
            position += len(left)


def _refuse(target: Target, problems: list[str]) -> None:
    if not problems:
        return
    if len(problems) == 1:
        raise VerificationError(f"{target.name}: {problems[0]}")
    raise VerificationError(f"{target.name}: {len(problems)} files are not as published:", problems)
