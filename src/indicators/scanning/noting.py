"""Counts what readers find; what several readers of a file meet is counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Findings of one file, by kind and by part of it.

    Attributes:
        places: First place of each kind and part.
        counts: How many times.
    """

    places: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, kind: str, part: str, place: str, times: int) -> None:
        """Take down that something stands in a part, first at a place."""
        self.places.setdefault((kind, part), place)
        self.counts[kind, part] += times

    def listed(self) -> list[tuple[str, str, int]]:
        """Kind, first place and count of each kind and part, in their order."""
        return [
            (kind, place, self.counts[kind, part]) for (kind, part), place in self.places.items()
        ]


@dataclass(slots=True)
class Readings:
    """Several readings of one file: what an earlier one met, a later one does not count again.

    Attributes:
        before: How often each value was met by the reading that met it most.
        now: How often by the present one.
        outer: The readings of the file that this one is packed in.
    """

    outer: Readings | None = None
    before: Counter[Hashable] = field(default_factory=Counter)
    now: Counter[Hashable] = field(default_factory=Counter)

    def begin(self) -> None:
        """Begin another reading."""
        self.before |= self.now
        self.now = Counter()

    def new(self, value: Hashable, times: int) -> int:
        """How many of the times a value was met are not counted yet."""
        already = max(self.before[value] - self.now[value], 0)
        self.now[value] += times
        left = max(times - already, 0)
        return self.outer.new(value, left) if self.outer and left else left
