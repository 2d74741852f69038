"""Who took part in which municipal trial, when, and how surely it is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.areas.keyfile import Row, read_rows
from indicators.areas.municipalities import Municipality

COLUMNS = (
    "trial_area",
    "office_code",
    "municipality_code",
    "municipality_name",
    "start",
    "end",
    "grade",
    "source",
)
DOUBTFUL_COLUMNS = ("municipality_code", "municipality_name", "region_2021", "reason")

_is_office = re.compile(r"([0-9]{4})?").fullmatch
_is_grade = re.compile(r"[ABC]").fullmatch


@dataclass(frozen=True)
class TrialArea:
    """One municipality's part in one trial.

    Attributes:
        municipality: Its code at the time, three digits.
        trial_area: Name of the trial's area.
        office_code: The area's office code (``toinoh``) in the register; empty if it had none.
        grade: How sure: A an official text, B another public page, C not confirmed.
        start: First day; None if the trial was planned but never started.
        end: Last day; None likewise.
    """

    municipality: str
    trial_area: str
    office_code: str
    grade: str
    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        """Whether the municipality is in the trial on a day."""
        return self.start is not None and self.end is not None and self.start <= day <= self.end


@dataclass(frozen=True)
class DoubtfulControl:
    """A municipality that must not serve as a clean control, and why."""

    municipality: str
    reason: str


def read_trials(
    path: Path, municipalities: Mapping[str, Municipality], problems: list[str]
) -> tuple[TrialArea, ...]:
    """Reads one file of members; what is wrong with it is added to ``problems``."""
    rows = list(read_rows(path, COLUMNS, problems))
    members = [_trial_area(row, municipalities) for row in rows]
    _check_overlaps(zip(rows, members, strict=True))
    return tuple(members)


def _trial_area(row: Row, municipalities: Mapping[str, Municipality]) -> TrialArea:
    member = TrialArea(
        municipality=_municipality(row, municipalities),
        trial_area=row.text("trial_area"),
        office_code=row.text("office_code", _is_office, "four digits or empty"),
        grade=row.text("grade", _is_grade, "A, B or C"),
        start=row.day("start"),
        end=row.day("end"),
    )
    if bool(row.values["start"]) != bool(row.values["end"]):
        row.report_problem("end", "a row has both dates, or neither if the trial never started")
    elif member.start and member.end and member.end < member.start:
        row.report_problem("end", f"{member.end} is before the start {member.start}")
    elif member.start and _is_gone(municipalities.get(member.municipality), member.start):
        row.report_problem("municipality_code", f"does not exist on {member.start}")
    return member


def _municipality(row: Row, municipalities: Mapping[str, Municipality]) -> str:
    code = row.values["municipality_code"]
    known = municipalities.get(code)
    if not municipalities:
        # Its file could not be read: that is one problem and not one for each row here.
        return code
    if known is None:
        row.report_problem("municipality_code", f'"{code}" is not in the municipality key')
    elif row.values["municipality_name"] != known.name_fi:
        row.report_problem(
            "municipality_name", f"{code} is {known.name_fi}; mend the name or the code"
        )
    return code


def _is_gone(municipality: Municipality | None, day: date) -> bool:
    return municipality is not None and not municipality.exists_on(day)


def _check_overlaps(rows: Iterable[tuple[Row, TrialArea]]) -> None:
    """A municipality is in one trial at a time, or the answer to `covers` would be a choice."""
    last: dict[str, TrialArea] = {}
    for row, member in sorted(rows, key=lambda pair: (pair[1].start or date.max, pair[0].number)):
        before = last.get(member.municipality)
        if before and (member.start is None or before.covers(member.start)):
            row.report_problem(
                "municipality_code", f"is already in {before.trial_area} at that time"
            )
        last[member.municipality] = member


def read_doubtful(
    path: Path, municipalities: Mapping[str, Municipality], problems: list[str]
) -> tuple[DoubtfulControl, ...]:
    """Reads the doubtful controls; what is wrong with the file is added to ``problems``."""
    return tuple(
        DoubtfulControl(_municipality(row, municipalities), row.text("reason"))
        for row in read_rows(path, DOUBTFUL_COLUMNS, problems)
    )
