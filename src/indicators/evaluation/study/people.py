"""What is made up for the trial of the register's methods."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from indicators.calendar import last_day


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What is made up.

    Attributes:
        persons: How many; those beyond 60 000 live outside the trial.
        seed: Of the register and of the planting.
        last_month: The register's last month.
        first: First day on which a spell may begin.
        last: Last such day.
        months: Months of duration followed.
        ratio: How many times as often the treated leave for open-market work.
        least_rows: Fewest people at risk, on average, of an area's group in a month.
        least_events: Fewest ends by a cause of which a figure may be published.
    """

    persons: int = 100_000
    seed: int = 2021
    last_month: str = "2023-06"
    first: date = date(2019, 9, 1)
    last: date = date(2022, 8, 31)
    months: int = 6
    ratio: float = 1.3
    least_rows: float = 10.0
    least_events: int = 10

    @property
    def extract_date(self) -> date:
        """The last day that the register knows of."""
        return last_day(self.last_month)

    def as_manifest(self) -> dict[str, Any]:
        """The choices as plain values, for a manifest."""
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return asdict(self) | days
