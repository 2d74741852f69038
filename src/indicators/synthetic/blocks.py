"""One block of persons: from draws to the canonical tables of the persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.synthetic import events, people, spells
from indicators.synthetic.model import Array, BlockContext, Frame, Model, Raw, Timelines
from indicators.synthetic.people import make_lines, make_office, make_residence
from indicators.synthetic.planted import PlantedExits
from indicators.synthetic.spells import simulate_histories

_RANDOM_STREAMS = (
    "people",
    "courses",
    "reasons",
    "renewals",
    "services",
    "statements",
    "residence",
    "lines",
    "plans",
    "job_offers",
    "introductions",
    "short_services",
)


@dataclass(frozen=True)
class Period:
    """The time that a register covers, as day numbers.

    Attributes:
        begin: Courses begin here.
        history: Job searches that ended before this day are left out.
        last: The extract date.
    """

    begin: int
    history: int
    last: int


@dataclass(frozen=True)
class Block:
    """Frames of some persons, each sorted by person.

    Attributes:
        people: Rows of :func:`people.make_people`.
        searches: ``person_id, start, end, end_reason``, ``person`` (row of ``people``).
        codes: ``person_id, code, start, end, end_reason``, ``state``.
        service: ``person_id, group, kind, start, end, end_reason``.
        statement: ``person_id, code, given, start, end``.
        residence: ``person_id, municipality, start, end``.
        office: ``person_id, office, start, end``.
        lines: ``person_id, line, start, end``, ``search`` (row of ``searches``).
        plan: ``person_id, kind, signed, review``.
        job_offer: ``person_id, vacancy_id, date, result``.
        introduction: The same columns.
        new_statements: Day from which statements have their new codes.
    """

    people: Frame
    searches: Frame
    codes: Frame
    service: Frame
    statement: Frame
    residence: Frame
    office: Frame
    lines: Frame
    plan: Frame
    job_offer: Frame
    introduction: Frame
    new_statements: int


@dataclass(frozen=True)
class Lives:
    """Life courses of some persons, and the random streams of all that hangs on them.

    Attributes:
        context: The persons and parameters.
        life_history: Rows of courses, with reasons.
        service: Rows of :func:`events.make_services`.
        residence: Of :class:`Block`.
        rng: Draws by topic.
    """

    context: BlockContext
    life_history: Frame
    service: Frame
    residence: Frame
    rng: Mapping[str, np.random.Generator]

    @property
    def searches(self) -> Frame:
        """Job searches of :class:`Block`."""
        return spells.job_searches(self.life_history, self.context.ids)

    @property
    def codes(self) -> Frame:
        """Employment codes of :class:`Block`."""
        return spells.employment_codes(self.context.model, self.life_history, self.context.ids)


def draw_lives(
    model: Model,
    records: Raw,
    timelines: Timelines,
    period: Period,
    *,
    ids: Array,
    seed: np.random.SeedSequence,
    planted: PlantedExits | None = None,
) -> Lives:
    """Persons, what happens to them, and where they live.

    Args:
        model: Parameters of the life courses.
        records: Parameters of what is written down.
        timelines: The calendar, from ``period.begin`` to the day after ``period.last``.
        period: Dates.
        ids: Person ids, from 1 on.
        seed: Every topic draws from a stream of its own.
        planted: What changes the hazard of finding work; nothing if not given.
    """
    streams = seed.spawn(len(_RANDOM_STREAMS))
    rng = {
        topic: np.random.Generator(np.random.PCG64(stream))
        for topic, stream in zip(_RANDOM_STREAMS, streams, strict=True)
    }
    last, begin = period.last, period.begin
    persons = people.make_people(model, ids, begin, last + 1, rng["people"])
    life_history = simulate_histories(model, persons, timelines, rng["courses"], planted)
    life_history = spells.with_search_renewals(model, records, life_history, rng["renewals"])
    life_history = spells.with_searches_since(life_history, period.history)
    life_history = spells.with_reasons(
        model, records, life_history, persons["leaves"], rng["reasons"]
    )
    context = BlockContext(model, records, persons, last)
    # Before the codes: it writes the reason of those who leave with a start-up grant.
    service = events.make_services(context, life_history, rng["services"])
    residence = make_residence(model, persons, begin, last, rng["residence"])
    return Lives(context, life_history, service, residence, rng)


def make_block(
    model: Model,
    records: Raw,
    timelines: Timelines,
    period: Period,
    *,
    ids: Array,
    seed: np.random.SeedSequence,
) -> Block:
    """Persons and all that the register holds about them.

    Args:
        model: Parameters of the life courses.
        records: Parameters of what is written down.
        timelines: The calendar, from ``period.begin`` to the day after ``period.last``.
        period: Dates.
        ids: Person ids, from 1 on.
        seed: Every topic draws from a stream of its own.
    """
    lives = draw_lives(model, records, timelines, period, ids=ids, seed=seed)
    context, life_history, rng = lives.context, lives.life_history, lives.rng
    searches = lives.searches
    short = events.make_short_services(context, life_history, rng["short_services"])
    service = events.with_further_services(lives.service, short)
    return Block(
        people=context.people,
        searches=searches,
        codes=lives.codes,
        service=events.service_table(service, ids),
        statement=events.make_statements(context, life_history, service, rng["statements"]),
        residence=lives.residence,
        office=make_office(context, searches),
        lines=make_lines(context, searches, rng["lines"]),
        plan=events.make_plans(context, searches, rng["plans"]),
        job_offer=events.make_offers(context, life_history, rng["job_offers"]),
        introduction=events.make_introductions(context, life_history, rng["introductions"]),
        new_statements=model.days["new_statements"],
    )
