"""Services of five tables, statements, plans and offers."""

from fixtures.register_extract import import_tables, lines

SERVICE = ("group", "kind", "start", "end", "end_reason")
YTVPOLL = "hid_e;lausno;lausno7;rekpv;alkpv7;loppv7"
ALL_THE_TIME = "2020-01-01"


def services(tmp_path, tables, **options):
    imported = import_tables(tmp_path, tables, **options)
    mends = {rule: n for (table, rule), n in imported.mends.items() if table == "service"}
    return imported.rows("service", *SERVICE), mends


def test_placements_are_subsidised_work(tmp_path):
    text = lines(
        "hid_e;alkpv2;loppv2;sijkds;sipkd",
        [
            (1, "2021-01-01", "2021-06-30", "5t", 2),
            (1, "2021-02-01", "", 62, ""),
            (1, "2021-03-01", "", "9X", ""),
            (1, "2021-04-01", "", 70, ""),
            (1, "2021-05-01", "", 74, ""),
            (1, "2021-06-01", "", "", ""),
        ],
    )
    rows, mends = services(tmp_path, {"YSIJOIT": text})
    assert rows == [
        ("subsidised", "5T", "2021-01-01", "2021-06-30", "02"),
        ("subsidised", "62", "2021-02-01", None, None),
        ("subsidised", "9X", "2021-03-01", None, None),
        ("trial", "70", "2021-04-01", None, None),
    ]
    assert mends == {"unknown_kind": (1, 1), "no_service": (1, 1), "no_code": (1, 1)}


def test_courses_tell_coaching_from_training(tmp_path):
    taken = lines(
        "hid_e;ktunoh;alpvm;papvm;pasyy;alkood",
        [
            (1, 100, "2021-01-01", "2021-01-31", 0, 1),
            (1, 101, "2021-02-01", "2021-02-28", 9, ""),
            (1, 102, "2021-03-01", "2021-03-31", "", 1),
            (1, 103, "2021-04-01", "2021-04-30", "", 1),
            (1, 100, "2021-05-01", "2021-05-31", "", 0),
            (1, 999, "2021-06-01", "2021-06-30", "", 1),
            (1, "", "2021-07-01", "2021-07-31", "", 1),
        ],
    )
    courses = "ktuno;kurslaji;perutk\n100;14;\n101;15;\n102;16;\n103;15;P\n"
    rows, mends = services(tmp_path, {"YTYOKOU": taken, "KTYOKOU": courses})
    assert rows == [
        ("coaching", "14", "2021-01-01", "2021-01-31", "00"),
        ("training", "15", "2021-02-01", "2021-02-28", "09"),
        ("training", "16", "2021-03-01", "2021-03-31", None),
        ("training", "15", "2021-06-01", "2021-06-30", None),
        ("training", "15", "2021-07-01", "2021-07-31", None),
    ]
    assert mends == {"not_begun": (1, 1), "cancelled": (1, 1), "course_not_found": (2, 1)}


def test_the_courses_table_may_call_its_number_as_the_other_does(tmp_path):
    taken = "hid_e;ktunoh;alpvm;papvm\n1;A7;2021-01-01;"
    rows, _ = services(tmp_path, {"YTYOKOU": taken, "KTYOKOU": "ktunoh;kurslaji\nA7;14"})
    assert rows == [("coaching", "14", "2021-01-01", None, None)]


def test_trials_and_substitutes(tmp_path):
    tables = {
        "YTKOKE": "hid_e;kokeilu;alkpv4;loppv4\n1;20;2021-01-01;2021-02-01\n1;99;2021-03-01;",
        "YTVALIT": "hid_e;ilmno;alkpv8;loppv8\n1;7;2021-04-01;\n1;8;2021-05-01;\n1;9;2021-06-01;",
        "YPAIKKA": "ilmno;tptyyp\n7;4\n8;1",
        "Tyotarjoukset": "hid_e;ilmoitusnumero;osoitettupvm;tuloskoodi;tyosuhttyyppi"
        "\n1;9;2021-06-01;;04\n1;;2021-06-01;;04",
    }
    rows, mends = services(tmp_path, tables)
    assert rows == [
        ("trial", "20", "2021-01-01", "2021-02-01", None),
        ("trial", "99", "2021-03-01", None, None),
        ("alternation", "04", "2021-04-01", None, None),
        ("alternation", "04", "2021-06-01", None, None),
    ]
    assert mends == {"unknown_kind": (1, 1)}


def test_statements_of_both_generations_are_one_kind_of_service(tmp_path):
    text = lines(
        YTVPOLL,
        [
            (1, "be", "", "2022-12-20", "2023-01-01", "2023-03-31"),
            (1, "", "KT01", "2023-03-20", "2023-04-01", "2023-05-31"),
            (1, "D6", "", "2022-01-01", "2022-01-01", "2022-02-01"),
            (1, "BA", "", "2022-03-01", "2022-03-01", "2022-03-05"),
            (1, "BB", "", "2022-04-01", "2022-04-01", "2022-04-05"),
            (1, "BD", "", "2022-05-01", "2022-05-01", "2022-05-05"),
            # Tables of their own record these, and the leave is no service.
            (1, "E1", "", "2022-06-01", "2022-06-01", "2022-06-05"),
            (1, "BC", "", "2022-07-01", "2022-07-01", "2022-07-05"),
            (1, "L1", "", "2022-08-01", "2022-08-01", "2022-08-05"),
        ],
    )
    rows, mends = services(tmp_path, {"YTVPOLL": text})
    assert [(group, kind, start) for group, kind, start, _, _ in rows] == [
        ("study", "OM01", "2022-01-01"),
        ("coaching", "TV01", "2022-03-01"),
        ("coaching", "UV01", "2022-04-01"),
        ("trial", "36", "2022-05-01"),
        ("rehabilitative", "KT01", "2023-01-01"),
        ("rehabilitative", "KT01", "2023-04-01"),
    ]
    assert mends == {}


def closing(tmp_path, *rows, **options):
    return services(tmp_path, {"YTVPOLL": lines(YTVPOLL, rows)}, **options)


def test_a_statement_that_a_service_is_over_closes_an_open_one(tmp_path):
    rows, mends = closing(
        tmp_path,
        (1, "BE", "", "2022-01-01", "2022-01-01", ""),
        (1, "D1", "", "2022-01-01", "2022-01-01", ""),
        (1, "BA", "", "2022-01-01", "2022-01-01", "2022-12-31"),
        (1, "B9", "", "2022-01-01", "2022-01-01", ""),
        (1, "D9", "", "2022-02-01", "", ""),
        (1, "BJ", "", "2022-03-01", "2022-03-01", ""),
        (2, "BJ", "", "2022-01-15", "2022-01-15", ""),
    )
    assert {kind: end for _, kind, _, end, _ in rows} == {
        "KT01": "2022-02-28",
        "OM01": "2022-01-31",
        "TV01": "2022-12-31",
    }
    assert mends["closed_by_statement"] == (2, 1)


def test_closing_is_the_day_before_however_ends_are_meant(tmp_path):
    rows, _ = closing(
        tmp_path,
        (1, "KT01", "", "2022-01-01", "2022-01-01", ""),
        (1, "TP00", "", "2022-02-01", "2022-02-01", ""),
        end_dates="exclusive",
    )
    assert rows[0][3] == "2022-01-31"


def test_a_service_delivered_again_is_one(tmp_path):
    text = lines(
        "hid_e;kokeilu;alkpv4;loppv4",
        [
            (1, 20, "2021-01-01", "2222-11-11"),
            (1, 20, "2021-01-01", "2021-03-01"),
            (1, 21, "2021-01-01", ""),
            (1, 20, "2019-01-01", "2019-02-01"),
        ],
    )
    rows, mends = services(tmp_path, {"YTKOKE": text})
    assert rows == [
        ("trial", "20", "2019-01-01", "2019-02-01", None),
        ("trial", "20", "2021-01-01", "2021-03-01", None),
        ("trial", "21", "2021-01-01", None, None),
    ]
    assert mends == {"same_start": (1, 1), "outside_search": (1, 1)}


def test_statements_keep_their_codes(tmp_path):
    text = lines(
        YTVPOLL,
        [
            (1, "Y2", "", "2022-01-01", "", ""),
            (1, "Y2", "", "2022-01-01", "", ""),
            (1, "y2", "", "2022-01-02", "", ""),
            (1, "M6", "T011", "2022-02-01", "2022-02-02", "2022-03-01"),
            (1, "A1", "", "", "2022-05-01", ""),
            (1, "", "", "2022-05-01", "", ""),
            (1, "A1", "", "", "", ""),
            (1, "A1", "", "2023-07-01", "2023-06-01", ""),
            (1, "A1", "", "2023-06-01", "2023-07-01", ""),
        ],
    )
    imported = import_tables(tmp_path, {"YTVPOLL": text})
    assert sorted(imported.rows("statement", "code", "given", "start", "end"), key=str) == [
        ("A1", None, "2022-05-01", None),
        ("T011", "2022-02-01", "2022-02-02", "2022-03-01"),
        ("Y2", "2022-01-01", None, None),
        ("Y2", "2022-01-02", None, None),
    ]
    assert imported.mends == {
        ("statement", "no_code"): (1, 1),
        ("statement", "no_date"): (1, 1),
        ("statement", "after_extract"): (2, 1),
        ("statement", "same_start"): (1, 1),
        ("statement", "code_too_early"): (1, 1),
    }


def test_plans_of_both_tables_are_joined(tmp_path):
    tables = {
        "YTHAKSU": lines(
            "hid_e;kotsk;thspv",
            [
                (1, 0, "2021-01-01"),
                (1, "01", "2021-02-01"),
                (1, "02", "2021-03-01"),
                (1, "07", "2021-04-01"),
                (1, "", "2021-05-01"),
                (1, "33", "2021-06-01"),
                (1, "00", ""),
                (1, "00", "2023-07-01"),
            ],
        ),
        "Suunnitelmat": lines(
            "hid_e;toimsuunlaji;allekpvm;toimviimpvm;toimikoodi",
            [
                (1, "01", "2021-01-01", "2021-04-01", "049"),
                (1, "01", "2021-01-01", "2021-05-01", "063"),
                (1, "01", "2021-01-01", "", "066"),
                (1, "03", "2021-07-01", "2024-12-31", "049"),
                (1, "04", "2021-08-01", "", "049"),
                (1, "07", "2021-09-01", "", "049"),
            ],
        ),
    }
    imported = import_tables(tmp_path, tables)
    assert imported.rows("plan", "kind", "signed", "review") == [
        ("employment", "2021-01-01", "2021-05-01"),
        ("integration", "2021-02-01", None),
        ("activation", "2021-03-01", None),
        ("multisector", "2021-04-01", None),
        ("employment", "2021-05-01", None),
        ("activation", "2021-07-01", "2024-12-31"),
        ("integration", "2021-08-01", None),
        ("multisector", "2021-09-01", None),
    ]
    assert imported.mends == {
        ("plan", "unknown_code"): (1, 1),
        ("plan", "kind_missing"): (1, 1),
        ("plan", "no_date"): (1, 1),
        ("plan", "after_extract"): (1, 1),
        ("plan", "same_plan"): (3, 1),
    }


def test_offers_and_introductions(tmp_path):
    header = "hid_e;ilmoitusnumero;osoitettupvm;tuloskoodi"
    tables = {
        "Tyotarjoukset": lines(
            header, [(1, "v1", "2021-01-01", 1), (1, "", "2021-01-03", 77), (1, 5, "", 1)]
        ),
        "Palkkatukipaikat": "hid_e;sijmahdnumero;osoitettupvm;tuloskoodi\n1;S1;2.1.2021;52",
        "esittelyt": "hid_e;ilmoitusnumero;esittelypvm;tuloskoodi"
        "\n1;7;2023-07-01;\n1;8;2021-01-01;",
    }
    imported = import_tables(tmp_path, tables)
    assert imported.rows("job_offer", "vacancy_id", "date", "result") == [
        ("v1", "2021-01-01", "01"),
        ("S1", "2021-01-02", "52"),
        (None, "2021-01-03", None),
    ]
    assert imported.rows("introduction", "vacancy_id", "date", "result") == [
        ("8", "2021-01-01", None)
    ]
    assert imported.mends == {
        ("job_offer", "no_date"): (1, 1),
        ("job_offer", "unknown_result"): (1, 1),
        ("introduction", "after_extract"): (1, 1),
    }
