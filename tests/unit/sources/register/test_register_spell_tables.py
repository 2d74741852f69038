"""Persons, stays, job searches and employment codes: what is dropped, cut and mended."""

from datetime import date

import pytest

from fixtures.register_extract import import_tables, lines

YTYOLL = "hid_e;tyok1;tappvh;tppvm;tymsyy"
YTHAKU = "hid_e;alkpv1;loppv1;hapkd"
YHENK = "hid_e;syntyv;sukup;kansah;kasno;kiekd;vppvmh"


def codes(tmp_path, *rows, searches=((1, "2020-01-01", "", ""),), **options):
    tables = {"YTYOLL": lines(YTYOLL, rows), "YTHAKU": lines(YTHAKU, searches)}
    imported = import_tables(tmp_path, tables, **options)
    mends = {rule: n for (table, rule), n in imported.mends.items() if table == "employment_code"}
    return imported.rows("employment_code", "code", "start", "end"), mends


def test_an_unknown_code_is_dropped_before_it_could_cut_another(tmp_path):
    rows, mends = codes(
        tmp_path, (1, 2, "2021-01-01", "2021-03-31", ""), (1, "z", "2021-02-01", "2021-02-05", "")
    )
    assert rows == [("02", "2021-01-01", "2021-03-31")]
    assert mends == {"unknown_code": (1, 1)}


def test_the_later_start_cuts_the_earlier_spell_short(tmp_path):
    rows, mends = codes(
        tmp_path, (1, 8, "2021-02-01", "2021-02-05", ""), (1, 2, "2021-01-01", "2021-03-31", "")
    )
    assert rows == [("02", "2021-01-01", "2021-01-31"), ("08", "2021-02-01", "2021-02-05")]
    assert mends == {"overlap": (1, 1)}


def test_of_the_same_start_the_earliest_real_end_wins(tmp_path):
    rows, mends = codes(
        tmp_path,
        (1, 2, "2021-01-01", "11.11.2222", ""),
        (1, 2, "2021-01-01", "2021-03-31", ""),
        (1, 3, "2021-01-01", "2021-02-28", ""),
    )
    assert rows == [("03", "2021-01-01", "2021-02-28")]
    assert mends == {"same_start": (2, 1)}


def test_of_equal_ends_the_later_row_wins(tmp_path):
    rows, _ = codes(tmp_path, (1, 2, "2021-01-01", "", ""), (1, 3, "2021-01-01", "", ""))
    assert rows == [("03", "2021-01-01", None)]


def test_days_outside_job_searches_are_cut_off(tmp_path):
    rows, mends = codes(
        tmp_path,
        (1, 2, "2019-12-01", "2019-12-31", ""),
        (1, 3, "2020-01-01", "", ""),
        (2, 2, "2020-01-01", "", ""),
        searches=[
            (1, "2020-01-10", "2020-02-10", "03"),
            (1, "2020-02-05", "2020-02-28", "03"),
            (1, "2020-02-29", "2020-03-05", "03"),
            (1, "2020-05-01", "", ""),
        ],
    )
    assert rows == [("03", "2020-01-10", "2020-03-05"), ("03", "2020-05-01", None)]
    assert mends == {
        "code_outside_search": (2, 2),
        "cut_to_search": (1, 1),
        # The second person is not in YHENK, but none of their codes is left.
    }


def test_reversed_undated_and_future_spells_go(tmp_path):
    rows, mends = codes(
        tmp_path,
        (1, 2, "2021-01-02", "2021-01-01", ""),
        (1, 2, "", "2021-01-01", ""),
        (1, "", "2021-01-01", "", ""),
        (1, 2, "2023-07-01", "", ""),
        (1, 2, "2023-06-30", "2023-07-01", ""),
        *[(1, 2, "2021-05-01", "2021-05-02", "")] * 9,
        (1, 2, "31.2.2021", "", ""),
    )
    assert rows == [("02", "2021-05-01", "2021-05-02"), ("02", "2023-06-30", None)]
    assert mends == {
        "unreadable_date": (1, 1),
        "no_code": (1, 1),
        "no_date": (1, 1),
        "reversed": (1, 1),
        "after_extract": (1, 1),
        "end_after_extract": (1, 1),
        "same_start": (8, 1),
    }


def test_exclusive_ends_are_the_first_day_out(tmp_path):
    rows, mends = codes(
        tmp_path,
        (1, 2, "2021-01-01", "2021-01-10", ""),
        (1, 3, "2021-01-10", "2021-01-10", ""),
        (1, 3, "2023-06-01", "2023-07-01", ""),
        end_dates="exclusive",
    )
    assert rows == [("02", "2021-01-01", "2021-01-09"), ("03", "2023-06-01", "2023-06-30")]
    assert mends == {"reversed": (1, 1)}


def test_codes_before_they_existed_are_reported_and_stay(tmp_path):
    rows, mends = codes(
        tmp_path,
        (1, 9, "2022-05-01", "2022-05-01", 14),
        (1, 9, "2022-05-02", "2022-05-02", 16),
        (1, 2, "2022-05-03", "2022-05-04", 99),
    )
    assert [row[0] for row in rows] == ["09", "09", "02"]
    assert mends == {
        "unknown_reason": (1, 1),
        "code_too_early": (1, 1),
        "reason_too_early": (1, 1),
    }


def test_job_searches_may_overlap_but_come_once(tmp_path):
    searches = [
        (1, "2020-01-01", "", ""),
        (1, "2020-01-01", "2020-06-30", "3"),
        (1, "2020-02-01", "2020-03-01", "14"),
    ]
    imported = import_tables(tmp_path, {"YTHAKU": lines(YTHAKU, searches)})
    assert imported.rows("job_search", "start", "end", "end_reason") == [
        ("2020-01-01", "2020-06-30", "03"),
        ("2020-02-01", "2020-03-01", "14"),
    ]
    assert imported.mends == {
        ("job_search", "same_start"): (1, 1),
        ("job_search", "reason_too_early"): (1, 1),
    }


def test_codes_of_residence_and_office_have_their_width(tmp_path):
    tables = {
        "YHKUNTA": "hid_e;kunnoh;muupv6;paapv6\n1;98;2019-01-01;2020-01-31\n1;398;2020-03-01;"
        "\n1;;2021-01-01;\n1;ABC;2021-01-01;",
        "YHTSTO": "hid_e;toinoh;muupv7;paapv7\n1;230;2020-01-01;\n1;1530;2021-03-01;11.11.2222",
    }
    imported = import_tables(tmp_path, tables)
    assert imported.rows("residence", "municipality", "start", "end") == [
        ("098", "2019-01-01", "2020-01-31"),
        ("398", "2020-03-01", None),
    ]
    assert imported.rows("office", "office", "end") == [("0230", "2021-02-28"), ("1530", None)]
    assert imported.mends == {
        ("residence", "no_code"): (1, 1),
        ("residence", "unknown_code"): (1, 1),
        ("residence", "gap"): (1, 1),
        ("office", "overlap"): (1, 1),
    }


def test_lines_of_palvelulinja_go_before_those_of_yassegmentti(tmp_path):
    tables = {
        "YASSEGMENTTI": "hid_e;assegkdi;alkupv;paatpv\n1;01;2018-01-01;\n2;3;2018-01-01;"
        "\n2;02;2019-01-01;\n2;;2019-06-01;\n2;05;2020-01-01;2020-02-01\n2;77;2020-01-15;",
        "Palvelulinja": "hid_e;segmenttikoodi;segmenttipvm;lpvm;apvm\n1;02;2019-01-01;2020-12-31;x"
        "\n1;03;2020-01-01;2020-12-31;x\n1;04;2021-01-01;;x",
    }
    imported = import_tables(tmp_path, tables)
    assert imported.rows("service_line", "person_id", "line", "start", "end") == [
        (1, "02", "2019-01-01", "2019-12-31"),
        (1, "03", "2020-01-01", "2020-12-31"),
        (2, "03", "2018-01-01", "2018-12-31"),
        (2, "02", "2019-01-01", "2019-05-31"),
        (2, "05", "2020-01-01", "2020-02-01"),
    ]
    assert imported.mends == {
        ("service_line", "other_source"): (1, 1),
        ("service_line", "unknown_code"): (1, 1),
        ("service_line", "overlap"): (3, 1),
        ("service_line", "no_line"): (2, 2),
    }


def persons(tmp_path, *rows):
    imported = import_tables(tmp_path, {"YHENK": lines(YHENK, rows)})
    names = ("person_id", "birth_year", "sex", "citizenship", "language", "fund_member")
    return imported.rows("persons", *names), imported.mends


def test_what_is_missing_of_a_person_has_a_meaning(tmp_path):
    rows, mends = persons(
        tmp_path,
        (1, 1980, 1, "", "", "", ""),
        (2, 1990, 2, 643, 12, 2, ""),
        (3, 1991, "02", "4", "00", "01", ""),
    )
    assert rows == [
        (1, 1980, "1", "246", "fi", False),
        (2, 1990, "2", "643", "other", True),
        (3, 1991, "2", "004", "sv", False),
    ]
    assert mends == {}


def test_the_latest_row_of_a_person_counts(tmp_path):
    rows, mends = persons(
        tmp_path,
        (1, 1980, 1, 643, "", 2, "2021-01-01"),
        (1, "", "", "", 5, "", "2022-01-01"),
        (1, 1970, 2, 752, "", 1, ""),
    )
    assert rows == [(1, 1980, "1", "246", "fi", True)]
    assert mends == {("persons", "older_row"): (2, 1)}


def test_codes_of_persons_that_are_none_are_missing(tmp_path):
    rows, mends = persons(tmp_path, (1, 1980, 3, "FIN", "", 9, ""), (2, 1850, 1, "", "", "", ""))
    assert rows == [(1, 1980, None, "246", "fi", False)]
    assert mends == {
        ("persons", "unknown_citizenship"): (1, 1),
        ("persons", "unknown_language"): (1, 1),
        ("persons", "unknown_sex"): (1, 1),
        ("persons", "no_birth_year"): (1, 1),
    }


@pytest.mark.parametrize("day", [date(2021, 1, 15), date(2021, 3, 1)])
def test_the_extract_date_is_the_last_day_seen(tmp_path, day):
    rows, _ = codes(tmp_path, (1, 2, "2021-01-01", "2021-02-10", ""), extract_date=day)
    assert rows == [("02", "2021-01-01", None if day.month == 1 else "2021-02-10")]
