"""Run pandoc: Markdown with the project's filters → HTML or typst. Its warnings are errors."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indicators.errors import RenderingError

FILTERS = Path(__file__).parent / "filters"
# With a plain C locale pandoc cannot open a file whose path is not ASCII.
UTF8_PATHS = {"LC_ALL": "C.UTF-8"}
OWN = ("normalise.lua", "crossref.lua", "emit.lua")


@dataclass(frozen=True)
class Result:
    """What pandoc wrote, and what its filters found wrong: a word of the source, a message."""

    text: str
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Writing:
    """How a text is written.

    Attributes:
        to: ``html5`` or ``typst``.
        template: Pandoc's template.
        before: The project's Lua filters that run before the renderer's own.
        after: Those that run after them.
        arguments: Further arguments.
    """

    to: str
    template: Path
    before: Sequence[Path]
    after: Sequence[Path]
    arguments: Sequence[str] = ()


def convert(text: str, metadata: Mapping[str, Any], writing: Writing) -> Result:
    """Convert Markdown without front matter, with the document's metadata beside it.

    Raises:
        RenderingError: Pandoc fails or warns.
    """
    import pypandoc

    chain = [*writing.before, *(FILTERS / name for name in OWN), *writing.after]
    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        meta = Path(folder) / "metadata.json"
        meta.write_text(json.dumps(dict(metadata), default=str), encoding="utf-8")
        arguments = [
            pypandoc.get_pandoc_path(),
            "--from=markdown",
            f"--to={writing.to}",
            "--standalone",
            "--wrap=none",
            "--fail-if-warnings",
            f"--template={writing.template}",
            f"--metadata-file={meta}",
            *(f"--lua-filter={path}" for path in chain),
            *writing.arguments,
        ]
        done = subprocess.run(
            arguments,
            input=text,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, **UTF8_PATHS},
            check=False,
        )
    problems, complaints = _sorted_out(done.stderr)
    if not problems and (done.returncode or complaints):
        raise RenderingError(f"pandoc: {complaints or f'failed with status {done.returncode}'}")
    return Result(done.stdout, problems)


def _sorted_out(stderr: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The filters' problems, and whatever else pandoc said."""
    problems, rest = [], []
    for line in stderr.splitlines():
        parts = line.split("\t")
        if parts[0] == "PROBLEM" and len(parts) == 3:
            problems.append((parts[1], parts[2]))
        elif line.strip():
            rest.append(line.strip())
    return tuple(problems), " ".join(rest)
