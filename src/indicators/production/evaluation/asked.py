"""What a run of the evaluation is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.errors import UsageError
from indicators.evaluation.study.people import MadeUp
from indicators.evaluation.study.plan import Matching

#: With fewer, chance has no 95 % that could be told from its largest and smallest.
LEAST_DRAWS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        matching: How placebo regions are drawn, and how many.
        people: What is made up for the second volume.
        force: Make everything anew, changed or not.

    Raises:
        UsageError: There are too few draws.
    """

    matching: Matching = field(default_factory=Matching)
    people: MadeUp = field(default_factory=MadeUp)
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse what no result could be told from."""
        if self.matching.draws < LEAST_DRAWS:
            raise UsageError(f"draws {self.matching.draws}: give {LEAST_DRAWS} or more")
