"""What is asked of an account, and what an account is made of: counts, never persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from indicators.areas import mergers
from indicators.areas.mergers import AREA
from indicators.calendar import count_day, last_day
from indicators.measures.register.accounts.figures import Figure
from indicators.measures.register.accounts.records import Records

COUNTRY = "SSS"


class AreaCode(str):
    """A code that is told by its area's name."""

    __slots__ = ()


class Month(str):
    """A month ``YYYY-MM`` that is told by its name."""

    __slots__ = ()


Value = int | float | date | str
"""What is put into words: a number, a day, or a text such as the name of a table."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure is to be accounted for.

    Attributes:
        register: The register's records.
        indicator: Its id.
        month: ``YYYY-MM``.
        area: Its code.
        members: Area codes of its municipalities, as many as a group has; itself if it is none.
        population: As in the contract's section 3.
        dimension: Likewise.
        category: Likewise.
        trial_offices: Office codes of the trial.
        choices: The indicator's parameters, all of them.
    """

    register: Records
    indicator: str
    month: str
    area: str
    members: Sequence[str]
    population: str
    dimension: str
    category: str
    trial_offices: frozenset[str]
    choices: Mapping[str, bool | int | float]

    @property
    def count_day(self) -> date:
        """The day on which stocks are counted."""
        return count_day(self.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(int(self.month[:4]), int(self.month[5:]), 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return last_day(self.month)

    @property
    def is_whole(self) -> bool:
        """Whether everybody counts, wherever they live."""
        return self.area == COUNTRY

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Three-digit codes of the members, as they are called in the month."""
        return self.municipalities_in(self.month)

    def municipalities_in(self, month: str) -> tuple[str, ...]:
        """The same as they are called in another month."""
        codes = (area.removeprefix(AREA) for area in self.members)
        return tuple(dict.fromkeys(mergers.load().current(code, month) for code in codes))

    def called(self, municipality: str) -> str:
        """What a municipality is called in the month."""
        return mergers.load().current(municipality, self.month)

    def is_in_month(self, day: date | None) -> bool:
        """Whether a day lies in the month."""
        return day is not None and self.first_day <= day <= self.last_day

    @property
    def stock_status(self) -> str:
        """Of a stock: incomplete where nobody has seen the count day."""
        return "incomplete" if self.count_day > self.register.extract_date else "normal"

    def event_status(self, later: int = 0) -> str:
        """Of events: how much of the month is seen.

        Args:
            later: For how many days after an event more must be known of it.
        """
        if self.first_day > self.register.extract_date:
            return "incomplete"
        seen = self.last_day + timedelta(days=later) <= self.register.extract_date
        return "normal" if seen else "provisional"

    @property
    def merges_layoff(self) -> bool:
        """Whether codes 02 and 03 make one unemployment spell."""
        return bool(self.choices["merge_layoff"])

    def choice(self, parameter: str) -> int:
        """A parameter that is a whole number."""
        return int(self.choices[parameter])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records, and of how many persons (None where the records are of none)."""

    records: int
    persons: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Some of the records, left out or told apart.

    Attributes:
        key: What they are, as the wording has it; empty if the catalogue names them.
        tally: How many.
        values: What the wording wants put in.
        label: Kind and id of a label of the catalogue.
        needs: Tables without which nothing can be told of them.
    """

    key: str
    tally: Tally
    values: Mapping[str, Value] = field(default_factory=dict)
    label: tuple[str, str] | None = None
    needs: Sequence[str] = ()

    def needing(self, *tables: str) -> Step:
        """The same, of which nothing can be told without some tables."""
        return replace(self, needs=tables)


@dataclass(frozen=True, slots=True)
class Strand:
    """One line of counting: what there was, who was left out and why, who stayed.

    Attributes:
        key: What is counted, as the wording has it.
        unit: Unit of the records; ``persons`` where a record is a person.
        begun: All there was.
        left_out: In the order in which it was left out; what is left is always known.
        kept: What was left.
        parts: Some of what was left; each part is told for itself.
        values: What the wording of the key wants put in.
        needs: Tables without which nothing can be told of it.
    """

    key: str
    unit: str
    begun: Tally
    left_out: tuple[Step, ...]
    kept: Tally
    parts: tuple[Step, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    needs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the wording with what is put in."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterAccount:
    """How the figures of an indicator came about.

    Attributes:
        strands: The lines of counting.
        figures: By statistic.
        whole_on: By statistic, the day until which a register must know for the figure to be
            seen whole; a statistic is missing where that does not depend on a day.
        notes: What else went into the figures.
        why: Why a figure cannot be given, or not for good.
    """

    strands: tuple[Strand, ...]
    figures: Mapping[str, Figure]
    whole_on: Mapping[str, date] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    why: tuple[Note, ...] = ()
