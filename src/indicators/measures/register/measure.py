"""What the calculation knows of one indicator: :class:`Measure`.

A table that is not there is a source that was not delivered; one that is there and has no rows is
a true zero. Without a table that a figure is counted from, the figure is not available.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.measures.register.accounts.model import Question, RegisterAccount
    from indicators.measures.register.chunk import Chunk
    from indicators.measures.register.totals import Rows, Totals
    from indicators.tallies import Tallies

RESIDENCE = "residence"
"""What every area of persons but the whole extract needs."""

OF_POPULATION: Mapping[str, str] = {"target_group": "persons", "trial_office": "office"}
"""What a population of persons needs; the others need nothing."""

OF_DIMENSION: Mapping[str, str] = {
    "sex": "persons",
    "age_group": "persons",
    "origin": "persons",
    "service_line": "service_line",
}
"""What a dimension of persons needs, besides the figure itself; the others need nothing."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the figures of one indicator are counted from a register.

    A module of this package names its measure as ``MEASURE``, or several that share their counting
    as ``MEASURES``; :mod:`indicators.measures.register.registry` finds them there.

    Attributes:
        id: Of the indicator, as its definition has it.
        tables: By statistic, the canonical tables that it is counted from, beside those that its
            area, population and dimension need. In the order of the rows.
        count: What a chunk of persons adds to the tallies; measures of one module may share it.
            None where the figures are of no persons of the register (answers, sums of others).
        rows: From the tallies of all chunks to the rows of the long table.
        account: The plain way to the same figures, with who was left out and why: what ``explain``
            tells, and what the tests hold the rows against.
        looks_back: By statistic, how many months before its own a figure looks back on.
        of_population: Tables that a population needs.
    """

    id: str
    tables: Mapping[str, Sequence[str]]
    count: Callable[[Chunk], Tallies] | None
    rows: Callable[[Totals, Rows], None]
    account: Callable[[Question], RegisterAccount]
    looks_back: Mapping[str, int] = field(default_factory=dict)
    of_population: Mapping[str, str] = field(default_factory=lambda: OF_POPULATION)

    @property
    def is_of_persons(self) -> bool:
        """Whether persons of the register are counted, so that it must be known who they are."""
        return self.count is not None
