"""Plans of YTHAKSU and Suunnitelmat, joined."""

from __future__ import annotations

import numpy as np

from indicators.register.arrays import MISSING
from indicators.sources.register import codes
from indicators.sources.register.records import Records, joined, order_by, person_ranks
from indicators.sources.register.tables.common import Cleaning

TABLE = "plan"
_GENERAL = "employment"
_UNKNOWN = "?"


def plan(cleaning: Cleaning, ythaksu: Records, suunnitelmat: Records) -> Records:
    """Plans: the same person, kind and day once, with the latest review date of its rows.

    A plan without a kind (which the catalogue calls unknown) is taken for an employment plan, the
    general kind; one of a kind outside the code list is dropped.
    """
    parts = [_meant(ythaksu, "YTHAKSU"), _meant(suunnitelmat, "Suunnitelmat")]
    rows = cleaning.delivered(TABLE, joined(parts, ("signed", "review"), ("code",)))
    unknown = rows.text("code").isin({_UNKNOWN})
    rows = cleaning.log.drop(TABLE, "unknown_code", rows, unknown, "code")
    rows = cleaning.without_sentinels(TABLE, rows, "review")
    cleaning.log.mend(TABLE, "kind_missing", rows, rows.text("code").missing)
    rows = rows.replace(code=rows.text("code").filled(_GENERAL))
    rows = cleaning.dated(TABLE, rows, "signed")
    return cleaning.log.keep(TABLE, "same_plan", rows, _latest_review(rows))


def _meant(rows: Records, table: str) -> Records:
    kinds = codes.PLAN_KINDS[table]
    kind = rows.text("code").translate(lambda code: kinds.get(codes.kind(code), _UNKNOWN))
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
