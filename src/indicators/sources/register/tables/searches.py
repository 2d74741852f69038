"""Job searches and the employment codes inside them; job offers, introductions and plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indicators.register import spells
from indicators.register.schema import MISSING, Mask, day_number
from indicators.register.spells import SpellCover
from indicators.sources.register import codes
from indicators.sources.register.records import Records, concat_records, order_by, person_ranks
from indicators.sources.register.tables.people import Cleaning

_NORDIC_MODEL = day_number(codes.NORDIC_MODEL)


class Searches(NamedTuple):
    """Job searches.

    Attributes:
        rows: The spells.
        cover: The days with at least one.
    """

    rows: Records
    cover: SpellCover


def clean_job_searches(cleaning: Cleaning, rows: Records) -> Searches:
    """Job searches (YTHAKU); they may overlap."""
    table = "job_search"
    rows = cleaning.spells(table, cleaning.delivered(table, rows))
    rows = cleaning.known_or_missing(table, "unknown_reason", rows, "reason", codes.end_reason_code)
    rows = cleaning.one_per_start(table, rows)
    _late_reasons(cleaning, table, rows)
    days = rows.days
    return Searches(
        rows, spells.cover_days(rows.person, days["start"], days["end"], cleaning.extract)
    )


def clean_employment_codes(cleaning: Cleaning, rows: Records, cover: SpellCover) -> Records:
    """Employment codes (YTYOLL): one a day, on days of a job search only."""
    table = "employment_code"
    rows = cleaning.delivered(table, rows)
    rows = cleaning.known(table, rows, "code", codes.employment_code)
    rows = cleaning.spells(table, rows)
    rows = cleaning.known_or_missing(table, "unknown_reason", rows, "reason", codes.end_reason_code)
    rows = cleaning.one_per_day(table, cleaning.one_per_start(table, rows))
    rows = _cut_to_searches(cleaning, table, rows, cover)
    early = rows.text("code").isin(codes.LATE_CODES) & (rows.days["start"] < _NORDIC_MODEL)
    cleaning.log.mend(table, "code_too_early", rows, early)
    _late_reasons(cleaning, table, rows)
    return rows


def _cut_to_searches(cleaning: Cleaning, table: str, rows: Records, cover: SpellCover) -> Records:
    """Cut off the days outside job searches; a spell over a gap between two comes in two parts."""
    start, end = rows.days["start"], rows.days["end"]
    parts = cover.parts_inside(rows.person, start, end)
    outside = ~_mask_of(parts.source, len(rows))
    inner = cleaning.log.drop(table, "code_outside_search", rows, outside)
    new = rows.take(parts.source).replace(start=parts.start, end=parts.end)
    changed = (parts.start != start[parts.source]) | (parts.end != end[parts.source])
    touched = _mask_of(parts.source[changed], len(rows))[~outside]
    cleaning.log.mend_into(table, "cut_to_search", inner, touched, new)
    return new


def _mask_of(positions: spells.Positions, size: int) -> Mask:
    found = np.zeros(size, bool)
    found[positions] = True
    return found


def _late_reasons(cleaning: Cleaning, table: str, rows: Records) -> None:
    early = rows.text("reason").isin(codes.LATE_REASONS) & (rows.days["end"] < _NORDIC_MODEL)
    cleaning.log.mend(table, "reason_too_early", rows, early)


# --- job offers (Tyotarjoukset, Palkkatukipaikat) and introductions (esittelyt) -------------------


def clean_offers(cleaning: Cleaning, table: str, parts: Sequence[Records]) -> Records:
    """Offers of a canonical table.

    Args:
        cleaning: What they are cleaned with.
        table: ``job_offer`` or ``introduction``.
        parts: Rows of the register's tables.
    """
    rows = cleaning.delivered(table, concat_records(parts, ("date",), ("vacancy", "result")))
    rows = cleaning.dated(table, rows, "date")
    return cleaning.known_or_missing(table, "unknown_result", rows, "result", codes.offer_result)


# --- plans of YTHAKSU and Suunnitelmat, joined ----------------------------------------------------


PLAN_TABLE = "plan"
_GENERAL = "employment"
_UNKNOWN = "?"


def clean_plans(cleaning: Cleaning, ythaksu: Records, suunnitelmat: Records) -> Records:
    """Plans: the same person, kind and day once, with the latest review date of its rows.

    A plan without a kind (which the catalogue calls unknown) is taken for an employment plan, the
    general kind; one of a kind outside the code list is dropped.
    """
    parts = [_plan_kinds(ythaksu, "YTHAKSU"), _plan_kinds(suunnitelmat, "Suunnitelmat")]
    rows = cleaning.delivered(PLAN_TABLE, concat_records(parts, ("signed", "review"), ("code",)))
    unknown = rows.text("code").isin({_UNKNOWN})
    rows = cleaning.log.drop(PLAN_TABLE, "unknown_code", rows, unknown, "code")
    rows = cleaning.without_sentinels(PLAN_TABLE, rows, "review")
    cleaning.log.mend(PLAN_TABLE, "kind_missing", rows, rows.text("code").missing)
    rows = rows.replace(code=rows.text("code").filled(_GENERAL))
    rows = cleaning.dated(PLAN_TABLE, rows, "signed")
    return cleaning.log.keep(PLAN_TABLE, "same_plan", rows, _latest_review(rows))


def _plan_kinds(rows: Records, table: str) -> Records:
    kinds = codes.PLAN_KINDS[table]
    kind = rows.text("code").translate(
        lambda code: kinds.get(codes.two_character_code(code), _UNKNOWN)
    )
    return rows.replace(code=kind)


def _latest_review(rows: Records) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Of the rows of each plan the one with the latest review date, which most have none of."""
    kind, signed, review = rows.text("code").codes, rows.days["signed"], rows.days["review"]
    dated = review[review != MISSING]
    known = np.where(review == MISSING, dated.min() - 1 if len(dated) else 0, review)
    order = order_by(person_ranks(rows.person), signed, kind, known)
    keys = (rows.person[order], signed[order], kind[order])
    last = np.ones(len(order), bool)
    last[:-1] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return order[last]
