"""Fault injection: the faults of real extracts, planted where the import's answer is known.

Every fault stands in a row of its own and is such that its mend gives back the clean register
(codes used before they existed are the exception: they are reported and stay).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indicators.synthetic.model import (
    NO_DAY,
    OPEN,
    Array,
    Frame,
    Rng,
    row_count,
    stack_frames,
    take_rows,
)
from indicators.synthetic.people import municipality_frame
from indicators.synthetic.register_layout import UNREADABLE

LATIN_1_TABLES = ("YHKUNTA",)
"""Tables written in Latin-1: they have names with letters that are not ASCII."""

_FAULT_SHARE = 0.004
FaultCounts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class _Spell:
    """Columns of a table of spells."""

    start: str
    end: str


@dataclass(frozen=True)
class _FaultContext:
    """What planting needs to know.

    Attributes:
        frame: The table; changed in place.
        rng: Draws.
        last: The extract date.
        law: First day of the law of 5/2022.
    """

    frame: Frame
    rng: Rng
    last: int
    law: int


_SPELLS = {
    "YTHAKU": _Spell("alkpv1", "loppv1"),
    "YTYOLL": _Spell("tappvh", "tppvm"),
    "YSIJOIT": _Spell("alkpv2", "loppv2"),
    "YTKOKE": _Spell("alkpv4", "loppv4"),
    "YHTSTO": _Spell("muupv7", "paapv7"),
}
_DATES = {"YTHAKSU": "thspv", "Tyotarjoukset": "osoitettupvm"}
_ONE_CHARACTER = {"YTHAKU": "hapkd", "YTYOLL": "tymsyy", "Tyotarjoukset": "tuloskoodi"}
_UNKNOWN = {"YTYOLL": ("tyok1", "z"), "YTHAKSU": ("kotsk", "99")}
_EARLY = {"YTYOLL": ("tyok1", "1", "9"), "YTHAKU": ("hapkd", "10", "14")}

FaultRule = Callable[[_FaultContext, str, Array], Frame | None]


def inject_faults(
    tables: dict[str, Frame],
    days: tuple[int, int],
    seed: np.random.SeedSequence,
    counts: FaultCounts,
) -> dict[str, Frame]:
    """Plant faults in the register's tables of some persons.

    Args:
        tables: Frames of :func:`~indicators.synthetic.register_layout.register_tables`.
        days: The extract date, and the first day of the law of 5/2022.
        seed: For the draws.
        counts: Rows planted by table and rule; added to.

    Returns:
        The tables; YHKUNTA has the name of the municipality as well (``kuntanimi``).
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    dirty = dict(tables)
    for name, frame in tables.items():
        own = {key: column.copy() for key, column in frame.items()}
        context = _FaultContext(own, rng, *days)
        dirty[name] = _inject(context, name, counts)
    dirty["YHKUNTA"] = _with_names(dirty["YHKUNTA"], counts)
    return dirty


def _inject(context: _FaultContext, name: str, counts: FaultCounts) -> Frame:
    """Every rule gets rows that no other rule touches."""
    free = context.rng.permutation(row_count(context.frame))
    added = []
    for rule, (allowed, apply) in _RULES.items():
        if not allowed(name):
            continue
        fit = free[_CANDIDATES[rule](context, name, free)]
        rows = np.sort(fit[: max(1, round(_FAULT_SHARE * len(free)))])
        if not len(rows):
            continue
        more = apply(context, name, rows)
        counts.setdefault(name, {}).setdefault(rule, 0)
        counts[name][rule] += len(rows)
        free = free[~np.isin(free, rows)]
        if more is not None:
            added.append(more)
    return stack_frames([context.frame, *added])


def _with_names(frame: Frame, counts: FaultCounts) -> Frame:
    where = municipality_frame()
    names = dict(zip(where["municipality"], where["name"], strict=True))
    named = np.array([names[code] for code in frame["kunnoh"]] or [""])[: row_count(frame)]
    strange = sum(not name.isascii() for name in named)
    counts.setdefault("YHKUNTA", {}).setdefault("latin_1_name", 0)
    counts["YHKUNTA"]["latin_1_name"] += strange
    return frame | {"kuntanimi": named}


# --- which rows a rule can use --------------------------------------------------------------------
def _any_row(context: _FaultContext, name: str, rows: Array) -> Array:
    del context, name
    return np.ones(len(rows), dtype=bool)


def _ended_spells(context: _FaultContext, name: str, rows: Array) -> Array:
    ended: Array = context.frame[_SPELLS[name].end][rows] != OPEN
    return ended


def _open_spells(context: _FaultContext, name: str, rows: Array) -> Array:
    return ~_ended_spells(context, name, rows)


def _followed_spells(context: _FaultContext, name: str, rows: Array) -> Array:
    """The same person's next spell begins the day after."""
    frame, spell = context.frame, _SPELLS[name]
    person, start, end = frame["hid_e"], frame[spell.start], frame[spell.end]
    touches = np.zeros(len(person), dtype=bool)
    touches[:-1] = (person[1:] == person[:-1]) & (start[1:] == end[:-1] + 1)
    return touches[rows]


def _zero_first(context: _FaultContext, name: str, rows: Array) -> Array:
    return np.char.startswith(context.frame[_ONE_CHARACTER[name]][rows], "0")


def _before_law(context: _FaultContext, name: str, rows: Array) -> Array:
    column, usual, _ = _EARLY[name]
    early = context.frame[_SPELLS[name].end][rows] < context.law
    fits: Array = early & (context.frame[column][rows] == usual)
    return fits


def _first_of_person(context: _FaultContext, name: str, rows: Array) -> Array:
    del name
    person = context.frame["hid_e"]
    heads = np.append(True, person[1:] != person[:-1])[: len(person)]
    return heads[rows]


# --- what a rule does -----------------------------------------------------------------------------
def _duplicate(context: _FaultContext, name: str, rows: Array) -> Frame:
    copy = take_rows(context.frame, rows)
    copy[_SPELLS[name].end] = np.full(len(rows), OPEN, dtype=np.int32)
    return copy


def _reversed(context: _FaultContext, name: str, rows: Array) -> Frame:
    spell, copy = _SPELLS[name], take_rows(context.frame, rows)
    back = context.rng.integers(1, 60, len(rows))
    copy[spell.end] = (copy[spell.start] - back).astype(np.int32)
    return copy


def _overlap(context: _FaultContext, name: str, rows: Array) -> None:
    end = context.frame[_SPELLS[name].end]
    end[rows] += context.rng.integers(1, 11, len(rows)).astype(np.int32)


def _one_character(context: _FaultContext, name: str, rows: Array) -> None:
    column = context.frame[_ONE_CHARACTER[name]]
    column[rows] = np.char.lstrip(column[rows], "0")
    column[rows[column[rows] == ""]] = "0"


def _unreadable(context: _FaultContext, name: str, rows: Array) -> Frame:
    copy = take_rows(context.frame, rows)
    text = NO_DAY + 1 + context.rng.integers(0, len(UNREADABLE), len(rows))
    column = _DATES[name] if name in _DATES else _SPELLS[name].start
    copy[column] = text.astype(np.int32)
    return copy


def _unknown(context: _FaultContext, name: str, rows: Array) -> Frame:
    column, code = _UNKNOWN[name]
    copy = take_rows(context.frame, rows)
    copy[column] = np.full(len(rows), code)
    return copy


def _too_early(context: _FaultContext, name: str, rows: Array) -> None:
    column, _, code = _EARLY[name]
    context.frame[column][rows] = code


def _begins_after_extract(context: _FaultContext, name: str, rows: Array) -> Frame:
    copy = take_rows(context.frame, rows)
    later = (context.last + context.rng.integers(1, 40, len(rows))).astype(np.int32)
    if name in _DATES:
        return copy | {_DATES[name]: later}
    spell = _SPELLS[name]
    return copy | {spell.start: later, spell.end: np.full(len(rows), OPEN, dtype=np.int32)}


def _ends_after_extract(context: _FaultContext, name: str, rows: Array) -> None:
    end = context.frame[_SPELLS[name].end]
    end[rows] = context.last + context.rng.integers(1, 40, len(rows))


def _before_first_search(context: _FaultContext, name: str, rows: Array) -> Frame:
    """Days before the person's first job search."""
    spell, copy = _SPELLS[name], take_rows(context.frame, rows)
    start = copy[spell.start] - 40
    return copy | {spell.start: start, spell.end: (start + 30).astype(np.int32)}


_RULES: dict[str, tuple[Callable[[str], bool], FaultRule]] = {
    "duplicate_open": (lambda name: name in _SPELLS and name != "YHTSTO", _duplicate),
    "reversed": (_SPELLS.__contains__, _reversed),
    "overlap": (("YTYOLL", "YHTSTO").__contains__, _overlap),
    "one_character_code": (_ONE_CHARACTER.__contains__, _one_character),
    "unreadable_date": (("YTYOLL", "YTHAKU", "YTHAKSU", "Tyotarjoukset").__contains__, _unreadable),
    "unknown_code": (_UNKNOWN.__contains__, _unknown),
    "code_before_it_existed": (_EARLY.__contains__, _too_early),
    "begins_after_extract": (
        ("YTYOLL", "YTHAKU", "Tyotarjoukset").__contains__,
        _begins_after_extract,
    ),
    "ends_after_extract": (("YTYOLL", "YTHAKU", "YSIJOIT").__contains__, _ends_after_extract),
    "outside_job_search": (("YTYOLL",).__contains__, _before_first_search),
}
_CANDIDATES: dict[str, Callable[[_FaultContext, str, Array], Array]] = {
    "duplicate_open": _ended_spells,
    "reversed": _any_row,
    "overlap": _followed_spells,
    "one_character_code": _zero_first,
    "unreadable_date": _any_row,
    "unknown_code": _any_row,
    "code_before_it_existed": _before_law,
    "begins_after_extract": _any_row,
    "ends_after_extract": _open_spells,
    "outside_job_search": _first_of_person,
}
