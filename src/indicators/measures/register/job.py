"""What is computed, of which register, with which parameters: all that a worker needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.areas import mergers
from indicators.measures.register import arrays
from indicators.measures.register.arrays import Clock
from indicators.measures.register.placement import Municipalities
from indicators.register.store import RegisterSource
from indicators.tallies.axes import Axes

Choices = Mapping[str, Mapping[str, bool | int | float]]


@dataclass(frozen=True, slots=True)
class CountingJob:
    """One run.

    Attributes:
        register: The register; it must be picklable where processes share the work.
        clock: The months.
        axes: The axes of the tallies.
        municipalities: Where a code of residence counts.
        groups: Municipalities of each group, whether or not anybody lives there, and the month
            from which on each belongs to it: see
            :meth:`~indicators.areas.mergers.Mergers.members`.
        trial_offices: Office codes of the trial.
        choices: Parameters of each indicator, all of them.
        months_back: How many months before its own any figure looks back on.
    """

    register: RegisterSource
    clock: Clock
    axes: Axes
    municipalities: Municipalities
    groups: Mapping[str, Mapping[str, str]]
    trial_offices: frozenset[str]
    choices: Choices
    months_back: int

    def members(self, group: str, month: str) -> tuple[str, ...]:
        """Three-digit codes of the municipalities that are a group's in a month."""
        known = mergers.load_mergers()
        return tuple(
            code
            for code, since in self.groups[group].items()
            if since <= month and known.exists(code, month)
        )

    def choice(self, indicator: str, parameter: str) -> int:
        """A parameter that is a whole number."""
        return int(self.choices[indicator][parameter])

    def merges_layoff(self, indicator: str) -> bool:
        """Whether codes 02 and 03 make one unemployment spell."""
        return bool(self.choices[indicator]["merge_layoff"])

    @property
    def first_day(self) -> int:
        """The earliest reference day: of the months computed and of those looked back on."""
        first = arrays.add_months(self.clock.firsts[:1], -self.months_back)
        return int(first[0])
