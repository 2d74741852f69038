"""A fifth of the region against a fifth of what StatFin published (table 12r5).

Tolerances are relative: of the model (the fit is within 3 % of the unemployed and about 10 % of the
smaller groups, decision 0012) and of chance (two standard errors of a stock of n are about 2/√n,
which is 5 % of the unemployed of a fifth).
"""

import pandas as pd
import pytest

from indicators.calendar import count_day

SHARE = 1 / 5
FAR = pd.Timestamp("2222-01-01")

# Month: jobseekers, unemployed, long-term unemployed, laid off, in services.
PUBLISHED = {
    "2019-12": (18_644, 9_817, 2_545, 726, 3_457),
    "2021-03": (23_468, 12_650, 4_728, 2_096, 3_372),
    "2022-02": (19_491, 10_386, 4_982, 958, 3_445),
}
TOLERANCE = {
    "jobseekers": 0.05,
    "unemployed": 0.08,
    "long_term": 0.16,
    "laid_off": 0.25,
    "in_services": 0.12,
}
# In December 2019 layoffs came in a month's time, faster than the model's quarters.
LOOSE = {("2019-12", "laid_off"): 0.40}


def on(frame: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return frame[(frame["start"] <= day) & (frame["end"].fillna(FAR) >= day)]


def chains(codes: pd.DataFrame) -> pd.DataFrame:
    """Unemployment spells: 02 and 03 that touch are one."""
    spells = codes[codes["code"].isin(["02", "03"])].sort_values(["person_id", "start"])
    gap = spells["start"] - spells["end"].shift()
    begins = (spells["person_id"] != spells["person_id"].shift()) | (gap > pd.Timedelta(days=1))
    ends = spells["end"].fillna(FAR)
    return (
        spells.assign(end=ends)
        .groupby(begins.cumsum())
        .agg(
            person_id=("person_id", "first"),
            code=("code", "first"),
            start=("start", "first"),
            end=("end", "max"),
        )
    )


def stocks(case, month: str) -> dict[str, int]:
    day = pd.Timestamp(count_day(month))
    codes = on(case.table("employment_code"), day)
    unemployed = codes[codes["code"].isin(["02", "03"])]
    long = on(chains(case.table("employment_code")), day)["start"] <= day - pd.DateOffset(years=1)
    served = set(on(case.table("service"), day)["person_id"]) - set(unemployed["person_id"])
    return {
        "jobseekers": len(codes),
        "unemployed": len(unemployed),
        "long_term": int(long.sum()),
        "laid_off": int((unemployed["code"] == "03").sum()),
        "in_services": len(served),
    }


@pytest.mark.parametrize("month", PUBLISHED)
def test_stocks_are_near_the_published_ones(registers, month):
    found = stocks(registers, month)
    expected = dict(zip(TOLERANCE, PUBLISHED[month], strict=True))
    off = {name: found[name] / (expected[name] * SHARE) - 1 for name in TOLERANCE}
    limits = {name: LOOSE.get((month, name), TOLERANCE[name]) for name in TOLERANCE}
    assert all(abs(off[name]) <= limits[name] for name in TOLERANCE), off


def test_the_spring_of_2020_is_there(registers):
    before, spring = stocks(registers, "2020-02"), stocks(registers, "2020-05")
    assert spring["laid_off"] > 5 * before["laid_off"]
    assert spring["unemployed"] == pytest.approx(15_966 * SHARE, rel=0.12)


def test_half_of_the_spells_of_code_02_pass_three_months(registers):
    spells = chains(registers.table("employment_code"))
    started = spells["start"].between("2018-01-01", "2022-12-31") & (spells["code"] == "02")
    passed = spells["end"] >= spells["start"] + pd.DateOffset(months=3)
    assert passed[started].mean() == pytest.approx(0.50, abs=0.05)


def test_layoffs_last_about_a_month(registers):
    codes = registers.table("employment_code")
    spells = codes[(codes["code"] == "03") & codes["end"].notna()]
    assert 22 <= (spells["end"] - spells["start"]).dt.days.median() <= 42


def test_ongoing_job_searches_have_lasted_about_57_weeks(registers):
    day = pd.Timestamp(count_day("2021-03"))
    elapsed = (day - on(registers.table("job_search"), day)["start"]).dt.days
    assert elapsed.mean() / 7 == pytest.approx(57, rel=0.15)


def test_june_is_worse_than_may(registers):
    """Summer begins with the end of school and of fixed terms."""
    for year in (2018, 2019, 2021, 2022):
        may, june = (stocks(registers, f"{year}-{month}")["unemployed"] for month in ("05", "06"))
        assert june > may


def test_the_smallest_municipality_is_small(registers):
    day = pd.Timestamp(count_day("2022-02"))
    codes = on(registers.table("employment_code"), day)
    unemployed = codes.loc[codes["code"].isin(["02", "03"]), "person_id"]
    home = on(registers.table("residence"), day).set_index("person_id")["municipality"]
    assert (home.reindex(unemployed) == "316").sum() == pytest.approx(189 * SHARE, abs=17)


def test_the_trial_has_about_its_customers(registers):
    day = pd.Timestamp(count_day("2021-03"))
    offices = on(registers.table("office"), day)
    customers = set(offices.loc[offices["office"] == "1530", "person_id"])
    customers &= set(on(registers.table("job_search"), day)["person_id"])
    assert len(customers) == pytest.approx(11_652 * SHARE, rel=0.06)
    load = registers.table("caseload")
    assert load.loc[load["month"] == "2021-03", "customers"].sum() == len(customers)


def test_lines_of_the_trials_customers_are_mostly_2_and_3(registers):
    day = pd.Timestamp(count_day("2021-03"))
    customers = on(registers.table("office"), day).query("office == '1530'")["person_id"]
    lines = on(registers.table("service_line"), day).set_index("person_id")["line"]
    known = lines.reindex(customers).dropna()
    assert known.isin(["02", "03"]).mean() > 0.5
