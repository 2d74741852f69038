"""Spells of unemployment from a register."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from indicators.errors import DataError, UsageError
from indicators.evaluation.spell_data import (
    EXIT_CAUSES,
    spells_begun,
    unemployment_spells,
)
from indicators.register.schema import TABLES, arrow_schema
from indicators.register.store import open_register, write_meta, write_table
from indicators.synthetic.synthesise import synthesise

FIRST, LAST = date(2021, 1, 1), date(2021, 12, 31)


@pytest.fixture
def register(tmp_path):
    """Writes a register from rows by table; persons are made where they are not given."""

    def write(**tables):
        ids = {row["person_id"] for rows in tables.values() for row in rows}
        known = {row["person_id"] for row in tables.get("persons", [])}
        tables["persons"] = tables.get("persons", []) + [person(id_) for id_ in ids - known]
        for table, rows in tables.items():
            schema = arrow_schema(TABLES[table])
            columns = {name: [row.get(name) for row in rows] for name in schema.names}
            write_table(tmp_path, table, pa.table(columns, schema=schema))
        write_meta(tmp_path, date(2022, 6, 30), "made up", "canonical")
        return open_register(tmp_path)

    return write


def person(person_id, **changes):
    return {
        "person_id": person_id,
        "birth_year": 1980,
        "birth_date": None,
        "sex": "1",
        "citizenship": "246",
        "language": "fi",
        "fund_member": True,
    } | changes


def code(person_id, start, end, code="02", end_reason=None):
    days = {"start": date.fromisoformat(start), "end": end and date.fromisoformat(end)}
    return {"person_id": person_id, "code": code, "end_reason": end_reason} | days


def whole(codes):
    """All tables that a register has, the others empty: it keeps every invariant."""
    day = date(2015, 1, 1)
    searches = [{"person_id": id_, "start": day} for id_ in {row["person_id"] for row in codes}]
    return {table: [] for table in TABLES} | {"employment_code": codes, "job_search": searches}


def found(register):
    return spells_begun(register, FIRST, LAST)


def test_spells_at_risk_are_all_that_go_on_in_the_time(register):
    rows = [
        code(1, "2020-01-01", "2020-12-31"),
        code(2, "2020-12-30", "2021-01-01"),
        code(3, "2020-11-01", None),
        code(4, "2021-12-31", "2022-03-01"),
        code(5, "2022-01-01", None),
    ]
    opened = register(**whole(rows))
    spells = unemployment_spells(opened, FIRST, LAST).set_index("person_id")
    assert list(spells.index) == [2, 3, 4]
    assert spells["entry"].to_dict() == {2: 2, 3: 61, 4: 0}
    assert spells["days"].to_dict() == {2: 3, 3: 607, 4: 61}
    assert spells["end"].isna().to_dict() == {2: False, 3: True, 4: False}
    later = spells_begun(opened, FIRST, LAST).set_index("person_id")
    pd.testing.assert_frame_equal(spells.loc[[4]].drop(columns="entry"), later)
    # Days and months may be texts, and the register its folder.
    for first, last in (("2021-01-01", "2021-12-31"), ("2021-01", "2021-12")):
        again = unemployment_spells(opened.folder, first, last).set_index("person_id")
        pd.testing.assert_frame_equal(again, spells)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2021-02-30", "2021-03", "first 2021-02-30 is no day"),
        ("2021-02", "soon", "last soon is no day"),
        ("2021-03", "2021-02", "last 2021-02-28 is before first 2021-03-01"),
    ],
)
def test_a_time_that_is_none_is_wrong_use(register, first, last, told):
    with pytest.raises(UsageError, match=told):
        unemployment_spells(register(employment_code=[code(1, "2021-01-01", None)]), first, last)


def test_a_register_that_breaks_an_invariant_is_refused(register):
    """Two codes of a person at once, one of them outside any job search."""
    rows = [code(1, "2021-01-01", None), code(1, "2021-02-01", None, code="03")]
    tables = whole(rows) | {"job_search": []}
    with pytest.raises(DataError, match=r"employment_code\.parquet") as caught:
        unemployment_spells(register(**tables), FIRST, LAST)
    assert "job searches" in str(caught.value)


def test_nobody_at_risk_is_said(register):
    opened = register(**whole([code(1, "2021-01-01", "2021-02-01")]))
    for first, last in (("2021-03", "2021-04"), ("2022-07", "2022-08"), ("2020-01", "2020-02")):
        with pytest.raises(DataError, match="no spell of unemployment goes on between"):
            unemployment_spells(opened, first, last)


def test_a_spell_is_the_longest_chain(register):
    rows = [
        code(1, "2021-01-01", "2021-01-31"),
        code(1, "2021-02-01", "2021-02-28", "03", "03"),
        code(1, "2021-03-02", "2021-03-31", "03"),
    ]
    spells = found(register(employment_code=rows))
    assert spells["days"].tolist() == [59, 30]
    assert spells["laid_off"].tolist() == [False, True]
    assert spells["cause"].tolist() == ["open_market", "unknown"]


def test_a_spell_seen_on_the_extract_date_goes_on(register):
    rows = [code(1, "2021-12-31", None), code(2, "2021-12-31", "2022-06-30")]
    spells = found(register(employment_code=rows))
    assert spells["end"].isna().all()
    assert spells["days"].tolist() == [182, 182]
    assert spells["cause"].tolist() == ["", ""]


def test_spells_that_began_before_are_left_out_whole(register):
    rows = [
        code(1, "2020-12-01", "2020-12-31"),
        code(1, "2021-01-01", "2021-05-01"),
        code(2, "2021-01-01", "2021-01-05"),
        code(3, "2022-01-01", "2022-01-05"),
    ]
    assert found(register(employment_code=rows))["person_id"].tolist() == [2]


def test_no_spell_in_the_time_is_an_error(register):
    with pytest.raises(DataError, match="no spell of unemployment began"):
        found(register(employment_code=[code(1, "2019-01-01", "2019-02-01")]))


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"reason": "03"}, "open_market"),
        ({"reason": "10", "next": "01"}, "open_market"),
        ({"reason": "10", "next": "00"}, "subsidised"),
        ({"reason": "10", "next": "07"}, "services"),
        ({"reason": "10", "next": "08"}, "studies"),
        ({"reason": "10", "next": "05"}, "outside"),
        ({"reason": "03", "next": "00"}, "subsidised"),
        ({"reason": "03", "next": "01", "group": "coaching"}, "services"),
        ({"reason": "10", "group": "study"}, "studies"),
        ({"reason": "10", "group": "subsidised"}, "subsidised"),
        ({"search": "13"}, "studies"),
        ({"reason": "06", "search": "09"}, "outside"),
        ({"reason": "12", "search": "01"}, "services"),
        ({"reason": "10", "search": "10"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_cause_is_the_first_that_says_something(register, said, cause):
    days = {"person_id": 1, "start": date(2021, 3, 1), "end": date(2021, 3, 5)}
    ends = {"person_id": 1, "start": date(2021, 1, 1), "end": date(2021, 2, 28)}
    tables = {"employment_code": [code(1, "2021-02-01", "2021-02-28", "02", said.get("reason"))]}
    if "next" in said:
        tables["employment_code"].append(code(1, "2021-03-01", "2021-03-09", said["next"]))
    if "group" in said:
        tables["service"] = [days | {"group": said["group"], "kind": "x"}]
    if "search" in said:
        tables["job_search"] = [ends | {"end_reason": said["search"]}]
    assert found(register(**tables))["cause"].tolist() == [cause]


def test_a_service_that_ended_or_begins_later_is_no_cause(register):
    services = [
        {"person_id": 1, "group": "trial", "kind": "x", "start": first, "end": last}
        for first, last in (
            (date(2021, 2, 1), date(2021, 2, 28)),
            (date(2021, 3, 2), None),
        )
    ]
    rows = [code(1, "2021-02-01", "2021-02-28", "02", "03")]
    assert found(register(employment_code=rows, service=services))["cause"].tolist() == [
        "open_market"
    ]


def test_of_several_services_the_first_kind_of_cause_counts(register):
    services = [
        {"person_id": 1, "group": group, "kind": "x", "start": date(2021, 3, 1), "end": None}
        for group in ("study", "training", "subsidised")
    ]
    rows = [code(1, "2021-02-01", "2021-02-28")]
    assert found(register(employment_code=rows, service=services))["cause"].tolist() == [
        "subsidised"
    ]


def test_traits_are_those_of_the_first_day(register):
    people = [
        person(1, birth_date=date(1991, 5, 2), birth_year=1991, sex="2"),
        person(2, birth_year=1960),
        person(3, citizenship="752"),
        person(4, language="other"),
        person(5, fund_member=False),
    ]
    homes = [
        {
            "person_id": 1,
            "municipality": "398",
            "start": date(2000, 1, 1),
            "end": date(2021, 4, 30),
        },
        {"person_id": 1, "municipality": "098", "start": date(2021, 5, 1), "end": None},
        {"person_id": 2, "municipality": "398", "start": date(2000, 1, 1), "end": date(2020, 1, 1)},
    ]
    rows = [code(number, "2021-05-01", "2021-05-20") for number in range(1, 6)]
    spells = found(register(employment_code=rows, persons=people, residence=homes))
    assert spells["age"].tolist() == [29, 61, 41, 41, 41]
    assert spells["municipality"].tolist() == ["098", "", "", "", ""]
    assert spells["woman"].tolist() == [True, False, False, False, False]
    assert spells["foreign"].tolist() == [False, False, True, False, False]
    assert spells["target_group"].tolist() == [True, False, True, True, True]


def test_a_made_up_register_has_every_cause(tmp_path):
    synthesise(tmp_path / "made", persons=800, seed=3, layout="canonical")
    spells = spells_begun(open_register(tmp_path / "made"), date(2018, 1, 1), date(2022, 12, 31))
    assert set(spells["cause"]) == {*EXIT_CAUSES, ""}
    assert (spells["days"] >= 1).all()
    assert spells["municipality"].ne("").mean() > 0.95
    assert pd.api.types.is_bool_dtype(spells["target_group"])
    overlap = spells.sort_values(["person_id", "start"])
    before = overlap.groupby("person_id")["end"].shift()
    assert not (overlap["start"] <= before).any()
