"""An area among its peers: who is compared, hidden cells, positions, similar areas."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import indicators
from indicators import table
from indicators.areas.areas import Areas, load_areas
from indicators.benchmarking.peers import PeerParameters, compare, peer_codes, peers
from indicators.errors import UsageError
from indicators.settings.loading import load_settings

SETTINGS = load_settings(Path(__file__).parents[3])
MONTH, BEFORE = "2022-02", "2021-02"


@cache
def areas() -> Areas:
    return load_areas(SETTINGS)


def codes(count: int) -> list[str]:
    """Some municipalities that there still are."""
    found = areas().municipalities
    return [f"KU{code}" for code in sorted(found) if found[code].valid_to is None][:count]


def row(indicator: str, area: str, month: str = MONTH, **cells: Any) -> dict[str, Any]:
    plain = {
        **dict.fromkeys(table.COLUMNS),
        **dict.fromkeys(table.NUMBERS, nan),
        **{"statistic": "value", "population": "residents", "dimension": "total"},
        **{"category": "total", "unit": "persons", "status": "normal", "source": "statfin"},
    }
    return {**plain, "indicator": indicator, "area": area, "month": month, **cells}


def unemployed(area: str, count: float, force: float, month: str = MONTH) -> dict[str, Any]:
    value = 100 * count / force
    cells = {"numerator": count, "denominator": force, "value": value}
    return row("unemployment_share", area, month, **cells)


def long_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.COLUMNS))
    texts = [name for name in table.COLUMNS if name not in table.NUMBERS]
    return frame.astype({**dict.fromkeys(texts, "category"), **dict.fromkeys(table.NUMBERS, float)})


def country(count: int = 40, month: str = MONTH) -> list[dict[str, Any]]:
    """Municipalities of 1,000 and more with 8–12 % unemployed, and the whole country."""
    rows = [
        unemployed(code, (8 + place % 5) * 10 * (1 + place), 1000.0 * (1 + place), month)
        for place, code in enumerate(codes(count))
    ]
    whole = sum(cells["numerator"] for cells in rows), sum(cells["denominator"] for cells in rows)
    return [*rows, unemployed("SSS", *whole, month)]


def own(found: pd.DataFrame, area: str, measure: str, comparison: str = "all") -> pd.Series:
    chosen = (found["area"] == area) & (found["measure"] == measure)
    return found[chosen & (found["comparison"] == comparison)].iloc[0]


def placed(rows: list[dict[str, Any]], area: str, measure: str = "unemployment_share") -> Any:
    return own(peers(long_table(rows), area, MONTH, areas=areas()), area, measure)


def test_an_area_like_the_others_lies_within_and_has_no_bare_rank() -> None:
    found = placed(country(), codes(3)[2])
    assert found["position"] == "within"
    assert found["low_998"] < found["low_95"] < found["value"] < found["high_95"]
    assert found["rank_low"] < found["rank_high"] <= found["ranked"] == 40


@pytest.mark.parametrize(
    ("share", "position"), [(0.6, "beyond_high"), (0.001, "beyond_low"), (0.1, "within")]
)
def test_an_area_far_out_lies_outside(share: float, position: str) -> None:
    rows = country()
    rows[7] = unemployed(rows[7]["area"], share * 20_000, 20_000)
    assert placed(rows, rows[7]["area"])["position"] == position


def test_nothing_is_concluded_of_a_tiny_denominator() -> None:
    rows = country()
    rows[5] = unemployed(rows[5]["area"], 30, 40)
    found = placed(rows, rows[5]["area"])
    assert found["position"] == "too_small"
    assert isnan(found["rank_low"])
    assert isnan(found["z"])


def test_a_hidden_count_has_bounds_and_no_value() -> None:
    rows = country()
    cells = {"denominator": 400.0, "status": "suppressed"}
    rows[4] = row("unemployment_share", rows[4]["area"], **cells)
    found = placed(rows, rows[4]["area"])
    assert isnan(found["value"])
    assert (found["low"], found["high"]) == (0.25, 1.0)
    assert found["position"] == "beyond_low"
    rows[4] = row("unemployment_share", rows[4]["area"], status="suppressed")
    assert placed(rows, rows[4]["area"])["position"] == "hidden"
    rows[4] = row("unemployment_share", rows[4]["area"], status="not_available")
    assert placed(rows, rows[4]["area"])["position"] == "not_available"


def test_a_range_over_a_limit_leaves_the_position_open() -> None:
    rows = country()
    limit = placed(rows, rows[6]["area"])["high_95"]
    cells = {"value": limit, "low": limit - 2, "high": limit + 1, "status": "bounded"}
    rows[6] = {**rows[6], **cells}
    found = placed(rows, rows[6]["area"])
    assert found["position"] == "undetermined"
    assert found["rank_low"] < found["rank_high"]


def test_a_count_is_a_share_of_the_same_people_with_the_bounds_of_its_cells() -> None:
    rows = country(10)
    area, other = rows[0]["area"], rows[1]["area"]
    cells = {"numerator": 12.5, "value": 12.5, "low": 11.0, "high": 14.0, "status": "bounded"}
    rows += [
        row("extended_unemployment", area, **cells),
        row("foreign_unemployment_share", area, numerator=20.0, status="not_available"),
        row("foreign_unemployment_share", other, status="suppressed"),
    ]
    found = peers(long_table(rows), area, MONTH, areas=areas())
    extended = own(found, area, "extended_of_labour_force")
    assert extended[["value", "low", "high"]].tolist() == [1.25, 1.1, 1.4]
    assert (extended["status"], extended["unit"], extended["denominator"]) == (
        *("bounded", "percent"),
        1000,
    )
    assert own(found, area, "foreign_of_unemployed")["value"] == 25.0
    hidden = own(found, other, "foreign_of_unemployed")
    assert isnan(hidden["value"])
    assert hidden["status"] == "suppressed"
    assert (hidden["low"], hidden["high"]) == pytest.approx((100 / 180, 400 / 180))


def test_an_official_rate_stands_in_place_of_the_share() -> None:
    rows = country(10)
    for cells in list(rows):
        rate = {"numerator": 30.0, "denominator": 200.0, "value": 15.0}
        rows.append(row("youth_unemployment_share", cells["area"], **rate))
    found = peers(long_table(rows), rows[0]["area"], MONTH, areas=areas())
    assert set(found["measure"]) == {"unemployment_share", "youth_unemployment_share"}


def test_a_rate_without_denominators_has_neither_limits_nor_rank() -> None:
    rows = country(10)
    rows += [row("flow_over_3_months", cells["area"], value=40.0) for cells in list(rows)]
    found = placed(rows, rows[0]["area"], "flow_over_3_months")
    assert found["position"] == "no_limits"
    assert isnan(found["rank_low"])


def test_the_hidden_members_of_a_group_are_its_bounds() -> None:
    group = SETTINGS.report.group
    members = SETTINGS.groups[group].members
    rows = [unemployed(code, 100, 1000) for code in (*members, "SSS")]
    rows.append(unemployed(group, 500, 5000))
    foreign = "foreign_unemployment_share"
    rows += [row(foreign, code, status="suppressed") for code in members[:2]]
    rows.append(row(foreign, group, numerator=45.0, status="not_available"))
    found = compare_as_trial(rows, group)
    share = own(found, group, "foreign_of_unemployed")
    assert share[["low", "value", "high"]].tolist() == pytest.approx([8.4, 9.0, 9.6])
    assert share["status"] == "bounded"


def compare_as_trial(rows: list[dict[str, Any]], group: str) -> pd.DataFrame:
    """Among trial areas, one of which has the group's municipalities."""
    twins = [code for code in areas().all_codes() if code.startswith("TRIAL-")]
    rows = [*rows, *(unemployed(code, 90 + place, 1000) for place, code in enumerate(twins))]
    return peers(long_table(rows), group, MONTH, areas=areas())


def test_a_group_that_is_a_trial_area_stands_in_its_place() -> None:
    group = SETTINGS.report.group
    twin = next(
        code
        for code in areas().all_codes()
        if code.startswith("TRIAL-")
        and set(areas().members(code)) == set(SETTINGS.groups[group].members)
    )
    known = [*areas().all_codes(), "KU199", "KUJOU"]
    kind, found = peer_codes(areas(), group, known, MONTH)
    assert kind == "trial_area"
    assert group in found
    assert twin not in found
    assert len(found) == len([code for code in known if code.startswith("TRIAL-")])
    other = replace(SETTINGS.groups[group], members=("KU091", "KU398"))
    odd = replace(areas(), groups={group: other})
    assert peer_codes(odd, group, known, MONTH) == ("", [])


def test_peers_are_of_the_areas_own_kind_and_no_place_is_none() -> None:
    known = [*areas().all_codes(), "KU199", "KUJOU", "MK91", "MKJO"]
    for area, kind in (("KU398", "municipality"), ("MK07", "region"), ("TA31", "employment_area")):
        found = peer_codes(areas(), area, known, MONTH)
        assert found[0] == kind
        assert {areas().kind(code) for code in found[1]} == {kind}
    assert peer_codes(areas(), "SSS", known, MONTH) == ("", [])
    assert peers(long_table(country()), "SSS", MONTH, areas=areas()).empty


def test_similar_areas_are_those_of_a_month_long_enough_before() -> None:
    rows = country() + country(month=BEFORE) + country(month="2021-12")
    sizes = {cells["area"]: cells["denominator"] for cells in country(month=BEFORE)}
    area = codes(20)[19]
    found = compare(
        long_table(rows), area, MONTH, areas=areas(), parameters=PeerParameters(similar=4)
    )
    assert found.covariates == {"labour_force": BEFORE}
    assert {sizes[code] for code in found.similar} == {18e3, 19e3, 21e3, 22e3}
    among = found.table[found.table["comparison"] == "similar"]
    assert set(among["area"]) == {area, *found.similar}
    assert own(found.table, area, "unemployment_share", "similar")["ranked"] == 5
    alone = compare(long_table(country()), area, MONTH, areas=areas())
    assert alone.similar == ()
    assert set(alone.table["comparison"]) == {"all", "country"}


def test_an_area_that_the_month_has_not_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"KU398.*2022-02"):
        peers(long_table(country(5)), "KU398", MONTH, areas=areas())


def test_the_published_table_of_a_real_month() -> None:
    """Lahti in February 2022, from the snapshots of the repository."""
    computed = indicators.compute("2021-02,2022-02", statfin=SETTINGS.statfin.directory)
    found = indicators.peers(computed, "KU398", MONTH, areas=areas())
    lahti = own(found, "KU398", "unemployment_share")
    assert lahti["value"] == pytest.approx(100 * lahti["numerator"] / lahti["denominator"])
    assert lahti["rank_low"] <= lahti["rank_high"] <= lahti["ranked"] <= 309
    everybody = found[(found["comparison"] == "all") & (found["measure"] == "unemployment_share")]
    outside = ~everybody["position"].isin(["within", "too_small", "not_available", "undetermined"])
    assert 0.02 < outside.mean() < 0.1
    assert len(found[found["comparison"] == "similar"]["area"].unique()) == 9
