"""Where a line of a source comes from, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indicators.errors import RenderingError


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, or of a notebook's cell (numbers from 1).

    ``output`` is 0 for the cell's own source, else the number of its output.
    """

    file: str
    cell: int = 0
    output: int = 0
    line: int = 0

    def __str__(self) -> str:
        if not self.cell:
            return f"{self.file}:{self.line}" if self.line else self.file
        inside = f", output {self.output}" if self.output else ""
        return f"{self.file}: cell {self.cell}{inside}, line {self.line}"


@dataclass(frozen=True)
class Line:
    """A line of a source, without its line end."""

    text: str
    place: Place


@dataclass(frozen=True, order=True)
class Problem:
    """Something to mend before a source can be rendered."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def numbered_lines(text: str, place: Place, first: int = 1) -> list[Line]:
    """Split a text into lines that know their place, counted from ``first``."""
    return [
        Line(line, Place(place.file, place.cell, place.output, number))
        for number, line in enumerate(text.split("\n"), start=first)
    ]


def raise_problems(problems: Iterable[Problem], source: str) -> None:
    """Raise all problems of a source at once, each once, in reading order.

    Raises:
        RenderingError: There is at least one problem.
    """
    found = sorted(set(problems))
    if found:
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise RenderingError(
            f"{source}: cannot be rendered, {count} to mend:", [str(problem) for problem in found]
        )
