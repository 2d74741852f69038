"""What is computed equals what was published."""

from __future__ import annotations

import csv
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.computing import compute
from indicators.measures.published import context_table, published_table
from indicators.sources.statfin.snapshots import Snapshots, read_snapshots

ROOT = Path(__file__).parents[2]
STATFIN = ROOT / "data" / "raw" / "statfin"
FULL = "12r5_full_vintage_2022-05-01.csv.gz"
LAHTI5 = {"LAHTI5": ("KU398", "KU098", "KU016", "KU316", "KU560")}


@pytest.fixture(scope="module")
def snapshots() -> Snapshots:
    return read_snapshots(STATFIN)


@pytest.fixture(scope="module")
def computed(snapshots) -> pd.DataFrame:
    table = published_table(snapshots, snapshots.months, LAHTI5, load_catalogue())
    return table.set_index(["indicator", "area", "month"]).sort_index()


def one_decimal(value: float) -> str:
    """Rounded as StatFin does: from the exact quotient, a half away from zero."""
    return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_the_unemployment_share_equals_the_published_one_everywhere(tmp_path):
    shutil.copy(STATFIN / FULL, tmp_path)
    months = "2006-01..2022-02"
    table = compute(months, statfin=tmp_path, groups={})
    table = table[table["indicator"] == "unemployment_share"]
    published = pd.read_csv(STATFIN / FULL, usecols=["alue", "kuukausi", "TYOTOSUUS"], dtype=str)
    published["month"] = published["kuukausi"].str.replace("M", "-")
    both = table.astype({"area": str, "month": str}).merge(
        published, left_on=["area", "month"], right_on=["alue", "month"], validate="one_to_one"
    )
    assert len(both) == len(table) == 414 * 194
    shown = both["TYOTOSUUS"].notna()
    assert (both["status"][shown] == "normal").all()
    assert (both["status"][~shown] == "suppressed").all()
    assert both["value"][~shown].isna().all()
    # A tie is decided on the counts: no quotient of doubles can be trusted with it.
    numerator, denominator = (both[name][shown] for name in ("numerator", "denominator"))
    tenths = (2000 * numerator + denominator) // (2 * denominator)
    assert (tenths != (10 * both["TYOTOSUUS"][shown].astype(float)).round()).sum() == 0
    sample = both[shown].iloc[::97]
    assert [one_decimal(value) for value in sample["value"]] == [
        f"{float(text):.1f}" for text in sample["TYOTOSUUS"]
    ]


def test_the_newest_vintage_serves_the_rebased_labour_force(computed, snapshots):
    lahti = computed.loc[("unemployment_share", "KU398", "2022-02")]
    assert (lahti.denominator, lahti.vintage) == (55_809, "2023-12-05")
    first = snapshots.vintages[-1]
    place = first.areas.index("KU398"), first.months.index("2022-02")
    assert first.columns["TYOVOIMATK"][place] == 55_592


@pytest.mark.parametrize(
    ("indicator", "month", "value"),
    [
        ("unemployment_share", "2021-03", 12_650),
        ("structural_unemployment", "2021-03", 4_728),
        ("unemployment_share", "2022-02", 10_386),
        ("structural_unemployment", "2022-02", 4_982),
    ],
)
def test_the_counts_of_the_five_municipalities(computed, indicator, month, value):
    assert computed.loc[(indicator, "LAHTI5", month)].numerator == value


def test_the_activation_rates_of_february_2022(computed):
    assert one_decimal(computed.loc[("activation_rate", "LAHTI5", "2022-02")].value) == "24.9"
    country = computed.loc[("activation_rate", "SSS", "2022-02")]
    assert {one_decimal(country[name]) for name in ("low", "value", "high")} == {"29.6"}


def test_extended_unemployment_is_the_unemployed_and_those_in_services(computed):
    rows = computed.loc[["extended_unemployment", "activation_rate", "unemployment_share"]]
    wide = rows.reset_index().pivot(
        index=["area", "month"], columns="indicator", values=["numerator", "denominator", "status"]
    )
    whole = wide["denominator"]["activation_rate"].astype(float)
    extended = wide["numerator"]["extended_unemployment"].astype(float)
    assert whole.equals(extended.rename(whole.name))
    services = wide["numerator"]["activation_rate"].astype(float)
    unemployed = wide["numerator"]["unemployment_share"].astype(float)
    known = wide["status"]["unemployment_share"].eq("normal") & extended.notna()
    assert known.sum() > 79_000
    assert (services + unemployed)[known].equals(extended[known])


def test_since_2020_two_thirds_of_the_municipality_months_have_a_hidden_service(computed):
    rows = computed.loc["extended_unemployment"].reset_index()
    rows = rows[rows["area"].str.startswith("KU") & rows["value"].notna()]
    recent = rows["month"].astype(str) >= "2020-01"
    assert (rows["status"] == "bounded")[recent].mean() > 2 / 3


def test_columns_that_end_earlier_are_not_available(computed):
    later = computed.loc[(slice(None), slice(None), slice("2022-03", "2023-10")), :]
    names = {"unemployment_share"}
    for indicator, status in later["status"].astype(str).groupby(level="indicator", observed=True):
        if indicator not in names:
            assert set(status) == {"not_available"}
    assert later.loc["unemployment_share", "numerator"].loc["SSS"].notna().all()


def test_open_vacancies_are_the_published_ones(snapshots):
    table = context_table(snapshots, ["2022-02"], {}, load_catalogue())
    table = table[table["indicator"] == "open_vacancies"].set_index("area")
    column = pd.read_csv(STATFIN / "12r5_core_vintage_2023-12-05.csv.gz")
    published = column[column["kuukausi"] == "2022M02"].set_index("alue")["AVPAIKATLOPUSSA"]
    assert table["value"].fillna(-1).to_dict() == published.fillna(-1).to_dict()


# Table of services: columns of 12r5, last month compared, months that differ, by how much at most.
AGREEMENT = {
    "12u9": (["MTPPALVELUTLOP"], "2022-02", 0, 0),
    "12u2": (["TVKOULUTUSLOP"], "2022-02", 11, 181),
    "12u6": (["TYOLLISTETTYLOP", "TYOHARJOITTELULOP"], "2022-02", 56, 46),
    "12u8": (["KOKEILULOP"], "2022-02", 62, 37),
    "12u1": (["VALMENNUSLOP"], "2013-03", 3, 3),
}


@pytest.mark.parametrize("table", AGREEMENT)
def test_the_countrys_services_agree_with_their_own_tables(snapshots, table):
    columns, last, differing, most = AGREEMENT[table]
    with Path(__file__).with_name("country_services.csv").open(encoding="utf-8") as file:
        stock = {
            row["month"]: int(row["stock"]) for row in csv.DictReader(file) if row["table"] == table
        }
    months = [month for month in sorted(stock) if month <= last]
    vintage = [item.file.name for item in snapshots.vintages].index(FULL)
    total = snapshots.total(vintage, columns, months)
    own = total.at(0)[snapshots.areas.index("SSS")]
    difference = np.abs(own - [stock[month] for month in months])
    assert len(months) >= 87
    assert ((difference > 0).sum(), difference.max()) == (differing, most)
