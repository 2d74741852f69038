"""Who was in which trial on which day."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from indicators.areas.areas import load_areas
from indicators.errors import UsageError
from indicators.settings.loading import load_settings

SETTINGS = load_settings(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def areas():
    return load_areas(SETTINGS)


@pytest.mark.parametrize(
    ("code", "on", "area", "office"),
    [
        ("398", "2021-02-28", None, None),
        ("398", "2021-03-01", "Lahden seutu", "1530"),
        ("398", "2024-12-31", "Lahden seutu", "1530"),
        ("398", "2025-01-01", None, None),
        ("398", "2012-09-01", "2012-15 Lahti", ""),
        ("532", "2015-12-31", "2012-15 Lahti", ""),
        ("398", "2018-01-01", None, None),
        ("853", "2018-01-01", "2017-18 Turun seutu", "0395"),
        ("422", "2021-06-01", None, None),
        ("016", "2012-09-01", None, None),
        ("999", "2022-01-01", None, None),
    ],
)
def test_the_trial_of_a_municipality_on_a_day(areas, code, on, area, office):
    found = areas.trial_area(code, date.fromisoformat(on))
    assert (found and found.trial_area) == area
    assert (found and found.office_code) == office


def test_the_trial_of_the_settings_is_its_group(areas):
    for office in SETTINGS.trial.offices:
        members = {f"KU{code}" for code in areas.trial_municipalities(office)}
        assert members == set(areas.members(SETTINGS.report.group))
    for code in areas.trial_municipalities("Lahden seutu"):
        member = areas.trial_area(code, SETTINGS.trial.start)
        assert (member.grade, member.start) == ("A", SETTINGS.trial.start)
        assert member.end >= SETTINGS.trial.end


def test_the_third_trial_as_far_as_it_is_known(areas):
    day = date(2022, 1, 1)
    members = [member for member in areas.trials if member.covers(day)]
    assert len({member.trial_area for member in members}) == 25
    assert Counter(member.grade for member in members) == {"A": 51, "B": 56, "C": 10}


def test_areas_by_office_code_or_name(areas):
    assert areas.trial_municipalities("0230") == areas.trial_municipalities("Helsinki") == ("091",)
    for unknown in ("", "1031", "Lahti"):
        with pytest.raises(UsageError, match=f'"{unknown}" is no trial area'):
            areas.trial_municipalities(unknown)


def test_what_is_no_clean_control(areas):
    planned = {member.municipality for member in areas.planned}
    assert len(planned) == 7
    assert not any(member.covers(date(2022, 1, 1)) for member in areas.planned)
    doubtful = {control.municipality for control in areas.doubtful_controls}
    assert planned < doubtful
    assert not any(control.reason == "" for control in areas.doubtful_controls)
