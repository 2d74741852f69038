"""Municipally co-financed benefits: mergers, bounds, status, areas that Kela publishes."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from indicators.calendar import month_range
from indicators.catalogue.loading import load_catalogue
from indicators.measures.cofinanced import cofinanced_table, unknown_share
from indicators.sources.kela.folder import CofinancedBenefits

MONTHS = month_range("2024-01", "2025-06")


def benefits(*series: tuple[str, str, str, float]) -> CofinancedBenefits:
    """Of an area, from one month to another, so many euros a month: half of them its own."""
    rows = [
        {
            "area": area,
            "month": month,
            "recipients": 3.0,
            "recipients_low": 3.0,
            "days": 1.0,
            "euros": euros,
            "municipal_euros": euros / 2,
            "vintage": "",
        }
        for area, first, last, euros in series
        for month in month_range(first, last)
    ]
    return CofinancedBenefits(pd.DataFrame(rows), ())


def figures(
    found: CofinancedBenefits,
    statistic: str,
    force: dict[str, float] | None = None,
    groups: dict[str, tuple[str, ...]] | None = None,
    changed: dict[str, dict[str, int]] | None = None,
) -> pd.DataFrame:
    forces = {(area, month): value for area, value in (force or {}).items() for month in MONTHS}
    catalogue = load_catalogue().in_force(changed or {})
    table = cofinanced_table(found, MONTHS, groups or {}, catalogue, forces)
    return table[table["statistic"] == statistic].set_index(["area", "month"])


def test_a_merged_municipality_counts_as_what_it_had_become_by_the_month() -> None:
    """Pertunmaa (588) is part of Mäntyharju (507) since 2025: of the year before as well."""
    found = benefits(("KU507", "2024-01", "2025-06", 100), ("KU588", "2024-01", "2024-12", 20))
    sums = figures(found, "rolling_euros")["value"]
    assert (sums["KU507", "2024-12"], sums["KU588", "2024-12"]) == (1200, 240)
    assert sums["KU507", "2025-03"] == 12 * 100 + 9 * 20
    assert ("KU588", "2025-01") not in sums.index


def test_before_the_merger_too_where_the_labour_force_is_in_the_later_division() -> None:
    found = benefits(("KU507", "2024-01", "2025-06", 100), ("KU588", "2024-01", "2024-12", 20))
    sums = figures(found, "euros_per_person", {"KU507": 60.0, "SSS": 60.0})
    assert sums["value"]["KU507", "2024-12"] == pytest.approx(720 / 60)
    assert sums["value"]["SSS", "2024-12"] == pytest.approx(720 / 60)


def test_recipients_of_several_municipalities_have_bounds_and_no_sum_over_months() -> None:
    found = benefits(("KU398", "2024-01", "2025-06", 1), ("KU098", "2024-01", "2025-06", 1))
    rows = figures(found, "recipients", groups={"TWO": ("KU398", "KU098")})
    two = rows.loc[("TWO", "2024-06")]
    assert (two["status"], two["value"], two["low"], two["high"]) == ("bounded", 6, 3, 6)
    assert rows.loc[("KU398", "2024-06")]["status"] == "normal"
    statistics = {
        statistic.id for statistic in load_catalogue().indicator("cofinanced_benefits").statistics
    }
    assert not {name for name in statistics if "rolling" in name and "recipients" in name}


def test_what_kela_publishes_of_an_area_goes_before_the_sum_of_its_municipalities() -> None:
    found = benefits(
        ("KU398", "2024-01", "2025-06", 10),
        ("TA31", "2024-07", "2025-06", 15),
        ("SSS", "2024-01", "2025-06", 99),
    )
    sums = figures(found, "rolling_euros", groups={"TA31": ("KU398",)})["value"]
    # Its own figures begin in July 2024: a year of them is whole in June 2025.
    assert (sums["TA31", "2025-05"], sums["TA31", "2025-06"]) == (120, 180)
    assert sums["SSS", "2024-12"] == 99 * 12


def test_the_country_is_not_what_happens_to_be_in_a_file() -> None:
    found = benefits(("KU398", "2024-01", "2025-06", 10), ("KU199", "2024-01", "2025-06", 5))
    without = figures(found, "rolling_euros")
    assert set(without["status"]["SSS"]) == {"not_available"}
    part = figures(found, "rolling_euros", {"KU398": 90.0, "KU098": 10.0, "SSS": 100.0})
    assert set(part["status"]["SSS"]) == {"not_available"}
    enough = figures(found, "rolling_euros", {"KU398": 96.0, "KU098": 4.0, "SSS": 100.0})
    assert enough["value"]["SSS", "2024-12"] == 12 * 15
    assert unknown_share(found, "2024-12") == pytest.approx(100 / 3)


def test_the_last_months_of_the_table_are_provisional_and_later_ones_not_available() -> None:
    found = benefits(("KU398", "2024-01", "2025-03", 10))
    status = figures(found, "rolling_euros")["status"]["KU398"]
    assert [status[month] for month in ("2024-11", "2024-12", "2025-01", "2025-03", "2025-04")] == [
        "not_available",
        "normal",
        "provisional",
        "provisional",
        "not_available",
    ]


def test_parameters_of_the_settings_are_counted_by_and_told() -> None:
    found = benefits(("KU398", "2024-01", "2025-03", 10))
    changed = {"cofinanced_benefits": {"rolling_months": 6, "provisional_months": 1}}
    rows = figures(found, "rolling_euros", changed=changed)
    assert rows["value"]["KU398", "2024-06"] == 60
    assert rows["status"]["KU398", "2025-02"] == "normal"
    told = load_catalogue().in_force(changed).indicator("cofinanced_benefits")
    assert "6 kuukauden summat" in told.definition.fi


def test_repayments_beyond_what_was_paid_leave_no_share() -> None:
    found = benefits(("KU398", "2024-01", "2025-06", -10))
    share = figures(found, "municipal_share")
    assert math.isnan(share["value"]["KU398", "2024-12"])
    assert share["status"]["KU398", "2024-12"] == "not_available"
    assert figures(found, "rolling_euros")["value"]["KU398", "2024-12"] == -120
