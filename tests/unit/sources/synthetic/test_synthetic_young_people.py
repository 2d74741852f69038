"""Municipalities differ in their share of the young, as their unemployed do at StatFin."""

from datetime import date

import numpy as np
import pytest

from indicators.register.schema import day_number
from indicators.synthetic.model import load_model
from indicators.synthetic.people import make_people, municipality_frame

BEGIN, MIDDLE, END = date(2012, 1, 1), date(2021, 1, 1), date(2023, 7, 1)
LAHTI, HOLLOLA, ASIKKALA, KARKOLA, ORIMATTILA = range(5)


@pytest.fixture(scope="module")
def young() -> np.ndarray:
    """Share of those under 25 half-way, by municipality of the region."""
    ids = np.arange(1, 60_001)
    rng = np.random.default_rng(5)
    people = make_people(load_model(), ids, day_number(BEGIN), day_number(END), rng)
    under_25 = people["born"] > day_number(MIDDLE.replace(year=MIDDLE.year - 25))
    return np.array([under_25[people["home"] == home].mean() for home in range(5)])


def test_the_order_is_the_published_one(young):
    between = young[[KARKOLA, ORIMATTILA]]
    assert young[ASIKKALA] < young[HOLLOLA] < between.min()
    assert between.max() < young[LAHTI]


def test_asikkala_has_half_of_lahtis_share(young):
    published = municipality_frame()["youth"] / municipality_frame()["unemployed"]
    assert young[ASIKKALA] / young[LAHTI] == pytest.approx(
        published[ASIKKALA] / published[LAHTI], abs=0.1
    )
