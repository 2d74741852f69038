"""The import as a whole: places, the extract date, parts, the report."""

import json
import sys
from argparse import Namespace
from datetime import date

import pytest

from fixtures.register_extract import EXTRACT_DATE, import_tables, lines, write_extract
from indicators.cli import table_commands as check_command
from indicators.cli import table_commands as import_command
from indicators.errors import DataError, UsageError
from indicators.register.check import check_register
from indicators.sources.register import checks
from indicators.sources.register.importing import import_register
from indicators.sources.register.report import _report_texts, rule_effect, rule_text

YTYOLL = "hid_e;tyok1;tappvh;tppvm"
CODES = {"YTYOLL": f"{YTYOLL}\n1;2;2021-01-01;2021-03-15\n1;z;2021-04-01;\n1;7;2021-05-01;"}


def test_the_folder_holds_a_register_and_its_report(tmp_path):
    imported = import_tables(tmp_path, CODES)
    folder = tmp_path / "register"
    assert {path.name for path in folder.iterdir()} == {
        *("meta.json", "import_report.json", "import_report.txt", "attrition.csv"),
        *("persons.parquet", "job_search.parquet", "employment_code.parquet"),
    }
    assert check_register(folder) == {"persons": 1, "job_search": 1, "employment_code": 2}
    assert json.loads((folder / "meta.json").read_text()) == {
        "schema_version": 1,
        "extract_date": "2023-06-30",
        "source": "delivery",
        "layout": "register",
    }
    assert (folder / "import_report.txt").read_text() == imported.report.text("en")


def test_the_report_counts_by_table_and_rule(tmp_path):
    import_tables(tmp_path, CODES)
    content = json.loads((tmp_path / "register" / "import_report.json").read_text())
    assert content["mends"] == [
        {
            "table": "employment_code",
            "rule": "unknown_code",
            "effect": "dropped",
            "records": 1,
            "persons": 1,
        }
    ]
    assert content["extract_date"] == "2023-06-30"
    attrition = (tmp_path / "register" / "attrition.csv").read_text().splitlines()
    assert attrition[0] == "table,rule,effect,records,persons,records_left,persons_left"
    assert attrition[-2:] == [
        "employment_code,delivered,delivered,3,1,3,1",
        "employment_code,unknown_code,dropped,1,1,2,1",
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "poistettu: koodi ei ole luokituksessa"),
        ("sv", "bortlämnade: koden finns inte i klassifikationen"),
        ("en", "dropped: code outside the list"),
    ],
)
def test_the_report_is_told_in_three_languages(tmp_path, language, told):
    text = import_tables(tmp_path, CODES).report.text(language)
    assert told in text
    assert "YHKUNTA" in text


def test_every_rule_has_its_words():
    for name, words in _report_texts()["rule"].items():
        assert set(words) == {"effect", "fi", "sv", "en"}
        assert rule_effect(name) in {"delivered", "dropped", "mended", "reported"}
        assert rule_text(name, "fi") != rule_text(name, "sv") != rule_text(name, "en")


def test_without_a_date_the_latest_recorded_day_is_taken(tmp_path):
    imported = import_tables(tmp_path, CODES, extract_date=None)
    assert imported.register.extract_date == date(2021, 5, 1)
    assert imported.report.extract_date_from == "records"
    ends = import_tables(
        tmp_path / "b",
        {"YTYOLL": f"{YTYOLL}\n1;2;2021-01-01;2021-06-01"},
        extract_date=None,
        end_dates="exclusive",
    )
    assert ends.register.extract_date == date(2021, 5, 31)


def test_the_delivery_may_tell_its_date_and_source(tmp_path):
    meta = '{"extract_date": "2022-12-31", "source": "KEHA"}'
    imported = import_tables(tmp_path, {**CODES, "meta.json": meta}, extract_date=None)
    assert imported.report.extract_date == date(2022, 12, 31)
    assert imported.report.extract_date_from == "meta.json"
    assert imported.register.source == "KEHA"
    assert imported.report.unread == ()
    assert "from the delivery's meta.json" in imported.report.text()


def test_a_delivery_that_tells_nonsense_of_itself_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"meta\.json: cannot be read; write extract_date as"):
        import_tables(tmp_path, {"meta.json": '{"extract_date": "soon"}'})


def test_no_extract_knows_the_future(tmp_path):
    with pytest.raises(DataError, match="days of YTHAKU, YTYOLL, YHENK lie after today"):
        import_tables(tmp_path, {"YTYOLL": f"{YTYOLL}\n1;2;2999-01-01;"}, extract_date=None)
    with pytest.raises(DataError, match="no day tells when the extract was taken"):
        checks.latest_day(tmp_path, [], exclusive=False, today=EXTRACT_DATE)


@pytest.mark.parametrize("place", ["delivery", "delivery/within", "."])
def test_a_register_lies_apart_from_its_delivery(tmp_path, place):
    source = write_extract(tmp_path / "delivery", {})
    with pytest.raises(UsageError, match="lies in the delivery or around it"):
        import_register(source, tmp_path / place)


def test_only_a_register_is_replaced(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="holds something else than a register"):
        import_register(source, other)
    with pytest.raises(UsageError, match="is a file; give a folder"):
        import_register(source, other / "thesis.txt")
    target = tmp_path / "out"
    target.mkdir()
    for _ in range(2):
        import_register(source, target, extract_date=EXTRACT_DATE)
    assert (target / "persons.parquet").exists()


def test_a_failed_import_leaves_the_earlier_register(tmp_path):
    import_tables(tmp_path, CODES)
    before = (tmp_path / "register" / "employment_code.parquet").read_bytes()
    with pytest.raises(DataError):
        import_tables(tmp_path, {"YTYOLL": f"{YTYOLL}\n1;2;x;"})
    assert (tmp_path / "register" / "employment_code.parquet").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"delivery", "register"}


def test_ends_are_inclusive_or_exclusive(tmp_path):
    with pytest.raises(UsageError, match="write inclusive or exclusive"):
        import_tables(tmp_path, {}, end_dates="open")


def test_progress_tells_rows(tmp_path):
    messages = []
    import_tables(tmp_path, CODES, progress=lambda *step: messages.append(step))
    first_read = messages.index(("read", 1, 5))
    assert {doing for doing, _, _ in messages[:first_read]} == {"look"}
    assert ("read", 5, 5) in messages
    assert messages[-1] == ("clean", 5, 5)


def test_progress_tells_rows_while_files_are_looked_through(tmp_path):
    messages = []
    import_tables(tmp_path, CODES, progress=lambda *step: messages.append(step))
    rows = [done for doing, done, _ in messages if doing == "look"]
    # How many rows there will be is not known.
    assert rows == sorted(rows)
    assert rows[-1] == 5
    assert {total for doing, _, total in messages if doing == "look"} == {0}


def test_progress_tells_rows_while_parts_are_laid_out(tmp_path):
    messages = []
    tables = big(400)
    import_tables(tmp_path, tables, part_bytes=9_000, progress=lambda *step: messages.append(step))
    assert [step for step in messages if step[0] == "split"][-1] == ("split", 400, 400)


def big(persons):
    rows = [
        (person, 2 + person % 2, f"{year}-01-01", f"{year}-11-30")
        for person in range(1, persons + 1)
        for year in range(2020, 2023)
    ]
    searches = [(person, "2020-01-01", "2222-11-11", "") for person in range(1, persons + 1)]
    people = [(person, 1980, 1, "", "", "") for person in range(1, persons + 1)]
    return {
        "YHENK": lines("hid_e;syntyv;sukup;kansah;kasno;kiekd", people[::-1]),
        "YTHAKU": lines("hid_e;alkpv1;loppv1;hapkd", searches),
        "YTYOLL": lines(YTYOLL, rows[::-1]),
        "Palkkatukipaikat": lines(
            "hid_e;sijmahdnumero;osoitettupvm;tuloskoodi", [(1, "a", "2021-01-01", 1)]
        ),
    }


def test_a_register_is_the_same_in_however_many_parts_it_is_made(tmp_path):
    tables = big(400)
    import_tables(tmp_path / "whole", tables)
    import_tables(tmp_path / "parts", tables, part_bytes=9_000)
    whole, parts = tmp_path / "whole" / "register", tmp_path / "parts" / "register"
    for path in sorted(whole.iterdir()):
        assert path.read_bytes() == (parts / path.name).read_bytes(), path.name


def options(tmp_path, **given):
    source = write_extract(tmp_path / "delivery", CODES)
    plain = {
        "extract_date": "2023-06-30",
        "end_dates": "inclusive",
        "ids": "register",
        "key_file": None,
    }
    return Namespace(source=source, out=tmp_path / "register", project=None, **{**plain, **given})


def test_the_commands_say_what_was_mended_and_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INDICATORS_PSEUDONYM_KEY", raising=False)
    import_command.import_command(options(tmp_path))
    stream, err = capsys.readouterr()
    assert "dropped: code outside the list" in stream
    assert err == ""
    check_command.check_command(Namespace(register=tmp_path / "register"))
    assert "employment_code: 2 rows" in capsys.readouterr().out


def test_progress_shows_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with import_command._row_progress() as progress:
        progress("look", 7, 0)
        progress("read", 1, 2)
    shown = capsys.readouterr().err
    assert "look" in shown
    assert "7.00 rows" in shown
    assert "1.00/2.00" in shown


def test_a_day_that_is_none_and_a_project_that_is_not_there_are_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="soon is not a day; write YYYY-MM-DD"):
        import_command.import_command(options(tmp_path, extract_date="soon"))
    wrong = options(tmp_path)
    wrong.project = tmp_path / "nowhere"
    with pytest.raises(UsageError):
        import_command.import_command(wrong)


def test_another_delivery_is_not_written_over(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    other = write_extract(tmp_path / "other", {"meta.json": '{"source": "KEHA"}'})
    with pytest.raises(UsageError, match="holds something else than a register"):
        import_register(source, other)
