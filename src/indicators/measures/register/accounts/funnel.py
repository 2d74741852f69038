"""Leaving records out for the first reason that holds, and keeping count of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from indicators.measures.register.accounts.model import Step, Strand, Tally, Value
from indicators.measures.register.accounts.records import Person, Record
from indicators.measures.register.accounts.spells import Spell


@dataclass(frozen=True, slots=True)
class Case:
    """Something that may be counted.

    Attributes:
        person: Whose it is.
        day: The day on which area, population and category are looked up.
        record: The record that makes it a case.
        spell: The spell that the record is part of, where spells are counted.
        line_day: The day of the service line, where that is another one.
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
    """A case that was left: whose it is, and what its figures are made from."""

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
            reason = next((one for one in reasons if one.holds(case)), None)
            if reason:
                out[reason.key].append(person_id)
            else:
                self.kept.append(Kept(person_id, fact(case)))
        self.left_out = tuple(Step(one.key, _tally(out[one.key]), one.values) for one in reasons)
        self.begun = _tally([*(who for of in out.values() for who in of), *self._persons()])

    def __len__(self) -> int:
        return len(self.kept)

    def _persons(self) -> list[int]:
        return [one.person_id for one in self.kept]

    @property
    def facts(self) -> list[Any]:
        """Of each case that was left, what its figures are made from."""
        return [one.fact for one in self.kept]

    @property
    def persons(self) -> int:
        """How many different persons were left."""
        return len(set(self._persons()))

    def number(self, holds: Callable[[Any], bool]) -> int:
        """How many of the cases left have such a fact."""
        return sum(1 for one in self.kept if holds(one.fact))

    def part(self, key: str, holds: Callable[[Any], bool], **values: Value) -> Step:
        """Tell those cases apart that have such a fact."""
        return Step(key, self._tally_of(holds), values)

    def labelled(
        self, kind: str, label: str, holds: Callable[[Any], bool], needs: Sequence[str] = ()
    ) -> Step:
        """Tell those cases apart that the catalogue has a name for."""
        return Step("", self._tally_of(holds), label=(kind, label), needs=needs)

    def _tally_of(self, holds: Callable[[Any], bool]) -> Tally:
        return _tally([one.person_id for one in self.kept if holds(one.fact)])

    def strand(
        self,
        key: str,
        unit: str,
        parts: tuple[Step, ...] = (),
        values: Mapping[str, Value] | None = None,
        needs: Sequence[str] = (),
    ) -> Strand:
        """What the account tells of it: see :class:`Strand`."""
        kept = _tally(self._persons())
        return Strand(key, unit, self.begun, self.left_out, kept, parts, values or {}, needs)


def _tally(persons: Sequence[Any]) -> Tally:
    return Tally(len(persons), len(set(persons)))


def sifted(
    rows: Sequence[Any],
    reasons: Sequence[Reason],
    *,
    key: str,
    unit: str,
    person: Callable[[Any], str] | None = None,
) -> tuple[list[Any], Strand]:
    """Rows that are of no person of the register, without those for which a reason holds.

    Args:
        rows: All there are.
        reasons: In order; their tests are asked of rows.
        key: What is counted, as the wording has it.
        unit: Unit of the rows.
        person: Whose each row is, where that is known.
    """

    def tally(some: Sequence[Any]) -> Tally:
        return _tally([person(row) for row in some]) if person else Tally(len(some), None)

    begun, left_out, kept = tally(rows), [], list(rows)
    for reason in reasons:
        out = [row for row in kept if reason.holds(row)]
        kept = [row for row in kept if not reason.holds(row)]
        left_out.append(Step(reason.key, tally(out), reason.values))
    return kept, Strand(key, unit, begun, tuple(left_out), tally(kept))
