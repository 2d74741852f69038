"""Every worked example is computed, and the page that shows them is up to date."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from examples import Example, load
from print_examples import PAGE, page

from fixtures.snapshots import write_text
from indicators.catalogue.loading import load_catalogue
from indicators.measures.published import published_table
from indicators.sources.statfin.snapshots import read_snapshots
from indicators.table import NUMBERS

EXAMPLES = load()
NAMES = [f"{example.indicator}: {example.title}" for example in EXAMPLES]


def as_written(value: Any, expected: str) -> str:
    """A figure with as many decimals as the example gives; ``-`` where it is missing."""
    if pd.isna(value):
        return "-"
    decimals = len(expected.partition(".")[2])
    return f"{value:.{decimals}f}"


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_an_example_is_computed(tmp_path, example: Example):
    for vintage, lines in example.given.items():
        text = "".join(",".join(cells) + "\n" for cells in lines)
        write_text(tmp_path, text, vintage=vintage, scope="own")
    header, *rows = example.expected
    months = sorted({row[header.index("month")] for row in rows})

    table = published_table(read_snapshots(tmp_path), months, example.groups, load_catalogue())

    table = table[table["indicator"] == example.indicator].sort_values(["area", "month"])
    answers = [dict(zip(header, row, strict=True)) for row in rows]
    for answer in answers:
        at = (table["area"] == answer["area"]) & (table["month"] == answer["month"])
        (row,) = table[at].to_dict("records")
        values = {name: as_written(row[name], answer[name]) for name in NUMBERS}
        vintage = "-" if pd.isna(row["vintage"]) else row["vintage"]
        texts = {"area": row["area"], "month": row["month"], "status": row["status"]}
        assert values | texts | {"vintage": vintage} == answer
    assert {row[0] for row in rows} == set(table["area"])


def test_every_published_indicator_has_an_example():
    published = {
        indicator.id for indicator in load_catalogue().indicators if indicator.statfin is not None
    }
    assert {example.indicator for example in EXAMPLES} == published


def test_the_page_of_examples_is_up_to_date():
    advice = "run: python tests/spec/print_examples.py"
    assert PAGE.read_text(encoding="utf-8") == page(), advice
