"""What became of a run: what is in place, what failed, and a table of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indicators.errors import DisclosureError, IndicatorsError


class State(StrEnum):
    """What became of a notebook."""

    MADE = "made"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    # It was executed, but another of its month failed.
    HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Report:
    """One month's report in one language.

    Attributes:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        notebook: The executed notebook: a Quarto document with its figures beside it.
    """

    month: str
    language: str
    notebook: Path


@dataclass(frozen=True, slots=True)
class Row:
    """One month of a run.

    Attributes:
        month: ``YYYY-MM``.
        vintage: Of its tables.
        states: Of its notebooks by language.
        seconds: What its notebooks took, added up.
    """

    month: str
    vintage: str
    states: Mapping[str, State]
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run.

    Attributes:
        reports: Those in place, made now or unchanged, in order.
        rows: One a month.
        failures: What failed; each is of another month.
    """

    reports: tuple[Report, ...]
    rows: tuple[Row, ...]
    failures: tuple[IndicatorsError, ...] = ()

    def check(self) -> None:
        """Raise what failed, all in one; what must not be published comes before all else.

        Raises:
            IndicatorsError: Something failed.
        """
        if self.failures:
            order = sorted(self.failures, key=lambda error: not isinstance(error, DisclosureError))
            first, *further = order
            details = [text for error in further for text in (error.message, *error.details)]
            raise type(first)(first.message, [*first.details, *details])


def summary(rows: Sequence[Row]) -> str:
    """A table of a run, for a terminal."""
    languages = list(dict.fromkeys(language for row in rows for language in row.states))
    head = ["month", "tables", *languages, "seconds"]
    body = [
        [
            row.month,
            row.vintage,
            *(row.states[language] for language in languages),
            f"{row.seconds:.1f}",
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    )
