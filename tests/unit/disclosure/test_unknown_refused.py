"""What nobody could say to be safe is refused row by row, and no number of it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fixtures.small_tables import random_table
from indicators import protect, table
from indicators.cli.main import main
from indicators.errors import DataError


def rows_of(unit: str) -> pd.DataFrame:
    result = random_table(2).astype(dict.fromkeys(table.NUMBERS, float))
    return result[result["unit"] == unit]


FAULTS = [
    ("persons", {"unit": "wekks"}, "unit"),
    ("persons", {"unit": None}, "unit"),
    ("persons", {"status": "fine"}, "status"),
    ("persons", {"source": "StatFin"}, "source"),
    ("persons", {"area": None}, "area"),
    ("persons", {"numerator": -7.0, "value": -7.0}, "numerator"),
    ("weeks", {"value": np.inf}, "value"),
    ("percent", {"denominator": np.inf}, "denominator"),
    ("persons", {"numerator": np.nan}, "numerator"),
    ("persons", {"numerator": 1234.0}, "value"),
    ("persons", {"value": np.nan}, "numerator"),
    ("persons", {"status": "suppressed"}, "numerator"),
    ("percent", {"numerator": np.nan}, "numerator"),
    ("percent", {"denominator": np.nan}, "denominator"),
    ("percent", {"denominator": np.nan, "value": np.nan, "status": "not_available"}, "numerator"),
    ("weeks", {"low": 3.25}, "low"),
    ("persons", {"numerator": 12.5, "value": 12.5}, "numerator"),
    ("persons", {"dimension": "sex*shoe_size", "category": "women*39"}, "dimension"),
    ("persons", {"dimension": "sex*age_group", "category": "women"}, "dimension"),
    ("persons", {"dimension": "sex*age_group", "category": "50-*women"}, "dimension"),
    ("persons", {"dimension": "sex*sex", "category": "women*women"}, "dimension"),
]


@pytest.mark.parametrize(("unit", "fault", "column"), FAULTS)
def test_a_row_that_is_not_known_is_named_and_refused(unit, fault, column):
    result = random_table(2).astype(dict.fromkeys(table.NUMBERS, float))
    row = int(rows_of(unit).index[1])
    for name, value in fault.items():
        result[name] = result[name].astype(object)
        result.loc[row, name] = value
    result = result.astype(dict.fromkeys(table.NUMBERS, float))
    with pytest.raises(DataError) as refused:
        protect(result, groups={})
    message = str(refused.value)
    assert f"row {row + 1}, column {column}: " in message
    assert not any(str(value) in message for value in (1234, 12.5, 3.25, -7))


def test_all_rows_are_told_at_once_up_to_a_bound(tmp_path: Path, capfd):
    result = random_table(2).astype(dict.fromkeys(table.NUMBERS, float))
    result["numerator"] = -1.0 - result["numerator"]
    path, target = tmp_path / "in.csv", tmp_path / "out.csv"
    result.to_csv(path, index=False)
    assert main(["protect", str(path), str(target)]) == 3
    error = capfd.readouterr().err
    assert f"{path}, row 2, column numerator: is negative" in error
    assert error.count("\n") == 22
    assert " more" in error.splitlines()[-1]
    assert not target.exists()


def test_what_is_public_is_not_looked_at():
    result = random_table(2).astype(dict.fromkeys(table.NUMBERS, float)).assign(source="kela")
    result["value"] = -1.0
    assert protect(result) is result
