"""What counts as a revision, what is told of it, and what never is."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from revised_tables import hidden, long, row

from indicators.revisions.comparing import (
    COLUMNS,
    ManifestChanges,
    compare,
    revisions_as_csv,
    revisions_as_json,
    revisions_as_text,
)


def only(old: dict[str, Any], new: dict[str, Any], changed: ManifestChanges | None = None) -> Any:
    revisions = compare(long(old), long(new), changed)
    assert list(revisions.columns) == list(COLUMNS)
    [found] = revisions.to_dict("records")
    return found


def test_equal_tables_have_no_revisions() -> None:
    item = long(row(), hidden(area="KU016"), row(area="KU098", value=0.1 + 0.2))
    other = long(row(area="KU098", value=0.3), hidden(area="KU016"), row())
    assert compare(item, other).empty


def test_a_revised_value_has_old_new_and_their_difference() -> None:
    found = only(row(), row(value=13.0, numerator=52.0, vintage="2022-10-31"))
    assert (found["old"], found["new"], found["change"]) == (12.5, 13.0, 0.5)
    assert found["why"] == "data"


def test_a_change_of_one_among_millions_is_a_revision() -> None:
    found = only(row(value=2_636_256.0), row(value=2_636_257.0))
    assert found["change"] == 1.0


def test_bounds_alone_may_be_revised() -> None:
    old = row(status="bounded", low=12.0, high=13.0)
    found = only(old, {**old, "high": 13.5})
    assert found["change"] == 0.0


def test_another_status_is_a_revision() -> None:
    found = only(row(status="provisional"), row())
    assert (found["old_status"], found["new_status"]) == ("provisional", "normal")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (row(value=4.0), hidden(), "newly_hidden"),
        (hidden(), row(value=4.0), "newly_shown"),
    ],
)
def test_a_figure_hidden_on_one_side_is_told_without_a_number(
    old: dict[str, Any], new: dict[str, Any], why: str
) -> None:
    found = only(old, new)
    assert found["why"] == why
    assert all(math.isnan(found[name]) for name in ("old", "new", "change"))


def test_a_value_left_in_a_hidden_row_is_not_shown() -> None:
    revisions = compare(long(hidden(value=3.0)), long(hidden(value=4.0)))
    assert revisions[["old", "new", "change"]].isna().all(axis=None)
    for tell in (revisions_as_text, revisions_as_csv, revisions_as_json):
        assert not re.search(r"\b[34](\.0)?\b", tell(revisions, "a", "b").replace("KU398", ""))


def test_the_same_people_against_another_labour_force_is_re_based() -> None:
    found = only(row(), row(denominator=500.0, value=10.0, vintage="2022-10-31"))
    assert found["why"] == "labour_force"


def test_another_labour_force_and_other_people_are_data() -> None:
    new = row(numerator=51.0, denominator=500.0, value=10.2, vintage="2022-10-31")
    assert only(row(), new)["why"] == "data"


def test_a_denominator_that_is_no_labour_force_is_data() -> None:
    old = row(indicator="activation_rate")
    new = {**old, "denominator": 500.0, "value": 10.0, "vintage": "2022-10-31"}
    assert only(old, new)["why"] == "data"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (None, "not_known"),
        (ManifestChanges(), "not_known"),
        (ManifestChanges(code=True), "code"),
        (ManifestChanges(definition=True, code=True), "definition"),
        (ManifestChanges(frozenset({"statfin"}), frozenset({"2022-05-01"}), code=True), "data"),
        (ManifestChanges(frozenset({"statfin"}), frozenset({"2022-10-31"}), code=True), "code"),
        (ManifestChanges(frozenset({"register"}), frozenset({"2022-05-01"}), code=True), "code"),
    ],
)
def test_without_a_new_day_of_the_source_the_manifests_tell_why(
    changed: ManifestChanges | None, why: str
) -> None:
    assert only(row(), row(value=13.0), changed)["why"] == why


def test_rows_that_come_and_go_in_a_month_both_tell_of() -> None:
    category = {"dimension": "sex", "category": "men"}
    came = compare(long(row()), long(row(), row(**category)))
    gone = compare(long(row(), row(**category)), long(row()))
    assert [came["why"].item(), gone["why"].item()] == ["row_added", "row_removed"]
    assert came["new"].item() == 12.5
    assert math.isnan(came["old"].item())


def test_a_new_month_is_no_revision() -> None:
    assert compare(long(row()), long(row(), row(month="2022-03"))).empty
    assert compare(long(row(), row(month="2022-03")), long(row())).empty


def test_a_figure_of_two_sources_is_two_figures() -> None:
    register = row(source="register", value=13.0)
    revisions = compare(long(row(), register), long(row(), {**register, "value": 14.0}))
    assert revisions[["source", "old", "new"]].to_numpy().tolist() == [["register", 13.0, 14.0]]


def test_the_text_has_sums_by_cause_and_a_line_a_figure() -> None:
    revisions = compare(
        long(row(), row(area="KU098"), hidden(area="KU016")),
        long(
            row(value=13.0, vintage="2022-10-31"),
            row(area="KU098", value=12.0, denominator=416.0),
            row(area="KU016", value=1.0),
        ),
    )
    head, blank, titles, *lines = revisions_as_text(revisions, "old", "new").splitlines()
    assert head.startswith("old → new: 3 figures revised (")
    for name in ("data 1", "labour force re-based 1", "newly shown 1"):
        assert name in head
    assert blank == ""
    assert titles.split()[:3] == ["indicator", "statistic", "month"]
    assert [line.split()[3] for line in lines] == ["KU016", "KU098", "KU398"]
    assert lines[0].split()[4:] == ["–", "(suppressed)", "–", "–", "newly", "shown"]
    assert lines[2].split()[4:] == ["–", "12.5", "13", "+0.5", "data"]


def test_a_long_text_ends_in_how_many_more_there_are() -> None:
    areas = [f"KU{number:03d}" for number in range(250)]
    revisions = compare(
        long(*(row(area=area) for area in areas)),
        long(*(row(area=area, value=1.0) for area in areas)),
    )
    text = revisions_as_text(revisions, "old", "new")
    assert text.splitlines()[-1] == "… and 50 more: --format csv has them all"
    assert len(revisions_as_csv(revisions).splitlines()) == 251


def test_nothing_revised_is_said() -> None:
    nothing = compare(long(row()), long(row()))
    assert revisions_as_text(nothing, "a", "b") == "a → b: nothing was revised\n"
    assert revisions_as_csv(nothing).strip() == ",".join(COLUMNS)
    assert json.loads(revisions_as_json(nothing, "a", "b")) == {
        "old": "a",
        "new": "b",
        "by_cause": {},
        "revisions": [],
    }
