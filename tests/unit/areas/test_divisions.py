"""Which municipality belongs to which area, inflected names, and what an unknown code gives."""

import csv
import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from indicators.areas.areas import TRIAL_KEYS, load_areas
from indicators.areas.divisions import MUNICIPALITY_KEY, load_divisions
from indicators.computing import compute
from indicators.errors import DataError, UsageError
from indicators.settings.loading import load_settings

SETTINGS = load_settings(Path(__file__).parents[3])
RAW = SETTINGS.root / TRIAL_KEYS


@pytest.fixture(scope="module")
def areas():
    return load_areas(SETTINGS)


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("LAHTI5", "KU398 KU098 KU016 KU316 KU560"),
        ("TRIAL-lahti", "KU398 KU016 KU098 KU316 KU560"),
        ("TRIAL-vantaa-kerava", "KU092 KU245"),
        ("TA19", "KU398"),
        ("TA31", "KU016 KU081 KU098 KU111 KU142 KU316 KU560 KU576 KU781"),
        ("KU398", "KU398"),
    ],
)
def test_members_of_every_kind(areas, code, members):
    assert set(areas.members(code)) == set(members.split())


@pytest.mark.parametrize("kind", ["region", "subregion", "ely", "evk", "employment_area"])
def test_a_division_holds_every_municipality_once(areas, kind):
    divisions = areas.divisions
    held = [code for area in divisions.of_kind(kind) for code in divisions.by_code[area].members]
    assert sorted(held) == list(areas.members("SSS"))


def test_an_area_of_today_has_what_has_become_part_of_it(areas):
    # Pertunmaa became part of Mäntyharju, and Nastola of Lahti.
    assert "KU588" in areas.divisions.by_code["TA23"].members_of_all_times
    assert "KU532" in areas.divisions.by_code["TA19"].members_of_all_times


@pytest.mark.parametrize(
    ("code", "locative", "genitive"),
    [
        ("KU398", "Lahdessa", "Lahden"),
        ("KU098", "Hollolassa", "Hollolan"),
        ("KU837", "Tampereella", "Tampereen"),
        ("KU139", "Iissä", "Iin"),
        ("KU698", "Rovaniemellä", "Rovaniemen"),
        ("KU680", "Raisiossa", "Raision"),
        ("KU743", "Seinäjoella", "Seinäjoen"),
        ("KU536", "Nokialla", "Nokian"),
        ("KU092", "Vantaalla", "Vantaan"),
        ("KU245", "Keravalla", "Keravan"),
        ("KU153", "Imatralla", "Imatran"),
        ("KU694", "Riihimäellä", "Riihimäen"),
        ("KU235", "Kauniaisissa", "Kauniaisten"),
        ("KU507", "Mäntyharjulla", "Mäntyharjun"),
        ("KU444", "Lohjalla", "Lohjan"),
        ("KU936", "Virroilla", "Virtain"),
        ("KU623", "Puumalassa", "Puumalan"),
        ("KU433", "Lopella", "Lopen"),
        ("KU895", "Uudessakaupungissa", "Uudenkaupungin"),
        ("KU211", "Kangasalla", "Kangasalan"),
        ("KU686", "Rautalammilla", "Rautalammin"),
        ("KU601", "Pihtiputaalla", "Pihtiputaan"),
        ("KU276", "Kontiolahdella", "Kontiolahden"),
        ("KU140", "Iisalmessa", "Iisalmen"),
        ("KU445", "Paraisilla", "Paraisten"),
        ("MK01", "Uudellamaalla", "Uudenmaan"),
        ("MK07", "Päijät-Hämeessä", "Päijät-Hämeen"),
        ("MK19", "Lapissa", "Lapin"),
        ("TA31", "Päijät-Hämeen työllisyysalueella", "Päijät-Hämeen työllisyysalueen"),
        ("TRIAL-lahti", "Lahden seudun kokeilualueella", "Lahden seudun kokeilualueen"),
        ("LAHTI5", "Lahden seudulla", "Lahden seudun"),
        ("SSS", "koko maassa", "koko maan"),
    ],
)
def test_finnish_forms(areas, code, locative, genitive):
    assert (areas.locative(code, "fi"), areas.genitive(code, "fi")) == (locative, genitive)


@pytest.mark.parametrize(
    ("code", "lang", "locative", "genitive"),
    [
        ("KU398", "sv", "i Lahtis", "Lahtis"),
        ("MK21", "sv", "på Åland", "Ålands"),
        ("KU853", "sv", "i Åbo", "Åbos"),
        ("KU398", "en", "in Lahti", "Lahti's"),
        ("TA31", "en", "in the Päijät-Häme employment area", "the Päijät-Häme employment area's"),
    ],
)
def test_forms_of_other_languages(areas, code, lang, locative, genitive):
    assert (areas.locative(code, lang), areas.genitive(code, lang)) == (locative, genitive)


def test_every_area_of_today_has_forms_and_they_call_it_as_the_other_keys_do(areas):
    forms = areas.divisions.forms
    for code in set(areas.all_codes()) - set(SETTINGS.groups):
        assert forms[code].name == {lang: areas.name(code, lang) for lang in ("fi", "sv", "en")}


def test_finnish_forms_have_the_cases_endings_in_vowel_harmony(areas):
    for code, forms in areas.divisions.forms.items():
        where = forms.locative["fi"].removesuffix(" Tl").split()[-1]
        assert where.endswith(("ssa", "ssä", "lla", "llä")), code
        assert forms.genitive["fi"].removesuffix(" Tl").endswith("n"), code


@pytest.mark.parametrize(
    ("text", "near"),
    [("Lahdi", "KU398"), ("TRIAL-lahtis", "TRIAL-lahti"), ("Lahti", "KU398"), ("paijat", "MK07")],
)
def test_an_unknown_code_is_told_which_are_near(areas, text, near):
    with pytest.raises(UsageError, match="is not an area") as caught:
        areas.kind(text)
    assert near in caught.value.message


def test_a_damaged_key_is_refused_with_all_its_problems(tmp_path):
    shutil.copytree(RAW, tmp_path / "areas")
    key = tmp_path / "areas" / MUNICIPALITY_KEY
    text = key.read_text(encoding="utf-8")
    key.write_text(text.replace(",MK07,", ",07,").replace("\n398,", "\nx98,"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_divisions(tmp_path / "areas")
    details = "\n".join(caught.value.details)
    assert 'must be the code of a region, not "07"' in details
    assert 'must be three digits, such as 398, not "x98"' in details


@pytest.mark.parametrize("month", ["2010-01", "2023-06", "2026-06"])
def test_computed_rows_of_key_areas_are_the_sums_over_their_municipalities(month):
    computed = compute(month, statfin=SETTINGS.statfin.directory)
    table = computed[computed["indicator"] == "unemployment_share"].set_index("area")
    with (RAW / MUNICIPALITY_KEY).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["employment_area"] or row["evk"]]
    members = defaultdict(set)
    for row in rows:
        members[row["employment_area"]].add(f"KU{row['code']}")
        members[row["evk"] or "none"].add(f"KU{row['code']}")
    members["TA23"].add("KU588")
    members["EVK06"].add("KU588")
    del members["none"]
    assert len(members) == 56
    for area, codes in members.items():
        own = table.loc[[code for code in codes if code in table.index]]
        own = own[own["vintage"] == table.loc[area, "vintage"]]
        # A count that StatFin hides is 1 to 4; it counts as the middle.
        hidden = own["status"] == "suppressed"
        numerator = own["numerator"].mask(hidden, 2.5).sum()
        assert table.loc[area, "numerator"] == numerator, area
        if not hidden.any():
            assert table.loc[area, "denominator"] == own["denominator"].sum(), area
            assert table.loc[area, "value"] == pytest.approx(
                100 * numerator / own["denominator"].sum()
            )
        assert table.loc[area, "status"] == ("bounded" if hidden.any() else "normal"), area
    assert table.loc["TRIAL-lahti", "value"] == table.loc["LAHTI5", "value"]
    assert len([area for area in table.index if area.startswith("TRIAL-")]) == 25


def test_a_group_of_the_settings_may_be_an_area_of_the_keys(tmp_path):
    shutil.copytree(RAW, tmp_path / "data" / "raw" / "areas")
    text = (SETTINGS.root / "indicators.toml").read_text(encoding="utf-8")
    named = text.replace('group = "LAHTI5"', 'group = "TRIAL-lahti"')
    (tmp_path / "indicators.toml").write_text(named, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.groups["TRIAL-lahti"].locative["sv"] == "i Lahtisregionens försöksområde"
    load_areas(settings)
    wrong = text.replace('comparisons = ["MK07"]', 'comparisons = ["TA91", "TRIAL-lahtis"]')
    (tmp_path / "indicators.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(UsageError, match="names areas that do not exist") as caught:
        load_settings(tmp_path)
    assert "TRIAL-lahti (Lahden seudun kokeilualue)" in caught.value.details[1]


def test_a_newer_key_that_was_fetched_is_used(tmp_path):
    shutil.copytree(RAW, tmp_path / "areas")
    own, day = "tyollisyysalue_1_20270101", "2027-01-01"
    keys = tmp_path / "areas" / "answers" / f"kunta_1_20270101-{own}" / day
    items = tmp_path / "areas" / "answers" / own / day
    pairs = [("398", "31"), ("016", "31"), ("091", "47")]
    keys.mkdir(parents=True)
    maps = [
        {"sourceItem": {"code": source}, "targetItem": {"code": target}} for source, target in pairs
    ]
    (keys / "keys.json").write_text(json.dumps(maps), encoding="utf-8")
    items.mkdir(parents=True)
    for language, name in (("fi", "Uusi alue"), ("sv", "Nya området"), ("en", "New area")):
        listed = [{"code": "47", "classificationItemNames": [{"name": name}]}]
        (items / f"items_{language}.json").write_text(json.dumps(listed), encoding="utf-8")
    divisions = load_divisions(tmp_path / "areas")
    assert divisions.of_kind("employment_area") == ("TA31", "TA47")
    assert divisions.by_code["TA31"].members == ("KU016", "KU398")
    assert divisions.forms["TA47"].locative["fi"] == "alueella Uusi alue"
    assert divisions.by_code["MK07"].members == load_divisions(RAW).by_code["MK07"].members
    (keys / "keys.json").write_text("[{}]", encoding="utf-8")
    with pytest.raises(DataError):
        load_divisions(tmp_path / "areas")


def test_a_project_without_keys_has_no_areas_of_theirs(tmp_path):
    assert not load_divisions(tmp_path).key_areas
    shutil.copy(RAW / MUNICIPALITY_KEY, tmp_path)
    with pytest.raises(DataError, match="area_names"):
        load_divisions(tmp_path)
