"""Names, kinds and groups, and that the snapshots hold no area we cannot name."""

import csv
import dataclasses
import gzip
from pathlib import Path

import pytest

from indicators.areas.areas import load_areas
from indicators.errors import UsageError
from indicators.settings.loading import load_settings
from indicators.settings.model import LANGUAGES

SETTINGS = load_settings(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def areas():
    return load_areas(SETTINGS)


def snapshot_codes(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {row["alue"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", ["12r5_full_vintage_2022-05-01", "12r5_core_vintage_2023-12-05"])
def test_the_key_is_exactly_the_snapshots_areas_and_the_groups(areas, name):
    codes = snapshot_codes(SETTINGS.statfin.directory / f"{name}.csv.gz")
    assert len(codes) == 414
    # Pertunmaa became part of Mäntyharju after the snapshots, on 1.1.2025.
    of_keys = set(areas.divisions.key_areas)
    assert set(areas.all_codes()) | {"KU588"} == codes | set(SETTINGS.groups) | of_keys


def test_every_area_has_a_name_in_every_language(areas):
    for code in areas.all_codes():
        for lang in LANGUAGES:
            name = areas.name(code, lang)
            assert name == name.strip()
            assert name not in ("", code)


def test_no_two_areas_of_a_kind_share_a_name(areas):
    for lang in LANGUAGES:
        named = [(areas.kind(code), areas.name(code, lang)) for code in areas.all_codes()]
        assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("code", "fi", "sv", "en"),
    [
        ("KU398", "Lahti", "Lahtis", "Lahti"),
        ("KU098", "Hollola", "Hollola", "Hollola"),
        ("KU109", "Hämeenlinna", "Tavastehus", "Hämeenlinna"),
        ("KU532", "Nastola", "Nastola", "Nastola"),
        ("MK07", "Päijät-Häme", "Päijänne-Tavastland", "Päijät-Häme"),
        ("ELY04", "Hämeen ELY-keskus", "NTM-centralen i Tavastland", "Häme ELY Centre"),
        ("SK071", "Lahden seutukunta", "Lahtis ekonomiska region", "Lahti sub-regional unit"),
        ("SSS", "Koko maa", "Hela landet", "Whole country"),
        ("LAHTI5", "Lahden seutu", "Lahtisregionen", "Lahti region"),
        ("KU999", "KU999", "KU999", "KU999"),
        ("398", "398", "398", "398"),
    ],
)
def test_names(areas, code, fi, sv, en):
    assert [areas.name(code, lang) for lang in LANGUAGES] == [fi, sv, en]


def test_kinds(areas):
    kinds = {code: areas.kind(code) for code in ("SSS", "LAHTI5", "MK07", "ELY04", "SK071")}
    assert list(kinds.values()) == ["country", "group", "region", "ely", "subregion"]
    assert areas.kind("KU398") == areas.kind("KU532") == "municipality"
    for code in ("KU999", "398", "lahti"):
        with pytest.raises(UsageError, match=f"{code} is not an area"):
            areas.kind(code)


def test_codes_come_from_the_largest_to_the_smallest(areas):
    kinds = [areas.kind(code) for code in areas.all_codes()]
    order = ["country", "group", "region", "ely", "evk", "employment_area", "trial_area"]
    order += ["subregion", "municipality"]
    assert list(dict.fromkeys(kinds)) == order
    counts = [kinds.count(kind) for kind in order]
    assert counts == [1, 1, 19, 16, 10, 46, 25, 69, 308]


def test_settings_that_name_unknown_areas_are_refused():
    # Nastola is part of Lahti today, so it cannot be in a group any more.
    group = dataclasses.replace(SETTINGS.groups["LAHTI5"], members=("KU398", "KU999", "KU532"))
    report = dataclasses.replace(SETTINGS.report, comparisons=("MK03", "LAHTI5", "MK07"))
    resources = dataclasses.replace(SETTINGS.resources, transferred_person_years={"KU000": 1.0})
    settings = dataclasses.replace(
        SETTINGS, groups={"LAHTI5": group}, report=report, resources=resources
    )
    with pytest.raises(UsageError, match=r"indicators\.toml names areas") as caught:
        load_areas(settings)
    assert caught.value.details == (
        "groups.LAHTI5.members: KU999 is not an area of today",
        "report.comparisons: MK03 is not an area of today",
        "resources.transferred_person_years: KU000 is not an area of today",
    )
