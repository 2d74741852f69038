"""Sequences of services: of which kinds the first few were, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise, product

#: The kinds of step that service groups are put together to, in order.
STEPS: Mapping[str, tuple[str, ...]] = {
    "training": ("training", "study"),
    "coaching": ("coaching",),
    "work": ("subsidised", "trial", "alternation"),
    "rehabilitative": ("rehabilitative",),
}
STEP_OF: Mapping[str, str] = {group: step for step, groups in STEPS.items() for group in groups}
LONGEST = 3
"""Of how many steps a sequence tells; what comes after them is not told."""
ARROW, NONE = ">", "none"


def sequence_of(groups: Iterable[str]) -> str:
    """The sequence of services of some groups, in the order in which they begin.

    Services of one kind of step that follow one another are one step.
    """
    steps = [step for step, _ in groupby(STEP_OF[group] for group in groups)]
    return ARROW.join(steps[:LONGEST]) or NONE


def steps_of(sequence: str) -> tuple[str, ...]:
    """The kinds of step of a sequence; none of ``none``."""
    return () if sequence == NONE else tuple(sequence.split(ARROW))


SEQUENCES: tuple[str, ...] = (
    NONE,
    *(
        ARROW.join(steps)
        for many in range(1, LONGEST + 1)
        for steps in product(STEPS, repeat=many)
        if all(one != other for one, other in pairwise(steps))
    ),
)
"""All that there can be, the shorter ones first."""
