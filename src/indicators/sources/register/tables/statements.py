"""Labour policy statements (YTVPOLL), and the services that only they record."""

from __future__ import annotations

import numpy as np

from indicators.register import spells
from indicators.register.arrays import MISSING, Days, Mask, day_number
from indicators.sources.register import codes
from indicators.sources.register.cells import UNREADABLE
from indicators.sources.register.records import Coded, Records
from indicators.sources.register.tables.common import Cleaning, without_signs

TABLE = "statement"
_OLD_WIDTH = 2
"""Statement codes had two characters until A-TMT."""


def statement(cleaning: Cleaning, rows: Records) -> Records:
    """Statements; one without a period is dated by the day it was given."""
    rows = cleaning.delivered(TABLE, _one_code(rows))
    rows = cleaning.log.drop(TABLE, "no_code", rows, rows.text("code").missing, "code")
    start, given = rows.days["start"], rows.days["given"]
    later = (given > cleaning.extract) & (given != MISSING)
    # One given after the extract date cannot be known, whatever period it is about.
    begins = np.where((start == MISSING) | later, given, start).astype(np.int32)
    rows = rows.replace(period=start, start=begins)
    rows = cleaning.spells(TABLE, rows)
    rows = cleaning.one_per_start(TABLE, rows, rows.text("code"))
    code = rows.text("code")
    of_a_tmt = {name for name in code.names.to_pylist() if len(name) > _OLD_WIDTH}
    early = code.isin(of_a_tmt) & (rows.days["given"] < day_number(codes.A_TMT))
    cleaning.log.mend(TABLE, "code_too_early", rows, early)
    return rows.replace(start=rows.days["period"])


def services(rows: Records, *, exclusive: bool) -> tuple[Records, Coded, Mask]:
    """Services that only statements record.

    Args:
        rows: YTVPOLL.
        exclusive: Whether end dates are the first day out.

    Returns:
        The spells with their kind as ``code``, their groups, and which of them were open and are
        closed by a later statement that the service is over.
    """
    rows = _one_code(rows)
    code = rows.text("code")
    spells_of = rows.take(code.isin(codes.STATEMENT_KINDS))
    codes_of_spells = spells_of.text("code")
    group = codes_of_spells.translate(codes.STATEMENT_GROUPS.get)
    kind = codes_of_spells.translate(codes.STATEMENT_KINDS.get)
    over = _first_closing(spells_of, rows.take(code.isin(codes.SERVICE_OVER)))
    study_over = _first_closing(spells_of, rows.take(code.isin(codes.STUDY_OVER)))
    over = np.where(group.isin({"study"}), np.minimum(over, study_over), over)
    end = spells_of.days["end"]
    closed = (without_signs(end) == MISSING) & (over != MISSING)
    last_day = over if exclusive else over - 1
    end = np.where(closed, last_day, end).astype(np.int32)
    return spells_of.replace(code=kind, end=end), group, closed


def _first_closing(services_: Records, closings: Records) -> Days:
    start, given = closings.days["start"], closings.days["given"]
    day = np.where(start < UNREADABLE, start, given).astype(np.int32)
    usable = day < UNREADABLE
    return spells.first_after(
        services_.person, services_.days["start"], closings.person[usable], day[usable]
    )


def _one_code(rows: Records) -> Records:
    """The code of A-TMT where there is one (from March 2023), else the older one."""
    return rows.replace(code=rows.text("code7").or_else(rows.text("code")))
