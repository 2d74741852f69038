"""Made-up tables that are not of persons: labour force, caseload, Kela, surveys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.calendar import last_day, month_range, shift_month
from oracle.edges import Days
from oracle.world import Record

PLACES = ("398", "098", "091")


@dataclass(frozen=True)
class Reported:
    """Draws the tables that offices, Kela and surveys report."""

    days: Days

    def tables(self) -> dict[str, list[Record]]:
        """Some tables are missing now and then."""
        found = {
            "labour_force": self._labour_force(),
            "caseload": self._caseload(),
            "kela": self._kela(),
            "survey": self._satisfaction() + self._wellbeing(),
        }
        kept = {table: rows for table, rows in found.items() if self._chance(0.9)}
        if "survey" in kept:
            kept["survey_round"] = self._rounds(kept["survey"])
        return kept

    def _one(self, of: Any) -> Any:
        return self.days.rng.choice(of)

    def _chance(self, share: float) -> bool:
        return self.days.rng.random() < share

    def _number(self, most: int) -> int:
        return self.days.rng.randrange(1, most)

    def _labour_force(self) -> list[Record]:
        """Vintages that each lack something, so that the latest of a cell is not one file."""
        year = self.days.extract_date.year
        places = (*PLACES, "SSS") if self._chance(0.5) else PLACES
        return [
            {
                "municipality": place,
                "group": group,
                "year": served,
                "vintage": date(year, self._one((1, 2, 3)), 15 + vintage),
                "value": float(self._number(50)),
            }
            for place in places
            for group in ("total", "under25", "foreign")
            for served in (year - 1, year)
            for vintage in (0, 1)
            if self._chance(0.7)
        ]

    def _caseload(self) -> list[Record]:
        """Around five specialists; a specialist in several rows and offices."""
        return [
            {
                "month": month,
                "office": self._one(("1530", "1530", "1599")),
                "specialist_id": f"s{self._one((specialist, specialist, 1))}",
                "customers": self._number(300) - 1,
                "fte": self._one((0.5, 0.8, 1.0)),
            }
            for month in self.days.months
            if last_day(month) <= self.days.extract_date and self._chance(0.9)
            for specialist in range(self._one((4, 5, 6, 7, 8)))
        ]

    def _kela(self) -> list[Record]:
        """No month is missing from the table, though places are."""
        last = shift_month(self.days.months[-1], -self._one((2, 3, 4)))
        places = (*PLACES, "SSS") if self._chance(0.5) else PLACES
        return [
            {
                "municipality": place,
                "month": month,
                "benefit": benefit,
                "basis": basis,
                "recipients": float(self._number(40)),
                "euros": float(self._number(90_000)),
                "days": float(self._number(900) - 1),
            }
            for month in month_range(shift_month(last, -4), last)
            for place in places
            for benefit in ("labour_market_support", "basic_allowance")
            for basis in ("unemployment", "service")
            if place == "398" or self._chance(0.5)
        ]

    def _seen_months(self) -> tuple[str, ...]:
        return self.days.months[:-1]

    def _satisfaction(self) -> list[Record]:
        """Around five answers of around five people, some of whom answer an item twice."""
        return [
            {
                "respondent_id": f"r{self.days.rng.randrange(8)}",
                "municipality": place,
                "month": month,
                "instrument": "satisfaction",
                "item": self._one(("q1", "q1", "q2")),
                "score": float(self._number(6)),
                "wave": 1,
            }
            for month in self._seen_months()
            for place in PLACES
            if self._chance(0.6)
            for _ in range(self._one((1, 4, 5, 6, 9, 12)))
        ]

    def _wellbeing(self) -> list[Record]:
        """Around five pairs; waves in order of months; who moves does so between waves."""
        rows = []
        for respondent in range(self._one((4, 6, 9, 14))):
            months = sorted(self.days.rng.sample(self._seen_months(), self._one((1, 2, 2, 3))))
            for wave, month in enumerate(months, start=1):
                place = self._one(("398", "398", "398", "098", "091"))
                rows += [
                    {
                        "respondent_id": f"w{respondent}",
                        "municipality": place,
                        "month": month,
                        "instrument": "wellbeing",
                        "item": f"q{item}",
                        "score": float(self._number(11) - 1),
                        "wave": wave,
                    }
                    for item in range(self._one((1, 2, 3)))
                ]
        return rows

    def _rounds(self, survey: list[Record]) -> list[Record]:
        """A month's round is known of every place that answered, or of none."""
        answered = sorted(
            {(row["municipality"], row["month"], row["instrument"]) for row in survey}
        )
        known = [month for month in self.days.months if self._chance(0.7)]
        return [
            {
                "municipality": place,
                "month": month,
                "instrument": instrument,
                "invited": 20 + self._number(60),
            }
            for place, month, instrument in answered
            if month in known
        ]
