"""One file, and the files in it."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from indicators.scanning import columns
from indicators.scanning.codes import (
    Code,
    all_digits,
    find,
    find_raw,
    mask,
    without_chance,
)
from indicators.scanning.digits import Digits
from indicators.scanning.findings import (
    ARTIFICIAL,
    HETU,
    ID_COLUMN,
    PERSON_ID,
    Finding,
    Unreadable,
)
from indicators.scanning.ids import Evidence, PersonIds, tokens, words
from indicators.scanning.limits import DEEPEST, Budget, GivenUpError
from indicators.scanning.names import is_id_name, said_ids
from indicators.scanning.noting import Notes, Readings
from indicators.scanning.pieces import Blob, Cells, Pause, Piece, Raw, Text, Trouble
from indicators.scanning.reading import archives
from indicators.scanning.reading.embedded import blobs_of, unescaped
from indicators.scanning.recognising import readers_of


def scan_file(path: Path, ids: PersonIds | None) -> tuple[list[Finding], list[Unreadable]]:
    """Look through one file and its name.

    Args:
        path: The file; a link is followed.
        ids: What is looked for besides codes.

    Returns:
        What was found, a finding a kind and part of the file, and what could not be read.
    """
    scan = _Scan(path, ids)
    try:
        status = path.stat()
        # A pipe would wait for somebody to write into it.
        if stat.S_ISREG(status.st_mode):
            scan.budget = Budget(status.st_size)
            with path.open("rb") as stream:
                scan.read(stream, path.name, Readings(), "", 0)
        else:
            scan.trouble("", "is no file; take it away")
    except GivenUpError as reached:
        scan.doubtful = 0
        scan.trouble("", str(reached), in_part=True)
    except OSError as error:
        scan.trouble("", f"{error.strerror or type(error).__name__}; make it readable")
    return scan.outcome()


@dataclass(slots=True)
class _Scan:
    """The scan of one file.

    Attributes:
        path: The file.
        ids: What is looked for besides codes.
        notes: What was found.
        unreadable: Places that could not be read, why, and whether it is only a part.
        evidence: Numbers by the part they stand in, to be judged at the end.
        digits: The same of numbers that may be codes without a sign.
        budget: What may be spent on it.
        doubtful: How deep we are in what may be no file at all, such as a run of base64.
    """

    path: Path
    ids: PersonIds | None
    finding_counts: Notes = field(default_factory=Notes)
    unreadable: list[tuple[str, str, bool]] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    digits: dict[str, Digits] = field(default_factory=dict)
    budget: Budget = field(default_factory=lambda: Budget(0))
    doubtful: int = 0

    def outcome(self) -> tuple[list[Finding], list[Unreadable]]:
        """Judge the numbers, and look at the file's own name."""
        self._text(Text("name of the file", str(self.path)), Readings(), "")
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
        self, stream: BinaryIO, name: str, seen_values: Readings, place: str, depth: int
    ) -> None:
        """All readings of a file, or of a file in it."""
        if depth > DEEPEST:
            self.trouble(place, "packed too deep; unpack it", in_part=True)
            return
        for reader in readers_of(stream, name):
            seen_values.begin()
            for part in reader(stream):
                self.budget.look_at_clock()
                self._scan_part(part, seen_values, place, depth)
            stream.seek(0)

    def trouble(self, place: str, reason: str, *, in_part: bool = False) -> None:
        """Take down what could not be read, or only in part."""
        if not self.doubtful or in_part:
            self.unreadable.append((place, reason, in_part))

    def _scan_part(self, part: Piece, seen_values: Readings, place: str, depth: int) -> None:
        match part:
            case Text():
                self._text(part, seen_values, place)
                if part.embeds:
                    self._embedded(part.text, part.place, seen_values, place, depth)
            case Cells():
                self._cells(part, seen_values, place, depth)
            case Raw():
                seen_before = find_raw(part.data[: part.overlap])
                found = _without(find_raw(part.data), seen_before)
                # A format may have a text several times over, as in a footer.
                unknown = [code for code in found if not seen_values.before[code.value]]
                self._codes(unknown, seen_values, _within(place, part.place), 0)
            case Blob():
                self.doubtful += not part.sure
                inner = _within(place, part.place)
                self.budget.count_member()
                if part.packed:
                    self._unpack(part, seen_values, inner, depth)
                else:
                    self.read(part.stream, part.name, Readings(seen_values), inner, depth + 1)
                self.doubtful -= not part.sure
            case Trouble():
                self.trouble(_within(place, part.place), part.reason)
            case Pause():
                pass

    def _unpack(self, part: Blob, seen_values: Readings, place: str, depth: int) -> None:
        """Look through a packed file as far as it can be unpacked."""
        try:
            with self.budget.unpacked(part.stream) as (content, whole):
                if not whole:
                    self.trouble(place, self.budget.most_unpacked, in_part=True)
                # What breaks off is damaged for that alone.
                self.doubtful += not whole
                self.read(content, part.name, Readings(seen_values), place, depth + 1)
                self.doubtful -= not whole
        except archives.FAULTS as error:
            self.trouble(place, archives.trouble("", error).reason)

    def _embedded(
        self, text: str, part: str, seen_values: Readings, place: str, depth: int
    ) -> None:
        for blob in blobs_of(text, part):
            self._scan_part(blob, seen_values, place, depth)

    def _text(self, part: Text, seen_values: Readings, place: str) -> None:
        full_place = _within(place, part.place)
        text, overlap = part.text, part.text[: part.overlap]
        fresh = _without(_all_codes(text), _all_codes(overlap))
        self._codes(without_chance(fresh, text), seen_values, full_place, part.first_line)
        numbers = Counter(all_digits(text)) - Counter(all_digits(overlap))
        self._add_digits(np.array([*numbers.elements()], np.int64), seen_values, "", full_place)
        if self.ids is not None:
            self._text_ids(text, overlap, seen_values, full_place)

    def _codes(self, found: list[Code], seen_values: Readings, part: str, first_line: int) -> None:
        for code in found:
            line = f"line {first_line + code.line}" if first_line else ""
            self._code(code, seen_values, part, _within(part, line, ", "), 1)

    def _code(self, code: Code, seen_values: Readings, part: str, place: str, times: int) -> None:
        if new := seen_values.new(code.value, times):
            self.finding_counts.add(ARTIFICIAL if code.artificial else HETU, part, place, new)

    def _text_ids(
        self, text: str, overlap: str, seen_values: Readings, place: str, times: int = 1
    ) -> None:
        """Numbers that a text calls ids, words that are ids, and numbers that may be by chance."""
        assert self.ids is not None
        named_numbers = Counter(said_ids(text)) - Counter(said_ids(overlap))
        named: list[int | str] = [*self.ids.known(named_numbers)]
        if self.ids.words:
            written = Counter(words(text)) - Counter(words(overlap))
            named += [word for word in written.elements() if word in self.ids.words]
        if new := sum(seen_values.new(value, times) for value in named):
            self.finding_counts.add(PERSON_ID, place, place, new)
        loose = list((Counter(tokens(text)) - Counter(tokens(overlap))).elements()) * times
        self._add_numbers(np.array(loose, np.int64), seen_values, "", place)

    def _add_numbers(
        self, numbers: columns.Numbers, seen_values: Readings, part: str, place: str
    ) -> None:
        if self.ids is not None and len(numbers):
            known = self.evidence.setdefault(part, Evidence(self.ids))
            known.add(numbers, seen_values, place)

    def _add_digits(
        self, numbers: columns.Numbers, seen_values: Readings, part: str, place: str
    ) -> None:
        """Numbers that may be codes without a sign: judged when all of the part have been seen."""
        if len(numbers):
            self.digits.setdefault(part, Digits()).add(numbers, seen_values, place)

    def _cells(self, cells: Cells, seen_values: Readings, place: str, depth: int) -> None:
        where = ", ".join(text for text in (cells.place, f"column {cells.column}") if text)
        part = _within(place, where)
        self._text(Text("name of a column", cells.column), seen_values, place)
        if is_id_name(cells.column) and (filled_cells := columns.filled(cells.values)):
            self.finding_counts.add(ID_COLUMN, part, part, filled_cells)
        if columns.is_text(cells.values):
            self._cell_texts(cells, seen_values, part, depth)
            self._add_digits(columns.digits(cells.values), seen_values, part, part)
        elif columns.is_number(cells.values):
            numbers = columns.whole_numbers(cells.values)
            self._add_digits(numbers, seen_values, part, part)
            self._add_numbers(numbers, seen_values, part, part)

    def _cell_texts(self, cells: Cells, seen_values: Readings, part: str, depth: int) -> None:
        """Each distinct text once: a column of a million rows has few."""
        found: list[tuple[Code, str, int]] = []
        for value, times in columns.distinct_texts(cells.values, ids=self.ids is not None):
            found += [(code, value, times) for code in _all_codes(value)]
            if self.ids is not None:
                self._text_ids(value, "", seen_values, part, times)
            if len(value) >= columns.EMBEDDING:
                self._embedded(value, part, seen_values, "", depth)
        if found and without_chance([code for code, _, _ in found], columns.alike(cells.values)):
            for code, value, times in found:
                row = f"row {cells.first_row + columns.row_of(cells.values, value)}"
                self._code(code, seen_values, part, f"{part}, {row}", times)

    def _shown(self, text: str) -> str:
        """A place or name that may be shown: what it holds of a person is put out of sight."""
        return mask(text) if self.ids is None else self.ids.mask(mask(text))


def _all_codes(text: str) -> list[Code]:
    """Codes of a text as it stands, and those that its escapes hide."""
    found = find(text) if text else []
    plain = unescaped(text)
    return found if plain is None else [*found, *_without(find(plain), found)]


def _without(found: list[Code], known: Iterable[Code]) -> list[Code]:
    """Codes that are not among those known already, as often as they are."""
    left = Counter(code.value for code in known)
    further = []
    for code in found:
        if left[code.value]:
            left[code.value] -= 1
        else:
            further.append(code)
    return further


def _within(place: str, inner: str, sign: str = " > ") -> str:
    return sign.join(part for part in (place, inner) if part)
