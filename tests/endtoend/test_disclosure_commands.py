"""``protect`` and ``attack`` as a user calls them."""

import hashlib
import json

import numpy as np
import pytest

from fixtures.small_tables import random_table
from indicators import table
from indicators.cli.main import main


@pytest.fixture
def internal(tmp_path):
    path = tmp_path / "internal.csv"
    result = random_table(2)
    for name in ("low", "high", "numerator", "denominator", "value"):
        result[name] = result[name].astype(float)
    result.to_csv(path, index=False)
    return path


def test_protected_tables_withstand_the_attack(internal, tmp_path, capfd):
    target = tmp_path / "out.parquet"
    assert main(["protect", str(internal), str(target), "--policy", "tyonv5"]) == 0
    output = capfd.readouterr()
    assert output.err == ""
    assert output.out.startswith(f"{target}: ")
    assert "primary numerator" in output.out
    assert main(["attack", str(target)]) == 0
    assert "none told" in capfd.readouterr().out
    again = tmp_path / "again.csv"
    assert main(["protect", str(internal), str(again), "--published", str(target)]) == 0
    assert (
        table.read(again)["status"].astype(str) == table.read(target)["status"].astype(str)
    ).all()


def test_a_table_that_gives_counts_away_ends_with_4_and_no_figure(internal, tmp_path, capfd):
    reported = table.read(internal)
    small = reported["numerator"].between(1, 4) | reported["denominator"].between(1, 4)
    reported.loc[small, list(table.NUMBERS)] = np.nan
    reported["status"] = (
        reported["status"].astype(object).mask(small, "suppressed").astype("category")
    )
    weak = tmp_path / "weak.csv"
    table.write(reported, weak)
    assert main(["attack", str(weak)]) == 4
    error = capfd.readouterr().err
    assert "hidden counts are not safe" in error
    assert "2022-05 long_term KU398 residents" in error


def test_the_internal_table_is_not_overwritten(internal):
    before = internal.read_bytes()
    assert main(["protect", str(internal), str(internal)]) == 2
    assert internal.read_bytes() == before


def test_records_are_of_the_written_bytes_and_for_the_reviewer_alone(internal, tmp_path):
    target, records = tmp_path / "out.csv", tmp_path / "records"
    assert main(["protect", str(internal), str(target), "--records", str(records)]) == 0
    (record,) = json.loads((records / "records.json").read_text("utf-8"))["records"]
    assert record["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    hidden = (table.read(target)["status"] == "suppressed").sum()
    assert record["hidden"] == sum(record["rules"].values()) == hidden > 0
    assert record["attack"]["recovered"] == 0 < record["attack"]["problems"]
    assert {path.name for path in records.iterdir()} == {
        "records.json",
        "review-fi.html",
        "review-sv.html",
        "review-en.html",
    }
    assert {path.stat().st_mode & 0o077 for path in records.iterdir()} == {0}


def test_a_table_of_which_nothing_is_left_is_written_hidden_whole(internal, tmp_path):
    result = table.read(internal)
    small = result[result["numerator"].between(1, 4) & result["denominator"].isna()]
    table.write(small.reset_index(drop=True), tmp_path / "small.csv")
    target = tmp_path / "out.csv"
    assert main(["protect", str(tmp_path / "small.csv"), str(target)]) == 0
    assert set(table.read(target)["status"].astype(str)) == {"suppressed"}
