"""Verification of published files: against recorded hashes, then rebuilt and compared bytewise.

A run is found by month, vintage or report (:class:`Target`). It is rebuilt in a temporary folder
from the recorded inputs and parameters alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from indicators.calendar import parse_month
from indicators.catalogue.model import LANGUAGES
from indicators.errors import DataError, UsageError, VerificationError
from indicators.processed import manifest, vintages
from indicators.processed.vintages import MANIFEST, rename_vintage, vintage_folder
from indicators.production import cache
from indicators.production.cache import StepRecord
from indicators.production.drafting import PROJECT_FILES
from indicators.production.explorer_site import DATA, EXPLORER
from indicators.production.options import RunRequest
from indicators.production.runner import publish_tables
from indicators.production.steps import AREA, FURTHER_PAGES, Kind
from indicators.provenance import FileRecord, file_from_json, hash_file, package_code
from indicators.settings.loading import FILE_NAME as SETTINGS
from indicators.settings.loading import load_settings
from indicators.settings.model import MONTHLY_REPORT, Kela, Settings, StatFin

# Folders with a folder a month; the report of a language stands below.
_MONTHS = (("data", "processed"), ("reports",), ("_site", "reports"))
_OUTPUT_FOLDERS = ("data/processed/", "reports/", "_site/")
# Parameters that the runner sets itself, from the month and the languages requested.
_SET_BY_RUNNER = ("month", "language", "languages", AREA, FURTHER_PAGES)
_BLOCK = 1 << 16
# Of what stands beside all reports that which is made again with each of them.
SHARED_KINDS = (Kind.DOWNLOAD, Kind.EXPLORER, Kind.DATA)


# The target: a month, a vintage or a report.


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be verified.

    Attributes:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: The vintage's folder.
        records: Records of the reports built from it: notebooks and pages.
        shared_steps: Records of what stands beside all reports: downloads of the month, the front
            page, and of the newest month the explorer and the data tree.
    """

    root: Path
    month: str
    vintage: Path
    records: tuple[StepRecord, ...]
    shared_steps: tuple[StepRecord, ...] = ()

    @property
    def name(self) -> str:
        """As a person would name it."""
        return f"{self.month}/{self.vintage.name}"


def find_target(run: str, root: Path) -> Target:
    """Find the target that a text names.

    Args:
        run: ``YYYY-MM``, or the folder of a vintage, of a month or of a report, below
            ``data/processed``, ``reports`` or ``_site/reports``.
        root: The project's folder.

    Raises:
        UsageError: It means nothing in this project.
        DataError: There is nothing published of it.
    """
    month, below = _parse_run(run, root)
    if below is not None and "/" in below:
        return _own_target(root, month, below)
    if below is not None and list(_area_records(root, month, below)):
        return _own_target(root, month, f"{below}/*")
    if below is None:
        return _vintage_target(root, month, vintages.vintage_folder(root, month), LANGUAGES)
    if below in LANGUAGES:
        target = _vintage_target(root, month, vintages.vintage_folder(root, month), (below,))
        named = _vintage_of_report(target)
        return target if named is None else _vintage_target(root, month, named, (below,))
    return _vintage_target(root, month, vintages.vintage_folder(root, month, below), LANGUAGES)


def project_root(run: str) -> Path | None:
    """The project that a folder lies in; None if the text names no folder of a project."""
    path = Path(run).absolute()
    if not path.is_dir():
        return None
    return next((folder for folder in path.parents if (folder / SETTINGS).is_file()), None)


def _parse_run(run: str, root: Path) -> tuple[str, str | None]:
    """A month, and what is named below it: a vintage, a language or nothing."""
    path = Path(run)
    if not path.is_dir():
        return parse_month(run), None
    for folder in _MONTHS:
        place = root.joinpath(*folder).absolute()
        # `latest` may be a link: the name that was given is what counts.
        if path.absolute().is_relative_to(place):
            parts = path.absolute().relative_to(place).parts
            # The report of a notebook of one's own stands a folder further down.
            own = len(parts) in (3, 4) and parts[-1] in LANGUAGES
            if len(parts) in (1, 2) or own:
                return parse_month(parts[0]), "/".join(parts[1:]) or None
    hint = "give a month, or the folder of a vintage or of a report"
    raise UsageError(f"{run}: is no run of the project {root}; {hint}")


def _vintage_target(root: Path, month: str, vintage: Path, languages: tuple[str, ...]) -> Target:
    records = [
        record for language in languages for record in _language_records(root, month, language)
    ]
    prefix = f"data/processed/{month}/{vintage.name}/"
    own_languages = {
        record.language
        for record in records
        if any(file.path.startswith(prefix) for file in record.inputs) or len(languages) == 1
    }
    reports = tuple(record for record in records if record.language in own_languages)
    whole = bool(reports) and len(languages) > 1
    return Target(root, month, vintage, reports, _shared_records(root, month) if whole else ())


def _own_target(root: Path, month: str, below: str) -> Target:
    """The report of an area or of a notebook of one's own; in a language, or in all of them."""
    records = tuple(_records_below(root, f"{month}/{below}"))
    target = Target(root, month, vintages.vintage_folder(root, month), records)
    named = _vintage_of_report(target)
    return target if named is None else replace(target, vintage=named)


def _area_records(root: Path, month: str, area: str) -> Iterator[StepRecord]:
    """Records of the reports of an area, in every language."""
    return (record for record in _records_below(root, f"{month}/{area}/*") if record.area == area)


def _shared_records(root: Path, month: str) -> tuple[StepRecord, ...]:
    site = root / "_site"
    places = [site / "reports" / month / MANIFEST, site / MANIFEST]
    # The explorer and the data tree are of all months, and made with the newest one.
    of_newest = [site / folder / MANIFEST for folder in (EXPLORER, DATA)]
    records = [cache.read_record(path) for path in (*places, *of_newest) if path.is_file()]
    return tuple(record for record in records if record.month in ("", month))


def _language_records(root: Path, month: str, language: str) -> Iterator[StepRecord]:
    for below in (f"{month}/{language}", f"{month}/*/{language}", f"{month}/*/*/{language}"):
        yield from _records_below(root, below)


def _records_below(root: Path, pattern: str) -> Iterator[StepRecord]:
    for folder in (root / "reports", root / "_site" / "reports"):
        for path in sorted(folder.glob(f"{pattern}/{MANIFEST}")):
            yield cache.read_record(path)


def _vintage_of_report(target: Target) -> Path | None:
    """The vintage that is recorded as an input of a report's notebook."""
    folder = f"data/processed/{target.month}/"
    for record in target.records:
        for file in record.inputs:
            if file.path.startswith(folder):
                return target.root / folder / file.path.removeprefix(folder).partition("/")[0]
    if not target.records:
        raise DataError(f"reports/{target.month}: no report is recorded; run `indicators report`")
    return None


# Recorded hashes compared with the files; nothing is taken from memory.


@dataclass(frozen=True)
class RecordedFiles:
    """The files that the manifests of a target record.

    Attributes:
        root: The project's folder.
        inputs: Files read, paths from there.
        outputs: Files written, likewise.
    """

    root: Path
    inputs: tuple[FileRecord, ...]
    outputs: tuple[FileRecord, ...]

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Where a file is not as recorded, a line each."""
        output_paths = {file.path for file in self.outputs}
        read = [file for file in self.inputs if file.path not in output_paths]
        return (
            *_hash_problems(self.root, "input", read),
            *_hash_problems(self.root, "output", self.outputs),
        )


def read_recorded_files(target: Target) -> RecordedFiles:
    """Gather what was recorded of a target: its vintage and its reports.

    Raises:
        DataError: The vintage has no manifest that can be read.
    """
    content = manifest.read(target.vintage)
    folder = target.vintage.relative_to(target.root).as_posix()
    outputs = [
        file_from_json({**entry, "path": f"{folder}/{entry['path']}"})
        for entry in content["outputs"]
    ]
    inputs = [file_from_json(entry) for entry in content["inputs"]]
    for record in (*target.records, *target.shared_steps):
        inputs += record.inputs
        outputs += record.outputs
    return RecordedFiles(target.root, _unique_files(inputs), _unique_files(outputs))


def unrecorded_files(target: Target) -> list[str]:
    """Files of a vintage that its manifest does not know."""
    known = {MANIFEST, *(str(entry["path"]) for entry in manifest.read(target.vintage)["outputs"])}
    return [
        f"{path.relative_to(target.root).as_posix()}: is not in the manifest"
        for path in sorted(target.vintage.iterdir())
        if path.name not in known
    ]


def _unique_files(files: Iterable[FileRecord]) -> tuple[FileRecord, ...]:
    """Each recorded content of each file once."""
    return tuple(sorted(set(files), key=lambda file: (file.path, file.sha256)))


def _hash_problems(root: Path, kind: str, files: Iterable[FileRecord]) -> Iterator[str]:
    recorded: dict[str, set[str]] = {}
    for file in files:
        recorded.setdefault(file.path, set()).add(file.sha256)
    for path, hashes in recorded.items():
        now = _hash_or_none(root / path)
        if now is None:
            yield f"{kind} {path}: is not there"
        elif hashes != {now}:
            yield f"{kind} {path}: is not as recorded (sha256)"


def _hash_or_none(path: Path) -> str | None:
    try:
        return hash_file(path)
    except OSError:
        return None


# The target rebuilt in a temporary folder.


@contextmanager
def rebuilt_files(target: Target) -> Iterator[list[tuple[Path, Path]]]:
    """Rebuild a target.

    Yields:
        Pairs of files: as published, and as rebuilt (which may not be there). They are gone
        afterwards.

    Raises:
        IndicatorsError: It cannot be rebuilt.
    """
    with TemporaryDirectory(prefix="indicators-verify-") as name:
        pairs = []
        content = manifest.read(target.vintage)
        for number, group in enumerate(_group_by_parameters(target.records) or [()]):
            inputs = {str(entry["path"]) for entry in content["inputs"]}
            inputs |= {
                entry.path for step in (*group, *target.shared_steps) for entry in step.inputs
            }
            root = _link_project(target.root, inputs, Path(name) / str(number))
            _link_other_months(target, inputs, root)
            pairs += _rebuild(target, content, group, root)
        yield pairs


def _group_by_parameters(records: tuple[StepRecord, ...]) -> list[tuple[StepRecord, ...]]:
    """Records by the parameters of their run: the reports that a single run can rebuild."""

    def request(record: StepRecord) -> str:
        notebook = _notebook_record(
            tuple(
                other
                for other in records
                if (other.language, other.name, other.area)
                == (record.language, record.name, record.area)
            )
        )
        given = str(sorted(_given_parameters(notebook).items()))
        return record.area + " " + record.name + given + str(notebook.parameters.get("languages"))

    return [tuple(group) for _, group in groupby(sorted(records, key=request), key=request)]


def _link_project(original: Path, inputs: Iterable[str], root: Path) -> Path:
    """A project with the original's frame, and links to the recorded inputs alone.

    So a file that is read but recorded nowhere is found out: it is missing here.
    """
    root.mkdir(parents=True)
    for part in PROJECT_FILES:
        if (original / part).is_dir():
            shutil.copytree(original / part, root / part)
        elif (original / part).exists():
            shutil.copyfile(original / part, root / part)
    for path in sorted(inputs):
        # What lies outside the project is read where it is; what a step made is made again.
        if not path.startswith(("..", *_OUTPUT_FOLDERS)) and not (root / path).exists():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).symlink_to((original / path).absolute())
    return root


def _link_other_months(target: Target, inputs: Iterable[str], root: Path) -> None:
    """Tables of other months, which a notebook of one's own may read; they are not made again."""
    folder = "data/processed/"
    for path in sorted(inputs):
        month, _, rest = path.removeprefix(folder).partition("/")
        vintage = rest.partition("/")[0]
        if not path.startswith(folder) or month == target.month or not vintage:
            continue
        place = root / folder / month
        if not place.exists():
            place.mkdir(parents=True)
            (place / vintage).symlink_to((target.root / folder / month / vintage).absolute())
            (place / vintages.LATEST).symlink_to(vintage)


def _rebuild(
    target: Target, content: Mapping[str, Any], group: tuple[StepRecord, ...], root: Path
) -> list[tuple[Path, Path]]:
    read = content["parameters"]
    statfin, kela, register = (
        _source_outside_project(read.get(name), target.root, root)
        for name in ("statfin", "kela", "register")
    )
    settings = load_settings(root)
    if statfin is not None:
        settings = replace(settings, statfin=StatFin(statfin))
    if kela is not None:
        settings = replace(settings, kela=Kela(kela))
    if not group or "vintage" in _given_parameters(_notebook_record(group)):
        _rebuild_tables(settings, target, register)
    if group:
        _rebuild_reports(settings, target, group, register)
    rebuilt_folder = vintage_folder(root, target.month)
    downloads = [entry for entry in target.shared_steps if entry.kind in SHARED_KINDS]
    if group and ((record := _notebook_record(group)).name or record.area):
        downloads = []  # They are made with the monthly report of the settings' own area.
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


def _source_outside_project(named: object, original: Path, root: Path) -> Path | None:
    """Where a source lies that was read: outside the project where it was then."""
    if named is None:
        return None
    return (original if str(named).startswith("..") else root) / str(named)


def _rebuild_tables(settings: Settings, target: Target, register: Path | None) -> None:
    """The tables, under the name they were published under, which reports may ask for."""
    for _, folder in publish_tables(settings, [target.month], register):
        rename_vintage(folder, target.vintage.name)


def _rebuild_reports(
    settings: Settings, target: Target, group: tuple[StepRecord, ...], register: Path | None
) -> None:
    from indicators.production import runner, site
    from indicators.rendering.quarto import detect

    notebook = _notebook_record(group)
    spoken = ",".join(dict.fromkeys(record.language for record in group))
    languages = str(notebook.parameters.get("languages") or spoken).split(",")
    given = _given_parameters(notebook)
    links = {
        (record.name, record.language): str(record.parameters.get(FURTHER_PAGES, ""))
        for record in group
        if record.kind == Kind.NOTEBOOK
    }
    only = (notebook.name or Path(MONTHLY_REPORT).stem,)
    request = RunRequest(
        settings,
        [target.month],
        languages,
        given,
        register,
        only=only,
        areas=(notebook.area,),
        links=links,
    )
    page = next((record for record in group if record.kind == Kind.PAGE), None)
    if page is None:
        outcome = runner.run(request)
    else:
        choice = detect(str(page.parameters["renderer"]))
        outcome = site.build_site(request, choice).outcome
    outcome.check()


def _notebook_record(group: tuple[StepRecord, ...]) -> StepRecord:
    return next(record for record in group if record.kind == Kind.NOTEBOOK)


def _given_parameters(notebook: StepRecord) -> dict[str, str]:
    """The parameters a person gave, as they were written."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in notebook.parameters.items()
        if name not in _SET_BY_RUNNER
    }


# The verification.


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a verification that found no fault.

    Attributes:
        name: The month and vintage.
        inputs: Number of files that are as they were when they were read.
        outputs: Number of files that are as they were published.
        same: Number of files rebuilt, the same to the byte; 0 if none was.
        other_code: Whether the code has changed since; then that changed no byte.
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


def verify(run: str, root: Path, *, rebuild: bool = True) -> Verification:
    """Verify what was published.

    Args:
        run: ``YYYY-MM``, or the folder of a vintage, a month or a report.
        root: The project's folder.
        rebuild: Whether it is rebuilt too, in a temporary folder.

    Raises:
        UsageError: ``run`` means nothing here.
        DataError: Nothing is published or recorded of it.
        VerificationError: A file is not as recorded, or comes out differently: all such files.
    """
    target = find_target(run, root)
    on_record = read_recorded_files(target)
    problems = [*on_record.problems, *unrecorded_files(target)]
    _raise_problems(target, problems)
    compared = _compare_rebuilt(target) if rebuild else 0
    recorded_code = manifest.read(target.vintage)["made_with"]["code"]["sha256"]
    return Verification(
        target.name,
        len(on_record.inputs),
        len(on_record.outputs),
        compared,
        recorded_code != package_code().sha256,
    )


def _compare_rebuilt(target: Target) -> int:
    with rebuilt_files(target) as pairs:
        _raise_problems(target, list(file_differences(target.root, pairs)))
        return len(pairs)


def file_differences(root: Path, pairs: Iterable[tuple[Path, Path]]) -> Iterator[str]:
    """Where rebuilt files are not those published, a line each."""
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


def _raise_problems(target: Target, problems: list[str]) -> None:
    if not problems:
        return
    if len(problems) == 1:
        raise VerificationError(f"{target.name}: {problems[0]}")
    raise VerificationError(f"{target.name}: {len(problems)} files are not as published:", problems)
