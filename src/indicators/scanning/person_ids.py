"""Ids of persons that must not surface, and when a number is such an id and no coincidence.

A number under a name for ids counts as an id. Elsewhere a number of at least six digits
counts only if chance does not explain it: among a file's numbers of that length, more are ids than
would be if they were drawn at random (docs/decisions/0026-scanner.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.errors import DataError, UsageError
from indicators.scanning.findings import SeenValues
from indicators.scanning.patterns import is_id_name

Numbers = NDArray[np.int64]

FEWEST_DIGITS, MOST_DIGITS = 6, 19
# So unlikely must a coincidence be before a single number counts.
CHANCE = 0.01
MASK = "[id]"
_TOKEN = re.compile(r"(?<![0-9A-Za-z_#])(?<![0-9]\.)([0-9]{6,19})(?![0-9A-Za-z_])(?!\.[0-9]*[1-9])")
_WORD = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?(?![0-9A-Za-z])")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PersonIds:
    """The ids to be found.

    Attributes:
        numbers: Sorted, each once.
        words: Ids that are not numbers, of at least six characters.
    """

    numbers: Numbers
    words: frozenset[str] = frozenset()

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of some numbers are ids."""
        if not len(self.numbers):
            return np.zeros(len(numbers), bool)
        place = np.searchsorted(self.numbers, numbers)
        place[place == len(self.numbers)] = 0
        return np.asarray(self.numbers[place] == numbers)

    def known(self, numbers: Counter[int]) -> list[int]:
        """Those of some numbers that are ids, as often as they are there."""
        listed = np.array([number for number in numbers.elements() if number <= _LARGEST], np.int64)
        found: list[int] = listed[self.holds(listed)].tolist()
        return found

    def mask(self, text: str) -> str:
        """A text with its ids masked, as far as they are long enough to be no common numbers."""

        def masked(match: re.Match[str]) -> str:
            word = match[0]
            number = int(word) if word.isdecimal() and len(word) <= MOST_DIGITS else 0
            is_id = word in self.words or self.known(Counter([number]))
            return MASK if is_id and len(word) >= FEWEST_DIGITS else word

        return _WORD.sub(masked, text)

    def density(self, digits: int) -> float:
        """Share of the numbers of so many digits that are ids."""
        low: int = 10 ** (digits - 1)
        first, behind = np.searchsorted(self.numbers, [low, min(10 * low - 1, _LARGEST)]).tolist()
        # One more than there are: a list of one id is no proof that there is no other.
        return float(behind - first + 1) / (9 * low)


def number_tokens(text: str) -> list[int]:
    """Whole numbers of six digits and more; decimals and parts of other codes are none."""
    found = (int(match) for match in _TOKEN.findall(text))
    return [number for number in found if number <= _LARGEST]


def word_tokens(text: str) -> list[str]:
    """Words that an id with letters could be."""
    return [match for match in _WORD.findall(text) if len(match) >= FEWEST_DIGITS]


@dataclass(slots=True)
class IdEvidence:
    """Numbers of a column, or of a file's texts, compared with the ids.

    Attributes:
        ids: The ids to be found.
        seen: Distinct numbers by how many digits they have.
        hits: Distinct ids among them, likewise.
        times: How often each id was seen.
        place: Of the first id.
    """

    ids: PersonIds
    seen: Counter[int] = field(default_factory=Counter)
    hits: Counter[int] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    place: str = ""

    def add(self, numbers: Numbers, seen_values: SeenValues, place: str) -> None:
        """Count numbers of at least six digits that stand at a place."""
        distinct, times = np.unique(numbers, return_counts=True)
        enough = distinct >= 10 ** (FEWEST_DIGITS - 1)
        distinct, times = distinct[enough], times[enough]
        known = self.ids.holds(distinct)
        self.seen.update(len(str(number)) for number in distinct.tolist())
        for number, count in zip(distinct[known].tolist(), times[known].tolist(), strict=True):
            if new := seen_values.new(number, count):
                self.hits[len(str(number))] += number not in self.times
                self.times[number] += new
                self.place = self.place or place

    def count(self) -> int:
        """How many times ids stand there that chance does not explain."""
        unlikely = {digits for digits in self.hits if self._exceeds_chance(digits)}
        return sum(n for number, n in self.times.items() if len(str(number)) in unlikely)

    def _exceeds_chance(self, digits: int) -> bool:
        expected = self.seen[digits] * self.ids.density(digits)
        if expected < CHANCE:
            return True
        return bool(self.hits[digits] > expected + 6 * expected**0.5 + 3)


def read_ids(path: Path) -> PersonIds:
    """Ids of a canonical register, a Parquet file or a text file with one a line.

    Raises:
        UsageError: There is no such file or folder.
        DataError: It cannot be read, or holds no ids.
    """
    if not path.exists():
        raise UsageError(f"{path}: is not there; name a register, a Parquet file or a list of ids")
    try:
        texts = list(_ids_of_register(path) if path.is_dir() else _ids_of_file(path))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: no ids can be read from it; give one id a line") from error
    numbers = [part for part in texts if isinstance(part, np.ndarray)]
    others = frozenset().union(*(part for part in texts if isinstance(part, frozenset)))
    joined = np.unique(np.concatenate([np.empty(0, np.int64), *numbers]))
    if not len(joined) and not others:
        raise DataError(f"{path}: holds no ids; give one id a line")
    return PersonIds(joined, others)


def _ids_of_register(folder: Path) -> Iterator[Numbers | frozenset[str]]:
    from indicators.register.schema import TABLES
    from indicators.register.store import open_register

    register = open_register(folder)
    tables = [table.name for table in TABLES.values() if table.person and register.has(table.name)]
    # Whoever is anywhere is among the persons, where there are any.
    for name in ["persons"] if "persons" in tables else tables:
        yield np.unique(register.read(name, ["person_id"])["person_id"].to_numpy())


def _ids_of_file(path: Path) -> Iterator[Numbers | frozenset[str]]:
    if path.suffix == ".parquet":
        from pyarrow import parquet

        names = parquet.read_schema(path).names
        columns = [name for name in names if is_id_name(name)] or names[:1]
        for column in parquet.read_table(path, columns=columns, partitioning=None).columns:
            yield from _numbers_and_words(
                str(value) for value in column.to_pylist() if value is not None
            )
    else:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        ids = [line.strip().strip("\"'") for line in lines]
        yield from _numbers_and_words(text for text in ids if text and not is_id_name(text))


def _numbers_and_words(ids: Iterator[str]) -> Iterator[Numbers | frozenset[str]]:
    """Ids that are numbers, and the others that are long enough to be no common words."""
    listed = list(ids)
    whole = [text for text in listed if text.isdecimal() and int(text) <= _LARGEST]
    yield np.array([int(text) for text in whole], np.int64)
    rest = set(listed).difference(whole)
    yield frozenset(text for text in rest if len(text) >= FEWEST_DIGITS)
