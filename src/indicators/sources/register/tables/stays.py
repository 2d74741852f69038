"""Residence, office and service line: one at a time, from day to day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from indicators.sources.register import codes
from indicators.sources.register.cells import padded
from indicators.sources.register.records import SOURCE, Coded, Records, coded_as, joined
from indicators.sources.register.tables.common import Cleaning

_COLUMNS = (("start", "end"), ("code",))


def residence(cleaning: Cleaning, rows: Records) -> Records:
    """Municipality of residence (YHKUNTA)."""
    rows = _stays(cleaning, "residence", rows, codes.municipality)
    start, end = rows.days["start"], rows.days["end"]
    gap = np.zeros(len(rows), bool)
    gap[1:] = (rows.person[1:] == rows.person[:-1]) & (start[1:] > end[:-1] + 1)
    cleaning.log.mend("residence", "gap", rows, gap)
    return rows


def office(cleaning: Cleaning, rows: Records) -> Records:
    """Employment office or trial office (YHTSTO)."""
    return _stays(cleaning, "office", rows, padded(4))


def _stays(
    cleaning: Cleaning, table: str, rows: Records, meaning: Callable[[str], str | None]
) -> Records:
    rows = cleaning.delivered(table, rows)
    rows = cleaning.known(table, rows, "code", meaning)
    rows = cleaning.spells(table, rows)
    return cleaning.one_per_day(table, cleaning.one_per_start(table, rows))


def service_line(cleaning: Cleaning, segments: Records, lines: Records) -> Records:
    """Service line, of Palvelulinja for a person who has rows there, else of YASSEGMENTTI.

    A line of Palvelulinja runs to the day before the next one or to its own end, whichever comes
    first; that is how the table is meant, and not a mend.

    Args:
        cleaning: What it is cleaned with.
        segments: YASSEGMENTTI.
        lines: Palvelulinja.
    """
    table = "service_line"
    of_lines = np.isin(segments.person, lines.person)
    both = joined([segments, lines], *_COLUMNS)
    order = np.argsort(np.concatenate([segments.person, lines.person]), kind="stable")
    superseded = np.concatenate([of_lines, np.zeros(len(lines), bool)])[order]
    rows = both.replace(superseded=_flags(superseded))
    rows = cleaning.delivered(table, rows)
    rows = cleaning.log.drop(table, "other_source", rows, rows.text("superseded").isin({"yes"}))
    return _lines(cleaning, table, rows)


def _lines(cleaning: Cleaning, table: str, rows: Records) -> Records:
    # That a person has no line is known from its day on, and ends the line before.
    rows = rows.replace(code=rows.text("code").filled(codes.NO_LINE))
    rows = cleaning.known(table, rows, "code", _line)
    rows = cleaning.one_per_start(table, cleaning.spells(table, rows))
    cut = cleaning.one_per_day(table, rows, count=False)
    touched = (cut.days["end"] != rows.days["end"]) & rows.text(SOURCE).isin({"YASSEGMENTTI"})
    cleaning.log.mend(table, "overlap", cut, touched)
    return cleaning.log.drop(table, "no_line", cut, cut.text("code").isin({codes.NO_LINE}))


def _line(code: str) -> str | None:
    return code if code == codes.NO_LINE else codes.line(code)


def _flags(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Coded:
    return coded_as(np.where(mask, 0, -1), ["yes"])
