"""Days as numbers: what the model counts with (days since 1 January 1970)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.calendar import count_day, month_range

Array = npt.NDArray[Any]
Frame = dict[str, Array]
"""Columns of one length: whole numbers, texts (empty: missing), days (``OPEN``, ``NO_DAY``)."""

_EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    """A date's number."""
    return day.toordinal() - _EPOCH


DAYS_A_MONTH = 30.44
OPEN = number(date(2222, 11, 11))
"""The register's sentinel of an open end."""
NO_DAY = OPEN + 1
"""No date at all."""


def first(month: str) -> int:
    """Number of a month's first day."""
    return number(date(int(month[:4]), int(month[5:]), 1))


def month_of(days: Array) -> Array:
    """Months since January 1970 of some days."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def count_days(first_month: str, last_month: str) -> tuple[tuple[str, ...], Array]:
    """Months and the numbers of their count days."""
    months = month_range(first_month, last_month)
    return months, np.array([number(count_day(month)) for month in months], dtype=np.int32)


def take(frame: Frame, rows: Array) -> Frame:
    """Some rows of a frame, by numbers or by a mask."""
    return {name: column[rows] for name, column in frame.items()}


def size(frame: Frame) -> int:
    """Number of rows."""
    return len(next(iter(frame.values())))


def stack(frames: list[Frame]) -> Frame:
    """Frames of the same columns under one another."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def by_person(frame: Frame, *then: str) -> Frame:
    """The rows sorted by person and, among one person's rows, by further columns."""
    keys = [frame[name] for name in reversed(then)]
    return take(frame, np.lexsort((*keys, frame["person_id"])))


def columns_of(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Frame:
    """A frame of rows; without any, the columns are empty texts."""
    if not rows:
        return {name: np.zeros(0, dtype="U1") for name in names}
    columns = zip(*rows, strict=True)
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}
