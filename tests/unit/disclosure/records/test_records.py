"""Output records: counts by rule, what a reviewer must look at, and never a figure."""

from __future__ import annotations

import json
import stat
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from recorded import ATTACK, facts, hidden, protected

from indicators.disclosure.policy import RULES
from indicators.disclosure.record import AuditSummary, build_record
from indicators.disclosure.record_writing import write_records


def test_hidden_rows_are_counted_by_rule_indicator_and_area() -> None:
    record = build_record(protected(), hidden(), facts())
    assert (record.rows, record.public, record.hidden, record.hidden_by_source) == (10, 2, 3, 1)
    assert record.rules == {
        "primary numerator": 1, "primary denominator": 0, "secondary": 1, "published before": 1,
        "minimum": 0,
    }  # fmt: skip
    values = {
        (part.indicator, part.area): (part.rows, part.hidden, part.rules) for part in record.parts
    }
    assert values == {
        ("activation_rate", "KU316"): (3, 2, {"primary numerator": 1, "secondary": 1}),
        ("activation_rate", "KU398"): (3, 0, {}),
        ("plan_coverage", "KU398"): (2, 1, {"published before": 1}),
    }
    assert record.months == ("2022-02", "2022-03")
    assert list(record.rules) == list(RULES)


def test_what_is_nearly_disclosive_is_counted_where_it_is_shown() -> None:
    parts = {
        (part.indicator, part.area): (part.near, part.whole)
        for part in build_record(protected(), hidden(), facts()).parts
    }
    # 6 of 300 is near 4; 0 of 200 and 300 of 300 tell of everybody.
    assert parts["activation_rate", "KU398"] == (1, 2)
    assert parts["activation_rate", "KU316"] == (0, 0)


def test_reasons_and_status() -> None:
    record = build_record(protected(), hidden(), facts())
    assert record.status == "review"
    assert record.reasons == ("mostly_hidden", "near", "whole")
    assert (record.decision, record.comments) == ("", "")


@pytest.mark.parametrize(
    ("attack", "reason"), [(None, "no_attack"), (AuditSummary(3, 1, 9), "recovered")]
)
def test_a_table_that_was_not_attacked_or_did_not_withstand_fails(attack, reason) -> None:
    record = build_record(protected(), hidden(), facts(attack=attack))
    assert record.status == "fail"
    assert record.reasons[0] == reason


def test_a_table_with_nothing_to_look_at_passes() -> None:
    table = protected()
    quiet = table[(table["indicator"] == "plan_coverage") & (table["category"] == "women")]
    record = build_record(quiet, hidden().iloc[:0], facts(attack=ATTACK))
    assert (record.status, record.reasons, record.hidden) == ("pass", (), 0)


def test_an_empty_table_has_a_record() -> None:
    record = build_record(protected().iloc[:0], hidden().iloc[:0], facts())
    assert (record.rows, record.months, record.parts) == (0, ("", ""), ())


def test_a_record_is_of_its_own_table() -> None:
    with pytest.raises(ValueError, match="no record knows: guessed"):
        build_record(protected(), hidden().assign(rule="guessed"), facts())
    shown = hidden().assign(category="total")
    with pytest.raises(ValueError, match="not those that the table hides"):
        build_record(protected(), shown, facts())


def test_records_are_written_as_the_schema_has_them_for_one_reader(tmp_path: Path) -> None:
    records = [
        build_record(protected(), hidden(), facts()),
        build_record(protected(), hidden(), facts(attack=None, published=("earlier.csv",))),
    ]
    result = write_records(tmp_path, records, areas={"fi": {"KU316": "Kärkölä"}})
    assert [path.name for path in result] == [
        "records.json", "review-fi.html", "review-sv.html", "review-en.html",
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in result} == {0o600}
    schema = files("indicators.disclosure").joinpath("record.schema.json")
    content = json.loads(result[0].read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(content)
    assert content["records"][1]["published"] == ["earlier.csv"]


def test_no_figure_of_the_table_is_in_any_of_them(tmp_path: Path) -> None:
    """Hidden figures are 1-4 and could be anything; those shown here are told apart by size."""
    table = protected()
    table.loc[table["status"] == "suppressed", ["numerator", "value"]] = [7_654_321, 98.7654]
    shown = table["numerator"].notna() & (table["numerator"] < 1000)
    table.loc[shown, ["numerator", "denominator"]] += 1_234_500
    for path in write_records(tmp_path, [build_record(table, hidden(), facts())]):
        text = path.read_text(encoding="utf-8").replace("\u00a0", "").replace(",", "")
        assert "7654321" not in text
        assert "98.7" not in text
        assert "12345" not in text
