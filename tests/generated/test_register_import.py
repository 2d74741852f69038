"""The import's fast paths against slow, obvious twins on generated spells."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.register_extract import import_tables, lines
from indicators.register import spells
from indicators.register.schema import MISSING
from indicators.sources.register.importing import import_register
from indicators.synthetic.synthesise import synthesise

DAYS = st.integers(-3, 25)
ENDS = st.one_of(DAYS, st.none())
SPELLS = st.lists(st.tuples(st.integers(1, 3), DAYS, ENDS), max_size=12)
FAR = 60


def arrays(rows):
    """Person, start, end, sorted by person as rows come to the rules."""
    rows = sorted(rows, key=lambda row: row[0])
    person, start, end = zip(*rows, strict=True) if rows else ((), (), ())
    ends = [MISSING if day is None else day for day in end]
    return np.array(person, np.int64), np.array(start, np.int32), np.array(ends, np.int32)


def forward(rows):
    """Spells the right way round."""
    return [(who, start, end) for who, start, end in rows if end is None or end >= start]


def day_sets(rows):
    """Days by person, an open end as far as anybody looks."""
    days: dict[int, set[int]] = {}
    for who, start, end in rows:
        until = FAR if end in (None, MISSING) else end
        days.setdefault(who, set()).update(range(start, until + 1))
    return days


@given(SPELLS, st.booleans())
def test_one_of_same_start(rows, with_kinds):
    person, start, end = arrays(rows)
    kind = np.array([place % 2 for place in range(len(person))], np.int32)
    remaining = spells.choose_same_start(person, start, end, kind if with_kinds else None)
    groups: dict[tuple[int, ...], list[int]] = {}
    for row in range(len(person)):
        group = (int(person[row]), int(kind[row]) if with_kinds else 0, int(start[row]))
        groups.setdefault(group, []).append(row)
    # Of the earliest end the latest row.
    slow = [min(groups[key], key=lambda row: (end[row], -row)) for key in sorted(groups)]
    assert remaining.tolist() == slow


@given(SPELLS)
def test_cut_overlaps(rows):
    once = {(who, start): end for who, start, end in forward(rows)}
    ordered = sorted((who, start, end) for (who, start), end in once.items())
    person, start, end = arrays(ordered)
    cut = spells.cut_overlaps(person, start, end)
    for row, (who, begins, ends) in enumerate(ordered):
        later = [other for someone, other, _ in ordered if someone == who and other > begins]
        limit = min(later, default=MISSING + 1) - 1
        assert cut[row] == min(MISSING if ends is None else ends, limit)


@given(SPELLS, SPELLS)
def test_pieces_inside_a_cover(rows, searches):
    rows, searches = forward(rows), forward(searches)
    person, start, end = arrays(rows)
    who, begins, closes = arrays(sorted(searches, key=lambda row: row[:2]))
    cover = spells.cover_days(who, begins, closes, 25)
    pieces = cover.parts_inside(person, start, end)
    covered = day_sets(searches)
    for row in range(len(person)):
        own = np.flatnonzero(pieces.source == row)
        got = [(int(pieces.start[place]), int(pieces.end[place])) for place in own]
        days = day_sets([(1, start[row], end[row])])[1] & covered.get(int(person[row]), set())
        assert day_sets([(1, *piece) for piece in got]).get(1, set()) == days
        # Longest pieces: between two of them there is at least one day outside.
        assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(got))
    assert (np.diff(pieces.source) >= 0).all()
    assert cover.holds(person, start).tolist() == [
        int(day) in covered.get(int(item), set()) for item, day in zip(person, start, strict=True)
    ]


@given(
    st.lists(st.tuples(st.integers(1, 4), DAYS), max_size=8),
    st.lists(st.tuples(st.integers(1, 4), DAYS), max_size=8),
)
def test_first_after(asked, events):
    def columns(pairs):
        return np.array([p for p, _ in pairs], np.int64), np.array([d for _, d in pairs], np.int32)

    got = spells.first_event_after(*columns(asked), *columns(events))
    assert got.tolist() == [
        min((day for who, day in events if who == item and day > since), default=MISSING)
        for item, since in asked
    ]


# --- the import as a whole ------------------------------------------------------------------------
FIRST = date(2021, 1, 1)
CODE = st.sampled_from("0123456789z")
CODES = st.lists(st.tuples(st.integers(1, 3), CODE, DAYS, ENDS), max_size=10)


def iso(day):
    return "11.11.2222" if day is None else (FIRST + timedelta(day)).isoformat()


def slow_import(codes, searches, last):
    """Employment codes by the contract's words, day by day."""
    covered: dict[int, set[int]] = {}
    values: dict[tuple[int, int], tuple[int, int, str]] = {}
    # A search is one by its start: the earliest real end wins.
    by_start: dict[tuple[int, int], int] = {}
    for who, start, end in searches:
        if (end is None or end >= start) and start <= last:
            shown = FAR if end is None or end > last else end
            by_start[who, start] = min(shown, by_start.get((who, start), FAR))
    for (who, start), end in by_start.items():
        covered.setdefault(who, set()).update(range(start, end + 1))
    for row, (who, code, start, end) in enumerate(codes):
        if code == "z" or start > last or (end is not None and end < start):
            continue
        shown = FAR if end is None or end > last else end
        best = values.get((who, start))
        if best is None or shown <= best[0]:
            values[who, start] = (shown, row, f"0{code}")
    days: dict[tuple[int, int], str] = {}
    for (who, start), (end, _, code) in sorted(values.items()):
        later = [other for someone, other in values if someone == who and other > start]
        until = min([end, *(day - 1 for day in later)])
        for day in range(start, until + 1):
            if day in covered.get(who, set()):
                days[who, day] = code
    return days


@settings(max_examples=25, deadline=None)
@given(CODES, SPELLS, st.integers(5, 25))
def test_employment_codes_by_day(tmp_path_factory, codes, searches, last):
    tables = {
        "YTYOLL": lines(
            "hid_e;tyok1;tappvh;tppvm", [(w, c, iso(s), iso(e)) for w, c, s, e in codes]
        ),
        "YTHAKU": lines(
            "hid_e;alkpv1;loppv1;hapkd", [(w, iso(s), iso(e), "") for w, s, e in searches]
        ),
    }
    day = FIRST + timedelta(last)
    imported = import_tables(tmp_path_factory.mktemp("import"), tables, extract_date=day)
    found: dict[tuple[int, int], str] = {}
    for who, code, start, end in imported.rows(
        "employment_code", "person_id", "code", "start", "end"
    ):
        first = (date.fromisoformat(start) - FIRST).days
        final = FAR if end is None else (date.fromisoformat(end) - FIRST).days
        for number in range(first, final + 1):
            assert (who, number) not in found
            found[who, number] = code
    assert found == slow_import(codes, searches, last)


# --- a whole made-up register ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def deliveries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("register")
    for name, dirt in (("clean", False), ("dirty", True)):
        synthesise(folder / name, persons=250, seed=11, layout="register", dirt=dirt)
    return folder


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_the_order_of_persons_changes_nothing(deliveries, tmp_path):
    """Rows of a person keep their order, which the contract gives a meaning."""
    import_register(deliveries / "dirty", tmp_path / "as_it_is")
    for path in (deliveries / "dirty").iterdir():
        text = path.read_bytes()
        if path.suffix == ".csv" and b"hid_e" in text.splitlines()[0].lower():
            header, *rows = text.splitlines()
            place = [name.lower() for name in header.replace(b",", b";").split(b";")].index(
                b"hid_e"
            )
            rows.sort(key=lambda row, at=place: row.replace(b",", b";").split(b";")[at][::-1])
            text = b"\n".join([header, *rows]) + b"\n"
        (tmp_path / "shuffled").mkdir(exist_ok=True)
        (tmp_path / "shuffled" / path.name).write_bytes(text)
    import_register(tmp_path / "shuffled", tmp_path / "out")
    assert bytes_of(tmp_path / "as_it_is") == bytes_of(tmp_path / "out")


def test_spells_delivered_twice_count_once(deliveries, tmp_path):
    once = import_register(deliveries / "clean", tmp_path / "once")
    again = tmp_path / "again"
    again.mkdir()
    for path in (deliveries / "clean").iterdir():
        text = path.read_bytes()
        if path.stem in {"YTYOLL", "YTHAKU", "YSIJOIT", "YTKOKE", "YHKUNTA", "YTVPOLL", "YHENK"}:
            text += text.split(b"\n", 1)[1]
        (again / path.name).write_bytes(text)
    twice = import_register(again, tmp_path / "twice")
    assert bytes_of(tmp_path / "once") == bytes_of(tmp_path / "twice")
    assert once.tables == twice.tables
