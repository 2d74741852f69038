"""A figure as the long table has it (contract, section 3), made in the obvious way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers and status of a row; None where the row is empty."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: str

    @property
    def is_nothing(self) -> bool:
        """Whether nobody and nothing stands behind it, so that a category needs no row."""
        return not self.numerator and not self.denominator and not self.value


def empty(status: str) -> Figure:
    """A row without numbers."""
    return Figure(None, None, None, status)


NOT_AVAILABLE = empty("not_available")


def count(number: float, status: str) -> Figure:
    """A plain count: numerator and value, with no denominator."""
    if status == "incomplete":
        return empty(status)
    return Figure(number, None, number, status)


def percentage(part: float, whole: float, status: str) -> Figure:
    """A share in percent; of nothing there is none."""
    return _divided(part, whole, 100, status)


def mean(total: float, number: float, status: str) -> Figure:
    """A sum over a number; of nothing there is none."""
    return _divided(total, number, 1, status)


def _divided(part: float, whole: float, times: float, status: str) -> Figure:
    # Nothing of a month seen in part is observed yet: an event to come may make it a figure.
    if status == "incomplete" or (status == "provisional" and not whole):
        return empty("incomplete")
    return Figure(part, whole, times * part / whole if whole else None, status)


def undivided(value: float | None, number: float, status: str) -> Figure:
    """A median, a maximum or a bound, with the number of what it is taken over."""
    if status == "incomplete":
        return empty(status)
    return Figure(None, number, value, status)
