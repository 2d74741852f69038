"""Codes that are numbers: many of them tell, one alone is a coincidence."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import planting
import pyarrow as pa
import pytest
from planting import CONTROL
from pyarrow import parquet

from indicators.scanning.findings import ARTIFICIAL, HETU
from indicators.scanning.patterns import is_valid
from indicators.scanning.scanner import scan_paths


def codes(many: int, *, number: int = 900, seed: int = 1) -> list[str]:
    """Codes of nine digits and a control character that is one too."""
    draw, results = random.Random(seed), []
    while len(results) < many:
        day = f"{draw.randrange(1, 29):02d}{draw.randrange(1, 13):02d}{draw.randrange(40, 100):02d}"
        digits = f"{day}{draw.randrange(number, number + 100):03d}"
        if (control := CONTROL[int(digits) % 31]).isdigit():
            results.append(digits + control)
    return results


def phones(many: int) -> list[str]:
    draw = random.Random(2)
    return [f"04{draw.randrange(10**8):08d}" for _ in range(many)]


def found(path: Path) -> list[tuple[str, int, str]]:
    return [(finding.kind, finding.count, finding.place) for finding in scan_paths([path]).findings]


WAYS = {
    "csv": lambda path, ids: (path / "a.csv").write_text(
        "a,b\n" + "".join(f"x,{i}\n" for i in ids)
    ),
    "quoted": lambda path, ids: (path / "a.csv").write_text(
        "a;b\n" + "".join(f'x;"=""{i}"""\n' for i in ids)
    ),
    "texts": lambda path, ids: parquet.write_table(pa.table({"b": ids}), path / "a.parquet"),
    "numbers": lambda path, ids: parquet.write_table(
        pa.table({"b": [int(one) for one in ids]}), path / "a.parquet"
    ),
    "json": lambda path, ids: (path / "a.json").write_text(json.dumps([{"b": i} for i in ids])),
    "text": lambda path, ids: (path / "a.txt").write_text("\n".join(ids)),
    "notebook": lambda path, ids: planting.notebook(
        path, [{"output_type": "stream", "name": "stdout", "text": "\n".join(ids)}]
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_column_of_them_is_found(tmp_path: Path, way: str) -> None:
    WAYS[way](tmp_path, codes(30))
    [(kind, count, _)] = found(tmp_path)
    assert (kind, count) == (ARTIFICIAL, 30)


@pytest.mark.parametrize("way", WAYS)
def test_telephone_numbers_and_a_code_by_chance_are_none(tmp_path: Path, way: str) -> None:
    WAYS[way](tmp_path, [*phones(3000), *codes(1)])
    assert found(tmp_path) == []


def test_one_alone_is_none_and_a_few_are(tmp_path: Path) -> None:
    WAYS["csv"](tmp_path, codes(1))
    assert found(tmp_path) == []
    WAYS["csv"](tmp_path, codes(3))
    assert found(tmp_path) == [(ARTIFICIAL, 3, "column b")]
    WAYS["csv"](tmp_path, codes(40, number=400))
    assert found(tmp_path) == [(HETU, 40, "column b")]


def test_nine_digits_are_codes_where_all_are_days_of_birth(tmp_path: Path) -> None:
    nine = [code[:9] for code in codes(200)]
    WAYS["numbers"](tmp_path, nine)
    assert found(tmp_path) == [(ARTIFICIAL, 200, "column b")]
    WAYS["numbers"](tmp_path, [*nine, "999999999"])
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    "numbers",
    [
        [f"{2010 + n % 14}{n % 12 + 1:02d}{n % 28 + 1:02d}" for n in range(200)],
        [f"{n % 24:02d}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}" for n in range(500)],
        [str(1_600_000_000 + 7919 * n) for n in range(2000)],
        [str(101_000_000 + n) for n in range(2000)],
    ],
    ids=["days", "year first", "seconds", "in a row"],
)
def test_other_numbers_that_look_like_days_are_none(tmp_path: Path, numbers: list[str]) -> None:
    WAYS["numbers"](tmp_path, numbers)
    WAYS["csv"](tmp_path, numbers)
    assert found(tmp_path) == []


def with_sign(digits: list[str]) -> list[str]:
    return [f"{digit[:6]}-{digit[6:]}" for digit in digits]


@pytest.mark.parametrize("way", ["csv", "texts", "json", "text", "notebook"])
def test_clock_times_in_the_form_of_codes_are_none_unless_codes_are_among_them(
    tmp_path: Path, way: str
) -> None:
    start = datetime(2012, 1, 1)
    clocks = [f"{start + timedelta(minutes=7919 * n):%d%m%y-%H%M}" for n in range(400)]
    right = [clock for clock in clocks if is_valid(clock)]
    assert len(right) > 5
    WAYS[way](tmp_path, clocks)
    assert found(tmp_path) == []
    # Where one ends in a letter, or many are right, they are codes.
    WAYS[way](tmp_path, [*clocks, planting.code()])
    assert sum(count for _, count, _ in found(tmp_path)) >= 1
    WAYS[way](tmp_path, [*clocks[:40], *with_sign(codes(30))])
    assert sum(count for _, count, _ in found(tmp_path)) >= 30
    WAYS[way](tmp_path, with_sign(codes(1)))
    assert sum(count for _, count, _ in found(tmp_path)) == 1
