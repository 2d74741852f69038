"""What makes a file of no use, gathered while it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from indicators.problems import Problem
from indicators.register.arrays import MISSING, Days
from indicators.register.hetu import ARROW_PATTERN, holds_code
from indicators.sources.register.cells import UNREADABLE
from indicators.sources.register.finding import SourceFile

MOST_UNREADABLE = 0.1
"""A column with a larger share of unreadable cells ends the import (contract, section 2)."""


@dataclass(slots=True)
class Checks:
    """Counts of one file.

    Attributes:
        file: The file.
        rows: Rows read.
        broken: Rows with more or fewer fields than the header.
        filled: Cells that hold something, by field.
        unreadable: Those of them that cannot be read.
        exposed: Fields in which an identity code stands.
        latest: The latest day of each field of dates.
    """

    file: SourceFile
    rows: int = 0
    broken: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    exposed: set[str] = field(default_factory=set)
    latest: dict[str, int] = field(default_factory=dict)

    def look_for_codes(self, name: str, texts: pa.StringArray) -> None:
        """Remember a field if an identity code stands in one of its distinct texts."""
        if name in self.exposed:
            return
        suspect = texts.filter(pc.match_substring_regex(texts, ARROW_PATTERN, ignore_case=True))
        if any(holds_code(text) for text in suspect.to_pylist()):
            self.exposed.add(name)

    def count(self, name: str, filled: int, unreadable: int) -> None:
        """Add a piece's cells of a field."""
        self.filled[name] += filled
        self.unreadable[name] += unreadable

    def see(self, name: str, days: Days) -> None:
        """Remember the latest of a piece's days."""
        readable = days[days < UNREADABLE]
        if len(readable):
            self.latest[name] = max(int(readable.max()), self.latest.get(name, -MISSING))

    def problems(self) -> list[Problem]:
        """What ends the import."""
        problems = [
            Problem(
                "identity-code",
                self.file.path,
                "holds personal identity codes; leave them out of this column",
                column=self.file.column(name),
            )
            for name in sorted(self.exposed)
        ]
        problems += [
            Problem(
                "unreadable-cells",
                self.file.path,
                f"more than {MOST_UNREADABLE:.0%} of its filled cells cannot be read; "
                "write dates as 2021-03-01 or 1.3.2021 and numbers as figures",
                column=self.file.column(name),
                count=bad,
            )
            for name, bad in self.unreadable.items()
            if bad > MOST_UNREADABLE * self.filled[name]
        ]
        if self.broken > MOST_UNREADABLE * (self.rows + self.broken):
            text = "many rows have more or fewer fields than the header; deliver it again"
            problems.append(Problem("fields", self.file.path, text, count=self.broken))
        return problems
