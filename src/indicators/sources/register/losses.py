"""Whether too much of a delivery was lost on the way (contract, section 2).

An import may leave out a row that it cannot use. When it leaves out many for one reason, the reason
is the file's and not the row's, and every figure would be wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indicators.problems import Problem
from indicators.register.schema import Persons
from indicators.settings.model import Limits
from indicators.sources.register.discovery import SourceFile
from indicators.sources.register.layout import PERSON
from indicators.sources.register.records import CleaningLog, Fault, Origin

DELIVER_AGAIN = "deliver the table again, or mend it"
_REVERSED = "reversed"
_DROPPED = {
    "broken_row": "have more or fewer fields than the header",
    "no_id": "have no person's id",
    "unreadable_date": "have a date that cannot be read",
    "unreadable_number": "have a number that is missing or cannot be read",
    "no_date": "have no day",
    "no_code": "have no code",
    "unknown_code": "have a code that is not in the list",
    "code_outside_search": "lie outside any job search of the person",
    "no_birth_year": "have no possible year of birth",
    "after_extract": "begin after the extract date",
    _REVERSED: "end before they begin (day and month changed over, perhaps)",
}
"""Rules that leave a row out because of what stands in it."""
_CHANGED = {
    "unknown_reason": "have an end reason that is not in the list",
    "unknown_result": "have a result that is not in the list",
    "unknown_citizenship": "have a citizenship that is no code",
    "unknown_language": "have a language that is not in the list",
    "unknown_sex": "have a sex that is not in the list",
    "unknown_kind": "have a kind that is not in the list",
    "course_not_found": "are of a course that is not in KTYOKOU",
    "course_unknown_kind": "are of a course of a kind that is not in the list",
}
"""Rules that keep a row without what stands in it."""
# An extract date may be set early on purpose; all rows are never behind it.
_NEVER_TOO_MANY = frozenset({"after_extract"})


@dataclass(slots=True)
class PersonCoverage:
    """How many persons of each of the register's tables are among its persons.

    Attributes:
        persons: Different persons, by table.
        known: Those of them that the persons' table has.
        rows: Rows, by table.
    """

    persons: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)

    def join(self, other: PersonCoverage) -> None:
        """Add the counts of a part with other persons."""
        self.persons += other.persons
        self.known += other.known
        self.rows += other.rows

    def add(self, table: str, person: Persons, everybody: Persons) -> None:
        """Count one part's rows.

        Args:
            table: The register's table.
            person: Its persons, in any order.
            everybody: Different persons of the persons' table, sorted.
        """
        place = np.searchsorted(everybody, person)
        place[place == len(everybody)] = 0
        known = everybody[place] == person if len(everybody) else np.zeros(len(person), bool)
        is_known = np.zeros(len(everybody), bool)
        is_known[place[known]] = True
        found = int(np.count_nonzero(is_known))
        self.rows[table] += len(person)
        self.known[table] += found
        self.persons[table] += found + len(np.unique(person[~known]))


def loss_problems(
    log: CleaningLog, coverage: PersonCoverage, files: Sequence[SourceFile], limits: Limits
) -> list[Problem]:
    """Why what is left of a delivery cannot be used: all reasons, by table."""
    by_table: dict[str, SourceFile] = {}
    for file in files:
        by_table.setdefault(file.table.name, file)
    rows: dict[str, dict[Origin, int]] = {}
    for origin, count in log.rows.items():
        rows.setdefault(origin.source, {})[origin] = count
    problems = [_loss_problem(by_table, fault) for fault in log.faults]
    for source in sorted(rows):
        found = [
            _loss_problem(by_table, fault)
            for origin, count in rows[source].items()
            for fault in _excessive_losses(log, origin, count, limits)
        ]
        # What befalls a row in two canonical tables is one fault of its file.
        problems += list({str(problem): problem for problem in found}.values())
    return problems + list(_unknown_person_problems(by_table, coverage, limits))


def _excessive_losses(
    log: CleaningLog, origin: Origin, rows: int, limits: Limits
) -> Iterator[Fault]:
    """Each rule that took too many rows of an origin."""
    touched = {
        (touch.rule, touch.field): count
        for touch, count in log.touched.items()
        if touch.origin == origin
    }
    lost = sum(count for (rule, _), count in touched.items() if rule in _DROPPED)
    everything = rows >= limits.few_rows and lost == rows
    for (rule, name), count in touched.items():
        words = _DROPPED.get(rule) or _CHANGED.get(rule)
        if words is None:
            continue
        share = limits.reversed_share if rule == _REVERSED else limits.lost_share
        too_many = rows >= limits.least_rows and count > share * rows
        if (too_many and rule not in _NEVER_TOO_MANY) or (everything and rule in _DROPPED):
            text = f"{count} of {rows} rows {words}; {DELIVER_AGAIN}"
            yield Fault(origin.source, rule, text, name, count)


def _unknown_person_problems(
    by_table: Mapping[str, SourceFile], coverage: PersonCoverage, limits: Limits
) -> Iterable[Problem]:
    for table, persons in sorted(coverage.persons.items()):
        known = coverage.known[table]
        few = coverage.rows[table] < limits.few_rows
        if few or known >= limits.known_persons_share * persons:
            continue
        text = (
            f"only {known} of its {persons} persons are in YHENK; deliver both with the same ids, "
            "of the same persons"
        )
        yield _loss_problem(by_table, Fault(table, "no_such_person", text, PERSON, persons - known))


def _loss_problem(by_table: Mapping[str, SourceFile], fault: Fault) -> Problem:
    file = by_table[fault.source]
    column = file.column(fault.field) if fault.field in file.positions else ""
    reason = fault.rule.replace("_", "-")
    return Problem(reason, file.path, fault.text, column=column, count=fault.records)
