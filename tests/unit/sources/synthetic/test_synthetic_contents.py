"""Codes, dates and invariants of what is made; what the register layout looks like."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from indicators.measures.register.computing import compute_register
from indicators.register.check import check_register
from indicators.register.schema import TABLES
from indicators.register.store import open_register

EXTRACT = pd.Timestamp("2023-06-30")
LAW = pd.Timestamp("2022-05-02")
TRIAL = pd.Timestamp("2021-03-01")
FAR = pd.Timestamp("2222-01-01")
# An identity code's form: day, century sign, individual number, check character.
HETU = re.compile(rb"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]")


@pytest.mark.parametrize("table", TABLES)
def test_codes_are_known_and_nothing_needed_is_missing(registers, table):
    rows = registers.table(table)
    for column in TABLES[table].columns:
        if not column.nullable:
            assert rows[column.name].notna().all(), column.name
        if column.codes is not None:
            assert set(rows[column.name].dropna()) <= column.codes, column.name


@pytest.mark.parametrize("table", [name for name, each in TABLES.items() if each.is_spells])
def test_spells_are_the_right_way_round_and_known_to_the_extract(registers, table):
    rows = registers.table(table)
    end = rows["end"].dropna()
    assert (end >= rows.loc[end.index, "start"].fillna(end)).all()
    assert (rows["start"].dropna() <= EXTRACT).all()
    assert (end <= EXTRACT).all()


@pytest.mark.parametrize(
    "table", ["employment_code", "residence", "office", "service_line", "job_search"]
)
def test_a_person_has_one_at_a_time(registers, table):
    rows = registers.table(table).sort_values(["person_id", "start"])
    same = rows["person_id"] == rows["person_id"].shift()
    assert (rows["start"] > rows["end"].fillna(FAR).shift())[same].all()


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("service", ["person_id", "group", "kind", "start"]),
        ("plan", ["person_id", "kind", "signed"]),
        ("job_offer", ["person_id", "vacancy_id", "date"]),
        ("survey", ["respondent_id", "item", "wave"]),
        ("kela", ["municipality", "month", "benefit", "basis"]),
        ("labour_force", ["municipality", "group", "year", "vintage"]),
        ("caseload", ["month", "office", "specialist_id"]),
        ("survey_round", ["municipality", "month", "instrument"]),
        ("service_price", ["group", "kind", "year"]),
    ],
)
def test_nothing_is_told_twice(registers, table, keys):
    assert not registers.table(table).duplicated(keys).any()


def test_every_employment_code_lies_inside_a_job_search(registers):
    codes, searches = registers.table("employment_code"), registers.table("job_search")
    both = pd.merge_asof(
        codes.sort_values("start"),
        searches.sort_values("start"),
        on="start",
        by="person_id",
        suffixes=("", "_search"),
    )
    assert (both["end"].fillna(FAR) <= both["end_search"].fillna(FAR)).all()
    days = {
        name: (rows["end"].fillna(EXTRACT) - rows["start"]).dt.days.sum() + len(rows)
        for name, rows in (("codes", codes), ("searches", searches))
    }
    assert days["codes"] == days["searches"]


def test_the_last_code_ends_for_the_reason_of_the_search(registers):
    codes, searches = registers.table("employment_code"), registers.table("job_search")
    keys = ["person_id", "end"]
    both = searches.dropna(subset="end").merge(codes, on=keys, suffixes=("", "_code"))
    assert len(both) == searches["end"].notna().sum()
    assert (both["end_reason"].fillna("") == both["end_reason_code"].fillna("")).all()


def test_what_the_law_of_2022_brought_is_not_there_before(registers):
    codes, searches = registers.table("employment_code"), registers.table("job_search")
    assert codes.loc[codes["code"] == "09", "start"].min() == LAW
    for rows in (codes, searches):
        new = rows[rows["end_reason"].isin(["14", "15", "16"])]
        assert set(new["end_reason"]) == {"14", "15", "16"}
        assert new["end"].min() >= LAW
    plans = registers.table("plan")
    assert plans.loc[plans["kind"] == "multisector", "signed"].min() >= LAW


def test_who_worked_part_time_has_code_01_until_the_law(registers):
    codes = registers.table("employment_code")
    after = codes[(codes["code"] == "09") & (codes["start"] == LAW)]
    before = codes[codes["end"] == LAW - pd.Timedelta(days=1)].set_index("person_id")
    went_on = before.reindex(after["person_id"])
    assert (went_on["code"] == "01").mean() > 0.9


def test_the_trial_begins_on_its_day(registers):
    offices = registers.table("office")
    trial = offices[offices["office"] == "1530"]
    assert trial["start"].min() == TRIAL
    assert (trial["start"] == TRIAL).mean() > 0.2
    assert set(offices["office"]) == {"1530", "1599"}
    assert registers.table("caseload")["month"].min() == "2021-03"
    assert registers.table("introduction")["date"].min() >= TRIAL


def test_new_statement_codes_begin_in_march_2023(registers):
    rows = registers.table("statement")
    new = rows[rows["code"].str.len() == 4]
    assert {"KT01", "OM01", "M000", "P030"} <= set(new["code"])
    assert new["given"].min() >= pd.Timestamp("2023-03-01")
    assert rows.loc[rows["code"].str.len() == 2, "given"].max() < pd.Timestamp("2023-03-01")
    assert rows.loc[rows["code"].isin(["WA", "WB"]), "given"].min() >= LAW
    assert rows.loc[rows["code"].str.fullmatch("W[1-5]"), "given"].max() < LAW


def test_placements_of_2023_have_their_kind(registers):
    services = registers.table("service")
    assert services.loc[services["kind"] == "55", "start"].min() >= pd.Timestamp("2023-01-01")
    assert set(services["group"]) == set(TABLES["service"].column("group").codes)


def test_some_are_in_two_services_and_some_agreements_are_renewed(registers):
    rows = registers.table("service").sort_values(["person_id", "group", "kind", "start"])
    same = (
        rows[["person_id", "group", "kind"]] == rows[["person_id", "group", "kind"]].shift()
    ).all(axis=1)
    gap = (rows["start"] - rows["end"].shift()).dt.days[same]
    assert gap.between(1, 7).sum() > 100
    both = rows.merge(rows, on="person_id", suffixes=("", "_other"))
    together = (both["group"] != both["group_other"]) & (both["start"] > both["start_other"])
    assert (together & (both["start"] < both["end_other"])).sum() > 20


def test_the_long_term_unemployed_have_had_short_services(registers):
    month = "2022-05"
    table = compute_register(
        open_register(registers.canonical), [month], groups={}, trial_offices=()
    )
    where = (table["indicator"] == "service_paths") & (table["area"] == "SSS")
    where &= (table["population"] == "residents") & (table["dimension"] == "total")
    rows = table[where]
    none, one, several = (
        rows.set_index("statistic")["value"][name] for name in ("none", "one", "several")
    )
    assert none > one > several > 10
    assert 0.15 < (one + several) / (none + one + several) < 0.4


def test_every_group_of_the_population_is_there(registers):
    people = registers.table("persons")
    assert len(people) == people["person_id"].nunique()
    assert people["birth_date"].isna().all()
    ages = 2021 - people["birth_year"]
    assert ages.max() <= 73
    assert {"fi", "sv", "other"} == set(people["language"])
    assert 0.05 < (people["citizenship"] != "246").mean() < 0.12
    assert np.isclose((people["sex"] == "1").mean(), 0.545, atol=0.02)


def test_some_have_moved_and_some_live_nowhere(registers):
    residence, people = registers.table("residence"), registers.table("persons")
    assert residence.duplicated("person_id").sum() > 100
    assert 0 < len(people) - residence["person_id"].nunique() < 100
    assert set(residence["municipality"]) == {"398", "098", "016", "316", "560"}


def lines_of(folder, table, encoding="utf-8"):
    return (folder / f"{table}.csv").read_text(encoding=encoding).splitlines()


def test_the_register_layout_has_the_registers_names_and_dates(registers):
    codes = lines_of(registers.clean, "YTYOLL")
    assert codes[0] == "hid_e;tappvh;tppvm;tyok1;tymsyy"
    assert any(";11.11.2222;" in line for line in codes)
    assert all(re.fullmatch(r"\d+;[\d.]+;[\d.]+;\d;(\d\d)?", line) for line in codes[1:200])
    offers = lines_of(registers.clean, "Tyotarjoukset")
    assert offers[0].startswith("hid_e;osoitettupvm;ilmoitusnumero;tuloskoodi")
    assert re.fullmatch(r"\d+;\d{4}-\d\d-\d\d;\d+;(\d\d)?;01", offers[1])


def test_kelas_file_is_in_kelas_dialect(registers):
    header, *rows = lines_of(registers.clean, "kela")
    assert header.startswith("kuntanumero;kunta;aikajakso;etuuslaji;korvausperuste;sukupuoli")
    assert rows[0].split(";")[:3] == ["16", "Asikkala", "kuukausi"]
    daily = [row.split(";")[10] for row in rows]
    assert "NA" in daily
    assert any(re.fullmatch(r"\d+,\d\d", value) for value in daily)
    assert any(";Yhteensä;Yhteensä;Yhteensä;Yhteensä;" in row for row in rows)


def test_dirt_writes_names_in_latin_1(registers, planted):
    with pytest.raises(UnicodeDecodeError):
        lines_of(registers.dirty, "YHKUNTA")
    named = lines_of(registers.dirty, "YHKUNTA", "latin-1")
    assert sum(line.endswith(";Kärkölä") for line in named) == planted["YHKUNTA"]["latin_1_name"]


def test_less_than_a_tenth_of_a_column_is_unreadable(registers, planted):
    for table, rules in planted.items():
        rows = len(lines_of(registers.dirty, table, "latin-1"))
        assert rules.get("unreadable_date", 0) < 0.02 * rows


def test_one_character_codes_are_planted(registers, planted):
    reasons = [line.split(";")[3] for line in lines_of(registers.dirty, "YTHAKU")[1:]]
    assert sum(len(reason) == 1 for reason in reasons) == planted["YTHAKU"]["one_character_code"]


def test_no_identity_code_is_written_anywhere(registers):
    for folder in (registers.clean, registers.dirty):
        for path in folder.iterdir():
            assert not HETU.search(path.read_bytes()), path.name
    for table in TABLES:
        texts = registers.table(table).select_dtypes(include=["object", "string"])
        for column in texts:
            joined = " ".join(texts[column].dropna().unique()).encode()
            assert not HETU.search(joined), (table, column)


def test_arrow_types_are_the_schemas(registers):
    for name, table in TABLES.items():
        rows = registers.rows(name)
        assert rows.schema.types == [column.type for column in table.columns]
        assert isinstance(rows, pa.Table)


def test_the_check_of_canonical_folders_finds_nothing(registers, clean):
    assert check_register(registers.canonical) == {
        name: registers.rows(name).num_rows for name in TABLES
    }
    assert check_register(clean.folder)["persons"] == len(registers.table("persons"))
