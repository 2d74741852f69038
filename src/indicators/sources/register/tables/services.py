"""Services: placements, trials, courses, job alternation substitutes and statements, as one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indicators.register.arrays import Mask
from indicators.register.spells import Cover
from indicators.sources.register import codes
from indicators.sources.register.lookups import Lookups
from indicators.sources.register.records import Coded, Records, coded_as, joined, no_texts
from indicators.sources.register.tables import statements
from indicators.sources.register.tables.common import Cleaning

TABLE = "service"
SOURCES = ("YSIJOIT", "YTKOKE", "YTYOKOU", "YTVALIT", "YTVPOLL")

_DROPPED = ("not_begun", "cancelled")
_REPORTED = {
    "course_not_found": "course",
    "course_unknown_kind": "course",
    "unknown_kind": "code",
    "closed_by_statement": "",
}
_COLUMNS = (("start", "end"), ("group", "code", "reason", "note"))


def service(
    cleaning: Cleaning, sources: Mapping[str, Records], lookups: Lookups, cover: Cover
) -> Records:
    """Spells in services.

    Args:
        cleaning: What they are cleaned with.
        sources: Rows by table, of :data:`SOURCES`.
        lookups: Courses and vacancies that rows refer to.
        cover: Days with a job search.
    """
    parts = [
        _placements(sources["YSIJOIT"]),
        _trials(sources["YTKOKE"]),
        _courses(sources["YTYOKOU"], lookups),
        _substitutes(sources["YTVALIT"], lookups),
        _by_statement(sources["YTVPOLL"], exclusive=cleaning.exclusive),
    ]
    rows = cleaning.delivered(TABLE, joined(parts, *_COLUMNS))
    for rule in _DROPPED:
        rows = cleaning.log.drop(TABLE, rule, rows, rows.text("note").isin({rule}))
    rows = cleaning.log.drop(TABLE, "no_code", rows, rows.text("code").missing, "code")
    rows = cleaning.log.drop(TABLE, "no_service", rows, rows.text("group").missing)
    for rule, field in _REPORTED.items():
        cleaning.log.mend(TABLE, rule, rows, rows.text("note").isin({rule}), field)
    rows = cleaning.spells(TABLE, rows)
    rows = cleaning.one_per_start(TABLE, rows, _group_and_kind(rows))
    outside = ~cover.holds(rows.person, rows.days["start"])
    cleaning.log.mend(TABLE, "outside_search", rows, outside)
    return rows


def _placements(rows: Records) -> Records:
    kind = rows.text("code")
    known = codes.PLACEMENT_KINDS | codes.PRACTICE_KINDS | codes.BENEFIT_ONLY_KINDS
    return _marked(rows, kind.translate(_placement_group), _unknown_kind(kind, known))


def _placement_group(kind: str) -> str | None:
    if kind in codes.PRACTICE_KINDS:
        return "trial"
    return None if kind in codes.BENEFIT_ONLY_KINDS else "subsidised"


def _trials(rows: Records) -> Records:
    kind = rows.text("code")
    group = kind.translate(lambda _: "trial")
    return _marked(rows, group, _unknown_kind(kind, codes.TRIAL_KINDS))


def _unknown_kind(kind: Coded, known: frozenset[str]) -> Coded:
    return kind.translate(lambda code: None if code in known else "unknown_kind")


def _courses(rows: Records, lookups: Lookups) -> Records:
    """A course that is not in KTYOKOU is taken for training, which most of them are."""
    number = rows.text("course")
    is_found = number.isin(lookups.courses)
    cancelled = number.isin(course for course, kind in lookups.courses.items() if kind is None)
    kind = number.translate(lookups.courses.get).filled(codes.TRAINING)
    note = _first(
        not_begun=rows.text("begun").translate(codes.two).isin({"00"}),
        cancelled=cancelled,
        course_not_found=~is_found,
        course_unknown_kind=~kind.isin(codes.COURSE_GROUPS),
    )
    group = kind.translate(lambda code: codes.COURSE_GROUPS.get(code, "training"))
    return _marked(rows.replace(code=kind), group, note)


def _substitutes(rows: Records, lookups: Lookups) -> Records:
    rows = rows.take(rows.text("vacancy").isin(lookups.alternation))
    every = np.zeros(len(rows), np.int32)
    kind = coded_as(every, [codes.ALTERNATION_KIND])
    return _marked(rows.replace(code=kind), coded_as(every, ["alternation"]), no_texts(len(rows)))


def _by_statement(rows: Records, *, exclusive: bool) -> Records:
    rows, group, closed = statements.services(rows, exclusive=exclusive)
    return _marked(rows, group, _first(closed_by_statement=closed))


def _first(**notes: Mask) -> Coded:
    """The first note that fits each row."""
    place = np.select(list(notes.values()), range(len(notes)), -1)
    return coded_as(place, list(notes))


def _marked(rows: Records, group: Coded, note: Coded) -> Records:
    return rows.replace(
        group=group,
        note=note,
        code=rows.text("code").translate(codes.kind),
        reason=rows.text("reason").translate(codes.kind),
    )


def _group_and_kind(rows: Records) -> Coded:
    group, kind = rows.text("group"), rows.text("code")
    return coded_as(group.codes * (len(kind.names) + 1) + kind.codes, ())
