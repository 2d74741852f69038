"""What can be wrong with an input file, with a reason code and a place, and never a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import DataError


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of fault of one file.

    Attributes:
        reason: Code of the fault, such as ``not-a-number``.
        file: The file it is in.
        text: What is wrong and what to do, in words.
        column: The column, where the fault is in one.
        row: The first line of the file (the header is line 1) with the fault.
        count: How many rows have it.
    """

    reason: str
    file: Path
    text: str
    column: str = ""
    row: int | None = None
    count: int = 1

    def __str__(self) -> str:
        place = [str(self.file)]
        if self.row is not None:
            more = f" and {self.count - 1} more" if self.count > 1 else ""
            place.append(f"row {self.row}{more}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.text} [{self.reason}]"


def as_error(problems: Sequence[Problem]) -> DataError:
    """All problems, at least one, as one error: a lone problem is the message itself."""
    if len(problems) == 1:
        return DataError(str(problems[0]))
    files = {problem.file for problem in problems}
    where = str(problems[0].file) if len(files) == 1 else f"{len(files)} files"
    lines = [str(problem) for problem in problems]
    return DataError(f"{len(problems)} problems in {where}:", lines)


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise all problems as one error, or return if there are none.

    Raises:
        DataError: With one line a problem; a lone problem is the message itself.
    """
    found = list(problems)
    if found:
        raise as_error(found)


def raise_errors(errors: Sequence[DataError]) -> None:
    """Raise the problems of several files as one error, or return if there are none.

    Raises:
        DataError: The only one there is, or one that lists the problems of all, each once.
    """
    messages = {str(error): error for error in errors}
    if len(messages) == 1:
        raise next(iter(messages.values()))
    if messages:
        lines = [line for error in messages.values() for line in (error.details or [error.message])]
        lines = list(dict.fromkeys(lines))
        raise DataError(f"{len(lines)} problems in {len(messages)} files:", lines)
