"""Mergers: who became part of whom, and how many municipalities Finland had."""

from datetime import date
from pathlib import Path

import pytest

from indicators.areas import mergers
from indicators.areas.areas import load_areas
from indicators.settings.loading import load_settings

SETTINGS = load_settings(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def areas():
    return load_areas(SETTINGS)


# Statistics Finland's number of municipalities on 1 January, a count of its own: a merger that is
# missing, there twice or in a wrong year shows here.
COUNTS = {
    **{
        2004: 444,
        2005: 432,
        2006: 431,
        2007: 416,
        2008: 415,
        2009: 348,
        2010: 342,
        2011: 336,
        2012: 336,
    },
    **{2013: 320, 2014: 320, 2015: 317, 2016: 313, 2017: 311, 2018: 311, 2019: 311, 2020: 310},
    **{2021: 309, 2022: 309, 2023: 309, 2024: 309, 2025: 308, 2026: 308},
}


@pytest.mark.parametrize(("year", "count"), COUNTS.items())
def test_the_number_of_municipalities(areas, year, count):
    day = date(year, 1, 1)
    assert sum(value.exists_on(day) for value in areas.municipalities.values()) == count


@pytest.mark.parametrize(
    ("code", "on", "successor"),
    [
        ("532", "2015-12-31", "532"),
        ("532", "2016-01-01", "398"),
        ("283", "2016-01-01", "098"),
        ("015", "2011-01-01", "560"),
        ("398", "2023-06-30", "398"),
        ("999", "2023-06-30", "999"),
        # Suodenniemi became part of Vammala, Vammala part of Sastamala
        ("772", "2006-12-31", "772"),
        ("772", "2007-01-01", "912"),
        ("772", "2008-12-31", "912"),
        ("772", "2009-01-01", "790"),
        # Maksamaa: Vöyri-Maksamaa, then Vöyri
        ("479", "2010-12-31", "945"),
        ("479", "2011-01-01", "946"),
        # Akaa is a new municipality of 2007
        ("864", "2007-01-01", "020"),
        ("310", "2023-01-01", "020"),
    ],
)
def test_successors(areas, code, on, successor):
    assert areas.successor(code, date.fromisoformat(on)) == successor


def test_every_merged_municipality_ends_in_one_of_today(areas):
    today = {code.removeprefix("KU") for code in areas.all_codes() if code.startswith("KU")}
    ends = {areas.successor(code, date(2026, 1, 1)) for code in areas.municipalities}
    assert ends == today


def test_mergers_take_effect_at_the_turn_of_a_year(areas):
    for value in areas.municipalities.values():
        assert value.valid_to is None or (value.valid_to.month, value.valid_to.day) == (12, 31)
        assert value.valid_from is None or (value.valid_from.month, value.valid_from.day) == (1, 1)


KEY = mergers.load_mergers()


@pytest.mark.parametrize(
    ("code", "month", "called"),
    [
        ("532", "2015-12", "532"),
        ("532", "2016-01", "398"),
        ("588", "2024-12", "588"),
        ("588", "2025-01", "507"),
        ("212", "2005-01", "915"),
        # Suodenniemi: Vammala, then Sastamala
        ("772", "2006-12", "772"),
        ("772", "2007-01", "912"),
        ("772", "2009-01", "790"),
        # No municipalities of Finland: Sweden, abroad
        ("198", "2023-01", "198"),
        ("200", "2023-01", "200"),
    ],
)
def test_what_a_municipality_is_called_in_a_month(code, month, called):
    assert KEY.current(code, month) == called


def test_areas_that_are_no_municipalities_keep_their_codes():
    for area in ("SSS", "MK07", "ELY04", "LAHTI5", "KUJOU"):
        assert KEY.current_area(area, "2023-01") == area
    assert KEY.current_area("KU532", "2023-01") == "KU398"


def test_a_member_listed_under_two_names_is_one():
    assert mergers.codes_in_month(["KU532", "KU398", "KU098"], "2022-02") == ("KU398", "KU098")
    assert mergers.codes_in_month(["KU532", "KU398"], "2015-12") == ("KU532", "KU398")
    assert KEY.members(["532"]) == {"532": "", "398": "2016-01"}
    assert KEY.members(["532", "398"]) == {"532": "", "398": ""}
