"""Personal identity codes in a delivery. The codes are made up (900–999)."""

from pathlib import Path

import pytest

from fixtures.register_extract import import_tables
from indicators.errors import DataError, UsageError
from indicators.register.hetu import pseudonym
from indicators.sources.register.checks import KEY_VARIABLE, read_key

WOMAN, MAN = "010190-950A", "310805A951B"
KEY = b"a key of the tests"
DELIVERY = {
    "YHENK": f"hetu;syntyv;sukup;kansah;kasno;kiekd\n{WOMAN};1980;;;;\n{MAN};;1;;;",
    "YTHAKU": f"hetu;alkpv1;loppv1;hapkd\n{WOMAN};2020-01-01;;\n{MAN.lower()};2020-01-01;;",
    "YTYOLL": f"hetu;tyok1;tappvh;tppvm\n{WOMAN};2;2021-01-01;\n{MAN};3;2021-01-01;",
}


def test_codes_become_keyed_pseudonyms_and_tell_birth_and_sex(tmp_path):
    imported = import_tables(tmp_path, DELIVERY, key=KEY)
    rows = imported.rows("persons", "person_id", "birth_date", "birth_year", "sex")
    assert sorted(rows) == sorted(
        [
            (pseudonym(WOMAN, KEY), "1990-01-01", 1990, "2"),
            (pseudonym(MAN, KEY), "2005-08-31", 2005, "1"),
        ]
    )
    assert imported.mends["persons", "birth_year_differs"] == (1, 1)
    assert {row[0] for row in imported.rows("employment_code", "person_id")} == {
        row[0] for row in rows
    }
    assert imported.report.pseudonymised


def test_the_register_need_not_tell_birth_and_sex_then(tmp_path):
    short = {"YHENK": f"henkilotunnus;kansah;kasno;kiekd\n{WOMAN};;;"}
    imported = import_tables(tmp_path, {**DELIVERY, **short}, key=KEY)
    assert imported.rows("persons", "birth_year", "sex") == [(1990, "2")]
    assert imported.mends["employment_code", "no_person"] == (1, 1)


def test_no_code_is_written_anywhere(tmp_path):
    import_tables(tmp_path, DELIVERY, key=KEY)
    for path in (tmp_path / "register").iterdir():
        content = path.read_bytes().lower()
        assert not [code for code in (WOMAN, MAN) if code.lower().encode() in content]


def test_without_a_key_nothing_is_imported(tmp_path):
    with pytest.raises(DataError) as caught:
        import_tables(tmp_path, DELIVERY, key=b"")
    text = str(caught.value)
    assert "YHENK.csv, column hetu: its ids, as those of 2 tables more, are not all whole" in text
    assert "INDICATORS_PSEUDONYM_KEY" in text
    assert not (tmp_path / "register").exists()


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("YTYOLL", "tyok1", f"hid_e;tyok1;tappvh;tppvm\n1;{WOMAN};2021-01-01;"),
        ("YTYOLL", "tappvh", f"hid_e;tyok1;tappvh;tppvm\n1;2;{WOMAN};"),
        (
            "Tyotarjoukset",
            "ilmoitusnumero",
            f"hid_e;ilmoitusnumero;osoitettupvm;tuloskoodi\n1;nro {WOMAN.lower()};1.1.2021;",
        ),
        (
            "survey",
            "vastaaja",
            "vastaaja;kunta;kuukausi;mittari;kysymys;vastaus;mittauskerta\n"
            f"{WOMAN};398;2022-01;hyvinvointi;a;1;1",
        ),
    ],
)
def test_a_code_in_another_needed_column_ends_the_import(tmp_path, table, column, text):
    with pytest.raises(DataError) as caught:
        import_tables(tmp_path, {table: text}, key=KEY)
    assert f"{table}.csv, column {column}: holds personal identity codes" in str(caught.value)
    assert "010190" not in str(caught.value)


def test_a_code_in_a_column_that_is_not_needed_is_left_unread(tmp_path):
    text = f"hid_e;tyok1;tappvh;tppvm;huom\n1;2;2021-01-01;;{WOMAN}"
    assert import_tables(tmp_path, {"YTYOLL": text}).rows("employment_code", "code") == [("02",)]


def test_a_header_that_is_a_row_is_not_repeated(tmp_path):
    text = f"hid_e;tyok1;tappvh;tppvm;{WOMAN}\n1;2;2021-01-01;;x"
    report = import_tables(tmp_path, {"YTYOLL": text}).report
    assert report.files[2].left_out == ("(unnamed)",)


@pytest.mark.parametrize("options", [{"ids": "pseudonymous"}, {"key": b"secret"}])
def test_numbers_stay_and_other_ids_get_numbers(tmp_path, options):
    delivery = {
        "YHENK": "hid_e;syntyv;sukup;kansah;kasno;kiekd\n 12 ;1980;1;;;\nab;1981;2;;;\n;1982;1;;;",
        "YTYOLL": "hid_e;tyok1;tappvh;tppvm\nab;2;2021-01-01;\n12;3;2021-01-01;",
        "YTHAKU": "hid_e;alkpv1;loppv1;hapkd\n12;2020-01-01;;\nab;2020-01-01;;",
    }
    imported = import_tables(tmp_path, delivery, **options)
    (one, _), (other, _) = imported.rows("persons", "person_id", "birth_year")
    assert one == 12
    assert other > 12
    assert imported.rows("employment_code", "person_id") == [(one,), (other,)]
    assert imported.mends["persons", "no_id"] == (1, 0)


def test_the_key_is_in_the_environment_or_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"from the file\n")
    assert read_key({}) is None
    assert read_key({KEY_VARIABLE: " secret "}) == b"secret"
    assert read_key({KEY_VARIABLE: "secret"}, file) == b"from the file"


def test_a_key_file_that_cannot_be_used_is_wrong_use(tmp_path):
    file = tmp_path / "project" / "key"
    with pytest.raises(UsageError, match="no key can be read"):
        read_key({}, file)
    file.parent.mkdir()
    file.write_text(" \n")
    with pytest.raises(UsageError, match="holds no key"):
        read_key({}, file)
    with pytest.raises(UsageError, match="lies outside the project"):
        read_key({}, file, project=Path(tmp_path / "project"))
