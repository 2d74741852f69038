"""What a terminal shows, in three languages."""

import re

import pytest
import small_tables
from small_tables import share

from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.report import HeldIdentities
from indicators.reconciliation.report import _texts as _words
from indicators.settings.model import LANGUAGES

NO_BREAK = "\N{NO-BREAK SPACE}"
REGISTER = [
    {"value": 12900.0},
    {"value": 1995.5, "month": "2022-03"},
    {"value": 4.0, "area": "KU016"},
    share(33, 200),
    {"indicator": "foreign_unemployment_share", "numerator": 70.0, "value": 9.0},
]
STATFIN = [
    {"value": 12000.0},
    {"value": 2000.0, "month": "2022-03"},
    {"value": 0.0, "area": "KU016"},
    share(33, 200),
    {"indicator": "foreign_unemployment_share", "numerator": 100.0, "status": "not_available"},
]


def text(language="en", *, made_up=True, register=REGISTER, statfin=STATFIN):
    found = reconcile(
        small_tables.long_table("register", *register),
        small_tables.long_table("statfin", *statfin),
        tolerance=0.025,
        tolerance_persons=3,
        made_up=made_up,
    )
    return found.text(language)


def test_a_summary_and_the_largest_gaps():
    lines = text().splitlines()
    assert lines[0] == (
        "Register and StatFin: 5 figures compared, 2 within the tolerance (2.5% or 3 persons)."
    )
    assert lines[1] == "The register is made up: gaps are only reported and do not stop the run."
    cells = [re.split("  +", line) for line in lines]
    assert cells[3][2:] == ["figures", "within", "median gap, %", "largest gap, %"]
    assert cells[4] == ["extended_unemployment", "value", "3", "1", "+3.6", "+7.5"]
    assert cells[5] == ["unemployment_share", "value", "1", "1", "0.0", "0.0"]
    messages = ["foreign_unemployment_share", "numerator", "1", "0", "−30.0", "−30.0"]
    assert cells[6] == messages
    assert lines[8] == "Beyond the tolerance, the largest gap first:"
    assert cells[10][2:] == ["2022-02", "KU016", "4", "0", "+4.0", "–"]
    assert cells[11][1:] == ["numerator", "2022-02", "KU398", "70", "100", "−30.0", "−30.0"]
    assert cells[12][2:] == ["2022-02", "KU398", "12,900", "12,000", "+900.0", "+7.5"]
    assert len(lines) == 13


def test_finnish_and_swedish_write_numbers_their_way():
    fi, sv = text("fi"), text("sv")
    assert f"(2,5{NO_BREAK}% tai 3 henkilöä)" in fi
    assert f"(2,5{NO_BREAK}% eller 3 personer)" in sv
    assert "osoittaja" in fi
    assert "täljare" in sv
    for item in (fi, sv):
        assert f"12{NO_BREAK}900" in item
        assert "−30,0" in item


def test_figures_stand_flush_below_their_heads():
    lines = text().splitlines()
    assert len({len(line) for line in lines[3:7]}) == 1
    assert len({len(line) for line in lines[9:13]}) == 1


def test_a_real_extract_is_not_called_made_up():
    assert "made up" not in text(made_up=False)


def test_where_all_is_well_no_gap_is_listed():
    assert len(text(register=STATFIN).splitlines()) == 7


def test_a_gap_too_small_to_show_has_no_sign():
    spoken = text(register=[{"value": 99999.99}], statfin=[{"value": 100000.0}])
    assert re.split("  +", spoken.splitlines()[4])[-2:] == ["0.0", "0.0"]


def test_many_gaps_are_counted():
    rows = [{"value": 10.0, "month": f"20{year}-01"} for year in range(10, 33)]
    spoken = text(register=rows, statfin=[row | {"value": 20.0} for row in rows])
    assert spoken.endswith("\nand 13 more, see the gap table\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_compare_is_one_line(language):
    assert len(text(language, statfin=[{"value": 1.0, "month": "1999-01"}]).splitlines()) == 1


def test_identities_say_how_much_was_compared():
    found = HeldIdentities({"stock": 462, "cohorts": 1200})
    assert found.compared == 1662
    lines = found.text().splitlines()
    assert lines[0] == "Accounting identities: 1,662 comparisons, all of them hold."
    assert lines[2].split() == ["identity", "comparisons"]
    assert lines[4].startswith("flows within a cohort: 12 months ≤ 6 months ≤ 3 months")
    assert lines[4].endswith(" 1,200")
    assert f"1{NO_BREAK}662" in found.text("fi")


def _texts(words):
    """Every text with its languages, wherever it is."""
    for value in words.values():
        if isinstance(next(iter(value.values())), dict):
            yield from _texts(value)
        else:
            yield value


def test_every_text_is_in_every_language_with_as_many_columns():
    texts = list(_texts(_words()))
    assert len(texts) > 15
    for item in texts:
        assert tuple(item) == LANGUAGES
        assert len({text.count("|") for text in item.values()}) == 1
        assert len({tuple(sorted(re.findall("{.*?}", text))) for text in item.values()}) == 1
