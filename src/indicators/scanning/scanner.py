"""The scan of files and folders, and of the files packed in them, for personal data."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from indicators import files
from indicators.errors import UsageError, os_reason
from indicators.scanning import digits as columns
from indicators.scanning.digits import DigitEvidence
from indicators.scanning.file_parts import (
    BytesPart,
    ClockCheck,
    ColumnPart,
    EmbeddedFile,
    FilePart,
    TextPart,
    UnreadablePart,
)
from indicators.scanning.file_types import readers_for
from indicators.scanning.findings import (
    ARTIFICIAL,
    HETU,
    ID_COLUMN,
    PERSON_ID,
    Finding,
    FindingCounts,
    Findings,
    SeenValues,
    Unreadable,
)
from indicators.scanning.limits import DEEPEST, Budget, GivenUpError
from indicators.scanning.patterns import (
    IdentityCode,
    drop_chance_matches,
    find_codes,
    find_codes_in_bytes,
    ids_named_in_text,
    is_id_name,
    mask_codes,
    ten_digit_numbers,
)
from indicators.scanning.person_ids import (
    IdEvidence,
    PersonIds,
    number_tokens,
    read_ids,
    word_tokens,
)
from indicators.scanning.reading import containers
from indicators.scanning.reading.texts import embedded_files, unescape

Progress = Callable[[str], None]

# Folders that hold no artefact: the repository's own, what Python makes for itself, environments.
_SKIPPED_FOLDERS = frozenset({".git", "__pycache__"})
_ENVIRONMENT = "pyvenv.cfg"
_OUTSIDE = "a link to a folder outside of what is scanned; name that folder too"


# A file, and the files in it.


def scan_file(path: Path, ids: PersonIds | None) -> tuple[list[Finding], list[Unreadable]]:
    """Scan a file and its name.

    Args:
        path: The file; a link is followed.
        ids: Ids to be found besides codes.

    Returns:
        The findings, one for each kind and part of the file, and what could not be read.
    """
    scan = _FileScan(path, ids)
    try:
        status = path.stat()
        # A pipe would wait for somebody to write into it.
        if stat.S_ISREG(status.st_mode):
            scan.budget = Budget(status.st_size)
            with path.open("rb") as stream:
                scan.read(stream, path.name, SeenValues(), "", 0)
        else:
            scan.trouble("", "is no file; take it away")
    except GivenUpError as reached:
        scan.doubtful = 0
        scan.trouble("", str(reached), in_part=True)
    except OSError as error:
        reason = os_reason(error) if error.errno else type(error).__name__
        scan.trouble("", f"{reason}; make it readable")
    return scan.outcome()


@dataclass(slots=True)
class _FileScan:
    """The scan of a file.

    Attributes:
        path: The file.
        ids: Ids to be found besides codes.
        finding_counts: What was found.
        unreadable: Places that could not be read, why, and whether it is only a part.
        evidence: Numbers by the part they stand in, to be judged at the end.
        digits: The same of numbers that may be codes without a sign.
        budget: What may be spent on it.
        doubtful: How many of the files around the present part may be none, such as a run of
            base64.
    """

    path: Path
    ids: PersonIds | None
    finding_counts: FindingCounts = field(default_factory=FindingCounts)
    unreadable: list[tuple[str, str, bool]] = field(default_factory=list)
    evidence: dict[str, IdEvidence] = field(default_factory=dict)
    digits: dict[str, DigitEvidence] = field(default_factory=dict)
    budget: Budget = field(default_factory=lambda: Budget(0))
    doubtful: int = 0

    def outcome(self) -> tuple[list[Finding], list[Unreadable]]:
        """Judge the numbers, and scan the file's own name."""
        self._text(TextPart("name of the file", str(self.path)), SeenValues(), "")
        for part, evidence in self.evidence.items():
            if count := evidence.count():
                self.finding_counts.add(PERSON_ID, part, evidence.place, count)
        for part, digits in self.digits.items():
            for artificial, count in digits.counts():
                self.finding_counts.add(
                    ARTIFICIAL if artificial else HETU, part, digits.place, count
                )
        file = self._shown(str(self.path))
        found = [
            Finding(file, kind, self._shown(place), count)
            for kind, place, count in self.finding_counts.listed()
        ]
        unread = (
            Unreadable(file, self._shown(place), why, in_part)
            for place, why, in_part in self.unreadable
        )
        return found, list(dict.fromkeys(unread))

    def read(
        self, stream: BinaryIO, name: str, seen_values: SeenValues, place: str, depth: int
    ) -> None:
        """All readings of a file, or of a file in it."""
        if depth > DEEPEST:
            self.trouble(place, "packed too deep; unpack it", in_part=True)
            return
        for reader in readers_for(stream, name):
            seen_values.begin()
            for part in reader(stream):
                self.budget.look_at_clock()
                self._scan_part(part, seen_values, place, depth)
            stream.seek(0)

    def trouble(self, place: str, reason: str, *, in_part: bool = False) -> None:
        """Record what could not be read, or only in part."""
        if not self.doubtful or in_part:
            self.unreadable.append((place, reason, in_part))

    def _scan_part(self, part: FilePart, seen_values: SeenValues, place: str, depth: int) -> None:
        match part:
            case TextPart():
                self._text(part, seen_values, place)
                if part.embeds:
                    self._embedded(part.text, part.place, seen_values, place, depth)
            case ColumnPart():
                self._cells(part, seen_values, place, depth)
            case BytesPart():
                seen_before = find_codes_in_bytes(part.data[: part.overlap])
                found = _further_codes(find_codes_in_bytes(part.data), seen_before)
                # A format may have a text several times over, as in a footer.
                unknown = [code for code in found if not seen_values.before[code.value]]
                self._codes(unknown, seen_values, _join_places(place, part.place), 0)
            case EmbeddedFile():
                self.doubtful += not part.sure
                inner = _join_places(place, part.place)
                self.budget.count_member()
                if part.packed:
                    self._unpack(part, seen_values, inner, depth)
                else:
                    self.read(part.stream, part.name, SeenValues(seen_values), inner, depth + 1)
                self.doubtful -= not part.sure
            case UnreadablePart():
                self.trouble(_join_places(place, part.place), part.reason)
            case ClockCheck():
                pass

    def _unpack(self, part: EmbeddedFile, seen_values: SeenValues, place: str, depth: int) -> None:
        """Scan a packed file as far as it can be unpacked."""
        try:
            with self.budget.unpacked(part.stream) as (content, whole):
                if not whole:
                    self.trouble(place, self.budget.most_unpacked, in_part=True)
                # What breaks off is damaged for that alone.
                self.doubtful += not whole
                self.read(content, part.name, SeenValues(seen_values), place, depth + 1)
                self.doubtful -= not whole
        except containers.UNPACKING_ERRORS as error:
            self.trouble(place, containers.unpacking_failure("", error).reason)

    def _embedded(
        self, text: str, part: str, seen_values: SeenValues, place: str, depth: int
    ) -> None:
        for blob in embedded_files(text, part):
            self._scan_part(blob, seen_values, place, depth)

    def _text(self, part: TextPart, seen_values: SeenValues, place: str) -> None:
        full_place = _join_places(place, part.place)
        text, overlap = part.text, part.text[: part.overlap]
        fresh = _further_codes(_all_codes(text), _all_codes(overlap))
        self._codes(drop_chance_matches(fresh, text), seen_values, full_place, part.first_line)
        numbers = Counter(ten_digit_numbers(text)) - Counter(ten_digit_numbers(overlap))
        self._add_digits(np.array([*numbers.elements()], np.int64), seen_values, "", full_place)
        if self.ids is not None:
            self._text_ids(text, overlap, seen_values, full_place)

    def _codes(
        self, found: list[IdentityCode], seen_values: SeenValues, part: str, first_line: int
    ) -> None:
        for code in found:
            line = f"line {first_line + code.line}" if first_line else ""
            self._code(code, seen_values, part, _join_places(part, line, ", "), 1)

    def _code(
        self, code: IdentityCode, seen_values: SeenValues, part: str, place: str, times: int
    ) -> None:
        if new := seen_values.new(code.value, times):
            self.finding_counts.add(ARTIFICIAL if code.artificial else HETU, part, place, new)

    def _text_ids(
        self, text: str, overlap: str, seen_values: SeenValues, place: str, times: int = 1
    ) -> None:
        """Numbers that a text calls ids, words that are ids, and numbers that may be by chance."""
        assert self.ids is not None
        named_numbers = Counter(ids_named_in_text(text)) - Counter(ids_named_in_text(overlap))
        named: list[int | str] = [*self.ids.known(named_numbers)]
        if self.ids.words:
            written = Counter(word_tokens(text)) - Counter(word_tokens(overlap))
            named += [word for word in written.elements() if word in self.ids.words]
        if new := sum(seen_values.new(value, times) for value in named):
            self.finding_counts.add(PERSON_ID, place, place, new)
        loose = (
            list((Counter(number_tokens(text)) - Counter(number_tokens(overlap))).elements())
            * times
        )
        self._add_numbers(np.array(loose, np.int64), seen_values, "", place)

    def _add_numbers(
        self, numbers: columns.Numbers, seen_values: SeenValues, part: str, place: str
    ) -> None:
        if self.ids is not None and len(numbers):
            known = self.evidence.setdefault(part, IdEvidence(self.ids))
            known.add(numbers, seen_values, place)

    def _add_digits(
        self, numbers: columns.Numbers, seen_values: SeenValues, part: str, place: str
    ) -> None:
        """Numbers that may be codes without a sign: judged when all of the part have been seen."""
        if len(numbers):
            self.digits.setdefault(part, DigitEvidence()).add(numbers, seen_values, place)

    def _cells(self, cells: ColumnPart, seen_values: SeenValues, place: str, depth: int) -> None:
        where = ", ".join(text for text in (cells.place, f"column {cells.column}") if text)
        part = _join_places(place, where)
        self._text(TextPart("name of a column", cells.column), seen_values, place)
        if is_id_name(cells.column) and (filled_cells := columns.count_possible_ids(cells.values)):
            self.finding_counts.add(ID_COLUMN, part, part, filled_cells)
        if columns.is_text(cells.values):
            self._cell_texts(cells, seen_values, part, depth)
            self._add_digits(columns.code_digit_numbers(cells.values), seen_values, part, part)
        elif columns.is_number(cells.values):
            numbers = columns.whole_numbers(cells.values)
            self._add_digits(numbers, seen_values, part, part)
            self._add_numbers(numbers, seen_values, part, part)

    def _cell_texts(
        self, cells: ColumnPart, seen_values: SeenValues, part: str, depth: int
    ) -> None:
        """Each distinct text once: a column of a million rows has few."""
        found: list[tuple[IdentityCode, str, int]] = []
        for value, times in columns.distinct_texts(cells.values, ids=self.ids is not None):
            found += [(code, value, times) for code in _all_codes(value)]
            if self.ids is not None:
                self._text_ids(value, "", seen_values, part, times)
            if len(value) >= columns.LEAST_EMBEDDED_LENGTH:
                self._embedded(value, part, seen_values, "", depth)
        if found and drop_chance_matches(
            [code for code, _, _ in found], columns.code_shaped_texts(cells.values)
        ):
            for code, value, times in found:
                row = f"row {cells.first_row + columns.first_row_with(cells.values, value)}"
                self._code(code, seen_values, part, f"{part}, {row}", times)

    def _shown(self, text: str) -> str:
        """A place or name fit to be shown: personal data in it are masked."""
        return mask_codes(text) if self.ids is None else self.ids.mask(mask_codes(text))


def _all_codes(text: str) -> list[IdentityCode]:
    """Codes of a text as it stands, and those that its escapes hide."""
    found = find_codes(text) if text else []
    plain = unescape(text)
    return found if plain is None else [*found, *_further_codes(find_codes(plain), found)]


def _further_codes(found: list[IdentityCode], known: Iterable[IdentityCode]) -> list[IdentityCode]:
    """Codes that are not among those known already, as often as they are."""
    left = Counter(code.value for code in known)
    further = []
    for code in found:
        if left[code.value]:
            left[code.value] -= 1
        else:
            further.append(code)
    return further


def _join_places(place: str, inner: str, sign: str = " > ") -> str:
    return sign.join(part for part in (place, inner) if part)


# Files and folders.


def scan_paths(
    paths: Iterable[Path | str],
    ids: Path | str | PersonIds | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Findings:
    """Scan files, and all files of folders, for personal data.

    Args:
        paths: Files and folders.
        ids: Ids that must not surface: a canonical register, a Parquet file or a list of them.
        progress: Called with the name of each file.

    Returns:
        What was found and what could not be read; its ``check`` refuses both.

    Raises:
        UsageError: A path is not there; all that are not are named.
        DataError: The ids cannot be read.
    """
    listed = [Path(path) for path in paths]
    if missing := [path for path in listed if not path.exists()]:
        problems = [
            f"{mask_codes(str(path))}: is not there; name files and folders" for path in missing
        ]
        raise UsageError(problems[0], problems[1:])
    known = read_ids(Path(ids)) if isinstance(ids, Path | str) else ids
    walk = _Walk(listed)
    findings: list[Finding] = []
    scanned = 0
    for path in walk.files():
        progress(mask_codes(path.name))
        found, unread = scan_file(path, known)
        findings += found
        walk.unreadable += unread
        scanned += 1
    return Findings(tuple(findings), tuple(walk.unreadable), scanned, tuple(walk.passed_over))


def refuse_personal_data(
    paths: Iterable[Path | str],
    ids: Path | str | PersonIds | None = None,
    *,
    since: float = 0.0,
) -> int:
    """Refuse artefacts that hold personal data: the last check before they are published.

    Args:
        paths: Files and folders.
        ids: As with :func:`scan_paths`.
        since: Only files written since then, in seconds of the system's clock; what is older has
            been scanned by the run that wrote it.

    Returns:
        How many files were scanned.

    Raises:
        DisclosureError: Something was found; it is named by file, kind and place.
        DataError: Something could not be scanned.
    """
    walk = _Walk([Path(path) for path in paths])
    recent = [file for file in walk.files() if files.written_since(file, since)]
    found = scan_paths(recent, ids)
    replace(found, unreadable=(*walk.unreadable, *found.unreadable)).check()
    return found.files


class _Walk:
    """All files of some files and folders, with a record of the folders not entered.

    A link to a folder is not followed. If it leads to a folder that is scanned anyway, nothing is
    missed, and there are no circles; if not, the link is listed as unreadable.

    Args:
        paths: Where it begins; a link among them is followed.

    Attributes:
        passed_over: Folders that hold no artefact.
        unreadable: Folders that could not be entered, and links that lead outside.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._roots = [path.resolve() for path in paths if path.is_dir()]
        self.passed_over: list[str] = []
        self.unreadable: list[Unreadable] = []

    def files(self) -> Iterator[Path]:
        """Every file once, in order."""
        seen: set[Path] = set()
        for path in self._paths:
            for file in self._below(path) if path.is_dir() else [path]:
                if file not in seen:
                    seen.add(file)
                    yield file

    def _below(self, folder: Path) -> Iterator[Path]:
        for root, folders, names in os.walk(folder, onerror=self._not_entered):
            folder_path = Path(root)
            for name in list(folders):
                if (folder_path / name).is_symlink():
                    folders.remove(name)
                    self._look_at_link(folder_path / name)
                elif name in _SKIPPED_FOLDERS or _is_environment(folder_path / name):
                    folders.remove(name)
                    self.passed_over.append(mask_codes(str(folder_path / name)))
            folders.sort()
            yield from (folder_path / name for name in sorted(names))

    def _look_at_link(self, link: Path) -> None:
        target = link.resolve()
        if not any(target.is_relative_to(root) for root in self._roots):
            self.unreadable.append(Unreadable(mask_codes(str(link)), "", _OUTSIDE))

    def _not_entered(self, error: OSError) -> None:
        reason = f"cannot be entered ({os_reason(error)}); make it readable"
        self.unreadable.append(Unreadable(mask_codes(str(error.filename)), "", reason))


def _is_environment(folder: Path) -> bool:
    try:
        return (folder / _ENVIRONMENT).exists()
    except OSError:
        # The walk reports it when it tries to enter it.
        return False
