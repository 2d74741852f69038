"""A folder of Kela's files, as ``indicators fetch kela`` keeps them and as people drop them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.problems import Problem, as_error, raise_errors, raise_problems
from indicators.provenance import hash_file
from indicators.sources.kela.listing import TEXT_SUFFIXES, kela_files
from indicators.sources.kela.reading import (
    SUMS,
    KelaFile,
    file_header,
    is_cofinanced,
    is_of_kela,
    is_of_other_areas,
    read_file,
)
from indicators.sources.statfin.provenance import PROVENANCE_FILE

META_FILE = "meta.json"
MADE_UP = "made_up"
"""Key of ``provenance.json`` or ``meta.json``: the folder's figures are made up."""

_DROPPED = ""
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class KelaSource:
    """A file that was read.

    Attributes:
        file: Where it is.
        title: What its data set is called at the source; its own name where nobody wrote that down.
        vintage: The day of the data's update, ``YYYY-MM-DD``; empty if not known.
        grain: What its areas are: ``municipality``, ``employment_area`` or ``country``.
        first_month: First month held, ``YYYY-MM``.
        last_month: Last month held.
        sha256: Of the file, in hexadecimal.
    """

    file: Path
    title: str
    vintage: str
    grain: str
    first_month: str
    last_month: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CofinancedBenefits:
    """Kela's municipally co-financed benefits by area and month.

    Attributes:
        rows: ``area`` (``KU398``, ``KU199`` for no known municipality, ``TA31``, ``SSS``),
            ``month``, the figures of :data:`indicators.sources.kela.reading.SUMS` and
            ``vintage``; each area and month once.
        sources: The files, newest first.
        made_up: Whether the folder says that its figures are made up.
        notes: What was left out.
        files: All files of the folder, those too that hold no figures of these.
    """

    rows: pd.DataFrame
    sources: tuple[KelaSource, ...]
    made_up: bool = False
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def months(self) -> tuple[str, ...]:
        """All months there are, in order."""
        return tuple(sorted(self.rows["month"].unique()))

    def until(self, month: str) -> tuple[KelaSource, ...]:
        """The files that hold any month up to one."""
        return tuple(source for source in self.sources if source.first_month <= month)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of data, and what is known of it.

    Attributes:
        path: Where it is.
        set: The data set it belongs to; empty for one that somebody dropped.
        title: What the set is called.
        vintage: ``YYYY-MM-DD``, or empty.
        sha256: As recorded, or empty.
    """

    path: Path
    set: str
    title: str
    vintage: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    listed: _Listed
    file: KelaFile
    months: tuple[str, ...]


def is_made_up_folder(directory: Path) -> bool:
    """Whether a folder says that its figures are made up.

    Raises:
        DataError: What says so cannot be read.
    """
    return _is_made_up(_folder_facts(directory))


def read_cofinanced(
    directory: Path, *, area_codes: Mapping[str, str] | None = None
) -> CofinancedBenefits | None:
    """Read the municipally co-financed benefits of a folder.

    Of each month the newest vintage that has it serves; a month that only an older one has is
    served from that.

    Args:
        directory: Holds what ``indicators fetch kela`` keeps, files that people put there, or both.
        area_codes: Codes of employment areas, such as ``TA31``, by their names in small letters:
            Kela's files name them.

    Returns:
        None if the folder holds no such data.

    Raises:
        DataError: With every problem of every file.
        UsageError: There is no such folder.
    """
    if not directory.is_dir():
        raise UsageError(
            f"{directory}: no such folder; `indicators fetch kela` makes data/raw/kela"
        )
    content = _folder_facts(directory)
    listed, notes = _listed_files(directory, content)
    read: list[_Read] = []
    errors: list[DataError] = []
    for entry in listed:
        try:
            found = _read_listed(entry, area_codes or {}, notes)
        except DataError as error:
            errors.append(error)
        else:
            read += [found] if found else []
    raise_errors(errors)
    if not read:
        return None
    rows = pd.concat([*_serving_rows(read)], ignore_index=True)
    rows = rows.sort_values(["month", "area"], ignore_index=True)
    sources = sorted(map(_source, read), key=lambda source: (source.vintage, str(source.file)))
    made_up, files = _is_made_up(content), kela_files(directory)
    return CofinancedBenefits(rows, tuple(sources[::-1]), made_up, tuple(notes), files)


def _folder_facts(directory: Path) -> dict[str, Any]:
    """What ``provenance.json`` and ``meta.json`` of a folder say."""
    content: dict[str, Any] = {}
    for name in (META_FILE, PROVENANCE_FILE):
        path = directory / name
        if not path.exists():
            continue
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict) or not isinstance(found.get(MADE_UP, False), bool):
            text = f'is not a JSON object, or its "{MADE_UP}" is neither true nor false; restore it'
            raise as_error([Problem("unreadable", path, text)])
        content = {**found, MADE_UP: content.get(MADE_UP, False) or found.get(MADE_UP, False)}
    return content


def _is_made_up(content: Mapping[str, Any]) -> bool:
    return bool(content.get(MADE_UP))


def _listed_files(directory: Path, content: Mapping[str, Any]) -> tuple[list[_Listed], list[str]]:
    """Files of data: those that were fetched, as listed, then those beside them."""
    entries = content.get("answers", [])
    path = directory / PROVENANCE_FILE
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        text = '"answers" is not a list of answers; restore it'
        raise as_error([Problem("unreadable", path, text)])
    fetched = [
        _Listed(
            directory / entry["file"],
            entry["set"],
            str(entry.get("title") or entry["set"]),
            entry["vintage"],
            str(entry.get("sha256", "")),
        )
        for entry in entries
    ]
    problems = [
        Problem("absent", entry.path, f"is listed in {PROVENANCE_FILE}, but not there; fetch again")
        for entry in fetched
        if not entry.path.is_file()
    ]
    raise_problems(problems)
    known = {entry.path for entry in fetched}
    listed, notes = [entry for entry in fetched if _may_hold_data(entry.path)], []
    notes += [
        f"kela: {entry.path} left out: packed; unpack it into {directory}"
        for entry in fetched
        if entry.path.suffix.casefold() in (".gz", ".zip")
    ]
    for path in sorted(directory.iterdir()):
        if path.is_file() and path not in known and _may_hold_data(path):
            day = _DAY.search(path.name)
            listed.append(_Listed(path, _DROPPED, path.stem, day[1] if day else ""))
        elif path.is_file() and path.suffix.casefold() in (".gz", ".zip", ".xlsx"):
            notes.append(f"kela: {path} left out: is no CSV; unpack it or save it as CSV")
    return listed, notes


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(key), str) for key in ("file", "set", "vintage")
    )


def _may_hold_data(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return not hidden and path.suffix.casefold() in TEXT_SUFFIXES


def _read_listed(entry: _Listed, area_codes: Mapping[str, str], notes: list[str]) -> _Read | None:
    """Read a file; None for one of another data set, which is noted."""
    if entry.sha256 and hash_file(entry.path) != entry.sha256:
        text = f"is not the file that {PROVENANCE_FILE} lists (sha256); fetch it again"
        raise as_error([Problem("checksum", entry.path, text)])
    dialect, problems = file_header(entry.path)
    raise_problems(problems)
    if not is_cofinanced(dialect.header):
        if not is_of_kela(dialect.header):
            text = "is no file of Kela's benefits (its columns are others); move it away"
            raise as_error([Problem("not-of-kela", entry.path, text)])
        notes.append(f"kela: {entry.path} left out: has no municipality's share of the benefits")
        return None
    if is_of_other_areas(dialect.header):
        notes.append(f"kela: {entry.path} left out: its columns name areas that are not known here")
        return None
    descriptor = _descriptor(entry.path, dialect.header, fetched=bool(entry.set))
    found = read_file(entry.path, dialect, missing=descriptor, area_codes=area_codes)
    if found.unnamed:
        # Areas are added up of their municipalities instead.
        text = "employment areas that the key in data/raw/areas does not name"
        notes.append(f"kela: {entry.path} left out: {found.unnamed} rows are of {text}")
        return None
    if found.sums.empty:
        notes.append(f"kela: {entry.path} left out: has no rows of months")
        return None
    return _Read(entry, found, tuple(sorted(found.sums["month"].unique())))


def _descriptor(path: Path, header: Sequence[str], *, fetched: bool) -> tuple[str, ...]:
    """What stands for a missing figure, as the descriptor beside a file says.

    Raises:
        DataError: The descriptor of this very file has other columns than the file.
    """
    own = {name.strip().casefold() for name in header}
    missing: list[str] = []
    places = {*path.parent.glob("*package*.json")}
    if fetched:
        # Each file of a data set has a folder of its own, the descriptor too.
        places |= {*path.parents[2].glob("*/*/*package*.json")}
    for place in sorted(places):
        for resource in _resources(place):
            schema = resource.get("schema")
            schema = schema if isinstance(schema, dict) else {}
            fields = {
                str(each.get("name")).casefold()
                for each in schema.get("fields", ())
                if isinstance(each, dict)
            }
            named = str(resource.get("path", "")).rpartition("/")[2] == path.name
            if named and fields and fields != own:
                text = f"has other columns than {place.name} says; put the descriptor of it there"
                raise as_error([Problem("descriptor", path, text)])
            if fields == own:
                missing += [str(text) for text in schema.get("missingValues", ())]
    return tuple(missing)


def _resources(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    resources = content.get("resources") if isinstance(content, dict) else None
    yield from (each for each in resources or () if isinstance(each, dict))


def _serving_rows(read: Sequence[_Read]) -> Iterator[pd.DataFrame]:
    """Of each grain and month the rows of the newest vintage."""
    problems: list[Problem] = []
    for grain in dict.fromkeys(each.file.grain for each in read):
        parts = _by_set([each for each in read if each.file.grain == grain])
        for part in parts:
            problems += _repeated_between(part)
        served: set[str] = set()
        for part in parts:
            months = {month for each in part for month in each.months} - served
            clashing = [
                other
                for other in parts
                if other is not part and _order(other) == _order(part) == ("", "")
                and months & {month for each in other for month in each.months}
            ]  # fmt: skip
            problems += _two_kinds(part, clashing)
            served |= months
            for each in part:
                sums = each.file.sums
                own = sums[sums["month"].isin(months)]
                yield own[["area", "month", *SUMS]].assign(vintage=each.listed.vintage)
    raise_problems(problems)


def _by_set(read: Iterable[_Read]) -> list[list[_Read]]:
    """Files that are one table: of one set and vintage with the same columns; newest first."""
    parts: dict[tuple[str, ...], list[_Read]] = {}
    for each in read:
        name = each.listed.set.partition("/")[0]
        key = (name, each.listed.vintage, "" if name else "\n".join(each.file.classes))
        parts.setdefault(key, []).append(each)
    return sorted(parts.values(), key=_order, reverse=True)


def _order(part: Sequence[_Read]) -> tuple[str, str]:
    return part[0].listed.vintage, part[0].listed.set


def _repeated_between(part: Sequence[_Read]) -> Iterator[Problem]:
    """Files of one table that hold the same area and month."""
    seen: dict[tuple[str, str], Path] = {}
    for each in part:
        pairs = [*zip(each.file.sums["area"], each.file.sums["month"], strict=True)]
        again = [pair for pair in pairs if pair in seen]
        if again:
            area, month = min(again)
            text = (
                f"{len(again)} areas and months, the first {area} in {month}, stand in "
                f"{seen[again[0]].name} too: figures would count double; leave one of the files"
            )
            yield Problem("duplicate-key", each.listed.path, text)
        seen |= dict.fromkeys(pairs, each.listed.path)


def _two_kinds(part: Sequence[_Read], others: Sequence[Sequence[_Read]]) -> Iterator[Problem]:
    """Files whose vintage nobody knows, with other columns but the same months."""
    for other in others:
        if str(part[0].listed.path) < str(other[0].listed.path):
            text = (
                f"holds months that {other[0].listed.path.name} holds too, by other categories; "
                "leave one of the two"
            )
            yield Problem("two-kinds", part[0].listed.path, text)


def _source(read: _Read) -> KelaSource:
    listed, months = read.listed, read.months
    return KelaSource(
        listed.path,
        listed.title,
        listed.vintage,
        read.file.grain,
        months[0],
        months[-1],
        listed.sha256 or hash_file(listed.path),
    )
