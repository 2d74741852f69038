"""Figures of StatFin's further tables, which are made up here, beside 12r5's recorded ones."""

from __future__ import annotations

from itertools import product
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicators
from fixtures.further_tables import write_folder
from indicators.catalogue.loading import load_catalogue
from indicators.errors import DataError
from indicators.measures.class_medians import median_figures
from indicators.measures.published import published_table
from indicators.sources.statfin.further_forms import Interval
from indicators.sources.statfin.snapshots import PublishedSum, read_snapshots

MONTH = "2026-06"
GROUPS = {"FIVE": ("KU398", "KU098", "KU016", "KU316", "KU560"), "ONE": ("KU398",)}


def computed(place: Path, **parameters: Any) -> tuple[pd.DataFrame, list[str]]:
    notes: list[str] = []
    choices = indicators.Choices(parameters={"youth_unemployment_share": parameters})
    frame = indicators.compute(
        MONTH, statfin=place, groups=GROUPS, choices=choices, report_note=notes.append
    )
    return frame, notes


def row(frame: pd.DataFrame, indicator: str, area: str, statistic: str = "value") -> Any:
    chosen = frame[
        (frame["indicator"] == indicator)
        & (frame["area"] == area)
        & (frame["statistic"] == statistic)
        & (frame["category"] == "total")
    ]
    assert len(chosen) <= 1
    return None if chosen.empty else next(chosen.itertuples())


def test_without_them_the_figures_are_those_of_12r5(tmp_path: Path) -> None:
    place = write_folder(tmp_path, "none")
    frame, notes = computed(place)
    snapshots = read_snapshots(place)
    plain = published_table(snapshots, [MONTH], GROUPS, load_catalogue())
    pd.testing.assert_frame_equal(frame, plain)
    assert notes == []


def test_flows_are_shares_without_counts(tmp_path: Path) -> None:
    frame, notes = computed(write_folder(tmp_path, "12ts"))
    lahti = row(frame, "flow_over_3_months", "KU398")
    assert (lahti.value, lahti.status, lahti.unit, lahti.source) == (
        42.6,
        "normal",
        "percent",
        "statfin",
    )
    assert isnan(lahti.numerator)
    assert isnan(lahti.denominator)
    hidden = row(frame, "flow_over_3_months", "KU316")
    assert hidden.status == "suppressed"
    assert isnan(hidden.value)
    # A mean of shares is none of the group; one municipality alone is itself.
    assert row(frame, "flow_over_3_months", "FIVE") is None
    assert row(frame, "flow_over_12_months", "ONE").value == 12.6
    assert notes == ["statfin: without the tables 12u4, 12ta, 12tr, 12tn, 115b"]


def test_the_median_lies_in_its_class(tmp_path: Path) -> None:
    frame, _ = computed(write_folder(tmp_path, "12ta"))
    lahti = row(frame, "unemployment_duration", "KU398", "median_weeks")
    # 18 + 22 % are under three months, 20 % from three to five.
    assert lahti.status == "bounded"
    assert (round(lahti.low * 7), round(lahti.high * 7)) == (89, 184)
    assert lahti.low < lahti.value < lahti.high
    # The mean has no upper bound: it is not made up.
    assert row(frame, "unemployment_duration", "KU398", "mean_weeks") is None


@pytest.mark.parametrize("seed", range(20))
def test_bounds_of_the_median_hold_whatever_is_hidden(seed: int) -> None:
    """Against the slow twin: every count that a hidden cell may be."""
    dice = np.random.default_rng(seed)
    classes = [Interval(0, 2, "weeks"), Interval(2, 5, "weeks"), Interval(5, 9, "weeks")]
    cells = [dice.choice([None, 0, 5, 6, 9]) for _ in classes]
    hidden = [cell is None for cell in cells]
    parts = [
        PublishedSum(
            np.array([[0.0 if cell is None else float(cell)]]),
            np.array([[int(cell is None)]]),
            np.array([[1]]),
        )
        for cell in cells
    ]
    found = median_figures(classes, parts)
    medians = []
    for counts in product(*(range(1, 5) if cell is None else [cell] for cell in cells)):
        total = sum(counts)
        if total:
            so_far = np.cumsum(counts)
            medians.append(classes[int(np.argmax(2 * so_far >= total))])
    if not medians:
        assert found.status[0, 0] == "not_available"
        return
    low, high = min(each.low for each in medians), max(each.high or 0 for each in medians)
    assert (found.low[0, 0], found.high[0, 0]) == (low, high)
    assert low <= found.value[0, 0] <= high
    assert isnan(found.denominator[0, 0]) == any(hidden)


def test_an_open_class_bounds_nothing() -> None:
    ones = PublishedSum(np.array([[9.0]]), np.array([[0]]), np.array([[1]]))
    none = PublishedSum(np.array([[0.0]]), np.array([[0]]), np.array([[1]]))
    classes = [Interval(0, 12, "months"), Interval(12, None, "months")]
    found = median_figures(classes, [none, ones])
    assert found.status[0, 0] == "not_available"
    assert isnan(found.value[0, 0])


def test_ended_searches_by_reason(tmp_path: Path) -> None:
    frame, _ = computed(write_folder(tmp_path, "12tr"))
    exits = {
        statistic: row(frame, "job_search_exits", "SSS", statistic)
        for statistic in ("total", "open_market", "layoff_return", "studies", "other", "unknown")
    }
    assert exits["total"].value == 9540
    # 20 % placed, 25 % found themselves.
    assert exits["open_market"].value == 1908 + 2385
    assert exits["open_market"].unit == "spells"
    # No reason stands for it in the table: there is no row, and no 0.
    assert row(frame, "job_search_exits", "SSS", "abroad") is None
    assert row(frame, "job_search_exits", "FIVE", "unknown").status == "bounded"


def test_the_young_get_their_denominator(tmp_path: Path) -> None:
    place = write_folder(tmp_path, "115b")
    frame, _ = computed(place)
    lahti = row(frame, "youth_unemployment_share", "KU398")
    # Year-end 2024 serves 2026; a tenth of the labour force is young in the made-up table.
    base = int((40 * 1800 + 240) * 0.1)
    assert (lahti.numerator, lahti.denominator, lahti.status) == (1429, base, "normal")
    assert lahti.value == pytest.approx(100 * 1429 / base)
    five = row(frame, "youth_unemployment_share", "FIVE")
    assert five.denominator > base
    # An area that 115b has not keeps its numerator alone.
    assert row(frame, "youth_unemployment_share", "KU049").status == "not_available"
    older, _ = computed(place, labour_force_lag_years=3)
    assert row(older, "youth_unemployment_share", "KU398").denominator == base - 1
    # One year further back is all there is: it serves, and is provisional.
    newer, _ = computed(place, labour_force_lag_years=1)
    young = row(newer, "youth_unemployment_share", "KU398")
    assert (young.denominator, young.status) == (base, "provisional")


def test_a_share_above_a_hundred_is_refused(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        answer["value"] = [1 for _ in answer["value"]]

    with pytest.raises(DataError):
        computed(write_folder(tmp_path, "115b", change={"115b": change}))


@pytest.mark.parametrize(("services", "taken"), [(41, True), (140, False)])
def test_an_exact_rate_serves_where_12r5_hides(services: int, taken: bool, tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        # Kärkölä of 2026-06: 12r5 has 234 unemployed, and services of which two are hidden.
        sizes, codes = (
            answer["size"],
            [list(answer["dimension"][name]["category"]["index"]) for name in answer["id"]],
        )
        for content, cell in (("PALVELUISSAYHTEENSA", services), ("TYOTTOMATLOPUSSA", 234)):
            at = 0
            for size, values in zip(sizes, codes, strict=True):
                known = {"KU316", "SSS", "2026M06", content}
                place = next((values.index(each) for each in values if each in known - {"SSS"}), 0)
                at = at * size + place
            answer["value"][at] = cell
            answer.get("status", {}).pop(str(at), None)

    frame, notes = computed(write_folder(tmp_path, "12u4", change={"12u4": change}))
    found = row(frame, "activation_rate", "KU316")
    if taken:
        assert (found.status, found.numerator) == ("normal", 41)
        assert found.value == pytest.approx(100 * 41 / 275)
    else:
        assert found.status == "bounded"
    # 12r5's own exact figure stands, and that they differ is told.
    assert row(frame, "activation_rate", "KU398").numerator == 1574
    assert any(note.startswith("statfin activation_rate: of") for note in notes)


def test_months_that_a_table_has_not_are_named(tmp_path: Path) -> None:
    place = write_folder(tmp_path, "12ts")
    notes: list[str] = []
    frame = indicators.compute(
        ["2026-06", "2026-07"], statfin=place, groups={}, report_note=notes.append
    )
    assert "statfin 12ts: without 2026-07; it holds 2025-01..2026-06" in notes
    flows = frame[frame["indicator"] == "flow_over_3_months"]
    assert set(flows["month"].astype(str)) == {"2026-06"}


def test_the_newest_vintage_serves_what_it_holds(tmp_path: Path) -> None:
    def change(answer: dict[str, Any]) -> None:
        answer["value"] = [None if cell is None else cell + 1 for cell in answer["value"]]

    place = write_folder(tmp_path, "12ts", change={"12ts": change}, day="2026-08-25")
    write_folder(place, "12ts")
    frame, _ = computed(place)
    lahti = row(frame, "flow_over_3_months", "KU398")
    assert (lahti.value, lahti.vintage) == (43.6, "2026-08-25")
