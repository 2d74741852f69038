"""Writes ``docs/method-examples.md`` from the examples: ``python tests/spec/print_examples.py``.

The page is the method annex's: figures from published counts, and figures from a register.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "src")]

import register_examples  # noqa: E402
from examples import Example, Lines, load  # noqa: E402

from indicators.catalogue.loading import load_catalogue  # noqa: E402

PAGE = ROOT / "docs" / "method-examples.md"

OPENING = """\
# Worked examples

Made by `tests/spec/print_examples.py` from `tests/spec/published/` and `tests/spec/register/`; the
tests compute every example, those of a register in two independent ways. Change the examples and
not this page. Numbers are shown here with four decimals at most; the table holds them unrounded. An
empty cell is missing.

## Figures from published counts

`...` is a count of 1–4 that StatFin hides. The columns are those of StatFin's table 12r5 and of
the long table.
"""

OF_REGISTER = """\
## Figures from a register

The columns are those of the canonical tables and of the long table. Unless a table says otherwise,
records are of person 1; everybody is a Finnish man born in 1980 in an unemployment fund, of no
known residence; spells are open; figures are of all residents of the whole register in May 2022,
whose count day is Tuesday 31, in an extract that knows the days to 31 December 2024. `PAIR` is
Lahti (398) and Hollola (098); 1530 is the trial's office. A name in braces stands for what the
column of that name says, line by line; a column named after a parameter changes it. `no_row` is a
figure that the long table has no row of.
"""


def page() -> str:
    """The whole page in Markdown."""
    parts = [OPENING, *_chapters(load(), _told)]
    parts += [OF_REGISTER, *_chapters(register_examples.load(), _told_of_register)]
    return "\n".join(parts)


def _chapters(examples: Iterable[Any], tell: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    known = load_catalogue()
    for indicator_id, of in groupby(examples, key=lambda example: example.indicator):
        indicator = known.indicator(indicator_id)
        yield f"### {indicator.number}. {indicator.short.en}\n\n`{indicator.id}`\n"
        yield from ("\n".join(tell(example)) for example in of)


def _told(example: Example) -> Iterator[str]:
    yield f"#### {example.title}\n"
    yield f"{example.why.strip()}\n"
    for code, members in example.groups.items():
        yield f"Group `{code}`: {', '.join(members)}.\n"
    for vintage, lines in example.given.items():
        yield f"Published, vintage {vintage}:\n"
        yield from _table(lines)
    yield "Computed:\n"
    yield from _table(example.expected)


def _told_of_register(example: register_examples.Example) -> Iterator[str]:
    yield f"#### {example.title}\n"
    if example.why:
        yield f"{example.why.strip()}\n"
    for table, lines in example.given.items():
        yield f"Table `{table}`:\n"
        yield from _table(lines)
    if example.lacking:
        yield f"Not delivered: {', '.join(f'`{table}`' for table in example.lacking)}.\n"
    yield "Computed:\n"
    yield from _table(example.expected)


def _table(lines: Lines) -> Iterator[str]:
    header, *rows = lines
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join('' if cell == '-' else cell for cell in row)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
