"""What a scan found: file, kind, place and count, and never the value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from indicators.errors import DataError, DisclosureError

HETU = "personal identity code"
ARTIFICIAL = "artificial personal identity code (900-999)"
PERSON_ID = "person id"
ID_COLUMN = "column of person ids"


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data of a kind in a part of a file.

    Attributes:
        file: The file's path; a code in it is masked.
        kind: One of the texts above.
        place: The first place in that part (cell, page, row, column, line); empty for the file.
        count: How many times in that part.
    """

    file: str
    kind: str
    place: str
    count: int

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"{self.file}: {self.kind}, {times}{f' ({self.place})' if self.place else ''}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a part of it, that could not be scanned.

    Attributes:
        file: The file's path.
        place: The part of it; empty for all of it.
        reason: Why, and what to do.
        in_part: Whether some of it was scanned, up to a limit.
    """

    file: str
    place: str
    reason: str
    in_part: bool = False

    def __str__(self) -> str:
        place = f" ({self.place})" if self.place else ""
        whole = " whole" if self.in_part else ""
        return f"{self.file}{place}: not scanned{whole}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Findings:
    """The outcome of a scan.

    Attributes:
        findings: In the order of the files.
        unreadable: What could not be scanned.
        files: How many files were scanned.
        passed_over: Folders that were not entered: a repository's own and environments.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    files: int
    passed_over: tuple[str, ...] = ()

    def text(self) -> str:
        """A line each, for people."""
        lines = [str(finding) for finding in (*self.findings, *self.unreadable)]
        lines += [f"{folder}: passed over" for folder in self.passed_over]
        if not self.findings and not self.unreadable:
            lines.append(f"{self.files} files: nothing found")
        return "\n".join(lines) + "\n"

    def check(self, *, listed: bool = True) -> None:
        """Refuse what must not be published.

        Args:
            listed: Whether the error names all that was found, and not only how much it is.

        Raises:
            DisclosureError: Something was found; it is named by file, kind and place.
            DataError: Nothing was found, but something could not be scanned.
        """
        lines = [str(finding) for finding in (*self.findings, *self.unreadable)] if listed else []
        if self.findings:
            files = len({finding.file for finding in self.findings})
            raise DisclosureError(
                f"what tells of persons stands in {files} of {self.files} files; publish none of "
                "them, and make them anew without it",
                lines,
            )
        if self.unreadable:
            places = len({finding.file for finding in self.unreadable})
            raise DataError(
                f"{places} files or folders are not scanned whole; make them readable or take them "
                "away",
                lines,
            )


# Counting: what several readers of a file meet is counted once.


@dataclass(slots=True)
class FindingCounts:
    """Findings of a file, by kind and by part of it.

    Attributes:
        places: First place of each kind and part.
        counts: How many times.
    """

    places: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, kind: str, part: str, place: str, times: int) -> None:
        """Count a finding in a part, first met at a place."""
        self.places.setdefault((kind, part), place)
        self.counts[kind, part] += times

    def listed(self) -> list[tuple[str, str, int]]:
        """Kind, first place and count of each kind and part, in their order."""
        return [
            (kind, place, self.counts[kind, part]) for (kind, part), place in self.places.items()
        ]


@dataclass(slots=True)
class SeenValues:
    """Values met by several readings of a file: what an earlier reading met is not counted again.

    Attributes:
        outer: Those of the file that this file is packed in.
        before: How often each value was met by the reading that met it most.
        now: How often by the present reading.
    """

    outer: SeenValues | None = None
    before: Counter[Hashable] = field(default_factory=Counter)
    now: Counter[Hashable] = field(default_factory=Counter)

    def begin(self) -> None:
        """Begin a further reading."""
        self.before |= self.now
        self.now = Counter()

    def new(self, value: Hashable, times: int) -> int:
        """How many of the times a value was met are not counted yet."""
        already = max(self.before[value] - self.now[value], 0)
        self.now[value] += times
        left = max(times - already, 0)
        return self.outer.new(value, left) if self.outer and left else left
