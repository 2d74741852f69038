"""Identity codes that are numbers: all ten digits without the sign, or nine without the control.

One such number is a coincidence: a telephone number begins like a day, and one number in 31 has the
right last digit. Many in one column are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indicators.register.hetu import are_days
from indicators.scanning.codes import FIRST_ARTIFICIAL, digits_of_codes
from indicators.scanning.noting import Readings

Numbers = NDArray[np.int64]

FEWEST, SHARE = 2, 0.1
"""So many different codes of ten digits tell, if they are more than this share of such numbers."""
FEWEST_WITHOUT_CONTROL, DIFFERENT_DAYS, LATE_YEARS = 20, 8, 0.1
"""Nine digits are codes only if all are, of as many at least, with days of the month and years as
people's births have them: dates that are written year first begin alike, or have no year after 31.
"""


@dataclass(slots=True)
class Digits:
    """Numbers of one column, or of a file's texts, that may be codes without a sign.

    Attributes:
        seen: How many different ones of ten digits (nine, where a zero in front is lost).
        codes: How often each that can be a code stands there.
        nine: How many different ones of nine digits (eight), and how many of them begin with a day.
        late: How many of these have a year above 31.
        days: Days of the month that they begin with.
        times: How often each of them stands there.
        place: Of the first one.
    """

    seen: int = 0
    codes: Counter[int] = field(default_factory=Counter)
    nine: Counter[bool] = field(default_factory=Counter)
    late: int = 0
    days: set[int] = field(default_factory=set)
    times: Counter[bool] = field(default_factory=Counter)
    place: str = ""

    def add(self, numbers: Numbers, seen_values: Readings, place: str) -> None:
        """Take notice of numbers that stand at a place."""
        distinct, times = np.unique(numbers, return_counts=True)
        ten = (distinct >= 10**8) & (distinct < 10**10)
        self.seen += int(ten.sum())
        valid = digits_of_codes(distinct)
        for number, count in zip(distinct[valid].tolist(), times[valid].tolist(), strict=True):
            if new := seen_values.new(("digits", number), count):
                self.codes[number] += new
                self.place = self.place or place
        short = (distinct >= 10**7) & (distinct < 10**9)
        begin = distinct[short] // 1000
        self.nine.update(are_days(begin).tolist())
        self.late += int((begin % 100 > 31).sum())
        self.days.update((begin // 10**4).tolist())
        artificial = distinct[short] % 1000 >= FIRST_ARTIFICIAL
        for kind, count in zip(artificial.tolist(), times[short].tolist(), strict=True):
            self.times[kind] += count
        self.place = self.place or (place if short.any() else "")

    def counts(self) -> Iterator[tuple[bool, int]]:
        """Codes that chance does not explain: whether they are artificial, and how many times."""
        found: Counter[bool] = Counter()
        if len(self.codes) >= FEWEST and len(self.codes) > SHARE * self.seen:
            for number, count in self.codes.items():
                found[number // 10 % 1000 >= FIRST_ARTIFICIAL] += count
        elif self._all_without_control():
            found = self.times
        yield from found.items()

    def _all_without_control(self) -> bool:
        different = self.nine.total()
        enough = different >= FEWEST_WITHOUT_CONTROL and len(self.days) >= DIFFERENT_DAYS
        return enough and not self.nine[False] and self.late > LATE_YEARS * different
