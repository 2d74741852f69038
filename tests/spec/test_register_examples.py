"""Every worked example of a register is computed, fast and slowly, with the same figures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from register_examples import GROUPS, NUMBERS, TRIAL_OFFICES, Case, Example, Figure, load

from indicators.catalogue.loading import load_catalogue
from indicators.measures.register.accounts.answering import account_for
from indicators.measures.register.accounts.model import Question, Records
from indicators.measures.register.computing import compute_register
from indicators.measures.register.registry import measures

EXAMPLES = load()
NAMES = [f"{example.indicator}: {example.title}" for example in EXAMPLES]


def as_written(value: Any, expected: str) -> str:
    """A number with as many decimals as the example gives, ``-`` where it is missing."""
    if pd.isna(value):
        return "-"
    return value if isinstance(value, str) else f"{value:.{len(expected.partition('.')[2])}f}"


def shown(found: Any, figure: Figure) -> dict[str, str]:
    if found is None:
        return {"status": "no_row"}
    get = found.get if isinstance(found, dict) else lambda name: getattr(found, name)
    return {name: as_written(get(name), written) for name, written in figure.written.items()}


def expected(figure: Figure) -> dict[str, str]:
    no_row = figure.written.get("status") == "no_row"
    return {"status": "no_row"} if no_row else dict(figure.written)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_measure_gives_the_figures(example: Example):
    for case in example.cases:
        months = sorted({figure.key["month"] for figure in case.figures})
        table = compute_register(
            case,
            months,
            groups=GROUPS,
            trial_offices=TRIAL_OFFICES,
            parameters={example.indicator: case.parameters},
        )
        rows = table[table["indicator"] == example.indicator].to_dict("records")
        for figure in case.figures:
            assert shown(_row(rows, figure), figure) == expected(figure), figure.key


def _row(rows: list[dict[str, Any]], figure: Figure) -> dict[str, Any] | None:
    dimension, category = figure.key["category"].split(".", 1)
    wanted = {**figure.key, "dimension": dimension, "category": category}
    found = [row for row in rows if all(row[name] == wanted[name] for name in wanted)]
    assert len(found) < 2
    return found[0] if found else None


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_account_gives_the_figures(example: Example):
    for case in example.cases:
        records = Records(case)
        for figure in case.figures:
            if expected(figure) != {"status": "no_row"}:
                account = account_for(_question(example, case, records, figure))
                found = account.figures[figure.key["statistic"]]
                assert shown(found, figure) == expected(figure), figure.key


def _question(example: Example, case: Case, records: Records, figure: Figure) -> Question:
    key, defaults = figure.key, load_catalogue().defaults()
    return Question(
        records,
        example.indicator,
        key["month"],
        key["area"],
        GROUPS.get(key["area"], (key["area"],)),
        key["population"],
        *key["category"].split(".", 1),
        frozenset(TRIAL_OFFICES),
        {**defaults[example.indicator], **case.parameters},
    )


def test_every_statistic_of_every_register_indicator_has_an_example():
    given = {
        (example.indicator, figure.key["statistic"])
        for example in EXAMPLES
        for case in example.cases
        for figure in case.figures
        if set(NUMBERS) & set(figure.written)
    }
    wanted = {
        (indicator.id, statistic.id)
        for indicator in load_catalogue().indicators
        if indicator.id in measures()
        for statistic in indicator.statistics
    }
    assert wanted <= given
