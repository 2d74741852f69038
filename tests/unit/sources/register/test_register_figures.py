"""Labour force, caseload, surveys and Kela's open data."""

import pytest

from fixtures.register_extract import import_tables, lines
from indicators.errors import DataError
from indicators.sources.register.tables.aggregates import municipality_or_country, parse_month_text

KELA = (
    "kuntanumero;kunta;aikajakso;etuuslaji;korvausperuste;sukupuoli;ikaryhma;saajat;"
    "maksetut_etuudet_euroa;korvatut_paivat;euroa_paiva;vuosi;kuukausi"
)
SUPPORT, ALLOWANCE, ALL = "Työmarkkinatuki", "Peruspäiväraha", "Yhteensä"
UNEMPLOYED, SERVICE = "Työttömyyden perusteella", "Palvelun perusteella"


@pytest.mark.parametrize("text", ["398", "KU398"])
def test_a_municipality_has_three_figures(text):
    assert municipality_or_country(text) == "398"
    assert municipality_or_country("98") == "098"
    assert municipality_or_country("SSS") == "SSS"
    assert municipality_or_country("Lahti") is None


@pytest.mark.parametrize(
    "text", ["2022-02", "2022M02", "202202", "2022-02-28", "2/2022", "02/2022"]
)
def test_a_month_is_written_in_several_ways(text):
    assert parse_month_text(text) == "2022-02"
    assert parse_month_text("2022-13") is None


def test_labour_force_in_finnish(tmp_path):
    text = lines(
        "kunta;ryhmä;vuosi;julkaistu;työvoima",
        [
            (98, "Alle 25", 2021, "1.3.2021", "1 234"),
            ("SSS", "yhteensä", 2021, "2021-03-01", "55809,0"),
            ("KU398", "foreign", 2021, "2021-03-01", 2450),
            ("KU398", "foreign", 2021, "2021-03-01", 2451),
            ("KU398", "men", 2021, "2021-03-01", 1),
            ("KU398", "total", "2021.5", "2021-03-01", 1),
            ("KU398", "total", 2021, "2021-03-01", ""),
        ],
    )
    imported = import_tables(tmp_path, {"tyovoima": text})
    assert imported.rows("labour_force") == [
        ("098", "under25", 2021, "2021-03-01", 1234.0),
        ("398", "foreign", 2021, "2021-03-01", 2451.0),
        ("SSS", "total", 2021, "2021-03-01", 55809.0),
    ]
    assert imported.mends == {
        ("labour_force", "unknown_code"): (1, 0),
        ("labour_force", "unreadable_number"): (2, 0),
        ("labour_force", "same_key"): (1, 0),
    }


def test_caseload_and_surveys(tmp_path):
    tables = {
        "caseload": "month;office;specialist_id;customers;fte\n2022-01;1530;a;200;0.8"
        "\n2022-01;1530;a;10;0.2\n2022-01;1530;;10;0.2",
        "kysely": "vastaaja;kunta;kuukausi;mittari;väittämä;vastaus;mittauskerta"
        "\nr1;398;1/2022;Tyytyväisyys;S1;4,5;1",
        "kyselykierros": "kunta;kuukausi;mittari;kutsutut\n398;1/2022;hyvinvointi;120",
    }
    imported = import_tables(tmp_path, tables)
    assert imported.rows("caseload") == [
        ("2022-01", "1530", "a", 10, 0.2),
        ("2022-01", "1530", "a", 200, 0.8),
    ]
    assert imported.rows("survey") == [("r1", "398", "2022-01", "satisfaction", "S1", 4.5, 1)]
    assert imported.rows("survey_round") == [("398", "2022-01", "wellbeing", 120)]
    assert imported.mends == {("caseload", "no_code"): (1, 0)}


def kela(tmp_path, *rows):
    text = lines(KELA, rows)
    imported = import_tables(tmp_path, {"kela_2022": text})
    return imported.rows("kela"), {rule: n for (_, rule), (n, _) in imported.mends.items()}


def test_of_kela_each_euro_stands_in_one_row(tmp_path):
    rows, mends = kela(
        tmp_path,
        (398, "Lahti", "kuukausi", SUPPORT, ALL, ALL, ALL, 30, "300,5", 60, 5, 2022, 1),
        (398, "Lahti", "kuukausi", SUPPORT, UNEMPLOYED, ALL, ALL, 20, "200,5", "NA", 5, 2022, 1),
        (398, "Lahti", "kuukausi", SUPPORT, SERVICE, ALL, ALL, 10, 100, 20, 5, 2022, 1),
        (398, "Lahti", "kuukausi", SUPPORT, SERVICE, "Miehet", ALL, 5, 50, 10, 5, 2022, 1),
        (398, "Lahti", "kuukausi", SUPPORT, SERVICE, ALL, "18-24", 5, 50, 10, 5, 2022, 1),
        (398, "Lahti", "kuukausi", ALL, UNEMPLOYED, ALL, ALL, 50, 500, 90, 5, 2022, 1),
        (398, "Lahti", "kuukausi", "Ansiopäiväraha", SERVICE, ALL, ALL, 9, 9, 9, 1, 2022, 1),
        (398, "Lahti", "vuosi", SUPPORT, UNEMPLOYED, ALL, ALL, 90, 900, 90, 5, 2022, ""),
        ("NA", "Koko maa", "kuukausi", SUPPORT, SERVICE, ALL, ALL, 9, 9, 9, 1, 2022, 12),
    )
    assert rows == [
        ("398", "2022-01", SUPPORT, SERVICE, 10.0, 100.0, 20.0),
        ("398", "2022-01", SUPPORT, UNEMPLOYED, 20.0, 200.5, None),
    ]
    assert mends == {
        "not_monthly": 1,
        "no_code": 1,
        "paid_by_funds": 1,
        "part_of_total": 2,
        "total_of_parts": 2,
    }


def test_parts_are_added_up_where_there_is_no_total(tmp_path):
    rows, mends = kela(
        tmp_path,
        (
            16,
            "Asikkala",
            "kuukausi",
            ALLOWANCE,
            ALL,
            "Miehet",
            "18-24",
            1,
            "1,5",
            "NA",
            1,
            2022,
            12,
        ),
        (
            16,
            "Asikkala",
            "kuukausi",
            ALLOWANCE,
            ALL,
            "Naiset",
            "18-24",
            2,
            "2,5",
            "NA",
            1,
            2022,
            12,
        ),
        (16, "Asikkala", "kuukausi", ALLOWANCE, ALL, "Naiset", "18-24", 2, 2, 2, 1, 2022, ""),
    )
    assert rows == [("016", "2022-12", ALLOWANCE, ALL, 3.0, 4.0, None)]
    assert mends == {"unknown_code": 1}


def test_kela_may_come_in_canonical_columns(tmp_path):
    text = "municipality,month,benefit,basis,recipients,euros,days"
    row = f"398,2022-01,{SUPPORT},{SERVICE},1,2.5,3"
    imported = import_tables(tmp_path, {"kela": f"{text}\n{row}"})
    assert imported.rows("kela") == [("398", "2022-01", SUPPORT, SERVICE, 1.0, 2.5, 3.0)]


PRICES = "ryhmä;laji;vuosi;hinta"


def test_prices_in_finnish(tmp_path):
    rows = [
        ("Valmennus", "", 2022, "45,50"),
        ("training", 15, 2022, 0),
        ("alternation", 4, 2021, 12),
    ]
    imported = import_tables(tmp_path, {"palveluhinnat": lines(PRICES, rows)})
    assert imported.rows("service_price") == [
        ("alternation", "04", 2021, 12.0),
        ("coaching", None, 2022, 45.5),
        ("training", "15", 2022, 0.0),
    ]
    assert not imported.mends


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("training", "", 2022, 1), ("training", "", 2022, 2)], "column ryhmä: comes again with"),
        ([("training", "", 2022, -1)], "row 2, column hinta: is no number that can be"),
        ([("training", "", 2022, "free")], "row 2, column hinta: is no number that can be"),
        ([("training", "", 2022, "")], "column hinta: is empty; fill it in"),
        ([("training", "", 2022, 200_000)], "column hinta: is below 0, beyond 100,000"),
        ([("training", "", "2022,5", 1)], "row 2, column vuosi: is no number that can be"),
        ([("training", "", "", 1)], "column vuosi: is empty; fill it in"),
        ([("", "15", 2022, 1)], "column ryhmä: is empty; fill it in"),
        (
            [("Kurssit", "", 2022, 1)],
            "column ryhmä: is no group of services; write one of training",
        ),
    ],
)
def test_a_price_that_cannot_be_read_ends_the_import(tmp_path, rows, words):
    with pytest.raises(DataError) as caught:
        import_tables(tmp_path, {"service_price": lines(PRICES, rows)})
    assert words in str(caught.value)


def test_a_price_of_every_kind_needs_no_column_of_kinds(tmp_path):
    text = lines("group;year;euros_per_day", [("trial", 2022, "16.50")])
    imported = import_tables(tmp_path, {"service_price": text})
    assert imported.rows("service_price") == [("trial", None, 2022, 16.5)]
