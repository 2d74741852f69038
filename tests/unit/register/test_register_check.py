"""What `check` finds in canonical tables."""

from datetime import date

import pyarrow as pa
import pytest
from pyarrow import parquet

from indicators.errors import DataError
from indicators.register.check import check_register
from indicators.register.schema import arrow_schema
from indicators.register.store import write_meta

EXTRACT = date(2023, 6, 30)


def day(text):
    return None if text is None else date.fromisoformat(text)


NAN, INFINITE = float("nan"), float("inf")


def force(value):
    return ("398", "total", 2022, "2022-03-31", value)


def benefit(recipients, euros):
    return ("398", "2022-01", "b", "u", recipients, euros, 2.0)


def answer(who, municipality="398", item="q", score=4.0, wave=None):
    instrument = "wellbeing" if wave else "satisfaction"
    return (who, municipality, "2022-01", instrument, item, score, wave or 1)


PERSON = (1, 1980, None, "1", "246", "fi", False)
SEARCH = (1, "2020-01-01", None, None)
CODE = (1, "02", "2020-01-01", "2020-12-31", None)


def fold(tmp_path, **tables):
    write_meta(tmp_path, EXTRACT, "a test", "canonical")
    whole = {"persons": [PERSON], "job_search": [SEARCH], "employment_code": [CODE], **tables}
    for name, rows in whole.items():
        schema = arrow_schema(name)
        columns = []
        for field, cells in zip(schema, zip(*rows, strict=True), strict=True):
            date_cells = pa.types.is_date(field.type)
            columns.append(pa.array([day(c) if date_cells else c for c in cells], field.type))
        loose = pa.schema([pa.field(field.name, field.type) for field in schema])
        parquet.write_table(pa.table(columns, schema=loose), tmp_path / f"{name}.parquet")
    return tmp_path


def test_a_whole_register_passes(tmp_path):
    rows = check_register(fold(tmp_path, kela=[("SSS", "2022-01", "b", "u", 1.0, None, 2.0)]))
    assert rows == {"persons": 1, "job_search": 1, "employment_code": 1, "kela": 1}


@pytest.mark.parametrize(
    ("table", "rows", "problem"),
    [
        ("persons", [PERSON, PERSON], "column person_id: comes again in 1 row"),
        ("persons", [(1, 1980, "1981-01-01", *PERSON[3:])], "column birth_year: is not the year"),
        ("persons", [(1, 1980, None, "3", *PERSON[4:])], "column sex: holds a code outside"),
        ("persons", [(1, 1980, None, "1", "FIN", "fi", False)], "column citizenship: holds a code"),
        ("persons", [(1, None, *PERSON[2:])], "column birth_year: is empty in 1 row"),
        ("residence", [(1, "98", "2020-01-01", None)], "column municipality: holds a code of an"),
        ("office", [(1, "230", "2020-01-01", None)], "column office: holds a code of another form"),
        ("kela", [("398", "2022-13", "b", "u", 1.0, 1.0, 1.0)], "column month: holds a code"),
        ("job_search", [(1, "2020-01-01", "2019-12-31", None)], "column end: lies before start"),
        ("job_search", [SEARCH, SEARCH], "column start: is that of another such spell"),
        ("job_search", [(1, "2020-01-01", "2023-07-01", None)], "column end: lies after the ext"),
        ("job_search", [(1, "2020-01-01", None, "17")], "column end_reason: holds a code outside"),
        ("employment_code", [CODE, (1, "03", "2020-12-31", None, None)], "begins before the pers"),
        ("employment_code", [(1, "02", "2019-12-31", None, None)], "outside the person's job sea"),
        ("employment_code", [(2, "02", "2020-01-01", None, None)], "outside the person's job sea"),
        ("plan", [(1, "employment", "2023-07-01", None)], "column signed: lies after the extract"),
        (
            "statement",
            [(1, "KT01", "2022-01-01", None, None), (1, "KT01", "2022-01-02", "2022-01-01", None)],
            "column start: is that of another such spell",
        ),
        (
            "survey",
            [("010190-923A", "398", "2022-01", "wellbeing", "a", 1.0, 1)],
            "column respondent_id: holds a personal identity code",
        ),
        ("residence", [(1, "SSS", "2020-01-01", None)], "column municipality: holds a code of an"),
        ("persons", [(1, 20, *PERSON[2:])], "column birth_year: lies before 1800 or after"),
        ("persons", [(1, 2150, *PERSON[2:])], "column birth_year: lies before 1800 or after"),
        ("caseload", [("2022-01", "1530", "a", -1, 1.0)], "column customers: is below 0 or"),
        ("caseload", [("2022-01", "1530", "a", 10**12, 1.0)], "column customers: is below 0 or"),
        ("caseload", [("2022-01", "1530", "a", 1, -0.5)], "column fte: is below 0 or beyond"),
        ("caseload", [("2022-01", "1530", "a", 1, NAN)], "column fte: is below 0 or beyond"),
        ("labour_force", [force(51.5)], "column value: is no whole number of 0 or more"),
        ("labour_force", [force(-1.0)], "column value: is no whole number of 0 or more"),
        ("labour_force", [force(INFINITE)], "column value: is no whole number of 0 or more"),
        ("labour_force", [force(NAN)], "column value: is no whole number of 0 or more"),
        ("kela", [benefit(-1.0, 1.0)], "column recipients: is below 0 or beyond"),
        ("kela", [benefit(1.0, INFINITE)], "column euros: is infinite or no number"),
        (
            "kela",
            [benefit(1.0, 1.0), benefit(2.0, 1.0)],
            "column municipality: comes again with the same municipality, month, benefit, basis",
        ),
        ("survey", [answer("a", score=NAN)], "column score: is infinite, no number"),
        ("survey", [answer("a", item="")], "column item: holds a code of another form"),
        ("survey_round", [("398", "2022-01", "satisfaction", -1)], "column invited: is below 0"),
    ],
)
def test_a_fault_is_told_with_file_column_and_count(tmp_path, table, rows, problem):
    with pytest.raises(DataError) as caught:
        check_register(fold(tmp_path, **{table: rows}))
    assert f"{table}.parquet, " in str(caught.value)
    assert problem in str(caught.value)
    assert "010190" not in str(caught.value)


def test_what_is_planned_may_lie_ahead_and_services_may_overlap(tmp_path):
    plan = [(1, "employment", "2023-06-30", "2023-12-31")]
    service = [
        (1, "training", "15", "2022-01-01", "2022-02-01", None),
        (1, "coaching", "14", "2022-01-01", "2022-02-01", None),
    ]
    assert check_register(fold(tmp_path, plan=plan, service=service))["service"] == 2


def test_all_faults_of_all_tables_are_told_at_once(tmp_path):
    folder = fold(
        tmp_path, residence=[(1, "398", "2020-01-02", "2020-01-01"), (2, None, "2024-01-01", None)]
    )
    (folder / "persons.parquet").unlink()
    (folder / "office.parquet").write_bytes(b"no")
    with pytest.raises(DataError) as caught:
        check_register(folder)
    text = str(caught.value)
    assert text.splitlines()[0] == "5 problems in 3 files:"
    assert "persons.parquet: is missing" in text
    assert "office.parquet: cannot be read" in text


def test_more_respondents_than_invited(tmp_path):
    answers = [answer("a"), answer("a", item="r"), answer("b"), answer("c", municipality=None)]
    rounds = [("398", "2022-01", "satisfaction", 1)]
    with pytest.raises(DataError, match="column invited: is below the number of different resp"):
        check_register(fold(tmp_path, survey=answers, survey_round=rounds))


def test_who_answers_several_items_or_a_later_wave_is_invited_once(tmp_path):
    answers = [
        *(answer("a", item=item) for item in ('with, "commas"', "two\nlines", ";")),
        answer("b", municipality=None),
        answer("c", wave=1),
        # Invited to an earlier round.
        ("d", "398", "2021-10", "wellbeing", "q", 4.0, 1),
        answer("d", wave=2),
    ]
    rounds = [("398", "2022-01", kind, 1) for kind in ("satisfaction", "wellbeing")]
    assert check_register(fold(tmp_path, survey=answers, survey_round=rounds))["survey"] == len(
        answers
    )


def test_repayments_and_nobody_at_work_are_no_faults(tmp_path):
    tables = {
        "kela": [benefit(None, -12.5), ("SSS", "2022-01", "b", "u", 1.0, None, -2.0)],
        "caseload": [("2022-01", "1530", "a", 0, 0.0)],
    }
    assert check_register(fold(tmp_path, **tables))["kela"] == 2


def test_numbers_of_twenty_digits_are_told_and_no_defect(tmp_path):
    folder = fold(tmp_path, caseload=[("2022-01", "1530", "a", 1, 1.0)])
    for huge in (pa.array(["12345678901234567890"]), pa.array([1.2345678901234567e19])):
        rows = parquet.read_table(folder / "caseload.parquet")
        at = rows.column_names.index("customers")
        parquet.write_table(rows.set_column(at, "customers", huge), folder / "caseload.parquet")
        with pytest.raises(DataError, match="column customers: is not of type int64"):
            check_register(folder)


def test_rows_in_any_order_have_the_same_faults(tmp_path):
    """Import writes by person and start; another writer need not."""
    spells = [
        (2, "398", "2020-01-01", "2020-06-30"),
        (1, "398", "2021-01-01", None),
        (1, "098", "2020-01-01", "2021-01-01"),
        (2, "398", "2020-07-01", None),
    ]
    persons = [(2, *PERSON[1:]), PERSON]
    with pytest.raises(DataError, match=r"in 1 row; import the extract again \[overlap\]$"):
        check_register(fold(tmp_path, residence=spells, persons=persons))
