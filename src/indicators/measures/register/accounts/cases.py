"""The cases that accounts count: spells, leaving out for the first reason that holds, who belongs.

Spells are joined from records the plain way, as the second opinion on
:mod:`indicators.measures.register.interval_ops`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, NamedTuple

from indicators.calendar import add_months, age_on
from indicators.measures.register.accounts.model import (
    CountingLine,
    Person,
    Question,
    Record,
    RecordCount,
    Step,
    Value,
    covers,
)
from indicators.table import CROSSING

DAY = timedelta(days=1)
UNEMPLOYED = ("02", "03")
FINLAND = "246"
TARGET_AGE = 30
_SEXES = {"1": "men", "2": "women", None: None}


# --- spells of unemployment and of services -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spell:
    """Records that make one spell, in order.

    Attributes:
        records: At least one.
    """

    records: list[Record]

    @property
    def start(self) -> date:
        """The first day."""
        start: date = self.records[0]["start"]
        return start

    @property
    def end(self) -> date | None:
        """The last day; None if any of the records is open."""
        ends = [row["end"] for row in self.records]
        return None if None in ends else max(ends)

    def covers(self, day: date) -> bool:
        """Whether a day lies in the spell."""
        return self.start <= day and (self.end is None or self.end >= day)

    def lasts_until(self, day: date) -> bool:
        """Whether the spell is open or ended on the day or later."""
        return self.end is None or self.end >= day


def joined(rows: Iterable[Record], gap: int) -> list[Spell]:
    """Spells of records, each starting at most so many days after the latest end before it."""
    spells: list[Spell] = []
    for row in sorted(rows, key=lambda row: (row["start"], row["end"] or date.max)):
        before = spells[-1] if spells else None
        if before and (before.end is None or row["start"] <= before.end + gap * DAY):
            before.records.append(row)
        else:
            spells.append(Spell([row]))
    return spells


def unemployed_rows(person: Person) -> list[Record]:
    """Records of the codes 02 and 03."""
    return [row for row in person.rows("employment_code") if row["code"] in UNEMPLOYED]


def unemployment_spells(person: Person, question: Question) -> list[Spell]:
    """Longest chains of codes 02 and 03, each soon after the one before; apart if so wanted."""
    rows, gap = unemployed_rows(person), question.choice("unemployment_gap_days")
    if question.merges_layoff:
        return joined(rows, gap)
    return [
        spell
        for code in UNEMPLOYED
        for spell in joined((row for row in rows if row["code"] == code), gap)
    ]


def spell_on(person: Person, day: date, question: Question) -> Spell | None:
    """The unemployment spell of the code of a day; in a gap that a spell bridges there is none."""
    spells = unemployment_spells(person, question)
    return next((spell for spell in spells if any(covers(row, day) for row in spell.records)), None)


def service_spells(person: Person, gap: int) -> list[Spell]:
    """Services, with the renewals of the same group and kind joined to them."""
    rows = person.rows("service")
    kinds = dict.fromkeys((row["group"], row["kind"]) for row in rows)
    return [
        spell
        for kind in kinds
        for spell in joined((row for row in rows if (row["group"], row["kind"]) == kind), gap)
    ]


def is_unemployed(person: Person, day: date) -> bool:
    """Whether a code 02 or 03 covers the day."""
    return any(covers(row, day) for row in unemployed_rows(person))


def has_been_unemployed_for_long(person: Person, day: date, question: Question) -> bool:
    """Whether somebody is unemployed on a day in a spell that is long-term by then."""
    spell = spell_on(person, day, question)
    since = add_months(day, -question.choice("long_term_months"))
    return spell is not None and spell.start <= since


def latest_service_start(person: Person, day: date, gap: int) -> date:
    """The latest start among the services (renewals joined) that cover a day on which one does."""
    return max(spell.start for spell in service_spells(person, gap) if spell.covers(day))


# --- leaving cases out ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """Something that may be counted.

    Attributes:
        person: Whose it is.
        day: The day on which area, population and category are looked up.
        record: The record that makes it a case.
        spell: The spell that the record is part of, where spells are counted.
        line_day: The day of the service line, where that is not the same.
    """

    person: Person
    day: date
    record: Record
    spell: Spell | None = None
    line_day: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is left out.

    Attributes:
        key: As the wording has it.
        holds: Whether it holds for a case; reasons before it did not.
        values: What the wording wants put in.
    """

    key: str
    holds: Callable[[Any], bool]
    values: Mapping[str, Value] = field(default_factory=dict)


class Kept(NamedTuple):
    """A case that was kept: whose it is, and the fact that its figures need."""

    person_id: Any
    fact: Any


def equal(value: Any) -> Callable[[Any], bool]:
    """Whether a fact is a value."""
    return lambda fact: bool(fact == value)


class Funnel:
    """Cases that pass reasons in order.

    Attributes:
        begun: All there was.
        left_out: Of each reason, whom it left out.
        kept: What was left.
    """

    def __init__(
        self,
        cases: Iterable[Case],
        reasons: Sequence[Reason],
        fact: Callable[[Case], Any] = lambda _: None,
    ) -> None:
        self.kept: list[Kept] = []
        out: dict[str, list[int]] = {reason.key: [] for reason in reasons}
        for case in cases:
            person_id = case.person.person_id
            reason = next((reason for reason in reasons if reason.holds(case)), None)
            if reason:
                out[reason.key].append(person_id)
            else:
                self.kept.append(Kept(person_id, fact(case)))
        self.left_out = tuple(
            Step(reason.key, _tally(out[reason.key]), reason.values) for reason in reasons
        )
        self.begun = _tally([*chain.from_iterable(out.values()), *self._persons()])

    def __len__(self) -> int:
        return len(self.kept)

    def _persons(self) -> list[int]:
        return [case.person_id for case in self.kept]

    @property
    def facts(self) -> list[Any]:
        """The fact of each case that was kept."""
        return [case.fact for case in self.kept]

    @property
    def persons(self) -> int:
        """How many different persons were kept."""
        return len(set(self._persons()))

    def number(self, holds: Callable[[Any], bool]) -> int:
        """How many of the cases kept have such a fact."""
        return sum(1 for case in self.kept if holds(case.fact))

    def part(self, key: str, holds: Callable[[Any], bool], **values: Value) -> Step:
        """The cases that have such a fact, as a part."""
        return Step(key, self._tally_of(holds), values)

    def labelled(
        self, kind: str, label: str, holds: Callable[[Any], bool], needs: Sequence[str] = ()
    ) -> Step:
        """The same, under a label of the catalogue."""
        return Step("", self._tally_of(holds), label=(kind, label), needs=needs)

    def _tally_of(self, holds: Callable[[Any], bool]) -> RecordCount:
        return _tally([case.person_id for case in self.kept if holds(case.fact)])

    def strand(
        self,
        key: str,
        unit: str,
        parts: tuple[Step, ...] = (),
        values: Mapping[str, Value] | None = None,
        needs: Sequence[str] = (),
    ) -> CountingLine:
        """The line of the account: see :class:`CountingLine`."""
        kept = _tally(self._persons())
        return CountingLine(key, unit, self.begun, self.left_out, kept, parts, values or {}, needs)


def _tally(persons: Sequence[Any]) -> RecordCount:
    return RecordCount(len(persons), len(set(persons)))


def sifted(
    rows: Sequence[Any],
    reasons: Sequence[Reason],
    *,
    key: str,
    unit: str,
    person: Callable[[Any], str] | None = None,
) -> tuple[list[Any], CountingLine]:
    """Rows that are of no person of the register, without those for which a reason holds.

    Args:
        rows: All there are.
        reasons: In order; they are tested on rows.
        key: What is counted, as the wording has it.
        unit: Unit of the rows.
        person: Whose each row is, where that is known.
    """

    def tally(some: Sequence[Any]) -> RecordCount:
        return _tally([person(row) for row in some]) if person else RecordCount(len(some), None)

    begun, left_out, kept = tally(rows), [], list(rows)
    for reason in reasons:
        out = [row for row in kept if reason.holds(row)]
        kept = [row for row in kept if not reason.holds(row)]
        left_out.append(Step(reason.key, tally(out), reason.values))
    return kept, CountingLine(key, unit, begun, tuple(left_out), tally(kept))


# --- who belongs to the area, the population and the category -------------------------------------


def restrict_cases(question: Question) -> list[Reason]:
    """Reasons to leave out who lives elsewhere, or is not of the population or the category."""
    reasons = []
    if not question.is_whole:
        municipalities = question.municipalities

        def lives_elsewhere(case: Case) -> bool:
            return question.called(home(case) or "") not in municipalities

        reasons += [
            Reason("no_residence", lambda case: home(case) is None),
            Reason("other_area", lives_elsewhere),
        ]
    if question.population == "target_group":
        reasons.append(
            Reason("not_target_group", lambda case: not is_in_target_group(case.person, case.day))
        )
    if question.population == "trial_office":
        reasons.append(
            Reason("not_trial_office", lambda case: not _is_of_trial_office(question, case))
        )
    if question.dimension != "total":
        reasons.append(
            Reason(
                "other_category",
                lambda case: category_of(question.dimension, case) != question.category,
            )
        )
    return reasons


def home(case: Case) -> str | None:
    """The municipality of residence on the day."""
    row = case.person.record_on("residence", case.day)
    return row["municipality"] if row else None


def is_in_target_group(person: Person, day: date) -> bool:
    """Not in an unemployment fund, or young, or foreign, or of a foreign language."""
    basics, years = person.basics, age(person, day)
    if basics is None or years is None:
        return False
    return (
        not basics["fund_member"]
        or years < TARGET_AGE
        or is_foreign(person)
        or basics["language"] == "other"
    )


def _is_of_trial_office(question: Question, case: Case) -> bool:
    return any(
        row["office"] in question.trial_offices and covers(row, case.day)
        for row in case.person.rows("office")
    )


def category_of(dimension: str, case: Case) -> str | None:
    """The category of a case in a dimension, or in crossed ones; None where it has none."""
    each = [_category_in(name, case) for name in dimension.split(CROSSING)]
    known = [category for category in each if category is not None]
    return CROSSING.join(known) if len(known) == len(each) else None


def _category_in(dimension: str, case: Case) -> str | None:
    if dimension == "service_line":
        line = case.person.record_on("service_line", case.line_day or case.day)
        return line["line"] if line else "undefined"
    if dimension == "service_group":
        group: str = case.record["group"]
        return group
    basics = case.person.basics
    if basics is None:
        return None
    if dimension == "sex":
        return _SEXES[basics["sex"]]
    if dimension == "origin":
        return "foreign" if is_foreign(case.person) else "finnish"
    return _age_group(age(case.person, case.day))


def is_foreign(person: Person) -> bool:
    """Whether somebody's citizenship is known not to be Finnish."""
    basics = person.basics
    return basics is not None and basics["citizenship"] != FINLAND


def age(person: Person, day: date) -> int | None:
    """Full years on a day (contract, section 1); None of whom nothing is known."""
    basics = person.basics
    return age_on(day, basics["birth_year"], basics["birth_date"]) if basics else None


def _age_group(years: int | None) -> str | None:
    if years is None:
        return None
    if years < 25:
        return "15-24"
    if years < 30:
        return "25-29"
    return "30-49" if years < 50 else "50-"
