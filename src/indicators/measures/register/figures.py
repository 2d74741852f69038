"""Values and statuses of whole blocks of figures, months by areas by populations by categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.clock import Clock
from indicators.table import STATUSES

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Status = NDArray[np.int8]

NORMAL, PROVISIONAL, INCOMPLETE, NOT_AVAILABLE, SUPPRESSED = (
    STATUSES.index(name)
    for name in ("normal", "provisional", "incomplete", "not_available", "suppressed")
)


@dataclass(frozen=True, slots=True)
class Figures:
    """A block of figures; every array has the same shape, NaN where nothing is known.

    Attributes:
        numerator: As the contract's section 3.
        denominator: As the contract's section 3.
        value: As the contract's section 3.
        status: Place among ``STATUSES``.
        shown: Which figures become rows.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    status: Status
    shown: Mask


def stock_status(clock: Clock) -> Status:
    """Of stocks: ``incomplete`` where the count day is after the extract date; one a month."""
    return np.where(clock.count_days > clock.extract, INCOMPLETE, NORMAL).astype(np.int8)


def event_status(clock: Clock, later: int = 0) -> Status:
    """Of events: how much of the month is observed; one a month.

    Args:
        clock: The months.
        later: For how many days after an event more must be known of it.
    """
    partly = np.where(clock.lasts + later > clock.extract, PROVISIONAL, NORMAL)
    return np.where(clock.firsts > clock.extract, INCOMPLETE, partly).astype(np.int8)


def spread(status: Status, shape: tuple[int, ...]) -> Status:
    """A month's status for all figures of the month."""
    return np.broadcast_to(status.reshape(-1, *[1] * (len(shape) - 1)), shape)


def count(number: NDArray[np.integer], status: Status, behind: Mask | None = None) -> Figures:
    """Plain counts: numerator and value are the same, with no denominator.

    Args:
        number: The counts, shape (months, areas, populations, categories).
        status: One a month.
        behind: Where anything is behind a category; where the count is above 0 if not given.
    """
    full = spread(status, number.shape)
    known = full != INCOMPLETE
    value = np.where(known, number.astype(np.float64), np.nan)
    behind = number > 0 if behind is None else behind
    return Figures(value, _nothing(value.shape), value, full, _shown(known & behind))


def quotient(part: NDArray[np.number], whole: NDArray[np.integer], status: Status) -> Figures:
    """Means: a sum over a number."""
    return _over(part, whole, status, 1)


def percent(part: NDArray[np.number], whole: NDArray[np.number], status: Status) -> Figures:
    """Shares, in percent."""
    return _over(part, whole, status, 100)


def _over(
    part: NDArray[np.number], whole: NDArray[np.number], status: Status, times: int
) -> Figures:
    some = whole > 0
    full = spread(status, whole.shape)
    # Nothing of it is observed yet: an event to come may make it a figure.
    full = np.where((full == PROVISIONAL) & ~some, INCOMPLETE, full).astype(np.int8)
    known = full != INCOMPLETE
    value = np.full(whole.shape, np.nan)
    # A hundred times a count is exact: the quotient alone is rounded.
    np.divide(times * part, whole, out=value, where=some & known)
    numerator, denominator = (np.where(known, number, np.nan) for number in (part, whole))
    return Figures(numerator, denominator, value, full, _shown(known & some))


def middle(value: Floats, whole: NDArray[np.integer], status: Status) -> Figures:
    """Medians and such: no numerator, the number of persons as denominator.

    Args:
        value: NaN where there is nobody.
        whole: The number of persons.
        status: One a month.
    """
    full = spread(status, whole.shape)
    known = full != INCOMPLETE
    denominator = np.where(known, whole.astype(np.float64), np.nan)
    value = np.where(known, value, np.nan)
    return Figures(_nothing(value.shape), denominator, value, full, _shown(known & (whole > 0)))


def unavailable(shape: tuple[int, ...]) -> Figures:
    """Figures for which a source is missing: a row for every total."""
    nothing = _nothing(shape)
    status = np.full(shape, NOT_AVAILABLE, np.int8)
    return Figures(nothing, nothing, nothing, status, _shown(np.zeros(shape, bool)))


def _nothing(shape: tuple[int, ...]) -> Floats:
    """Missing values that take no memory."""
    return np.broadcast_to(np.float64(np.nan), shape)


def _shown(behind: Mask) -> Mask:
    """Every total is told; a category with nothing behind it, or not observed, is left out."""
    shown = behind.copy()
    shown[..., 0] = True
    return shown
