"""An effect planted in the made-up register itself: work found more often from some day on.

Only evaluations of the methods ask for it: a register of ``indicators synthesise`` has none. What
is planted changes people's hazards while their lives are drawn, so that it goes through all that
the register writes down (codes, reasons, services, later spells) before a method sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.synthetic.model import Array, Frame, Model, Move, State, Timelines, load_records
from indicators.synthetic.people import is_target

# Codes under which the open labour market begins, and reasons that say so (tymsyy, hapkd).
_WORK_CODES = ("01", "09")
_WORK_REASONS = frozenset(("01", "02", "03", "16"))


@dataclass(frozen=True, eq=False, slots=True)
class PlantedExits:
    """Factors of the hazard of leaving unemployment for open-market work, by home and group.

    Attributes:
        since: Day number from which the factors of ``after`` hold.
        before: Factors until then: municipality (row of ``municipality_frame``) × (others, target
            group of the act).
        after: Factors from then on, of the same shape.
    """

    since: int
    before: Array
    after: Array

    def changes(self, model: Model, state: State, move: Move) -> bool:
        """Whether a move is out of unemployment into open-market work."""
        to = model.states[move.to]
        work = to.code in _WORK_CODES and not to.service
        return state.name == "unemployed" and work

    def factors(
        self, model: Model, people: Frame, person: Array, since: Array
    ) -> tuple[Array, Array]:
        """Factors of some persons' moves into work until the day, and from it on."""
        home = people["home"][person]
        # Who grows out of the target group while unemployed keeps what held at the beginning.
        group = is_target(people, person, np.maximum(since, self.since)).astype(int)
        early, late = self.before[home, group], self.after[home, group]
        return _of_these_moves(model, early), _of_these_moves(model, late)

    def reached(
        self,
        timelines: Timelines,
        timeline: str,
        since: Array,
        amount: Array,
        factors: tuple[Array, Array],
    ) -> Array:
        """The day of a move whose hazard the factors change; as ``Timelines.reached``."""
        early, late = factors
        total = timelines.cumulated[timeline]
        start: Array = np.clip(np.full_like(since, self.since), since, timelines.end)
        until = (total[start - timelines.start] - total[since - timelines.start]) * early
        first = timelines.reached(timeline, since, amount / early)
        then = timelines.reached(timeline, start, np.maximum(amount - until, 0) / late)
        days: Array = np.where(amount <= until, first, then)
        return days


def _of_these_moves(model: Model, factor: Array) -> Array:
    """The factor of the moves that it holds for, so that all work together changes by it.

    Some find work by leaving the register: which of those do is drawn afterwards, so their hazard
    stays and the others' changes by more.
    """
    [unemployed] = [state for state in model.states if state.name == "unemployed"]
    moves = {model.states[move.to].name: move.rate for move in unemployed.moves}
    records = load_records()
    reasons = records["reasons"]["unemployed"]["gone"]["before"]
    share = sum(weight for code, weight in reasons.items() if code in _WORK_REASONS)
    share = share / sum(reasons.values()) * (1 - records["services"]["start_up"]["share"])
    changed = moves["working"] + moves["part_time"]
    more: Array = 1 + (factor - 1) * (changed + moves["gone"] * share) / changed
    return np.maximum(more, 0.05)


def planted_exits(
    since: int,
    treated: Array,
    *,
    ratio: float = 1.0,
    areas: Array | None = None,
    spread: float = 0.0,
    seed: int = 0,
) -> PlantedExits:
    """An effect on the target group of some municipalities, and shocks of areas beside it.

    Args:
        since: Day number of the start.
        treated: Whether each row of ``municipality_frame`` is treated.
        ratio: The hazard of open-market work of the treated municipalities' target group becomes
            so many times what it is, from the start on.
        areas: Number of the area of each municipality; without it each is one of its own.
        spread: Standard deviation of the logarithm of what the hazard is multiplied by anyway, by
            area, group, and before or after.
        seed: Of the shocks.
    """
    number = np.arange(len(treated)) if areas is None else areas
    random = np.random.default_rng([seed, 1])
    shocks = np.exp(spread * random.standard_normal((2, int(number.max()) + 1, 2)))[:, number]
    before, after = shocks
    effect = np.ones_like(after)
    effect[np.asarray(treated, dtype=bool), 1] = ratio
    return PlantedExits(since, before, after * effect)
