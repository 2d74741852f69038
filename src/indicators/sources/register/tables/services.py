"""Services: placements, trials, courses, job alternation substitutes and statements, as one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indicators.register import spells
from indicators.register.schema import MISSING, Days, Mask, day_number
from indicators.register.spells import SpellCover
from indicators.sources.register import codes
from indicators.sources.register.codes import UNREADABLE
from indicators.sources.register.partitioning import Lookups
from indicators.sources.register.records import (
    CodedTexts,
    Records,
    concat_records,
    missing_texts,
    texts_from_codes,
)
from indicators.sources.register.tables.people import Cleaning, without_sentinel_ends

# --- labour policy statements (YTVPOLL), and the services that only they record -------------------


STATEMENT_TABLE = "statement"
_OLD_WIDTH = 2
"""Statement codes had two characters until A-TMT."""


def clean_statements(cleaning: Cleaning, rows: Records) -> Records:
    """Statements; one without a period is dated by the day it was given."""
    rows = cleaning.delivered(STATEMENT_TABLE, _current_code(rows))
    rows = cleaning.log.drop(STATEMENT_TABLE, "no_code", rows, rows.text("code").missing, "code")
    start, given = rows.days["start"], rows.days["given"]
    later = (given > cleaning.extract) & (given != MISSING)
    # One given after the extract date cannot be known, whatever period it is about.
    begins = np.where((start == MISSING) | later, given, start).astype(np.int32)
    rows = rows.replace(period=start, start=begins)
    rows = cleaning.spells(STATEMENT_TABLE, rows)
    rows = cleaning.one_per_start(STATEMENT_TABLE, rows, rows.text("code"))
    code = rows.text("code")
    of_a_tmt = {name for name in code.names.to_pylist() if len(name) > _OLD_WIDTH}
    early = code.isin(of_a_tmt) & (rows.days["given"] < day_number(codes.A_TMT))
    cleaning.log.mend(STATEMENT_TABLE, "code_too_early", rows, early)
    return rows.replace(start=rows.days["period"])


def services_from_statements(rows: Records, *, exclusive: bool) -> tuple[Records, CodedTexts, Mask]:
    """Services that only statements record.

    Args:
        rows: YTVPOLL.
        exclusive: Whether end dates are the first day out.

    Returns:
        The spells with their kind as ``code``, their groups, and which of them were open and are
        closed by a later statement that the service is over.
    """
    rows = _current_code(rows)
    code = rows.text("code")
    spells_of = rows.take(code.isin(codes.STATEMENT_KINDS))
    codes_of_spells = spells_of.text("code")
    group = codes_of_spells.translate(codes.STATEMENT_GROUPS.get)
    kind = codes_of_spells.translate(codes.STATEMENT_KINDS.get)
    over = _first_closing(spells_of, rows.take(code.isin(codes.SERVICE_OVER)))
    study_over = _first_closing(spells_of, rows.take(code.isin(codes.STUDY_OVER)))
    over = np.where(group.isin({"study"}), np.minimum(over, study_over), over)
    end = spells_of.days["end"]
    closed = (without_sentinel_ends(end) == MISSING) & (over != MISSING)
    last_day = over if exclusive else over - 1
    end = np.where(closed, last_day, end).astype(np.int32)
    return spells_of.replace(code=kind, end=end), group, closed


def _first_closing(services_: Records, closings: Records) -> Days:
    start, given = closings.days["start"], closings.days["given"]
    day = np.where(start < UNREADABLE, start, given).astype(np.int32)
    usable = day < UNREADABLE
    return spells.first_event_after(
        services_.person, services_.days["start"], closings.person[usable], day[usable]
    )


def _current_code(rows: Records) -> Records:
    """The code of A-TMT where there is one (from March 2023), else the older one."""
    return rows.replace(code=rows.text("code7").or_else(rows.text("code")))


SERVICE_TABLE = "service"
SERVICE_SOURCES = ("YSIJOIT", "YTKOKE", "YTYOKOU", "YTVALIT", "YTVPOLL")

_DROPPED = ("not_begun", "cancelled")
_REPORTED = {
    "course_not_found": "course",
    "course_unknown_kind": "course",
    "unknown_kind": "code",
    "closed_by_statement": "",
}
_COLUMNS = (("start", "end"), ("group", "code", "reason", "note"))


def clean_services(
    cleaning: Cleaning, sources: Mapping[str, Records], lookups: Lookups, cover: SpellCover
) -> Records:
    """Spells in services.

    Args:
        cleaning: What they are cleaned with.
        sources: Rows by table, of :data:`SERVICE_SOURCES`.
        lookups: Courses and vacancies that rows refer to.
        cover: Days with a job search.
    """
    parts = [
        _placements(sources["YSIJOIT"]),
        _trials(sources["YTKOKE"]),
        _courses(sources["YTYOKOU"], lookups),
        _substitute_group(sources["YTVALIT"], lookups),
        _services_of_statements(sources["YTVPOLL"], exclusive=cleaning.exclusive),
    ]
    rows = cleaning.delivered(SERVICE_TABLE, concat_records(parts, *_COLUMNS))
    for rule in _DROPPED:
        rows = cleaning.log.drop(SERVICE_TABLE, rule, rows, rows.text("note").isin({rule}))
    rows = cleaning.log.drop(SERVICE_TABLE, "no_code", rows, rows.text("code").missing, "code")
    rows = cleaning.log.drop(SERVICE_TABLE, "no_service", rows, rows.text("group").missing)
    for rule, field in _REPORTED.items():
        cleaning.log.mend(SERVICE_TABLE, rule, rows, rows.text("note").isin({rule}), field)
    rows = cleaning.spells(SERVICE_TABLE, rows)
    rows = cleaning.one_per_start(SERVICE_TABLE, rows, _group_and_kind(rows))
    outside = ~cover.holds(rows.person, rows.days["start"])
    cleaning.log.mend(SERVICE_TABLE, "outside_search", rows, outside)
    return rows


def _placements(rows: Records) -> Records:
    kind = rows.text("code")
    known = codes.PLACEMENT_KINDS | codes.PRACTICE_KINDS | codes.BENEFIT_ONLY_KINDS
    return _with_note(rows, kind.translate(_placement_group), _unknown_kind(kind, known))


def _placement_group(kind: str) -> str | None:
    if kind in codes.PRACTICE_KINDS:
        return "trial"
    return None if kind in codes.BENEFIT_ONLY_KINDS else "subsidised"


def _trials(rows: Records) -> Records:
    kind = rows.text("code")
    group = kind.translate(lambda _: "trial")
    return _with_note(rows, group, _unknown_kind(kind, codes.TRIAL_KINDS))


def _unknown_kind(kind: CodedTexts, known: frozenset[str]) -> CodedTexts:
    return kind.translate(lambda code: None if code in known else "unknown_kind")


def _courses(rows: Records, lookups: Lookups) -> Records:
    """A course that is not in KTYOKOU is taken for training, which most of them are."""
    number = rows.text("course")
    is_found = number.isin(lookups.courses)
    cancelled = number.isin(course for course, kind in lookups.courses.items() if kind is None)
    kind = number.translate(lookups.courses.get).filled(codes.TRAINING)
    note = _first_note(
        not_begun=rows.text("begun").translate(codes.two_digits).isin({"00"}),
        cancelled=cancelled,
        course_not_found=~is_found,
        course_unknown_kind=~kind.isin(codes.COURSE_GROUPS),
    )
    group = kind.translate(lambda code: codes.COURSE_GROUPS.get(code, "training"))
    return _with_note(rows.replace(code=kind), group, note)


def _substitute_group(rows: Records, lookups: Lookups) -> Records:
    rows = rows.take(rows.text("vacancy").isin(lookups.alternation))
    every = np.zeros(len(rows), np.int32)
    kind = texts_from_codes(every, [codes.ALTERNATION_KIND])
    return _with_note(
        rows.replace(code=kind), texts_from_codes(every, ["alternation"]), missing_texts(len(rows))
    )


def _services_of_statements(rows: Records, *, exclusive: bool) -> Records:
    rows, group, closed = services_from_statements(rows, exclusive=exclusive)
    return _with_note(rows, group, _first_note(closed_by_statement=closed))


def _first_note(**notes: Mask) -> CodedTexts:
    """The first note that fits each row."""
    place = np.select(list(notes.values()), range(len(notes)), -1)
    return texts_from_codes(place, list(notes))


def _with_note(rows: Records, group: CodedTexts, note: CodedTexts) -> Records:
    return rows.replace(
        group=group,
        note=note,
        code=rows.text("code").translate(codes.two_character_code),
        reason=rows.text("reason").translate(codes.two_character_code),
    )


def _group_and_kind(rows: Records) -> CodedTexts:
    group, kind = rows.text("group"), rows.text("code")
    return texts_from_codes(group.codes * (len(kind.names) + 1) + kind.codes, ())
