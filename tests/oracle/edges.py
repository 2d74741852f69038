"""Days on which definitions turn, and the spells that begin and end there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from indicators.calendar import add_months, count_day, last_day, month_range, shift_month
from oracle.rows import first_day
from oracle.world import Record

# Last day known and what is there: Easter at the month's end, leap days, the count day before the
# month's end, the day before a count day, a single day of a month, a whole month.
EXTRACTS = (
    date(2018, 5, 15),
    date(2024, 5, 31),
    date(2022, 12, 30),
    date(2020, 3, 1),
    date(2021, 5, 30),
    date(2023, 6, 30),
    date(2022, 5, 2),
)
MONTHS_BACK, MONTHS_AHEAD = 5, 1
YEARS_OF_HISTORY = 2


@dataclass(frozen=True)
class Days:
    """Draws days around an extract date; nothing it gives lies after that."""

    rng: Random
    extract_date: date

    @property
    def months(self) -> tuple[str, ...]:
        """The months asked for: the last is not seen, the one before perhaps in part."""
        month = f"{self.extract_date:%Y-%m}"
        return month_range(shift_month(month, -MONTHS_BACK), shift_month(month, MONTHS_AHEAD))

    @property
    def first(self) -> date:
        return add_months(self.extract_date, -12 * YEARS_OF_HISTORY)

    def count_day(self) -> date:
        return count_day(self.rng.choice(self.months[:-1]))

    def edge(self) -> date:
        """A day on which a definition turns, or the day before or after it."""
        d = self.count_day()
        month = f"{d:%Y-%m}"
        day = self.rng.choice(
            [
                d,
                first_day(month),
                last_day(month),
                add_months(d, -self.rng.choice((3, 6, 12, 16))),
                d - timedelta(days=self.rng.choice((14, 30, 90))),
                self.extract_date - timedelta(days=self.rng.choice((0, 30, 31, 90))),
                last_day(shift_month(month, -self.rng.choice((2, 3, 5, 11, 12)))),
                date(2020 if self.extract_date.year < 2023 else 2024, 2, 29),
            ]
        )
        return self.known(day + timedelta(days=self.rng.choice((-1, 0, 0, 0, 1))))

    def any(self) -> date:
        """An edge, or any day of the history."""
        if self.rng.random() < 0.7:
            return self.edge()
        return self.first + timedelta(
            days=self.rng.randrange((self.extract_date - self.first).days)
        )

    def known(self, day: date) -> date:
        return min(day, self.extract_date)

    def is_known(self, day: date) -> bool:
        return day <= self.extract_date

    def end(self, start: date) -> date | None:
        """An end exactly on a limit, a day beside it, on an edge, soon, or none."""
        n = self.rng.choice((3, 6, 12))
        beside = timedelta(days=self.rng.choice((-1, 0, 1)))
        end = self.rng.choice(
            [
                None,
                start,
                add_months(start, n) + beside,
                add_months(start, n) + beside,
                max(start, self.edge()),
                max(start, self.count_day()),
                start + timedelta(days=364) + beside,
                start + timedelta(days=self.rng.randrange(60)),
            ]
        )
        return self.known_end(end)

    def known_end(self, end: date | None) -> date | None:
        # "Nothing after it is observed: import […] leaves a later end missing."
        return end if end is not None and self.is_known(end) else None

    def limit(self) -> Record:
        """A spell that passes 3, 6 or 12 months in a month that is asked for, or just fails to."""
        n = self.rng.choice((3, 6, 12))
        passed = self.known(self.edge() + timedelta(days=self.rng.randrange(-9, 9)))
        start = add_months(passed, -n)
        end = add_months(start, n) + timedelta(days=self.rng.choice((-1, 0, 1, 20)))
        return {"start": start, "end": self.known_end(end)}

    def after(self, end: date) -> date:
        """A start that touches the end, or follows a day or more apart."""
        return end + timedelta(days=self.rng.choice((1, 1, 1, 2, 2, 3, 8, 40)))

    def recurrent(self) -> list[Record]:
        """Two spells with 365 days in the 16 months to a count day, or one day more or less."""
        d = self.known(self.count_day())
        first = add_months(d, -16) + timedelta(days=1)
        gap = timedelta(days=(d - first).days + 1 - 365 + self.rng.choice((-1, 0, 1)))
        broken = first + timedelta(days=self.rng.randrange(20, 330))
        end = self.rng.choice((None, d, self.known_end(d + timedelta(days=40))))
        return [
            {"start": first - timedelta(days=self.rng.choice((0, 1))), "end": broken},
            {"start": broken + gap + timedelta(days=1), "end": end},
        ]

    def year(self) -> Record:
        """A spell of twelve months, or one day more or less, that ended some months ago."""
        end = add_months(self.count_day(), -self.rng.choice((1, 2, 3)))
        start = add_months(end, -12) + timedelta(days=self.rng.choice((-1, 0, 1)))
        return {"start": start, "end": end}

    def chain(self, most: int, first: Record | None = None) -> list[Record]:
        """Spells one after the other, none overlapping: start and end alone."""
        start = self.any()
        spells = [first or {"start": start, "end": self.end(start)}]
        while len(spells) < most and spells[-1]["end"] is not None:
            start = self.after(spells[-1]["end"])
            if not self.is_known(start):
                break
            spells.append({"start": start, "end": self.end(start)})
        return spells
