"""A run made again in a temporary folder, from the recorded inputs and parameters alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from indicators import processed
from indicators import settings as project_settings
from indicators.processed import manifest
from indicators.processed.placing import rename
from indicators.production.cache.records import Record
from indicators.production.steps import Kind
from indicators.production.tabling import publish_tables
from indicators.production.verify.targets import SETTINGS, Target
from indicators.settings import Settings, StatFin

# What a project is beside its data: copied, so that nothing can be written to the original.
_FRAME = (SETTINGS, "requirements.lock", "_quarto.yml", "index.qmd", "notebooks", "reports/_theme")
_MADE = ("data/processed/", "reports/", "_site/")
# Parameters that the runner sets itself, from the month and the languages asked for.
_SET_BY_RUNNER = ("month", "language", "languages")


@contextmanager
def rebuilt(target: Target) -> Iterator[list[tuple[Path, Path]]]:
    """Make a target again.

    Yields:
        Pairs of files: as published, and as made again (which may not be there). They are gone
        afterwards.

    Raises:
        IndicatorsError: It cannot be made again.
    """
    with TemporaryDirectory(prefix="indicators-verify-") as name:
        pairs = []
        content = manifest.read(target.vintage)
        for number, group in enumerate(_alike(target.records) or [()]):
            inputs = {str(entry["path"]) for entry in content["inputs"]}
            inputs |= {entry.path for step in group for entry in step.inputs}
            root = _project(target.root, inputs, Path(name) / str(number))
            pairs += _again(target, content, group, root)
        yield pairs


def _alike(records: tuple[Record, ...]) -> list[tuple[Record, ...]]:
    """Records by what was asked when they were made: reports that one run can make again."""

    def request(record: Record) -> str:
        notebook = _notebook(
            tuple(candidate for candidate in records if candidate.language == record.language)
        )
        return str(sorted(_given(notebook).items())) + str(notebook.parameters.get("languages"))

    return [tuple(group) for _, group in groupby(sorted(records, key=request), key=request)]


def _project(original: Path, inputs: Iterable[str], root: Path) -> Path:
    """A project with the original's frame, and links to the recorded inputs alone.

    So a file that is read but recorded nowhere is found out: it is missing here.
    """
    root.mkdir(parents=True)
    for part in _FRAME:
        if (original / part).is_dir():
            shutil.copytree(original / part, root / part)
        elif (original / part).exists():
            shutil.copyfile(original / part, root / part)
    for path in sorted(inputs):
        # What lies outside the project is read where it is; what a step made is made again.
        if not path.startswith(("..", *_MADE)) and not (root / path).exists():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).symlink_to((original / path).absolute())
    return root


def _again(
    target: Target, content: Mapping[str, Any], group: tuple[Record, ...], root: Path
) -> list[tuple[Path, Path]]:
    read = content["parameters"]
    statfin, register = (_read(read[name], target.root, root) for name in ("statfin", "register"))
    settings = project_settings.load(root)
    if statfin is not None:
        settings = replace(settings, statfin=StatFin(statfin))
    if not group or "vintage" in _given(_notebook(group)):
        _tables(settings, target, register)
    if group:
        _reports(settings, target, group, register)
    rebuilt_folder = processed.folder_of(root, target.month)
    downloads = [entry for entry in target.shared_steps if entry.kind == Kind.DOWNLOAD]
    return [
        *(
            (target.vintage / entry["path"], rebuilt_folder / entry["path"])
            for entry in content["outputs"]
        ),
        *(
            (target.root / entry.path, root / entry.path)
            for step in (*group, *downloads)
            for entry in step.outputs
        ),
    ]


def _read(named: object, original: Path, root: Path) -> Path | None:
    """Where a source lies that was read: outside the project where it was then."""
    if named is None:
        return None
    return (original if str(named).startswith("..") else root) / str(named)


def _tables(settings: Settings, target: Target, register: Path | None) -> None:
    """The tables, under the name they were published under, which reports may ask for."""
    for _, folder in publish_tables(settings, [target.month], register):
        rename(folder, target.vintage.name)


def _reports(
    settings: Settings, target: Target, group: tuple[Record, ...], register: Path | None
) -> None:
    from indicators.production import runner, site
    from indicators.rendering import detect

    notebook = _notebook(group)
    given, months = _given(notebook), [target.month]
    languages = str(notebook.parameters.get("languages") or notebook.language).split(",")
    page = next((candidate for candidate in group if candidate.kind == Kind.PAGE), None)
    if page is None:
        runner.run(settings, months, languages, given=given, register=register)
        return
    choice = detect(str(page.parameters["renderer"]))
    site_made = site.make(settings, months, languages, choice, given=given, register=register)
    site_made.outcome.check()


def _notebook(group: tuple[Record, ...]) -> Record:
    return next(candidate for candidate in group if candidate.kind == Kind.NOTEBOOK)


def _given(notebook: Record) -> dict[str, str]:
    """The parameters a person gave, as they were written."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in notebook.parameters.items()
        if name not in _SET_BY_RUNNER
    }
