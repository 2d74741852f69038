"""Days and persons as NumPy arrays."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int32]
Persons = NDArray[np.int64]
Mask = NDArray[np.bool_]

MISSING = int(np.iinfo(np.int32).max)
"""A day that is not known; as an end it is later than any day, which is what an open end is."""

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1.1.1970, as Arrow's ``date32`` counts them."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of a number."""
    return date.fromordinal(number + _EPOCH)
