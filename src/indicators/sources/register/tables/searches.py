"""Job searches, and the employment codes inside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from indicators.register import spells
from indicators.register.arrays import Mask, day_number
from indicators.register.spells import Cover
from indicators.sources.register import codes
from indicators.sources.register.records import Records
from indicators.sources.register.tables.common import Cleaning

_NORDIC_MODEL = day_number(codes.NORDIC_MODEL)


class Searches(NamedTuple):
    """Job searches.

    Attributes:
        rows: The spells.
        cover: The days with at least one.
    """

    rows: Records
    cover: Cover


def job_search(cleaning: Cleaning, rows: Records) -> Searches:
    """Job searches (YTHAKU); they may overlap."""
    table = "job_search"
    rows = cleaning.spells(table, cleaning.delivered(table, rows))
    rows = cleaning.known_or_missing(table, "unknown_reason", rows, "reason", codes.end_reason)
    rows = cleaning.one_per_start(table, rows)
    _late_reasons(cleaning, table, rows)
    days = rows.days
    return Searches(rows, spells.cover(rows.person, days["start"], days["end"], cleaning.extract))


def employment_code(cleaning: Cleaning, rows: Records, cover: Cover) -> Records:
    """Employment codes (YTYOLL): one a day, on days of a job search only."""
    table = "employment_code"
    rows = cleaning.delivered(table, rows)
    rows = cleaning.known(table, rows, "code", codes.employment_code)
    rows = cleaning.spells(table, rows)
    rows = cleaning.known_or_missing(table, "unknown_reason", rows, "reason", codes.end_reason)
    rows = cleaning.one_per_day(table, cleaning.one_per_start(table, rows))
    rows = _inside(cleaning, table, rows, cover)
    early = rows.text("code").isin(codes.LATE_CODES) & (rows.days["start"] < _NORDIC_MODEL)
    cleaning.log.mend(table, "code_too_early", rows, early)
    _late_reasons(cleaning, table, rows)
    return rows


def _inside(cleaning: Cleaning, table: str, rows: Records, cover: Cover) -> Records:
    """Cut off the days outside job searches; a spell over a gap between two comes in two parts."""
    start, end = rows.days["start"], rows.days["end"]
    parts = cover.parts_inside(rows.person, start, end)
    outside = ~_among(parts.source, len(rows))
    inner = cleaning.log.drop(table, "code_outside_search", rows, outside)
    new = rows.take(parts.source).replace(start=parts.start, end=parts.end)
    changed = (parts.start != start[parts.source]) | (parts.end != end[parts.source])
    touched = _among(parts.source[changed], len(rows))[~outside]
    cleaning.log.mend_into(table, "cut_to_search", inner, touched, new)
    return new


def _among(positions: spells.Positions, size: int) -> Mask:
    found = np.zeros(size, bool)
    found[positions] = True
    return found


def _late_reasons(cleaning: Cleaning, table: str, rows: Records) -> None:
    early = rows.text("reason").isin(codes.LATE_REASONS) & (rows.days["end"] < _NORDIC_MODEL)
    cleaning.log.mend(table, "reason_too_early", rows, early)
