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
    notes: Notes = field(default_factory=Notes)
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
                self.notes.add(PERSON_ID, part, evidence.place, count)
        for part, digits in self.digits.items():
            for artificial, count in digits.counts():
                self.notes.add(ARTIFICIAL if artificial else HETU, part, digits.place, count)
        file = self._shown(str(self.path))
        found = [
            Finding(file, kind, self._shown(place), count)
            for kind, place, count in self.notes.listed()
        ]
        unread = (
            Unreadable(file, self._shown(place), why, in_part)
            for place, why, in_part in self.unreadable
        )
        return found, list(dict.fromkeys(unread))

    def read(self, stream: BinaryIO, name: str, readings: Readings, place: str, depth: int) -> None:
        """All readings of a file, or of a file in it."""
        if depth > DEEPEST:
            self.trouble(place, "packed too deep; unpack it", in_part=True)
            return
        for reader in readers_of(stream, name):
            readings.begin()
            for piece in reader(stream):
                self.budget.look_at_clock()
                self._piece(piece, readings, place, depth)
            stream.seek(0)

    def trouble(self, place: str, reason: str, *, in_part: bool = False) -> None:
        """Take down what could not be read, or only in part."""
        if not self.doubtful or in_part:
            self.unreadable.append((place, reason, in_part))

    def _piece(self, piece: Piece, readings: Readings, place: str, depth: int) -> None:
        match piece:
            case Text():
                self._text(piece, readings, place)
                if piece.embeds:
                    self._embedded(piece.text, piece.place, readings, place, depth)
            case Cells():
                self._cells(piece, readings, place, depth)
            case Raw():
                met = find_raw(piece.data[: piece.overlap])
                found = _without(find_raw(piece.data), met)
                # A format may have a text several times over, as in a footer.
                unknown = [code for code in found if not readings.before[code.value]]
                self._codes(unknown, readings, _within(place, piece.place), 0)
            case Blob():
                self.doubtful += not piece.sure
                inner = _within(place, piece.place)
                self.budget.count_member()
                if piece.packed:
                    self._unpack(piece, readings, inner, depth)
                else:
                    self.read(piece.stream, piece.name, Readings(readings), inner, depth + 1)
                self.doubtful -= not piece.sure
            case Trouble():
                self.trouble(_within(place, piece.place), piece.reason)
            case Pause():
                pass

    def _unpack(self, piece: Blob, readings: Readings, place: str, depth: int) -> None:
        """Look through a packed file as far as it can be unpacked."""
        try:
            with self.budget.unpacked(piece.stream) as (content, whole):
                if not whole:
                    self.trouble(place, self.budget.most_unpacked, in_part=True)
                # What breaks off is damaged for that alone.
                self.doubtful += not whole
                self.read(content, piece.name, Readings(readings), place, depth + 1)
                self.doubtful -= not whole
        except archives.FAULTS as error:
            self.trouble(place, archives.trouble("", error).reason)

    def _embedded(self, text: str, part: str, readings: Readings, place: str, depth: int) -> None:
        for blob in blobs_of(text, part):
            self._piece(blob, readings, place, depth)

    def _text(self, piece: Text, readings: Readings, place: str) -> None:
        here = _within(place, piece.place)
        text, met = piece.text, piece.text[: piece.overlap]
        fresh = _without(_all_codes(text), _all_codes(met))
        self._codes(without_chance(fresh, text), readings, here, piece.first_line)
        numbers = Counter(all_digits(text)) - Counter(all_digits(met))
        self._suspect(np.array([*numbers.elements()], np.int64), readings, "", here)
        if self.ids is not None:
            self._text_ids(text, met, readings, here)

    def _codes(self, found: list[Code], readings: Readings, part: str, first_line: int) -> None:
        for code in found:
            line = f"line {first_line + code.line}" if first_line else ""
            self._code(code, readings, part, _within(part, line, ", "), 1)

    def _code(self, code: Code, readings: Readings, part: str, place: str, times: int) -> None:
        if new := readings.new(code.value, times):
            self.notes.add(ARTIFICIAL if code.artificial else HETU, part, place, new)

    def _text_ids(
        self, text: str, met: str, readings: Readings, place: str, times: int = 1
    ) -> None:
        """Numbers that a text calls ids, words that are ids, and numbers that may be by chance."""
        assert self.ids is not None
        said = Counter(said_ids(text)) - Counter(said_ids(met))
        named: list[int | str] = [*self.ids.known(said)]
        if self.ids.words:
            written = Counter(words(text)) - Counter(words(met))
            named += [word for word in written.elements() if word in self.ids.words]
        if new := sum(readings.new(one, times) for one in named):
            self.notes.add(PERSON_ID, place, place, new)
        loose = list((Counter(tokens(text)) - Counter(tokens(met))).elements()) * times
        self._weigh(np.array(loose, np.int64), readings, "", place)

    def _weigh(self, numbers: columns.Numbers, readings: Readings, part: str, place: str) -> None:
        if self.ids is not None and len(numbers):
            known = self.evidence.setdefault(part, Evidence(self.ids))
            known.add(numbers, readings, place)

    def _suspect(self, numbers: columns.Numbers, readings: Readings, part: str, place: str) -> None:
        """Numbers that may be codes without a sign: judged when all of the part have been seen."""
        if len(numbers):
            self.digits.setdefault(part, Digits()).add(numbers, readings, place)

    def _cells(self, cells: Cells, readings: Readings, place: str, depth: int) -> None:
        where = ", ".join(one for one in (cells.place, f"column {cells.column}") if one)
        part = _within(place, where)
        self._text(Text("name of a column", cells.column), readings, place)
        if is_id_name(cells.column) and (there := columns.filled(cells.values)):
            self.notes.add(ID_COLUMN, part, part, there)
        if columns.is_text(cells.values):
            self._cell_texts(cells, readings, part, depth)
            self._suspect(columns.digits(cells.values), readings, part, part)
        elif columns.is_number(cells.values):
            numbers = columns.whole_numbers(cells.values)
            self._suspect(numbers, readings, part, part)
            self._weigh(numbers, readings, part, part)

    def _cell_texts(self, cells: Cells, readings: Readings, part: str, depth: int) -> None:
        """Each distinct text once: a column of a million rows has few."""
        found: list[tuple[Code, str, int]] = []
        for value, times in columns.distinct_texts(cells.values, ids=self.ids is not None):
            found += [(code, value, times) for code in _all_codes(value)]
            if self.ids is not None:
                self._text_ids(value, "", readings, part, times)
            if len(value) >= columns.EMBEDDING:
                self._embedded(value, part, readings, "", depth)
        if found and without_chance([code for code, _, _ in found], columns.alike(cells.values)):
            for code, value, times in found:
                row = f"row {cells.first_row + columns.row_of(cells.values, value)}"
                self._code(code, readings, part, f"{part}, {row}", times)

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
    kept = []
    for code in found:
        if left[code.value]:
            left[code.value] -= 1
        else:
            kept.append(code)
    return kept


def _within(place: str, inner: str, sign: str = " > ") -> str:
    return sign.join(part for part in (place, inner) if part)
